/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/ingest.h"

#include <stdlib.h>
#include <string.h>

/* One file on its way. */
struct ingesting {
    struct replicas *replicas;
    struct travel_file *file;
    struct replica_file replica;
    struct replica_filing filing;
    travel_file_progress *progress;
    struct ingested *ingested;
};

static struct replica_file replica_of(struct travel_file *file)
{
    const struct travel_file_heading *heading = travel_file_heading(file);
    struct replica_file replica = {
        .from_rev = heading->from, .to = heading->to, .context = file, .era = travel_file_era};
    memcpy(replica.database, heading->database, sizeof replica.database);
    memcpy(replica.chain, heading->chain, sizeof replica.chain);
    return replica;
}

static bool rows_count(struct ingesting *ingesting, const struct travel_batch *batch)
{
    struct ingested *ingested = ingesting->ingested;
    const size_t uncounted = ingested->outcome.uncounted;
    int64_t above = 0;
    for (size_t i = 0; i < batch->rows.count; i++)
        above += travel_row_at(batch, i)->rev > ingesting->filing.above_rev;
    ingested->same_rows += (int64_t)batch->rows.count - above;
    if (above && !replicas_file_rows(ingesting->replicas, &ingesting->filing, batch, &ingested->outcome))
        return false;
    ingested->new_rows += above - (int64_t)(ingested->outcome.uncounted - uncounted);
    return true;
}

static enum ingest_outcome rows_take(struct ingesting *ingesting, char *why, size_t size)
{
    for (;;) {
        struct travel_batch batch;
        travel_batch_begin(&batch);
        const enum travel_file_next next = travel_file_next(ingesting->file, &batch, why, size);
        const bool taken = next != TRAVEL_FILE_BATCH || rows_count(ingesting, &batch);
        travel_batch_free(&batch);
        if (next == TRAVEL_FILE_FAULT)
            return INGEST_FAULTY;
        if (!taken)
            return INGEST_FAILED;
        if (next == TRAVEL_FILE_END)
            return INGEST_TAKEN;
        if (ingesting->progress)
            ingesting->progress(travel_file_done(ingesting->file), 1000);
    }
}

/* Does the file's past hold where the county stands? For the words of a refusal. */
static bool continues(const struct ingesting *ingesting, const struct replica_database *database)
{
    const struct replica_position *live = &database->live.position;
    struct replica_era era;
    bool known;
    return !replica_position_none(live) && travel_file_era(ingesting->file, live->incarnation, &era, &known) && known &&
           replica_era_reached(&era, ingesting->replica.to.head, live->head);
}

/* A file is news of when it was made, not of when it came; a line may have brought later ones. */
static int64_t heard_when(struct db *db, int64_t number, int64_t made_ms, int64_t now_ms)
{
    const int64_t heard_ms = db_value(db, "SELECT heard_ms FROM replica WHERE number = ?", 1, &number);
    const int64_t when_ms = made_ms < now_ms ? made_ms : now_ms;
    return heard_ms > when_ms ? heard_ms : when_ms;
}

enum ingest_outcome ingest(struct replicas *replicas, struct db *db, struct travel_file *file, int64_t now_ms,
                           bool trusted, travel_file_progress *progress, struct ingested *ingested, char *why,
                           size_t size)
{
    const struct travel_file_heading *heading = travel_file_heading(file);
    struct ingesting ingesting = {
        .replicas = replicas, .file = file, .replica = replica_of(file), .progress = progress, .ingested = ingested};
    struct replica_outcome *outcome = &ingested->outcome;
    const struct replica_store *store = replicas_store(replicas);
    *ingested = (struct ingested){0};
    if (!replica_county_file(store, heading->site, &ingesting.replica, &ingesting.filing, outcome))
        return INGEST_FAILED;
    ingested->stood_at = outcome->database.live.position.rev;
    ingested->continues = continues(&ingesting, &outcome->database);
    if (outcome->answer.reason != REPLICA_FITS)
        return INGEST_REFUSED;
    const enum ingest_outcome taken = rows_take(&ingesting, why, size);
    if (taken != INGEST_TAKEN)
        return taken;
    const struct replica_heard heard = {.now_ms = heard_when(db, outcome->database.number, heading->made_ms, now_ms),
                                        .trusted = trusted,
                                        .program = heading->program};
    return replica_county_file_end(store, &ingesting.replica, &ingesting.filing, outcome) &&
                   replicas_heard(replicas, outcome, &heard)
               ? INGEST_TAKEN
               : INGEST_FAILED;
}
