/* SPDX-License-Identifier: Apache-2.0 */
/* Running totals by mine and quantity, in memory, for the totals topic: what is metered as
 * it is posted, and what is reported of it. */
#ifndef COALTALLY_TOTALS_H
#define COALTALLY_TOTALS_H

#include "collector/coefficient.h"
#include "collector/config.h"

struct totals;

struct totals_sums {
    int64_t shift, day, month, year;
};

/* What a mine has of one quantity now, in thousandths; main meters only. Sums and rate are
 * what is reported (store_report.h: report_mine); of run-of-mine coal, which is reported as
 * raw coal, what is metered. */
struct totals_line {
    const struct quantity *quantity;
    int64_t per_hour; /* over the last minute of readings */
    int64_t shift, day, month, year;
    civil_day date; /* the production day */
    char shift_name[SHIFT_NAME_BYTES];
    int64_t as_of_ms;           /* wall time of the oldest last reading of its meters; 0: none yet */
    size_t meters, meters_good; /* its main meters, and how many of them read well just now */
    bool reported;              /* false: run-of-mine coal */
    struct totals_sums metered;
};

/* The configuration must outlive it. NULL when out of memory. */
struct totals *totals_new(const struct config *config);
void totals_free(struct totals *totals);

/* Sums up to now, at start: read from the store by the caller. */
void totals_set(struct totals *totals, size_t meter, int64_t wall_ms, int64_t shift, int64_t day, int64_t month,
                int64_t year);

/* Between these two no other call is in the totals: calendars may change. */
void totals_hold(struct totals *totals);
void totals_release(struct totals *totals);

/* What an act changed in the ledger's sums of the shift, day, month and year of wall_ms. */
void totals_change(struct totals *totals, size_t meter, int64_t wall_ms, const struct totals_sums *by);

/* What the ledger reports of a meter at wall_ms; its coefficients are copied. Before that
 * a meter reports what it counts. False when out of memory. */
bool totals_set_reported(struct totals *totals, size_t meter, int64_t wall_ms, const struct totals_sums *ledger,
                         const struct coefficient *sorted, size_t count);

/* What people added to a quantity of a mine, in the shift of a day, that day, its month and
 * year up to it. False when out of memory. */
bool totals_set_added(struct totals *totals, size_t mine, const struct quantity *quantity, struct calendar_place place,
                      const struct totals_sums *added);

/* What is reported must be read from the ledger anew, after its next commit: somebody acted
 * (totals_spoil), something came late for a shift that is over, or another day began. Asking
 * ends it. */
void totals_spoil(struct totals *totals);
bool totals_spoilt(struct totals *totals);

/* An amount of a meter in one bucket, as it is posted. */
void totals_add(struct totals *totals, size_t meter, int64_t bucket_ms, int64_t amount, int64_t wall_ms);

/* A reading of a meter was accepted, or not. */
void totals_seen(struct totals *totals, size_t meter, bool good, int64_t wall_ms);

/* Lines of one mine as of wall_ms (which may have moved on to another shift or
 * day), without meters that totals_set has not told of yet; returns how many, at
 * most `size`. */
size_t totals_lines(struct totals *totals, size_t mine, int64_t wall_ms, struct totals_line *line, size_t size);

#endif
