/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/store_calendar.h"
#include "collector/store_compare_parts.h"
#include "collector/travel.h"

/* A line waits from start to start; the journal says so once for each configuration. */
static void change_waits(const struct compare *compare, size_t mine, const struct calendar_change *change)
{
    const struct config *config = compare->store->config;
    struct text said = {0};

    calendar_wait_say(config->mine[mine].name, change, LANGUAGE_EN, &said);
    struct db_query *query =
        db_query(compare->store->db, "SELECT 1 FROM journal WHERE kind = 'calendar-waits'"
                                     " AND id < " TRAVEL_FOREIGN " AND substr(text, 1, length(?1)) = ?1 LIMIT 1");
    db_bind_text(query, said.at ? said.at : "");
    const bool told = db_next(query);
    db_done(query);
    if (!told)
        compare_note(compare, "calendar-waits", (int)mine, -1, "%s", said.at ? said.at : "");
    text_free(&said);
}

int64_t compare_calendar(const struct compare *compare, size_t mine)
{
    struct store *store = compare->store;
    const struct config_mine *of = &store->config->mine[mine];
    struct list changes = {0};
    int64_t from_ms = INT64_MAX;

    if (calendar_changes(store->db, store->mine[mine], &of->calendar, compare->now_ms, &changes)) {
        const struct calendar_change *change = changes.at;
        for (size_t i = 0; i < changes.count; i++) {
            if (change[i].begun) {
                change_waits(compare, mine, &change[i]);
                continue;
            }
            calendar_write(store, store->mine[mine], &change[i], 0);
            compare_note(compare, "calendar", (int)mine, -1, "%s: %s", of->name, change[i].text);
            from_ms = change[i].start_ms < from_ms ? change[i].start_ms : from_ms;
        }
    }
    free(changes.at);
    return from_ms;
}
