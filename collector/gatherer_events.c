/* SPDX-License-Identifier: Apache-2.0 */
/* The county's own alarms about its sites, whose names are their subjects: what happened. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "collector/amount.h"
#include "collector/gatherer_parts.h"
#include "collector/log.h"
#include "collector/quantity.h"
#include "collector/store_parts.h"
#include "collector/store_sites.h"
#include "drivers/span.h"

enum {
    QUIET_MS = 70 * MINUTE_MS, /* a site that was refused asks again within an hour (replica_site.c) */
    NUMBER_BYTES = 24
};

static const struct {
    const char *reason;
    enum journal_level level;
} events[EVENTS] = {
    [EVENT_BAD] = {"bad-messages", JOURNAL_AMBER},
    [EVENT_REFUSED] = {"ledger-refused", JOURNAL_AMBER},
    [EVENT_VERSION] = {"other-version", JOURNAL_AMBER},
    [EVENT_UNKNOWN] = {"unknown-site", JOURNAL_AMBER},
};

void gatherer_event(struct gatherer *gatherer, const char *name, enum gathered_event event, const char *why)
{
    const struct clock_now now = clock_now();
    char count[NUMBER_BYTES] = "";
    pthread_mutex_lock(&gatherer->lock);
    struct gathered_site *site = gathered_site(gatherer, name);
    if (site) {
        site->health.bad += event == EVENT_BAD;
        site->health.refused += event != EVENT_BAD;
        site->event_boot_ms[event] = now.boot_ms;
        if (event == EVENT_BAD)
            snprintf(count, sizeof count, "%" PRIu64, site->health.bad);
    }
    pthread_mutex_unlock(&gatherer->lock);
    if (!site)
        return;
    const struct alarm_notice notice = {.mine = -1,
                                        .subject = name,
                                        .reason = events[event].reason,
                                        .level = events[event].level,
                                        .argument = {{"why", why}},
                                        .value = count};
    alarm_raise(live_alarms(gatherer->site->live), &notice, now.wall_ms);
}

/* Has it been quiet for long enough? */
static bool event_over(struct gathered_site *site, int event, int64_t boot_ms)
{
    const bool over = site->event_boot_ms[event] && boot_ms - site->event_boot_ms[event] > QUIET_MS;
    if (over)
        site->event_boot_ms[event] = 0;
    return over;
}

void gatherer_events_end(struct gatherer *gatherer, struct clock_now now)
{
    pthread_mutex_lock(&gatherer->lock);
    struct gathered_site *sites = gatherer->sites.at;
    for (size_t i = 0; i < gatherer->sites.count; i++)
        for (int event = 0; event < EVENTS; event++)
            if (event_over(&sites[i], event, now.boot_ms))
                alarm_clear(live_alarms(gatherer->site->live), -1, sites[i].health.name, events[event].reason,
                            now.wall_ms);
    pthread_mutex_unlock(&gatherer->lock);
}

/* --- a branch became live --- */

static void production_add(void *context, const char *name, int64_t amount)
{
    const struct quantity *quantity = quantity_find(name);
    int64_t *sum = context;
    if (quantity && quantity->production && strcmp(quantity->unit, "t") == 0)
        *sum = amount_add(*sum, amount);
}

void gatherer_switched(struct gatherer *gatherer, const struct replica_database *database, int64_t wall_ms)
{
    const struct replicas_done *done = replicas_done(gatherer->replicas);
    char rows[NUMBER_BYTES], kept[NUMBER_BYTES] = "", amount[AMOUNT_TEXT_MAX + 8] = "";
    int64_t less = 0;
    log_info("site %s: a restored ledger took the place of the one before, %" PRId64 " rows superseded", database->site,
             done->superseded);
    if (!done->superseded)
        return;
    site_superseded(gatherer->store->db, database->number, wall_ms, production_add, &less);
    snprintf(rows, sizeof rows, "%" PRId64, done->superseded);
    if (done->kept)
        snprintf(kept, sizeof kept, "%" PRId64, done->kept);
    if (less) {
        amount_exact(less, amount);
        strcat(amount, " t");
    }
    const struct alarm_notice notice = {.mine = -1,
                                        .subject = database->site,
                                        .reason = "branch-switched",
                                        .level = JOURNAL_AMBER,
                                        .argument = {{"rows", rows}, {"amount", amount}, {"kept", kept}}};
    alarm_raise(live_alarms(gatherer->site->live), &notice, wall_ms);
}
