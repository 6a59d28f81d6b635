/* SPDX-License-Identifier: Apache-2.0 */
/* The kinds of formal reports: each a function, and a line in cmd_report.c. */
#ifndef COALTALLY_REPORT_KINDS_H
#define COALTALLY_REPORT_KINDS_H

#include "collector/command.h"

/* Reads the options that it takes, makes the form, writes it by report_output_write.
 * Returns an exit status. */
typedef int report_maker(const struct command *command);

report_maker shift_report, day_report, dekad_report, month_report, year_report; /* report_production.c */
report_maker integrity_report;                                                  /* report_integrity.c */

#endif
