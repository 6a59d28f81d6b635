/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/store_branch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/travel_payload.h"

static struct db_query *part_query(struct db *db, const char *sql, int64_t number, enum branch_part part)
{
    struct db_query *query = db_query(db, sql);
    db_bind_int(query, number);
    db_bind_int(query, part);
    return query;
}

bool branch_clear(struct db *db, int64_t number, enum branch_part part)
{
    db_next(part_query(db, "DELETE FROM replica_branch WHERE number = ? AND part = ?", number, part));
    db_next(part_query(db, "DELETE FROM replica_branch_mine WHERE number = ? AND part = ?", number, part));
    return db_fault(db) == DB_OK;
}

/* --- gathering --- */

struct gathering {
    struct db *db;
    int64_t number;
    enum branch_part part;
    struct text key, whole; /* of a row */
};

static void gathering_end(struct gathering *gathering)
{
    text_free(&gathering->key);
    text_free(&gathering->whole);
}

static void mine_add(const struct gathering *gathering, const struct travel_mine *mine)
{
    struct db_query *query = part_query(
        gathering->db, "INSERT OR IGNORE INTO replica_branch_mine(number, part, local, name) VALUES(?, ?, ?, ?)",
        gathering->number, gathering->part);
    db_bind_int(query, mine->local);
    db_bind_text(query, mine->name);
    db_next(query);
}

static void row_form(struct gathering *gathering, const struct travel_row *row)
{
    text_clear(&gathering->key);
    text_clear(&gathering->whole);
    travel_row_key(row, &gathering->key);
    travel_row_format(row, &gathering->whole);
    if (gathering->key.failed || gathering->whole.failed)
        db_fail(gathering->db, DB_OTHER, "out of memory");
}

static void row_add(struct gathering *gathering, const struct travel_row *row)
{
    row_form(gathering, row);
    struct db_query *query =
        part_query(gathering->db,
                   "INSERT INTO replica_branch(number, part, name, key, rev, row) VALUES(?, ?, ?, ?, ?, ?)"
                   " ON CONFLICT DO UPDATE SET rev = excluded.rev, row = excluded.row WHERE excluded.rev > rev",
                   gathering->number, gathering->part);
    db_bind_text(query, travel_tables[row->table].name);
    db_bind_text(query, gathering->key.at);
    db_bind_int(query, row->rev);
    db_bind_text(query, gathering->whole.at);
    db_next(query);
}

bool branch_add(struct db *db, int64_t number, enum branch_part part, const struct travel_batch *batch)
{
    struct gathering gathering = {.db = db, .number = number, .part = part};
    for (size_t i = 0; i < batch->mines.count; i++)
        mine_add(&gathering, &((const struct travel_mine *)batch->mines.at)[i]);
    for (size_t i = 0; i < batch->rows.count && db_fault(db) == DB_OK; i++)
        row_add(&gathering, travel_row_at(batch, i));
    gathering_end(&gathering);
    return db_fault(db) == DB_OK;
}

/* --- what counts now --- */

typedef void live_teller(void *context, const struct travel_batch *batch);

/* All rows that count, in batches. */
static void live_each(struct db *db, int64_t number, live_teller *tell, void *context)
{
    for (int64_t from = 0; from < TRAVEL_LOCAL_MAX && db_fault(db) == DB_OK;) {
        struct travel_batch batch;
        travel_batch_begin(&batch);
        if (travel_read(db, number, from, TRAVEL_LOCAL_MAX, &batch))
            tell(context, &batch);
        from = batch.to.rev;
        travel_batch_free(&batch);
    }
}

static void batch_keep(void *context, const struct travel_batch *batch)
{
    const struct gathering *gathering = context;
    branch_add(gathering->db, gathering->number, gathering->part, batch);
}

bool branch_keep(struct db *db, int64_t number, enum branch_part part)
{
    struct gathering gathering = {.db = db, .number = number, .part = part};
    if (branch_clear(db, number, part))
        live_each(db, number, batch_keep, &gathering);
    return db_fault(db) == DB_OK;
}

/* --- what it would supersede --- */

struct comparing {
    struct gathering gathering;
    branch_teller *tell;
    void *context;
};

/* Behind the rev: {"row":[rev,... */
static bool row_same(const char *one, const char *other)
{
    const char *of_one = strchr(one, ','), *of_other = strchr(other, ',');
    return of_one && of_other && strcmp(of_one, of_other) == 0;
}

static void row_told(const struct comparing *comparing, const struct travel_row *row, const char *now)
{
    struct travel_batch parsed;
    travel_batch_begin(&parsed);
    if (travel_row_parse(now, row->table, &parsed))
        comparing->tell(comparing->context, row, travel_row_at(&parsed, 0));
    else
        db_fail(comparing->gathering.db, DB_CORRUPT, "a row of table replica_branch is damaged");
    travel_batch_free(&parsed);
}

static void row_compare(struct comparing *comparing, const struct travel_row *row)
{
    struct gathering *gathering = &comparing->gathering;
    row_form(gathering, row);
    struct db_query *query = part_query(
        gathering->db, "SELECT row FROM replica_branch WHERE number = ? AND part = ? AND name = ? AND key = ?",
        gathering->number, gathering->part);
    db_bind_text(query, travel_tables[row->table].name);
    db_bind_text(query, gathering->key.at);
    if (!db_next(query)) {
        if (db_fault(gathering->db) == DB_OK)
            comparing->tell(comparing->context, row, NULL);
    } else if (!row_same(db_text(query, 0), gathering->whole.at)) {
        row_told(comparing, row, db_text(query, 0));
    }
    db_done(query);
}

static void batch_compare(void *context, const struct travel_batch *batch)
{
    struct comparing *comparing = context;
    for (size_t i = 0; i < batch->rows.count && db_fault(comparing->gathering.db) == DB_OK; i++)
        row_compare(comparing, travel_row_at(batch, i));
}

bool branch_superseded(struct db *db, int64_t number, enum branch_part part, branch_teller *tell, void *context)
{
    struct comparing comparing = {{.db = db, .number = number, .part = part}, tell, context};
    live_each(db, number, batch_compare, &comparing);
    gathering_end(&comparing.gathering);
    return db_fault(db) == DB_OK;
}

/* --- the switch --- */

static void mines_read(struct db *db, int64_t number, enum branch_part part, struct travel_batch *batch)
{
    struct db_query *query =
        part_query(db, "SELECT local, name FROM replica_branch_mine WHERE number = ? AND part = ?", number, part);
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

static bool rows_take(struct taker *taker, struct db *db, int64_t number, enum branch_part part, int64_t now_ms,
                      struct taken *taken)
{
    struct list batches = {.size = sizeof(struct travel_batch)};
    struct travel_batch all;
    travel_batch_begin(&all);
    mines_read(db, number, part, &all);
    struct db_query *query =
        part_query(db, "SELECT name, row FROM replica_branch WHERE number = ? AND part = ? ORDER BY rev", number, part);
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

bool branch_switch(struct taker *taker, struct db *db, int64_t number, enum branch_part part, int64_t now_ms,
                   struct taken *taken)
{
    return taker_clear(taker, number) && rows_take(taker, db, number, part, now_ms, taken) &&
           taker_shared_again(taker, now_ms, taken) && branch_clear(db, number, part);
}
