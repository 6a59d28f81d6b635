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
    bool resets;          /* zeroes itself at daily instants (totaliser_input.reset_ms) */
    struct ratio convert; /* counts -> thousandths */
};

enum totaliser_stop {
    STOP_NONE,
    STOP_CALIBRATING, /* a calibration, simulation or test bit */
    STOP_HELD,        /* a person's hold */
    STOP_BREAKS       /* more than six breaks in an hour */
};

enum { BREAKS_MAX = 6 };

/* All of it is kept over a restart. Only int64_t members, so that it is saved and
 * loaded by TOTALISER_STATE_FIELDS, in this order. */
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
    X(stopped_ms)      /* since when, or when the bit was last seen */                                                 \
    X(below_ms)        /* since when below high by rule 6; 0: not */                                                   \
    X(break0_ms) X(break1_ms) X(break2_ms) X(break3_ms) X(break4_ms) X(break5_ms) X(break6_ms)

struct totaliser_state {
#define X(name) int64_t name;
    TOTALISER_STATE_FIELDS(X)
#undef X
};

/* Readings that wait for what follows them; lost at a restart, on purpose. */
struct totaliser_memory {
    int suspects;
    int64_t suspect_first, suspect_last, suspect_high;
    int64_t suspect_ms; /* of the last of them */
    bool rereading;     /* the last step asked for a reread */
    int64_t asked;      /* the reading that asked */
    int64_t untaken_ms; /* since when good readings have not been taken; 0: they are */
    int64_t settling_ms;
};

struct totaliser_input {
    int64_t at_ms;
    bool good;        /* the count is a good reading */
    bool calibrating; /* a calibration, simulation or test bit stands, whether good or not */
    bool held;        /* a person's hold is on */
    bool reread;      /* this answers the reread that the last step asked for */
    int64_t count;
    int64_t step;     /* registers_step at max(high, count); >= 1 */
    int64_t reset_ms; /* the latest instant of resets_at not after at_ms + 10 min; INT64_MIN: none */
};

enum totaliser_verdict {
    VERDICT_NONE,    /* nothing to take: not good, stopped, dropped */
    VERDICT_FIRST,   /* opened the first segment */
    VERDICT_FORWARD, /* rule 3 */
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
    REASON_FIRST,
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

/* A journal row in the making. Amounts in thousandths. */
struct totaliser_event {
    enum totaliser_reason reason;
    int64_t before, after; /* readings, counts */
    int64_t amount;        /* posted with it, excluded, or skipped by it */
    bool bounded;          /* low and high are known */
    int64_t low, high;     /* least and greatest amount that the truth can have */
    bool open;             /* open work: a person must decide */
    bool alarm;
    bool summed; /* merged by (meter, bucket, reason): count and sum */
};

enum { EVENTS_MAX = 6 };

struct totaliser_outcome {
    enum totaliser_verdict verdict;
    bool reread;    /* read again at once and step again with .reread */
    bool accepted;  /* the reading was taken (opened a segment, or by rules 1 to 7) */
    int64_t amount; /* to post over [from_ms, to_ms), >= 0 */
    int64_t from_ms, to_ms;
    bool gap;     /* the amount spans a gap */
    bool segment; /* a new segment was opened; `closed` is the state before it */
    struct totaliser_state closed;
    size_t events;
    struct totaliser_event event[EVENTS_MAX];
};

/* One reading. Changes *state and *memory; returns what to post and to journal. */
struct totaliser_outcome totaliser_step(const struct totaliser_rules *rules, struct totaliser_state *state,
                                        struct totaliser_memory *memory, const struct totaliser_input *input);

/* allow(e) of the rules, in counts; INT64_MAX when it leaves int64. */
int64_t totaliser_allow(const struct totaliser_rules *rules, int64_t elapsed_ms, int64_t step);

/* The longest silence the meter survives: the e at which allow reaches the
 * modulus; INT64_MAX without one. */
int64_t totaliser_survives_ms(const struct totaliser_rules *rules, int64_t step);

/* Closes the open segment and opens a new one with the next reading, posting
 * nothing across (a changed definition). */
void totaliser_break(struct totaliser_state *state);

/* Moves a saved state onto this boot's line: all times by shift_ms. `unknown`:
 * how long it was cannot be known. */
void totaliser_rebase(struct totaliser_state *state, int64_t shift_ms, bool unknown);

/* counted = convert(high + wraps * modulus) - convert(first) of the open segment. */
int64_t totaliser_counted(const struct totaliser_rules *rules, const struct totaliser_state *state);

const char *totaliser_reason_name(enum totaliser_reason reason); /* "wrap", "jump", ... */

#endif
