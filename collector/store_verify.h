/* SPDX-License-Identifier: Apache-2.0 */
/* Does the book add up? Every sum of the ledger is made again from what it was made of. */
#ifndef COALTALLY_STORE_VERIFY_H
#define COALTALLY_STORE_VERIFY_H

#include "collector/db.h"

/* What does not hold: of each kind and meter the first row. */
struct finding {
    const char *check; /* "file", "segment", "state", "tally", "total", "gap", "journal", "act", "version" or "seal" */
    char meter[64];    /* its name; empty where the finding is of none */
    char text[400];    /* what stands there, and what should */
    char look[240];    /* an SQL statement that shows the row and those around it */
};

struct verification {
    size_t findings;
    /* What was gone through: */
    int64_t meters, segments, tallies, totals, gaps, entries, acts, versions;
};

struct verify_to {
    void (*report)(void *context, const struct finding *finding);
    void *context;
    /* How far it is, out of `all`, now and then; NULL: nobody asks. */
    void (*progress)(int done, int all);
};

/* Goes through the whole ledger as it is at one moment, while it may be written on.
 * `to->report` gets each finding. Where db_fault is set afterwards, the ledger could not
 * be read to its end. Shifts and days are judged by the process's time zone
 * (calendar_zone) and the ledger's own calendars. */
struct verification verify_run(struct db *db, const struct verify_to *to);

#endif
