/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/totaliser_turn.h"

static bool unwrap(const struct totaliser_rules *rules, const struct totaliser_state *state, int64_t *total)
{
    return !__builtin_mul_overflow(state->wraps, rules->modulus, total) &&
           !__builtin_add_overflow(*total, state->high, total);
}

bool segment_count(const struct totaliser_rules *rules, const struct totaliser_state *state, int64_t *counted)
{
    int64_t total, begin, end;
    return unwrap(rules, state, &total) && ratio_floor(rules->convert, total, &end) &&
           ratio_floor(rules->convert, state->first, &begin) && !__builtin_sub_overflow(end, begin, counted);
}

int64_t totaliser_counted(const struct totaliser_rules *rules, const struct totaliser_state *state)
{
    int64_t counted = 0;
    return segment_count(rules, state, &counted) ? counted : 0;
}

int64_t segment_between(const struct totaliser_rules *rules, int64_t from, int64_t to)
{
    int64_t begin = 0, end = 0, amount = 0;
    if (!ratio_floor(rules->convert, from, &begin) || !ratio_floor(rules->convert, to, &end) ||
        __builtin_sub_overflow(end, begin, &amount))
        return 0;
    return amount;
}

void segment_open(struct totaliser_state *state, int64_t first, int64_t high, int64_t last, int64_t at_ms)
{
    state->started = 1;
    state->segment++;
    state->first = first;
    state->high = high;
    state->last = last;
    state->wraps = 0;
    state->moved_ms = at_ms;
    state->below = 0;
    state->fallen = 0;
}

static void hold_below(struct totaliser_state *state, const struct sight *sight, bool noise)
{
    if (noise) {
        state->below = 0;
        state->fallen = 0;
    } else if (!state->below) {
        state->below = 1;
        state->below_ms = sight->at_ms;
        state->fallen = state->high - sight->now;
    } else if (sight->now < state->last &&
               __builtin_add_overflow(state->fallen, state->last - sight->now, &state->fallen)) {
        state->fallen = INT64_MAX;
    }
}

/* A flicker within noise is no move: a slow total that flickers would never seem to stand. */
static bool has_moved(const struct totaliser_rules *rules, const struct totaliser_state *state, int64_t now)
{
    return now > state->high || now - state->last > rules->noise || state->last - now > rules->noise;
}

void segment_move(const struct totaliser_rules *rules, struct totaliser_state *state, const struct sight *sight,
                  const struct finding *finding)
{
    if (finding->verdict == VERDICT_HOLD)
        hold_below(state, sight, finding->rule == RULE_NOISE);
    if (has_moved(rules, state, sight->now) || state->moved_ms > sight->at_ms)
        state->moved_ms = sight->at_ms;
    state->last = sight->now;
    if (finding->verdict == VERDICT_RESET)
        segment_open(state, 0, sight->now, sight->now, sight->at_ms);
    if (finding->verdict == VERDICT_FORWARD || finding->verdict == VERDICT_WRAP) {
        state->wraps += finding->verdict == VERDICT_WRAP;
        state->high = sight->now;
        state->below = 0;
        state->fallen = 0;
    }
    state->accepted_ms = sight->at_ms;
    state->elapsed_unknown = 0;
}

void totaliser_break(struct totaliser_state *state)
{
    state->started = 0;
}

bool totaliser_release(struct totaliser_state *state)
{
    if (state->stopped != STOP_BREAKS)
        return false;
    state->stopped = STOP_NONE;
    state->breaks = 0;
    totaliser_break(state);
    return true;
}

static int64_t shifted(int64_t time_ms, int64_t shift_ms)
{
    int64_t result;
    if (!__builtin_add_overflow(time_ms, shift_ms, &result))
        return result;
    return shift_ms < 0 ? INT64_MIN : INT64_MAX;
}

void totaliser_rebase(struct totaliser_state *state, int64_t shift_ms, bool unknown)
{
    int64_t *const time[] = {&state->accepted_ms, &state->moved_ms,  &state->stopped_ms, &state->below_ms,
                             &state->break0_ms,   &state->break1_ms, &state->break2_ms,  &state->break3_ms,
                             &state->break4_ms,   &state->break5_ms, &state->break6_ms};
    for (size_t i = 0; i < sizeof(time) / sizeof(time[0]); i++)
        *time[i] = shifted(*time[i], shift_ms);
    if (unknown && state->segment)
        state->elapsed_unknown = 1;
}
