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

/* The journal's text of an alarm is its reason, ": ", and what it says. */
static void alarm_tell(const struct store *store, const struct db_query *query, alarm_teller *tell, void *context)
{
    char reason[ALARM_REASON_BYTES] = "";
    const char *text = db_text(query, 3), *colon = strstr(text, ": ");
    int64_t mine = db_int(query, 1);
    struct alarm_notice notice = {.mine = mine ? mine_index(store, mine) : -1,
                                  .subject = db_text(query, 2),
                                  .reason = reason,
                                  .level = (enum journal_level)db_int(query, 4)};
    if (!colon || (mine && notice.mine < 0) || strlen(notice.subject) >= ID_BYTES)
        return; /* a mine that has left the configuration has no topics */
    snprintf(reason, sizeof(reason), "%.*s", (int)(colon - text), text);
    notice.what = colon + 2;
    tell(context, &notice, db_int(query, 5));
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
