/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/store_roster.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/display.h"
#include "collector/list.h"
#include "collector/travel.h"

static void out_of_memory(struct db *db)
{
    db_fail(db, DB_OTHER, "out of memory");
}

static void mines_read(struct db *db, struct roster *roster)
{
    struct db_query *query =
        db_query(db, "SELECT id, name, title_en, title_zh, simulated, month_cutoff, active, rev FROM mine ORDER BY id");
    struct list list = {.size = sizeof *roster->mine};
    while (db_next(query)) {
        struct roster_mine *mine = list_add(&list);
        if (!mine) {
            out_of_memory(db);
            break;
        }
        const int64_t cutoff = db_int(query, 5);
        mine->id = db_int(query, 0);
        text_clean(db_text(query, 1), mine->name, sizeof mine->name);
        text_clean(db_text(query, 2), mine->title_en, sizeof mine->title_en);
        text_clean(db_text(query, 3), mine->title_zh, sizeof mine->title_zh);
        mine->simulated = db_int(query, 4) != 0;
        mine->month_cutoff = cutoff >= 1 && cutoff <= 31 ? (int)cutoff : 0;
        mine->active = db_int(query, 6) != 0;
        mine->number = travel_number(db_int(query, 7));
    }
    db_done(query);
    roster->mine = list.at;
    roster->mines = list.count;
}

/* One "name@start_s"; the text after it, or NULL when it is none. */
static const char *shift_read(const char *text, struct calendar_shift *shift)
{
    const size_t length = strcspn(text, "|");
    const char *at = memrchr(text, '@', length);
    char name[SHIFT_NAME_BYTES], *end;
    if (!at || (size_t)(at - text) >= sizeof name)
        return NULL;
    const long start = strtol(at + 1, &end, 10);
    if (end != text + length || end == at + 1 || start < -86400 || start > 2 * 86400)
        return NULL;
    memcpy(name, text, (size_t)(at - text));
    name[at - text] = '\0';
    text_clean(name, shift->name, sizeof shift->name);
    shift->start_s = (int)start;
    return text + length + (text[length] == '|');
}

bool roster_shifts(const char *text, struct calendar_rule *rule)
{
    while (*text && rule->shifts < SHIFTS_MAX) {
        text = shift_read(text, &rule->shift[rule->shifts]);
        if (!text)
            return false;
        if (rule->shifts && rule->shift[rule->shifts].start_s <= rule->shift[rule->shifts - 1].start_s)
            return false;
        rule->shifts++;
    }
    return rule->shifts > 0 && *text == '\0';
}

static struct calendar_rule *rule_add(struct calendar *calendar)
{
    struct calendar_rule *more = realloc(calendar->rule, (calendar->rules + 1) * sizeof *more);
    if (!more)
        return NULL;
    calendar->rule = more;
    more[calendar->rules] = (struct calendar_rule){0};
    return &more[calendar->rules++];
}

static bool rule_read(const struct db_query *query, struct calendar_rule *rule)
{
    const int64_t from = db_int(query, 2), start = db_int(query, 3);
    if (from < INT32_MIN / 2 || from > INT32_MAX / 2 || start <= -86400 || start >= 86400)
        return false;
    text_clean(db_text(query, 1), rule->quantity, sizeof rule->quantity);
    rule->from = (civil_day)from;
    rule->day_start_s = (int)start;
    return roster_shifts(db_text(query, 4), rule);
}

static void calendars_read(struct db *db, struct roster *roster)
{
    struct db_query *query = db_query(db, "SELECT mine, quantity, from_day, day_start_s, shifts FROM calendar"
                                          " WHERE shifts <> '' ORDER BY mine, from_day");
    while (db_next(query)) {
        const int mine = roster_mine_id(roster, db_int(query, 0));
        if (mine < 0)
            continue;
        struct calendar_rule *rule = rule_add(&roster->mine[mine].calendar);
        if (!rule)
            out_of_memory(db);
        else if (!rule_read(query, rule))
            db_fail(db, DB_CORRUPT, "the calendar of mine %s cannot be read: '%s'", roster->mine[mine].name,
                    db_text(query, 4));
        else
            continue;
        break;
    }
    db_done(query);
}

static struct calendar **calendar_add(struct roster *roster)
{
    struct calendar **more = realloc(roster->calendar, (roster->calendars + 1) * sizeof *more);
    if (!more)
        return NULL;
    roster->calendar = more;
    more[roster->calendars] = NULL;
    return &more[roster->calendars++];
}

static bool same_rule(const struct calendar_rule *a, const struct calendar_rule *b)
{
    if (a->from != b->from || a->day_start_s != b->day_start_s || a->shifts != b->shifts)
        return false;
    for (int i = 0; i < a->shifts; i++)
        if (a->shift[i].start_s != b->shift[i].start_s || strcmp(a->shift[i].name, b->shift[i].name) != 0)
            return false;
    return true;
}

static bool same_calendar(const struct calendar *a, const struct calendar *b)
{
    if (a->rules != b->rules)
        return false;
    for (size_t i = 0; i < a->rules; i++)
        if (!same_rule(&a->rule[i], &b->rule[i]))
            return false;
    return true;
}

/* A county may have heard of one quantity's calendar, and of the mine's own not yet. */
static bool calendar_knows(const struct calendar *all, const char *quantity)
{
    for (size_t i = 0; i < all->rules; i++)
        if (!all->rule[i].quantity[0] || strcmp(all->rule[i].quantity, quantity) == 0)
            return true;
    return false;
}

/* The calendar of the newest meter; meters of one mine and quantity share one. */
static const struct calendar *calendar_for(struct roster *roster, const struct list *meters)
{
    const struct roster_meter *meter = meters->at, *newest = meter + meters->count - 1;
    const struct calendar *all = &roster->mine[newest->mine].calendar;
    for (size_t i = meters->count - 1; i-- > 0;) /* from the nearest: those of one mine stand together */
        if (meter[i].mine == newest->mine && strcmp(meter[i].quantity, newest->quantity) == 0)
            return meter[i].calendar;
    if (!calendar_knows(all, newest->quantity))
        return calendar_civil();
    struct calendar **slot = calendar_add(roster);
    if (!slot || !(*slot = calloc(1, sizeof **slot)) || !calendar_select(all, newest->quantity, *slot))
        return NULL;
    for (size_t i = 0; i + 1 < roster->calendars; i++) /* most mines of a county have the same */
        if (same_calendar(roster->calendar[i], *slot))
            return roster->calendar[i];
    return *slot;
}

static bool meter_read(const struct db_query *query, struct roster *roster, struct list *meters)
{
    const int mine = roster_mine_id(roster, db_int(query, 1));
    if (mine < 0)
        return true;
    struct roster_meter *meter = list_add(meters);
    if (!meter)
        return false;
    meter->id = db_int(query, 0);
    meter->number = travel_number(meter->id);
    meter->mine = (size_t)mine;
    text_clean(db_text(query, 2), meter->name, sizeof meter->name);
    text_clean(db_text(query, 3), meter->quantity, sizeof meter->quantity);
    text_clean(db_text(query, 4), meter->unit, sizeof meter->unit);
    meter->main = strcmp(db_text(query, 5), "main") == 0;
    text_clean(db_text(query, 6), meter->path, sizeof meter->path);
    text_clean(db_text(query, 7), meter->device, sizeof meter->device);
    text_clean(db_text(query, 8), meter->point, sizeof meter->point);
    meter->active = db_int(query, 9) != 0;
    meter->calendar = calendar_for(roster, meters);
    return meter->calendar != NULL;
}

static void meters_read(struct db *db, struct roster *roster)
{
    struct list list = {.size = sizeof *roster->meter};
    struct db_query *query =
        db_query(db, "SELECT id, mine, name, quantity, unit, role, path, device, point, active FROM meter ORDER BY id");
    bool good = true;
    while (good && db_next(query))
        good = meter_read(query, roster, &list);
    if (!good)
        out_of_memory(db);
    db_done(query);
    roster->meter = list.at;
    roster->meters = list.count;
}

const struct calendar *roster_calendar(const struct roster *roster, size_t mine, const char *quantity)
{
    for (size_t i = 0; i < roster->meters; i++)
        if (roster->meter[i].mine == mine && strcmp(roster->meter[i].quantity, quantity) == 0)
            return roster->meter[i].calendar;
    return roster->mine[mine].plain.rules ? &roster->mine[mine].plain : calendar_civil();
}

struct roster *roster_read(struct db *db)
{
    struct roster *roster = calloc(1, sizeof *roster);
    if (!roster) {
        out_of_memory(db);
        return NULL;
    }
    mines_read(db, roster);
    calendars_read(db, roster);
    meters_read(db, roster);
    roster_sites_read(db, roster);
    for (size_t i = 0; i < roster->mines; i++)
        calendar_select(&roster->mine[i].calendar, "", &roster->mine[i].plain);
    if (db_fault(db) != DB_OK) {
        roster_free(roster);
        return NULL;
    }
    return roster;
}

void roster_free(struct roster *roster)
{
    if (!roster)
        return;
    for (size_t i = 0; i < roster->mines; i++) {
        free(roster->mine[i].calendar.rule);
        free(roster->mine[i].plain.rule);
    }
    for (size_t i = 0; i < roster->calendars; i++) {
        if (roster->calendar[i])
            free(roster->calendar[i]->rule);
        free(roster->calendar[i]);
    }
    free(roster->site);
    free(roster->mine);
    free(roster->meter);
    free(roster->calendar);
    free(roster);
}

int roster_mine(const struct roster *roster, const char *name)
{
    for (size_t i = 0; i < roster->mines; i++)
        if (strcmp(roster->mine[i].name, name) == 0)
            return (int)i;
    return -1;
}

int roster_meter(const struct roster *roster, int64_t number, const char *name)
{
    int meter = -1;
    while ((meter = roster_meter_next(roster, meter, name)) >= 0 && roster->meter[meter].number != number)
        ;
    return meter;
}

int roster_meter_next(const struct roster *roster, int index, const char *name)
{
    for (size_t i = (size_t)(index + 1); i < roster->meters; i++)
        if (strcmp(roster->meter[i].name, name) == 0)
            return (int)i;
    return -1;
}

int roster_mine_id(const struct roster *roster, int64_t id)
{
    for (size_t i = 0; i < roster->mines; i++)
        if (roster->mine[i].id == id)
            return (int)i;
    return -1;
}

int roster_meter_id(const struct roster *roster, int64_t id)
{
    size_t low = 0, high = roster->meters;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (roster->meter[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < roster->meters && roster->meter[low].id == id ? (int)low : -1;
}
