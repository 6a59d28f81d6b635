/* SPDX-License-Identifier: Apache-2.0 */
/* The county's side: what one message does to what it holds of one database. Everything is decided here and kept
 * in a store behind an interface. The caller puts each call into one transaction, commits, and only then sends the
 * answer; when a call says false the store failed: roll back and answer nothing, the site sends again.
 *
 * The county holds of each database the live rows, which are counted, and at most one branch, which is not: another
 * state of the same ledger, on its way. Rules, with what happens without them:
 *
 * - A batch is applied only if its from is exactly where the county stands, head included. "from <= rev" puts
 *   rows of a restored site on top of one that the restore undid: it stays counted. Without the head, rows 1-5 read
 *   at head 8 and a late 5-6 read at head 6 fit together: a row is lost, and the copy is called consistent.
 * - A whole ledger never touches the live rows: it gathers in the branch and becomes live in one switch, when it is
 *   whole. Without the stage rows that the restored site no longer has stay counted. The one exception has nothing
 *   to replace: an accepted database of which nothing is held.
 * - It must name the live position that it is to replace, and a state that live or branch have long passed is
 *   refused as old, one that the branch covers only answered. Else a repeat of the first batch begins a branch, and
 *   the ledger is switched onto the repeat.
 * - A branch whose past contains a position that was switched away from waits for a person's accept: two copies of
 *   one database are running, and the county would switch back and forth for ever.
 * - The first database of a site's name is accepted; another one waits, received in full, not counted. Accepted, it
 *   is added to the former's, which stays counted and is retired: nothing is added to it any more. reject undoes
 *   that.
 * - It is consistent when it stands at the head that the site last stated; it means: equal to the ledger at that
 *   head. What is stated by a message that comes late is not the last: within one incarnation the head does
 *   not go back, and an incarnation in the live past is not news.
 * - A malformed batch is refused whole. A sound row that cannot be counted is stored all the same, with a flag, in
 *   the place of its older version: in a table of its own it would leave that one counted.
 * - The chain's head is compared when consistent; a mismatch is an alarm and never stops rows.
 */
#ifndef COALTALLY_REPLICA_COUNTY_H
#define COALTALLY_REPLICA_COUNTY_H

#include "collector/replica.h"

enum replica_part { REPLICA_LIVE, REPLICA_BRANCH };

struct replica_copy {
    struct replica_position position;
    char chain[REPLICA_CHAIN_SIZE]; /* the ledger's at position.head */
};

/* All that the county knows of a database but its rows and its past. */
struct replica_database {
    int64_t number; /* the store's, >= 1; 0: not stored yet */
    char id[REPLICA_ID_SIZE];
    char site[REPLICA_SITE_SIZE];
    enum replica_standing standing;
    int64_t retired_for; /* number of the database accepted in its place; 0 unless REPLICA_REPLACED by one */
    struct replica_copy live, branch;
    struct replica_copy former;               /* live before a person accepted a branch, kept for reject; not counted */
    char stated_incarnation[REPLICA_ID_SIZE]; /* "": nothing yet */
    int64_t stated_head;
    bool chain_differs; /* alarm: consistent, and the county's chain ends otherwise than the site's */
};

/* Positions of the past: an incarnation and the head at which the county left it. */
enum replica_mark {
    REPLICA_SUPERSEDED, /* switched away from */
    REPLICA_CHOSEN,     /* the same, and then a person accepted a ledger that has it in its past */
};

struct replica_past {
    int64_t id; /* the store's */
    char incarnation[REPLICA_ID_SIZE];
    int64_t head;
    enum replica_mark mark;
};

/* Each returns false when the storage failed. Nothing is kept that was not committed. */
struct replica_store {
    void *context;
    /* The database of that id; number 0 in it: there is none. */
    bool (*find)(void *context, const char *id, struct replica_database *database);
    /* The index-th database of a site's name, by number; number 0 in it: there are no more. */
    bool (*each)(void *context, const char *site, size_t index, struct replica_database *database);
    /* Inserts (number 0; it is set) or updates. */
    bool (*save)(void *context, struct replica_database *database);

    /* An incarnation by the part's own rows of it; next_rev 0: no later one is held. */
    bool (*era)(void *context, int64_t number, enum replica_part part, const char *incarnation, struct replica_era *era,
                bool *known);
    /* Each in place of the row of its key. *uncounted grows by those that are kept with a flag: neither they nor what
     * they replace count (unknown mine, absurd amount). */
    bool (*put)(void *context, int64_t number, enum replica_part part, const struct replica_row *row, size_t count,
                size_t *uncounted);
    bool (*drop_branch)(void *context, int64_t number);
    /* The branch's rows become live and the branch is empty. Live rows that it has otherwise or not at all are
     * superseded: listed, not counted; closed periods keep their version. keep_former: all that was live stays as
     * the former part; else that is left as it is. */
    bool (*adopt)(void *context, int64_t number, bool keep_former);
    /* Back: the live rows become the branch, in place of what it held, and the former ones, if any, live. */
    bool (*give_back)(void *context, int64_t number);
    /* The chain's head by the live rows. */
    bool (*chain)(void *context, int64_t number, char chain[REPLICA_CHAIN_SIZE]);

    /* The index-th position of the past of a database, in any stable order; *found false: no more. */
    bool (*past)(void *context, int64_t number, size_t index, struct replica_past *past, bool *found);
    bool (*remember)(void *context, int64_t number, const char *incarnation, int64_t head);
    bool (*mark)(void *context, int64_t past_id, enum replica_mark mark);
};

/* What a message did; for the log, alarms and status. */
enum replica_did {
    REPLICA_DID_NOTHING, /* refused, covered already, or an opening */
    REPLICA_DID_APPLY,   /* rows are counted from now on */
    REPLICA_DID_STAGE,   /* rows went into the branch */
    REPLICA_DID_SWITCH,  /* and it became live: rows that differed no longer count */
    REPLICA_DID_WAIT,    /* the branch is whole, and a person has to accept it */
};

struct replica_outcome {
    struct replica_answer answer;
    enum replica_did did;
    size_t uncounted;                 /* rows of the batch, stored with a flag */
    const char *why;                  /* a sentence, when refused as malformed */
    struct replica_database database; /* as it stands now; number 0: it is not kept */
};

/* Messages as the codec read them; site is the topic's. */
bool replica_county_opening(const struct replica_store *store, const char *site, const struct replica_opening *opening,
                            struct replica_outcome *outcome);
bool replica_county_batch(const struct replica_store *store, const char *site, const struct replica_batch *batch,
                          struct replica_outcome *outcome);
/* The answer to a payload that is no batch or of another version: as much of it as could be read. */
bool replica_county_unread(const struct replica_store *store, const char *site, const char *database, int64_t session,
                           enum replica_reason reason, struct replica_outcome *outcome);

/* A file of rows on a stick, or through a one-way gateway: nothing can be asked, so it carries the incarnations, and
 * the county finds its own place in it. Taken where the live position, else the branch's, lies in the file's
 * past and the file begins at or below its rev: rows above that are applied. Old where the file's end lies in the
 * county's past. Else a whole ledger, so only if it begins at 0. */
struct replica_file {
    char database[REPLICA_ID_SIZE];
    int64_t from_rev;           /* the file has every row above it */
    struct replica_position to; /* rev is the head */
    char chain[REPLICA_CHAIN_SIZE];
    void *context;
    bool (*era)(void *context, const char *incarnation, struct replica_era *era, bool *known); /* by the file's rows */
};

/* Where its rows go. */
struct replica_filing {
    enum replica_part part;
    int64_t above_rev; /* only rows above it */
};

/* The three in one transaction: begin; unless it was refused (REPLICA_ELSEWHERE: rows are missing before the file's
 * first) the rows, in any number of calls and in the order of their revs; end. */
bool replica_county_file(const struct replica_store *store, const char *site, const struct replica_file *file,
                         struct replica_filing *filing, struct replica_outcome *outcome);
bool replica_county_file_rows(const struct replica_store *store, const struct replica_filing *filing,
                              const struct replica_row *row, size_t count, struct replica_outcome *outcome);
bool replica_county_file_end(const struct replica_store *store, const struct replica_file *file,
                             const struct replica_filing *filing, struct replica_outcome *outcome);

/* Does the county stand where the site last stated to be? Then its rows are the site's at stated_head. */
bool replica_consistent(const struct replica_database *database);
/* Is there a branch that waits for a person? */
bool replica_waits(const struct replica_database *database);

/* What a person decides; *why: a sentence when there was nothing to decide, else NULL. accept: the database counts
 * from now on and retires the others of its site; or its branch is the ledger to go on with, of two copies. reject:
 * takes the last accept back; a database that was never accepted is retired without having counted; where there is
 * nothing of the kind, a branch that waits is dropped (an old stick, a copy that runs no longer). */
bool replica_county_accept(const struct replica_store *store, const char *database, const char **why);
bool replica_county_reject(const struct replica_store *store, const char *database, const char **why);

#endif
