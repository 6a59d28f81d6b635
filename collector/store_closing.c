/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/store_closing.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/amount.h"
#include "collector/store_parts.h"

enum { DAYS_BACK = 45 };

static const int64_t day_ms = INT64_C(86400000), again_ms = INT64_C(600000);

struct version version_of(const struct closing_key *key, const struct figure *figure, const char *hash, int64_t now_ms)
{
    struct version version = {.key = *key,
                              .at_ms = now_ms,
                              .metered = figure->metered,
                              .reported = figure->reported,
                              .adjusted = figure->adjusted,
                              .unknown = figure->unbounded ? -1 : figure->unknown};
    snprintf(version.hash, sizeof version.hash, "%s", hash);
    return version;
}

/* --- by the clock --- */

/* One look at all that may be due. */
struct closing {
    struct store *store;
    const struct config_closing *rules;
    const struct roster *roster;
    struct report *report;
    struct list closed; /* struct version: the newest ones of these days */
    int64_t now_ms, begun_ms, next_ms;
};

static bool is_closed(const struct closing *closing, const struct closing_key *key)
{
    const struct version *version = closing->closed.at;
    for (size_t i = closing->closed.count; i-- > 0;)
        if (closing_same(&version[i].key, key))
            return true;
    return false;
}

static void look_again(struct closing *closing, int64_t at_ms)
{
    if (at_ms < closing->next_ms)
        closing->next_ms = at_ms;
}

static void close_one(struct closing *closing, const struct closing_key *key)
{
    char hash[DIGEST_HEX_BYTES];
    struct figure figure;
    if (is_closed(closing, key) || !closing_facts(closing->report, key, &figure, hash) || !figure.any)
        return;
    if (!closing_reportable(&figure, closing->rules->unknown_ppm)) {
        look_again(closing, closing->now_ms + again_ms);
        return;
    }
    struct version version = version_of(key, &figure, hash, closing->now_ms);
    version_write(closing->store, closing->roster, &version);
}

/* Closes a period when its time has come; false where it has not. */
static bool close_when_due(struct closing *closing, const struct closing_key *key, struct calendar_span span,
                           int64_t after_ms)
{
    if (span.to_ms + after_ms > closing->now_ms) {
        look_again(closing, span.to_ms + after_ms);
        return false;
    }
    if (span.to_ms > closing->begun_ms && span.to_ms > span.from_ms)
        close_one(closing, key);
    return true;
}

static void close_day(struct closing *closing, size_t mine, const char *quantity, civil_day day)
{
    const struct calendar *calendar = roster_calendar(closing->roster, mine, quantity);
    struct closing_key key = {.mine = mine, .period = {PERIOD_KIND_SHIFT, {day, day + 1}, 0}};
    snprintf(key.quantity, sizeof key.quantity, "%s", quantity);
    const int shifts = calendar_rule_of(calendar, day)->shifts;
    for (; key.period.shift < shifts; key.period.shift++)
        if (!close_when_due(closing, &key, calendar_shift(calendar, day, key.period.shift),
                            closing->rules->shift_after_ms))
            break;
    key.period = (struct period_name){PERIOD_KIND_DAY, {day, day + 1}, -1};
    close_when_due(closing, &key, calendar_day(calendar, day), closing->rules->day_after_ms);
}

/* Whether the meter is the first of those that report the same of a mine. */
static bool is_first(const struct roster *roster, size_t meter, const char **quantity)
{
    const struct roster_meter *this = &roster->meter[meter];
    *quantity = reported_quantity(this->quantity);
    for (size_t i = 0; i < meter; i++)
        if (roster->meter[i].mine == this->mine && roster->meter[i].active &&
            meter_reports(&roster->meter[i], *quantity))
            return false;
    return this->active && this->main;
}

static void close_all(struct closing *closing)
{
    const civil_day today = civil_of_instant(closing->now_ms);
    const char *quantity;
    for (size_t i = 0; i < closing->roster->meters; i++) {
        if (!is_first(closing->roster, i, &quantity))
            continue;
        for (civil_day day = today - DAYS_BACK; day <= today + 1; day++)
            close_day(closing, closing->roster->meter[i].mine, quantity, day);
    }
}

bool store_close_due(struct store *store, const struct config_closing *rules, int64_t now_ms, int64_t *next_ms)
{
    const civil_day today = civil_of_instant(now_ms);
    store_begin(store);
    struct roster *roster = roster_read(store->db);
    struct closing closing = {
        .store = store, .rules = rules, .roster = roster, .now_ms = now_ms, .next_ms = now_ms + day_ms};
    if (roster)
        closing.report = report_new(store->db, roster, now_ms, now_ms - (DAYS_BACK + 2) * day_ms, now_ms);
    closing.begun_ms = db_value(store->db, "SELECT min(opened_ms) FROM incarnation", 0, NULL);
    if (closing.report &&
        versions_read(store->db, roster, -1, (struct period){today - DAYS_BACK, today + 2}, true, &closing.closed))
        close_all(&closing);
    free(closing.closed.at);
    report_free(closing.report);
    roster_free(roster);
    *next_ms = closing.next_ms;
    return store_commit(store, now_ms);
}

/* --- after a change --- */

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
    return (struct calendar_span){civil_instant(days.from, 0) - day_ms, civil_instant(days.to, 0) + day_ms};
}

void store_follow(struct store *store, int64_t mine, struct period days, const char *cause, int64_t act, int64_t now_ms)
{
    struct list closed = {0};
    struct roster *roster = roster_read(store->db);
    const int index = roster ? roster_mine_id(roster, mine) : -1;
    if (index >= 0 && versions_read(store->db, roster, index, days, true, &closed) && closed.count) {
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
    struct db_query *query = db_query(store->db, "SELECT DISTINCT mine FROM journal WHERE id > ? AND mine > 0"
                                                 " AND kind IN ('config', 'calendar', 'redefined')");
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

/* --- reminders --- */

static bool is_recorded(struct report *report, size_t mine, struct period days)
{
    struct figure figure = {0};
    report_mine_sum(report, mine, "raw_coal", days, &figure);
    return figure.any;
}

static void remind_of(struct closing *closing, size_t mine, enum period_kind kind, struct period days,
                      closing_reminder *remind, void *context)
{
    struct closing_key key = {.mine = mine, .quantity = "raw_coal", .period = {kind, days, -1}};
    struct version version;
    const struct calendar_span span = closing_span(roster_calendar(closing->roster, mine, key.quantity), &key.period);
    if (span.to_ms + closing->rules->day_after_ms > closing->now_ms || span.to_ms <= closing->begun_ms)
        return;
    const bool done = !is_recorded(closing->report, mine, days) ||
                      version_newest(closing->store->db, closing->roster, &key, &version);
    remind(context, closing->roster->mine[mine].name, &key.period, done);
}

void store_remind(struct store *store, const struct config_closing *rules, int64_t now_ms, closing_reminder *remind,
                  void *context)
{
    const civil_day today = civil_of_instant(now_ms);
    db_clear(store->db);
    struct roster *roster = roster_read(store->db);
    struct closing closing = {.store = store, .rules = rules, .roster = roster, .now_ms = now_ms};
    closing.begun_ms = db_value(store->db, "SELECT min(opened_ms) FROM incarnation", 0, NULL);
    if (roster)
        closing.report = report_new(store->db, roster, now_ms, now_ms, now_ms);
    for (size_t i = 0; closing.report && i < roster->mines; i++) {
        remind_of(&closing, i, PERIOD_KIND_DEKAD, dekad_days(dekad_of(today - 1) - 1), remind, context);
        remind_of(&closing, i, PERIOD_KIND_MONTH, month_days(month_of(today - 1) - 1), remind, context);
    }
    report_free(closing.report);
    roster_free(roster);
}
