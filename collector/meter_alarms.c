/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>

#include "collector/amount.h"
#include "collector/live.h"
#include "collector/meter_parts.h"

enum {
    STUCK_MIN_MS = 10 * 60 * 1000, /* running, and the total stands: an alarm after this */
    READING_BYTES = AMOUNT_TEXT_MAX + 16
};

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

void meter_alarms(struct meter *meter, const struct totaliser_outcome *outcome, int64_t wall_ms)
{
    for (size_t i = 0; i < outcome->events; i++)
        if (outcome->event[i].alarm)
            meter_alarm(meter, &outcome->event[i], wall_ms);
}

void meter_quiet(struct meter *meter, int64_t wall_ms)
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

void meter_creep_alarm(struct meter *meter, int64_t wall_ms)
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

void meter_watch(struct meter *meter, const struct scan *scan)
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

void meter_watch_unread(struct meter *meter, const struct scan *scan)
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
