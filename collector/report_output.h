/* SPDX-License-Identifier: Apache-2.0 */
/* Where a formal report goes, and as what: --format, --for, --output, --force. */
#ifndef COALTALLY_REPORT_OUTPUT_H
#define COALTALLY_REPORT_OUTPUT_H

#include "collector/command.h"
#include "collector/form.h"

struct report_output {
    enum form_format format;
    const char *path; /* of --output; NULL: stdout */
    bool force;       /* may replace a file */
};

/* Reads and judges the options before any figure is reckoned. COMMAND_GOOD, or an exit
 * status after saying what is wrong. */
int report_output_read(const struct command *command, struct report_output *output);

/* Pages and workbooks have people's columns and words; CSV and JSON those for programs. */
bool report_output_for_people(const struct report_output *output);

/* Writes it. A file gets a temporary name first, and its own once it is whole. An exit status,
 * after saying what went wrong. */
int report_output_write(const struct command *command, const struct report_output *output, const struct form *form);

#endif
