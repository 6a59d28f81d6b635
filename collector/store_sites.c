/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/store_sites.h"

int64_t site_last_row_ms(struct db *db, int64_t number)
{
    return db_value(db,
                    "SELECT max((SELECT last_at_ms FROM tally WHERE meter = meter.id ORDER BY bucket_ms DESC LIMIT 1))"
                    " FROM meter WHERE database = ?",
                    1, &number);
}

bool site_simulated(struct db *db, int64_t number)
{
    return db_value(db,
                    "SELECT min(simulated) FROM replica_mine JOIN mine ON mine.id = replica_mine.mine WHERE number = ?",
                    1, &number) > 0;
}

void site_reasons(struct db *db, int64_t number, site_reason_teller *tell, void *context)
{
    struct db_query *query = db_query(
        db, "SELECT reason, count(*) FROM replica_row WHERE number = ? GROUP BY reason ORDER BY count(*) DESC, reason");
    db_bind_int(query, number);
    while (db_next(query))
        tell(context, db_text(query, 0), db_int(query, 1));
    db_done(query);
}

void site_superseded(struct db *db, int64_t number, int64_t since_ms, site_amount_teller *tell, void *context)
{
    struct db_query *query =
        db_query(db, "SELECT quantity, sum(ifnull(before, 0) - ifnull(after, 0)) FROM replica_switch AS switched"
                     " JOIN replica_superseded AS row ON row.switch = switched.id AND row.name = 'tally'"
                     " JOIN meter ON meter.id = row.meter AND meter.role = 'main'"
                     " WHERE switched.number = ? AND switched.at_ms >= ? GROUP BY quantity ORDER BY quantity");
    db_bind_int(query, number);
    db_bind_int(query, since_ms);
    while (db_next(query))
        tell(context, db_text(query, 0), db_int(query, 1));
    db_done(query);
}
