/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/meter.h"

#include <stdlib.h>

#include "collector/live.h"
#include "collector/meter_input.h"
#include "collector/meter_parts.h"
#include "collector/totals.h"
#include "drivers/span.h"

struct meter *meter_new(struct site *site, size_t index)
{
    struct meter *meter = calloc(1, sizeof(*meter));
    if (!meter)
        return NULL;
    meter->site = site;
    meter->index = index;
    meter->config = &site->config->meter[index];
    atomic_init(&meter->held_until_ms, INT64_MIN);
    return meter;
}

void meter_free(struct meter *meter)
{
    free(meter);
}

void meter_start(struct meter *meter, const struct totaliser_state *saved)
{
    if (saved)
        meter->state = *saved;
    meter->alarmed = meter->state.stopped; /* by an earlier daemon */
    atomic_store(&meter->started, true);
}

void meter_hold(struct meter *meter, int64_t until_ms)
{
    atomic_store(&meter->held_until_ms, until_ms);
    atomic_store(&meter->held, true);
}

void meter_release(struct meter *meter)
{
    atomic_store(&meter->held_until_ms, INT64_MIN);
    atomic_store(&meter->released, true);
}

static struct totaliser_input meter_scan(struct meter *meter, const struct scan *scan)
{
    const struct reading *reading = &scan->readings[meter->config->point];
    struct clock_now at = {.wall_ms = scan->wall_ms, .boot_ms = scan->boot_ms};
    bool read = reading->quality == QUALITY_GOOD || reading->quality == QUALITY_CALIBRATING;
    struct totaliser_input input =
        meter_input(meter->site->config, meter->index, &meter->state, at, read ? reading->count : 0);
    input.good = read;
    input.calibrating = scan->calibrating;
    bool unseen = atomic_exchange(&meter->held, false);
    input.held = unseen || scan->boot_ms < atomic_load(&meter->held_until_ms);
    return input;
}

/* Not known is not idle; nor is a rate that another device measures, whose scan this is not. */
static bool meter_idle(const struct meter *meter, const struct scan *scan)
{
    const struct config_meter *config = meter->config;
    int64_t rate_milli;
    if (config->running_point >= 0 && atomic_load(&meter->standing))
        return true;
    if (config->drop_out_milli == 0 || config->rate_device != (int)config->device ||
        scan->readings[config->rate_point].quality != QUALITY_GOOD)
        return false;
    return ratio_floor(config->rate, scan->readings[config->rate_point].count, &rate_milli) &&
           rate_milli < config->drop_out_milli;
}

/* What the total gains while the belt is idle stays counted, and is summed apart. */
static void meter_creep(struct meter *meter, const struct totaliser_outcome *outcome, const struct scan *scan)
{
    const struct config_meter *config = meter->config;
    int64_t hour_ms = scan->wall_ms - scan->wall_ms % HOUR_MS;
    int64_t from_ms = outcome->from_ms + scan->wall_ms - scan->boot_ms;
    bool over = meter->creep.bucket_ms != hour_ms && meter->creep.sum <= config->creep_limit_milli;
    creep_see(&meter->creep, meter_idle(meter, scan), scan->boot_ms);
    int64_t crept = creep_amount(&meter->creep, outcome->from_ms, config->rules.refresh_ms, hour_ms, outcome->amount);
    if (crept > 0)
        ledger_sum(meter->site->ledger, &(struct journal_entry){.at_ms = scan->wall_ms,
                                                                .kind = "creep",
                                                                .meter = (int)meter->index,
                                                                .mine = (int)config->mine,
                                                                .count = 1,
                                                                .from_ms = from_ms,
                                                                .to_ms = scan->wall_ms,
                                                                .amount = crept});
    if (meter->creep.sum > config->creep_limit_milli)
        meter_creep_alarm(meter, scan->wall_ms);
    else if (meter->creeps && over) {
        alarm_clear(live_alarms(meter->site->live), (int)config->mine, config->name, "creep", scan->wall_ms);
        meter->creeps = false;
    }
}

static void meter_step(struct meter *meter, const struct totaliser_input *input, const struct scan *scan,
                       struct totaliser_outcome *outcome)
{
    struct clock_now now = {.wall_ms = scan->wall_ms, .boot_ms = scan->boot_ms};
    *outcome = totaliser_step(&meter->config->rules, &meter->state, &meter->memory, input);
    ledger_post(meter->site->ledger, meter->index, outcome, &meter->state, input->count, now);
    meter_alarms(meter, outcome, scan->wall_ms);
    meter_creep(meter, outcome, scan);
    if (outcome->accepted)
        meter_quiet(meter, scan->wall_ms);
}

void meter_see_belt(struct meter *meter, const struct scan *scan)
{
    const struct reading *running = &scan->readings[meter->config->running_point];
    atomic_store(&meter->running, running->quality == QUALITY_GOOD && running->count != 0);
    atomic_store(&meter->standing, running->quality == QUALITY_GOOD && running->count == 0);
}

static void meter_taken(struct meter *meter, bool accepted, const struct scan *scan)
{
    totals_seen(meter->site->totals, meter->index, accepted, scan->wall_ms);
    meter_watch(meter, scan);
}

void meter_take(struct meter *meter, const struct scan *scan)
{
    struct clock_now now = {.wall_ms = scan->wall_ms, .boot_ms = scan->boot_ms};
    meter->asks = false;
    meter_watch_unread(meter, scan);
    if (!atomic_load(&meter->started) || !site_posts(meter->site, now) || !site_enter(meter->site))
        return;
    if (atomic_exchange(&meter->released, false) && totaliser_release(&meter->state))
        meter->memory = (struct totaliser_memory){0};
    struct totaliser_input input = meter_scan(meter, scan);
    struct totaliser_outcome outcome;
    meter_step(meter, &input, scan, &outcome);
    site_leave(meter->site);
    meter->asks = outcome.reread;
    if (!meter->asks)
        meter_taken(meter, outcome.accepted, scan);
}

void meter_confirm(struct meter *meter, struct sweep *sweep, struct wire *wire, struct scan *scan)
{
    if (!meter->asks)
        return;
    if (!sweep_was_reread(sweep, meter->config->point))
        sweep_reread(sweep, wire, meter->config->point, scan);
    if (!site_enter(meter->site))
        return; /* as if it had not been asked: both are dropped */
    struct totaliser_input input = meter_scan(meter, scan);
    struct totaliser_outcome outcome;
    input.reread = true;
    meter_step(meter, &input, scan, &outcome);
    site_leave(meter->site);
    meter_taken(meter, outcome.accepted, scan);
}
