/* SPDX-License-Identifier: Apache-2.0 */
/* Does the book add up? Every sum of the ledger is made again from what it was made of. */
#ifndef COALTALLY_STORE_VERIFY_H
#define COALTALLY_STORE_VERIFY_H

#include "collector/db.h"

/* What does not hold: of each kind and meter the first row. */
struct finding {
    const char *check; /* "file", "segment", "state", "tally", "total", "gap", "journal", "act", "version", "seal",
                        * "chain" (ends otherwise than the site said) or "copy" (of the county's own bookkeeping) */
    char site[64];     /* whose ledger, on a county's file; empty: this one's own */
    char database[33]; /* likewise */
    char meter[64];    /* its name; empty where the finding is of none */
    char text[400];    /* what stands there, and what should */
    char look[240];    /* an SQL statement that shows the row and those around it */
};

struct verification {
    size_t findings;
    /* What was gone through: */
    int64_t meters, segments, tallies, totals, gaps, entries, acts, versions;
};

/* A database of a site, of which a county's file holds a copy. */
struct verified_copy {
    int64_t number;
    char site[64], database[33];
    bool waits;        /* for a person to accept it: nothing of it counts, nothing was verified */
    int64_t rev, head; /* up to which it is there; below head: only the journal could be verified */
    int64_t aside;     /* rows that are kept, but do not count */
    int64_t beside;    /* rows of another branch of it, which waits or is on its way */
    char chain[65];    /* the journal's head */
    int64_t chain_row;
};

struct verify_to {
    void (*report)(void *context, const struct finding *finding);
    /* Of each copy, after its findings; NULL: nobody asks. */
    void (*copy)(void *context, const struct verified_copy *copy);
    void *context;
    /* How far it is, out of `all`, now and then; NULL: nobody asks. */
    void (*progress)(int done, int all);
};

/* Goes through the whole ledger as it is at one moment, while it may be written on.
 * `to->report` gets each finding. On a county's file the ledger of each site is made again from the rows that it
 * sent, with its own ids, and verified as at the site; what the county derived from them is verified with its own.
 * Where db_fault is set afterwards, the ledger could not be read to its end. Shifts and days are judged by the
 * process's time zone (calendar_zone) and the ledger's own calendars. */
struct verification verify_run(struct db *db, const struct verify_to *to);

#endif
