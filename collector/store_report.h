/* SPDX-License-Identifier: Apache-2.0 */
/* The figures of reports: what meters counted in a period, and how well it is known. */
#ifndef COALTALLY_STORE_REPORT_H
#define COALTALLY_STORE_REPORT_H

#include "collector/period.h"
#include "collector/store_additions.h"
#include "collector/store_coefficient.h"
#include "collector/store_roster.h"
#include "collector/store_sums.h"

/* A stretch in which a meter was not read; its amount is known by the readings
 * around it, only how it divides is not. */
struct report_gap {
    size_t meter; /* index */
    int64_t from_ms, to_ms;
    int64_t amount;
};

/* What a meter counted in an hour that a corrected calendar cut: it is known for the whole, and the
 * part of it in this row by time. */
struct report_split {
    size_t meter; /* index */
    struct calendar_span part, whole;
    int64_t amount, whole_amount;
};

/* A journal row that a person must decide. */
struct report_work {
    size_t meter; /* index */
    int64_t id, at_ms, from_ms, to_ms;
    int64_t amount;
    bool bounded;
    int64_t low, high;
    char kind[24];
};

/* With which reading a meter began. */
struct report_first {
    int64_t at_ms;  /* 0: it has never been read */
    int64_t amount; /* the reading, in thousandths of its unit */
};

/* A figure of one meter, or of a mine. Zero-initialised, then added to. Amounts in
 * thousandths: metered ones of what the meters measure, all others of what is reported. */
struct figure {
    int64_t metered;
    int64_t reported;  /* metered x coefficient, shift by shift, + by_hand + adjusted */
    int64_t by_hand;   /* entered by people where no meter gives it */
    int64_t adjusted;  /* by adjustments of periods that lie within */
    size_t refused;    /* entries that do not count, because meters have something in their periods */
    int64_t good_ms;   /* covered by good readings, summed over the meters */
    int64_t span_ms;   /* of the period, as far as it has gone, summed over the meters */
    int64_t estimated; /* what of `metered` is a share of a gap that an edge of the period cuts */
    int64_t since_ms;  /* the latest beginning of a meter inside the period; 0: none */
    size_t meters;     /* with anything in it, or active */
    size_t open;       /* open work that touches it */
    int64_t unknown;   /* how far its tallies may be off by that, summed up (resolution_unknown) */
    bool unbounded;    /* one of them has none */
    bool any;          /* something was recorded */
};

/* The spans of one production day; kept, because finding them asks the time zone. */
struct report_day {
    const struct calendar *calendar;
    civil_day day;
    struct calendar_span span;
    int shifts;
    struct calendar_span shift[SHIFTS_MAX];
};

/* The same of a stretch of them. */
struct report_stretch {
    const struct calendar *calendar;
    struct period days;
    struct calendar_span span;
};

/* A consistent view of the ledger as of one moment. */
struct report {
    struct db *db;
    const struct roster *roster;
    int64_t now_ms;
    size_t gaps, works, splits;
    struct report_split *split;
    struct report_gap *gap;
    struct report_work *work;
    struct report_first *first; /* by meter; filled when asked for */
    bool *first_known;
    int64_t *last; /* report_last_ms, as first */
    bool *last_known;
    bool lasts_read;               /* of all meters that one look tells of */
    struct report_day day;         /* the one asked for last */
    struct report_stretch stretch; /* likewise */
    struct sums_known sums;
    struct additions additions;
    struct coefficient_book *coefficients;
};

/* Reads the gaps and the open work that touch [from_ms, to_ms). NULL with db_fault
 * set when it cannot. Both must outlive it. */
struct report *report_new(struct db *db, const struct roster *roster, int64_t now_ms, int64_t from_ms, int64_t to_ms);
void report_free(struct report *report);

/* Adds a meter's shift, or production days, or hour to a figure. Outside of what
 * report_new was told, gaps and open work are missing. Faults are kept in db. */
void report_shift(struct report *report, size_t meter, civil_day day, int shift, struct figure *figure);
void report_days(struct report *report, size_t meter, struct period days, struct figure *figure);
/* The buckets that begin in [from_ms, to_ms), both bucket edges. */
void report_buckets(struct report *report, size_t meter, struct calendar_span span, struct figure *figure);

/* Only the amounts: a year to date costs a row a month. */
void report_sum(struct report *report, size_t meter, struct period days, struct figure *figure);

/* --- what a mine reports of a quantity: the one definition of it --- */

/* What is reported of a quantity that is measured: raw coal of run-of-mine coal, all others
 * of themselves. */
const char *reported_quantity(const char *measured);

/* The main meters of the quantity; those of run-of-mine coal report raw coal. */
bool meter_reports(const struct roster_meter *meter, const char *quantity);

/* All of them, with what was entered by hand and adjusted, over production days or
 * (shift from 0) one shift of the day days.from. */
void report_mine(struct report *report, size_t mine, const char *quantity, struct period days, int shift,
                 struct figure *figure);
/* Only the amounts. */
void report_mine_sum(struct report *report, size_t mine, const char *quantity, struct period days,
                     struct figure *figure);
/* What people added that counts, one by one, the earliest first: start the walk with its
 * mine, quantity, days and shift, all else zero. NULL at the end. */
struct additions_walk {
    size_t mine;
    const char *quantity;
    struct period days;
    int shift;
    int year; /* 0: not begun */
    size_t next;
    const struct addition *entered; /* the last entry that counted */
    size_t refused;                 /* entries so far of what meters counted */
};
const struct addition *report_addition_next(struct report *report, struct additions_walk *walk);
/* The same walk over adjustments that lie in these days and beyond them, and so count in no figure of theirs: of a
 * mine's own month, at the turn of a calendar month or year. */
const struct addition *report_addition_across(struct report *report, struct additions_walk *walk);

/* Only what people added. */
void report_additions(struct report *report, size_t mine, const char *quantity, struct period days, int shift,
                      struct figure *figure);

/* What a mine plans to report of a quantity: the plan of just these days; or of days and
 * longer stretches that make them up; or of the shortest period that holds them its share by
 * days, floored. False: there is no plan. */
bool report_plan(struct report *report, size_t mine, const char *quantity, struct period days, int64_t *plan);

/* --- */

/* A meter's production day; valid until the next call with another day or calendar. */
const struct report_day *report_day(struct report *report, size_t meter, civil_day day);

/* The span of production days of a meter. */
struct calendar_span report_span(struct report *report, size_t meter, struct period days);

/* Its first reading ever. */
struct report_first report_first(struct report *report, size_t meter);

/* Wall time of the last reading that was accepted; 0: never, or not known. */
int64_t report_last_ms(struct report *report, size_t meter);

/* The part of a gap that lies in a span, by the ledger's own rule of division. */
int64_t gap_share(const struct report_gap *gap, struct calendar_span span);
/* The span holds the part, and not all of the whole. */
bool split_cut(const struct report_split *split, struct calendar_span span);
bool gap_cut(const struct report_gap *gap, struct calendar_span span);
bool work_touches(const struct report_work *work, struct calendar_span span);

#endif
