/* SPDX-License-Identifier: Apache-2.0 */
/* What an import does, or would do, for who imports. */
#ifndef COALTALLY_IMPORT_REPORT_H
#define COALTALLY_IMPORT_REPORT_H

#include "collector/command.h"
#include "collector/import.h"

/* Breaks, open work and readings that were not taken: the first ones, as the journal will have them. */
struct import_notes {
    struct list list; /* struct journal_entry */
    size_t found;     /* all of them */
};
void import_notes_keep(struct import_notes *notes, const struct batch *batch);

/* Prints it; `months`: with the amounts by month. False when out of memory. */
bool import_report(const struct command *command, const char *path, const struct import_order *order,
                   const struct import_sum *sum, const struct import_notes *notes, bool months);

#endif
