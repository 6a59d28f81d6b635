/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/store_parts.h"

int month_of_day(civil_day day)
{
    int year, month, day_of_month;
    civil_to_date(day, &year, &month, &day_of_month);
    return year * 12 + month - 1;
}

void store_derive(struct db *db, const struct derived *gained)
{
    struct db_query *query;

    query = db_query(db, "INSERT INTO shift_total(meter, day, shift, metered, good_ms) VALUES(?, ?, ?, ?, ?)"
                         " ON CONFLICT DO UPDATE SET metered = metered + excluded.metered,"
                         " good_ms = good_ms + excluded.good_ms");
    db_bind_int(query, gained->meter);
    db_bind_int(query, gained->place.day);
    db_bind_int(query, gained->place.shift);
    db_bind_int(query, gained->metered);
    db_bind_int(query, gained->good_ms);
    db_next(query);

    query = db_query(db, "INSERT INTO day_total(meter, day, metered, good_ms) VALUES(?, ?, ?, ?)"
                         " ON CONFLICT DO UPDATE SET metered = metered + excluded.metered,"
                         " good_ms = good_ms + excluded.good_ms");
    db_bind_int(query, gained->meter);
    db_bind_int(query, gained->place.day);
    db_bind_int(query, gained->metered);
    db_bind_int(query, gained->good_ms);
    db_next(query);

    query = db_query(db, "INSERT INTO month_total(meter, month, metered, good_ms) VALUES(?, ?, ?, ?)"
                         " ON CONFLICT DO UPDATE SET metered = metered + excluded.metered,"
                         " good_ms = good_ms + excluded.good_ms");
    db_bind_int(query, gained->meter);
    db_bind_int(query, month_of_day(gained->place.day));
    db_bind_int(query, gained->metered);
    db_bind_int(query, gained->good_ms);
    db_next(query);
}

void store_derive_again(struct store *store, size_t meter)
{
    const int64_t id = store->meter[meter];
    const struct calendar *calendar = &store->config->meter[meter].calendar;

    db_value(store->db, "DELETE FROM shift_total WHERE meter = ?", 1, &id);
    db_value(store->db, "DELETE FROM day_total WHERE meter = ?", 1, &id);
    db_value(store->db, "DELETE FROM month_total WHERE meter = ?", 1, &id);
    struct db_query *query = db_query(store->db, "SELECT bucket_ms, metered, good_ms FROM tally WHERE meter = ?");
    db_bind_int(query, id);
    while (db_next(query)) {
        struct derived gained = {id, calendar_place(calendar, db_int(query, 0)), db_int(query, 1), db_int(query, 2)};
        store_derive(store->db, &gained);
    }
}
