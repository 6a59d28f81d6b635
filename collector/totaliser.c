/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/totaliser.h"

#include <string.h>

#include "collector/totaliser_rules.h"

enum { RUN_LENGTH = 3 };                 /* suspects that make a jump */
#define TIME_LIMIT_MS (INT64_C(1) << 56) /* no clock is further off */

/* One step under way. */
struct turn {
    const struct totaliser_rules *rules;
    struct totaliser_state *state;
    struct totaliser_memory *memory;
    struct totaliser_outcome *outcome;
};

/* --- the arithmetic of a segment --- */

static bool unwrap(const struct totaliser_rules *rules, const struct totaliser_state *state, int64_t *total)
{
    return !__builtin_mul_overflow(state->wraps, rules->modulus, total) &&
           !__builtin_add_overflow(*total, state->high, total);
}

static bool count_segment(const struct totaliser_rules *rules, const struct totaliser_state *state, int64_t *counted)
{
    int64_t total, begin, end;
    return unwrap(rules, state, &total) && ratio_floor(rules->convert, total, &end) &&
           ratio_floor(rules->convert, state->first, &begin) && !__builtin_sub_overflow(end, begin, counted);
}

int64_t totaliser_counted(const struct totaliser_rules *rules, const struct totaliser_state *state)
{
    int64_t counted = 0;
    return count_segment(rules, state, &counted) ? counted : 0;
}

/* From one reading to another; both are below what the segment has converted. */
static int64_t amount_between(const struct totaliser_rules *rules, int64_t from, int64_t to)
{
    int64_t begin = 0, end = 0, amount = 0;
    if (!ratio_floor(rules->convert, from, &begin) || !ratio_floor(rules->convert, to, &end) ||
        __builtin_sub_overflow(end, begin, &amount))
        return 0;
    return amount;
}

static void open_segment(struct totaliser_state *state, int64_t first, int64_t high, int64_t last, int64_t at_ms)
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

/* The state after a reading of rules 1 to 6. */
static void move(const struct totaliser_rules *rules, struct totaliser_state *state, const struct sight *sight,
                 const struct finding *finding)
{
    if (finding->verdict == VERDICT_HOLD)
        hold_below(state, sight, finding->rule == RULE_NOISE);
    if (has_moved(rules, state, sight->now) || state->moved_ms > sight->at_ms)
        state->moved_ms = sight->at_ms;
    state->last = sight->now;
    if (finding->verdict == VERDICT_RESET)
        open_segment(state, 0, sight->now, sight->now, sight->at_ms);
    if (finding->verdict == VERDICT_FORWARD || finding->verdict == VERDICT_WRAP) {
        state->wraps += finding->verdict == VERDICT_WRAP;
        state->high = sight->now;
        state->below = 0;
        state->fallen = 0;
    }
    state->accepted_ms = sight->at_ms;
    state->elapsed_unknown = 0;
}

/* --- what a step leaves behind --- */

static void note(struct turn *turn, struct totaliser_event event)
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

static void note_range(struct turn *turn, int64_t count)
{
    note(turn, (struct totaliser_event){
                   .reason = REASON_RANGE, .before = turn->state->last, .after = count, .alarm = true, .summed = true});
    conclude(turn, VERDICT_RANGE);
}

static void note_dropped(struct turn *turn, const struct totaliser_input *asked, const struct totaliser_input *reread)
{
    note(turn, (struct totaliser_event){.reason = REASON_DROPPED,
                                        .before = asked->count,
                                        .after = reread->good ? reread->count : asked->count,
                                        .summed = true});
    conclude(turn, VERDICT_NONE);
}

/* A run of suspects has ended and was no jump. */
static void end_run(struct turn *turn)
{
    if (turn->memory->run.count)
        note(turn, (struct totaliser_event){.reason = REASON_GLITCH,
                                            .before = turn->state->last,
                                            .after = turn->memory->run.first,
                                            .summed = true});
    turn->memory->run.count = 0;
}

/* What `next` has counted more than the state now; false where that leaves int64. */
static bool amount_of(const struct turn *turn, const struct totaliser_state *next, int64_t *amount)
{
    int64_t before = 0, after, total;
    if (next->segment == turn->state->segment && !count_segment(turn->rules, turn->state, &before))
        return false;
    return count_segment(turn->rules, next, &after) && !__builtin_sub_overflow(after, before, amount) &&
           !__builtin_add_overflow(turn->state->total, *amount, &total);
}

static void commit(struct turn *turn, const struct totaliser_state *next, const struct sight *sight, int64_t amount,
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

/* --- rules 1 to 6 --- */

static void note_falls(struct turn *turn, const struct sight *sight, const struct finding *finding)
{
    const struct totaliser_state *state = turn->state;
    bool noise = finding->rule == RULE_NOISE;
    if (sight->now >= state->last)
        return;
    struct totaliser_event event = {.reason = noise ? REASON_NOISE : REASON_BACKWARD,
                                    .before = state->last,
                                    .after = sight->now,
                                    .amount = amount_between(turn->rules, sight->now, state->last),
                                    .summed = true};
    wide fall = (wide)state->last - sight->now;
    int64_t passed = noise ? 0 : sight->allow < INT64_MAX ? sight->allow : sight->allow_hold;
    totaliser_bound_counts(turn->rules, 0, fall + passed, &event);
    note(turn, event);
}

static void note_day_below(struct turn *turn, struct totaliser_state *next, const struct sight *sight)
{
    if (next->below != 1 || sight->at_ms - next->below_ms < DAY_MS)
        return;
    struct totaliser_event event = {.reason = REASON_BELOW_A_DAY,
                                    .before = next->high,
                                    .after = sight->now,
                                    .amount = amount_between(turn->rules, sight->now, next->high),
                                    .open = true,
                                    .alarm = true};
    totaliser_bound_counts(turn->rules, 0, (wide)next->fallen + sight->allow_gap, &event);
    note(turn, event);
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
    note(turn, event);
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
    note(turn, (struct totaliser_event){
                   .reason = REASON_BREAKS, .before = state->last, .after = state->last, .open = true, .alarm = true});
}

static void take_move(struct turn *turn, const struct sight *sight, const struct finding *finding)
{
    struct totaliser_state next = *turn->state;
    int64_t amount;
    move(turn->rules, &next, sight, finding);
    if (!amount_of(turn, &next, &amount)) {
        note_range(turn, sight->now);
        return;
    }
    end_run(turn);
    note_causes(turn, sight, finding, amount);
    if (finding->verdict == VERDICT_HOLD) {
        note_falls(turn, sight, finding);
        note_day_below(turn, &next, sight);
    }
    commit(turn, &next, sight, amount, finding->verdict);
    if (finding->verdict == VERDICT_RESET)
        record_break(turn, sight->at_ms);
}

/* --- rule 7 --- */

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
    open_segment(&next, first, turn->memory->run.high, sight->now, sight->at_ms);
    next.accepted_ms = sight->at_ms;
    next.elapsed_unknown = 0;
    turn->memory->run.count = 0;
    if (!amount_of(turn, &next, &amount)) {
        note_range(turn, sight->now);
        return;
    }
    struct totaliser_event event = {.reason = REASON_JUMP,
                                    .before = turn->state->last,
                                    .after = first,
                                    .amount = amount_between(turn->rules, turn->state->high, first),
                                    .open = true,
                                    .alarm = true};
    totaliser_bound_skip(turn->rules, turn->state, sight, first, &event);
    note(turn, event);
    commit(turn, &next, sight, amount, VERDICT_JUMP);
    record_break(turn, sight->at_ms);
}

static void take_suspect(struct turn *turn, const struct sight *sight)
{
    struct totaliser_memory *memory = turn->memory;
    if (memory->run.count && !run_continues(turn, sight))
        end_run(turn);
    if (!memory->run.count++) {
        memory->run.first = memory->run.high = sight->now;
        memory->run.first_ms = sight->at_ms;
    }
    memory->run.last = sight->now;
    memory->run.last_ms = sight->at_ms;
    if (sight->now > memory->run.high)
        memory->run.high = sight->now;
    if (memory->run.count == RUN_LENGTH)
        take_jump(turn, sight);
    else
        conclude(turn, VERDICT_SUSPECT);
}

/* --- the first reading; rules 8 and 9 --- */

/* What rule 3 or 4 could make is the test material's; the rest cannot be known. */
static void note_skipped(struct turn *turn, const struct sight *sight)
{
    const struct totaliser_state *state = turn->state;
    struct finding finding = totaliser_find(turn->rules, state, sight);
    bool forward = finding.rule == RULE_FORWARD, wrap = finding.rule == RULE_WRAP && finding.verdict == VERDICT_WRAP;
    bool known = (forward || wrap) && state->stopped != STOP_BREAKS && !state->elapsed_unknown;
    struct totaliser_state moved = *state;
    struct totaliser_event event = {.reason = known ? REASON_EXCLUDED : REASON_UNKNOWN,
                                    .before = state->last,
                                    .after = sight->now,
                                    .amount = amount_between(turn->rules, state->high, sight->now),
                                    .open = !known};
    if (known) {
        move(turn->rules, &moved, sight, &finding);
        known = amount_of(turn, &moved, &event.amount);
        event.alarm = event.amount > 0;
        totaliser_bound(turn->rules, state, sight, true, &event);
    } else {
        totaliser_bound_skip(turn->rules, state, sight, sight->now, &event);
    }
    note(turn, event);
}

/* A changed definition: only the rate says what passed, and only where nothing was held. */
static void note_redefined(struct turn *turn, const struct sight *sight)
{
    const struct totaliser_state *state = turn->state;
    struct totaliser_event event = {.reason = REASON_UNKNOWN, .before = state->last, .after = sight->now, .open = true};
    if (state->high == state->last && sight->allow < INT64_MAX)
        totaliser_bound_counts(turn->rules, 0, sight->allow, &event);
    note(turn, event);
}

static void note_opening(struct turn *turn, const struct sight *sight)
{
    if (turn->state->started)
        note_skipped(turn, sight);
    else if (turn->state->segment)
        note_redefined(turn, sight);
    else
        note(turn, (struct totaliser_event){.reason = REASON_FIRST, .before = sight->now, .after = sight->now});
}

static void take_opening(struct turn *turn, const struct sight *sight, enum totaliser_verdict verdict)
{
    struct totaliser_state next = *turn->state;
    int64_t amount;
    open_segment(&next, sight->now, sight->now, sight->now, sight->at_ms);
    next.accepted_ms = sight->at_ms;
    next.elapsed_unknown = 0;
    if (sight->now == turn->state->last)
        next.moved_ms = turn->state->moved_ms;
    if (next.stopped == STOP_BREAKS) {
        next.moved_ms = turn->memory->follow.moved_ms;
        next.breaks = 0;
    }
    next.stopped = STOP_NONE;
    if (!amount_of(turn, &next, &amount)) {
        note_range(turn, sight->now);
        return;
    }
    end_run(turn);
    note_opening(turn, sight);
    commit(turn, &next, sight, amount, verdict);
}

/* 8. True while a bit or a hold stands, or its effect may still be seen in the register. */
static bool is_excluded(struct turn *turn, const struct totaliser_input *input)
{
    struct totaliser_state *state = turn->state;
    struct totaliser_memory *memory = turn->memory;
    if (input->calibrating || input->held) {
        memory->settling = memory->following = false;
        if (state->stopped == STOP_NONE) {
            end_run(turn);
            state->stopped = input->calibrating ? STOP_CALIBRATING : STOP_HELD;
            state->stopped_ms = input->at_ms;
            note(turn, (struct totaliser_event){.reason = REASON_STOPPED, .before = state->last, .after = state->last});
        }
        return true;
    }
    if (state->stopped != STOP_CALIBRATING && state->stopped != STOP_HELD)
        return false;
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

/* 9. True until an hour has passed in which each good reading follows from the one before. */
static bool is_breaking(struct turn *turn, const struct totaliser_input *input)
{
    struct totaliser_memory *memory = turn->memory;
    if (turn->state->stopped != STOP_BREAKS)
        return false;
    struct sight sight = totaliser_look(turn->rules, &memory->follow, input);
    struct finding finding = totaliser_find(turn->rules, &memory->follow, &sight);
    if (memory->following && follows(&finding)) {
        move(turn->rules, &memory->follow, &sight, &finding);
        return input->at_ms - memory->following_ms < HOUR_MS;
    }
    memory->following = true;
    memory->following_ms = input->at_ms;
    memory->follow = (struct totaliser_state){.started = 1};
    open_segment(&memory->follow, input->count, input->count, input->count, input->at_ms);
    memory->follow.accepted_ms = input->at_ms;
    return true;
}

/* --- rule 0 --- */

static bool in_range(const struct turn *turn, int64_t count)
{
    int64_t amount;
    return count >= 0 && (!turn->rules->modulus || count < turn->rules->modulus) &&
           ratio_floor(turn->rules->convert, count, &amount);
}

/* A reading that may be looked at. */
static bool is_usable(struct turn *turn, const struct totaliser_input *input)
{
    bool excluded = is_excluded(turn, input);
    if (excluded || !input->good)
        return false;
    if (in_range(turn, input->count))
        return !is_breaking(turn, input);
    turn->memory->following = false;
    note_range(turn, input->count);
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
        take_opening(turn, sight, finding->verdict);
    else if (finding->verdict == VERDICT_SUSPECT)
        take_suspect(turn, sight);
    else
        take_move(turn, sight, finding);
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
        note_dropped(turn, input, input);
    else
        take(turn, &sight, &finding);
}

static void step_answer(struct turn *turn, const struct totaliser_input *input, bool usable)
{
    struct totaliser_memory *memory = turn->memory;
    bool waits = memory->asking == ASKED_CONFIRM;
    memory->asking = ASKED_NOTHING;
    if (waits && (!usable || !confirms(turn, &memory->asked, input))) {
        note_dropped(turn, &memory->asked, input);
        return;
    }
    if (waits)
        step_confirmed(turn, &memory->asked);
    if (usable && turn->state->stopped == STOP_NONE)
        step_reread(turn, input);
}

/* Good readings that are never taken must not go on in silence. */
static void watch_untaken(struct turn *turn, const struct totaliser_input *input)
{
    struct totaliser_memory *memory = turn->memory;
    if (turn->outcome->accepted || turn->state->stopped) {
        memory->untaken = false;
        return;
    }
    if (!input->good || !in_range(turn, input->count))
        return;
    if (!memory->untaken) {
        memory->untaken = true;
        memory->untaken_told = false;
        memory->untaken_ms = input->at_ms;
    } else if (!memory->untaken_told && input->at_ms - memory->untaken_ms > turn->rules->gap_limit_ms) {
        memory->untaken_told = true;
        note(turn, (struct totaliser_event){
                       .reason = REASON_NOT_TAKEN, .before = turn->state->last, .after = input->count, .alarm = true});
    }
}

/* --- the step, and the state as a whole --- */

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
           count_segment(turn->rules, state, &counted);
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
    watch_untaken(&turn, input);
    return outcome;
}

void totaliser_break(struct totaliser_state *state)
{
    state->started = 0;
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
