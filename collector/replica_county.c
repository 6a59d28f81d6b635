/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/replica_county.h"

#include <stdio.h>
#include <string.h>

#include "collector/replica_county_parts.h"

/* --- which database --- */

static bool waiting_count(const struct replica_store *store, const char *site, size_t *databases, size_t *waiting)
{
    struct replica_database other;
    *databases = *waiting = 0;
    for (;;) {
        if (!store->each(store->context, site, *databases, &other))
            return false;
        if (!other.number)
            return true;
        *waiting += other.standing == REPLICA_WAITING;
        ++*databases;
    }
}

/* A database unknown so far: the first of its site's name is the site's ledger, another one a person's decision. */
static bool database_add(const struct replica_store *store, const char *site, const char *id,
                         struct replica_database *database, enum replica_reason *reason)
{
    size_t databases, waiting;

    if (!waiting_count(store, site, &databases, &waiting))
        return false;
    memset(database, 0, sizeof(*database));
    if (waiting >= REPLICA_WAITING_MAX) {
        *reason = REPLICA_TOO_MANY;
        return true;
    }
    snprintf(database->id, sizeof(database->id), "%s", id);
    snprintf(database->site, sizeof(database->site), "%s", site);
    database->standing = databases ? REPLICA_WAITING : REPLICA_ACCEPTED;
    return store->save(store->context, database);
}

bool replica_admit(const struct replica_store *store, const char *site, const char *id,
                   struct replica_database *database, enum replica_reason *reason)
{
    *reason = REPLICA_FITS;
    if (!store->find(store->context, id, database))
        return false;
    if (!database->number)
        return database_add(store, site, id, database, reason);
    if (strcmp(database->site, site) != 0)
        *reason = REPLICA_OTHER_SITE;
    else if (database->standing == REPLICA_REPLACED)
        *reason = REPLICA_RETIRED;
    return true;
}

/* --- one batch --- */

enum fit { FIT_REFUSED, FIT_COVERED, FIT_LIVE, FIT_BRANCH, FIT_NEW_LIVE, FIT_NEW_BRANCH };

static bool branch_covers(const struct replica_database *database, const struct replica_position *to)
{
    const struct replica_position *branch = &database->branch.position;
    return !strcmp(branch->incarnation, to->incarnation) && to->head <= branch->head && to->rev <= branch->rev;
}

static bool fit_whole(const struct replica_store *store, const struct replica_database *database,
                      const struct replica_batch *batch, enum fit *fit, enum replica_reason *reason)
{
    const struct replica_position *to = &batch->to;
    bool in_live, in_branch;

    if (branch_covers(database, to)) {
        *fit = FIT_COVERED;
        return true;
    }
    if (!replica_reached(store, database, REPLICA_LIVE, to->incarnation, to->head, &in_live) ||
        !replica_reached(store, database, REPLICA_BRANCH, to->incarnation, to->head, &in_branch))
        return false;
    if (in_live || in_branch)
        *reason = REPLICA_OLD;
    else if (database->standing == REPLICA_ACCEPTED && replica_position_none(&database->live.position))
        *fit = FIT_NEW_LIVE;
    else
        *fit = FIT_NEW_BRANCH;
    return true;
}

static bool fit_of(const struct replica_store *store, const struct replica_database *database,
                   const struct replica_batch *batch, enum fit *fit, enum replica_reason *reason)
{
    const bool from_live = replica_position_equal(&batch->from, &database->live.position);

    *fit = FIT_REFUSED;
    if (batch->whole && from_live)
        return fit_whole(store, database, batch, fit, reason);
    if (!batch->whole && from_live)
        *fit = FIT_LIVE;
    else if (!batch->whole && replica_position_equal(&batch->from, &database->branch.position))
        *fit = FIT_BRANCH;
    else
        *reason = REPLICA_ELSEWHERE;
    return true;
}

static bool apply(const struct replica_store *store, struct replica_database *database,
                  const struct replica_batch *batch, enum fit fit, struct replica_outcome *outcome)
{
    const enum replica_part part = fit == FIT_LIVE || fit == FIT_NEW_LIVE ? REPLICA_LIVE : REPLICA_BRANCH;
    struct replica_copy *copy = part == REPLICA_LIVE ? &database->live : &database->branch;

    if ((fit == FIT_NEW_BRANCH || fit == FIT_NEW_LIVE) && !replica_branch_empty(store, database))
        return false;
    if (!store->put(store->context, database->number, part, batch->row, batch->count, &outcome->uncounted))
        return false;
    copy->position = batch->to;
    memcpy(copy->chain, batch->chain, sizeof(copy->chain));
    outcome->did = part == REPLICA_LIVE ? REPLICA_DID_APPLY : REPLICA_DID_STAGE;
    /* Rows that count are told as such, also while a branch waits beside them. */
    return part == REPLICA_LIVE || replica_settle(store, database, false, &outcome->did);
}

/* --- messages --- */

void replica_answer(struct replica_outcome *outcome, const char *id, int64_t session, enum replica_reason reason)
{
    const struct replica_database *database = &outcome->database;
    snprintf(outcome->answer.database, sizeof(outcome->answer.database), "%s", id);
    outcome->answer.session = session;
    outcome->answer.reason = reason;
    if (!database->number || reason == REPLICA_OTHER_SITE)
        return;
    outcome->answer.live = database->live.position;
    outcome->answer.branch = database->branch.position;
    outcome->answer.standing = database->standing;
}

bool replica_county_unread(const struct replica_store *store, const char *site, const char *database, int64_t session,
                           enum replica_reason reason, struct replica_outcome *outcome)
{
    memset(outcome, 0, sizeof(*outcome));
    if (!store->find(store->context, database, &outcome->database))
        return false;
    if (outcome->database.number && strcmp(outcome->database.site, site) != 0)
        reason = REPLICA_OTHER_SITE;
    replica_answer(outcome, database, session, reason);
    return true;
}

bool replica_county_opening(const struct replica_store *store, const char *site, const struct replica_opening *opening,
                            struct replica_outcome *outcome)
{
    struct replica_database *database = &outcome->database;
    enum replica_reason reason;

    if (!opening->incarnation[0] || opening->head < 1)
        return replica_county_unread(store, site, opening->database, opening->session, REPLICA_MALFORMED, outcome);
    memset(outcome, 0, sizeof(*outcome));
    if (!replica_admit(store, site, opening->database, database, &reason))
        return false;
    if (reason == REPLICA_FITS && (!replica_state(store, database, opening->incarnation, opening->head) ||
                                   !replica_compare_chain(store, database) || !store->save(store->context, database)))
        return false;
    replica_answer(outcome, opening->database, opening->session, reason);
    return true;
}

static bool batch_take(const struct replica_store *store, const struct replica_batch *batch,
                       struct replica_outcome *outcome, enum replica_reason *reason)
{
    struct replica_database *database = &outcome->database;
    enum fit fit;

    if (!fit_of(store, database, batch, &fit, reason))
        return false;
    if (fit != FIT_REFUSED && fit != FIT_COVERED && !apply(store, database, batch, fit, outcome))
        return false;
    return replica_state(store, database, batch->to.incarnation, batch->to.head) &&
           replica_compare_chain(store, database) && store->save(store->context, database);
}

bool replica_county_batch(const struct replica_store *store, const char *site, const struct replica_batch *batch,
                          struct replica_outcome *outcome)
{
    const char *why;
    enum replica_reason reason;

    if (!replica_batch_sound(batch, &why)) {
        const bool read =
            replica_county_unread(store, site, batch->database, batch->session, REPLICA_MALFORMED, outcome);
        outcome->why = why;
        return read;
    }
    memset(outcome, 0, sizeof(*outcome));
    if (!replica_admit(store, site, batch->database, &outcome->database, &reason) ||
        (reason == REPLICA_FITS && !batch_take(store, batch, outcome, &reason)))
        return false;
    replica_answer(outcome, batch->database, batch->session, reason);
    return true;
}
