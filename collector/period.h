/* SPDX-License-Identifier: Apache-2.0 */
/* Periods as people name them: shifts, days, dekads, months and years of production days. Pure. */
#ifndef COALTALLY_PERIOD_H
#define COALTALLY_PERIOD_H

#include "collector/calendar.h"

/* Production days [from, to). */
struct period {
    civil_day from, to;
};

/* A month as months since year 0: year * 12 + month - 1, as in month_total. */
typedef int32_t civil_month;

/* The month that a day is in, and the days of a month and of a year. */
civil_month month_of(civil_day day);
struct period month_days(civil_month month);
struct period year_days(int year);
int year_of(civil_day day);

/* A mine's own month that ends on `cutoff` (1 to 31; the last day in months that
 * have no such day) of this one. cutoff 0: the calendar month. */
struct period month_days_to(civil_month month, int cutoff);

/* A dekad (the 1st to the 10th, to the 20th, to the month's end) as dekads since year
 * 0: month * 3 and 0 to 2. */
typedef int32_t civil_dekad;

/* The dekad that a day is in, and the days of one. */
civil_dekad dekad_of(civil_day day);
struct period dekad_days(civil_dekad dekad);
/* "2026-10/2"; `text` holds 10 bytes. */
void dekad_format(civil_dekad dekad, char *text);

/* --- one text for each period: what --period takes, and what the ledger's acts hold --- */

/* As in the columns `kind` of the ledger: never renumber. 0 is no kind. */
enum period_kind {
    PERIOD_KIND_SHIFT = 1,
    PERIOD_KIND_DAY,
    PERIOD_KIND_DEKAD,
    PERIOD_KIND_MONTH,
    PERIOD_KIND_YEAR,
    PERIOD_KIND_SPAN, /* from one day to another; no text of period_parse makes it */
    PERIOD_KINDS
};

/* "shift", "day", "dekad", "month", "year", "span"; "" for what is none. */
const char *period_kind_text(enum period_kind kind);
bool period_kind_read(const char *text, enum period_kind *out);

struct period_name {
    enum period_kind kind;
    struct period days;
    int shift; /* SHIFT: from 0; else -1 */
};

enum { PERIOD_TEXT_BYTES = 16 };

/* What period_parse reads, for messages. */
#define PERIOD_FORMS N_("2026-10-13/2 (second shift), 2026-10-13, 2026-10/2 (second dekad), 2026-10 or 2026")

/* "2026-10-13/2" (a shift, from 1 to SHIFTS_MAX: whether the day's calendar has it is for the
 * caller to judge), "2026-10-13", "today", "yesterday", "2026-10/2" (a dekad: 1 to 3),
 * "2026-10", "2026". False for anything else. */
bool period_parse(const char *text, civil_day today, struct period_name *out);
/* The text that period_parse reads as this one. */
void period_format(const struct period_name *name, char text[static PERIOD_TEXT_BYTES]);

/* --- one kind at a time --- */

/* "today", "yesterday", "2026-10-13". */
bool period_parse_day(const char *text, civil_day today, civil_day *out);
/* "this", "last", "2026-10/2". */
bool period_parse_dekad(const char *text, civil_day today, civil_dekad *out);
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
