/* SPDX-License-Identifier: Apache-2.0 */
/* What a person decides about a site's databases: accept, and reject that takes it back. */
#include "collector/replica_county_parts.h"
#include "drivers/language.h"

static const struct replica_copy none;

/* Positions of the past that the branch went through, from one mark to the other. */
static bool branch_mark(const struct replica_store *store, const struct replica_database *database,
                        enum replica_mark from, enum replica_mark to)
{
    struct replica_past past;
    bool found = true, reached;

    for (size_t i = 0; found; i++) {
        if (!store->past(store->context, database->number, i, &past, &found))
            return false;
        if (!found || past.mark != from)
            continue;
        if (!replica_reached(store, database, REPLICA_BRANCH, past.incarnation, past.head, &reached) ||
            (reached && !store->mark(store->context, past.id, to)))
            return false;
    }
    return true;
}

/* The rows of a retired database stay counted; what it was about to become is dropped. */
static bool others_retire(const struct replica_store *store, const struct replica_database *database)
{
    struct replica_database other;
    for (size_t i = 0;; i++) {
        if (!store->each(store->context, database->site, i, &other))
            return false;
        if (!other.number)
            return true;
        if (other.number == database->number || other.standing != REPLICA_ACCEPTED)
            continue;
        other.standing = REPLICA_REPLACED;
        other.retired_for = database->number;
        if (!replica_branch_empty(store, &other) || !store->save(store->context, &other))
            return false;
    }
}

/* *count: those that were retired for this one. */
static bool others_return(const struct replica_store *store, const struct replica_database *database, size_t *count)
{
    struct replica_database other;
    *count = 0;
    for (size_t i = 0;; i++) {
        if (!store->each(store->context, database->site, i, &other))
            return false;
        if (!other.number)
            return true;
        if (other.retired_for != database->number)
            continue;
        other.standing = REPLICA_ACCEPTED;
        other.retired_for = 0;
        ++*count;
        if (!store->save(store->context, &other))
            return false;
    }
}

static const char *accept_fault(const struct replica_database *database)
{
    if (!database->number)
        return N_("no such database");
    if (database->retired_for)
        return N_("another database was accepted in this one's place: reject that one");
    if (database->standing == REPLICA_ACCEPTED && !replica_waits(database))
        return N_("it is accepted, and no branch of it waits");
    return NULL;
}

bool replica_county_accept(const struct replica_store *store, const char *database_id, const char **why)
{
    struct replica_database database;
    enum replica_did did = REPLICA_DID_NOTHING;

    if (!store->find(store->context, database_id, &database))
        return false;
    if ((*why = accept_fault(&database)))
        return true;
    database.standing = REPLICA_ACCEPTED;
    return others_retire(store, &database) && branch_mark(store, &database, REPLICA_SUPERSEDED, REPLICA_CHOSEN) &&
           replica_settle(store, &database, true, &did) && replica_compare_chain(store, &database) &&
           store->save(store->context, &database);
}

/* Live becomes the branch, and what was live before the accept is live again, if anything was. What the county
 * leaves by that is superseded, so that it waits. */
static bool live_give_back(const struct replica_store *store, struct replica_database *database)
{
    const struct replica_position left = database->live.position;

    if (!store->give_back(store->context, database->number))
        return false;
    database->branch = database->live;
    database->live = database->former;
    database->former = none;
    if (replica_position_none(&database->live.position))
        return true;
    return store->remember(store->context, database->number, left.incarnation, left.head) &&
           branch_mark(store, database, REPLICA_CHOSEN, REPLICA_SUPERSEDED);
}

static bool database_reject(const struct replica_store *store, struct replica_database *database, const char **why)
{
    size_t returned;

    if (database->standing == REPLICA_WAITING) {
        database->standing = REPLICA_REPLACED;
        return replica_branch_empty(store, database);
    }
    if (!replica_position_none(&database->former.position))
        return live_give_back(store, database);
    if (!others_return(store, database, &returned))
        return false;
    if (!returned && replica_waits(database))
        return replica_branch_empty(store, database);
    if (!returned) {
        *why = N_("no person has accepted it, so there is nothing to take back");
        return true;
    }
    database->standing = REPLICA_WAITING;
    return live_give_back(store, database);
}

bool replica_county_reject(const struct replica_store *store, const char *database_id, const char **why)
{
    struct replica_database database;

    *why = NULL;
    if (!store->find(store->context, database_id, &database))
        return false;
    if (!database.number || database.standing == REPLICA_REPLACED) {
        *why = database.number ? N_("it is retired already") : N_("no such database");
        return true;
    }
    return database_reject(store, &database, why) && (*why || store->save(store->context, &database));
}
