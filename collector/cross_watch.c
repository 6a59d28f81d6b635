/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/cross_watch.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "collector/amount.h"
#include "collector/live.h"
#include "collector/log.h"

enum {
    EVERY_MS = 10 * 1000,
    LATE_MS = 60 * 1000, /* with the gap limit: the last readings of a shift are in the ledger by then */
    SIDE_BYTES = AMOUNT_TEXT_MAX + 16
};

struct cross_watch {
    const struct site *site;
    struct store *store;
    int64_t due_ms; /* boot */
    bool failed;
    size_t pairs;
    struct cross_pair *pair;
    int64_t *judged_ms; /* by pair: the start of the last shift that was judged */
};

struct cross_watch *cross_watch_new(const struct site *site, struct store *store)
{
    struct cross_watch *watch = calloc(1, sizeof *watch);
    if (!watch)
        return NULL;
    watch->site = site;
    watch->store = store;
    watch->pair = calloc(2 * site->config->meters + 1, sizeof *watch->pair);
    watch->judged_ms = calloc(2 * site->config->meters + 1, sizeof *watch->judged_ms);
    if (!watch->pair || !watch->judged_ms) {
        cross_watch_free(watch);
        return NULL;
    }
    watch->pairs = cross_pairs(site->config, watch->pair);
    return watch;
}

void cross_watch_free(struct cross_watch *watch)
{
    if (!watch)
        return;
    free(watch->pair);
    free(watch->judged_ms);
    free(watch);
}

static void side_write(const struct config_meter *meter, int64_t amount, char text[static SIDE_BYTES])
{
    char exact[AMOUNT_TEXT_MAX];
    amount_exact(amount, exact);
    snprintf(text, SIDE_BYTES, "%s %s", exact, meter->quantity->unit);
}

/* "-3.1 %" */
static void share_write(int64_t ppm, char text[static 24])
{
    const int64_t tenths = (llabs(ppm) + 500) / 1000;
    snprintf(text, 24, "%s%" PRId64 ".%" PRId64 " %%", ppm < 0 ? "-" : "+", tenths / 10, tenths % 10);
}

/* "2 %", exactly as it was set. */
static void limit_write(int64_t ppm, char text[static DECIMAL_TEXT_MAX + 4])
{
    const size_t length = decimal_format(decimal_reduce((struct decimal){ppm, 4}), text);
    snprintf(text + length, 4, " %%");
}

static void pair_journal(const struct cross_watch *watch, const struct cross_pair *pair,
                         const struct cross_result *result, const struct calendar_span *shift,
                         const struct alarm *alarm)
{
    struct journal_entry entry = {.at_ms = shift->to_ms,
                                  .level = JOURNAL_AMBER,
                                  .meter = (int)pair->own,
                                  .mine = alarm->mine,
                                  .count = 1,
                                  .from_ms = shift->from_ms,
                                  .to_ms = shift->to_ms,
                                  .amount = result->own - result->against};
    snprintf(entry.kind, sizeof entry.kind, "%s", alarm->reason);
    snprintf(entry.subject, sizeof entry.subject, "%s",
             watch->site->config->device[watch->site->config->meter[pair->own].device].name);
    alarm_write(alarm, entry.text, sizeof entry.text);
    ledger_journal(watch->site->ledger, &entry);
}

static void pair_tell(struct cross_watch *watch, const struct cross_pair *pair, const struct cross_result *result,
                      const struct calendar_span *shift, int64_t wall_ms)
{
    const struct config *config = watch->site->config;
    const struct config_meter *meter = &config->meter[pair->own];
    struct alarms *alarms = live_alarms(watch->site->live);
    char own[SIDE_BYTES], against[SIDE_BYTES], value[24], limit[DECIMAL_TEXT_MAX + 4], at[INSTANT_TEXT_BYTES];
    if (result->outcome == CROSS_AGREES) {
        alarm_end(alarms, (int)meter->mine, meter->name, cross_reason(pair->kind), wall_ms);
        return;
    }
    side_write(meter, result->own, own);
    side_write(meter, result->against, against);
    share_write(result->ppm, value);
    limit_write(config->differ_ppm, limit);
    instant_format(shift->from_ms, at);
    at[16] = '\0'; /* without the seconds */
    const struct alarm_notice notice = {
        .mine = (int)meter->mine,
        .subject = meter->name,
        .reason = cross_reason(pair->kind),
        .level = JOURNAL_AMBER,
        .argument = {{"own", own}, {"against", against}, {"other", config->meter[pair->against].name}, {"shift", at}},
        .value = value,
        .limit = limit};
    alarm_raise(alarms, &notice, wall_ms);
    if (!result->journalled) {
        struct alarm alarm;
        alarm_make(&notice, &alarm);
        pair_journal(watch, pair, result, shift, &alarm);
    }
}

static void pair_judge(struct cross_watch *watch, size_t index, int64_t wall_ms)
{
    const struct cross_pair *pair = &watch->pair[index];
    const struct config *config = watch->site->config;
    struct calendar_place place;
    const int64_t at_ms = wall_ms - LATE_MS - config->gap_ms;
    const struct calendar_span shift = cross_shift(config, pair, at_ms, &place);
    if (shift.from_ms == watch->judged_ms[index])
        return;
    const struct cross_result result = store_cross(watch->store, pair, at_ms);
    const bool failed = result.outcome == CROSS_FAILED;
    if (failed && !watch->failed)
        log_warnx("meters are not compared: %s", store_error(watch->store));
    watch->failed = failed;
    if (failed || result.outcome == CROSS_LATER)
        return;
    watch->judged_ms[index] = shift.from_ms;
    if (result.outcome != CROSS_NOT)
        pair_tell(watch, pair, &result, &shift, wall_ms);
}

void cross_watch_tick(struct cross_watch *watch, struct clock_now now)
{
    if (now.boot_ms < watch->due_ms)
        return;
    watch->due_ms = now.boot_ms + EVERY_MS;
    for (size_t i = 0; i < watch->pairs; i++)
        pair_judge(watch, i, now.wall_ms);
}
