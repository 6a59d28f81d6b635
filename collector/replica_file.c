/* SPDX-License-Identifier: Apache-2.0 */
/* Rows that come by file: where they go on from. */
#include <string.h>

#include "collector/replica_county_parts.h"

/* Does the file go on from that copy? */
static bool file_continues(const struct replica_file *file, const struct replica_copy *copy, bool *continues)
{
    const struct replica_position *position = &copy->position;
    struct replica_era era;
    bool known;

    *continues = false;
    if (replica_position_none(position) || file->from_rev > position->rev)
        return true;
    if (!file->era(file->context, position->incarnation, &era, &known))
        return false;
    *continues = known && replica_era_reached(&era, file->to.head, position->head);
    return true;
}

/* A whole ledger, or nothing that the county could use. */
static bool file_anew(const struct replica_store *store, const struct replica_file *file,
                      struct replica_database *database, struct replica_filing *filing, enum replica_reason *reason)
{
    bool in_live, in_branch;

    if (!replica_reached(store, database, REPLICA_LIVE, file->to.incarnation, file->to.head, &in_live) ||
        !replica_reached(store, database, REPLICA_BRANCH, file->to.incarnation, file->to.head, &in_branch))
        return false;
    if (in_live || in_branch)
        *reason = REPLICA_OLD;
    else if (file->from_rev)
        *reason = REPLICA_ELSEWHERE;
    if (*reason != REPLICA_FITS)
        return true;
    filing->above_rev = 0;
    filing->part = database->standing == REPLICA_ACCEPTED && replica_position_none(&database->live.position)
                       ? REPLICA_LIVE
                       : REPLICA_BRANCH;
    return replica_branch_empty(store, database);
}

static bool file_place(const struct replica_store *store, const struct replica_file *file,
                       struct replica_database *database, struct replica_filing *filing, enum replica_reason *reason)
{
    bool live, branch;

    if (!file_continues(file, &database->live, &live) || !file_continues(file, &database->branch, &branch))
        return false;
    if (!live && !branch)
        return file_anew(store, file, database, filing, reason);
    filing->part = live ? REPLICA_LIVE : REPLICA_BRANCH;
    filing->above_rev = (live ? &database->live : &database->branch)->position.rev;
    return true;
}

bool replica_county_file(const struct replica_store *store, const char *site, const struct replica_file *file,
                         struct replica_filing *filing, struct replica_outcome *outcome)
{
    enum replica_reason reason;

    if (!replica_position_whole(&file->to) || file->from_rev < 0 || file->from_rev > file->to.rev)
        return replica_county_unread(store, site, file->database, 0, REPLICA_MALFORMED, outcome);
    memset(outcome, 0, sizeof(*outcome));
    if (!replica_admit(store, site, file->database, &outcome->database, &reason) ||
        (reason == REPLICA_FITS && !file_place(store, file, &outcome->database, filing, &reason)))
        return false;
    replica_answer(outcome, file->database, 0, reason);
    return true;
}

bool replica_county_file_rows(const struct replica_store *store, const struct replica_filing *filing,
                              const struct replica_row *row, size_t count, struct replica_outcome *outcome)
{
    while (count && row->rev <= filing->above_rev) {
        row++;
        count--;
    }
    return !count ||
           store->put(store->context, outcome->database.number, filing->part, row, count, &outcome->uncounted);
}

bool replica_county_file_end(const struct replica_store *store, const struct replica_file *file,
                             const struct replica_filing *filing, struct replica_outcome *outcome)
{
    struct replica_database *database = &outcome->database;
    struct replica_copy *copy = filing->part == REPLICA_LIVE ? &database->live : &database->branch;

    copy->position = file->to;
    memcpy(copy->chain, file->chain, sizeof(copy->chain));
    outcome->did = filing->part == REPLICA_LIVE ? REPLICA_DID_APPLY : REPLICA_DID_STAGE;
    if ((filing->part == REPLICA_BRANCH && !replica_settle(store, database, false, &outcome->did)) ||
        !replica_state(store, database, file->to.incarnation, file->to.head) ||
        !replica_compare_chain(store, database) || !store->save(store->context, database))
        return false;
    replica_answer(outcome, file->database, 0, REPLICA_FITS);
    return true;
}
