/* SPDX-License-Identifier: Apache-2.0 */
/* What the files production*.c share. */
#ifndef COALTALLY_PRODUCTION_PARTS_H
#define COALTALLY_PRODUCTION_PARTS_H

#include "collector/column_sum.h"
#include "collector/comparison.h"
#include "collector/county.h"
#include "collector/production.h"

enum { PERIOD_SHOWN_BYTES = 80 };

/* One run of one verb. */
struct production {
    enum production_kind kind;
    struct selection selection;
    struct report *report;
    struct county *county; /* the selection's, where the configuration has one */
    struct page page;
    struct table *table;
    civil_day day; /* DAY, SHIFT, HOURS: the day; the others: the last day of it */
    civil_month month;
    struct period own;           /* the days that the page is about */
    int shift;                   /* SHIFT: only this one, from 0; -1: all */
    int shifts;                  /* of the mine that has most on `day` */
    struct calendar_span span;   /* of `own`, over all meters of the page */
    const struct calendar *plan; /* one of all these meters, where they have the same shifts; else NULL */
    bool parts;                  /* the page of this quantity shows of what its figures consist */
    bool comparing;
    enum comparison_with with;
    struct comparison comparison;
    bool handing_over;    /* SHIFT: only what it hands over, not what it brought */
    int64_t stop_ms;      /* SHIFT: how long the stops are that it tells of */
    struct list gathered; /* struct replica_entry: at a county, whose rows the figures come of */
    struct text left_out; /* mines that are on neither side of it, and why, as a list of JSON texts */
};

/* A row: one meter, or what a mine has of one quantity. */
struct line {
    size_t mine;
    const char *quantity;
    const struct calendar *calendar;
    const char *unit;
    bool main;           /* counts in the total below */
    bool metered;        /* its amounts are metered ones; else reported ones */
    bool additions;      /* they hold what people added */
    size_t meters;       /* may be 0 where there are additions */
    const size_t *meter; /* indexes */
};

/* What the main meters of a page add up to. */
struct row_sums {
    struct column_sum shift[SHIFTS_MAX], own, month, year;
    struct column_sum now, then;                             /* of what is compared */
    struct column_sum metered, by_meters, by_hand, adjusted; /* of what `own` consists */
    struct column_sum plan, planned;                         /* the plans, and the amounts of the rows that have one */
    int64_t capacity, of_capacity; /* the capacities that are known, and the year so far of these rows */
};

/* --- production.c --- */

/* Reads the options and the ledger: what the page is about. COMMAND_GOOD, or an exit status after
 * saying what is wrong; production_close either way. */
int production_open(struct production *production, const struct command *command, enum production_kind kind);
void production_close(struct production *production);

/* --- production_period.c --- */

/* Reads the options that say which days the page is about. An exit status, after saying what is wrong. */
int period_choose(struct production *production, const struct command *command);
/* Finds their span and their shifts. */
void plan_survey(struct production *production);
/* Refuses a shift that no mine has on that day. */
int shift_judge(const struct production *production, const struct command *command);

/* --- production_columns.c --- */

/* The line above the table of a quantity. */
void title_add(struct production *production, const char *quantity);
/* A running period says so, and how much of it has gone, so that nobody signs it. */
bool running_show(const struct production *production, char *text, size_t size); /* false: it is over */
void running_add(struct production *production);
struct table *columns_new(struct production *production);
size_t columns_mine(const struct production *production); /* which of them names the mine */
void period_show(const struct production *production, char *text, size_t size);
/* "08-16", "07:30-15:30". */
void hours_show(struct calendar_span span, char *text, size_t size);
/* English ones by their hours, Chinese ones by name. */
void shift_show(const struct production *production, const struct calendar *calendar, int shift, char *text,
                size_t size);
/* Of the column of a shift: as shift_show where all meters have the same shifts, else its number. */
void shift_title(const struct production *production, int shift, char *title, size_t size);

/* --- production_cross.c --- */

/* Notes of meters that differed in the shifts of the page. */
void crossing_notes(struct production *production);

/* --- production_lines.c --- */

/* All rows of a quantity: of the mines that count, or of those that stand apart. */
void quantity_rows(struct production *production, const char *quantity, bool apart, struct row_sums *sums);
/* Whether anything that people added lies within the page's own period. */
bool quantity_added(struct production *production, const char *quantity);

/* --- production_stock.c --- */

/* Below the rows of a day's coal; false when out of memory. As columns and cells of data. */
bool stock_add(struct production *production, const char *quantity);
void stock_columns(const struct production *production, struct table *table);
void stock_cells(struct production *production, const struct line *line);

/* --- production_handover.c --- */

/* Reads --handover and --stops; after the period was chosen. */
int handover_choose(struct production *production, const struct command *command);
/* Adds it to the page of a shift: of the one that was asked for, or that runs. */
bool handover_add(struct production *production);
/* The same as data, with --handover. */
bool handover_data(struct production *production);

/* --- production_capacity.c --- */

/* The year so far as a share of the approved capacity. */
void capacity_columns(const struct production *production, struct table *table);
void capacity_cells(struct production *production, const struct line *line, struct row_sums *sums);
void capacity_total(struct production *production, const struct row_sums *sums);

/* --- production_figures.c --- */

/* A line's figure over whole days, one shift of the page's day, or buckets of the clock
 * (those never hold additions). */
struct figure line_days(struct production *production, const struct line *line, struct period days);
struct figure line_shift(struct production *production, const struct line *line, int shift);
struct figure line_buckets(struct production *production, const struct line *line, struct calendar_span span);
/* Only the amounts. */
struct figure line_sum(struct production *production, const struct line *line, struct period days);
/* The one of the amounts that the line shows. */
int64_t line_amount(const struct line *line, const struct figure *figure);

/* The plan of the page's own period, and the share of it that is done. */
void plan_columns(const struct production *production, struct table *table);
void plan_cells(struct production *production, const struct line *line, const struct figure *figure,
                struct row_sums *sums);
void plan_total(struct production *production, const struct row_sums *sums);

/* The cells that say of what a figure consists, and those of their sums. */
void part_cells(struct production *production, const struct line *line, const struct figure *figure,
                struct row_sums *sums);
void part_total(struct production *production, const struct row_sums *sums);
void part_columns(const struct production *production, struct table *table);

/* Notes on what people added within the page's own period; the row points to them. */
void line_notes(struct production *production, const struct line *line, const struct figure *figure,
                struct assessment *assessment);
/* --- production_coefficients.c --- */

/* Below the rows of a page: run-of-mine coal, and the coefficients by which it is reported. */
void coefficients_add(struct production *production, const char *quantity);

/* --- production_rows.c --- */

/* Adds the rows of a line to the table, and what they sum up to. */
void line_rows(struct production *production, const struct line *line, struct row_sums *sums);
/* How many days of a period have gone: whole ones, and at least the one that runs. */
int64_t days_gone(const struct production *production, struct period days);
/* A mine's title, with the mark where it is simulated and others are not. */
void mine_cell(const struct production *production, struct table *table, size_t mine);
/* An amount as the page rounds it and the data give it; not known: a dash. */
void amount_cell(const struct production *production, int64_t amount, bool known);
/* One more row in the sum below a column, which is known when any of its rows is. */
void sum_add(const struct production *production, struct column_sum *sum, int64_t amount, bool known);

/* --- production_total.c --- */

/* The sum of the main meters, below the rows of a page. */
void total_row(struct production *production, const struct row_sums *sums);

/* --- production_rounding.c --- */

/* Below a page: by how much its rows, each rounded, miss its totals (尾差). */
void rounding_add(struct production *production, const struct row_sums *sums);

/* --- production_closed.c --- */

/* Above the rows of a page, once its period is over: who closed it, who cannot. */
void closed_add(struct production *production, const char *quantity);
/* The version of a row's period, in data; `shift` from 0, -1: a whole day or more. */
void closed_columns(struct table *table);
void closed_cells(struct production *production, const struct line *line, int shift);

/* --- production_compare.c --- */

/* Of what kind its period is as one of whole days. */
enum period_kind production_period_kind(enum production_kind kind);
/* Reads --compare; after the period was chosen. */
int comparison_choose(struct production *production, const struct command *command);
void comparison_columns(const struct production *production, struct table *table);
/* The cells of a row, or those of the sum below them. */
void comparison_cells(struct production *production, const struct line *line, struct row_sums *sums);
void comparison_total(struct production *production, const struct row_sums *sums);
/* A line that has no row in this period: names it, if it had something in the other one. */
void comparison_gone(struct production *production, const struct line *line);
/* Below a page: which days were compared, and who was left out. As facts of the data. */
void comparison_notes(struct production *production);
void comparison_facts(const struct production *production);

#endif
