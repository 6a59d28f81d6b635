/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of a site's ledger: live ones, those of a branch, and the switch from one to the other. */
#include <stdlib.h>
#include <string.h>

#include "collector/store_branch.h"
#include "collector/store_replica_parts.h"
#include "collector/travel_payload.h"

static struct db *db_of(void *context)
{
    return ((struct replicas *)context)->store->db;
}

/* --- rows --- */

/* The rows are the batch's, or its last ones: a file's rows that are held already come first. */
static bool rows_view(const struct replicas *replicas, int64_t first_rev, size_t count, struct travel_batch *view)
{
    const struct travel_batch *batch = replicas->batch;
    *view = *batch;
    if (count == batch->rows.count)
        return true;
    view->rows = (struct list){.size = sizeof(struct travel_row)};
    for (size_t i = 0; i < batch->rows.count; i++) {
        if (travel_row_at(batch, i)->rev < first_rev)
            continue;
        struct travel_row *row = list_add(&view->rows);
        if (!row) {
            db_fail(replicas->store->db, DB_OTHER, "out of memory");
            return false;
        }
        *row = *travel_row_at(batch, i);
    }
    return true;
}

static bool rows_put(void *context, int64_t number, enum replica_part part, const struct replica_row *row, size_t count,
                     size_t *uncounted)
{
    struct replicas *replicas = context;
    struct taken *taken = &replicas->done.taken;
    const size_t refused = taken->refused;
    struct travel_batch view;

    bool put = rows_view(replicas, count ? row->rev : 0, count, &view);
    if (put && part == REPLICA_LIVE)
        put = branch_differ(replicas->store->db, number, &view) &&
              taker_take(replicas->taker, number, &view, replicas->now_ms, taken);
    else if (put)
        put = branch_add(replicas->store->db, number, BRANCH_GATHERED, &view);
    *uncounted += taken->refused - refused;
    if (view.rows.at != replicas->batch->rows.at)
        free(view.rows.at);
    return put;
}

static bool rows_drop(void *context, int64_t number)
{
    return branch_clear(db_of(context), number, BRANCH_GATHERED);
}

/* --- what a switch supersedes --- */

struct listing {
    struct replicas *replicas;
    int64_t number, id; /* of the switch */
    struct text key, row;
};

/* The value of the first column of that kind, and of one of those names; NULL: it has none. */
static const struct travel_value *amount_of(const struct travel_row *row)
{
    const struct travel_table *table = &travel_tables[row->table];
    for (int i = 0; i < table->columns; i++)
        if (table->column[i].kind == TRAVEL_AMOUNT)
            return row->value[i].null ? NULL : &row->value[i];
    return NULL;
}

static int64_t number_of(const struct travel_row *row, const char *column)
{
    const int index = travel_column(&travel_tables[row->table], column);
    return index < 0 ? 0 : row->value[index].number;
}

static void amount_bind(struct db_query *query, const struct travel_row *row)
{
    const struct travel_value *amount = row ? amount_of(row) : NULL;
    if (amount)
        db_bind_int(query, amount->number);
    else
        db_bind_null(query);
}

static void superseded_add(void *context, const struct travel_row *row, const struct travel_row *now)
{
    struct listing *listing = context;
    struct db *db = listing->replicas->store->db;
    const int64_t meter = number_of(row, "meter");
    const int64_t bucket_ms = number_of(row, "bucket_ms");

    text_clear(&listing->key);
    text_clear(&listing->row);
    travel_row_key(row, &listing->key);
    travel_row_format(row, &listing->row);
    if (listing->key.failed || listing->row.failed)
        db_fail(db, DB_OTHER, "out of memory");
    struct db_query *query = db_query(db, "INSERT INTO replica_superseded(switch, rev, meter, from_ms, gone, name, key,"
                                          " before, after, row) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    db_bind_int(query, listing->id);
    db_bind_int(query, row->rev);
    db_bind_int(query, meter ? travel_id(listing->number, meter) : 0);
    db_bind_int(query, bucket_ms ? bucket_ms : number_of(row, "from_ms"));
    db_bind_int(query, !now);
    db_bind_text(query, travel_tables[row->table].name);
    db_bind_text(query, listing->key.at);
    amount_bind(query, row);
    amount_bind(query, now);
    db_bind_text(query, listing->row.at);
    db_next(query);
    listing->replicas->done.superseded++;
}

/* The switch, and what it supersedes. */
static bool part_adopt(struct replicas *replicas, int64_t number, enum branch_kind kind)
{
    struct db *db = replicas->store->db;
    struct listing listing = {.replicas = replicas, .number = number};
    const int64_t begun[] = {number, replicas->now_ms};

    replicas->done.superseded = 0;
    listing.id = db_value(db, "INSERT INTO replica_switch(number, at_ms, rows) VALUES(?, ?, 0) RETURNING id", 2, begun);
    branch_switch(replicas->taker, db, number, kind, replicas->now_ms, &replicas->done.taken, superseded_add, &listing);
    const int64_t ended[] = {replicas->done.superseded, listing.id};
    db_value(db, "UPDATE replica_switch SET rows = ? WHERE id = ?", 2, ended);
    text_free(&listing.key);
    text_free(&listing.row);
    return db_fault(db) == DB_OK;
}

/* --- closed periods show what they showed --- */

#define PERIOD_SAME(one, other)                                                                                        \
    one ".from_day = " other ".from_day AND " one ".mine = " other ".mine AND " one ".quantity = " other ".quantity"   \
        " AND " one ".kind = " other ".kind AND " one ".to_day = " other ".to_day AND " one ".shift = " other ".shift"

/* What was kept at a switch before stays: it is what people were told. */
static void versions_keep(struct replicas *replicas, int64_t number)
{
    const int64_t values[] = {travel_id(number, 0), travel_id(number, TRAVEL_LOCAL_MAX), number, replicas->now_ms};
    db_value(replicas->store->db,
             "INSERT OR IGNORE INTO version_kept SELECT ?3, ?4, id, mine, quantity, kind, from_day, to_day, shift,"
             " version, at_ms, metered, reported, adjusted, unknown, prepared_by, checked_by, despite, cause, hash,"
             " chain, through_act, act FROM version WHERE rev > ?1 AND rev <= ?2 AND NOT EXISTS (SELECT 1"
             " FROM version AS newer WHERE " PERIOD_SAME("newer", "version") " AND newer.version > version.version)",
             4, values);
}

/* Of those that show the same still, nothing need be kept. */
static void versions_judge(struct replicas *replicas, int64_t number)
{
    struct db *db = replicas->store->db;
    db_value(
        db,
        "DELETE FROM version_kept WHERE number = ? AND EXISTS (SELECT 1 FROM version"
        " WHERE " PERIOD_SAME(
            "version",
            "version_kept") " AND version.version = version_kept.version"
                            " AND version.hash = version_kept.hash AND version.metered = version_kept.metered"
                            " AND version.reported = version_kept.reported AND version.adjusted = version_kept.adjusted"
                            " AND version.unknown = version_kept.unknown AND NOT EXISTS (SELECT 1 FROM version AS newer"
                            " WHERE " PERIOD_SAME("newer", "version") " AND newer.version > version.version))",
        1, &number);
    replicas->done.kept = db_value(db, "SELECT count(*) FROM version_kept WHERE number = ?", 1, &number);
}

/* --- switches --- */

static bool rows_adopt(void *context, int64_t number, bool keep_former)
{
    struct replicas *replicas = context;
    struct db *db = replicas->store->db;

    if (keep_former && !branch_keep(db, number, BRANCH_FORMER))
        return false;
    if (!keep_former)
        versions_keep(replicas, number);
    if (!part_adopt(replicas, number, BRANCH_GATHERED))
        return false;
    versions_judge(replicas, number);
    return db_fault(db) == DB_OK;
}

static bool rows_give_back(void *context, int64_t number)
{
    struct replicas *replicas = context;
    return branch_keep(replicas->store->db, number, BRANCH_GATHERED) && part_adopt(replicas, number, BRANCH_FORMER);
}

void replicas_rows(struct replica_store *interface)
{
    interface->put = rows_put;
    interface->drop_branch = rows_drop;
    interface->adopt = rows_adopt;
    interface->give_back = rows_give_back;
}
