/* SPDX-License-Identifier: Apache-2.0 */
/* The kinds of formal reports: each a function, and a line in cmd_report.c. */
#ifndef COALTALLY_REPORT_KINDS_H
#define COALTALLY_REPORT_KINDS_H

#include "collector/command.h"

/* Reads the options that it takes, makes the form, writes it by report_output_write.
 * Returns an exit status. */
typedef int report_maker(const struct command *command);

report_maker report_shift, report_day, report_dekad, report_month, report_year; /* report_production.c */
report_maker report_integrity;                                                  /* report_integrity.c */

#endif
