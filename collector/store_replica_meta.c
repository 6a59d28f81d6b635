/* SPDX-License-Identifier: Apache-2.0 */
/* What a county knows of each database beside its rows, in tables replica and replica_history. */
#include <stdio.h>
#include <string.h>

#include "collector/store_replica_parts.h"

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
    interface->past = meta_past;
    interface->remember = meta_remember;
    interface->mark = meta_mark;
}
