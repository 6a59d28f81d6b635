/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/store_compare_parts.h"
#include "collector/text.h"

enum { SHIFTS_BYTES = SHIFTS_MAX * (SHIFT_NAME_BYTES + 8), DATE_BYTES = 11, DAY_S = 86400 };

static void shifts_format(const struct calendar_rule *rule, char *text, size_t size)
{
    size_t length = 0;

    text[0] = '\0';
    for (int i = 0; i < rule->shifts && length < size; i++)
        length += (size_t)snprintf(text + length, size - length, "%s%s@%d", i ? "|" : "", rule->shift[i].name,
                                   rule->shift[i].start_s);
}

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

static void rule_write(struct store *store, size_t mine, const struct calendar_rule *rule, const char *shifts)
{
    struct db_query *query =
        db_query(store->db, "INSERT INTO calendar(mine, quantity, from_day, day_start_s, shifts, rev)"
                            " VALUES(?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET day_start_s = excluded.day_start_s,"
                            " shifts = excluded.shifts, rev = excluded.rev");
    db_bind_int(query, store->mine[mine]);
    db_bind_text(query, rule->quantity);
    db_bind_int(query, rule->from);
    db_bind_int(query, rule->day_start_s);
    db_bind_text(query, shifts);
    db_bind_int(query, store_rev(store));
    db_next(query);
}

static void rule_note(const struct compare *compare, size_t mine, const struct calendar_rule *rule, const char *change)
{
    char from[DATE_BYTES];

    civil_format(rule->from, from);
    compare_note(compare, "calendar", (int)mine, -1, "%s%s%s from %s: %s", compare->store->config->mine[mine].name,
                 rule->quantity[0] ? " " : "", rule->quantity, from, change);
}

static bool compare_rule(const struct compare *compare, size_t mine, const struct calendar_rule *rule)
{
    struct store *store = compare->store;
    char shifts[SHIFTS_BYTES], old[SHIFTS_BYTES] = "";
    struct text change = {0};
    int64_t old_start_s = 0;

    shifts_format(rule, shifts, sizeof(shifts));
    struct db_query *query = db_query(store->db, "SELECT day_start_s, shifts FROM calendar"
                                                 " WHERE mine = ? AND quantity = ? AND from_day = ?");
    db_bind_int(query, store->mine[mine]);
    db_bind_text(query, rule->quantity);
    db_bind_int(query, rule->from);
    if (db_next(query)) {
        old_start_s = db_int(query, 0);
        snprintf(old, sizeof(old), "%s", db_text(query, 1));
    }
    db_done(query);
    if (strcmp(old, shifts) == 0 && old_start_s == rule->day_start_s)
        return false;
    rule_write(store, mine, rule, shifts);
    rule_say(old_start_s, old, &change);
    text_add(&change, " -> ");
    rule_say(rule->day_start_s, shifts, &change);
    rule_note(compare, mine, rule, change.at ? change.at : "");
    text_free(&change);
    return true;
}

static bool rule_stands(const struct calendar *calendar, const char *quantity, int64_t from)
{
    for (size_t i = 0; i < calendar->rules; i++)
        if (calendar->rule[i].from == from && strcmp(calendar->rule[i].quantity, quantity) == 0)
            return true;
    return false;
}

/* One rule of the ledger that the configuration no longer has; false when there is none. */
static bool rule_gone(const struct compare *compare, size_t mine, struct calendar_rule *gone)
{
    struct store *store = compare->store;
    bool found = false;

    struct db_query *query =
        db_query(store->db, "SELECT quantity, from_day, day_start_s FROM calendar WHERE mine = ? AND shifts <> ''");
    db_bind_int(query, store->mine[mine]);
    while (!found && db_next(query)) {
        found = !rule_stands(&store->config->mine[mine].calendar, db_text(query, 0), db_int(query, 1));
        *gone = (struct calendar_rule){.from = (civil_day)db_int(query, 1), .day_start_s = (int)db_int(query, 2)};
        snprintf(gone->quantity, sizeof(gone->quantity), "%s", db_text(query, 0));
    }
    db_done(query);
    return found;
}

bool compare_calendar(const struct compare *compare, size_t mine)
{
    const struct calendar *calendar = &compare->store->config->mine[mine].calendar;
    struct calendar_rule gone;
    bool changed = false;

    for (size_t i = 0; i < calendar->rules; i++)
        changed |= compare_rule(compare, mine, &calendar->rule[i]);
    while (db_fault(compare->store->db) == DB_OK && rule_gone(compare, mine, &gone)) {
        rule_write(compare->store, mine, &gone, "");
        rule_note(compare, mine, &gone, "no longer in the configuration");
        changed = true;
    }
    return changed;
}
