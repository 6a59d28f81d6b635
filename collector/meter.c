/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/meter.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "collector/amount.h"
#include "collector/creep.h"
#include "collector/live.h"
#include "collector/log.h"
#include "collector/meter_input.h"
#include "collector/totals.h"

enum {
    MS_PER_HOUR = 3600 * 1000,
    STUCK_MIN_MS = 10 * 60 * 1000, /* running, and the total stands: an alarm after this */
    READING_BYTES = AMOUNT_TEXT_MAX + 16
};

struct meter {
    struct site *site;
    size_t index;
    const struct config_meter *config;
    struct totaliser_state state;
    struct totaliser_memory memory;
    atomic_bool started;
    /* The belt, told by the bus of the device that `running` names; neither where that was not read: */
    atomic_bool running, standing;
    _Atomic int64_t held_until_ms; /* boot; a person's hold */
    atomic_bool held, released;    /* a hold that no step has seen yet; rule 9's stop is to end */
    struct creep creep;
    int64_t standing_high; /* the total, and since when the belt runs with it */
    int64_t standing_since_ms;
    int64_t read_ms;                     /* boot: the last good total; 0: none yet */
    int64_t unread_since_ms;             /* boot: the device answers, but not with a total; 0: it does */
    bool stuck, unread, alarmed, creeps; /* alarms of it stand */
    bool asks;                           /* to be read once more */
};

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

/* A reading of the register in the meter's unit: "402,118.200 t"; as it stands where that leaves the range. */
static void reading_write(const struct meter *meter, int64_t count, char text[static READING_BYTES])
{
    char amount[AMOUNT_TEXT_MAX];
    int64_t thousandths;
    if (!ratio_floor(meter->config->rules.convert, count, &thousandths)) {
        snprintf(text, READING_BYTES, "%" PRId64, count);
        return;
    }
    amount_exact(thousandths, amount);
    snprintf(text, READING_BYTES, "%s %s", amount, meter->config->quantity->unit);
}

/* "+412.000 t"; empty where it is nothing. */
static void skipped_write(const struct meter *meter, int64_t skipped, char text[static READING_BYTES])
{
    char amount[AMOUNT_TEXT_MAX];
    amount_exact(skipped, amount);
    snprintf(text, READING_BYTES, "%s%s %s", skipped > 0 ? "+" : "", amount, meter->config->quantity->unit);
    if (skipped == 0)
        *text = '\0';
}

static void meter_alarm(struct meter *meter, const struct totaliser_event *event, int64_t wall_ms)
{
    char before[READING_BYTES], after[READING_BYTES], value[READING_BYTES];
    reading_write(meter, event->before, before);
    reading_write(meter, event->after, after);
    skipped_write(meter, event->amount, value);
    const struct alarm_notice notice = {.mine = (int)meter->config->mine,
                                        .subject = meter->config->name,
                                        .reason = totaliser_reason_name(event->reason),
                                        .level = event->open ? JOURNAL_RED : JOURNAL_AMBER,
                                        .argument = {{"before", before}, {"after", after}},
                                        .value = value};
    alarm_raise(live_alarms(meter->site->live), &notice, wall_ms);
    meter->alarmed = true;
}

/* What a person should look at. */
static void meter_alarms(struct meter *meter, const struct totaliser_outcome *outcome, int64_t wall_ms)
{
    for (size_t i = 0; i < outcome->events; i++)
        if (outcome->event[i].alarm)
            meter_alarm(meter, &outcome->event[i], wall_ms);
}

/* Readings are taken again: what said that they were not is over. Breaks stay, and so does what was
 * excluded while the belt ran: a person should look, for a calibration bit can also hide output. */
static void meter_quiet(struct meter *meter, int64_t wall_ms)
{
    static const enum totaliser_reason passing[] = {REASON_RANGE, REASON_NOT_TAKEN, REASON_DROPPED, REASON_BREAKS,
                                                    REASON_STOPPED};
    if (!meter->alarmed || meter->state.stopped)
        return;
    for (size_t i = 0; i < sizeof(passing) / sizeof(passing[0]); i++)
        alarm_clear(live_alarms(meter->site->live), (int)meter->config->mine, meter->config->name,
                    totaliser_reason_name(passing[i]), wall_ms);
    meter->alarmed = false;
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

static void meter_creep_alarm(struct meter *meter, int64_t wall_ms)
{
    const struct config_meter *config = meter->config;
    char value[AMOUNT_TEXT_MAX + 16], limit[AMOUNT_TEXT_MAX + 16], amount[AMOUNT_TEXT_MAX];
    amount_exact(meter->creep.sum, amount);
    snprintf(value, sizeof(value), "%s %s", amount, config->quantity->unit);
    amount_exact(config->creep_limit_milli, amount);
    snprintf(limit, sizeof(limit), "%s %s", amount, config->quantity->unit);
    struct alarm_notice notice = {.mine = (int)config->mine,
                                  .subject = config->name,
                                  .reason = "creep",
                                  .level = JOURNAL_AMBER,
                                  .value = value,
                                  .limit = limit};
    alarm_raise(live_alarms(meter->site->live), &notice, wall_ms);
    meter->creeps = true;
}

/* What the total gains while the belt is idle stays counted, and is summed apart. */
static void meter_creep(struct meter *meter, const struct totaliser_outcome *outcome, const struct scan *scan)
{
    const struct config_meter *config = meter->config;
    int64_t hour_ms = scan->wall_ms - scan->wall_ms % MS_PER_HOUR;
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

static void meter_stuck(struct meter *meter, int64_t standing_ms, int64_t limit_ms, int64_t wall_ms)
{
    char value[64], limit[64];
    snprintf(value, sizeof(value), "%" PRId64 " s", standing_ms / 1000);
    snprintf(limit, sizeof(limit), "%" PRId64 " s", limit_ms / 1000);
    struct alarm_notice notice = {.mine = (int)meter->config->mine,
                                  .subject = meter->config->name,
                                  .reason = "stuck",
                                  .level = JOURNAL_AMBER,
                                  .value = value,
                                  .limit = limit};
    alarm_raise(live_alarms(meter->site->live), &notice, wall_ms);
    meter->stuck = true;
}

/* The belt runs and the total stands: the meter, or what reads it, is stuck. */
static void meter_watch(struct meter *meter, const struct scan *scan)
{
    const struct config_meter *config = meter->config;
    if (config->running_point < 0)
        return;
    /* A meter that is not read stands too, but that has an alarm of its own. */
    const bool read = scan->readings[config->point].quality == QUALITY_GOOD;
    const bool unread = meter->read_ms && scan->boot_ms - meter->read_ms > config->rules.gap_limit_ms;
    if (unread)
        meter->standing_since_ms = 0;
    if (!read)
        return;
    meter->read_ms = scan->boot_ms;
    if (!atomic_load(&meter->running) || meter->state.high != meter->standing_high || !meter->standing_since_ms) {
        meter->standing_high = meter->state.high;
        meter->standing_since_ms = scan->boot_ms;
        if (meter->stuck)
            alarm_clear(live_alarms(meter->site->live), (int)config->mine, config->name, "stuck", scan->wall_ms);
        meter->stuck = false;
        return;
    }
    int64_t limit_ms = 10 * config->rules.refresh_ms > STUCK_MIN_MS ? 10 * config->rules.refresh_ms : STUCK_MIN_MS;
    int64_t standing_ms = scan->boot_ms - meter->standing_since_ms;
    if (standing_ms > limit_ms)
        meter_stuck(meter, standing_ms, limit_ms, scan->wall_ms);
}

bool meter_is_stuck(const struct meter *meter)
{
    return meter->stuck;
}

/* The device answers, and the meter's point is refused, out of range or no value: the device's own alarm
 * does not see that. */
static void meter_watch_unread(struct meter *meter, const struct scan *scan)
{
    const struct config_meter *config = meter->config;
    enum quality quality = scan->readings[config->point].quality;
    struct alarms *alarms = live_alarms(meter->site->live);
    struct alarm_notice notice = {.mine = (int)config->mine,
                                  .subject = config->name,
                                  .reason = "not-read",
                                  .level = JOURNAL_RED,
                                  .argument = {{"cause", quality_name(quality)}}};
    if (quality == QUALITY_TIMEOUT)
        return;
    if (quality == QUALITY_GOOD || quality == QUALITY_CALIBRATING) {
        if (meter->unread)
            alarm_clear(alarms, notice.mine, notice.subject, notice.reason, scan->wall_ms);
        meter->unread = false;
        meter->unread_since_ms = 0;
        return;
    }
    if (!meter->unread_since_ms)
        meter->unread_since_ms = scan->boot_ms;
    if (scan->boot_ms - meter->unread_since_ms < meter->site->config->device[config->device].alarm_after_ms)
        return;
    alarm_raise(alarms, &notice, scan->wall_ms);
    meter->unread = true;
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
