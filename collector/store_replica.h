/* SPDX-License-Identifier: Apache-2.0 */
/* What a county holds of its sites' ledgers, in its own ledger's file: the storage behind replica_county.h, and
 * each message as one transaction. Live rows stand in the ledger's own tables (store_take.h); those of a branch, and
 * those that were live before a person's accept, lie beside as they travelled (store_branch.h) and count for nothing.
 * All by the thread that writes the store. */
#ifndef COALTALLY_STORE_REPLICA_H
#define COALTALLY_STORE_REPLICA_H

#include "collector/replica_county.h"
#include "collector/replica_message.h"
#include "collector/store_take.h"

struct replicas;

/* The store must outlive it. allowed: which mines a database may name (NULL: any); replicas_site tells whose it is.
 * NULL when out of memory. */
struct replicas *replicas_new(struct store *store, taker_mine_allowed *allowed, void *context);
void replicas_free(struct replicas *replicas);
/* The roster, or the ledger's mines, meters or calendars, were changed by another hand. */
void replicas_forget(struct replicas *replicas);

/* How many rows of a site may lie beside those that count: kept aside, or of a ledger that gathers or waits. Its
 * batches beyond that are refused. Until then: REPLICA_BESIDE_MAX. */
void replicas_beside_max(struct replicas *replicas, int64_t rows);

/* --- messages: each one transaction, committed when it says true: only then is the answer sent --- */

/* What is known of a message beside its content; kept for `status`. */
struct replica_heard {
    int64_t now_ms; /* wall time here */
    bool trusted;   /* and that clock is not in doubt */
    bool clock_known;
    int64_t clock_difference_ms; /* of the site's clock ahead of this one, if known */
    const char *program;         /* the site's version of coaltally; NULL: as it was */
};

/* What the last call brought about; for alarms and the log. */
struct replicas_done {
    struct taken taken; /* of live rows */
    int64_t superseded; /* live rows that a switch put away: superseded_read lists them */
    int64_t kept;       /* closed periods that go on showing the version of before: versions_kept */
};

/* False: the store failed (store_error), nothing of it is kept, and nothing is to be answered. */
bool replicas_opening(struct replicas *replicas, const char *site, const struct replica_opening *opening,
                      const struct replica_heard *heard, struct replica_outcome *outcome);
/* The batch as travel_payload_read gave it. */
bool replicas_batch(struct replicas *replicas, const char *site, const struct travel_batch *batch,
                    const struct replica_heard *heard, struct replica_outcome *outcome);
/* A payload that is none, or of another version: as much of it as could be read. It is counted as refused where the
 * database is this site's. why: a sentence. */
bool replicas_unread(struct replicas *replicas, const char *site, const char *database, int64_t session,
                     enum replica_reason reason, const char *why, const struct replica_heard *heard,
                     struct replica_outcome *outcome);
const struct replicas_done *replicas_done(const struct replicas *replicas);

/* Rows kept aside are judged again, of every database: the roster or the clock is another one. One transaction. */
bool replicas_again(struct replicas *replicas, int64_t now_ms, bool trusted, struct taken *taken);

/* Rows of branches that became live, or were dropped, are removed: some thousand a call, one transaction. *more: there
 * were some. */
bool replicas_sweep(struct replicas *replicas, bool *more);

/* --- within a transaction of the caller's --- */

/* Begin one and end it, where the caller has none of its own; after a failure replicas_abandon. */
void replicas_begin(struct replicas *replicas, int64_t now_ms);
/* wall_ms as for store_commit: 0 under a clock in doubt. False: rolled back and forgotten. */
bool replicas_commit(struct replicas *replicas, int64_t wall_ms);
void replicas_abandon(struct replicas *replicas);
/* The caller's transaction is an act's: what follows is of this time. */
void replicas_within(struct replicas *replicas, int64_t now_ms);

/* replica_county_accept and replica_county_reject, by the database's id. After an accept the site's closed periods
 * show the versions that its ledger has (versions_kept). *why: a sentence when there was nothing to decide. */
bool replicas_accept(struct replicas *replicas, const char *database, const char **why);
bool replicas_reject(struct replicas *replicas, const char *database, const char **why);

/* A file: replica_county_file over this store, then its rows in batches in the order of their revs (database and
 * mines set, at most TRAVEL_ROWS_MAX rows), then replica_county_file_end. */
const struct replica_store *replicas_store(const struct replicas *replicas);
bool replicas_file_rows(struct replicas *replicas, const struct replica_filing *filing,
                        const struct travel_batch *batch, struct replica_outcome *outcome);
/* Keeps when it came, as for a message. */
bool replicas_heard(struct replicas *replicas, const struct replica_outcome *outcome,
                    const struct replica_heard *heard);

/* --- reading, by any connection --- */

struct replica_entry {
    struct replica_database database;
    int64_t heard_ms;   /* the last message, 0: never */
    int64_t applied_ms; /* the last rows taken or staged; 0: never */
    bool clock_known;
    int64_t clock_difference_ms;
    char program[REPLICA_PROGRAM_BYTES]; /* empty: not told */
    int64_t refused, refused_ms;         /* messages, of all time, and the last one */
    char refused_why[REPLICA_WHY_BYTES];
    int64_t uncounted;       /* rows kept aside (table replica_row tells why) */
    int64_t superseded_rows; /* of the last switch; 0: none */
    int64_t superseded_ms;   /* when that was */
    int64_t kept;            /* closed periods that show a version of before a switch */
};

/* All databases, by site and number: a list of struct replica_entry. False with db_fault set. */
bool replica_entries(struct db *db, struct list *out);
/* The site of database `number`; false where there is none. */
bool replica_site_of(struct db *db, int64_t number, char site[static REPLICA_SITE_SIZE]);

/* Live rows that a switch put away: what was there, and what stands there now. */
struct superseded {
    int64_t number, switched_ms;
    const char *table, *key;       /* the key as it travels: a JSON list */
    int64_t meter;                 /* this ledger's id, of tallies, gaps and postings; 0: of no meter */
    const char *meter_name, *unit; /* empty where the switch took the meter's own row away */
    int64_t from_ms;               /* of those */
    bool amount;                   /* the row has one, in thousandths of its unit */
    int64_t before, after;         /* after: 0 where gone */
    bool gone;                     /* nothing stands there now */
    const char *row;               /* as it travelled */
};

typedef void superseded_teller(void *context, const struct superseded *superseded);
/* Of database `number` (0: any), switches at since_ms or later, in the order of the switches and revs. */
bool superseded_read(struct db *db, int64_t number, int64_t since_ms, superseded_teller *tell, void *context);

#endif
