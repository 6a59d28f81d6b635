/* SPDX-License-Identifier: Apache-2.0 */
/* Rows that count no more, because their site's ledger is another one of itself now, and what follows once the rows
 * that it has in their place were taken.
 *
 * What was counted is taken away as it was counted: by the meters and calendars that stood before any row left. Where a
 * calendar is another one afterwards, or a meter another mine's, the totals are made anew, at the end. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/period.h"
#include "collector/store_seal.h"
#include "collector/store_take_parts.h"

enum { METER_ID, METER_MINE = 2, METER_QUANTITY };

bool taker_leave_begin(struct taker *taker, int64_t now_ms)
{
    if (!taker->store->unsealed)
        store_unseal(taker->store, now_ms);
    taker_forget(taker);
    taker->again.count = taker->left_meters.count = taker->left_shifts.count = 0;
    taker->roster = taker_good(taker) ? roster_read(taker->store->db) : NULL;
    taker->switching = taker->leaving = true;
    return taker_good(taker);
}

/* --- a row --- */

static void meter_leave(struct taker *taker, const struct travel_row *row)
{
    struct taker_left_meter *left = list_add(&taker->left_meters);
    if (left) {
        *left = (struct taker_left_meter){.meter = row->value[METER_ID].number, .mine = row->value[METER_MINE].number};
        snprintf(left->quantity, sizeof left->quantity, "%s", row->value[METER_QUANTITY].text);
    } else {
        taker_fail_memory(taker);
    }
}

static void standing_leave(struct taker *taker, const struct travel_row *row, const struct taker_former *former)
{
    const int64_t revs[] = {travel_id(taker->number, 0), row->rev};
    if (row->table == TRAVEL_mine) { /* its row stays for its name, to be taken anew */
        db_value(taker->store->db, "UPDATE mine SET rev = ? WHERE rev = ?", 2, revs);
        return;
    }
    taker_row_remove(taker, row);
    if (row->table == TRAVEL_meter)
        meter_leave(taker, row);
    else
        taker_follow(taker, row, former, false);
}

static void row_leave(struct taker *taker, const struct travel_row *local)
{
    struct travel_row row;
    bool without_key;
    taker_map(taker, local, &row, &without_key);
    struct taker_former former = {0};
    if (!without_key)
        former = taker_former_find(taker, &row);
    if (former.present && former.rev == row.rev)
        standing_leave(taker, &row, &former);
    else if (taker_aside_rev(taker, local) == row.rev)
        taker_aside_remove(taker, local);
    else
        db_fail(taker->store->db, DB_CORRUPT, "a row of table %s is not found by its key (rev %lld)",
                travel_tables[row.table].name, (long long)row.rev);
}

bool taker_leave(struct taker *taker, int64_t number, const struct travel_batch *batch, int64_t now_ms,
                 struct taken *taken)
{
    taker_begin(taker, number, now_ms, taken);
    taker_mines(taker, &batch->mines);
    for (size_t i = 0; i < batch->rows.count && taker_good(taker); i++)
        row_leave(taker, travel_row_at(batch, i));
    taker_totals(taker);
    return taker_good(taker);
}

bool taker_leave_end(struct taker *taker)
{
    taker->leaving = false;
    taker_forget(taker);
    return taker_good(taker);
}

/* --- when all are there --- */

/* The row of the meter that came in its place; false: none did. */
static bool meter_stands(struct db *db, const struct taker_left_meter *left, int64_t *mine, bool *same)
{
    struct db_query *query = db_query(db, "SELECT mine, quantity FROM meter WHERE id = ?");
    db_bind_int(query, left->meter);
    const bool stands = db_next(query);
    *mine = stands ? db_int(query, 0) : 0;
    *same = stands && *mine == left->mine && strcmp(db_text(query, 1), left->quantity) == 0;
    db_done(query);
    return stands;
}

/* Without its row a meter's tallies count for nothing until that comes. */
static void meter_settle(struct taker *taker, const struct taker_left_meter *left)
{
    struct db *db = taker->store->db;
    int64_t mine;
    bool same;
    const bool stands = meter_stands(db, left, &mine, &same);
    if (same)
        return;
    if (stands) {
        taker_mine_again(taker, mine);
        return;
    }
    db_value(db, "DELETE FROM shift_total WHERE meter = ?", 1, &left->meter);
    db_value(db, "DELETE FROM day_total WHERE meter = ?", 1, &left->meter);
    db_value(db, "DELETE FROM month_total WHERE meter = ?", 1, &left->meter);
    db_value(db, "INSERT OR IGNORE INTO replica_meter(meter) VALUES(?)", 1, &left->meter);
}

static bool shift_empty(struct db *db, const struct derived *shift, struct calendar_span span)
{
    const int64_t place[] = {shift->place.day, shift->place.shift, shift->meter};
    const int64_t reach[] = {span.from_ms, span.to_ms, shift->meter};
    return db_value(db,
                    "SELECT EXISTS (SELECT 1 FROM shift_total WHERE day = ? AND shift = ? AND meter = ?"
                    " AND metered = 0 AND good_ms = 0)",
                    3, place) &&
           !db_value(db, "SELECT EXISTS (SELECT 1 FROM tally WHERE bucket_ms >= ? AND bucket_ms < ? AND meter = ?)", 3,
                     reach);
}

static void shift_remove(struct db *db, const struct derived *shift)
{
    const int month = month_of_day(shift->place.day);
    const struct period days = month_days(month);
    const int64_t place[] = {shift->place.day, shift->meter, shift->place.shift};
    const int64_t reach[] = {month, shift->meter, days.from, days.to};
    db_value(db, "DELETE FROM shift_total WHERE day = ?1 AND meter = ?2 AND shift = ?3", 3, place);
    db_value(db,
             "DELETE FROM day_total WHERE day = ?1 AND meter = ?2 AND NOT EXISTS (SELECT 1 FROM shift_total AS shift"
             " WHERE shift.day = ?1 AND shift.meter = ?2)",
             2, place);
    db_value(db,
             "DELETE FROM month_total WHERE month = ?1 AND meter = ?2 AND NOT EXISTS (SELECT 1 FROM day_total AS day"
             " WHERE day.day >= ?3 AND day.day < ?4 AND day.meter = ?2)",
             4, reach);
}

/* Of a shift of which no tally stands there is no total. */
static void shift_settle(struct taker *taker, const struct derived *shift)
{
    const int index = roster_meter_id(taker->roster, shift->meter);
    if (index < 0)
        return;
    const struct roster_meter *meter = &taker->roster->meter[index];
    if (!taker_mine_is_again(taker, taker->roster->mine[meter->mine].id) &&
        shift_empty(taker->store->db, shift, calendar_shift(meter->calendar, shift->place.day, shift->place.shift)))
        shift_remove(taker->store->db, shift);
}

bool taker_settle(struct taker *taker)
{
    taker->gains.count = taker->reported.count = 0;
    taker->switching = taker->leaving = false;
    for (size_t i = 0; i < taker->left_meters.count; i++)
        meter_settle(taker, &((const struct taker_left_meter *)taker->left_meters.at)[i]);
    taker_totals(taker);
    for (size_t i = 0; taker_good(taker) && i < taker->left_shifts.count; i++)
        shift_settle(taker, &((const struct derived *)taker->left_shifts.at)[i]);
    taker->left_meters.count = taker->left_shifts.count = 0;
    return taker_good(taker);
}
