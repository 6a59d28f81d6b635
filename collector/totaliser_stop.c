/* SPDX-License-Identifier: Apache-2.0 */
/* Rules 8 and 9: stopped meters, and readings that open a segment. */
#include "collector/totaliser_turn.h"

/* What rule 3 or 4 could make; false where they could not. */
static bool excluded_amount(const struct turn *turn, const struct sight *sight, int64_t *amount)
{
    struct totaliser_state moved = *turn->state;
    struct finding finding = totaliser_find(turn->rules, turn->state, sight);
    bool forward = finding.rule == RULE_FORWARD, wrap = finding.rule == RULE_WRAP && finding.verdict == VERDICT_WRAP;
    if (!(forward || wrap) || turn->state->stopped == STOP_BREAKS || turn->state->elapsed_unknown)
        return false;
    segment_move(turn->rules, &moved, sight, &finding);
    return turn_amount(turn, &moved, amount);
}

/* What the register has moved while the meter was stopped. */
static void note_skipped(struct turn *turn, const struct sight *sight)
{
    const struct totaliser_state *state = turn->state;
    struct totaliser_event event = {.before = state->last, .after = sight->now};
    if (excluded_amount(turn, sight, &event.amount)) {
        event.reason = REASON_EXCLUDED;
        event.alarm = event.amount > 0;
        totaliser_bound(turn->rules, state, sight, true, &event);
    } else {
        event.reason = REASON_UNKNOWN;
        event.open = true;
        event.amount = segment_between(turn->rules, state->high, sight->now);
        totaliser_bound_skip(turn->rules, state, sight, sight->now, &event);
    }
    turn_note(turn, event);
}

/* A changed definition: only the rate says what passed, and only where nothing was held. */
static void note_redefined(struct turn *turn, const struct sight *sight)
{
    const struct totaliser_state *state = turn->state;
    struct totaliser_event event = {.reason = REASON_UNKNOWN, .before = state->last, .after = sight->now, .open = true};
    if (state->high == state->last && sight->allow < INT64_MAX)
        totaliser_bound_counts(turn->rules, 0, sight->allow, &event);
    turn_note(turn, event);
}

static void note_opening(struct turn *turn, const struct sight *sight)
{
    if (turn->state->started)
        note_skipped(turn, sight);
    else if (turn->state->segment)
        note_redefined(turn, sight);
    else
        turn_note(turn, (struct totaliser_event){.reason = REASON_FIRST, .before = sight->now, .after = sight->now});
}

void stop_open(struct turn *turn, const struct sight *sight, enum totaliser_verdict verdict)
{
    struct totaliser_state next = *turn->state;
    int64_t amount;
    segment_open(&next, sight->now, sight->now, sight->now, sight->at_ms);
    next.accepted_ms = sight->at_ms;
    next.elapsed_unknown = 0;
    /* A register that was frozen before may still be. */
    if (sight->now == turn->state->last)
        next.moved_ms = turn->state->moved_ms;
    if (next.stopped == STOP_BREAKS) {
        next.moved_ms = turn->memory->follow.moved_ms;
        next.breaks = 0;
    }
    next.stopped = STOP_NONE;
    if (!turn_amount(turn, &next, &amount)) {
        turn_note_range(turn, sight->now);
        return;
    }
    turn_end_run(turn);
    note_opening(turn, sight);
    turn_commit(turn, &next, sight, amount, verdict);
}

/* 8. Begins, or goes on. */
static void stop_begin(struct turn *turn, const struct totaliser_input *input)
{
    struct totaliser_state *state = turn->state;
    turn->memory->settling = turn->memory->following = false;
    if (state->stopped != STOP_NONE)
        return;
    turn_end_run(turn);
    state->stopped = input->calibrating ? STOP_CALIBRATING : STOP_HELD;
    state->stopped_ms = input->at_ms;
    turn_note(turn, (struct totaliser_event){.reason = REASON_STOPPED, .before = state->last, .after = state->last});
}

bool stop_excludes(struct turn *turn, const struct totaliser_input *input)
{
    struct totaliser_memory *memory = turn->memory;
    if (input->calibrating || input->held) {
        stop_begin(turn, input);
        return true;
    }
    if (turn->state->stopped != STOP_CALIBRATING && turn->state->stopped != STOP_HELD)
        return false;
    if (!input->good) /* a scan that failed has not seen the bit go */
        return true;
    if (!memory->settling) {
        memory->settling = true;
        memory->settling_ms = input->at_ms;
    }
    return input->at_ms - memory->settling_ms < turn->rules->refresh_ms;
}

static bool follows(const struct finding *finding)
{
    return finding->rule != RULE_WRAPS_UNKNOWN &&
           (finding->verdict == VERDICT_FORWARD || finding->verdict == VERDICT_WRAP ||
            finding->verdict == VERDICT_HOLD);
}

bool stop_breaks(struct turn *turn, const struct totaliser_input *input)
{
    struct totaliser_memory *memory = turn->memory;
    if (turn->state->stopped != STOP_BREAKS)
        return false;
    struct sight sight = totaliser_look(turn->rules, &memory->follow, input);
    struct finding finding = totaliser_find(turn->rules, &memory->follow, &sight);
    if (memory->following && follows(&finding)) {
        segment_move(turn->rules, &memory->follow, &sight, &finding);
        return input->at_ms - memory->following_ms < HOUR_MS;
    }
    memory->following = true;
    memory->following_ms = input->at_ms;
    memory->follow = (struct totaliser_state){.started = 1};
    segment_open(&memory->follow, input->count, input->count, input->count, input->at_ms);
    memory->follow.accepted_ms = input->at_ms;
    return true;
}
