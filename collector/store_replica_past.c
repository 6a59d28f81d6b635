/* SPDX-License-Identifier: Apache-2.0 */
/* What a database's rows tell of its past: its incarnations, and the chain of its journal. */
#include <stdio.h>

#include "collector/store_branch.h"
#include "collector/store_replica_parts.h"
#include "collector/travel_payload.h"

/* --- eras: an incarnation's own row has its first rev --- */

static int64_t rev_of(struct db_query *query)
{
    const int64_t rev = db_next(query) ? travel_local(db_int(query, 0)) : 0;
    db_done(query);
    return rev;
}

/* A row that another database has too is kept aside. */
static struct db_query *live_query(struct db *db, const char *sql, int64_t number)
{
    struct db_query *query = db_query(db, sql);
    db_bind_int(query, number);
    db_bind_int(query, travel_id(number, 0));
    db_bind_int(query, travel_id(number, TRAVEL_LOCAL_MAX));
    return query;
}

static int64_t live_first(struct db *db, int64_t number, const char *incarnation, const char *key)
{
    struct db_query *query = live_query(db,
                                        "SELECT rev FROM incarnation WHERE rev > ?2 AND rev <= ?3 AND id = ?4"
                                        " UNION ALL SELECT rev FROM replica_row WHERE number = ?1"
                                        " AND name = 'incarnation' AND key = ?5",
                                        number);
    db_bind_text(query, incarnation);
    db_bind_text(query, key);
    return rev_of(query);
}

static int64_t live_next(struct db *db, int64_t number, int64_t first_rev)
{
    struct db_query *query = live_query(db,
                                        "SELECT min(rev) FROM (SELECT min(rev) AS rev FROM incarnation"
                                        " WHERE rev > ?4 AND rev > ?2 AND rev <= ?3 UNION ALL SELECT min(rev)"
                                        " FROM replica_row WHERE number = ?1 AND name = 'incarnation' AND rev > ?4)",
                                        number);
    db_bind_int(query, travel_id(number, first_rev));
    return rev_of(query);
}

static int64_t branch_first(struct db *db, int64_t part, const char *key)
{
    struct db_query *query =
        db_query(db, "SELECT rev FROM replica_branch WHERE part = ? AND name = 'incarnation' AND key = ?");
    db_bind_int(query, part);
    db_bind_text(query, key);
    return rev_of(query);
}

static int64_t branch_next(struct db *db, int64_t part, int64_t first_rev)
{
    struct db_query *query =
        db_query(db, "SELECT min(rev) FROM replica_branch WHERE part = ? AND name = 'incarnation' AND rev > ?");
    db_bind_int(query, part);
    db_bind_int(query, first_rev);
    return rev_of(query);
}

static bool past_era(void *context, int64_t number, enum replica_part part, const char *incarnation,
                     struct replica_era *era, bool *known)
{
    struct db *db = ((struct replicas *)context)->store->db;
    char key[REPLICA_ID_SIZE + 8];

    snprintf(key, sizeof key, "[\"%s\"]", incarnation);
    *era = (struct replica_era){0};
    const bool live = part == REPLICA_LIVE;
    const int64_t branch = live ? 0 : branch_part(db, number, BRANCH_GATHERED);
    era->first_rev = live ? live_first(db, number, incarnation, key) : branch_first(db, branch, key);
    *known = era->first_rev > 0;
    if (*known)
        era->next_rev = live ? live_next(db, number, era->first_rev) : branch_next(db, branch, era->first_rev);
    return db_fault(db) == DB_OK;
}

/* --- the chain --- */

/* The hash of a row of the journal that is kept aside. */
static void aside_hash(struct db *db, const char *row, char chain[REPLICA_CHAIN_SIZE])
{
    const int column = travel_column(&travel_tables[TRAVEL_journal], "hash");
    struct travel_batch batch;
    travel_batch_begin(&batch);
    if (travel_row_parse(row, TRAVEL_journal, &batch))
        snprintf(chain, REPLICA_CHAIN_SIZE, "%s", travel_row_at(&batch, 0)->value[column].text);
    else
        db_fail(db, DB_CORRUPT, "a row of table replica_row is damaged");
    travel_batch_free(&batch);
}

/* The journal is only added to, so its newest row has the greatest rev. */
static bool past_chain(void *context, int64_t number, char chain[REPLICA_CHAIN_SIZE])
{
    struct db *db = ((struct replicas *)context)->store->db;
    struct db_query *query = live_query(db,
                                        "SELECT rev, hash, 0 FROM (SELECT rev, hash FROM journal WHERE rev > ?2"
                                        " AND rev <= ?3 ORDER BY rev DESC LIMIT 1) UNION ALL SELECT rev, row, 1 FROM"
                                        " (SELECT rev, row FROM replica_row WHERE number = ?1 AND name = 'journal'"
                                        " ORDER BY rev DESC LIMIT 1) ORDER BY 1 DESC LIMIT 1",
                                        number);
    *chain = '\0';
    if (db_next(query)) {
        if (db_int(query, 2))
            aside_hash(db, db_text(query, 1), chain);
        else
            snprintf(chain, REPLICA_CHAIN_SIZE, "%s", db_text(query, 1));
    }
    db_done(query);
    return db_fault(db) == DB_OK;
}

void replicas_past(struct replica_store *interface)
{
    interface->era = past_era;
    interface->chain = past_chain;
}
