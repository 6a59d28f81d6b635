/* SPDX-License-Identifier: Apache-2.0 */
/* What cannot be known gets a bound: the least and the greatest amount that passed. */
#include "collector/totaliser_rules.h"

/* In counts, from high: what has been counted already. */
struct span {
    wide low, high;
};

static void span_include(struct span *span, wide low, wide high)
{
    if (low < span->low)
        span->low = low;
    if (high > span->high)
        span->high = high;
}

void totaliser_bound_counts(const struct totaliser_rules *rules, wide low, wide high, struct totaliser_event *event)
{
    int64_t low_amount, high_amount;
    event->bounded = low >= -INT64_MAX && high <= INT64_MAX && ratio_floor(rules->convert, (int64_t)low, &low_amount) &&
                     ratio_floor(rules->convert, -(int64_t)high, &high_amount) && high_amount > INT64_MIN;
    if (!event->bounded)
        return;
    event->low = low_amount;
    event->high = -high_amount;
}

static void include_wraps(struct span *span, const struct totaliser_rules *rules, const struct totaliser_state *state,
                          const struct sight *sight)
{
    wide up = (wide)sight->now - state->last;
    wide most = rules->modulus ? (sight->allow - up) / rules->modulus : 0;
    if (most < 1)
        return;
    wide once = (wide)sight->now + rules->modulus - state->high;
    span_include(span, once, once + (most - 1) * rules->modulus);
}

/* A register frozen over a wrap, by a gateway's cache say, comes back like one that
 * was zeroed. Where the meter survives so long a freeze, it is one of the causes. */
static void include_frozen_wrap(struct span *span, const struct totaliser_rules *rules,
                                const struct totaliser_state *state, const struct sight *sight)
{
    int64_t allow = totaliser_allow(rules, sight->stood_ms, sight->step);
    wide once = (wide)sight->now + rules->modulus - state->high;
    if (allow < rules->modulus && (wide)sight->now + rules->modulus - state->last <= allow)
        span_include(span, once, once);
}

/* By noise, or the belt ran back, or comes forward again. */
static bool fits_held(const struct totaliser_rules *rules, const struct totaliser_state *state,
                      const struct sight *sight)
{
    if (sight->now >= state->high)
        return false;
    return state->high - sight->now <= rules->noise || state->last - sight->now <= sight->allow_gap;
}

void totaliser_bound(const struct totaliser_rules *rules, const struct totaliser_state *state,
                     const struct sight *sight, bool breaks, struct totaliser_event *event)
{
    wide from_high = (wide)sight->now - state->high;
    wide depth = (wide)state->high - state->last;
    struct span span = {INT64_MAX, INT64_MIN};

    if (sight->allow == INT64_MAX)
        return;
    if (from_high >= 0 && sight->now - state->last <= sight->allow)
        span_include(&span, from_high, from_high);
    include_wraps(&span, rules, state, sight);
    if (breaks)
        include_frozen_wrap(&span, rules, state, sight);
    if ((rules->resettable || rules->resets) && sight->now <= sight->allow)
        span_include(&span, sight->now - depth, sight->allow);
    if (fits_held(rules, state, sight))
        span_include(&span, breaks ? from_high : 0, breaks ? from_high : 0);
    totaliser_bound_counts(rules, span.low, span.high, event);
}

/* How far the belt would have run back to come to `first`, perhaps over zero. */
static wide ran_back(const struct totaliser_rules *rules, const struct totaliser_state *state,
                     const struct sight *sight, int64_t first)
{
    wide back = (wide)state->last - first;
    if (back < 0)
        back += rules->modulus;
    return back >= 0 && back <= sight->allow_gap ? back : 0;
}

void totaliser_bound_skip(const struct totaliser_rules *rules, const struct totaliser_state *state,
                          const struct sight *sight, int64_t first, struct totaliser_event *event)
{
    int64_t time_ms = sight->stood_ms > rules->gap_limit_ms ? sight->stood_ms : rules->gap_limit_ms;
    int64_t most = totaliser_allow(rules, time_ms, sight->step);
    wide depth = (wide)state->high - state->last;

    /* `first` may be low by noise, so that this much is counted twice. */
    if (most < INT64_MAX)
        totaliser_bound_counts(rules, -depth - ran_back(rules, state, sight, first) - rules->noise, most, event);
}
