/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/store_closing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/display.h"
#include "collector/store_parts.h"
#include "collector/travel.h"
#include "drivers/span.h"

enum { DAYS_BACK = 45 };

static const int64_t again_ms = 10 * MINUTE_MS;

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

/* What of a production day is closed. */
struct closed_day {
    civil_day day;
    size_t mine; /* index */
    char quantity[32];
    unsigned shifts; /* as bits */
    bool whole;      /* the day itself */
};

/* One look at all that may be due. */
struct closing {
    struct store *store;
    const struct config_closing *rules;
    const struct roster *roster;
    struct report *report;
    struct list closed; /* struct closed_day, in order */
    int64_t now_ms, begun_ms, next_ms;
};

static int by_day(const void *left, const void *right)
{
    const struct closed_day *a = left, *b = right;
    if (a->day != b->day)
        return a->day < b->day ? -1 : 1;
    if (a->mine != b->mine)
        return a->mine < b->mine ? -1 : 1;
    return strcmp(a->quantity, b->quantity);
}

static const struct closed_day *closed_find(const struct closing *closing, size_t mine, const char *quantity,
                                            civil_day day)
{
    struct closed_day wanted = {.day = day, .mine = mine};
    snprintf(wanted.quantity, sizeof wanted.quantity, "%s", quantity);
    return closing->closed.count ? bsearch(&wanted, closing->closed.at, closing->closed.count, sizeof wanted, by_day)
                                 : NULL;
}

/* Only what says which periods are closed, as their index has it. */
static void closed_read(struct closing *closing, struct period days)
{
    struct db_query *query =
        db_query(closing->store->db, "SELECT from_day, mine, quantity, kind, shift FROM version WHERE from_day >= ?"
                                     " AND from_day < ? AND version = 1 AND kind IN ('shift', 'day')"
                                     " ORDER BY from_day, mine, quantity");
    closing->closed.size = sizeof(struct closed_day);
    db_bind_int(query, days.from);
    db_bind_int(query, days.to);
    while (db_next(query)) {
        const int mine = roster_mine_id(closing->roster, db_int(query, 1)), shift = (int)db_int(query, 4);
        struct closed_day next = {.day = (civil_day)db_int(query, 0), .mine = (size_t)mine};
        struct closed_day *last = closing->closed.at;
        if (mine < 0 || shift >= SHIFTS_MAX)
            continue;
        text_clean(db_text(query, 2), next.quantity, sizeof next.quantity);
        if (!closing->closed.count || by_day(&last[closing->closed.count - 1], &next) != 0) {
            struct closed_day *slot = list_add(&closing->closed);
            if (!slot) {
                db_fail(closing->store->db, DB_OTHER, "out of memory");
                continue;
            }
            *slot = next;
        }
        last = closing->closed.at;
        if (shift < 0)
            last[closing->closed.count - 1].whole = true;
        else
            last[closing->closed.count - 1].shifts |= 1u << shift;
    }
    if (closing->closed.count)
        qsort(closing->closed.at, closing->closed.count, sizeof(struct closed_day), by_day);
}

static bool is_closed(const struct closing *closing, const struct closing_key *key)
{
    const int shift = key->period.shift;
    const struct closed_day *of = closed_find(closing, key->mine, key->quantity, key->period.days.from);
    return of && (shift < 0 ? of->whole : (of->shifts & (1u << shift)) != 0);
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
    const struct closed_day *closed = closed_find(closing, mine, quantity, day);
    if (closed && closed->whole && closed->shifts == (1u << shifts) - 1)
        return; /* most of them, and when they end is no matter */
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
        if (closing->roster->meter[i].number || !is_first(closing->roster, i, &quantity))
            continue; /* what is a site's the site closes */
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
        .store = store, .rules = rules, .roster = roster, .now_ms = now_ms, .next_ms = now_ms + DAY_MS};
    if (roster)
        closing.report = report_new(store->db, roster, now_ms, now_ms - (DAYS_BACK + 2) * DAY_MS, now_ms);
    closing.begun_ms =
        db_value(store->db, "SELECT min(opened_ms) FROM incarnation WHERE rev < " TRAVEL_FOREIGN, 0, NULL);
    if (closing.report) {
        closed_read(&closing, (struct period){today - DAYS_BACK, today + 2});
        close_all(&closing);
    }
    free(closing.closed.at);
    report_free(closing.report);
    roster_free(roster);
    *next_ms = closing.next_ms;
    return store_commit(store, now_ms);
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
    closing.begun_ms =
        db_value(store->db, "SELECT min(opened_ms) FROM incarnation WHERE rev < " TRAVEL_FOREIGN, 0, NULL);
    if (roster)
        closing.report = report_new(store->db, roster, now_ms, now_ms, now_ms);
    for (size_t i = 0; closing.report && i < roster->mines; i++) {
        if (roster->mine[i].number)
            continue;
        remind_of(&closing, i, PERIOD_KIND_DEKAD, dekad_days(dekad_of(today - 1) - 1), remind, context);
        remind_of(&closing, i, PERIOD_KIND_MONTH, month_days(month_of(today - 1) - 1), remind, context);
    }
    report_free(closing.report);
    roster_free(roster);
}
