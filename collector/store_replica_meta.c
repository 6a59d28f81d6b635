/* SPDX-License-Identifier: Apache-2.0 */
/* What a county knows of each database beside its rows, in table replica, and what its rows tell of its past. */
#include <stdio.h>
#include <string.h>

#include "collector/store_branch.h"
#include "collector/store_replica_parts.h"
#include "collector/travel_payload.h"

static struct db *db_of(void *context)
{
    return ((struct replicas *)context)->store->db;
}

static bool good(void *context)
{
    return db_fault(db_of(context)) == DB_OK;
}

/* --- table replica --- */

static void text_read(const struct db_query *query, int column, char *out, size_t size)
{
    snprintf(out, size, "%s", db_text(query, column));
}

static void copy_read(const struct db_query *query, int column, struct replica_copy *copy)
{
    text_read(query, column, copy->position.incarnation, sizeof copy->position.incarnation);
    copy->position.head = db_int(query, column + 1);
    copy->position.rev = db_int(query, column + 2);
    text_read(query, column + 3, copy->chain, sizeof copy->chain);
}

static enum replica_standing standing_of(const char *name)
{
    int standing = REPLICA_ACCEPTED;
    while (standing < REPLICA_REPLACED && strcmp(replica_standing_name((enum replica_standing)standing), name) != 0)
        standing++;
    return (enum replica_standing)standing;
}

void replica_columns_read(const struct db_query *query, struct replica_database *database)
{
    *database = (struct replica_database){.number = db_int(query, 0),
                                          .standing = standing_of(db_text(query, 3)),
                                          .retired_for = db_int(query, 4),
                                          .stated_head = db_int(query, 18),
                                          .chain_differs = db_int(query, 19) != 0};
    text_read(query, 1, database->id, sizeof database->id);
    text_read(query, 2, database->site, sizeof database->site);
    copy_read(query, 5, &database->live);
    copy_read(query, 9, &database->branch);
    copy_read(query, 13, &database->former);
    text_read(query, 17, database->stated_incarnation, sizeof database->stated_incarnation);
}

static bool database_next(void *context, struct db_query *query, struct replica_database *database)
{
    *database = (struct replica_database){0};
    if (db_next(query))
        replica_columns_read(query, database);
    db_done(query);
    return good(context);
}

static bool meta_find(void *context, const char *id, struct replica_database *database)
{
    struct db_query *query = db_query(db_of(context), "SELECT " REPLICA_COLUMNS " FROM replica WHERE database = ?");
    db_bind_text(query, id);
    return database_next(context, query, database);
}

static bool meta_each(void *context, const char *site, size_t index, struct replica_database *database)
{
    struct db_query *query = db_query(db_of(context), "SELECT " REPLICA_COLUMNS
                                                      " FROM replica WHERE site = ? ORDER BY number LIMIT 1 OFFSET ?");
    db_bind_text(query, site);
    db_bind_int(query, (int64_t)index);
    return database_next(context, query, database);
}

static void copy_bind(struct db_query *query, const struct replica_copy *copy)
{
    db_bind_text(query, copy->position.incarnation);
    db_bind_int(query, copy->position.head);
    db_bind_int(query, copy->position.rev);
    db_bind_text(query, copy->chain);
}

static bool number_give(struct db *db, struct replica_database *database)
{
    database->number = db_value(db, "SELECT ifnull(max(number), 0) + 1 FROM replica", 0, NULL);
    if (database->number > TRAVEL_NUMBER_MAX)
        db_fail(db, DB_OTHER, "more than %d databases of sites; a new ledger for the county holds as many again",
                TRAVEL_NUMBER_MAX);
    if (db_fault(db) == DB_OK)
        return true;
    database->number = 0;
    return false;
}

static bool meta_save(void *context, struct replica_database *database)
{
    struct db *db = db_of(context);
    if (!database->number && !number_give(db, database))
        return false;
    struct db_query *query =
        db_query(db, "INSERT INTO replica(" REPLICA_COLUMNS
                     ") VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                     " ON CONFLICT(number) DO UPDATE SET standing = excluded.standing,"
                     " retired_for = excluded.retired_for, live_incarnation = excluded.live_incarnation,"
                     " live_head = excluded.live_head, live_rev = excluded.live_rev, live_chain = excluded.live_chain,"
                     " branch_incarnation = excluded.branch_incarnation, branch_head = excluded.branch_head,"
                     " branch_rev = excluded.branch_rev, branch_chain = excluded.branch_chain,"
                     " former_incarnation = excluded.former_incarnation, former_head = excluded.former_head,"
                     " former_rev = excluded.former_rev, former_chain = excluded.former_chain,"
                     " stated_incarnation = excluded.stated_incarnation, stated_head = excluded.stated_head,"
                     " chain_differs = excluded.chain_differs");
    db_bind_int(query, database->number);
    db_bind_text(query, database->id);
    db_bind_text(query, database->site);
    db_bind_text(query, replica_standing_name(database->standing));
    db_bind_int(query, database->retired_for);
    copy_bind(query, &database->live);
    copy_bind(query, &database->branch);
    copy_bind(query, &database->former);
    db_bind_text(query, database->stated_incarnation);
    db_bind_int(query, database->stated_head);
    db_bind_int(query, database->chain_differs);
    db_next(query);
    return good(context);
}

/* --- the past, by rows: an incarnation's own row has its first rev --- */

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

static struct db_query *branch_query(struct db *db, const char *sql, int64_t number)
{
    struct db_query *query = db_query(db, sql);
    db_bind_int(query, number);
    db_bind_int(query, BRANCH_GATHERED);
    return query;
}

static int64_t branch_first(struct db *db, int64_t number, const char *key)
{
    struct db_query *query = branch_query(
        db, "SELECT rev FROM replica_branch WHERE number = ? AND part = ? AND name = 'incarnation' AND key = ?",
        number);
    db_bind_text(query, key);
    return rev_of(query);
}

static int64_t branch_next(struct db *db, int64_t number, int64_t first_rev)
{
    struct db_query *query = branch_query(
        db, "SELECT min(rev) FROM replica_branch WHERE number = ? AND part = ? AND name = 'incarnation' AND rev > ?",
        number);
    db_bind_int(query, first_rev);
    return rev_of(query);
}

static bool meta_era(void *context, int64_t number, enum replica_part part, const char *incarnation,
                     struct replica_era *era, bool *known)
{
    struct db *db = db_of(context);
    char key[REPLICA_ID_SIZE + 8];

    snprintf(key, sizeof key, "[\"%s\"]", incarnation);
    *era = (struct replica_era){0};
    era->first_rev = part == REPLICA_LIVE ? live_first(db, number, incarnation, key) : branch_first(db, number, key);
    *known = era->first_rev > 0;
    if (*known)
        era->next_rev =
            part == REPLICA_LIVE ? live_next(db, number, era->first_rev) : branch_next(db, number, era->first_rev);
    return good(context);
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
static bool meta_chain(void *context, int64_t number, char chain[REPLICA_CHAIN_SIZE])
{
    struct db *db = db_of(context);
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
            text_read(query, 1, chain, REPLICA_CHAIN_SIZE);
    }
    db_done(query);
    return good(context);
}

/* --- positions of the past --- */

static bool meta_past(void *context, int64_t number, size_t index, struct replica_past *past, bool *found)
{
    struct db_query *query = db_query(db_of(context), "SELECT id, incarnation, head, chosen FROM replica_history"
                                                      " WHERE number = ? ORDER BY id LIMIT 1 OFFSET ?");
    db_bind_int(query, number);
    db_bind_int(query, (int64_t)index);
    *found = db_next(query);
    if (*found) {
        past->id = db_int(query, 0);
        text_read(query, 1, past->incarnation, sizeof past->incarnation);
        past->head = db_int(query, 2);
        past->mark = db_int(query, 3) ? REPLICA_CHOSEN : REPLICA_SUPERSEDED;
    }
    db_done(query);
    return good(context);
}

static bool meta_remember(void *context, int64_t number, const char *incarnation, int64_t head)
{
    const struct replicas *replicas = context;
    struct db_query *query = db_query(
        db_of(context), "INSERT INTO replica_history(number, incarnation, head, chosen, at_ms) VALUES(?, ?, ?, 0, ?)");
    db_bind_int(query, number);
    db_bind_text(query, incarnation);
    db_bind_int(query, head);
    db_bind_int(query, replicas->now_ms);
    db_next(query);
    return good(context);
}

static bool meta_mark(void *context, int64_t past_id, enum replica_mark mark)
{
    const int64_t values[] = {mark == REPLICA_CHOSEN, past_id};
    db_value(db_of(context), "UPDATE replica_history SET chosen = ? WHERE id = ?", 2, values);
    return good(context);
}

void replicas_meta(struct replica_store *interface)
{
    interface->find = meta_find;
    interface->each = meta_each;
    interface->save = meta_save;
    interface->era = meta_era;
    interface->chain = meta_chain;
    interface->past = meta_past;
    interface->remember = meta_remember;
    interface->mark = meta_mark;
}
