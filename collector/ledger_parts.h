/* SPDX-License-Identifier: Apache-2.0 */
/* The parts that the ledger is made of. None of them locks: ledger.c and ledger_batch.c do. */
#ifndef COALTALLY_LEDGER_PARTS_H
#define COALTALLY_LEDGER_PARTS_H

#include <pthread.h>
#include <stdatomic.h>

#include "collector/belt.h"
#include "collector/ledger.h"
#include "collector/list.h"

/* --- ledger_split.c: an amount over the buckets that it spans --- */

/* The bucket of an instant, after the one before: where a corrected calendar has no edge any more, the
 * row that was written up to it stays as it is, and the next one begins there. */
struct calendar_span bucket_after(const struct calendar *calendar, struct calendar_span before, int64_t at_ms);

struct split_part {
    struct calendar_span bucket;
    int64_t span_ms; /* how much of the bucket the amount's own span covers */
    int64_t amount;
    int64_t sum; /* of this part and all before it */
};

struct split {
    const struct calendar *calendar;
    int64_t from_ms, to_ms;      /* wall; where they are equal, one part has it all */
    int64_t amount;              /* >= 0 */
    struct calendar_span bucket; /* a bucket known already, or zero; then the last one returned */
    int64_t at_ms;
    int64_t sum;
    bool ended;
};

/* Divides an amount by time over a wall span. */
struct split split_start(const struct calendar *calendar, int64_t from_ms, int64_t to_ms, int64_t amount);
/* Parts in the order of time; they sum to the amount. False when there are no more. */
bool split_next(struct split *split, struct split_part *part);

/* --- ledger_pending.c: what one meter has gained --- */

struct pending {
    const struct config_meter *config;
    size_t meter;
    struct list tallies;         /* struct ledger_tally, by bucket */
    struct calendar_span bucket; /* that the last reading was in */
    int64_t posted_ms;           /* wall: up to here everything is posted; INT64_MIN: nothing ever was */
    bool stepped;                /* `state` waits */
    struct ledger_state state;
    int64_t opened_ms;  /* wall, of the open segment; 0: before this start */
    bool moved;         /* does not wait for its minute */
    int64_t written_ms; /* wall, of the last take */
};

/* Nothing was posted yet. False when out of memory. */
bool pending_start(struct pending *pending, const struct config_meter *config, size_t meter);
/* The wall span of an outcome, not before what is posted already. */
struct calendar_span pending_span(const struct pending *pending, const struct totaliser_outcome *outcome,
                                  struct clock_now now);
void pending_post(struct pending *pending, const struct totaliser_outcome *outcome, const struct totaliser_state *state,
                  int64_t raw, struct calendar_span span, struct totals *totals);
/* Goes on in the newest bucket that is written, if that is not over. */
void pending_bucket(struct pending *pending, struct calendar_span bucket);
/* It is to be written now: it moved, its minute is over, or its first bucket. */
bool pending_due(const struct pending *pending, int64_t wall_ms);
/* The row of the segment that the state is in. */
struct ledger_segment pending_segment(const struct pending *pending, const struct totaliser_state *state, bool closed,
                                      int64_t at_ms);
/* A row that could not be written comes back. */
void pending_return(struct pending *pending, const struct ledger_tally *tally);

/* --- ledger_notes.c: journal rows --- */

struct notes {
    struct list ready;  /* struct journal_entry */
    struct list summed; /* struct summed: waits for the end of its bucket */
    int64_t lost;       /* for lack of memory */
};

/* False when out of memory. */
bool notes_start(struct notes *notes);
void notes_free(struct notes *notes);
void notes_add(struct notes *notes, const struct journal_entry *entry);
/* Merges a row by (meter, bucket, kind). */
void notes_sum(struct notes *notes, const struct journal_entry *entry, int64_t end_ms);
/* Moves the sums of buckets that are over (`all`: all sums) to the ready ones. */
void notes_ripen(struct notes *notes, int64_t wall_ms, bool all);

/* --- ledger_minutes.c: gauges, and belts --- */

/* What has a row a minute. */
struct minute_series {
    struct ledger_minute row;         /* of the running minute; count + bad = 0: none */
    const struct config_meter *meter; /* of a belt; else NULL */
    enum belt_source source;
    bool begun;     /* of BELT_COUNT: there was a reading */
    int64_t before; /* that one */
};

struct minutes {
    size_t count;
    struct minute_series *series;
    size_t *first;    /* by device: its first one; one more than devices */
    struct list over; /* struct ledger_minute */
    int64_t dropped;
};

/* A series for each gauge and each belt. False when out of memory. */
bool minutes_start(struct minutes *minutes, const struct config *config);
void minutes_free(struct minutes *minutes);
void minutes_scan(struct minutes *minutes, size_t device, const struct scan *scan);
/* Moves the minutes that are over (`all`: all) to `over`. */
void minutes_ripen(struct minutes *minutes, int64_t wall_ms, bool all);

/* --- the whole --- */

struct ledger {
    const struct config *config;
    struct totals *totals;
    atomic_bool urgent;
    pthread_mutex_t lock; /* for all that follows */
    size_t meters;
    struct pending *meter;
    struct list segments; /* struct ledger_segment: closed ones */
    struct list gaps;     /* struct ledger_gap */
    struct notes notes;
    struct minutes minutes;
    int64_t bucket_ms; /* start of the newest bucket of any meter */
};

#endif
