/* SPDX-License-Identifier: Apache-2.0 */
/* The switch: rows that the branch has otherwise leave, and its own are taken. */
#include <stdio.h>
#include <stdlib.h>

#include "collector/store_branch_parts.h"
#include "collector/travel_payload.h"

static void mines_read(struct db *db, int64_t part, struct travel_batch *batch)
{
    struct db_query *query = db_query(db, "SELECT local, name FROM replica_branch_mine WHERE part = ?");
    db_bind_int(query, part);
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

/* Those that are the same stand already. */
static void rows_take(const struct branch_leaving *of)
{
    struct db *db = of->db;
    struct list batches = {.size = sizeof(struct travel_batch)};
    struct travel_batch all;
    travel_batch_begin(&all);
    mines_read(db, of->part, &all);
    struct db_query *query =
        db_query(db, "SELECT name, row FROM replica_branch WHERE part = ? AND same = 0 ORDER BY rev");
    db_bind_int(query, of->part);
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
            more = taker_take(of->taker, of->number, &all, of->now_ms, of->taken) && more;
            for (size_t i = 0; i < batches.count; i++)
                travel_batch_free(&((struct travel_batch *)batches.at)[i]);
            batches.count = all.rows.count = 0;
        }
    }
    db_done(query);
    free(batches.at);
    travel_batch_free(&all);
}

/* Rows that were kept aside for what stood in their way may count now. */
static bool aside_again(const struct branch_leaving *of, size_t refused)
{
    if (taker_aside(of->db, of->number) == 0)
        return db_fault(of->db) == DB_OK;
    of->taken->refused = refused;
    return taker_again(of->taker, of->number, of->now_ms, of->taken);
}

bool branch_switch(struct taker *taker, struct db *db, int64_t number, enum branch_kind kind, int64_t now_ms,
                   struct taken *taken, branch_teller *tell, void *context)
{
    struct branch_leaving leaving = {.taker = taker,
                                     .db = db,
                                     .number = number,
                                     .part = branch_part(db, number, kind),
                                     .now_ms = now_ms,
                                     .taken = taken,
                                     .tell = tell,
                                     .context = context};
    const size_t refused = taken->refused;
    if (taker_leave_begin(taker, now_ms)) {
        branch_leave(&leaving);
        if (taker_leave_end(taker))
            rows_take(&leaving);
    }
    branch_texts_free(&leaving.texts);
    return taker_settle(taker) && aside_again(&leaving, refused) && taker_shared_again(taker, now_ms, taken) &&
           branch_clear(db, number, kind);
}
