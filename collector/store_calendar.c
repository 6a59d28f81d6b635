/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/store_calendar.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/store_parts.h"
#include "collector/store_roster.h"
#include "drivers/span.h"

enum { DATE_BYTES = 11 };

/* --- texts --- */

/* "20:00", or "-1 20:00" on the evening before. */
static void clock_say(int64_t seconds, struct text *out)
{
    const int64_t of_day_s = (seconds % DAY_S + DAY_S) % DAY_S;

    text_format(out, "%s%02" PRId64 ":%02" PRId64, seconds < 0 ? "-1 " : "", of_day_s / 3600, of_day_s / 60 % 60);
}

/* A rule as the ledger has it, for people: "day 00:00, shifts 零点班 00:00, 八点班 08:00"; empty: "none". */
static void rule_say(int64_t day_start_s, const char *shifts, struct text *out)
{
    if (!*shifts) {
        text_add(out, "none");
        return;
    }
    text_add(out, "day ");
    clock_say(day_start_s, out);
    text_add(out, ", shifts ");
    for (const char *at; (at = strchr(shifts, '@')); shifts = at) {
        text_add_bytes(out, shifts, (size_t)(at - shifts));
        text_add(out, " ");
        clock_say(strtoll(at + 1, NULL, 10), out);
        at += strcspn(at, "|");
        text_add(out, *at ? ", " : "");
        at += *at == '|';
    }
}

/* --- what differs --- */

/* Up to when the ledger holds something of the mine; 0: it holds nothing. */
static int64_t written_ms(struct db *db, int64_t mine)
{
    return db_value(db,
                    "SELECT end_ms FROM tally WHERE meter IN (SELECT id FROM meter WHERE mine = ?)"
                    " ORDER BY bucket_ms DESC LIMIT 1",
                    1, &mine);
}

static void change_say(struct calendar_change *change, int64_t old_start_s, const char *old, const char *wanted)
{
    struct text text = {0};
    char from[DATE_BYTES];

    civil_format(change->rule.from, from);
    text_format(&text, "%s%s%s: ", from, change->rule.quantity[0] ? " " : "", change->rule.quantity);
    rule_say(old_start_s, old, &text);
    text_add(&text, " -> ");
    rule_say(change->rule.day_start_s, wanted, &text);
    snprintf(change->text, sizeof(change->text), "%s", text.at ? text.at : "");
    text_free(&text);
}

static void change_add(struct db *db, struct list *changes, const struct calendar_rule *rule, int64_t old_start_s,
                       const char *old)
{
    char wanted[CALENDAR_SHIFTS_BYTES];
    struct calendar_change *change = list_add(changes);

    if (!change) {
        db_fail(db, DB_OTHER, "out of memory");
        return;
    }
    calendar_shifts_format(rule, wanted);
    change->rule = *rule;
    change->start_ms = civil_instant(rule->from, rule->day_start_s);
    if (*old && old_start_s < rule->day_start_s)
        change->start_ms = civil_instant(rule->from, (int)old_start_s);
    change_say(change, old_start_s, old, wanted);
}

/* A wanted rule that the ledger lacks, or has otherwise. */
static void rule_compare(struct db *db, int64_t mine, const struct calendar_rule *rule, struct list *changes)
{
    char wanted[CALENDAR_SHIFTS_BYTES], old[CALENDAR_SHIFTS_BYTES] = "";
    int64_t old_start_s = 0;

    calendar_shifts_format(rule, wanted);
    struct db_query *query = db_query(db, "SELECT day_start_s, shifts FROM calendar"
                                          " WHERE mine = ? AND quantity = ? AND from_day = ?");
    db_bind_int(query, mine);
    db_bind_text(query, rule->quantity);
    db_bind_int(query, rule->from);
    if (db_next(query)) {
        old_start_s = db_int(query, 0);
        snprintf(old, sizeof(old), "%s", db_text(query, 1));
    }
    db_done(query);
    if (strcmp(old, wanted) != 0 || old_start_s != rule->day_start_s)
        change_add(db, changes, rule, old_start_s, old);
}

static bool rule_wanted(const struct calendar *calendar, const char *quantity, int64_t from)
{
    for (size_t i = 0; i < calendar->rules; i++)
        if (calendar->rule[i].from == from && strcmp(calendar->rule[i].quantity, quantity) == 0)
            return true;
    return false;
}

/* The rules of the ledger that nobody wants any more. */
static void rules_gone(struct db *db, int64_t mine, const struct calendar *wanted, struct list *changes)
{
    struct db_query *query =
        db_query(db, "SELECT quantity, from_day, day_start_s, shifts FROM calendar WHERE mine = ? AND shifts <> ''");
    db_bind_int(query, mine);
    while (db_next(query)) {
        struct calendar_rule gone = {.from = (civil_day)db_int(query, 1), .day_start_s = (int)db_int(query, 2)};
        char old[CALENDAR_SHIFTS_BYTES];
        snprintf(gone.quantity, sizeof(gone.quantity), "%s", db_text(query, 0));
        snprintf(old, sizeof(old), "%s", db_text(query, 3));
        if (!rule_wanted(wanted, gone.quantity, gone.from))
            change_add(db, changes, &gone, gone.day_start_s, old);
    }
    db_done(query);
}

static int change_order(const void *a, const void *b)
{
    const struct calendar_change *one = a, *other = b;
    return one->rule.from < other->rule.from ? -1 : one->rule.from > other->rule.from;
}

bool calendar_changes(struct db *db, int64_t mine, const struct calendar *wanted, int64_t now_ms, struct list *changes)
{
    changes->size = sizeof(struct calendar_change);
    for (size_t i = 0; i < wanted->rules; i++)
        rule_compare(db, mine, &wanted->rule[i], changes);
    rules_gone(db, mine, wanted, changes);
    if (changes->count == 0)
        return db_fault(db) == DB_OK;
    struct calendar_change *change = changes->at;
    const int64_t written = written_ms(db, mine);
    for (size_t i = 0; i < changes->count; i++)
        change[i].begun = written && (change[i].start_ms <= now_ms || change[i].start_ms < written);
    qsort(change, changes->count, sizeof(*change), change_order);
    return db_fault(db) == DB_OK;
}

bool calendar_waits(struct db *db, const struct config *config, int64_t now_ms, calendar_teller *tell, void *context)
{
    for (size_t i = 0; i < config->mines; i++) {
        struct list changes = {0};
        int64_t id = 0;
        struct db_query *query = db_query(db, "SELECT id FROM mine WHERE name = ?");
        db_bind_text(query, config->mine[i].name);
        if (db_next(query))
            id = db_int(query, 0);
        db_done(query);
        if (id && calendar_changes(db, id, &config->mine[i].calendar, now_ms, &changes)) {
            const struct calendar_change *change = changes.at;
            for (size_t c = 0; c < changes.count; c++)
                if (change[c].begun)
                    tell(context, i, &change[c]);
        }
        free(changes.at);
    }
    return db_fault(db) == DB_OK;
}

void calendar_wait_say(const char *mine, const struct calendar_change *change, enum language language, struct text *out)
{
    static const char *const waits = N_(
        "calendar of %s, from %s; its date is past, so it waits for: coaltally calendar --mine %s --from %s --by NAME");
    char from[DATE_BYTES];

    civil_format(change->rule.from, from);
    text_format(out, say(language, waits), mine, change->text, mine, from);
}

/* --- the ledger's own --- */

bool calendar_read(struct db *db, int64_t mine, struct calendar *out)
{
    struct roster *roster = roster_read(db);
    *out = (struct calendar){0};
    if (!roster)
        return false;
    const int index = roster_mine_id(roster, mine);
    if (index >= 0) {
        *out = roster->mine[index].calendar; /* taken over */
        roster->mine[index].calendar = (struct calendar){0};
    }
    roster_free(roster);
    return index >= 0;
}

void calendar_write(struct store *store, int64_t mine, const struct calendar_change *change, int64_t act)
{
    char shifts[CALENDAR_SHIFTS_BYTES];
    struct db_query *query =
        db_query(store->db, "INSERT INTO calendar(mine, quantity, from_day, day_start_s, shifts, act, rev)"
                            " VALUES(?, ?, ?, ?, ?, nullif(?, 0), ?) ON CONFLICT DO UPDATE SET day_start_s ="
                            " excluded.day_start_s, shifts = excluded.shifts, act = excluded.act, rev = excluded.rev");
    calendar_shifts_format(&change->rule, shifts);
    db_bind_int(query, mine);
    db_bind_text(query, change->rule.quantity);
    db_bind_int(query, change->rule.from);
    db_bind_int(query, change->rule.day_start_s);
    db_bind_text(query, shifts);
    db_bind_int(query, act);
    db_bind_int(query, store_rev(store));
    db_next(query);
}
