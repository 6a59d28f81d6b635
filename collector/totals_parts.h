/* SPDX-License-Identifier: Apache-2.0 */
/* What the files totals*.c share. The lock is held in all of it. */
#ifndef COALTALLY_TOTALS_PARTS_H
#define COALTALLY_TOTALS_PARTS_H

#include <pthread.h>

#include "collector/list.h"
#include "collector/period.h"
#include "collector/totals.h"

enum {
    WINDOW_MS = 60 * 1000, /* what t/h are taken over */
    SPACING_MS = 1000,     /* between two samples */
    SAMPLES = WINDOW_MS / SPACING_MS + 4,
    STALE_MS = 2 * WINDOW_MS
};

/* What a meter had counted since the start, at a reading. */
struct sample {
    int64_t wall_ms;
    int64_t counted;
};

struct total {
    struct calendar_span span; /* of the shift that the sums are of */
    struct calendar_place place;
    int month;                                       /* year * 12 + month - 1 */
    int64_t shift_sum, day_sum, month_sum, year_sum; /* metered */
    struct totals_sums rest;         /* what is reported of all shifts but this one, which is reckoned from shift_sum */
    struct coefficient *coefficient; /* NULL: totals_set_reported has not told yet */
    size_t coefficients;
    bool known; /* the sums are those of the ledger: totals_set */
    bool good;
    int64_t seen_ms; /* the last good reading; 0: none yet */
    int64_t counted; /* since the start */
    size_t samples;
    struct sample sample[SAMPLES]; /* the oldest first */
};

/* What people added, as of a day and shift. */
struct added {
    size_t mine;
    const struct quantity *quantity;
    struct calendar_place place;
    struct totals_sums sums;
};

struct totals {
    const struct config *config;
    pthread_mutex_t lock;
    struct total *total; /* by meter */
    struct list added;   /* struct added */
    bool spoilt;
};

/* Periods that are over begin anew. */
void total_roll(struct total *total, const struct calendar *calendar, int64_t wall_ms);
/* What is reported of an amount of a day, and of all that the meter has. */
int64_t total_product(const struct total *total, civil_day day, int64_t amount);
struct totals_sums total_reported(const struct total *total);
int64_t total_per_hour(const struct total *total);
/* NULL: nobody added anything, or it was not told yet. */
struct added *added_find(struct totals *totals, size_t mine, const struct quantity *quantity);

#endif
