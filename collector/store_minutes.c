/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/store_minutes.h"

#include <stdlib.h>
#include <string.h>

#include "collector/store_parts.h"

enum { EXPIRE_ROWS = 5000 };

int64_t minute_row(struct db *db, int64_t at_ms)
{
    int64_t low = db_value(db, "SELECT min(rowid) FROM minute", 0, NULL);
    int64_t high = db_value(db, "SELECT max(rowid) FROM minute", 0, NULL) + 1;
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        if (db_value(db, "SELECT minute_ms FROM minute WHERE rowid >= ? ORDER BY rowid LIMIT 1", 1, &middle) < at_ms)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* A place of table point: the same belt has several where what tells of it changed. */
struct told {
    int64_t point;
    struct belt_series *series;
    enum belt_source source;
};

static struct belt_series *series_of(struct belt_series *series, size_t count, int64_t mine, const char *meter)
{
    for (size_t i = 0; i < count; i++)
        if (series[i].mine == mine && strcmp(series[i].meter, meter) == 0)
            return &series[i];
    return NULL;
}

static struct list told_read(struct db *db, struct belt_series *series, size_t count)
{
    struct list told = {.size = sizeof(struct told)};
    struct db_query *query = db_query(db, "SELECT id, mine, point, unit FROM point WHERE device = '' ORDER BY id");
    while (db_next(query)) {
        struct told next = {.point = db_int(query, 0),
                            .series = series_of(series, count, db_int(query, 1), db_text(query, 2))};
        if (!next.series || !belt_source_read(db_text(query, 3), &next.source))
            continue;
        struct told *slot = list_add(&told);
        if (slot)
            *slot = next;
        else
            db_fail(db, DB_OTHER, "out of memory");
    }
    return told;
}

static struct calendar_span reach_of(const struct belt_series *series, size_t count)
{
    struct calendar_span reach = series->belt.reach;
    for (size_t i = 1; i < count; i++) {
        const struct calendar_span own = series[i].belt.reach;
        reach.from_ms = own.from_ms < reach.from_ms ? own.from_ms : reach.from_ms;
        reach.to_ms = own.to_ms > reach.to_ms ? own.to_ms : reach.to_ms;
    }
    return reach;
}

static void row_take(const struct db_query *query, const struct list *told)
{
    const struct told *all = told->at;
    const struct belt_minute minute = {db_int(query, 0), db_int(query, 2), db_int(query, 3), db_int(query, 4) != 0};
    for (size_t i = 0; i < told->count; i++)
        if (all[i].point == db_int(query, 1)) {
            all[i].series->told = true;
            all[i].series->source = all[i].source;
            belt_add(&all[i].series->belt, &minute);
        }
}

void minutes_of_belts(struct db *db, struct belt_series *series, size_t count)
{
    if (count == 0)
        return;
    struct list told = told_read(db, series, count);
    const struct calendar_span reach = reach_of(series, count);
    const int64_t first = minute_row(db, reach.from_ms - MINUTES_STRAY_MS);
    const int64_t last = minute_row(db, reach.to_ms + MINUTES_STRAY_MS);
    struct db_query *query =
        db_query(db, "SELECT minute_ms, point, sum, count, last FROM minute WHERE rowid >= ? AND rowid < ?"
                     " AND point IN (SELECT id FROM point WHERE device = '') AND minute_ms >= ? AND minute_ms < ?"
                     " ORDER BY minute_ms, rowid");
    db_bind_int(query, first);
    db_bind_int(query, last);
    db_bind_int(query, reach.from_ms);
    db_bind_int(query, reach.to_ms);
    while (db_next(query))
        row_take(query, &told);
    free(told.at);
}

/* --- old ones --- */

/* Only rows at the head of the table are looked at: they stand in the order of time. */
bool store_expire(struct store *store, int64_t before_ms)
{
    const int64_t values[] = {EXPIRE_ROWS, before_ms};
    static const char oldest[] = "SELECT minute_ms FROM minute ORDER BY rowid LIMIT 1";

    db_clear(store->db);
    int64_t oldest_ms = db_value(store->db, oldest, 0, NULL);
    if (oldest_ms == 0 || oldest_ms >= before_ms)
        return false;
    db_value(store->db, "DELETE FROM minute WHERE rowid < (SELECT min(rowid) FROM minute) + ? AND minute_ms < ?", 2,
             values);
    oldest_ms = db_value(store->db, oldest, 0, NULL);
    return db_fault(store->db) == DB_OK && oldest_ms != 0 && oldest_ms < before_ms;
}
