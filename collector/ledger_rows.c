/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/ledger_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/store.h"

struct ledger_rows {
    struct db *db;
    char database[TRAVEL_UID_BYTES];
    struct replica_ledger ledger;
    struct travel_batch batch; /* the last read */
    struct replica_row row[TRAVEL_ROWS_MAX];
};

/* A read transaction of its own, over all statements until reading_end. A fault of before is forgotten: the next
 * one may do. */
static struct db *reading_begin(struct ledger_rows *rows)
{
    db_clear(rows->db);
    db_run(rows->db, "BEGIN");
    return rows->db;
}

static bool reading_end(struct ledger_rows *rows)
{
    const bool good = db_fault(rows->db) == DB_OK;
    db_rollback(rows->db);
    return good;
}

static bool rows_head(void *context, char incarnation[REPLICA_ID_SIZE], int64_t *head)
{
    char database[TRAVEL_UID_BYTES], chain[TRAVEL_CHAIN_BYTES];
    struct replica_position stand;
    struct ledger_rows *rows = context;

    travel_stand(reading_begin(rows), database, &stand, chain);
    memcpy(incarnation, stand.incarnation, sizeof stand.incarnation);
    *head = stand.head;
    return reading_end(rows);
}

static bool rows_era(void *context, const char *incarnation, struct replica_era *era, bool *known)
{
    struct ledger_rows *rows = context;
    struct db_query *query = db_query(
        reading_begin(rows), "SELECT first_rev, (SELECT min(next.first_rev) FROM incarnation AS next WHERE next.rev <"
                             " " TRAVEL_FOREIGN " AND next.first_rev > incarnation.first_rev) FROM incarnation"
                             " WHERE id = ? AND rev < " TRAVEL_FOREIGN);
    db_bind_text(query, incarnation);
    *known = db_next(query);
    *era = *known ? (struct replica_era){db_int(query, 0), db_int(query, 1)} : (struct replica_era){0};
    db_done(query);
    return reading_end(rows);
}

static bool rows_read(void *context, int64_t from_rev, struct replica_batch *batch)
{
    struct ledger_rows *rows = context;
    struct replica_batch of_rows;
    struct db *db = reading_begin(rows);

    travel_batch_free(&rows->batch);
    const bool good = travel_stand(db, rows->batch.database, &rows->batch.to, rows->batch.chain) &&
                      travel_read(db, 0, from_rev, rows->batch.to.head, &rows->batch);
    if (!reading_end(rows) || !good)
        return false;
    travel_batch_rows(&rows->batch, rows->row, &of_rows);
    batch->to = of_rows.to;
    batch->row = of_rows.row;
    batch->count = of_rows.count;
    memcpy(batch->chain, of_rows.chain, sizeof batch->chain);
    return true;
}

struct ledger_rows *ledger_rows_open(const char *database, char *text, size_t size)
{
    struct ledger_rows *rows = calloc(1, sizeof *rows);
    struct replica_position stand;
    char chain[TRAVEL_CHAIN_BYTES];

    snprintf(text, size, "%s: out of memory", database);
    if (!rows)
        return NULL;
    rows->ledger = (struct replica_ledger){rows, rows_head, rows_era, rows_read};
    travel_batch_begin(&rows->batch);
    rows->db = store_read(database);
    if (rows->db && db_fault(rows->db) == DB_OK && travel_stand(rows->db, rows->database, &stand, chain)) {
        *text = '\0';
        return rows;
    }
    if (rows->db)
        snprintf(text, size, "%s", db_error(rows->db));
    ledger_rows_close(rows);
    return NULL;
}

void ledger_rows_close(struct ledger_rows *rows)
{
    if (!rows)
        return;
    travel_batch_free(&rows->batch);
    db_close(rows->db);
    free(rows);
}

const char *ledger_rows_database(const struct ledger_rows *rows)
{
    return rows->database;
}

const struct replica_ledger *ledger_rows_ledger(const struct ledger_rows *rows)
{
    return &rows->ledger;
}

const char *ledger_rows_error(const struct ledger_rows *rows)
{
    return db_error(rows->db);
}

const struct travel_batch *ledger_rows_batch(struct ledger_rows *rows, const struct replica_batch *batch)
{
    travel_batch_head(&rows->batch, batch);
    rows->batch.rows.count = batch->count; /* they are in the order of their revs */
    return &rows->batch;
}
