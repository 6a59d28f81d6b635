/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the formal reports on production share. */
#ifndef COALTALLY_REPORT_PARTS_H
#define COALTALLY_REPORT_PARTS_H

#include "collector/closing.h"
#include "collector/production_parts.h"
#include "collector/report_output.h"

/* An amount that is known, or is not. */
struct report_amount {
    bool known;
    int64_t amount;
};

/* What is compared, on the same scope: both are of the same days, or there is neither. */
struct report_pair {
    bool known;
    bool left_out; /* there is something on one side, but not in all of it on the other */
    int64_t now, then;
};

/* A mine's line of a report. */
struct report_row {
    size_t mine;
    struct figure figure;      /* of the period, as the ledger has it now */
    struct report_amount done; /* as it was closed; not closed: as it is now */
    bool closed;
    struct version version;                      /* where it is closed: the newest, or at a county a kept one */
    int64_t kept_ms;                             /* it is one of before the restore of a site's ledger at that time */
    struct report_amount plan, day, month, year; /* the day, month and year up to the period's end */
    struct report_pair year_ago, before;
    struct report_amount advance, shipped, stock; /* of coal; advance in thousandths of a metre */
    bool shipped_twice;                           /* as a whole and by its ways: nobody knows how much */
    size_t rank;                                  /* from 1; 0: none */
};

/* Totals of the mines that count. */
struct report_sums {
    struct column_sum done, plan, planned, day, month, year, advance, shipped, stock;
    struct column_sum year_now, year_then, before_now, before_then;
};

struct reporting {
    struct production production; /* the period, the ledger, the notes */
    struct report_output output;
    struct form form;
    struct comparison with_year_ago, with_before;
    const char *quantity; /* of the part in the making */
    int shift;            /* of it, from 0; -1: whole days */
    struct list rows;     /* struct report_row: those that count, then those that stand apart */
    size_t counted;
    bool by_plan; /* the ranking goes by the share of the plan that is done; else by amount */
};

/* --- report_row.c --- */

/* The rows of the part's quantity and shift. False when out of memory. */
bool report_rows(struct reporting *reporting);
/* When the part's own period begins and ends for a mine. */
struct calendar_span report_span_of(const struct reporting *reporting, size_t mine);

/* --- report_table.c --- */

/* The table of the rows with their total. NULL when out of memory. */
struct table *report_table(struct reporting *reporting, struct report_sums *sums);
/* Where rounded rows miss a total. */
void report_rounding(const struct reporting *reporting, const struct report_sums *sums, struct text *line);

/* --- report_remarks.c --- */

/* Lines above and below the table of a part. */
void report_above(struct reporting *reporting, struct text *lines);
void report_below(struct reporting *reporting, const struct report_sums *sums, struct form_part *part);

#endif
