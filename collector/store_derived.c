/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "collector/amount.h"
#include "collector/list.h"
#include "collector/period.h"
#include "collector/store_coefficient.h"
#include "collector/store_parts.h"

int month_of_day(civil_day day)
{
    int year, month, day_of_month;
    civil_to_date(day, &year, &month, &day_of_month);
    return year * 12 + month - 1;
}

/* Adds to a shift; what its meter now has in it. */
static int64_t shift_add(struct db *db, const struct derived *gained, int64_t *reported_before)
{
    struct db_query *query =
        db_query(db, "INSERT INTO shift_total(meter, day, shift, metered, good_ms, reported) VALUES(?, ?, ?, ?, ?, 0)"
                     " ON CONFLICT DO UPDATE SET metered = metered + excluded.metered,"
                     " good_ms = good_ms + excluded.good_ms RETURNING metered, reported");
    db_bind_int(query, gained->meter);
    db_bind_int(query, gained->place.day);
    db_bind_int(query, gained->place.shift);
    db_bind_int(query, gained->metered);
    db_bind_int(query, gained->good_ms);
    const bool added = db_next(query);
    const int64_t metered = added ? db_int(query, 0) : 0;
    *reported_before = added ? db_int(query, 1) : 0;
    db_done(query);
    return metered;
}

/* What a shift reports changes by the product of its new sum less that of its old one. */
static int64_t shift_report(struct db *db, const struct derived *gained, int64_t metered, int64_t before)
{
    int64_t reported;
    coefficient_apply(coefficient_stored(db, gained->meter, gained->place.day), metered, &reported);
    const int64_t values[] = {reported, gained->place.day, gained->place.shift, gained->meter};
    if (reported != before)
        db_value(db, "UPDATE shift_total SET reported = ? WHERE day = ? AND shift = ? AND meter = ?", 4, values);
    return amount_less(reported, before);
}

static void longer_add(struct db *db, const char *sql, int64_t period, const struct derived *gained, int64_t reported)
{
    struct db_query *query = db_query(db, sql);
    db_bind_int(query, gained->meter);
    db_bind_int(query, period);
    db_bind_int(query, gained->metered);
    db_bind_int(query, gained->good_ms);
    db_bind_int(query, reported);
    db_next(query);
}

void store_derive(struct db *db, const struct derived *gained)
{
    int64_t before;
    const int64_t metered = shift_add(db, gained, &before);
    const int64_t reported = shift_report(db, gained, metered, before);
    longer_add(db,
               "INSERT INTO day_total(meter, day, metered, good_ms, reported) VALUES(?, ?, ?, ?, ?)"
               " ON CONFLICT DO UPDATE SET metered = metered + excluded.metered,"
               " good_ms = good_ms + excluded.good_ms, reported = reported + excluded.reported",
               gained->place.day, gained, reported);
    longer_add(db,
               "INSERT INTO month_total(meter, month, metered, good_ms, reported) VALUES(?, ?, ?, ?, ?)"
               " ON CONFLICT DO UPDATE SET metered = metered + excluded.metered,"
               " good_ms = good_ms + excluded.good_ms, reported = reported + excluded.reported",
               month_of_day(gained->place.day), gained, reported);
}

/* --- a coefficient changed --- */

struct shift_row {
    civil_day day;
    int64_t shift, metered, reported;
};

static bool shifts_read(struct db *db, int64_t meter, civil_day from, struct list *rows)
{
    struct db_query *query = db_query(
        db, "SELECT day, shift, metered, reported FROM shift_total WHERE day >= ? AND meter = ? ORDER BY day, shift");
    struct shift_row *row = NULL;
    db_bind_int(query, from);
    db_bind_int(query, meter);
    bool good = true;
    while (good && db_next(query)) {
        good = (row = list_add(rows)) != NULL;
        if (good)
            *row =
                (struct shift_row){(civil_day)db_int(query, 0), db_int(query, 1), db_int(query, 2), db_int(query, 3)};
    }
    db_done(query);
    if (!good)
        db_fail(db, DB_OTHER, "out of memory");
    return db_fault(db) == DB_OK;
}

static void longer_set(struct db *db, const char *sql, int64_t meter, int64_t period, int64_t reported)
{
    const int64_t values[] = {reported, period, meter};
    db_value(db, sql, 3, values);
}

/* Rows of one day: their sum, after each was made anew where it is of `from` or later. */
static int64_t day_report(struct db *db, int64_t meter, civil_day from, const struct shift_row *row, size_t rows)
{
    int64_t sum = 0;
    for (size_t i = 0; i < rows; i++) {
        const struct derived shift = {meter, {row[i].day, (int)row[i].shift}, 0, 0};
        int64_t reported = row[i].reported;
        if (row[i].day >= from)
            reported = amount_add(reported, shift_report(db, &shift, row[i].metered, reported));
        sum = amount_add(sum, reported);
    }
    if (row->day >= from)
        longer_set(db, "UPDATE day_total SET reported = ? WHERE day = ? AND meter = ?", meter, row->day, sum);
    return sum;
}

void store_report_again(struct db *db, int64_t meter, civil_day from)
{
    struct list rows = {.size = sizeof(struct shift_row)};
    const struct shift_row *row = NULL;
    int64_t month_sum = 0;
    size_t shifts;
    if (shifts_read(db, meter, month_days(month_of(from)).from, &rows))
        row = rows.at;
    for (size_t i = 0; row && i < rows.count; i += shifts) {
        const civil_month month = month_of(row[i].day);
        for (shifts = 1; i + shifts < rows.count && row[i + shifts].day == row[i].day;)
            shifts++;
        month_sum = amount_add(month_sum, day_report(db, meter, from, &row[i], shifts));
        if (i + shifts < rows.count && month_of(row[i + shifts].day) == month)
            continue;
        longer_set(db, "UPDATE month_total SET reported = ? WHERE month = ? AND meter = ?", meter, month, month_sum);
        month_sum = 0;
    }
    free(rows.at);
}

/* --- a calendar changed --- */

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
