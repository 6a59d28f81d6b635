/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration against the ledger, at each start: what is new gets its row,
 * and what changed is journalled with its old and its new value. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "collector/store_parts.h"

enum { COLUMNS_MAX = 9, VALUE_BYTES = 320, SHIFTS_BYTES = SHIFTS_MAX * (SHIFT_NAME_BYTES + 8) };

/* One fact of the configuration, as the ledger's column of that name should hold it. */
struct column {
    const char *name;
    char value[VALUE_BYTES];
};

struct compare {
    struct store *store;
    int64_t now_ms;
};

static void column_set(struct column *column, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void column_set(struct column *column, const char *name, const char *format, ...)
{
    va_list arguments;

    column->name = name;
    va_start(arguments, format);
    vsnprintf(column->value, sizeof(column->value), format, arguments);
    va_end(arguments);
}

static struct journal_entry entry_of(const struct compare *compare, const char *kind, int mine, int meter)
{
    struct journal_entry entry = {.at_ms = compare->now_ms, .mine = mine, .meter = meter, .count = 1};
    snprintf(entry.kind, sizeof(entry.kind), "%s", kind);
    return entry;
}

/* "belt-1: role check -> main": a row for each column that differs. True when any does. */
static bool journal_changes(const struct compare *compare, const struct db_query *query, int first,
                            const struct column *column, int columns, struct journal_entry *entry, const char *of)
{
    bool any = false;

    for (int i = 0; i < columns; i++) {
        const char *old = db_text(query, first + i);
        if (strcmp(old, column[i].value) == 0)
            continue;
        any = true;
        snprintf(entry->text, sizeof(entry->text), "%s: %s %.280s -> %.280s", of, column[i].name, *old ? old : "none",
                 column[i].value[0] ? column[i].value : "none");
        store_journal(compare->store, entry);
    }
    return any;
}

/* Copies the row, because journalling uses the handle too. */
static int64_t row_id(struct db *db, const char *sql, const char *name)
{
    struct db_query *query = db_query(db, sql);
    db_bind_text(query, name);
    int64_t id = db_next(query) ? db_int(query, 0) : 0;
    db_done(query);
    return id;
}

static void columns_bind(struct db_query *query, const struct column *column, int columns)
{
    for (int i = 0; i < columns; i++)
        db_bind_text(query, column[i].value);
}

/* --- mines --- */

static int mine_columns(const struct config_mine *mine, struct column *column)
{
    column_set(&column[0], "title_en", "%s", mine->title_en);
    column_set(&column[1], "title_zh", "%s", mine->title_zh);
    column_set(&column[2], "simulated", "%d", mine->simulated);
    column_set(&column[3], "month_cutoff", "%" PRId64, mine->month_cutoff);
    column_set(&column[4], "active", "1");
    return 5;
}

static void mine_write(struct store *store, const char *name, const struct column *column, int columns)
{
    struct db_query *query =
        db_query(store->db, "INSERT INTO mine(title_en, title_zh, simulated, month_cutoff, active, name, rev)"
                            " VALUES(?, ?, ?, ?, ?, ?, ?) ON CONFLICT(name) DO UPDATE SET title_en = excluded.title_en,"
                            " title_zh = excluded.title_zh, simulated = excluded.simulated,"
                            " month_cutoff = excluded.month_cutoff, active = excluded.active, rev = excluded.rev");
    columns_bind(query, column, columns);
    db_bind_text(query, name);
    db_bind_int(query, store_rev(store));
    db_next(query);
}

static void compare_mine(const struct compare *compare, size_t index)
{
    struct store *store = compare->store;
    const struct config_mine *mine = &store->config->mine[index];
    struct column column[COLUMNS_MAX];
    int columns = mine_columns(mine, column);
    struct journal_entry entry = entry_of(compare, "config", (int)index, -1);
    static const char find[] = "SELECT id FROM mine WHERE name = ?";

    store->mine[index] = row_id(store->db, find, mine->name);
    bool known = store->mine[index] != 0;
    struct db_query *query = db_query(store->db, "SELECT title_en, title_zh, simulated, month_cutoff, active"
                                                 " FROM mine WHERE name = ?");
    db_bind_text(query, mine->name);
    bool changed = db_next(query) && journal_changes(compare, query, 0, column, columns, &entry, mine->name);
    db_done(query);
    if (known && !changed)
        return;
    mine_write(store, mine->name, column, columns);
    if (known)
        return;
    store->mine[index] = row_id(store->db, find, mine->name);
    snprintf(entry.text, sizeof(entry.text), "%s: new mine", mine->name);
    store_journal(store, &entry);
}

/* --- calendars --- */

static void shifts_format(const struct calendar_rule *rule, char *text, size_t size)
{
    size_t length = 0;

    text[0] = '\0';
    for (int i = 0; i < rule->shifts && length < size; i++)
        length += (size_t)snprintf(text + length, size - length, "%s%s@%d", i ? "|" : "", rule->shift[i].name,
                                   rule->shift[i].start_s);
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

static bool compare_rule(const struct compare *compare, size_t mine, const struct calendar_rule *rule)
{
    struct store *store = compare->store;
    char shifts[SHIFTS_BYTES], old[SHIFTS_BYTES] = "", from[11];
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
    struct journal_entry entry = entry_of(compare, "calendar", (int)mine, -1);
    civil_format(rule->from, from);
    snprintf(entry.text, sizeof(entry.text), "%s%s%s from %s: day starts at %" PRId64 " s, %.220s -> %d s, %.220s",
             store->config->mine[mine].name, rule->quantity[0] ? " " : "", rule->quantity, from, old_start_s,
             old[0] ? old : "none", rule->day_start_s, shifts);
    store_journal(store, &entry);
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

static bool compare_calendar(const struct compare *compare, size_t mine)
{
    const struct config_mine *of = &compare->store->config->mine[mine];
    struct calendar_rule gone;
    bool changed = false;
    char from[11];

    for (size_t i = 0; i < of->calendar.rules; i++)
        changed |= compare_rule(compare, mine, &of->calendar.rule[i]);
    while (db_fault(compare->store->db) == DB_OK && rule_gone(compare, mine, &gone)) {
        rule_write(compare->store, mine, &gone, "");
        struct journal_entry entry = entry_of(compare, "calendar", (int)mine, -1);
        civil_format(gone.from, from);
        snprintf(entry.text, sizeof(entry.text), "%s%s%s from %s: no longer in the configuration", of->name,
                 gone.quantity[0] ? " " : "", gone.quantity, from);
        store_journal(compare->store, &entry);
        changed = true;
    }
    return changed;
}

/* --- meters --- */

/* mine and quantity first: they are what a meter's name stands for. */
enum { METER_IDENTITY = 2 };

static int meter_columns(const struct config *config, size_t index, struct column *column)
{
    const struct config_meter *meter = &config->meter[index];
    const struct config_device *device = &config->device[meter->device];

    column_set(&column[0], "mine", "%s", config->mine[meter->mine].name);
    column_set(&column[1], "quantity", "%s", meter->quantity->name);
    column_set(&column[2], "unit", "%s", meter->quantity->unit);
    column_set(&column[3], "role", "%s", meter->role == ROLE_MAIN ? "main" : "check");
    column_set(&column[4], "path", "%s", meter->path);
    column_set(&column[5], "device", "%s", device->name);
    column_set(&column[6], "point", "%s", device->profile->point[meter->point].name);
    column_set(&column[7], "definition", "%s", meter->definition);
    column_set(&column[8], "active", "1");
    return 9;
}

static void meter_write(struct store *store, size_t index, const struct column *column, int columns)
{
    struct db_query *query = db_query(
        store->db, "INSERT INTO meter(mine, quantity, unit, role, path, device, point, definition, active, name, rev)"
                   " VALUES((SELECT id FROM mine WHERE name = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                   " ON CONFLICT(name) DO UPDATE SET mine = excluded.mine, quantity = excluded.quantity,"
                   " unit = excluded.unit, role = excluded.role, path = excluded.path, device = excluded.device,"
                   " point = excluded.point, definition = excluded.definition, active = excluded.active,"
                   " rev = excluded.rev");
    columns_bind(query, column, columns);
    db_bind_text(query, store->config->meter[index].name);
    db_bind_int(query, store_rev(store));
    db_next(query);
}

/* A meter's past belongs to its mine and quantity; once it has counted, they are fixed. */
static void judge_identity(const struct compare *compare, size_t index, const struct db_query *query,
                           const struct column *column)
{
    struct store *store = compare->store;

    if (db_value(store->db, "SELECT count(*) FROM segment WHERE meter = ?", 1, &store->meter[index]) == 0)
        return;
    for (int i = 0; i < METER_IDENTITY; i++)
        if (strcmp(db_text(query, i), column[i].value) != 0)
            db_fail(store->db, DB_CONSTRAINT,
                    "meter %s has counted for %s %s, and the configuration now says %s: a name stands for one meter"
                    " for ever; give the other one a name of its own",
                    store->config->meter[index].name, column[i].name, db_text(query, i), column[i].value);
}

static void compare_meter(const struct compare *compare, size_t index)
{
    struct store *store = compare->store;
    const struct config_meter *meter = &store->config->meter[index];
    struct column column[COLUMNS_MAX];
    int columns = meter_columns(store->config, index, column);
    static const char find[] = "SELECT id FROM meter WHERE name = ?";

    store->meter[index] = row_id(store->db, find, meter->name);
    bool known = store->meter[index] != 0;
    struct journal_entry entry = entry_of(compare, "config", (int)meter->mine, known ? (int)index : -1);
    struct db_query *query =
        db_query(store->db, "SELECT mine.name, quantity, unit, role, path, device, point, definition, meter.active"
                            " FROM meter JOIN mine ON mine.id = meter.mine WHERE meter.name = ?");
    db_bind_text(query, meter->name);
    bool changed = false;
    if (db_next(query)) {
        judge_identity(compare, index, query, column);
        changed = journal_changes(compare, query, 0, column, columns, &entry, meter->name);
    }
    db_done(query);
    if (known && !changed)
        return;
    meter_write(store, index, column, columns);
    if (known)
        return;
    entry.meter = (int)index;
    store->meter[index] = row_id(store->db, find, meter->name);
    snprintf(entry.text, sizeof(entry.text), "%s: new meter, %.500s", meter->name, meter->definition);
    store_journal(store, &entry);
}

static int64_t definition_id(struct store *store, const char *text)
{
    char hash[DIGEST_HEX_BYTES];
    static const char find[] = "SELECT id FROM definition WHERE hash = ?";

    if (!digest_hex(text, strlen(text), hash)) {
        db_fail(store->db, DB_OTHER, "the definitions: out of memory");
        return 0;
    }
    int64_t id = row_id(store->db, find, hash);
    if (id)
        return id;
    struct db_query *query = db_query(store->db, "INSERT INTO definition(hash, text, rev) VALUES(?, ?, ?)");
    db_bind_text(query, hash);
    db_bind_text(query, text);
    db_bind_int(query, store_rev(store));
    db_next(query);
    return row_id(store->db, find, hash);
}

/* A meter that is defined otherwise now counts on in a new segment; nothing is posted across. */
static void compare_definition(const struct compare *compare, size_t index)
{
    struct store *store = compare->store;
    struct saved *saved = &store->saved[index];

    store->definition[index] = definition_id(store, store->config->meter[index].definition);
    int64_t open = db_value(store->db, "SELECT definition FROM segment WHERE meter = ? AND closed_ms IS NULL", 1,
                            &store->meter[index]);
    if (open == 0 || open == store->definition[index])
        return;
    const int64_t closing[] = {compare->now_ms, store_rev(store), store->meter[index]};
    db_value(store->db, "UPDATE segment SET closed_ms = ?, rev = ? WHERE meter = ? AND closed_ms IS NULL", 3, closing);
    struct journal_entry entry = entry_of(compare, "redefined", (int)store->config->meter[index].mine, (int)index);
    entry.before = saved->state.last;
    snprintf(entry.text, sizeof(entry.text),
             "%s: segment %" PRId64 " closed, because the meter is defined otherwise; the next one begins with its"
             " next reading, and nothing is counted between",
             store->config->meter[index].name, saved->state.segment);
    store_journal(store, &entry);
    totaliser_break(&saved->state);
    store_save_state(store, index, &saved->state, saved->at);
}

/* --- points --- */

static void compare_points(struct store *store, size_t device)
{
    const struct config_device *of = &store->config->device[device];

    for (size_t i = 0; i < of->profile->points; i++) {
        const struct point *point = &of->profile->point[i];
        if (point->kind != POINT_GAUGE)
            continue;
        struct db_query *query =
            db_query(store->db, "INSERT INTO point(mine, device, point, unit, digits, places) VALUES(?, ?, ?, ?, ?, ?)"
                                " ON CONFLICT DO UPDATE SET mine = mine RETURNING id");
        db_bind_int(query, store->mine[of->mine]);
        db_bind_text(query, of->name);
        db_bind_text(query, point->name);
        db_bind_text(query, point->unit);
        db_bind_int(query, point->format.quantum.digits);
        db_bind_int(query, point->format.quantum.places);
        if (db_next(query))
            store->point[store->first_point[device] + i] = db_int(query, 0);
        db_done(query);
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
    struct journal_entry entry = entry_of(compare, "config", -1, -1);

    struct db_query *query = db_query(store->db, mines ? "SELECT id, name FROM mine WHERE active = 1"
                                                       : "SELECT id, name FROM meter WHERE active = 1");
    while (db_next(query)) {
        if (named(store->config, mines, db_text(query, 1)))
            continue;
        const int64_t gone[] = {store_rev(store), db_int(query, 0)};
        snprintf(entry.text, sizeof(entry.text), "%s: %s is no longer in the configuration; its past stays",
                 db_text(query, 1), mines ? "mine" : "meter");
        store_journal(store, &entry);
        db_value(store->db,
                 mines ? "UPDATE mine SET active = 0, rev = ? WHERE id = ?"
                       : "UPDATE meter SET active = 0, rev = ? WHERE id = ?",
                 2, gone);
    }
}

static void compare_incarnation(const struct compare *compare)
{
    struct store *store = compare->store;
    char id[33];

    if (!digest_random_hex(16, id))
        db_fail(store->db, DB_OTHER, "no random numbers for the ledger's incarnation");
    struct db_query *query =
        db_query(store->db, "INSERT INTO incarnation(id, first_rev, opened_ms, rev) VALUES(?, ?, ?, ?)");
    int64_t rev = store_rev(store);
    db_bind_text(query, id);
    db_bind_int(query, rev);
    db_bind_int(query, compare->now_ms);
    db_bind_int(query, rev);
    db_next(query);
}

static void compare_start(const struct compare *compare)
{
    const struct config *config = compare->store->config;
    struct journal_entry entry = entry_of(compare, "start", -1, -1);

    snprintf(entry.subject, sizeof(entry.subject), "%s", config->site);
    snprintf(entry.text, sizeof(entry.text), "coaltallyd %s, configuration %.400s, SHA-256 %s", COALTALLY_VERSION,
             config->path, config->hash);
    store_journal(compare->store, &entry);
}

void store_compare(struct store *store, struct clock_now now)
{
    const struct config *config = store->config;
    const struct compare compare = {store, now.wall_ms};

    compare_incarnation(&compare);
    for (size_t i = 0; i < config->mines; i++)
        compare_mine(&compare, i);
    for (size_t i = 0; i < config->meters; i++)
        compare_meter(&compare, i);
    store_load_states(store);
    for (size_t i = 0; i < config->meters; i++)
        compare_definition(&compare, i);
    for (size_t mine = 0; mine < config->mines; mine++)
        if (compare_calendar(&compare, mine))
            store_derive_again(store->db, store->mine[mine]);
    for (size_t i = 0; i < config->devices; i++)
        compare_points(store, i);
    compare_gone(&compare, true);
    compare_gone(&compare, false);
    compare_start(&compare);
}
