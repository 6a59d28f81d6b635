/* SPDX-License-Identifier: Apache-2.0 */
/* What a meter's next reading means. Pure: no clock, no I/O, all integers.
 *
 * Readings, rates and bounds on a reading are in counts of the register (a
 * float's count is one resolution); amounts are in thousandths of the quantity's
 * unit (kg for coal). Times are ms on one steady line, the daemon's boot clock. */
#ifndef COALTALLY_TOTALISER_H
#define COALTALLY_TOTALISER_H

#include "drivers/decimal.h"

/* What a counter declares. */
struct totaliser_rules {
    int64_t modulus;      /* greatest total + 1; 0: none */
    int64_t max_rate;     /* counts an hour, > 0 */
    int64_t resolution;   /* smallest step, >= 1 */
    int64_t noise;        /* >= 0 */
    int64_t refresh_ms;   /* longest time between two updates of the total, >= interval_ms */
    int64_t interval_ms;  /* of the polling */
    int64_t gap_limit_ms; /* longer without an accepted reading is a gap */
    bool resettable;
    bool resets;          /* zeroes itself at daily instants (totaliser_input.reset_ms); so it is resettable */
    struct ratio convert; /* counts -> thousandths */
};

enum totaliser_stop {
    STOP_NONE,
    STOP_CALIBRATING, /* a calibration, simulation or test bit */
    STOP_HELD,        /* a person's hold */
    STOP_BREAKS       /* more than BREAKS_MAX breaks in an hour */
};

enum { BREAKS_MAX = 6 };

/* All of it is kept over a restart. Only int64_t members, so that it is saved and
 * loaded by TOTALISER_STATE_FIELDS, in this order. All zero: a meter never read.
 * Times may be negative: before this boot. */
#define TOTALISER_STATE_FIELDS(X)                                                                                      \
    X(started) /* 1: a segment is open */                                                                              \
    X(segment) /* its number, from 1 */                                                                                \
    X(first)   /* reading with which it began (0 after a reset) */                                                     \
    X(high)    /* highest total accepted */                                                                            \
    X(last)    /* last total accepted */                                                                               \
    X(wraps)                                                                                                           \
    X(total)           /* all that the meter's segments have counted, thousandths */                                   \
    X(accepted_ms)     /* when the last reading was accepted */                                                        \
    X(moved_ms)        /* when the total last moved */                                                                 \
    X(elapsed_unknown) /* 1: after a reboot without a trusted clock */                                                 \
    X(stopped)         /* enum totaliser_stop */                                                                       \
    X(stopped_ms)      /* since when */                                                                                \
    X(below)           /* rule 6: 1: below high since below_ms; 2: and a day of it is journalled */                    \
    X(below_ms)                                                                                                        \
    X(fallen) /* sum of the falls since high was last passed, counts */                                                \
    X(breaks) /* how many of the times below hold one, oldest first */                                                 \
    X(break0_ms) X(break1_ms) X(break2_ms) X(break3_ms) X(break4_ms) X(break5_ms) X(break6_ms)

struct totaliser_state {
#define X(name) int64_t name;
    TOTALISER_STATE_FIELDS(X)
#undef X
};

struct totaliser_input {
    int64_t at_ms;
    bool good;        /* the count can be trusted as read (a calibrating point's may be good or not) */
    bool calibrating; /* a calibration, simulation or test bit stands, whether the count is good or not */
    bool held;        /* a person's hold is on */
    bool reread;      /* this answers the reread that the last step asked for; not good where it failed */
    int64_t count;    /* any int64: it comes from the wire */
    int64_t step;     /* registers_step at max(high, count); >= 1 */
    int64_t reset_ms; /* the latest instant of resets_at not after at_ms + 10 min; INT64_MIN: none */
};

/* What waits for the readings that follow; lost at a restart, on purpose. All zero
 * at the start. Of use to totaliser_step only. */
struct totaliser_memory {
    struct { /* rule 7: suspects, each following from the one before */
        int count;
        int64_t first, high, last;
        int64_t last_ms;
    } run;
    enum {
        ASKED_NOTHING,
        ASKED_CONFIRM, /* rule 0: `asked` is taken only if the reread confirms it */
        ASKED_AGAIN    /* rule 7: it stands in the run already */
    } asking;
    struct totaliser_input asked;
    bool untaken, untaken_told; /* rule 0: good readings are not taken, since untaken_ms */
    int64_t untaken_ms;
    bool settling; /* rule 8: the bit is gone since settling_ms */
    int64_t settling_ms;
    bool following; /* rule 9: since following_ms each good reading has followed from the one before */
    int64_t following_ms;
    struct totaliser_state follow;
};

enum totaliser_verdict {
    VERDICT_NONE,    /* nothing to take: not good, stopped, dropped */
    VERDICT_FIRST,   /* opened the first segment */
    VERDICT_FORWARD, /* rule 3, and 2 where the total is higher */
    VERDICT_HOLD,    /* rules 1 and 6 */
    VERDICT_WRAP,    /* rules 2 and 4 */
    VERDICT_RESET,   /* rule 5, or 2 and 4 as a reset */
    VERDICT_JUMP,    /* rule 7, confirmed */
    VERDICT_SUSPECT, /* rule 7, not yet */
    VERDICT_RANGE,   /* rule 0 */
    VERDICT_RESTART, /* rule 8 or 9: counts again, in a new segment */
    VERDICT_COUNT
};

/* Why a journal row is written. */
enum totaliser_reason {
    REASON_FIRST,       /* nothing is known of what passed before it */
    REASON_GAP,         /* with the least and the greatest amount of all causes that fit */
    REASON_NOISE,       /* rule 1; summed by bucket */
    REASON_BACKWARD,    /* rule 6: sum of the falls; summed by bucket */
    REASON_BELOW_A_DAY, /* rule 6: a day below high */
    REASON_WRAP,
    REASON_WRAPS_UNKNOWN, /* rule 2 */
    REASON_RESET,
    REASON_GLITCH, /* rule 7; summed by bucket */
    REASON_JUMP,
    REASON_RANGE,     /* rule 0; summed by bucket */
    REASON_DROPPED,   /* a reread did not confirm; summed by bucket */
    REASON_NOT_TAKEN, /* good readings not taken for longer than the gap limit */
    REASON_STOPPED,   /* rule 8: a bit or a hold stopped the meter */
    REASON_EXCLUDED,  /* rule 8: what passed meanwhile, known */
    REASON_UNKNOWN,   /* rules 8 and 9: what passed meanwhile, not known */
    REASON_BREAKS,    /* rule 9 */
    REASON_COUNT
};

/* A journal row in the making. Amounts in thousandths.
 *
 * GAP, WRAP, WRAPS_UNKNOWN, RESET: `amount` was posted, and the truth of the same
 * stretch lies from `low` to `high`. A truth below what was posted, even below
 * zero, means that this much will be, or was, counted twice.
 * JUMP, EXCLUDED, UNKNOWN: `amount` is what the register skipped and was not
 * posted; what passed besides the posted lies from `low` to `high`.
 * NOISE, BACKWARD, BELOW_A_DAY: `amount` is how far the total fell. Nothing of that
 * is missing if the belt ran back; if it was a preset, from `low` to `high` is. */
struct totaliser_event {
    enum totaliser_reason reason;
    int64_t before, after; /* readings, counts */
    int64_t amount;
    bool bounded; /* low and high are known */
    int64_t low, high;
    bool open; /* open work: a person must decide */
    bool alarm;
    bool summed; /* merged by (meter, bucket, reason): count and sum */
};

enum { EVENTS_MAX = 8 };

struct totaliser_outcome {
    enum totaliser_verdict verdict;
    bool reread;    /* read again at once and step again with .reread */
    bool accepted;  /* the reading was taken (opened a segment, or by rules 1 to 7) */
    int64_t amount; /* to post over [from_ms, to_ms), >= 0 */
    int64_t from_ms, to_ms;
    bool gap;     /* the amount spans a gap */
    bool segment; /* a new segment was opened; `closed` is the state before it: started is 0 there
                     if there was none, or if totaliser_break has ended it */
    struct totaliser_state closed;
    size_t events;
    struct totaliser_event event[EVENTS_MAX];
};

/* One scan. Call it for scans without a good reading too: the bit and the hold
 * count in each. Changes *state and *memory; returns what to post and to journal.
 * The answer to a reread takes the reading that asked and the reread, in one
 * outcome. After each step state->total is the sum of all amounts ever returned, and
 * of all segments' totaliser_counted. A state that cannot be (from a damaged
 * database) is broken off as by totaliser_break, its total kept. */
struct totaliser_outcome totaliser_step(const struct totaliser_rules *rules, struct totaliser_state *state,
                                        struct totaliser_memory *memory, const struct totaliser_input *input);

/* The most that the total can have moved in elapsed_ms (allow(e) of the rules), in
 * counts, rounded up; INT64_MAX when it leaves int64. */
int64_t totaliser_allow(const struct totaliser_rules *rules, int64_t elapsed_ms, int64_t step);

/* The longest silence the meter survives: the e at which allow reaches the
 * modulus, 0 if it is there at once; INT64_MAX without a modulus. */
int64_t totaliser_survives_ms(const struct totaliser_rules *rules, int64_t step);

/* Closes the open segment and opens a new one with the next reading, posting
 * nothing across (a changed definition). */
void totaliser_break(struct totaliser_state *state);

/* A person says that a meter which rule 9 stopped may count again: from its next reading on, in
 * a new segment; what passed meanwhile is unknown. False where rule 9 has not stopped it. */
bool totaliser_release(struct totaliser_state *state);

/* Moves a saved state onto this boot's line: all times by shift_ms. `unknown`:
 * how long it was cannot be known. */
void totaliser_rebase(struct totaliser_state *state, int64_t shift_ms, bool unknown);

/* counted = convert(high + wraps * modulus) - convert(first) of the state's segment,
 * which rules must be those that counted it. */
int64_t totaliser_counted(const struct totaliser_rules *rules, const struct totaliser_state *state);

const char *totaliser_reason_name(enum totaliser_reason reason); /* "wrap", "jump", ... */

#endif
