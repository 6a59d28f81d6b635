/* SPDX-License-Identifier: Apache-2.0 */
/* What waits for the disk: sums by (meter, bucket), not a queue, so that it does
 * not grow however long the disk stalls. Bus threads post, one thread takes. */
#ifndef COALTALLY_LEDGER_H
#define COALTALLY_LEDGER_H

#include "collector/clock.h"
#include "collector/config.h"
#include "collector/totaliser.h"

struct ledger;
struct totals;

/* What one bucket of one meter has gained since the last commit. */
struct ledger_tally {
    size_t meter;
    int64_t bucket_ms, end_ms; /* the bucket's span */
    struct calendar_place place;
    int64_t amount;  /* gained, thousandths */
    int64_t good_ms; /* gained: time covered by accepted readings */
    /* As it now is: */
    int64_t end_count;              /* the meter's running count at the bucket's end, or now */
    bool read;                      /* a reading was accepted in it; if so: */
    int64_t first_raw, first_at_ms; /* only of use for the first commit of the bucket */
    int64_t last_raw, last_at_ms;   /* the last accepted reading */
    int64_t segment, high, wraps;   /* the state after it */
};

struct ledger_segment {
    size_t meter;
    int64_t segment;
    bool closed;
    int64_t at_ms;     /* wall: opened, or closed, at */
    int64_t opened_ms; /* wall; at_ms where it was opened before this start */
    int64_t first, high, wraps;
    int64_t base; /* the meter's running count when it was opened */
    int64_t counted;
};

struct ledger_gap {
    size_t meter;
    int64_t from_ms, to_ms; /* wall */
    int64_t amount;
};

enum { JOURNAL_TEXT_BYTES = 640 };
enum journal_level { JOURNAL_INFO, JOURNAL_AMBER, JOURNAL_RED };

/* One row of the journal. `kind` is a word: a totaliser reason ("wrap"), "alarm",
 * "alarm-cleared", "start", "clock", "config", ... */
struct journal_entry {
    int64_t at_ms;
    char kind[24];
    enum journal_level level;
    int meter;              /* index, -1: none */
    int mine;               /* index, -1: none */
    char subject[ID_BYTES]; /* device or what else it is about; may be empty */
    int64_t bucket_ms;      /* of a summed row; 0: not summed */
    int64_t count;          /* how many of them; 1 unless summed */
    int64_t from_ms, to_ms; /* the stretch it speaks of; 0: an instant */
    int64_t before, after;  /* readings, counts */
    int64_t amount;         /* thousandths */
    bool bounded;
    int64_t low, high;
    bool open; /* open work */
    char text[JOURNAL_TEXT_BYTES];
};

/* One gauge point over one minute, in counts; or a meter's belt: 1 for each scan in which it ran, else 0. */
struct ledger_minute {
    size_t device, point;
    bool belt;
    size_t meter; /* of the belt */
    int64_t minute_ms;
    int64_t min, max, last, sum;
    int count, bad;
};

/* A meter's state as of its last step, saved with the clocks it stands on. */
struct ledger_state {
    size_t meter;
    struct totaliser_state state;
    struct clock_now at;
};

/* All that one transaction writes. Arrays are owned by the batch. */
struct batch {
    size_t tallies, segments, gaps, entries, minutes, states;
    struct ledger_tally *tally;
    struct ledger_segment *segment;
    struct ledger_gap *gap;
    struct journal_entry *entry;
    struct ledger_minute *minute;
    struct ledger_state *state;
};

/* `totals` (NULL: none) gets every amount as it is posted; whether meters read well it is told by
 * the caller (totals_seen). Both must outlive the ledger. NULL when out of memory. */
struct ledger *ledger_new(const struct config *config, struct totals *totals);
void ledger_free(struct ledger *ledger);

/* At the start: what this meter counted before posted_ms (wall) is posted already. */
void ledger_resume(struct ledger *ledger, size_t meter, int64_t posted_ms);

/* At the start (after ledger_resume), and when calendars changed: the newest bucket that the store has
 * of this meter. What follows goes on in it up to its end, wherever the calendar would begin it. */
void ledger_bucket(struct ledger *ledger, size_t meter, struct calendar_span bucket);

/* One step of one meter: its amount split over the buckets it spans (cumulative
 * floor by time, so that the parts sum to the whole), its state, its events.
 * `now` is the time of the reading. */
void ledger_post(struct ledger *ledger, size_t meter, const struct totaliser_outcome *outcome,
                 const struct totaliser_state *state, int64_t raw, struct clock_now now);

/* One row that no meter's step made. */
void ledger_journal(struct ledger *ledger, const struct journal_entry *entry);

/* One of many, of a meter: merged by (meter, bucket of at_ms, kind), written at the bucket's end. */
void ledger_sum(struct ledger *ledger, const struct journal_entry *entry);

/* One scan's gauges go into the minute's sums. */
void ledger_gauges(struct ledger *ledger, size_t device, const struct scan *scan);

/* Something waits that should not wait for the interval: a bucket's end, a break, an act. */
bool ledger_urgent(struct ledger *ledger);

enum ledger_take {
    LEDGER_DUE,   /* what should not wait */
    LEDGER_ALL,   /* whatever there is */
    LEDGER_METERS /* what is due, and all that meters counted */
};

/* Takes what is asked for. What was taken comes back by
 * ledger_return when it could not be written, and is merged with what came since.
 * NULL when out of memory: nothing was taken. */
struct batch *ledger_take(struct ledger *ledger, int64_t wall_ms, enum ledger_take what);
void ledger_return(struct ledger *ledger, struct batch *batch);
void batch_free(struct batch *batch);

/* Rows that wait, for `status`. */
size_t ledger_waiting(struct ledger *ledger);

#endif
