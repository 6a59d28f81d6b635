/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/store_parts.h"
#include "collector/store_roster.h"

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

static void derived_delete(struct db *db, int64_t mine)
{
    db_value(db, "DELETE FROM shift_total WHERE meter IN (SELECT id FROM meter WHERE mine = ?)", 1, &mine);
    db_value(db, "DELETE FROM day_total WHERE meter IN (SELECT id FROM meter WHERE mine = ?)", 1, &mine);
    db_value(db, "DELETE FROM month_total WHERE meter IN (SELECT id FROM meter WHERE mine = ?)", 1, &mine);
}

void store_derive_again(struct db *db, int64_t mine)
{
    struct roster *roster = roster_read(db);
    if (!roster)
        return;
    derived_delete(db, mine);
    struct db_query *query = db_query(db, "SELECT meter, bucket_ms, metered, good_ms FROM tally"
                                          " WHERE meter IN (SELECT id FROM meter WHERE mine = ?)");
    db_bind_int(query, mine);
    while (db_next(query)) {
        int index = roster_meter_id(roster, db_int(query, 0));
        if (index < 0)
            continue;
        struct calendar_place place = calendar_place(roster->meter[index].calendar, db_int(query, 1));
        struct derived gained = {db_int(query, 0), place, db_int(query, 2), db_int(query, 3)};
        store_derive(db, &gained);
    }
    roster_free(roster);
}
