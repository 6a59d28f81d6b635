/* SPDX-License-Identifier: Apache-2.0 */
/* A file of a site's rows (travel_file.h) into the county's ledger, by the rules of replica_county.h. */
#ifndef COALTALLY_INGEST_H
#define COALTALLY_INGEST_H

#include "collector/store_replica.h"
#include "collector/travel_file.h"

enum ingest_outcome {
    INGEST_TAKEN,   /* or nothing of it was new */
    INGEST_REFUSED, /* outcome.answer.reason; before the first row */
    INGEST_FAULTY,  /* the file: what was written is to be taken back */
    INGEST_FAILED   /* the store: likewise, and to be tried again */
};

struct ingested {
    struct replica_outcome outcome;
    int64_t new_rows, same_rows; /* those that are not counted are none of them */
    int64_t stood_at;            /* the newest rev that the county had of the ledger that the file goes on from */
    bool continues; /* refused: the county's copy lies in the file's past, but rows before it are missing */
};

/* Within a transaction of the caller's (replicas_within); trusted: the clock is not in doubt. `why`: of a faulty file.
 */
enum ingest_outcome ingest(struct replicas *replicas, struct db *db, struct travel_file *file, int64_t now_ms,
                           bool trusted, travel_file_progress *progress, struct ingested *ingested, char *why,
                           size_t size);

#endif
