/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration against the ledger, at each start: what is new gets its row,
 * and what changed is journalled with its old and its new value. */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "collector/belt.h"
#include "collector/store_compare_parts.h"
#include "collector/store_seal.h"
#include "collector/travel.h"

enum { HASH_SHOWN = 12 };

/* --- notes and columns --- */

static struct journal_entry entry_of(const struct compare *compare, const char *kind, int mine, int meter)
{
    struct journal_entry entry = {.at_ms = compare->now_ms, .mine = mine, .meter = meter, .count = 1};
    snprintf(entry.kind, sizeof(entry.kind), "%s", kind);
    return entry;
}

void compare_note(const struct compare *compare, const char *kind, int mine, int meter, const char *format, ...)
{
    struct journal_entry entry = entry_of(compare, kind, mine, meter);
    const size_t room = sizeof(entry.text) - sizeof("; configuration ") - HASH_SHOWN;
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(entry.text, room, format, arguments);
    va_end(arguments);
    size_t length = strlen(entry.text);
    snprintf(entry.text + length, sizeof(entry.text) - length, "; configuration %.*s", HASH_SHOWN,
             compare->store->config->hash);
    store_journal(compare->store, &entry);
}

void column_set(struct column *column, const char *name, const char *format, ...)
{
    va_list arguments;

    column->name = name;
    va_start(arguments, format);
    vsnprintf(column->value, sizeof(column->value), format, arguments);
    va_end(arguments);
}

void columns_bind(struct db_query *query, const struct column *column, int columns)
{
    for (int i = 0; i < columns; i++)
        db_bind_text(query, column[i].value);
}

bool compare_columns(const struct compare *compare, const struct db_query *query, int first,
                     const struct column *column, int columns, int mine, int meter, const char *name)
{
    bool any = false;

    for (int i = 0; i < columns; i++) {
        const char *old = db_text(query, first + i), *now = column[i].value;
        if (strcmp(old, now) == 0)
            continue;
        any = true;
        compare_note(compare, "config", mine, meter, "%s: %s %.250s -> %.250s", name, column[i].name,
                     *old ? old : "none", *now ? now : "none");
    }
    return any;
}

int64_t compare_id(struct db *db, const char *sql, const char *text)
{
    struct db_query *query = db_query(db, sql);
    db_bind_text(query, text);
    int64_t id = db_next(query) ? db_int(query, 0) : 0;
    db_done(query);
    return id;
}

/* --- mines --- */

enum { MINE_TIMEZONE = 4 };

static int mine_columns(const struct config *config, const struct config_mine *mine, struct column *column)
{
    column_set(&column[0], "title_en", "%s", mine->title_en);
    column_set(&column[1], "title_zh", "%s", mine->title_zh);
    column_set(&column[2], "simulated", "%d", mine->simulated);
    column_set(&column[3], "month_cutoff", "%" PRId64, mine->month_cutoff);
    column_set(&column[MINE_TIMEZONE], "timezone", "%s", config->timezone);
    column_set(&column[5], "active", "1");
    return 6;
}

static int64_t mine_write(struct store *store, const char *name, const struct column *column, int columns)
{
    struct db_query *query =
        db_query(store->db,
                 "INSERT INTO mine(title_en, title_zh, simulated, month_cutoff, timezone, active, name, rev)"
                 " VALUES(?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(name) DO UPDATE SET title_en = excluded.title_en,"
                 " title_zh = excluded.title_zh, simulated = excluded.simulated, month_cutoff = excluded.month_cutoff,"
                 " timezone = excluded.timezone, active = excluded.active, rev = excluded.rev RETURNING id");
    columns_bind(query, column, columns);
    db_bind_text(query, name);
    db_bind_int(query, store_rev(store));
    int64_t id = db_next(query) ? db_int(query, 0) : 0;
    db_done(query);
    return id;
}

/* True when its days now run in another time zone. */
static bool compare_mine(const struct compare *compare, size_t index)
{
    struct store *store = compare->store;
    const struct config_mine *mine = &store->config->mine[index];
    struct column column[COLUMNS_MAX];
    int columns = mine_columns(store->config, mine, column);
    bool changed = false, moved = false;

    struct db_query *query = db_query(store->db, "SELECT id, title_en, title_zh, simulated, month_cutoff,"
                                                 " timezone, active FROM mine WHERE name = ?");
    db_bind_text(query, mine->name);
    if (db_next(query)) {
        store->mine[index] = db_int(query, 0);
        moved = strcmp(db_text(query, 1 + MINE_TIMEZONE), column[MINE_TIMEZONE].value) != 0;
        changed = compare_columns(compare, query, 1, column, columns, (int)index, -1, mine->name);
    }
    db_done(query);
    if (store->mine[index] && !changed)
        return false;
    bool known = store->mine[index] != 0;
    store->mine[index] = mine_write(store, mine->name, column, columns);
    if (!known)
        compare_note(compare, "config", (int)index, -1, "%s: new mine", mine->name);
    return moved;
}

/* --- points --- */

static int64_t point_id(struct store *store, size_t mine, const char *device, const char *name, const char *unit,
                        struct decimal quantum)
{
    struct db_query *query =
        db_query(store->db, "INSERT INTO point(mine, device, point, unit, digits, places) VALUES(?, ?, ?, ?, ?, ?)"
                            " ON CONFLICT DO UPDATE SET mine = mine RETURNING id");
    db_bind_int(query, store->mine[mine]);
    db_bind_text(query, device);
    db_bind_text(query, name);
    db_bind_text(query, unit);
    db_bind_int(query, quantum.digits);
    db_bind_int(query, quantum.places);
    const int64_t id = db_next(query) ? db_int(query, 0) : 0;
    db_done(query);
    return id;
}

static void compare_points(struct store *store, size_t device)
{
    const struct config_device *of = &store->config->device[device];

    for (size_t i = 0; i < of->profile->points; i++) {
        const struct point *point = &of->profile->point[i];
        if (point->kind == POINT_GAUGE)
            store->point[store->first_point[device] + i] =
                point_id(store, of->mine, of->name, point->name, point->unit, point->format.quantum);
    }
}

static void compare_belts(struct store *store)
{
    for (size_t i = 0; i < store->config->meters; i++) {
        const struct config_meter *meter = &store->config->meter[i];
        enum belt_source source;
        size_t device, point;
        if (belt_of(meter, &source, &device, &point))
            store->belt[i] =
                point_id(store, meter->mine, "", meter->name, belt_source_name(source), (struct decimal){1, 0});
    }
}

/* --- what is no longer there --- */

static bool named(const struct config *config, bool mines, const char *name)
{
    for (size_t i = 0; i < (mines ? config->mines : config->meters); i++)
        if (strcmp(mines ? config->mine[i].name : config->meter[i].name, name) == 0)
            return true;
    return false;
}

static void compare_gone(const struct compare *compare, bool mines)
{
    struct store *store = compare->store;

    struct db_query *query =
        db_query(store->db, mines ? "SELECT id, name FROM mine WHERE active = 1 AND rev < " TRAVEL_FOREIGN
                                  : "SELECT id, name FROM meter WHERE active = 1 AND rev < " TRAVEL_FOREIGN);
    while (db_next(query)) {
        if (named(store->config, mines, db_text(query, 1)))
            continue;
        const int64_t gone[] = {store_rev(store), db_int(query, 0)};
        compare_note(compare, "config", -1, -1, "%s: this %s is no longer in the configuration; its past stays",
                     db_text(query, 1), mines ? "mine" : "meter");
        db_value(store->db,
                 mines ? "UPDATE mine SET active = 0, rev = ? WHERE id = ?"
                       : "UPDATE meter SET active = 0, rev = ? WHERE id = ?",
                 2, gone);
    }
}

/* --- the start itself --- */

void store_incarnation(struct store *store, int64_t now_ms)
{
    char id[33];
    const int64_t rev = store_rev(store);

    store_unseal(store, now_ms); /* its findings have revs of this incarnation; the row itself is no finding */
    if (!digest_random_hex(16, id))
        db_fail(store->db, DB_OTHER, "no random numbers for the ledger's incarnation");
    struct db_query *query =
        db_query(store->db, "INSERT INTO incarnation(id, first_rev, opened_ms, rev) VALUES(?, ?, ?, ?)");
    db_bind_text(query, id);
    db_bind_int(query, rev);
    db_bind_int(query, now_ms);
    db_bind_int(query, rev);
    db_next(query);
}

static void compare_start(const struct compare *compare)
{
    const struct config *config = compare->store->config;
    struct journal_entry entry = entry_of(compare, "start", -1, -1);

    snprintf(entry.subject, sizeof(entry.subject), "%s", config->site);
    snprintf(entry.text, sizeof(entry.text), "%.40s %s, configuration %.400s, SHA-256 %s",
             program_invocation_short_name, COALTALLY_VERSION, config->path, config->hash); /* import opens it too */
    store_journal(compare->store, &entry);
}

void store_compare(struct store *store, struct clock_now now)
{
    const struct config *config = store->config;
    const struct compare compare = {store, now.wall_ms};
    bool moved = false;

    for (size_t i = 0; i < config->mines; i++)
        moved |= compare_mine(&compare, i);
    for (size_t i = 0; i < config->meters; i++)
        compare_meter(&compare, i);
    store_load_states(store);
    for (size_t i = 0; i < config->meters; i++)
        compare_definition(&compare, i);
    for (size_t mine = 0; mine < config->mines; mine++) {
        const int64_t from_ms = compare_calendar(&compare, mine);
        if (from_ms != INT64_MAX || moved)
            store_recut(store, store->mine[mine], moved ? INT64_MIN : from_ms, 0);
    }
    for (size_t i = 0; i < config->devices; i++)
        compare_points(store, i);
    compare_belts(store);
    compare_gone(&compare, true);
    compare_gone(&compare, false);
    compare_county(&compare);
    compare_start(&compare);
}
