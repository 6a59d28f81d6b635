/* SPDX-License-Identifier: Apache-2.0 */
/* What a start, and whoever acts, must know of alarms and planned stops. */
#include <stdio.h>
#include <stdlib.h>

#include "collector/act.h"
#include "collector/alarm_rows.h"
#include "collector/planned_stop.h"
#include "collector/store_parts.h"
#include "collector/travel.h"

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
        if (row[i].number)
            continue; /* a site's, which recalls it itself */
        row[i].alarm.mine = row[i].mine ? mine_index(store, row[i].mine) : -1;
        if (row[i].mine == 0 || row[i].alarm.mine >= 0) /* a mine that has left the configuration has no topics */
            tell(context, &row[i].alarm, alarm_row_dealt_with(&row[i]));
    }
    free(rows.at);
    return good;
}

/* --- plans --- */

#define SAME_PLAN(other)                                                                                               \
#other ".from_day = plan.from_day AND " #other ".mine = plan.mine AND " #other ".item = plan.item AND " #other     \
           ".subject = plan.subject AND " #other ".kind = plan.kind AND " #other ".to_day = plan.to_day AND " #other   \
           ".shift = plan.shift AND " #other ".from_ms = plan.from_ms AND " #other ".to_ms = plan.to_ms"
#define DESPITE(act) #act ".arguments LIKE '%\"despite\":%'"

/* The newest version of each; an alarm's row comes after that of the act that it tells of. */
static const char untold_plans[] =
    "SELECT act.arguments FROM entry AS plan JOIN act ON act.id = plan.act WHERE plan.item = 'plan'"
    " AND act.id < " TRAVEL_FOREIGN /* of its own plans a site tells */
    " AND NOT EXISTS (SELECT 1 FROM entry AS later WHERE " SAME_PLAN(
        later) " AND later.version > plan.version)"
               " AND (" DESPITE(act) " OR EXISTS (SELECT 1 FROM entry AS old JOIN act AS before ON before.id = old.act "
                                     "WHERE " SAME_PLAN(old) " AND " DESPITE(
                                         before) "))"
                                                 " AND NOT EXISTS (SELECT 1 FROM journal AS alarm WHERE alarm.id > "
                                                 "act.journal AND alarm.kind = 'alarm'"
                                                 " AND alarm.mine = plan.mine AND alarm.text LIKE "
                                                 "'plan-over-capacity:%'"
                                                 " AND alarm.subject = 'plan-' || replace(json_extract(act.arguments, "
                                                 "'$.period'), '/', '-')) ORDER BY act.id";

bool store_plans(struct store *store, plan_teller *tell, void *context)
{
    db_clear(store->db);
    struct db_query *query = db_query(store->db, untold_plans);
    while (db_next(query)) {
        struct act act = {.verb = "enter"};
        char why[128];
        if (act_parse_arguments(db_text(query, 0), &act, why, sizeof why)) {
            snprintf(act.verb, sizeof act.verb, "enter");
            tell(context, &act);
        }
        act_free(&act);
    }
    return db_fault(store->db) == DB_OK;
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
