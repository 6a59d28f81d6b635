/* SPDX-License-Identifier: Apache-2.0 */
/* Where the county stands with a database: what lies in its past, what was stated, when a branch becomes live. */
#include <string.h>

#include "collector/replica_county_parts.h"

bool replica_consistent(const struct replica_database *database)
{
    const struct replica_position *live = &database->live.position;
    return replica_position_whole(live) && live->head == database->stated_head &&
           !strcmp(live->incarnation, database->stated_incarnation);
}

bool replica_waits(const struct replica_database *database)
{
    return replica_position_whole(&database->branch.position); /* else it would be live by now */
}

bool replica_reached(const struct replica_store *store, const struct replica_database *database, enum replica_part part,
                     const char *incarnation, int64_t head, bool *reached)
{
    const struct replica_position *position =
        part == REPLICA_LIVE ? &database->live.position : &database->branch.position;
    struct replica_era era;
    bool known;

    *reached = false;
    if (replica_position_none(position))
        return true;
    if (!strcmp(position->incarnation, incarnation)) {
        *reached = head <= position->head;
        return true;
    }
    if (!store->era(store->context, database->number, part, incarnation, &era, &known))
        return false;
    *reached = known && replica_era_reached(&era, position->rev, head);
    return true;
}

/* --- what the site states --- */

bool replica_state(const struct replica_store *store, struct replica_database *database, const char *incarnation,
                   int64_t head)
{
    const struct replica_position *live = &database->live.position;
    bool past;

    if (!strcmp(incarnation, live->incarnation)) {
        head = head > live->head ? head : live->head;
    } else {
        if (!replica_reached(store, database, REPLICA_LIVE, incarnation, head, &past))
            return false;
        if (past)
            return true;
    }
    if (strcmp(incarnation, database->stated_incarnation) != 0 || head > database->stated_head)
        database->stated_head = head;
    memcpy(database->stated_incarnation, incarnation, sizeof(database->stated_incarnation));
    return true;
}

bool replica_compare_chain(const struct replica_store *store, struct replica_database *database)
{
    char chain[REPLICA_CHAIN_SIZE];
    if (!replica_consistent(database))
        return true;
    if (!store->chain(store->context, database->number, chain))
        return false;
    database->chain_differs = strcmp(chain, database->live.chain) != 0;
    return true;
}

/* --- branch to live --- */

static bool branch_has_superseded(const struct replica_store *store, const struct replica_database *database,
                                  bool *superseded)
{
    struct replica_past past;
    bool found = true;

    *superseded = false;
    for (size_t i = 0; found && !*superseded; i++) {
        if (!store->past(store->context, database->number, i, &past, &found))
            return false;
        if (found && past.mark == REPLICA_SUPERSEDED &&
            !replica_reached(store, database, REPLICA_BRANCH, past.incarnation, past.head, superseded))
            return false;
    }
    return true;
}

/* What the branch itself went through is continued by it, not left. */
static bool live_leave(const struct replica_store *store, const struct replica_database *database)
{
    const struct replica_position *live = &database->live.position;
    bool continued = true;

    if (replica_position_none(live))
        return true;
    if (!replica_reached(store, database, REPLICA_BRANCH, live->incarnation, live->head, &continued))
        return false;
    return continued || store->remember(store->context, database->number, live->incarnation, live->head);
}

static bool branch_switch(const struct replica_store *store, struct replica_database *database, bool keep_former)
{
    static const struct replica_copy none;

    if (!live_leave(store, database) || !store->adopt(store->context, database->number, keep_former))
        return false;
    if (keep_former)
        database->former = database->live;
    database->live = database->branch;
    database->branch = none;
    return true;
}

bool replica_settle(const struct replica_store *store, struct replica_database *database, bool keep_former,
                    enum replica_did *did)
{
    bool superseded;

    if (!replica_position_whole(&database->branch.position))
        return true;
    if (!branch_has_superseded(store, database, &superseded))
        return false;
    if (database->standing != REPLICA_ACCEPTED || superseded) {
        *did = REPLICA_DID_WAIT;
        return true;
    }
    *did = REPLICA_DID_SWITCH;
    return branch_switch(store, database, keep_former);
}

bool replica_branch_empty(const struct replica_store *store, struct replica_database *database)
{
    static const struct replica_copy none;
    database->branch = none;
    return store->drop_branch(store->context, database->number);
}
