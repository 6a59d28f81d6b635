/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "collector/store_parts.h"

static int mine_index(const struct store *store, int64_t mine)
{
    for (size_t i = 0; i < store->config->mines; i++)
        if (store->mine[i] == mine)
            return (int)i;
    return -1;
}

static void alarm_tell(const struct store *store, const struct db_query *query, alarm_teller *tell, void *context)
{
    const int64_t mine = db_int(query, 1);
    struct alarm alarm = {.mine = mine ? mine_index(store, mine) : -1,
                          .level = (enum journal_level)db_int(query, 4),
                          .raised_ms = db_int(query, 5)};
    if ((mine && alarm.mine < 0) || strlen(db_text(query, 2)) >= ID_BYTES || !alarm_read(db_text(query, 3), &alarm))
        return; /* a mine that has left the configuration has no topics */
    strcpy(alarm.subject, db_text(query, 2));
    tell(context, &alarm);
}

bool store_alarms(struct store *store, alarm_teller *tell, void *context)
{
    db_clear(store->db);
    struct db_query *query =
        db_query(store->db, "SELECT max(id), ifnull(mine, 0), subject, text, level, at_ms, kind FROM journal"
                            " WHERE kind IN ('alarm', 'alarm-cleared')"
                            " GROUP BY mine, subject, substr(text, 1, instr(text, ':'))");
    while (db_next(query))
        if (strcmp(db_text(query, 6), "alarm") == 0)
            alarm_tell(store, query, tell, context);
    return db_fault(store->db) == DB_OK;
}
