/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/store_branch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/travel_payload.h"

bool branch_clear(struct db *db, int64_t number)
{
    db_value(db, "DELETE FROM replica_branch WHERE number = ?", 1, &number);
    db_value(db, "DELETE FROM replica_branch_mine WHERE number = ?", 1, &number);
    return db_fault(db) == DB_OK;
}

/* --- gathering --- */

static void mine_add(struct db *db, int64_t number, const struct travel_mine *mine)
{
    struct db_query *query =
        db_query(db, "INSERT OR IGNORE INTO replica_branch_mine(number, local, name) VALUES(?, ?, ?)");
    db_bind_int(query, number);
    db_bind_int(query, mine->local);
    db_bind_text(query, mine->name);
    db_next(query);
}

static void row_add(struct db *db, int64_t number, const struct travel_row *row, struct text *key, struct text *whole)
{
    text_clear(key);
    text_clear(whole);
    travel_row_key(row, key);
    travel_row_format(row, whole);
    if (key->failed || whole->failed)
        db_fail(db, DB_OTHER, "out of memory");
    struct db_query *query =
        db_query(db, "INSERT INTO replica_branch(number, name, key, rev, row) VALUES(?, ?, ?, ?, ?)"
                     " ON CONFLICT DO UPDATE SET rev = excluded.rev, row = excluded.row WHERE excluded.rev > rev");
    db_bind_int(query, number);
    db_bind_text(query, travel_tables[row->table].name);
    db_bind_text(query, key->at);
    db_bind_int(query, row->rev);
    db_bind_text(query, whole->at);
    db_next(query);
}

bool branch_add(struct db *db, int64_t number, const struct travel_batch *batch)
{
    struct text key = {0}, whole = {0};
    for (size_t i = 0; i < batch->mines.count; i++)
        mine_add(db, number, &((const struct travel_mine *)batch->mines.at)[i]);
    for (size_t i = 0; i < batch->rows.count && db_fault(db) == DB_OK; i++)
        row_add(db, number, travel_row_at(batch, i), &key, &whole);
    text_free(&key);
    text_free(&whole);
    return db_fault(db) == DB_OK;
}

/* --- what it would supersede --- */

static bool row_stays(struct db *db, int64_t number, const struct travel_row *row, struct text *key, struct text *whole)
{
    text_clear(key);
    text_clear(whole);
    travel_row_key(row, key);
    travel_row_format(row, whole);
    if (key->failed || whole->failed)
        db_fail(db, DB_OTHER, "out of memory");
    struct db_query *query = db_query(db, "SELECT row FROM replica_branch WHERE number = ? AND name = ? AND key = ?");
    db_bind_int(query, number);
    db_bind_text(query, travel_tables[row->table].name);
    db_bind_text(query, key->at);
    const bool stays = db_next(query) && strcmp(db_text(query, 0), whole->at) == 0;
    db_done(query);
    return stays;
}

bool branch_superseded(struct db *db, int64_t number, branch_teller *tell, void *context)
{
    struct text key = {0}, whole = {0};
    for (int64_t from = 0; from < TRAVEL_LOCAL_MAX && db_fault(db) == DB_OK;) {
        struct travel_batch batch;
        travel_batch_begin(&batch);
        travel_read(db, number, from, TRAVEL_LOCAL_MAX, &batch);
        for (size_t i = 0; i < batch.rows.count && db_fault(db) == DB_OK; i++)
            if (!row_stays(db, number, travel_row_at(&batch, i), &key, &whole))
                tell(context, travel_row_at(&batch, i));
        from = batch.to.rev;
        travel_batch_free(&batch);
    }
    text_free(&key);
    text_free(&whole);
    return db_fault(db) == DB_OK;
}

/* --- the switch --- */

static void mines_read(struct db *db, int64_t number, struct travel_batch *batch)
{
    struct db_query *query = db_query(db, "SELECT local, name FROM replica_branch_mine WHERE number = ?");
    db_bind_int(query, number);
    while (db_next(query)) {
        struct travel_mine *mine = list_add(&batch->mines);
        if (!mine) {
            db_fail(db, DB_OTHER, "out of memory");
            break;
        }
        mine->local = db_int(query, 0);
        snprintf(mine->name, sizeof mine->name, "%s", db_text(query, 1));
    }
    db_done(query);
}

/* The next row into a batch of its own; its rev, 0 at the end. */
static bool row_next(struct db *db, struct db_query *query, struct travel_batch *batch)
{
    if (!db_next(query))
        return false;
    const int table = travel_find(db_text(query, 0));
    if (table >= 0 && travel_row_parse(db_text(query, 1), (enum travel_name)table, batch))
        return true;
    db_fail(db, DB_CORRUPT, "a row of table replica_branch is damaged");
    return false;
}

static bool rows_take(struct taker *taker, struct db *db, int64_t number, int64_t now_ms, struct taken *taken)
{
    struct list batches = {.size = sizeof(struct travel_batch)};
    struct travel_batch all;
    travel_batch_begin(&all);
    mines_read(db, number, &all);
    struct db_query *query = db_query(db, "SELECT name, row FROM replica_branch WHERE number = ? ORDER BY rev");
    db_bind_int(query, number);
    for (bool more = true; more && db_fault(db) == DB_OK;) {
        struct travel_batch *one = list_add(&batches);
        if (one)
            travel_batch_begin(one);
        more = one && row_next(db, query, one);
        struct travel_row *row = more ? list_add(&all.rows) : NULL;
        if (row)
            *row = *travel_row_at(one, 0);
        if (!one || (more && !row))
            db_fail(db, DB_OTHER, "out of memory");
        if (all.rows.count == TRAVEL_ROWS_MAX || !more) {
            more = taker_take(taker, number, &all, now_ms, taken) && more;
            for (size_t i = 0; i < batches.count; i++)
                travel_batch_free(&((struct travel_batch *)batches.at)[i]);
            batches.count = all.rows.count = 0;
        }
    }
    db_done(query);
    free(batches.at);
    travel_batch_free(&all);
    return db_fault(db) == DB_OK;
}

bool branch_switch(struct taker *taker, struct db *db, int64_t number, int64_t now_ms, struct taken *taken)
{
    return taker_clear(taker, number) && rows_take(taker, db, number, now_ms, taken) && branch_clear(db, number);
}
