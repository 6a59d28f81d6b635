/* SPDX-License-Identifier: Apache-2.0 */
/* Periods as people name them: days, months and years of production days. Pure. */
#ifndef COALTALLY_PERIOD_H
#define COALTALLY_PERIOD_H

#include "collector/calendar.h"

/* Production days [from, to). */
struct period {
    civil_day from, to;
};

/* A month as months since year 0: year * 12 + month - 1, as in month_total. */
typedef int32_t civil_month;

civil_month month_of(civil_day day);
struct period month_days(civil_month month);
struct period year_days(int year);
int year_of(civil_day day);

/* A mine's own month that ends on `cutoff` (1 to 31; the last day in months that
 * have no such day) of this one. cutoff 0: the calendar month. */
struct period month_days_to(civil_month month, int cutoff);

/* "today", "yesterday", "2026-10-13". */
bool period_parse_day(const char *text, civil_day today, civil_day *out);
/* "this", "last", "2026-10". */
bool period_parse_month(const char *text, civil_day today, civil_month *out);
/* "this", "last", "2026". */
bool period_parse_year(const char *text, civil_day today, int *out);

/* "2026-10"; `text` holds 8 bytes. */
void month_format(civil_month month, char *text);

/* An instant within a day: "2026-10-13", "2026-10-13 07:31", "2026-10-13 07:31:05"; a
 * date alone is its midnight. */
bool period_parse_instant(const char *text, civil_day today, int64_t *out_ms);

#endif
