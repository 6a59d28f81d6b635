/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "collector/amount.h"
#include "collector/import.h"
#include "collector/meter_input.h"
#include "collector/store_parts.h"

enum { READINGS_A_BATCH = 2048 };

/* A meter on the way through its readings. */
struct runner {
    struct totaliser_state state;
    struct totaliser_memory memory;
    struct journal_entry gaps; /* of the running month; count 0: none */
    int gaps_month;
    bool taken;      /* the last reading was */
    int64_t held_ms; /* holds that ended by then were taken */
};

struct run {
    const struct import_order *order;
    struct import_sum *sum;
    struct ledger *ledger;
    struct runner *runner; /* by meter */
    bool failed;
};

/* --- gaps: a row a meter and month, as each reading of an import ends one --- */

static void gaps_end(struct run *run, struct runner *runner)
{
    if (runner->gaps.count)
        ledger_journal(run->ledger, &runner->gaps);
    runner->gaps.count = 0;
}

static void gaps_begin(const struct run *run, size_t meter, struct runner *runner, int64_t from_ms)
{
    const struct config_meter *of = &run->order->config->meter[meter];
    runner->gaps = (struct journal_entry){
        .kind = "gap", .meter = (int)meter, .mine = (int)of->mine, .from_ms = from_ms, .bounded = true};
    snprintf(runner->gaps.subject, sizeof runner->gaps.subject, "%s", run->order->config->device[of->device].name);
    snprintf(runner->gaps.text, sizeof runner->gaps.text, "of an import, summed by month");
}

static void gaps_add(struct run *run, size_t meter, const struct totaliser_event *event, int64_t from_ms, int64_t to_ms)
{
    struct runner *runner = &run->runner[meter];
    const int month = month_of_day(calendar_place(&run->order->config->meter[meter].calendar, to_ms).day);
    if (month != runner->gaps_month)
        gaps_end(run, runner);
    if (runner->gaps.count == 0) {
        gaps_begin(run, meter, runner, from_ms);
        runner->gaps.before = event->before;
    }
    struct journal_entry *gaps = &runner->gaps;
    runner->gaps_month = month;
    gaps->count++;
    gaps->at_ms = gaps->to_ms = to_ms;
    gaps->after = event->after;
    gaps->amount = amount_add(gaps->amount, event->amount);
    gaps->bounded = gaps->bounded && event->bounded;
    gaps->low = gaps->bounded ? amount_add(gaps->low, event->low) : 0;
    gaps->high = gaps->bounded ? amount_add(gaps->high, event->high) : 0;
}

/* Takes the rows of gaps that leave nothing to decide out of an outcome. */
static void gaps_take(struct run *run, size_t meter, struct totaliser_outcome *outcome)
{
    const struct clock_now now = run->order->now;
    const int64_t shift_ms = now.wall_ms - now.boot_ms;
    size_t kept = 0;
    for (size_t i = 0; i < outcome->events; i++) {
        const struct totaliser_event *event = &outcome->event[i];
        if (event->reason == REASON_GAP && !event->open)
            gaps_add(run, meter, event, outcome->from_ms + shift_ms, outcome->to_ms + shift_ms);
        else
            outcome->event[kept++] = *event;
    }
    outcome->events = kept;
}

/* --- steps --- */

static void sum_outcome(struct import_meter *sum, const struct totaliser_outcome *outcome)
{
    sum->amount = amount_add(sum->amount, outcome->amount);
    sum->gaps += outcome->gap;
    for (size_t i = 0; i < outcome->events; i++) {
        const struct totaliser_event *event = &outcome->event[i];
        sum->open += event->open;
        sum->wraps += event->reason == REASON_WRAP;
        sum->breaks += event->reason == REASON_RESET || event->reason == REASON_JUMP;
    }
}

static bool step(struct run *run, size_t meter, const struct totaliser_input *input, struct clock_now at)
{
    const struct config *config = run->order->config;
    struct runner *runner = &run->runner[meter];
    struct totaliser_outcome outcome =
        totaliser_step(&config->meter[meter].rules, &runner->state, &runner->memory, input);
    const bool reread = outcome.reread;
    runner->taken = runner->taken || outcome.accepted;
    sum_outcome(&run->sum->meter[meter], &outcome);
    gaps_take(run, meter, &outcome);
    ledger_post(run->ledger, meter, &outcome, &runner->state, input->count, at);
    return reread;
}

/* --- holds --- */

/* A scan of which only that counts: whether a person held the meter. */
static void scan(struct run *run, size_t meter, int64_t at_ms, bool held)
{
    const struct clock_now now = run->order->now;
    const struct clock_now at = {at_ms, at_ms - now.wall_ms + now.boot_ms};
    const int64_t last = run->runner[meter].state.last;
    struct totaliser_input input = meter_input(run->order->config, meter, &run->runner[meter].state, at, last);
    input.held = held;
    step(run, meter, &input, at);
}

/* Holds that begin by then stop the meter, those that end by then let it go. Whether one stands then. */
static bool holds_take(struct run *run, size_t meter, int64_t at_ms)
{
    struct runner *runner = &run->runner[meter];
    const struct import_hold *hold = run->order->holds.at;
    for (size_t i = 0; i < run->order->holds.count; i++) {
        if (hold[i].meter != meter || hold[i].from_ms > at_ms || hold[i].to_ms <= runner->held_ms)
            continue;
        scan(run, meter, hold[i].from_ms, true);
        if (hold[i].to_ms > at_ms)
            return true;
        if (runner->state.stopped == STOP_HELD)
            scan(run, meter, hold[i].to_ms, false);
        runner->held_ms = hold[i].to_ms;
    }
    return false;
}

/* --- readings --- */

/* As meter_take does it. There is nothing to read once more: the file is the reading's own witness. */
static void take(struct run *run, size_t meter, int64_t at_ms, int64_t count)
{
    const struct clock_now now = run->order->now;
    const struct clock_now at = {at_ms, at_ms - now.wall_ms + now.boot_ms};
    struct runner *runner = &run->runner[meter];
    const bool held = !run->order->past[meter].before && holds_take(run, meter, at_ms);
    struct totaliser_input input = meter_input(run->order->config, meter, &runner->state, at, count);
    input.held = held;
    runner->taken = false;
    if (!step(run, meter, &input, at))
        return;
    input = meter_input(run->order->config, meter, &runner->state, at, count);
    input.reread = true;
    step(run, meter, &input, at);
}

static void take_reading(struct run *run, const struct import_reading *reading)
{
    struct import_meter *sum = &run->sum->meter[reading->meter];
    if (reading->there) {
        sum->there++;
        return;
    }
    if (sum->fresh++ == 0)
        sum->from_ms = reading->at_ms;
    sum->to_ms = reading->at_ms;
    take(run, reading->meter, reading->at_ms, reading->count);
    sum->taken += run->runner[reading->meter].taken;
}

/* --- batches --- */

static void month_add(struct run *run, size_t meter, int month, int64_t amount)
{
    struct list *list = &run->sum->months;
    struct import_month *at = list->at;
    size_t i = list->count;
    while (i > 0 && (at[i - 1].month > month || (at[i - 1].month == month && at[i - 1].meter > meter)))
        i--;
    if (i == 0 || at[i - 1].month != month || at[i - 1].meter != meter) {
        at = list_insert(list, i);
        if (!at) {
            run->failed = true;
            return;
        }
        *at = (struct import_month){month, meter, amount};
        return;
    }
    at[i - 1].amount = amount_add(at[i - 1].amount, amount);
}

static bool hand_over(struct run *run)
{
    const struct import_order *order = run->order;
    struct batch *batch = ledger_take(run->ledger, order->now.wall_ms, true);
    if (!batch) {
        run->failed = true;
        return false;
    }
    for (size_t i = 0; i < batch->tallies; i++)
        month_add(run, batch->tally[i].meter, month_of_day(batch->tally[i].place.day), batch->tally[i].amount);
    const bool good = order->sink(order->context, batch);
    batch_free(batch);
    return good && !run->failed;
}

/* --- all --- */

static bool run_start(struct run *run)
{
    const struct config *config = run->order->config;
    run->runner = calloc(config->meters + 1, sizeof *run->runner);
    run->ledger = ledger_new(config, NULL);
    run->sum->meter = calloc(config->meters + 1, sizeof *run->sum->meter);
    run->sum->months = (struct list){.size = sizeof(struct import_month)};
    if (!run->runner || !run->ledger || !run->sum->meter)
        return false;
    for (size_t i = 0; i < config->meters; i++) {
        const struct import_past *past = &run->order->past[i];
        if (!past->known || past->before)
            continue;
        run->runner[i].state = past->state;
        ledger_resume(run->ledger, i, past->posted_ms);
    }
    return true;
}

/* The ledger's first reading ends a history; the months' last gaps, and all states are handed over. */
static bool run_end(struct run *run)
{
    for (size_t i = 0; i < run->order->config->meters; i++) {
        const struct import_past *past = &run->order->past[i];
        if (past->before && past->news) {
            take(run, i, past->first_at_ms, past->first_raw);
            run->sum->meter[i].joined = run->runner[i].taken;
        }
        gaps_end(run, &run->runner[i]);
        run->sum->meter[i].segment = run->runner[i].state.segment;
    }
    return hand_over(run);
}

bool import_run(const struct import_order *order, struct import_sum *sum)
{
    struct run run = {.order = order, .sum = sum};
    const struct import_reading *reading = order->file->readings.at;
    const size_t count = order->file->readings.count;
    *sum = (struct import_sum){0};
    bool good = run_start(&run);
    for (size_t i = 0; good && i < count; i++) {
        take_reading(&run, &reading[i]);
        if ((i + 1) % READINGS_A_BATCH)
            continue;
        good = hand_over(&run);
        if (order->progress)
            order->progress(order->context, i + 1, count);
    }
    good = good && run_end(&run) && !run.failed;
    if (good && order->progress)
        order->progress(order->context, count, count);
    if (run.failed || !run.runner || !run.ledger)
        import_sum_free(sum);
    ledger_free(run.ledger);
    free(run.runner);
    return good;
}

void import_sum_free(struct import_sum *sum)
{
    free(sum->meter);
    free(sum->months.at);
    *sum = (struct import_sum){0};
}
