/* SPDX-License-Identifier: Apache-2.0 */
/* What the files store_report*.c share. */
#ifndef COALTALLY_STORE_REPORT_PARTS_H
#define COALTALLY_STORE_REPORT_PARTS_H

#include "collector/store_report.h"

/* --- store_report.c --- */

/* The sums of a meter's span, with all that is known of how good they are. */
void report_figure_add(struct report *report, size_t meter, struct calendar_span span, struct sums sums,
                       struct figure *figure);

/* --- store_report_doubts.c --- */

/* The gaps, cut hours and open work that touch a span. */
void report_doubts_read(struct report *report, struct calendar_span span);

#endif
