/* SPDX-License-Identifier: Apache-2.0 */
/* What a start, and whoever acts, must know of alarms and planned stops. */
#include <stdlib.h>

#include "collector/alarm_rows.h"
#include "collector/planned_stop.h"
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

bool store_stops(struct store *store, int64_t now_ms, struct stop **list, size_t *count)
{
    struct list planned, stops = {.size = sizeof(struct stop)};
    db_clear(store->db);
    const bool good = planned_stops_read(store->db, &planned);
    const struct planned_stop *at = planned.at;
    for (size_t i = 0; i < planned.count; i++) {
        const int mine = mine_index(store, at[i].mine);
        if (mine < 0)
            continue;
        const struct calendar_span span = planned_stop_span(&at[i], &store->config->mine[mine].calendar);
        struct stop *stop = span.to_ms > now_ms ? list_add(&stops) : NULL;
        if (stop)
            *stop = (struct stop){(size_t)mine, span.from_ms, span.to_ms};
    }
    free(planned.at);
    *list = stops.at;
    *count = stops.count;
    if (!good)
        free(stops.at);
    return good;
}
