/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of a shift's handover share. */
#ifndef COALTALLY_PRODUCTION_HANDOVER_H
#define COALTALLY_PRODUCTION_HANDOVER_H

#include "collector/handover.h"
#include "collector/production_parts.h"

/* --- production_handover.c --- */

/* "running state": what told of a belt. */
const char *belt_source_title(enum belt_source source, enum language language);
/* "planned: repair; began before the shift" */
void stop_what(const struct handover_stop *stop, enum language language, struct text *out);

/* --- production_handover_rows.c --- */

/* The same as rows for programs, in English: a row for each thing there is to tell. NULL when out of memory. */
struct table *handover_table(struct production *production, const struct handover *handover);

#endif
