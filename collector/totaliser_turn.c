/* SPDX-License-Identifier: Apache-2.0 */
/* What becomes of a reading under rules 1 to 7, and of breaks under rule 9. */
#include "collector/totaliser_turn.h"

enum { RUN_LENGTH = 3 }; /* suspects that make a jump */

void turn_note(struct turn *turn, struct totaliser_event event)
{
    if (turn->outcome->events < EVENTS_MAX)
        turn->outcome->event[turn->outcome->events++] = event;
}

/* A reread that is taken does not hide what became of the reading that asked for it. */
static void conclude(struct turn *turn, enum totaliser_verdict verdict)
{
    if (!turn->outcome->accepted)
        turn->outcome->verdict = verdict;
}

void turn_note_range(struct turn *turn, int64_t count)
{
    turn_note(turn,
              (struct totaliser_event){
                  .reason = REASON_RANGE, .before = turn->state->last, .after = count, .alarm = true, .summed = true});
    conclude(turn, VERDICT_RANGE);
}

void turn_note_dropped(struct turn *turn, const struct totaliser_input *asked, const struct totaliser_input *reread)
{
    turn_note(turn, (struct totaliser_event){.reason = REASON_DROPPED,
                                             .before = asked->count,
                                             .after = reread->good ? reread->count : asked->count,
                                             .summed = true});
}

void turn_end_run(struct turn *turn)
{
    if (turn->memory->run.count)
        turn_note(turn, (struct totaliser_event){.reason = REASON_GLITCH,
                                                 .before = turn->state->last,
                                                 .after = turn->memory->run.first,
                                                 .summed = true});
    turn->memory->run.count = 0;
}

bool turn_amount(const struct turn *turn, const struct totaliser_state *next, int64_t *amount)
{
    int64_t before = 0, after, total;
    if (next->segment == turn->state->segment && !segment_count(turn->rules, turn->state, &before))
        return false;
    return segment_count(turn->rules, next, &after) && !__builtin_sub_overflow(after, before, amount) &&
           !__builtin_add_overflow(turn->state->total, *amount, &total);
}

void turn_commit(struct turn *turn, const struct totaliser_state *next, const struct sight *sight, int64_t amount,
                 enum totaliser_verdict verdict)
{
    struct totaliser_outcome *outcome = turn->outcome;
    bool begins = next->segment != turn->state->segment;
    if (!outcome->accepted || begins)
        outcome->verdict = verdict;
    if (!outcome->accepted && turn->state->segment) {
        outcome->gap = sight->gap;
        outcome->from_ms = turn->state->accepted_ms < sight->at_ms ? turn->state->accepted_ms : sight->at_ms;
    }
    if (begins) {
        outcome->segment = true;
        outcome->closed = *turn->state;
    }
    outcome->accepted = true;
    outcome->amount += amount;
    *turn->state = *next;
    turn->state->total += amount;
}

static void note_falls(struct turn *turn, const struct sight *sight, const struct finding *finding)
{
    const struct totaliser_state *state = turn->state;
    bool noise = finding->rule == RULE_NOISE;
    if (sight->now >= state->last)
        return;
    struct totaliser_event event = {.reason = noise ? REASON_NOISE : REASON_BACKWARD,
                                    .before = state->last,
                                    .after = sight->now,
                                    .amount = segment_between(turn->rules, sight->now, state->last),
                                    .summed = true};
    wide fall = (wide)state->last - sight->now;
    int64_t passed = noise ? 0 : sight->allow < INT64_MAX ? sight->allow : sight->allow_hold;
    totaliser_bound_counts(turn->rules, 0, fall + passed, &event);
    turn_note(turn, event);
}

static void note_day_below(struct turn *turn, struct totaliser_state *next, const struct sight *sight)
{
    if (next->below != 1 || sight->at_ms - next->below_ms < DAY_MS)
        return;
    struct totaliser_event event = {.reason = REASON_BELOW_A_DAY,
                                    .before = next->high,
                                    .after = sight->now,
                                    .amount = segment_between(turn->rules, sight->now, next->high),
                                    .open = true,
                                    .alarm = true};
    totaliser_bound_counts(turn->rules, 0, (wide)next->fallen + sight->allow_gap, &event);
    turn_note(turn, event);
    next->below = 2;
}

static enum totaliser_reason reason_of(const struct finding *finding)
{
    if (finding->rule == RULE_WRAPS_UNKNOWN)
        return REASON_WRAPS_UNKNOWN;
    if (finding->verdict == VERDICT_WRAP)
        return REASON_WRAP;
    return finding->verdict == VERDICT_RESET ? REASON_RESET : REASON_GAP;
}

/* The row of a reading whose amount has more than one possible cause. */
static void note_causes(struct turn *turn, const struct sight *sight, const struct finding *finding, int64_t amount)
{
    enum totaliser_reason reason = reason_of(finding);
    bool breaks = finding->verdict == VERDICT_WRAP || finding->verdict == VERDICT_RESET;
    if (reason == REASON_GAP && !sight->gap)
        return;
    struct totaliser_event event = {.reason = reason,
                                    .before = turn->state->last,
                                    .after = sight->now,
                                    .amount = amount,
                                    .open = finding->open || turn->state->elapsed_unknown};
    totaliser_bound(turn->rules, turn->state, sight, breaks, &event);
    turn_note(turn, event);
}

/* 9. Resets and jumps of the last hour are counted: too many stop the meter. */
static void record_break(struct turn *turn, int64_t at_ms)
{
    struct totaliser_state *state = turn->state;
    int64_t *const time[] = {&state->break0_ms, &state->break1_ms, &state->break2_ms, &state->break3_ms,
                             &state->break4_ms, &state->break5_ms, &state->break6_ms};
    int64_t kept = 0;
    for (int64_t i = 0; i < state->breaks; i++)
        if (*time[i] > at_ms - HOUR_MS && kept < BREAKS_MAX)
            *time[kept++] = *time[i];
    *time[kept++] = at_ms;
    state->breaks = kept;
    if (kept <= BREAKS_MAX)
        return;
    state->stopped = STOP_BREAKS;
    state->stopped_ms = at_ms;
    turn_note(turn,
              (struct totaliser_event){
                  .reason = REASON_BREAKS, .before = state->last, .after = state->last, .open = true, .alarm = true});
}

void turn_take_move(struct turn *turn, const struct sight *sight, const struct finding *finding)
{
    struct totaliser_state next = *turn->state;
    int64_t amount;
    segment_move(turn->rules, &next, sight, finding);
    if (!turn_amount(turn, &next, &amount)) {
        turn_note_range(turn, sight->now);
        return;
    }
    turn_end_run(turn);
    note_causes(turn, sight, finding, amount);
    if (finding->verdict == VERDICT_HOLD) {
        note_falls(turn, sight, finding);
        note_day_below(turn, &next, sight);
    }
    turn_commit(turn, &next, sight, amount, finding->verdict);
    if (finding->verdict == VERDICT_RESET)
        record_break(turn, sight->at_ms);
}

static bool run_continues(const struct turn *turn, const struct sight *sight)
{
    int64_t up = sight->now - turn->memory->run.last;
    int64_t since_ms = sight->at_ms - turn->memory->run.last_ms;
    if (up < 0 && since_ms > turn->rules->gap_limit_ms)
        since_ms = turn->rules->gap_limit_ms;
    int64_t limit = totaliser_allow(turn->rules, since_ms, sight->step);
    return up <= limit && up >= -limit;
}

static void take_jump(struct turn *turn, const struct sight *sight)
{
    struct totaliser_state next = *turn->state;
    int64_t first = turn->memory->run.first, amount;
    segment_open(&next, first, turn->memory->run.high, sight->now, sight->at_ms);
    next.accepted_ms = sight->at_ms;
    next.elapsed_unknown = 0;
    turn->memory->run.count = 0;
    if (!turn_amount(turn, &next, &amount)) {
        turn_note_range(turn, sight->now);
        return;
    }
    struct totaliser_event event = {.reason = REASON_JUMP,
                                    .before = turn->state->last,
                                    .after = first,
                                    .amount = segment_between(turn->rules, turn->state->high, first),
                                    .open = true,
                                    .alarm = true};
    totaliser_bound_skip(turn->rules, turn->state, sight, first, &event);
    turn_note(turn, event);
    turn_commit(turn, &next, sight, amount, VERDICT_JUMP);
    record_break(turn, sight->at_ms);
}

void turn_take_suspect(struct turn *turn, const struct sight *sight)
{
    struct totaliser_memory *memory = turn->memory;
    if (memory->run.count && !run_continues(turn, sight))
        turn_end_run(turn);
    if (!memory->run.count++)
        memory->run.first = memory->run.high = sight->now;
    memory->run.last = sight->now;
    memory->run.last_ms = sight->at_ms;
    if (sight->now > memory->run.high)
        memory->run.high = sight->now;
    if (memory->run.count == RUN_LENGTH)
        take_jump(turn, sight);
    else
        conclude(turn, VERDICT_SUSPECT);
}
