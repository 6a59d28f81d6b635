/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/totaliser_rules.h"

enum { INSTANT_SLACK_MS = 10 * MINUTE_MS }; /* how far a meter's own clock may be off at resets_at */

#define TIME_MAX_MS (INT64_C(1) << 57) /* longer is "not known"; keeps products within 128 bits */

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t greatest(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* What tenths/10 of max_rate makes in a time, rounded up, and `more`. */
static int64_t made(const struct totaliser_rules *rules, wide time_ms, int tenths, wide more)
{
    const wide over = 10 * (wide)HOUR_MS;
    if (time_ms > TIME_MAX_MS)
        return INT64_MAX;
    wide counts = (rules->max_rate * time_ms * tenths + over - 1) / over + more;
    return counts > INT64_MAX ? INT64_MAX : (int64_t)counts;
}

/* A reading may be off by one step, and so may the one that it is compared with. Noise
 * that is set greater than a step is one: the way up from a dip is no flow. */
static wide steps(const struct totaliser_rules *rules, int64_t step)
{
    return 2 * (wide)greatest(greatest(rules->resolution, rules->noise), step);
}

int64_t totaliser_allow(const struct totaliser_rules *rules, int64_t elapsed_ms, int64_t step)
{
    return made(rules, (wide)elapsed_ms + rules->refresh_ms, 12, steps(rules, step));
}

int64_t totaliser_survives_ms(const struct totaliser_rules *rules, int64_t step)
{
    if (!rules->modulus)
        return INT64_MAX;
    wide counts = rules->modulus - steps(rules, step);
    if (counts <= 0)
        return 0;
    wide reached_ms = (counts - 1) * 10 * HOUR_MS / ((wide)rules->max_rate * 12) + 1 - rules->refresh_ms;
    return reached_ms < 0 ? 0 : reached_ms > INT64_MAX ? INT64_MAX : (int64_t)reached_ms;
}

/* A clock that has gone backwards counts as no time. */
static int64_t elapsed(const struct totaliser_state *state, int64_t from_ms, int64_t to_ms)
{
    return state->elapsed_unknown ? INT64_MAX : greatest(to_ms - from_ms, 0);
}

struct sight totaliser_look(const struct totaliser_rules *rules, const struct totaliser_state *state,
                            const struct totaliser_input *input)
{
    struct sight sight = {
        .now = input->count,
        .at_ms = input->at_ms,
        .reset_ms = input->reset_ms,
        .step = input->step,
        .since_ms = elapsed(state, state->accepted_ms, input->at_ms),
    };
    sight.stood_ms = greatest(elapsed(state, state->moved_ms, input->at_ms), sight.since_ms);
    sight.elapsed_ms = greatest(sight.since_ms, least(sight.stood_ms, rules->gap_limit_ms));
    sight.allow = totaliser_allow(rules, sight.elapsed_ms, input->step);
    sight.allow_since = totaliser_allow(rules, sight.since_ms, input->step);
    sight.allow_hold = totaliser_allow(rules, least(sight.since_ms, rules->gap_limit_ms), input->step);
    sight.allow_gap = totaliser_allow(rules, rules->gap_limit_ms, input->step);
    sight.allow_zero = totaliser_allow(rules, 0, input->step);
    sight.gap = sight.since_ms > rules->gap_limit_ms;
    return sight;
}

/* One reading, its meter, and what the rule makes of it. */
struct question {
    const struct totaliser_rules *rules;
    const struct totaliser_state *state;
    const struct sight *sight;
    struct finding *finding;
};

static bool find(const struct question *ask, enum totaliser_rule rule, enum totaliser_verdict verdict)
{
    ask->finding->rule = rule;
    ask->finding->verdict = verdict;
    return true;
}

static bool find_confirmed(const struct question *ask, enum totaliser_rule rule, enum totaliser_verdict verdict,
                           bool open)
{
    ask->finding->confirm = true;
    ask->finding->open = open;
    return find(ask, rule, verdict);
}

static bool can_reset(const struct totaliser_rules *rules)
{
    return rules->resettable || rules->resets;
}

static bool knows_instant(const struct question *ask)
{
    return ask->rules->resets && ask->sight->reset_ms != INT64_MIN;
}

/* An instant of resets_at, give or take the slack, lies since the last accepted reading. */
static bool instant_since(const struct question *ask)
{
    const struct sight *sight = ask->sight;
    return knows_instant(ask) && sight->reset_ms <= sight->at_ms + INSTANT_SLACK_MS &&
           (ask->state->elapsed_unknown || sight->reset_ms >= ask->state->accepted_ms - INSTANT_SLACK_MS);
}

static int64_t since_instant_ms(const struct sight *sight)
{
    return greatest(sight->at_ms - sight->reset_ms + INSTANT_SLACK_MS, 0);
}

/* The two limits of rule 5: this much can have come since the total was zeroed. */
static bool within_reset(const struct question *ask)
{
    const struct sight *sight = ask->sight;
    int64_t time_ms = HOUR_MS;
    if (knows_instant(ask))
        time_ms = greatest(since_instant_ms(sight), least(sight->elapsed_ms, HOUR_MS));
    return sight->now <= sight->allow && sight->now <= greatest(sight->allow_zero, made(ask->rules, time_ms, 10, 0));
}

/* 1. Down from high by at most noise. Up from last it must fit as any other reading. */
static bool rule_noise(const struct question *ask)
{
    int64_t now = ask->sight->now, high = ask->state->high;
    if (now >= high || high - now > ask->rules->noise || now - ask->state->last > ask->sight->allow_since)
        return false;
    ask->finding->open = ask->rules->modulus && ask->sight->allow >= ask->rules->modulus;
    return find(ask, RULE_NOISE, VERDICT_HOLD);
}

/* 2. It may have gone round more than once. */
static bool rule_wraps_unknown(const struct question *ask)
{
    if (!ask->rules->modulus || ask->sight->allow < ask->rules->modulus)
        return false;
    enum totaliser_verdict down = can_reset(ask->rules) ? VERDICT_RESET : VERDICT_WRAP;
    return find_confirmed(ask, RULE_WRAPS_UNKNOWN, ask->sight->now < ask->state->high ? down : VERDICT_FORWARD, true);
}

/* 3. Not below high, and up from last by at most allow. */
static bool rule_forward(const struct question *ask)
{
    const struct sight *sight = ask->sight;
    int64_t up = sight->now - ask->state->last;
    if (sight->now < ask->state->high || up > sight->allow)
        return false;
    if (sight->gap && instant_since(ask) && sight->now <= sight->allow &&
        sight->now <= greatest(sight->allow_zero, made(ask->rules, since_instant_ms(sight), 10, 0)))
        return find_confirmed(ask, RULE_RESET, VERDICT_RESET, false);
    ask->finding->confirm = up > sight->allow_since;
    return find(ask, RULE_FORWARD, VERDICT_FORWARD);
}

/* 4. Round once; or, where it can be zeroed and a gap hides which of the two, the reset. */
static bool rule_wrap(const struct question *ask)
{
    const struct sight *sight = ask->sight;
    int64_t down = ask->state->last - sight->now, modulus = ask->rules->modulus;
    if (!modulus || down <= 0 || modulus - down > sight->allow)
        return false;
    if (can_reset(ask->rules) && sight->gap && sight->allow > modulus / 100 && within_reset(ask))
        return find_confirmed(ask, RULE_WRAP, VERDICT_RESET, true);
    return find_confirmed(ask, RULE_WRAP, VERDICT_WRAP, false);
}

/* 5. Zeroed, and what has come since. */
static bool rule_reset(const struct question *ask)
{
    int64_t now = ask->sight->now, high = ask->state->high;
    bool down = now < ask->state->last && (now < high - now || instant_since(ask));
    if (!can_reset(ask->rules) || !down || !within_reset(ask))
        return false;
    return find_confirmed(ask, RULE_RESET, VERDICT_RESET, false);
}

/* 6. The belt ran back, stands, or comes forward again. */
static bool rule_back(const struct question *ask)
{
    int64_t up = ask->sight->now - ask->state->last, limit = ask->sight->allow_hold;
    if (ask->sight->now >= ask->state->high || up > limit || up < -limit)
        return false;
    return find(ask, RULE_BACK, VERDICT_HOLD);
}

/* 7. Anything else. */
static bool rule_suspect(const struct question *ask)
{
    return find(ask, RULE_SUSPECT, VERDICT_SUSPECT);
}

struct finding totaliser_find(const struct totaliser_rules *rules, const struct totaliser_state *state,
                              const struct sight *sight)
{
    static bool (*const rule[])(const struct question *) = {
        rule_noise, rule_wraps_unknown, rule_forward, rule_wrap, rule_reset, rule_back, rule_suspect,
    };
    struct finding finding = {0};
    const struct question ask = {rules, state, sight, &finding};
    for (size_t i = 0; !rule[i](&ask); i++)
        ;
    return finding;
}
