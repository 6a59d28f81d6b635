/* SPDX-License-Identifier: Apache-2.0 */
/* Versions of closed periods after something that they are made of changed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/amount.h"
#include "collector/store_closing.h"
#include "collector/store_parts.h"
#include "collector/travel.h"
#include "drivers/span.h"

static void follow_one(struct store *store, struct report *report, const struct version *before, const char *cause,
                       int64_t act, int64_t now_ms)
{
    char hash[DIGEST_HEX_BYTES];
    struct figure figure;
    if (!closing_facts(report, &before->key, &figure, hash) || strcmp(hash, before->hash) == 0)
        return;
    struct version version = version_of(&before->key, &figure, hash, now_ms);
    char was[AMOUNT_TEXT_MAX], is[AMOUNT_TEXT_MAX];
    amount_exact(before->reported, was);
    amount_exact(version.reported, is);
    version.act = act;
    if (figure.unbounded || figure.unknown) /* why it was closed all the same holds on */
        snprintf(version.despite, sizeof version.despite, "%s", before->despite);
    snprintf(version.cause, sizeof version.cause, "%s -> %s: %.140s", was, is, cause);
    version_write(store, report->roster, &version);
}

/* From the first to the last instant of any of these days, whatever a mine's calendar. */
static struct calendar_span days_reach(struct period days)
{
    return (struct calendar_span){civil_instant(days.from, 0) - DAY_MS, civil_instant(days.to, 0) + DAY_MS};
}

void store_follow(struct store *store, int64_t mine, struct period days, const char *cause, int64_t act, int64_t now_ms)
{
    struct list closed = {0};
    struct roster *roster = roster_read(store->db);
    const int index = roster ? roster_mine_id(roster, mine) : -1;
    const bool own = index >= 0 && roster->mine[index].number == 0; /* of a site's mine the site makes the versions */
    if (own && versions_read(store->db, roster, index, days, true, &closed) && closed.count) {
        const struct version *version = closed.at;
        struct period reach = version->key.period.days;
        for (size_t i = 0; i < closed.count; i++) {
            reach.from = version[i].key.period.days.from < reach.from ? version[i].key.period.days.from : reach.from;
            reach.to = version[i].key.period.days.to > reach.to ? version[i].key.period.days.to : reach.to;
        }
        const struct calendar_span span = days_reach(reach);
        struct report *report = report_new(store->db, roster, now_ms, span.from_ms, span.to_ms);
        for (size_t i = 0; report && i < closed.count; i++)
            follow_one(store, report, &version[i], cause, act, now_ms);
        report_free(report);
    }
    free(closed.at);
    roster_free(roster);
}

/* What a batch changed of closed periods: late readings, and what is now unknown. */
struct late {
    int64_t mine; /* id */
    struct period days;
};

static void late_add(struct late *late, const struct store *store, size_t mine, civil_day from, civil_day to)
{
    struct period *days = &late[mine].days;
    if (!late[mine].mine)
        *days = (struct period){from, to};
    late[mine].mine = store->mine[mine];
    days->from = from < days->from ? from : days->from;
    days->to = to > days->to ? to : days->to;
}

static void late_find(struct late *late, const struct store *store, const struct batch *batch)
{
    for (size_t i = 0; i < batch->tallies; i++) {
        const struct ledger_tally *tally = &batch->tally[i];
        if (tally->bucket_ms < store->closed_ms)
            late_add(late, store, store->config->meter[tally->meter].mine, tally->place.day, tally->place.day + 1);
    }
    for (size_t i = 0; i < batch->gaps; i++) {
        const struct ledger_gap *gap = &batch->gap[i];
        const civil_day day = civil_of_instant(gap->from_ms);
        if (gap->from_ms < store->closed_ms && gap->amount != 0)
            late_add(late, store, store->config->meter[gap->meter].mine, day - 1, day + 2);
    }
    for (size_t i = 0; i < batch->entries; i++) {
        const struct journal_entry *entry = &batch->entry[i];
        const int64_t from_ms = entry->from_ms ? entry->from_ms : entry->at_ms;
        if (entry->open && entry->meter >= 0 && from_ms < store->closed_ms)
            late_add(late, store, store->config->meter[entry->meter].mine, civil_of_instant(from_ms) - 1,
                     civil_of_instant(entry->to_ms ? entry->to_ms : from_ms) + 2);
    }
}

void store_follow_batch(struct store *store, const struct batch *batch, int64_t now_ms)
{
    const size_t mines = store->config->mines;
    struct late *late = store->closed_ms ? calloc(mines + 1, sizeof *late) : NULL;
    if (!late) {
        if (store->closed_ms)
            db_fail(store->db, DB_OTHER, "out of memory");
        return;
    }
    late_find(late, store, batch);
    const int64_t at_ms = now_ms ? now_ms : clock_now().wall_ms; /* in doubt, but the best there is */
    for (size_t i = 0; i < mines; i++)
        if (late[i].mine)
            store_follow(store, late[i].mine, late[i].days, N_("readings came later"), 0, at_ms);
    free(late);
}

void store_follow_start(struct store *store, int64_t entry, int64_t now_ms)
{
    static const struct period ever = {INT32_MIN / 4, INT32_MAX / 4};
    struct list mines = {.size = sizeof(int64_t)};
    struct db_query *query =
        db_query(store->db, "SELECT DISTINCT mine FROM journal WHERE id > ? AND id < " TRAVEL_FOREIGN
                            " AND mine > 0 AND kind IN ('config', 'calendar', 'redefined')");
    db_bind_int(query, entry);
    while (db_next(query)) {
        int64_t *slot = list_add(&mines);
        if (slot)
            *slot = db_int(query, 0);
        else
            db_fail(store->db, DB_OTHER, "out of memory");
    }
    db_done(query);
    for (size_t i = 0; i < mines.count; i++)
        store_follow(store, ((const int64_t *)mines.at)[i], ever, N_("the configuration was changed"), 0, now_ms);
    free(mines.at);
}
