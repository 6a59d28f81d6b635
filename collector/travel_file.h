/* SPDX-License-Identifier: Apache-2.0 */
/* A ledger's rows in a file, for a stick or through a one-way gateway: lines of JSON.
 *
 *   {"coaltally":"ledger", "v":1, "program":"1.0", "site":"sim-a", "database":"<32 hex>", "from":48211,
 *    "to":{"incarnation":"<32 hex>", "head":50000, "rev":50000}, "chain":"<64 hex>", "consistent":true,
 *    "simulated":false, "made_ms":1795000000000}
 *   batches as of travel_payload.h, "whole":true, of all incarnations up to `to`, whatever `from` is: by them a county
 *   finds its own place in the file, because nothing can be asked
 *   batches, "whole":false, of every row above `from`, in the order of their revs
 *   {"end":true, "lines":57, "rows":12345, "sha256":"<64 hex>"}
 *
 * The last line's SHA-256 is that of all bytes before it, so a file that was cut off or altered is refused whole.
 * Both ways a line is held in memory at a time, and the incarnations. */
#ifndef COALTALLY_TRAVEL_FILE_H
#define COALTALLY_TRAVEL_FILE_H

#include <stdio.h>

#include "collector/replica.h"
#include "collector/travel.h"

enum { TRAVEL_FILE_VERSION = 1, TRAVEL_FILE_WORD_BYTES = 64 };

struct travel_file_heading {
    char program[TRAVEL_FILE_WORD_BYTES]; /* the version of coaltally that made it */
    char site[REPLICA_SITE_SIZE];
    char database[TRAVEL_UID_BYTES];
    int64_t from; /* the file has every row above this rev */
    struct replica_position to;
    char chain[TRAVEL_CHAIN_BYTES]; /* the journal's last hash; "": an empty journal */
    bool consistent; /* equal to the ledger at to.head; else (a county's copy that was catching up) rows may be older */
    bool simulated;
    int64_t made_ms;
};

/* Called now and then; NULL: nobody asks. */
typedef void travel_file_progress(int done, int all);

/* Writes the rows of database `number` (0: the ledger's own), within one read transaction of the caller's. *rows: how
 * many are above heading->from. False with the reason in `text`. */
bool travel_file_write(struct db *db, int64_t number, const struct travel_file_heading *heading, FILE *out,
                       travel_file_progress *progress, int64_t *rows, char *text, size_t size);

struct travel_file;

/* Reads an open file to its end and judges it: the first line, the last one and all between. The descriptor is the
 * file's from now on. NULL with the reason and what to do in `text`. */
struct travel_file *travel_file_open(int descriptor, travel_file_progress *progress, char *text, size_t size);
void travel_file_close(struct travel_file *file);

const struct travel_file_heading *travel_file_heading(const struct travel_file *file);

const char *travel_file_sha256(const struct travel_file *file); /* as its last line says */

/* An incarnation by the file's rows; as replica_file.era, with the file as context. */
bool travel_file_era(void *file, const char *incarnation, struct replica_era *era, bool *known);

enum travel_file_next {
    TRAVEL_FILE_BATCH,
    TRAVEL_FILE_END,  /* and the file is still what it was when it was opened */
    TRAVEL_FILE_FAULT /* `text` says why: nothing of the file is to be kept */
};
/* The next batch of rows above heading->from; it was begun, and is to be freed either way. */
enum travel_file_next travel_file_next(struct travel_file *file, struct travel_batch *batch, char *text, size_t size);
/* How far that is, of 1000. */
int travel_file_done(const struct travel_file *file);

#endif
