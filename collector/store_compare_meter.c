/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <string.h>

#include "collector/store_compare_parts.h"
#include "collector/travel.h"

/* mine and quantity come first: they are what a meter's name stands for. */
enum { METER_IDENTITY = 2, METER_DEVICE = 5, METER_POINT = 6 };

static int meter_columns(const struct config *config, size_t index, struct column *column)
{
    const struct config_meter *meter = &config->meter[index];
    const struct config_device *device = &config->device[meter->device];

    column_set(&column[0], "mine", "%s", config->mine[meter->mine].name);
    column_set(&column[1], "quantity", "%s", meter->quantity->name);
    column_set(&column[2], "unit", "%s", meter->quantity->unit);
    column_set(&column[3], "role", "%s", meter->role == ROLE_MAIN ? "main" : "check");
    column_set(&column[4], "path", "%s", meter->path);
    column_set(&column[METER_DEVICE], "device", "%s", device->name);
    column_set(&column[METER_POINT], "point", "%s", device->profile->point[meter->point].name);
    column_set(&column[7], "definition", "%s", meter->definition);
    column_set(&column[8], "active", "1");
    return 9;
}

static int64_t meter_write(struct store *store, size_t index, const struct column *column, int columns)
{
    struct db_query *query = db_query(
        store->db, "INSERT INTO meter(mine, quantity, unit, role, path, device, point, definition, active, name, rev,"
                   " id)"
                   " VALUES((SELECT id FROM mine WHERE name = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
                   " (SELECT ifnull(max(id), 0) + 1 FROM meter WHERE id < " TRAVEL_FOREIGN "))"
                   " ON CONFLICT(database, name) DO UPDATE SET mine = excluded.mine, quantity = excluded.quantity,"
                   " unit = excluded.unit, role = excluded.role, path = excluded.path, device = excluded.device,"
                   " point = excluded.point, definition = excluded.definition, active = excluded.active,"
                   " rev = excluded.rev RETURNING id");
    columns_bind(query, column, columns);
    db_bind_text(query, store->config->meter[index].name);
    db_bind_int(query, store_rev(store));
    int64_t id = db_next(query) ? db_int(query, 0) : 0;
    db_done(query);
    return id;
}

/* A meter's past belongs to its mine and quantity; once it has counted, they are fixed. */
static void judge_identity(struct store *store, size_t index, const struct db_query *query, int first,
                           const struct column *column)
{
    if (db_value(store->db, "SELECT count(*) FROM segment WHERE meter = ?", 1, &store->meter[index]) == 0)
        return;
    for (int i = 0; i < METER_IDENTITY; i++)
        if (strcmp(db_text(query, first + i), column[i].value) != 0)
            db_fail(store->db, DB_CONSTRAINT,
                    "meter %s has counted for %s %s, and the configuration now says %s: a name stands for one meter"
                    " for ever; give the other one a name of its own",
                    store->config->meter[index].name, column[i].name, db_text(query, first + i), column[i].value);
}

void compare_meter(const struct compare *compare, size_t index)
{
    struct store *store = compare->store;
    const struct config_meter *meter = &store->config->meter[index];
    struct column column[COLUMNS_MAX];
    int columns = meter_columns(store->config, index, column);
    bool changed = false;

    struct db_query *query = db_query(
        store->db, "SELECT meter.id, mine.name, quantity, unit, role, path, device, point, definition, meter.active"
                   " FROM meter JOIN mine ON mine.id = meter.mine WHERE meter.name = ? AND meter.database = 0");
    db_bind_text(query, meter->name);
    if (db_next(query)) {
        store->meter[index] = db_int(query, 0);
        judge_identity(store, index, query, 1, column);
        store->saved[index].elsewhere = strcmp(db_text(query, 1 + METER_DEVICE), column[METER_DEVICE].value) != 0 ||
                                        strcmp(db_text(query, 1 + METER_POINT), column[METER_POINT].value) != 0;
        changed = compare_columns(compare, query, 1, column, columns, (int)meter->mine, (int)index, meter->name);
    }
    db_done(query);
    if (store->meter[index] && !changed)
        return;
    bool known = store->meter[index] != 0;
    store->meter[index] = meter_write(store, index, column, columns);
    if (!known)
        compare_note(compare, "config", (int)meter->mine, (int)index, "%s: new meter, %.300s", meter->name,
                     meter->definition);
}

static int64_t definition_write(struct store *store, const char *hash, const char *text)
{
    struct db_query *query = db_query(
        store->db, "INSERT INTO definition(hash, text, rev, id) VALUES(?, ?, ?,"
                   " (SELECT ifnull(max(id), 0) + 1 FROM definition WHERE id < " TRAVEL_FOREIGN ")) RETURNING id");
    db_bind_text(query, hash);
    db_bind_text(query, text);
    db_bind_int(query, store_rev(store));
    int64_t id = db_next(query) ? db_int(query, 0) : 0;
    db_done(query);
    return id;
}

int64_t compare_text(struct store *store, const char *text)
{
    char hash[DIGEST_HEX_BYTES];

    if (!digest_hex(text, strlen(text), hash)) {
        db_fail(store->db, DB_OTHER, "the definitions: out of memory");
        return 0;
    }
    int64_t id = compare_id(store->db, "SELECT id FROM definition WHERE hash = ? AND database = 0", hash);
    return id ? id : definition_write(store, hash, text);
}

/* A meter that is now defined otherwise, or reads another register, counts on in a new segment; nothing is
 * posted across. */
void compare_definition(const struct compare *compare, size_t index)
{
    struct store *store = compare->store;
    const struct config_meter *meter = &store->config->meter[index];
    struct saved *saved = &store->saved[index];

    store->definition[index] = compare_text(store, meter->definition);
    int64_t open = db_value(store->db, "SELECT definition FROM segment WHERE meter = ? AND closed_ms IS NULL", 1,
                            &store->meter[index]);
    bool redefined = open != store->definition[index];
    if (open == 0 || (!redefined && !saved->elsewhere))
        return;
    store_close_segments(store, store->meter[index], INT64_MAX, compare->now_ms);
    compare_note(compare, "redefined", (int)meter->mine, (int)index,
                 "%s: segment %" PRId64 " closed at reading %" PRId64
                 ", because the meter %s; the next one begins with its next reading, and nothing is counted between",
                 meter->name, saved->state.segment, saved->state.last,
                 redefined ? "is defined otherwise" : "reads another register");
    totaliser_break(&saved->state);
    store_save_state(store, index, &saved->state, saved->boot, saved->at);
}
