/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "collector/store_branch_parts.h"
#include "collector/travel_payload.h"

int64_t branch_part(struct db *db, int64_t number, enum branch_kind kind)
{
    const int64_t values[] = {number, kind};
    return db_value(db, "SELECT part FROM replica_part WHERE number = ? AND kind = ?", 2, values);
}

/* A part of which no row is there: those of one that was cleared may be. */
static int64_t part_make(struct db *db, int64_t number, enum branch_kind kind)
{
    const int64_t values[] = {number, kind};
    const int64_t part = branch_part(db, number, kind);
    return part ? part
                : db_value(db,
                           "INSERT INTO replica_part(part, number, kind)"
                           " SELECT 1 + max(ifnull((SELECT max(part) FROM replica_part), 0),"
                           " ifnull((SELECT max(part) FROM replica_branch), 0)), ?, ? RETURNING part",
                           2, values);
}

bool branch_clear(struct db *db, int64_t number, enum branch_kind kind)
{
    const int64_t part = branch_part(db, number, kind);
    db_value(db, "DELETE FROM replica_branch_mine WHERE part = ?", 1, &part);
    db_value(db, "DELETE FROM replica_part WHERE part = ?", 1, &part);
    return db_fault(db) == DB_OK;
}

bool branch_sweep(struct db *db, bool *more)
{
    const int64_t part = db_value(db,
                                  "WITH RECURSIVE held(part) AS (SELECT min(part) FROM replica_branch UNION ALL"
                                  " SELECT (SELECT min(part) FROM replica_branch WHERE part > held.part) FROM held"
                                  " WHERE part IS NOT NULL) SELECT part FROM held WHERE part IS NOT NULL"
                                  " AND part NOT IN (SELECT part FROM replica_part) LIMIT 1",
                                  0, NULL);
    if (part)
        db_value(db,
                 "DELETE FROM replica_branch WHERE part = ?1 AND (name, key) <= (SELECT name, key FROM (SELECT name,"
                 " key FROM replica_branch WHERE part = ?1 ORDER BY name, key LIMIT 4000)"
                 " ORDER BY name DESC, key DESC LIMIT 1)",
                 1, &part);
    *more = part != 0;
    return db_fault(db) == DB_OK;
}

/* --- rows --- */

void branch_texts_free(struct branch_texts *texts)
{
    text_free(&texts->key);
    text_free(&texts->whole);
}

void branch_texts_form(struct db *db, struct branch_texts *texts, const struct travel_row *row)
{
    text_clear(&texts->key);
    text_clear(&texts->whole);
    travel_row_key(row, &texts->key);
    travel_row_format(row, &texts->whole);
    if (texts->key.failed || texts->whole.failed)
        db_fail(db, DB_OTHER, "out of memory");
}

struct keeping {
    struct db *db;
    int64_t part;
    struct branch_texts texts;
};

static void mine_keep(const struct keeping *keeping, const struct travel_mine *mine)
{
    struct db_query *query =
        db_query(keeping->db, "INSERT OR IGNORE INTO replica_branch_mine(part, local, name) VALUES(?, ?, ?)");
    db_bind_int(query, keeping->part);
    db_bind_int(query, mine->local);
    db_bind_text(query, mine->name);
    db_next(query);
}

static void row_keep(struct keeping *keeping, const struct travel_row *row, bool same)
{
    branch_texts_form(keeping->db, &keeping->texts, row);
    struct db_query *query =
        db_query(keeping->db, "INSERT INTO replica_branch(part, name, key, rev, same, row) VALUES(?, ?, ?, ?, ?, ?)"
                              " ON CONFLICT DO UPDATE SET rev = excluded.rev, same = excluded.same, row = excluded.row"
                              " WHERE excluded.rev > rev");
    db_bind_int(query, keeping->part);
    db_bind_text(query, travel_tables[row->table].name);
    db_bind_text(query, keeping->texts.key.at);
    db_bind_int(query, row->rev);
    db_bind_int(query, same);
    db_bind_text(query, keeping->texts.whole.at);
    db_next(query);
}

/* same: of each row; NULL: of none. */
static void batch_keep(struct keeping *keeping, const struct travel_batch *batch, const bool *same)
{
    for (size_t i = 0; i < batch->mines.count; i++)
        mine_keep(keeping, &((const struct travel_mine *)batch->mines.at)[i]);
    for (size_t i = 0; i < batch->rows.count && db_fault(keeping->db) == DB_OK; i++)
        row_keep(keeping, travel_row_at(batch, i), same && same[i]);
}

bool branch_add(struct db *db, int64_t number, enum branch_kind kind, const struct travel_batch *batch)
{
    struct keeping keeping = {.db = db, .part = part_make(db, number, kind)};
    bool *same = calloc(batch->rows.count + 1, sizeof *same);
    if (same) {
        branch_same(db, number, batch, same);
        batch_keep(&keeping, batch, same);
    } else {
        db_fail(db, DB_OTHER, "out of memory");
    }
    free(same);
    branch_texts_free(&keeping.texts);
    return db_fault(db) == DB_OK;
}

/* --- what counts --- */

void branch_live(struct db *db, int64_t number, int64_t from, int64_t to, branch_reader *read, void *context)
{
    while (from < to && db_fault(db) == DB_OK) {
        struct travel_batch batch;
        travel_batch_begin(&batch);
        if (travel_read(db, number, from, to, &batch))
            read(context, &batch);
        from = batch.to.rev;
        travel_batch_free(&batch);
    }
}

/* Nothing is said of sameness: these rows are kept because others are about to count. */
static void live_keep(void *context, const struct travel_batch *batch)
{
    batch_keep(context, batch, NULL);
}

bool branch_keep(struct db *db, int64_t number, enum branch_kind kind)
{
    if (!branch_clear(db, number, kind))
        return false;
    struct keeping keeping = {.db = db, .part = part_make(db, number, kind)};
    branch_live(db, number, 0, TRAVEL_LOCAL_MAX, live_keep, &keeping);
    branch_texts_free(&keeping.texts);
    return db_fault(db) == DB_OK;
}
