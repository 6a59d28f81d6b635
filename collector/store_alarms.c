/* SPDX-License-Identifier: Apache-2.0 */
/* What a start, and whoever acts, must know of alarms and planned stops. */
#include <stdlib.h>
#include <string.h>

#include "collector/alarm_rows.h"
#include "collector/period.h"
#include "collector/store_parts.h"

static int mine_index(const struct store *store, int64_t mine)
{
    for (size_t i = 0; i < store->config->mines; i++)
        if (store->mine[i] == mine)
            return (int)i;
    return -1;
}

bool store_alarms(struct store *store, alarm_teller *tell, void *context)
{
    struct list rows;
    db_clear(store->db);
    const bool good = alarm_rows_read(store->db, INT64_MAX, &rows);
    struct alarm_row *row = rows.at;
    for (size_t i = rows.count; i-- > 0;) { /* the oldest first */
        row[i].alarm.mine = row[i].mine ? mine_index(store, row[i].mine) : -1;
        if (row[i].mine == 0 || row[i].alarm.mine >= 0) /* a mine that has left the configuration has no topics */
            tell(context, &row[i].alarm, alarm_row_dealt_with(&row[i]));
    }
    free(rows.at);
    return good;
}

/* --- planned stops --- */

/* The newest version of each counts. */
static const char planned[] =
    "SELECT mine, kind, from_day, to_day, shift, from_ms, to_ms, text FROM entry AS stop WHERE item = 'planned_stop'"
    " AND version = (SELECT max(version) FROM entry WHERE item = stop.item AND mine = stop.mine"
    " AND subject = stop.subject AND kind = stop.kind AND from_day = stop.from_day AND to_day = stop.to_day"
    " AND shift = stop.shift AND from_ms = stop.from_ms AND to_ms = stop.to_ms)";

enum { MINE, KIND, FROM_DAY, TO_DAY, SHIFT, FROM_MS, TO_MS, TEXT };

/* A stop that does not take place is entered anew with one of these words. */
static bool stop_is_off(const char *text)
{
    return strcmp(text, "cancelled") == 0 || strcmp(text, "取消") == 0;
}

static struct calendar_span stop_span(const struct calendar *calendar, const struct db_query *query)
{
    const civil_day from = (civil_day)db_int(query, FROM_DAY), to = (civil_day)db_int(query, TO_DAY);
    if (db_int(query, TO_MS) > 0)
        return (struct calendar_span){db_int(query, FROM_MS), db_int(query, TO_MS)};
    if (db_int(query, KIND) == PERIOD_KIND_SHIFT && db_int(query, SHIFT) < calendar_rule_of(calendar, from)->shifts)
        return calendar_shift(calendar, from, (int)db_int(query, SHIFT));
    return (struct calendar_span){calendar_day(calendar, from).from_ms, calendar_day(calendar, to - 1).to_ms};
}

bool store_stops(struct store *store, int64_t now_ms, struct stop **list, size_t *count)
{
    struct list stops = {.size = sizeof(struct stop)};
    db_clear(store->db);
    struct db_query *query = db_query(store->db, planned);
    while (db_next(query)) {
        const int mine = mine_index(store, db_int(query, MINE));
        if (mine < 0 || stop_is_off(db_text(query, TEXT)))
            continue;
        const struct calendar_span span = stop_span(&store->config->mine[mine].calendar, query);
        struct stop *stop = span.to_ms > now_ms ? list_add(&stops) : NULL;
        if (stop)
            *stop = (struct stop){(size_t)mine, span.from_ms, span.to_ms};
    }
    *list = stops.at;
    *count = stops.count;
    if (db_fault(store->db) == DB_OK)
        return true;
    free(stops.at);
    return false;
}
