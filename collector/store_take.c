/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/store_take.h"

#include <stdlib.h>
#include <string.h>

#include "collector/store_seal.h"
#include "collector/store_take_parts.h"
#include "drivers/language.h"

enum { METER_MINE = 2, METER_QUANTITY };
enum { TALLY_METERED = 3, TALLY_GOOD };
enum { CALENDAR_START = 3, CALENDAR_SHIFTS };

bool taker_fail_memory(struct taker *taker)
{
    db_fail(taker->store->db, DB_OTHER, "out of memory");
    return false;
}

struct taker *taker_new(struct store *store, taker_mine_allowed *allowed, void *context)
{
    struct taker *taker = calloc(1, sizeof *taker);
    if (taker)
        *taker = (struct taker){.store = store,
                                .allowed = allowed,
                                .context = context,
                                .mines.size = sizeof(struct taker_mine),
                                .gains.size = sizeof(struct taker_gain),
                                .again.size = sizeof(int64_t),
                                .reported.size = sizeof(struct taker_reported),
                                .left_meters.size = sizeof(struct taker_left_meter),
                                .left_shifts.size = sizeof(struct derived)};
    return taker;
}

void taker_free(struct taker *taker)
{
    if (!taker)
        return;
    taker_forget(taker);
    free(taker->mines.at);
    free(taker->gains.at);
    free(taker->again.at);
    free(taker->reported.at);
    free(taker->left_meters.at);
    free(taker->left_shifts.at);
    free(taker);
}

void taker_forget(struct taker *taker)
{
    roster_free(taker->roster);
    taker->roster = NULL;
}

void taker_begin(struct taker *taker, int64_t number, int64_t now_ms, struct taken *taken)
{
    taker->number = number;
    taker->now_ms = now_ms;
    taker->taken = taken;
    taker->mines.count = taker->gains.count = taker->reported.count = 0;
    if (!taker->switching)
        taker->again.count = 0;
    taker->aside = taker_aside_any(taker->store->db, number);
}

bool taker_good(const struct taker *taker)
{
    return db_fault(taker->store->db) == DB_OK;
}

/* --- a row --- */

static struct db_query *query_by_key(struct db *db, const char *sql, const struct travel_row *row)
{
    const struct travel_table *table = &travel_tables[row->table];
    struct db_query *query = db_query(db, sql);
    for (int i = 0; i < table->columns; i++)
        if (table->column[i].key)
            travel_bind(query, &row->value[i]);
    return query;
}

/* Whether tonnes fall into other shifts than by the row that stands there. */
static bool row_moves(const struct db_query *query, const struct travel_row *row)
{
    const struct travel_value *value = row->value;
    if (row->table == TRAVEL_meter)
        return db_int(query, 1 + METER_MINE) != value[METER_MINE].number ||
               strcmp(db_text(query, 1 + METER_QUANTITY), value[METER_QUANTITY].text) != 0;
    if (row->table == TRAVEL_calendar)
        return db_int(query, 1 + CALENDAR_START) != value[CALENDAR_START].number ||
               strcmp(db_text(query, 1 + CALENDAR_SHIFTS), value[CALENDAR_SHIFTS].text) != 0;
    return false;
}

struct taker_former taker_former_find(struct taker *taker, const struct travel_row *row)
{
    struct taker_former former = {0};
    struct db_query *query = query_by_key(taker->store->db, travel_tables[row->table].find, row);
    if (db_next(query)) {
        former.present = true;
        former.rev = db_int(query, 0);
        if (row->table == TRAVEL_tally) {
            former.metered = db_int(query, 1 + TALLY_METERED);
            former.good_ms = db_int(query, 1 + TALLY_GOOD);
        }
        former.moved = row_moves(query, row);
    }
    db_done(query);
    return former;
}

void taker_row_remove(struct taker *taker, const struct travel_row *row)
{
    db_next(query_by_key(taker->store->db, travel_tables[row->table].remove, row));
}

/* False where what stands there by another name already (a uid, a period's version) forbids it. */
static bool row_insert(struct taker *taker, const struct travel_row *row)
{
    struct db *db = taker->store->db;
    struct db_query *query = db_query(db, travel_tables[row->table].insert);
    db_bind_int(query, row->rev);
    for (int i = 0; i < travel_tables[row->table].columns; i++)
        travel_bind(query, &row->value[i]);
    db_next(query);
    if (db_fault(db) != DB_CONSTRAINT)
        return true;
    db_clear(db); /* it was this statement's alone; the transaction goes on */
    return false;
}

/* --- taking --- */

void taker_row(struct taker *taker, const struct travel_row *local)
{
    struct travel_row row;
    bool without_key;
    const char *reason = taker_map(taker, local, &row, &without_key);
    struct taker_former former = {0};
    if (!without_key)
        former = taker_former_find(taker, &row);
    const bool own = former.present && travel_number(former.rev) == taker->number;
    if ((own && former.rev >= row.rev) || taker_aside_rev(taker, local) >= row.rev) {
        taker->taken->same++;
        return;
    }
    if (former.present && !own && !taker_replaces(row.table, former.rev)) {
        reason = N_("another ledger's stands there");
        former.present = false;
    }
    if (former.present && !own && !reason)
        taker_shadow(taker, row.table, former.rev);
    if (own || (former.present && !reason))
        taker_row_remove(taker, &row);
    if (!reason && !row_insert(taker, &row))
        reason = N_("another one stands there already");
    if (reason)
        taker_aside_keep(taker, local, reason);
    else
        taker_aside_remove(taker, local);
    taker->taken->rows += !reason;
    if (!reason || own)
        taker_follow(taker, &row, &former, !reason);
}

/* What the ledger seals of its own may change: it is judged before and sealed after. */
static bool seals_touched(const struct travel_batch *batch)
{
    for (size_t i = 0; i < batch->rows.count; i++)
        if (taker_is_shared(travel_row_at(batch, i)->table))
            return true;
    return false;
}

bool taker_take(struct taker *taker, int64_t number, const struct travel_batch *batch, int64_t now_ms,
                struct taken *taken)
{
    taker_begin(taker, number, now_ms, taken);
    if (seals_touched(batch) && !taker->store->unsealed)
        store_unseal(taker->store, now_ms);
    taker_mines(taker, &batch->mines);
    for (size_t i = 0; i < batch->rows.count && taker_good(taker); i++)
        taker_row(taker, travel_row_at(batch, i));
    taker_totals(taker);
    return taker_good(taker);
}

/* --- forgetting a database --- */

static const char *const removals[] = {
#define X(table) "DELETE FROM " #table " WHERE rev > ? AND rev <= ?",
    TRAVEL_TABLES(X)
#undef X
};

bool taker_clear(struct taker *taker, int64_t number)
{
    struct db *db = taker->store->db;
    const int64_t range[] = {travel_id(number, 0), travel_id(number, TRAVEL_LOCAL_MAX)};
    if (!taker->store->unsealed)
        store_unseal(taker->store, taker->store->commit_ms);
    db_value(db, "DELETE FROM shift_total WHERE meter > ? AND meter <= ?", 2, range);
    db_value(db, "DELETE FROM day_total WHERE meter > ? AND meter <= ?", 2, range);
    db_value(db, "DELETE FROM month_total WHERE meter > ? AND meter <= ?", 2, range);
    db_value(db, "DELETE FROM replica_meter WHERE meter > ? AND meter <= ?", 2, range);
    db_value(db, "DELETE FROM replica_row WHERE number = ?", 1, &number);
    for (int i = 0; i < TRAVEL_TABLE_COUNT; i++)
        if (i != TRAVEL_mine)
            db_value(db, removals[i], 2, range);
    /* Its mines' rows stay for their names, to be taken anew. */
    db_value(db, "UPDATE mine SET rev = ?1 WHERE rev > ?1 AND rev <= ?2", 2, range);
    taker_forget(taker);
    return taker_good(taker);
}
