/* SPDX-License-Identifier: Apache-2.0 */
/* Rule 0, and the step as a whole. */
#include "collector/totaliser_turn.h"

#define TIME_LIMIT_MS (INT64_C(1) << 56) /* no clock is further off */

static bool in_range(const struct turn *turn, int64_t count)
{
    int64_t amount;
    return count >= 0 && (!turn->rules->modulus || count < turn->rules->modulus) &&
           ratio_floor(turn->rules->convert, count, &amount);
}

/* A reading that may be looked at. */
static bool is_usable(struct turn *turn, const struct totaliser_input *input)
{
    bool excluded = stop_excludes(turn, input);
    if (excluded || !input->good)
        return false;
    if (in_range(turn, input->count))
        return !stop_breaks(turn, input);
    turn->memory->following = false;
    turn_note_range(turn, input->count);
    return false;
}

static bool confirms(const struct turn *turn, const struct totaliser_input *asked, const struct totaliser_input *reread)
{
    int64_t step = asked->step > reread->step ? asked->step : reread->step;
    int64_t up = reread->count - asked->count, limit = totaliser_allow(turn->rules, 0, step);
    return up <= limit && up >= -limit;
}

/* The rule that a reading falls under; what opens a segment falls under none. */
static struct finding find(const struct turn *turn, const struct sight *sight)
{
    if (!turn->state->started)
        return (struct finding){.verdict = VERDICT_FIRST, .confirm = true};
    if (turn->state->stopped != STOP_NONE)
        return (struct finding){.verdict = VERDICT_RESTART, .confirm = true};
    return totaliser_find(turn->rules, turn->state, sight);
}

static void take(struct turn *turn, const struct sight *sight, const struct finding *finding)
{
    if (finding->verdict == VERDICT_FIRST || finding->verdict == VERDICT_RESTART)
        stop_open(turn, sight, finding->verdict);
    else if (finding->verdict == VERDICT_SUSPECT)
        turn_take_suspect(turn, sight);
    else
        turn_take_move(turn, sight, finding);
}

/* A scan's own reading: taken, or asks for a reread. */
static void step_scan(struct turn *turn, const struct totaliser_input *input)
{
    struct sight sight = totaliser_look(turn->rules, turn->state, input);
    struct finding finding = find(turn, &sight);
    if (finding.confirm || sight.since_ms > 3 * turn->rules->interval_ms) {
        turn->memory->asking = ASKED_CONFIRM;
        turn->memory->asked = *input;
    } else {
        take(turn, &sight, &finding);
        if (turn->outcome->verdict == VERDICT_SUSPECT)
            turn->memory->asking = ASKED_AGAIN;
    }
    turn->outcome->reread = turn->memory->asking != ASKED_NOTHING;
}

static void step_confirmed(struct turn *turn, const struct totaliser_input *asked)
{
    struct sight sight = totaliser_look(turn->rules, turn->state, asked);
    struct finding finding = find(turn, &sight);
    take(turn, &sight, &finding);
}

/* The reread as a reading of its own. There is one reread a scan: where it would
 * need another, it is dropped. */
static void step_reread(struct turn *turn, const struct totaliser_input *input)
{
    struct sight sight = totaliser_look(turn->rules, turn->state, input);
    struct finding finding = find(turn, &sight);
    if (finding.confirm)
        turn_note_dropped(turn, input, input);
    else
        take(turn, &sight, &finding);
}

static void step_answer(struct turn *turn, const struct totaliser_input *input, bool usable)
{
    struct totaliser_memory *memory = turn->memory;
    bool waits = memory->asking == ASKED_CONFIRM;
    memory->asking = ASKED_NOTHING;
    if (waits && (!usable || !confirms(turn, &memory->asked, input))) {
        turn_note_dropped(turn, &memory->asked, input);
        return;
    }
    if (waits)
        step_confirmed(turn, &memory->asked);
    if (usable && turn->state->stopped == STOP_NONE)
        step_reread(turn, input);
}

/* Good readings that are never taken must not go on in silence. */
static void watch_untaken(struct turn *turn, const struct totaliser_input *input, bool usable)
{
    struct totaliser_memory *memory = turn->memory;
    if (turn->outcome->accepted || (turn->state->stopped && !usable))
        memory->untaken = false;
    else if (usable && !memory->untaken) {
        memory->untaken = true;
        memory->untaken_told = false;
        memory->untaken_ms = input->at_ms;
    } else if (usable && !memory->untaken_told && input->at_ms - memory->untaken_ms > turn->rules->gap_limit_ms) {
        memory->untaken_told = true;
        turn_note(turn,
                  (struct totaliser_event){
                      .reason = REASON_NOT_TAKEN, .before = turn->state->last, .after = input->count, .alarm = true});
    }
}

static bool is_time(int64_t time_ms)
{
    return time_ms > -TIME_LIMIT_MS && time_ms < TIME_LIMIT_MS;
}

static bool is_segment_possible(const struct turn *turn)
{
    const struct totaliser_state *state = turn->state;
    int64_t counted;
    return in_range(turn, state->first) && in_range(turn, state->high) && in_range(turn, state->last) &&
           state->last <= state->high && state->wraps >= 0 && state->fallen >= 0 &&
           segment_count(turn->rules, state, &counted);
}

/* No step leaves a state that cannot be, but a damaged row may. */
static void mend(const struct turn *turn)
{
    struct totaliser_state *state = turn->state;
    if (state->started && !is_segment_possible(turn))
        totaliser_break(state);
    if (state->segment < 0 || state->segment > INT32_MAX)
        state->segment = 1;
    if (state->breaks < 0 || state->breaks > BREAKS_MAX + 1)
        state->breaks = 0;
    if (!is_time(state->accepted_ms) || !is_time(state->moved_ms) || !is_time(state->below_ms)) {
        state->accepted_ms = state->moved_ms = state->below_ms = 0;
        state->elapsed_unknown = 1;
    }
}

struct totaliser_outcome totaliser_step(const struct totaliser_rules *rules, struct totaliser_state *state,
                                        struct totaliser_memory *memory, const struct totaliser_input *input)
{
    struct totaliser_outcome outcome = {.from_ms = input->at_ms, .to_ms = input->at_ms};
    struct turn turn = {rules, state, memory, &outcome};
    mend(&turn);
    bool usable = is_usable(&turn, input);
    if (input->reread) {
        step_answer(&turn, input, usable);
    } else {
        memory->asking = ASKED_NOTHING;
        if (usable)
            step_scan(&turn, input);
    }
    watch_untaken(&turn, input, usable);
    return outcome;
}

const char *totaliser_reason_name(enum totaliser_reason reason)
{
    static const char *const names[REASON_COUNT] = {
        [REASON_FIRST] = "first",
        [REASON_GAP] = "gap",
        [REASON_NOISE] = "noise",
        [REASON_BACKWARD] = "backward",
        [REASON_BELOW_A_DAY] = "below-a-day",
        [REASON_WRAP] = "wrap",
        [REASON_WRAPS_UNKNOWN] = "wraps-unknown",
        [REASON_RESET] = "reset",
        [REASON_GLITCH] = "glitch",
        [REASON_JUMP] = "jump",
        [REASON_RANGE] = "range",
        [REASON_DROPPED] = "dropped",
        [REASON_NOT_TAKEN] = "not-taken",
        [REASON_STOPPED] = "stopped",
        [REASON_EXCLUDED] = "excluded",
        [REASON_UNKNOWN] = "unknown",
        [REASON_BREAKS] = "breaks",
    };
    return (unsigned)reason < REASON_COUNT ? names[reason] : "?";
}
