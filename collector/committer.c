/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/committer.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/acts.h"
#include "collector/capacity_watch.h"
#include "collector/closer.h"
#include "collector/cross_watch.h"
#include "collector/gatherer.h"
#include "collector/holds.h"
#include "collector/live.h"
#include "collector/log.h"
#include "collector/plan_alarm.h"
#include "collector/publisher.h"
#include "collector/spool.h"
#include "collector/store_replacement.h"
#include "collector/totals.h"

enum { TICK_MS = 500 };

struct committer {
    struct site *site;
    struct store *store;
    struct closer *closer;
    struct meter **meter;
    struct cross_watch *cross;
    struct capacity_watch *capacity;
    struct gatherer *gatherer;          /* NULL: this daemon gathers nothing */
    bool people;                        /* what people said before this start is known */
    bool started;                       /* the meters */
    struct totals_sums *before, *after; /* by meter: around acts */
    struct holds *holds;
    bool recalendar; /* an act corrected a calendar */
    int64_t head;    /* the rev up to which the publisher was told that there is more */
    pthread_t thread;
    pthread_mutex_t lock;
    struct committer_report report;
};

/* --- start of the meters --- */

static void committer_holds(struct committer *committer, struct clock_now now)
{
    if (!holds_tick(committer->holds, now))
        log_warnx("holds: %s", store_error(committer->store));
}

static void committer_start_meters(struct committer *committer)
{
    enum trust trust = atomic_load(&committer->site->trust);
    struct clock_now now = clock_now();
    if (committer->started || !site_posts(committer->site, now))
        return;
    if (!store_totals_reported(committer->store, committer->site->totals, now.wall_ms) ||
        !store_totals(committer->store, committer->site->totals, now.wall_ms))
        return;
    committer_holds(committer, now); /* a meter's first reading may already be one to exclude */
    for (size_t i = 0; i < committer->site->config->meters; i++) {
        struct totaliser_state state;
        bool saved = store_state(committer->store, i, trust == TRUST_SYNCHRONISED, now, &state);
        ledger_resume(committer->site->ledger, i, store_posted_ms(committer->store, i));
        ledger_bucket(committer->site->ledger, i, store_bucket(committer->store, i));
        meter_start(committer->meter[i], saved ? &state : NULL);
    }
    committer->started = true;
}

/* --- commits --- */

static void committer_note(struct committer *committer, int64_t writing_ms, const char *error)
{
    pthread_mutex_lock(&committer->lock);
    committer->report.committed_ms = store_last_commit_ms(committer->store);
    committer->report.writing_ms = writing_ms;
    if (error)
        snprintf(committer->report.error, sizeof(committer->report.error), "%s", error);
    pthread_mutex_unlock(&committer->lock);
}

static void committer_alarm(struct committer *committer, const char *error, int64_t wall_ms)
{
    struct alarm_notice notice = {
        .mine = -1, .subject = "ledger", .reason = "not-written", .level = JOURNAL_RED, .argument = {{"error", error}}};
    if (error)
        alarm_raise(live_alarms(committer->site->live), &notice, wall_ms);
    else
        alarm_clear(live_alarms(committer->site->live), -1, notice.subject, notice.reason, wall_ms);
}

/* What is reported is told anew after a commit, where it was spoilt before that took what there was. */
static void committer_tell(struct committer *committer, int64_t wall_ms, bool written)
{
    if (!written || !store_totals_reported(committer->store, committer->site->totals, wall_ms))
        totals_spoil(committer->site->totals);
}

/* What could not be written goes back to the ledger, and is tried again with what came since. */
static bool committer_commit(struct committer *committer, enum ledger_take what)
{
    struct ledger *ledger = committer->site->ledger;
    struct clock_now now = clock_now();
    const bool spoilt = committer->started && totals_spoilt(committer->site->totals);
    struct batch *batch = ledger_take(ledger, now.wall_ms, what);
    if (!batch) {
        totals_spoil(committer->site->totals);
        return false;
    }
    committer_note(committer, now.boot_ms, NULL);
    /* A clock in doubt leaves no mark, or it would be believed by its own word. */
    bool written = store_write(committer->store, batch, site_posts(committer->site, now) ? now.wall_ms : 0);
    const char *error = written ? NULL : store_error(committer->store);
    committer_note(committer, 0, written ? "" : error);
    committer_alarm(committer, error, now.wall_ms);
    if (spoilt)
        committer_tell(committer, now.wall_ms, written);
    if (written)
        batch_free(batch);
    else
        ledger_return(ledger, batch);
    return written;
}

/* --- acts --- */

static void committer_release(struct committer *committer, const char *meter)
{
    const struct config *config = committer->site->config;
    for (size_t i = 0; meter && i < config->meters; i++)
        if (strcmp(config->meter[i].name, meter) == 0)
            meter_release(committer->meter[i]);
}

static void committer_plan(void *context, const struct act *act)
{
    const struct committer *committer = context;
    plan_alarm_applied(live_alarms(committer->site->live), committer->site->config, act, clock_now().wall_ms);
}

/* What a running daemon must know of an act that was done, once it is committed. */
static void committer_applied(void *context, const struct act *act)
{
    struct committer *committer = context;
    closer_wake(committer->closer);
    capacity_watch_wake(committer->capacity);
    gatherer_changed(committer->gatherer);
    committer->recalendar |= strcmp(act->verb, "calendar") == 0;
    if (strcmp(act->verb, "release") == 0)
        committer_release(committer, act_value(act, "meter"));
    holds_changed(committer->holds);
    committer_plan(committer, act);
    log_info("%s by %s (user %s)", act->verb, act->by, act->os_user);
}

/* Days run otherwise: the meters go on in the buckets that the act has cut, by the calendars that it has
 * written. Nothing of theirs waits, and none steps meanwhile. */
static bool committer_recalendar(struct committer *committer)
{
    struct site *site = committer->site;
    totals_hold(site->totals);
    const bool read = store_calendars(committer->store, site->calendars);
    totals_release(site->totals);
    if (!read || (committer->started && !store_totals(committer->store, site->totals, clock_now().wall_ms))) {
        committer_note(committer, 0, store_error(committer->store));
        return false;
    }
    for (size_t i = 0; i < site->config->meters; i++)
        ledger_bucket(site->ledger, i, store_bucket(committer->store, i));
    committer->recalendar = false;
    return true;
}

/* Totals in memory take over what acts changed in the ledger's sums: what is posted meanwhile stays theirs. */
static void committer_sums_changed(struct committer *committer, int64_t wall_ms)
{
    for (size_t i = 0; i < committer->site->config->meters; i++) {
        const struct totals_sums *before = &committer->before[i], *after = &committer->after[i];
        const struct totals_sums by = {after->shift - before->shift, after->day - before->day,
                                       after->month - before->month, after->year - before->year};
        totals_change(committer->site->totals, i, wall_ms, &by);
    }
}

/* Stands while anything lies there that was moved aside. */
static void committer_file_alarm(struct committer *committer, int64_t wall_ms)
{
    const char *database = committer->site->config->database;
    struct alarms *alarms = live_alarms(committer->site->live);
    char folder[SPOOL_PATH_BYTES + 16];
    struct alarm_notice notice = {
        .mine = -1, .subject = "acts", .reason = "no-act", .level = JOURNAL_AMBER, .argument = {{"folder", folder}}};
    spool_path(database, folder);
    strcat(folder, "/refused");
    if (spool_refused(database))
        alarm_raise(alarms, &notice, wall_ms);
    else
        alarm_clear(alarms, -1, notice.subject, notice.reason, wall_ms);
}

static void committer_settle_alarm(void *context, const struct alarm *alarm, bool dealt_with)
{
    const struct committer *committer = context;
    struct alarms *alarms = live_alarms(committer->site->live);
    if (alarm->acknowledged_ms)
        alarm_acknowledge(alarms, alarm->mine, alarm->subject, alarm->reason, alarm->acknowledged_ms);
    if (dealt_with)
        alarm_end(alarms, alarm->mine, alarm->subject, alarm->reason, clock_now().wall_ms);
}

/* What people said of alarms and stops, at the start and after acts. */
static void committer_people(struct committer *committer, int64_t wall_ms)
{
    struct stop *stop;
    size_t stops;
    if (committer->site->stops && store_stops(committer->store, wall_ms, &stop, &stops))
        stops_set(committer->site->stops, stop, stops);
    if (!store_alarms(committer->store, committer_settle_alarm, committer))
        log_warnx("what people said of alarms is not known: %s", store_error(committer->store));
}

/* Plans above the capacity that were entered while no daemon ran. */
static void committer_plans(struct committer *committer)
{
    if (!store_plans(committer->store, committer_plan, committer))
        log_warnx("plans above the capacity are not known: %s", store_error(committer->store));
}

/* Something changes the ledger's sums, which the totals in memory then take over. */
static void committer_change(struct committer *committer, bool (*change)(struct committer *committer))
{
    const int64_t wall_ms = clock_now().wall_ms;
    bool sums = store_sums(committer->store, wall_ms, committer->before);
    const char *error = change(committer) ? NULL : store_error(committer->store);
    committer_note(committer, 0, error);
    if (error)
        committer_alarm(committer, error, wall_ms);
    totals_spoil(committer->site->totals);
    if (sums && store_sums(committer->store, wall_ms, committer->after))
        committer_sums_changed(committer, wall_ms);
    committer_people(committer, wall_ms);
}

static bool committer_apply(struct committer *committer)
{
    const struct config *config = committer->site->config;
    const struct acts_listener listener = {.context = committer, .daemon = true, .applied = committer_applied};
    struct clock_now now = clock_now();
    const int64_t mark_ms = site_posts(committer->site, now) ? now.wall_ms : 0;
    return acts_drain(committer->store, config, config->database, mark_ms, &listener);
}

/* What the meters have counted is written first, so that an act sees it. */
static void committer_drain(struct committer *committer)
{
    if (committer_commit(committer, LEDGER_METERS))
        committer_change(committer, committer_apply);
}

static bool committer_settled(struct committer *committer)
{
    return store_settle(committer->store);
}

/* Replacements that were announced take place once the new instrument was read. */
static void committer_settle(struct committer *committer)
{
    if (store_waiting(committer->store))
        committer_change(committer, committer_settled);
}

/* An act finds the meters standing between two readings, and all that they counted in the ledger. After one that
 * corrected a calendar they stand until the new one could be read: nothing may be posted by the old one. */
static void committer_acts(struct committer *committer)
{
    const int64_t wall_ms = clock_now().wall_ms;
    committer_file_alarm(committer, wall_ms);
    if (!committer->people) { /* what was said while no daemon ran */
        committer_people(committer, wall_ms);
        committer_plans(committer);
    }
    committer->people = true;
    if (!committer->recalendar && !acts_wait(committer->site->config->database))
        return;
    site_pause(committer->site);
    if (!committer->recalendar)
        committer_drain(committer);
    if (!committer->recalendar || committer_recalendar(committer))
        site_resume(committer->site);
}

/* Not under a clock in doubt: to one that is a year ahead every minute seems old. */
static void committer_expire(struct committer *committer, struct clock_now now)
{
    if (site_posts(committer->site, now))
        store_expire(committer->store, now.wall_ms - committer->site->config->keep_minutes_ms);
}

/* Shifts that are over, under a clock that says so, once all that was counted in them is in the ledger. */
static void committer_cross(struct committer *committer, struct clock_now now)
{
    if (committer->started && site_posts(committer->site, now))
        cross_watch_tick(committer->cross, now);
}

/* Ledgers of sites are written as they come. */
static void committer_gather(struct committer *committer)
{
    const struct clock_now now = clock_now();
    if (!committer->gatherer)
        return;
    committer_note(committer, now.boot_ms, NULL);
    const bool written = gatherer_turn(committer->gatherer);
    const char *error = written ? NULL : store_error(committer->store);
    committer_note(committer, 0, error);
    if (error)
        committer_alarm(committer, error, now.wall_ms);
}

/* Until the tick, or the stop; what sites send is taken meanwhile, as it comes. True when all shall stop. */
static bool committer_wait(struct committer *committer, int64_t tick_ms)
{
    const int wakes[] = {committer->site->stop, gatherer_wake(committer->gatherer)};
    for (;;) {
        const int woken = clock_wait(tick_ms, wakes, committer->gatherer ? 2 : 1);
        if (woken <= 0)
            return woken == 0;
        committer_gather(committer);
        if (clock_now().boot_ms >= tick_ms)
            return false;
    }
}

/* All that is due once a commit. False: it could not be written. */
static bool committer_round(struct committer *committer, struct clock_now now)
{
    const bool written = committer_commit(committer, LEDGER_DUE);
    committer_settle(committer);
    committer_expire(committer, now);
    committer_cross(committer, now);
    if (committer->started && site_posts(committer->site, now)) {
        closer_turn(committer->closer, now.wall_ms);
        capacity_watch_turn(committer->capacity, now.wall_ms);
    }
    return written;
}

/* The county is to have it at once. */
static void committer_publish(struct committer *committer)
{
    const int64_t head = store_head(committer->store);
    if (head != committer->head)
        publisher_committed(committer->site->publisher);
    committer->head = head;
}

static void *committer_run(void *context)
{
    struct committer *committer = context;
    const struct site *site = committer->site;
    int64_t due_ms = clock_now().boot_ms;
    int64_t tick_ms = due_ms;
    while (!committer_wait(committer, tick_ms)) {
        struct clock_now now = clock_now();
        tick_ms = now.boot_ms + TICK_MS;
        committer_start_meters(committer);
        committer_acts(committer);
        committer_gather(committer);
        if (committer->started)
            committer_holds(committer, now);
        if (now.boot_ms >= due_ms || ledger_urgent(site->ledger)) {
            due_ms = now.boot_ms + site->config->commit_ms;
            /* After a failure no haste: a full disk does not empty faster for being asked. */
            if (!committer_round(committer, now))
                tick_ms = due_ms;
        }
        committer_publish(committer);
    }
    return NULL;
}

static void committer_free(struct committer *committer)
{
    cross_watch_free(committer->cross);
    capacity_watch_free(committer->capacity);
    gatherer_free(committer->gatherer);
    closer_free(committer->closer);
    free(committer->before);
    free(committer->after);
    holds_free(committer->holds);
    free(committer);
}

struct committer *committer_start(struct site *site, struct store *store, struct meter **meter)
{
    struct committer *committer = calloc(1, sizeof(*committer));
    char text[PATH_BYTES + 128];
    if (!committer)
        return NULL;
    committer->before = calloc(site->config->meters + 1, sizeof(*committer->before));
    committer->after = calloc(site->config->meters + 1, sizeof(*committer->after));
    committer->cross = cross_watch_new(site, store);
    committer->capacity = capacity_watch_new(site, store);
    committer->closer = closer_new(site, store);
    committer->holds = holds_new(site, store, meter);
    committer->gatherer = site->config->county.gather ? gatherer_new(site, store) : NULL;
    if (!committer->before || !committer->after || !committer->cross || !committer->capacity || !committer->closer ||
        !committer->holds || (site->config->county.gather && !committer->gatherer)) {
        log_error("out of memory");
        committer_free(committer);
        return NULL;
    }
    if (!spool_make(site->config->database, text, sizeof(text)))
        log_warnx("%s; nobody can act until it is there", text);
    committer->site = site;
    committer->store = store;
    committer->meter = meter;
    committer->report.committed_ms = store_last_commit_ms(store);
    pthread_mutex_init(&committer->lock, NULL);
    committer_start_meters(committer); /* before the buses, which would show readings that nobody counts */
    int error = pthread_create(&committer->thread, NULL, committer_run, committer);
    if (!error)
        return committer;
    log_error("no thread to commit: %s", strerror(error));
    pthread_mutex_destroy(&committer->lock);
    committer_free(committer);
    return NULL;
}

bool committer_stop(struct committer *committer)
{
    store_hurry(committer->store); /* what a locked database does not take, the meters' totals still tell */
    pthread_join(committer->thread, NULL);
    bool written = committer_commit(committer, LEDGER_ALL);
    committer_publish(committer);
    if (!written)
        log_error("the last commit failed: %s; what waited is counted again from the meters' totals at the next start",
                  committer->report.error);
    pthread_mutex_destroy(&committer->lock);
    committer_free(committer);
    return written;
}

struct committer_report committer_report(struct committer *committer)
{
    pthread_mutex_lock(&committer->lock);
    struct committer_report report = committer->report;
    pthread_mutex_unlock(&committer->lock);
    return report;
}

struct gatherer *committer_gatherer(const struct committer *committer)
{
    return committer->gatherer;
}
