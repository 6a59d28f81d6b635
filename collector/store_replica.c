/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/store_replica.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/store_branch.h"
#include "collector/store_replica_parts.h"

struct replicas *replicas_new(struct store *store, taker_mine_allowed *allowed, void *context)
{
    struct replicas *replicas = calloc(1, sizeof *replicas);
    struct taker *taker = replicas ? taker_new(store, allowed, context) : NULL;
    if (!taker) {
        free(replicas);
        return NULL;
    }
    replicas->store = store;
    replicas->taker = taker;
    replicas->beside_max = REPLICA_BESIDE_MAX;
    replicas->beside.size = sizeof(struct beside);
    replicas->interface.context = replicas;
    replicas_meta(&replicas->interface);
    replicas_past(&replicas->interface);
    replicas_rows(&replicas->interface);
    return replicas;
}

void replicas_free(struct replicas *replicas)
{
    if (!replicas)
        return;
    taker_free(replicas->taker);
    free(replicas->beside.at);
    free(replicas);
}

void replicas_forget(struct replicas *replicas)
{
    replicas_beside_forget(replicas);
    taker_forget(replicas->taker);
}

const struct replica_store *replicas_store(const struct replicas *replicas)
{
    return &replicas->interface;
}

const struct replicas_done *replicas_done(const struct replicas *replicas)
{
    return &replicas->done;
}

/* --- transactions --- */

void replicas_within(struct replicas *replicas, int64_t now_ms)
{
    replicas->now_ms = now_ms;
    replicas->batch = NULL;
    replicas->done = (struct replicas_done){0};
}

void replicas_begin(struct replicas *replicas, int64_t now_ms)
{
    replicas_within(replicas, now_ms);
    store_begin(replicas->store);
}

void replicas_abandon(struct replicas *replicas)
{
    db_rollback(replicas->store->db);
    replicas_forget(replicas);
}

bool replicas_commit(struct replicas *replicas, int64_t wall_ms)
{
    if (store_commit(replicas->store, wall_ms))
        return true;
    replicas_abandon(replicas);
    return false;
}

static bool replicas_end(struct replicas *replicas, bool good, const struct replica_outcome *outcome,
                         const struct replica_heard *heard)
{
    replicas->batch = NULL;
    if (good && replicas_heard(replicas, outcome, heard))
        return replicas_commit(replicas, heard->trusted ? heard->now_ms : 0);
    replicas_abandon(replicas);
    return false;
}

/* --- what is known of messages --- */

/* A site that names another one's database says nothing about that. */
static bool heard_counts(const struct replica_outcome *outcome)
{
    return outcome->database.number && outcome->answer.reason != REPLICA_OTHER_SITE;
}

static const char *refused_why(const struct replica_outcome *outcome)
{
    return outcome->why ? outcome->why : replica_reason_name(outcome->answer.reason);
}

bool replicas_heard(struct replicas *replicas, const struct replica_outcome *outcome, const struct replica_heard *heard)
{
    struct db *db = replicas->store->db;
    const bool refused = outcome->answer.reason != REPLICA_FITS && outcome->answer.reason != REPLICA_ELSEWHERE;
    if (!heard_counts(outcome))
        return db_fault(db) == DB_OK;
    struct db_query *query =
        db_query(db, "UPDATE replica SET heard_ms = ?1, applied_ms = iif(?2, ?1, applied_ms),"
                     " clock_difference_ms = iif(?3, ?4, clock_difference_ms), program = ifnull(?5, program),"
                     " refused = refused + ?6, refused_ms = iif(?6, ?1, refused_ms),"
                     " refused_why = iif(?6, ?7, refused_why) WHERE number = ?8");
    db_bind_int(query, heard->now_ms);
    db_bind_int(query, outcome->did != REPLICA_DID_NOTHING);
    db_bind_int(query, heard->clock_known);
    db_bind_int(query, heard->clock_difference_ms);
    db_bind_text(query, heard->program);
    db_bind_int(query, refused);
    db_bind_text(query, refused_why(outcome));
    db_bind_int(query, outcome->database.number);
    db_next(query);
    return db_fault(db) == DB_OK;
}

/* --- messages --- */

bool replicas_opening(struct replicas *replicas, const char *site, const struct replica_opening *opening,
                      const struct replica_heard *heard, struct replica_outcome *outcome)
{
    replicas_begin(replicas, heard->now_ms);
    const bool good = replica_county_opening(&replicas->interface, site, opening, outcome);
    return replicas_end(replicas, good, outcome, heard);
}

bool replicas_batch(struct replicas *replicas, const char *site, const struct travel_batch *batch,
                    const struct replica_heard *heard, struct replica_outcome *outcome)
{
    struct replica_row row[TRAVEL_ROWS_MAX];
    struct replica_batch of_rows;

    travel_batch_rows(batch, row, &of_rows);
    replicas_begin(replicas, heard->now_ms);
    replicas->batch = batch;
    const bool full = replicas_beside_full(replicas, site, of_rows.count);
    const bool good = full ? replica_county_unread(&replicas->interface, site, of_rows.database, of_rows.session,
                                                   REPLICA_TOO_MUCH, outcome)
                           : replica_county_batch(&replicas->interface, site, &of_rows, outcome);
    replicas_beside_add(replicas, site, outcome, of_rows.count);
    return replicas_end(replicas, good, outcome, heard);
}

bool replicas_unread(struct replicas *replicas, const char *site, const char *database, int64_t session,
                     enum replica_reason reason, const char *why, const struct replica_heard *heard,
                     struct replica_outcome *outcome)
{
    replicas_begin(replicas, heard->now_ms);
    const bool good = replica_county_unread(&replicas->interface, site, database, session, reason, outcome);
    outcome->why = why;
    return replicas_end(replicas, good, outcome, heard);
}

bool replicas_file_rows(struct replicas *replicas, const struct replica_filing *filing,
                        const struct travel_batch *batch, struct replica_outcome *outcome)
{
    struct replica_row row[TRAVEL_ROWS_MAX];
    struct replica_batch of_rows;

    travel_batch_rows(batch, row, &of_rows);
    replicas->batch = batch;
    const bool good = replica_county_file_rows(&replicas->interface, filing, row, of_rows.count, outcome);
    replicas->batch = NULL;
    return good;
}

static int64_t database_number(struct db *db, int64_t after)
{
    return db_value(db, "SELECT min(number) FROM replica WHERE number > ?", 1, &after);
}

bool replicas_again(struct replicas *replicas, int64_t now_ms, bool trusted, struct taken *taken)
{
    struct db *db = replicas->store->db;
    bool good = true;

    replicas_beside_forget(replicas);
    replicas_begin(replicas, now_ms);
    for (int64_t number = 0; good && (number = database_number(db, number)) > 0;)
        good = taker_aside(db, number) == 0 || taker_again(replicas->taker, number, now_ms, taken);
    if (good && db_fault(db) == DB_OK)
        return replicas_commit(replicas, trusted ? now_ms : 0);
    replicas_abandon(replicas);
    return false;
}

bool replicas_sweep(struct replicas *replicas, bool *more)
{
    store_begin(replicas->store);
    if (branch_sweep(replicas->store->db, more) && *more)
        return replicas_commit(replicas, 0);
    db_rollback(replicas->store->db);
    return !*more && db_fault(replicas->store->db) == DB_OK;
}

/* --- a person's word --- */

/* Whether closed periods of it showed what they were before a switch; from now on they do not. */
static bool versions_release(struct replicas *replicas, const char *id)
{
    struct replica_database database;
    struct db *db = replicas->store->db;
    if (!replicas->interface.find(replicas, id, &database) || !database.number)
        return false;
    return db_value(db, "DELETE FROM version_kept WHERE number = ? RETURNING 1", 1, &database.number) != 0;
}

bool replicas_accept(struct replicas *replicas, const char *database, const char **why)
{
    if (!replica_county_accept(&replicas->interface, database, why))
        return false;
    if (versions_release(replicas, database))
        *why = NULL;
    replicas->done.kept = 0;
    return db_fault(replicas->store->db) == DB_OK;
}

bool replicas_reject(struct replicas *replicas, const char *database, const char **why)
{
    if (!replica_county_reject(&replicas->interface, database, why))
        return false;
    if (!*why)
        versions_release(replicas, database);
    return db_fault(replicas->store->db) == DB_OK;
}
