/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/capacity_watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/capacity_alarm.h"
#include "collector/live.h"
#include "collector/log.h"
#include "collector/store_capacity.h"
#include "drivers/span.h"

static const int64_t every_ms = 5 * MINUTE_MS, late_ms = MINUTE_MS;

/* An alarm that is true now. */
struct told {
    int mine;
    char subject[ID_BYTES], reason[ALARM_REASON_BYTES];
};

struct capacity_watch {
    const struct site *site;
    struct store *store;
    struct county *county;
    struct capacity_limits *limits;
    int64_t due_ms, turned_ms;
    struct list told; /* struct told: by the turn that runs */
    bool failed;
};

bool capacity_watched(const struct config *config)
{
    return config->county.present && *config->county.roster;
}

/* The roster and the limits may have faults, which keep nobody from counting. */
static void watch_read(struct capacity_watch *watch)
{
    struct faults *faults = faults_new();
    if (!faults)
        return;
    watch->county = county_open(&watch->site->config->county, faults);
    watch->limits = capacity_limits_open(&watch->site->config->county, faults);
    faults_print(faults, stderr);
    faults_free(faults);
}

struct capacity_watch *capacity_watch_new(const struct site *site, struct store *store)
{
    struct capacity_watch *watch = calloc(1, sizeof *watch);
    if (!watch)
        return NULL;
    *watch = (struct capacity_watch){.site = site, .store = store, .told = {.size = sizeof(struct told)}};
    if (capacity_watched(site->config))
        watch_read(watch);
    return watch;
}

void capacity_watch_free(struct capacity_watch *watch)
{
    if (!watch)
        return;
    county_free(watch->county);
    capacity_limits_free(watch->limits);
    free(watch->told.at);
    free(watch);
}

void capacity_watch_wake(struct capacity_watch *watch)
{
    watch->due_ms = 0;
}

/* --- alarms --- */

static struct alarm *standing(struct alarm *all, size_t count, const struct alarm_notice *notice)
{
    for (size_t i = 0; i < count; i++)
        if (!all[i].cleared_ms && all[i].mine == notice->mine && strcmp(all[i].subject, notice->subject) == 0 &&
            strcmp(all[i].reason, notice->reason) == 0)
            return &all[i];
    return NULL;
}

/* What is less grave than it was is another alarm: the one that stood is over. */
static void alarm_lower(struct alarms *alarms, const struct alarm_notice *notice, int64_t wall_ms)
{
    size_t count;
    struct alarm *all = alarms_list(alarms, &count);
    const struct alarm *stands = all ? standing(all, count, notice) : NULL;
    if (stands && stands->level > notice->level)
        alarm_end(alarms, notice->mine, notice->subject, notice->reason, wall_ms);
    free(all);
}

static void finding_tell(void *context, int mine, const struct capacity_finding *finding)
{
    struct capacity_watch *watch = context;
    struct alarms *alarms = live_alarms(watch->site->live);
    struct capacity_alarm alarm;
    if (finding->measure == CAPACITY_NO_DATA && mine >= 0)
        return; /* its devices have alarms of their own */
    capacity_alarm_make(finding, mine, &alarm);
    alarm_lower(alarms, &alarm.notice, watch->turned_ms);
    alarm_raise(alarms, &alarm.notice, watch->turned_ms);
    struct told *told = list_add(&watch->told);
    watch->failed |= told == NULL;
    if (!told)
        return;
    told->mine = mine;
    snprintf(told->subject, sizeof told->subject, "%s", alarm.notice.subject);
    snprintf(told->reason, sizeof told->reason, "%s", alarm.notice.reason);
}

static bool is_told(const struct capacity_watch *watch, const struct alarm *alarm)
{
    const struct told *told = watch->told.at;
    for (size_t i = 0; i < watch->told.count; i++)
        if (told[i].mine == alarm->mine && strcmp(told[i].subject, alarm->subject) == 0 &&
            strcmp(told[i].reason, alarm->reason) == 0)
            return true;
    return false;
}

/* What stood, of this run or the last, and is not true any more. */
static void alarms_end(struct capacity_watch *watch)
{
    struct alarms *alarms = live_alarms(watch->site->live);
    size_t count;
    struct alarm *all = alarms_list(alarms, &count);
    for (size_t i = 0; all && i < count; i++)
        if (!all[i].cleared_ms && capacity_alarm_is(all[i].reason) && !is_told(watch, &all[i]))
            alarm_end(alarms, all[i].mine, all[i].subject, all[i].reason, watch->turned_ms);
    free(all);
}

/* --- turns --- */

/* While the roster cannot be read nobody is judged, and that is an alarm. */
static bool watch_can(struct capacity_watch *watch)
{
    struct alarms *alarms = live_alarms(watch->site->live);
    const struct alarm_notice notice = {.mine = -1, .subject = "county", .reason = "no-roster", .level = JOURNAL_AMBER};
    const bool can = watch->county && watch->limits;
    if (can)
        alarm_end(alarms, notice.mine, notice.subject, notice.reason, watch->turned_ms);
    else
        alarm_raise(alarms, &notice, watch->turned_ms);
    return can;
}

static int64_t due_after(int64_t wall_ms)
{
    const int64_t hour = wall_ms - wall_ms % HOUR_MS + HOUR_MS + late_ms;
    return wall_ms + every_ms < hour ? wall_ms + every_ms : hour;
}

void capacity_watch_turn(struct capacity_watch *watch, int64_t wall_ms)
{
    if (!capacity_watched(watch->site->config) || (wall_ms < watch->due_ms && wall_ms >= watch->turned_ms))
        return;
    watch->turned_ms = wall_ms;
    watch->due_ms = due_after(wall_ms);
    if (!watch_can(watch))
        return;
    const bool failed_before = watch->failed;
    watch->told.count = 0;
    watch->failed = false;
    if (!store_capacity(watch->store, watch->county, watch->limits, wall_ms, finding_tell, watch)) {
        watch->failed = true;
        if (!failed_before)
            log_warnx("capacities are not watched: %s", store_error(watch->store));
    } else if (!watch->failed) {
        alarms_end(watch);
    }
}
