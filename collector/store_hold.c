/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/store_hold.h"

size_t store_holds(struct db *db, struct hold *hold, size_t size)
{
    size_t holds = 0;
    struct db_query *query =
        db_query(db, "SELECT act, meter, from_ms, until_ms FROM hold WHERE ended_ms IS NULL ORDER BY act");
    while (holds < size && db_next(query))
        hold[holds++] = (struct hold){db_int(query, 0), db_int(query, 1), db_int(query, 2), db_int(query, 3)};
    db_done(query);
    return holds;
}

bool store_hold_standing(struct db *db, int64_t meter, int64_t now_ms, struct hold *hold)
{
    struct db_query *query = db_query(db, "SELECT act, meter, from_ms, until_ms FROM hold WHERE ended_ms IS NULL"
                                          " AND meter = ? AND until_ms > ? ORDER BY act DESC LIMIT 1");
    db_bind_int(query, meter);
    db_bind_int(query, now_ms);
    const bool found = db_next(query);
    if (found)
        *hold = (struct hold){db_int(query, 0), db_int(query, 1), db_int(query, 2), db_int(query, 3)};
    db_done(query);
    return found;
}

void store_hold_lapse(struct store *store, const struct hold *hold)
{
    const int64_t values[] = {hold->until_ms, store_rev(store), hold->act};
    db_value(store->db, "UPDATE hold SET ended_ms = ?, rev = ? WHERE act = ? AND ended_ms IS NULL", 3, values);
    const struct journal_entry entry = {.at_ms = hold->until_ms,
                                        .kind = "hold-ended",
                                        .mine = -1,
                                        .meter = -1,
                                        .count = 1,
                                        .from_ms = hold->from_ms,
                                        .to_ms = hold->until_ms,
                                        .text = "its time is up"};
    store_journal_of(store, &entry, db_value(store->db, "SELECT mine FROM meter WHERE id = ?", 1, &hold->meter),
                     hold->meter);
}
