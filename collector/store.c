/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "collector/store_closing.h"
#include "collector/store_seal.h"
#include "collector/travel.h"
#include "drivers/language.h"

/* --- transactions --- */

void store_begin(struct store *store)
{
    db_clear(store->db);
    db_begin(store->db);
    store->entry = 0;
    store->chain[0] = '\0';
    store->unsealed = false;
    store->rev = db_value(store->db, "SELECT rev FROM revision", 0, NULL);
}

int64_t store_rev(struct store *store)
{
    return ++store->rev;
}

bool store_commit(struct store *store, int64_t wall_ms)
{
    int64_t commit_ms = wall_ms > store->commit_ms ? wall_ms : store->commit_ms;

    if (store->unsealed)
        store_seal(store);
    const int64_t values[] = {store->rev, commit_ms};
    db_value(store->db, "UPDATE revision SET rev = ?, commit_ms = ?", 2, values);
    if (!db_commit(store->db))
        return false;
    store->commit_ms = commit_ms;
    return true;
}

void store_hurry(struct store *store)
{
    db_hurry(store->db);
}

const char *store_error(const struct store *store)
{
    return db_error(store->db);
}

int64_t store_last_commit_ms(const struct store *store)
{
    return store->commit_ms;
}

int64_t store_head(const struct store *store)
{
    return store->rev;
}

/* --- opening and closing --- */

/* Up to date; else a fault. */
static bool store_judge_age(struct db *db)
{
    int64_t version = db_value(db, "PRAGMA user_version", 0, NULL);
    if (db_fault(db) == DB_OK && version < STORE_VERSION)
        db_fail(db, DB_OTHER,
                version ? "made by an older coaltally; start coaltallyd once, which brings it up to date"
                        : N_("empty; coaltallyd fills it when it first starts"));
    return db_fault(db) == DB_OK;
}

static bool store_room(struct store *store)
{
    const struct config *config = store->config;
    size_t points = 0;

    store->first_point = calloc(config->devices + 1, sizeof(*store->first_point));
    if (!store->first_point)
        return false;
    for (size_t i = 0; i < config->devices; i++) {
        store->first_point[i] = points;
        points += config->device[i].profile->points;
    }
    store->point = calloc(points + 1, sizeof(*store->point));
    store->belt = calloc(config->meters + 1, sizeof(*store->belt));
    store->mine = calloc(config->mines + 1, sizeof(*store->mine));
    store->meter = calloc(config->meters + 1, sizeof(*store->meter));
    store->definition = calloc(config->meters + 1, sizeof(*store->definition));
    store->saved = calloc(config->meters + 1, sizeof(*store->saved));
    return store->point && store->belt && store->mine && store->meter && store->definition && store->saved;
}

/* The latest wall time that anything of this ledger's own is of. After a clock that was set back it is
 * later than the last commit; nothing may be posted before it, or time would count twice. */
static int64_t last_posted_ms(struct db *db)
{
    int64_t commit_ms = db_value(db, "SELECT commit_ms FROM revision", 0, NULL);
    int64_t read_ms = db_value(db,
                               "SELECT max(ifnull(last_at_ms, bucket_ms)) FROM tally WHERE meter < " TRAVEL_FOREIGN
                               " AND bucket_ms = (SELECT max(bucket_ms) FROM tally WHERE meter < " TRAVEL_FOREIGN
                               " AND EXISTS (SELECT 1 FROM segment WHERE meter < " TRAVEL_FOREIGN "))",
                               0, NULL);
    return read_ms > commit_ms ? read_ms : commit_ms;
}

int64_t store_posted_ms(struct store *store, size_t meter)
{
    static const char latest[] = "SELECT ifnull(last_at_ms, bucket_ms) FROM tally WHERE meter = ?"
                                 " ORDER BY bucket_ms DESC LIMIT 1";
    if (!store->saved[meter].present) /* spares the search for what is not there */
        return INT64_MIN;
    db_clear(store->db);
    int64_t posted_ms = db_value(store->db, latest, 1, &store->meter[meter]);
    return posted_ms ? posted_ms : INT64_MIN;
}

struct calendar_span store_bucket(struct store *store, size_t meter)
{
    struct calendar_span bucket = {0};
    db_clear(store->db);
    struct db_query *query =
        db_query(store->db, "SELECT bucket_ms, end_ms FROM tally WHERE meter = ? ORDER BY bucket_ms DESC LIMIT 1");
    db_bind_int(query, store->meter[meter]);
    if (db_next(query))
        bucket = (struct calendar_span){db_int(query, 0), db_int(query, 1)};
    db_done(query);
    return bucket;
}

static bool store_start(struct store *store, struct clock_now now)
{
    if (!store_judge_version(store->db) ||
        !store_migrate(store->db, store->config->database, store_steps, STORE_VERSION))
        return false;
    store_begin(store);
    store->commit_ms = last_posted_ms(store->db);
    const int64_t entry = db_value(store->db, "SELECT max(id) FROM journal WHERE id < " TRAVEL_FOREIGN, 0, NULL);
    store->closed_ms =
        db_value(store->db, "SELECT max(to_ms) FROM journal WHERE kind = 'closed' AND id < " TRAVEL_FOREIGN, 0, NULL);
    store_incarnation(store, now.wall_ms);
    store_compare(store, now);
    store_follow_start(store, entry, now.wall_ms);
    /* That the program started is no reason to believe its clock. */
    return store_commit(store, 0);
}

enum store_outcome store_open(const struct config *config, struct clock_now now, struct store **opened, char *text,
                              size_t size)
{
    enum store_outcome outcome = STORE_FAILED;
    struct store *store = calloc(1, sizeof(*store));

    *opened = NULL;
    if (!store) {
        snprintf(text, size, say_own("%s: out of memory"), config->database);
        return outcome;
    }
    store->config = config;
    outcome = store_lock(config->database, STORE_LOCK_TRIES, &store->lock, text, size);
    if (outcome != STORE_OK)
        goto cleanup;
    outcome = STORE_FAILED;
    if (store_half_restored(config->database, text, size) || !store_sound_file(config->database, text, size))
        goto cleanup;
    store->db = db_open(config->database, DB_CREATE);
    if (!store->db || !store_room(store)) {
        snprintf(text, size, say_own("%s: out of memory"), config->database);
        goto cleanup;
    }
    if (db_fault(store->db) != DB_OK || !store_start(store, now)) {
        snprintf(text, size, "%s", db_error(store->db));
        goto cleanup;
    }
    *opened = store;
    return STORE_OK;

cleanup:
    store_close(store);
    return outcome;
}

static bool acts_start(struct store *store, struct clock_now now)
{
    if (!store_judge_version(store->db) || !store_judge_age(store->db))
        return false;
    store_begin(store);
    store->commit_ms = last_posted_ms(store->db);
    store_incarnation(store, now.wall_ms);
    return store_commit(store, 0);
}

enum store_outcome store_open_acts(const char *database, struct clock_now now, struct store **opened, char *text,
                                   size_t size)
{
    struct store *store = calloc(1, sizeof(*store));

    *opened = NULL;
    snprintf(text, size, say_own("%s: out of memory"), database);
    if (!store)
        return STORE_FAILED;
    enum store_outcome outcome = store_lock(database, 1, &store->lock, text, size);
    if (outcome == STORE_OK && (store_half_restored(database, text, size) || !store_sound_file(database, text, size))) {
        outcome = STORE_FAILED;
    } else if (outcome == STORE_OK) {
        store->db = db_open(database, DB_WRITE);
        if (store->db && db_fault(store->db) == DB_OK && acts_start(store, now)) {
            *opened = store;
            return STORE_OK;
        }
        snprintf(text, size, "%s", store->db ? db_error(store->db) : "out of memory");
        outcome = STORE_FAILED;
    }
    store_close(store);
    return outcome;
}

void store_close(struct store *store)
{
    if (!store)
        return;
    db_close(store->db);
    if (store->lock >= 0)
        close(store->lock);
    free(store->mine);
    free(store->meter);
    free(store->definition);
    free(store->point);
    free(store->belt);
    free(store->first_point);
    free(store->saved);
    free(store);
}

struct db *store_read(const char *path)
{
    struct db *db = db_open(path, DB_READ);
    if (db && db_fault(db) == DB_OK && store_judge_version(db))
        store_judge_age(db);
    return db;
}
