/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/regain.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "collector/regain_parts.h"
#include "collector/store_seal.h"

/* One ledger in the making. */
struct making {
    struct store store; /* for its transaction, its revs and its journal */
    struct travel_file *file;
    const struct travel_file_heading *heading;
    struct clock_now now;
    travel_file_progress *progress;
    struct list mines; /* struct travel_mine: all that rows name */
    struct regained *regained;
};

static struct db *db_of(const struct making *making)
{
    return making->store.db;
}

static bool good(const struct making *making)
{
    return db_fault(db_of(making)) == DB_OK;
}

/* --- rows --- */

static void row_insert(struct making *making, const struct travel_row *row)
{
    const struct travel_table *table = &travel_tables[row->table];
    if (row->table == TRAVEL_incarnation && !making->heading->consistent)
        return;
    struct db_query *query = db_query(db_of(making), table->insert);
    db_bind_int(query, row->rev);
    for (int i = 0; i < table->columns; i++)
        travel_bind(query, &row->value[i]);
    db_next(query);
    making->regained->rows++;
}

static void mine_keep(struct making *making, const struct travel_mine *mine)
{
    const struct travel_mine *kept = making->mines.at;
    for (size_t i = 0; i < making->mines.count; i++)
        if (kept[i].local == mine->local)
            return;
    struct travel_mine *slot = list_add(&making->mines);
    if (slot)
        *slot = *mine;
    else
        db_fail(db_of(making), DB_OTHER, "out of memory");
}

static void batch_insert(struct making *making, const struct travel_batch *batch)
{
    for (size_t i = 0; i < batch->mines.count; i++)
        mine_keep(making, &((const struct travel_mine *)batch->mines.at)[i]);
    for (size_t i = 0; i < batch->rows.count && good(making); i++)
        row_insert(making, travel_row_at(batch, i));
}

static bool rows_insert(struct making *making, char *text, size_t size)
{
    enum travel_file_next next = TRAVEL_FILE_BATCH;
    while (next == TRAVEL_FILE_BATCH && good(making)) {
        struct travel_batch batch;
        travel_batch_begin(&batch);
        next = travel_file_next(making->file, &batch, text, size);
        if (next == TRAVEL_FILE_BATCH)
            batch_insert(making, &batch);
        travel_batch_free(&batch);
        if (making->progress)
            making->progress(travel_file_done(making->file), 1000);
    }
    return next == TRAVEL_FILE_END;
}

/* --- what does not travel --- */

/* A mine that another ledger tells of is the county's by its name alone; the next start gives it the rest. */
static void mines_fill(struct making *making)
{
    for (size_t i = 0; i < making->mines.count; i++) {
        const struct travel_mine *mine = &((const struct travel_mine *)making->mines.at)[i];
        struct db_query *query =
            db_query(db_of(making), "INSERT INTO mine(id, name, simulated, rev, title_en, title_zh, month_cutoff,"
                                    " timezone, active) SELECT ?1, ?2, ?3, ?4, '', '', 0, '', 1"
                                    " WHERE NOT EXISTS (SELECT 1 FROM mine WHERE id = ?1)");
        db_bind_int(query, mine->local);
        db_bind_text(query, mine->name);
        db_bind_int(query, making->heading->simulated);
        db_bind_int(query, store_rev(&making->store));
        db_next(query);
    }
}

/* The first of all revs that are new, so that no head of another life of this ledger passes for one of this one's.
 * Not by store_incarnation: nothing is sealed yet as it is here. */
static void incarnation_begin(struct making *making)
{
    char id[TRAVEL_UID_BYTES];
    const int64_t rev = store_rev(&making->store);
    if (!digest_random_hex(16, id))
        db_fail(db_of(making), DB_OTHER, "no random numbers for the ledger's incarnation");
    struct db_query *query =
        db_query(db_of(making), "INSERT INTO incarnation(id, first_rev, rev, opened_ms) VALUES(?1, ?2, ?2, ?3)");
    db_bind_text(query, id);
    db_bind_int(query, rev);
    db_bind_int(query, making->now.wall_ms);
    db_next(query);
}

static void totals_make(struct making *making)
{
    struct list mines = {.size = sizeof(int64_t)};
    struct db_query *query = db_query(db_of(making), "SELECT DISTINCT mine FROM meter");
    while (db_next(query)) {
        int64_t *mine = list_add(&mines);
        if (mine)
            *mine = db_int(query, 0);
        else
            db_fail(db_of(making), DB_OTHER, "out of memory");
    }
    for (size_t i = 0; i < mines.count; i++)
        store_derive_again(db_of(making), ((const int64_t *)mines.at)[i]);
    free(mines.at);
}

/* Nothing may be posted before the newest reading. */
static void revision_set(struct making *making)
{
    making->regained->as_of_ms =
        db_value(db_of(making), "SELECT max(ifnull(last_at_ms, bucket_ms)) FROM tally", 0, NULL);
    making->store.commit_ms = making->regained->as_of_ms;
    struct db_query *query = db_query(db_of(making), "UPDATE revision SET database = ?");
    db_bind_text(query, making->heading->database);
    db_next(query);
}

/* --- all in one transaction --- */

static bool making_fill(struct making *making, char *text, size_t size)
{
    struct store *store = &making->store;
    store_begin(store);
    store->rev = making->heading->to.head;
    const bool read = rows_insert(making, text, size);
    if (!read || !good(making)) {
        if (!good(making))
            snprintf(text, size, "%s", db_error(store->db));
        db_rollback(store->db);
        return false;
    }
    incarnation_begin(making);
    mines_fill(making);
    regain_meters(store, making->now, making->regained);
    totals_make(making);
    revision_set(making);
    /* Sealed as they are now: the points of gauges, whose minutes the county has not, are those of the next start. */
    store->unsealed = true;
    store->seal_ms = making->now.wall_ms;
    const bool written = store_commit(store, 0);
    if (!written)
        snprintf(text, size, "%s", db_error(store->db));
    return written;
}

bool regain(const char *path, struct travel_file *file, struct clock_now now, travel_file_progress *progress,
            struct regained *regained, char *text, size_t size)
{
    struct making making = {.store = {.db = db_open(path, DB_CREATE), .lock = -1},
                            .file = file,
                            .heading = travel_file_heading(file),
                            .now = now,
                            .progress = progress,
                            .mines.size = sizeof(struct travel_mine),
                            .regained = regained};
    struct db *db = db_of(&making);
    *regained = (struct regained){0};
    bool made = db && db_fault(db) == DB_OK && store_migrate(db, path, store_steps, STORE_VERSION);
    if (!made)
        snprintf(text, size, "%s", db ? db_error(db) : "out of memory");
    made = made && making_fill(&making, text, size);
    free(making.mines.at);
    db_close(db);
    return made;
}
