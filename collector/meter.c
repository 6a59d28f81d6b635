/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/meter.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "collector/live.h"
#include "collector/log.h"
#include "collector/totals.h"

enum {
    RESET_EARLY_MS = 10 * 60 * 1000, /* a meter's own clock may be this far off at resets_at */
    STUCK_MIN_MS = 10 * 60 * 1000    /* running, and the total stands: an alarm after this */
};

struct meter {
    struct site *site;
    size_t index;
    const struct config_meter *config;
    const struct point *point;
    struct totaliser_state state;
    struct totaliser_memory memory;
    atomic_bool started;
    int64_t standing_high; /* the total, and since when the belt runs with it */
    int64_t standing_since_ms;
    int64_t not_good_ms; /* since when the point has not been good; 0: it is */
};

struct meter *meter_new(struct site *site, size_t index)
{
    struct meter *meter = calloc(1, sizeof(*meter));
    if (!meter)
        return NULL;
    meter->site = site;
    meter->index = index;
    meter->config = &site->config->meter[index];
    meter->point = &site->config->device[meter->config->device].profile->point[meter->config->point];
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
    atomic_store(&meter->started, true);
}

/* The latest instant at which the meter zeroes itself, on the boot line. */
static int64_t meter_reset_ms(const struct meter *meter, const struct scan *scan)
{
    int64_t latest_ms = INT64_MIN;
    for (int i = 0; i < meter->config->resets; i++) {
        int64_t wall_ms = calendar_last_time(scan->wall_ms + RESET_EARLY_MS, meter->config->resets_at_s[i]);
        int64_t boot_ms = wall_ms - scan->wall_ms + scan->boot_ms;
        latest_ms = boot_ms > latest_ms ? boot_ms : latest_ms;
    }
    return latest_ms;
}

static struct totaliser_input meter_input(const struct meter *meter, const struct scan *scan)
{
    const struct reading *reading = &scan->readings[meter->config->point];
    bool read = reading->quality == QUALITY_GOOD || reading->quality == QUALITY_CALIBRATING;
    int64_t count = read ? reading->count : 0;
    return (struct totaliser_input){
        .at_ms = scan->boot_ms,
        .good = read,
        .calibrating = scan->calibrating,
        .count = count,
        .step = registers_step(&meter->point->format, count > meter->state.high ? count : meter->state.high),
        .reset_ms = meter_reset_ms(meter, scan),
    };
}

/* Alarms of a break: what a person should look at, by the reason of the event. */
static void meter_alarms(struct meter *meter, const struct totaliser_outcome *outcome, int64_t wall_ms)
{
    for (size_t i = 0; i < outcome->events; i++) {
        const struct totaliser_event *event = &outcome->event[i];
        if (!event->alarm)
            continue;
        char id[ID_BYTES * 2], value[64];
        snprintf(id, sizeof(id), "%s-%s", meter->config->name, totaliser_reason_name(event->reason));
        snprintf(value, sizeof(value), "%" PRId64 " -> %" PRId64, event->before, event->after);
        live_alarm(meter->site->live, id, event->open ? JOURNAL_RED : JOURNAL_AMBER, (int)meter->config->mine,
                   totaliser_reason_name(event->reason), value, "", wall_ms);
    }
}

static void meter_step(struct meter *meter, const struct totaliser_input *input, const struct scan *scan,
                       struct totaliser_outcome *outcome)
{
    struct clock_now now = {.wall_ms = scan->wall_ms, .boot_ms = scan->boot_ms};
    *outcome = totaliser_step(&meter->config->rules, &meter->state, &meter->memory, input);
    ledger_post(meter->site->ledger, meter->index, outcome, &meter->state, input->count, now);
    meter_alarms(meter, outcome, scan->wall_ms);
}

/* The belt runs and the total stands: the meter, or what reads it, is stuck. */
static void meter_watch(struct meter *meter, const struct scan *scan)
{
    const struct config_meter *config = meter->config;
    if (config->running_point < 0 || (size_t)config->running_device != config->device)
        return;
    const struct reading *running = &scan->readings[config->running_point];
    bool runs = running->quality == QUALITY_GOOD && running->count != 0;
    if (!runs || meter->state.high != meter->standing_high || !meter->standing_since_ms) {
        meter->standing_high = meter->state.high;
        meter->standing_since_ms = scan->boot_ms;
    }
    int64_t limit_ms = 10 * config->rules.refresh_ms > STUCK_MIN_MS ? 10 * config->rules.refresh_ms : STUCK_MIN_MS;
    int64_t standing_ms = scan->boot_ms - meter->standing_since_ms;
    char id[ID_BYTES * 2], value[64];
    snprintf(id, sizeof(id), "%s-stuck", config->name);
    if (runs && standing_ms > limit_ms) {
        snprintf(value, sizeof(value), "%" PRId64 " min", standing_ms / 60000);
        live_alarm(meter->site->live, id, JOURNAL_AMBER, (int)config->mine, "belt runs, total stands", value, "10 min",
                   scan->wall_ms);
    } else {
        live_alarm_clear(meter->site->live, id, scan->wall_ms);
    }
}

void meter_take(struct meter *meter, struct sweep *sweep, struct wire *wire, struct scan *scan)
{
    if (!atomic_load(&meter->started) || !trust_posts(atomic_load(&meter->site->trust)))
        return;
    struct totaliser_input input = meter_input(meter, scan);
    struct totaliser_outcome outcome;
    meter_step(meter, &input, scan, &outcome);
    if (outcome.reread) {
        sweep_reread(sweep, wire, meter->config->point, scan);
        input = meter_input(meter, scan);
        input.reread = true;
        meter_step(meter, &input, scan, &outcome);
    }
    totals_seen(meter->site->totals, meter->index, input.good && !input.calibrating, scan->wall_ms);
    meter_watch(meter, scan);
}
