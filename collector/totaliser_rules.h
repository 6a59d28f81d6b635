/* SPDX-License-Identifier: Apache-2.0 */
/* Rules 1 to 7 of the tally, and the bounds on what they post: how one reading
 * looks beside the state. Changes nothing; of use to the totaliser only. */
#ifndef COALTALLY_TOTALISER_RULES_H
#define COALTALLY_TOTALISER_RULES_H

#include "collector/totaliser.h"
#include "drivers/span.h"

__extension__ typedef __int128 wide;

/* A reading beside the state. Elapsed times are INT64_MAX where they are not known,
 * and so is what they allow. */
struct sight {
    int64_t now; /* the reading */
    int64_t at_ms, reset_ms;
    int64_t step;
    int64_t since_ms;    /* since the last accepted reading */
    int64_t elapsed_ms;  /* e: the same, or how long the total has stood, at most the gap limit */
    int64_t stood_ms;    /* since the total last moved */
    int64_t allow;       /* allow(e) */
    int64_t allow_since; /* allow(since_ms) */
    int64_t allow_hold;  /* allow(since_ms, at most the gap limit) */
    int64_t allow_gap;   /* allow(gap limit) */
    int64_t allow_zero;  /* allow(0) */
    bool gap;            /* a gap lies before */
};
struct sight totaliser_look(const struct totaliser_rules *rules, const struct totaliser_state *state,
                            const struct totaliser_input *input);

enum totaliser_rule {
    RULE_NOISE = 1,
    RULE_WRAPS_UNKNOWN = 2,
    RULE_FORWARD = 3,
    RULE_WRAP = 4,
    RULE_RESET = 5,
    RULE_BACK = 6,
    RULE_SUSPECT = 7
};

struct finding {
    enum totaliser_rule rule;
    enum totaliser_verdict verdict;
    bool confirm; /* rule 0: to be taken only where a reread confirms it */
    bool open;    /* what is posted is open work */
};

/* The first rule that matches. */
struct finding totaliser_find(const struct totaliser_rules *rules, const struct totaliser_state *state,
                              const struct sight *sight);

/* Sets event->bounded, low and high: the least and the greatest amount of all causes
 * that fit a reading of rules 1 to 5. `breaks`: a reset or a wrap is posted, or the
 * segment ends, so that the way from the reading up to high is counted again. */
void totaliser_bound(const struct totaliser_rules *rules, const struct totaliser_state *state,
                     const struct sight *sight, bool breaks, struct totaliser_event *event);

/* The same where the register has been changed to `first` by whatever means. */
void totaliser_bound_skip(const struct totaliser_rules *rules, const struct totaliser_state *state,
                          const struct sight *sight, int64_t first, struct totaliser_event *event);

/* The same from counts, given as they are: rounded outwards. */
void totaliser_bound_counts(const struct totaliser_rules *rules, wide low, wide high, struct totaliser_event *event);

#endif
