/* SPDX-License-Identifier: Apache-2.0 */
/* What the files production*.c share. */
#ifndef COALTALLY_PRODUCTION_PARTS_H
#define COALTALLY_PRODUCTION_PARTS_H

#include "collector/production.h"

/* One run of one verb. */
struct production {
    enum production_kind kind;
    struct selection selection;
    struct report *report;
    struct page page;
    struct table *table;
    civil_day day; /* DAY, SHIFT, HOURS: the day; MONTH, YEAR: the last day of it */
    civil_month month;
    struct period own;           /* the days that the page is about */
    int shift;                   /* SHIFT: only this one, from 0; -1: all */
    int shifts;                  /* columns of shifts, DAY only */
    struct calendar_span span;   /* of `own`, over all meters of the page */
    const struct calendar *plan; /* one of all these meters, where they have the same shifts; else NULL */
};

/* A row: one meter, or all main meters of a mine, of one quantity. */
struct line {
    size_t mine;
    const char *quantity;
    size_t meters;       /* at least 1 */
    const size_t *meter; /* indexes */
};

/* What a column adds up to, exactly and as its rows are shown. */
struct column_sum {
    int64_t exact, shown;
    bool any;
};

/* What the main meters of a page add up to. */
struct row_sums {
    struct column_sum shift[SHIFTS_MAX], own, month, year;
};

/* --- production_columns.c --- */

void title_add(struct production *production, const char *quantity);
/* A running period says so, and how much of it has gone, so that nobody signs it. */
void running_add(struct production *production);
struct table *columns_new(struct production *production);
void period_show(const struct production *production, char *text, size_t size);
/* "08-16", "07:30-15:30". */
void hours_show(struct calendar_span span, char *text, size_t size);
/* English ones by their hours, Chinese ones by name. */
void shift_show(const struct production *production, const struct calendar *calendar, int shift, char *text,
                size_t size);

/* --- production_rows.c --- */

/* Adds the rows of a line to the table, and what they sum up to. */
void line_rows(struct production *production, const struct line *line, struct row_sums *sums);
/* The sum of the main meters, below the rows of a page. */
void total_row(struct production *production, const struct row_sums *sums);
/* Whether the rows as shown add up to another total than the one shown. */
bool sums_rounded(const struct production *production, const struct row_sums *sums);

#endif
