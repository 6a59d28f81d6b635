/* SPDX-License-Identifier: Apache-2.0 */
/* The county's own alarms about its sites, whose names are their subjects: what stands. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/gatherer_parts.h"
#include "collector/store_parts.h"
#include "collector/store_sites.h"
#include "drivers/span.h"

enum {
    DROPPED_QUIET_MS = MINUTE_MS,
    CLOCK_DIFFERENCE_MS = 5000,
    DATABASE_SHOWN = 8, /* digits of an id */
    NUMBER_BYTES = 24,
    WHY_BYTES = 160
};

static void alarm_set(struct gatherer *gatherer, bool stands, const struct alarm_notice *notice, int64_t wall_ms)
{
    struct alarms *alarms = live_alarms(gatherer->site->live);
    if (stands)
        alarm_raise(alarms, notice, wall_ms);
    else
        alarm_clear(alarms, -1, notice->subject, notice->reason, wall_ms);
}

/* One site by all its databases. */
struct standing {
    const char *site;
    const struct replica_entry *waits; /* NULL: none */
    bool chain_differs;
    int64_t uncounted;
    int64_t uncounted_number; /* of a database with such rows */
    int64_t heard_ms;
    int64_t clock_heard_ms, clock_difference_ms; /* by the latest message that told a time; 0: none did */
};

static void waits_alarm(struct gatherer *gatherer, const struct standing *standing, int64_t wall_ms)
{
    const struct replica_database *database = standing->waits ? &standing->waits->database : NULL;
    char id[DATABASE_SHOWN + 1] = "";
    if (database)
        snprintf(id, sizeof id, "%.*s", DATABASE_SHOWN, database->id);
    const char *why = database && database->standing == REPLICA_WAITING
                          ? N_("another database than the one that counts")
                          : N_("a copy of its database was started, or an old backup put back");
    const struct alarm_notice notice = {.mine = -1,
                                        .subject = standing->site,
                                        .reason = "waits-for-accept",
                                        .level = JOURNAL_AMBER,
                                        .argument = {{"database", id}, {"why", why}}};
    alarm_set(gatherer, database, &notice, wall_ms);
}

static void reason_first(void *context, const char *reason, int64_t rows)
{
    char *first = context;
    (void)rows;
    if (!*first)
        snprintf(first, WHY_BYTES, "%s", reason);
}

static void uncounted_alarm(struct gatherer *gatherer, const struct standing *standing, int64_t wall_ms)
{
    char why[WHY_BYTES] = "", rows[NUMBER_BYTES];
    if (standing->uncounted)
        site_reasons(gatherer->store->db, standing->uncounted_number, reason_first, why);
    snprintf(rows, sizeof rows, "%" PRId64, standing->uncounted);
    const struct alarm_notice notice = {.mine = -1,
                                        .subject = standing->site,
                                        .reason = "rows-not-counted",
                                        .level = JOURNAL_AMBER,
                                        .argument = {{"rows", rows}, {"why", why}}};
    alarm_set(gatherer, standing->uncounted > 0, &notice, wall_ms);
}

static void chain_alarm(struct gatherer *gatherer, const struct standing *standing, int64_t wall_ms)
{
    const struct alarm_notice notice = {
        .mine = -1, .subject = standing->site, .reason = "chain-differs", .level = JOURNAL_RED};
    alarm_set(gatherer, standing->chain_differs, &notice, wall_ms);
}

static void clock_alarm(struct gatherer *gatherer, const struct standing *standing, int64_t wall_ms)
{
    const int64_t by_ms = standing->clock_difference_ms;
    char value[48];
    snprintf(value, sizeof value, "%+.1f s", (double)by_ms / 1000.0);
    const struct alarm_notice notice = {.mine = -1,
                                        .subject = standing->site,
                                        .reason = "site-clock",
                                        .level = JOURNAL_AMBER,
                                        .value = value,
                                        .limit = "5 s"};
    alarm_set(gatherer, by_ms > CLOCK_DIFFERENCE_MS || by_ms < -CLOCK_DIFFERENCE_MS, &notice, wall_ms);
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* Nobody is silent who could not be heard: the daemon was not there, or the broker; or whom nobody waits for, since the
 * roster gives him no mine. */
static void silence_alarm(struct gatherer *gatherer, const struct standing *standing, int64_t wall_ms)
{
    const struct broker_health broker = gatherer->broker ? broker_health(gatherer->broker) : (struct broker_health){0};
    const int64_t said_ms = county_silent_after_ms(gatherer->county, standing->site);
    const int64_t after_ms = said_ms ? said_ms : gatherer->site->config->county.silent_after_ms;
    const int64_t heard_ms =
        later(later(standing->heard_ms, gatherer->site->started.wall_ms), broker.connected ? broker.since_ms : wall_ms);
    char value[NUMBER_BYTES + 8], limit[NUMBER_BYTES + 8];
    snprintf(value, sizeof value, "%" PRId64 " min", (wall_ms - heard_ms) / MINUTE_MS);
    snprintf(limit, sizeof limit, "%" PRId64 " min", after_ms / MINUTE_MS);
    const struct alarm_notice notice = {.mine = -1,
                                        .subject = standing->site,
                                        .reason = "site-silent",
                                        .level = JOURNAL_AMBER,
                                        .value = value,
                                        .limit = limit};
    alarm_set(gatherer, wall_ms - heard_ms > after_ms && site_mines_any(&gatherer->mines, standing->site), &notice,
              wall_ms);
}

static void site_judge_all(struct gatherer *gatherer, struct standing *standing, int64_t wall_ms)
{
    waits_alarm(gatherer, standing, wall_ms);
    uncounted_alarm(gatherer, standing, wall_ms);
    chain_alarm(gatherer, standing, wall_ms);
    clock_alarm(gatherer, standing, wall_ms);
    silence_alarm(gatherer, standing, wall_ms);
}

static void entry_fold(const struct replica_entry *entry, struct standing *standing)
{
    if (replica_waits(&entry->database))
        standing->waits = entry;
    standing->chain_differs |= entry->database.chain_differs;
    if (entry->uncounted)
        standing->uncounted_number = entry->database.number;
    standing->uncounted += entry->uncounted;
    standing->heard_ms = later(standing->heard_ms, entry->heard_ms);
    if (entry->clock_known && entry->heard_ms > standing->clock_heard_ms) {
        standing->clock_heard_ms = entry->heard_ms;
        standing->clock_difference_ms = entry->clock_difference_ms;
    }
}

/* Databases come by their sites. */
static void sites_judge(struct gatherer *gatherer, const struct list *entries, int64_t wall_ms)
{
    const struct replica_entry *entry = entries->at;
    for (size_t i = 0; i < entries->count;) {
        struct standing standing = {.site = entry[i].database.site};
        for (; i < entries->count && strcmp(entry[i].database.site, standing.site) == 0; i++)
            entry_fold(&entry[i], &standing);
        site_judge_all(gatherer, &standing, wall_ms);
    }
}

/* Sites that the roster names, and that have never sent anything. */
static void absent_judge(struct gatherer *gatherer, const struct list *entries, int64_t wall_ms)
{
    const struct county *county = gatherer->county;
    const struct replica_entry *entry = entries->at;
    for (size_t m = 0; county && m < county->mines; m++) {
        const struct standing standing = {.site = county->mine[m].site};
        bool held = !*standing.site;
        for (size_t i = 0; !held && i < entries->count; i++)
            held = strcmp(entry[i].database.site, standing.site) == 0;
        if (!held)
            silence_alarm(gatherer, &standing, wall_ms);
    }
}

/* --- the gathering itself --- */

static void inbox_alarm(struct gatherer *gatherer, struct clock_now now)
{
    const struct inbox_count count = inbox_count(gatherer->inbox);
    char value[NUMBER_BYTES];
    if (count.dropped != gatherer->dropped)
        gatherer->dropped_boot_ms = now.boot_ms;
    gatherer->dropped = count.dropped;
    if (gatherer->dropped_boot_ms && now.boot_ms - gatherer->dropped_boot_ms > DROPPED_QUIET_MS)
        gatherer->dropped_boot_ms = 0;
    snprintf(value, sizeof value, "%" PRIu64, count.dropped);
    const struct alarm_notice notice = {.mine = -1,
                                        .subject = "county",
                                        .reason = "inbox-full",
                                        .level = JOURNAL_AMBER,
                                        .argument = {{"site", count.sender}},
                                        .value = value};
    alarm_set(gatherer, gatherer->dropped_boot_ms, &notice, now.wall_ms);
}

static void roster_alarm(struct gatherer *gatherer, int64_t wall_ms)
{
    const struct alarm_notice notice = {
        .mine = -1, .subject = "county", .reason = "nothing-gathered", .level = JOURNAL_RED};
    alarm_set(gatherer, !gatherer->county, &notice, wall_ms);
}

void gatherer_alarms(struct gatherer *gatherer, struct clock_now now)
{
    struct list entries = {0};
    roster_alarm(gatherer, now.wall_ms);
    inbox_alarm(gatherer, now);
    gatherer_events_end(gatherer, now);
    if (replica_entries(gatherer->store->db, &entries)) {
        sites_judge(gatherer, &entries, now.wall_ms);
        absent_judge(gatherer, &entries, now.wall_ms);
    }
    free(entries.at);
}
