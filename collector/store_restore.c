/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/store_restore.h"

#include <errno.h>
#include <inttypes.h>
#include <libgen.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "collector/acts.h"
#include "collector/file.h"
#include "collector/store_parts.h"
#include "collector/travel.h"
#include "drivers/language.h"

struct restore {
    const char *from, *database;
    struct travel_file *file; /* the county's rows; NULL: a backup is restored */
    const struct act *act;
    struct clock_now now;
    struct restored *restored;
    char work[PATH_BYTES + 16];  /* the copy in the making */
    char ready[PATH_BYTES + 16]; /* the copy, while files change their names */
    char *text;
    size_t size;
};

static bool fail(struct restore *restore, const char *format, ...) __attribute__((format(printf, 2, 3)));
static bool fail(struct restore *restore, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(restore->text, restore->size, say_own(format), arguments);
    va_end(arguments);
    return false;
}

static void remove_all(const char *path)
{
    static const char *const suffixes[] = {"", "-wal", "-shm", "-journal", ".lock"};
    char name[PATH_BYTES + 32];
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        snprintf(name, sizeof name, "%s%s", path, suffixes[i]);
        unlink(name);
    }
}

/* --- the copy --- */

static bool copy_make(struct restore *restore, void (*progress)(int done, int all))
{
    struct db *db = db_open(restore->from, DB_READ);
    bool good = db && db_fault(db) == DB_OK && store_judge_version(db) && store_sound(db);
    if (good && db_value(db, "PRAGMA user_version", 0, NULL) == 0)
        db_fail(db, DB_CORRUPT, "no ledger of coaltally, but an empty file");
    remove_all(restore->work);
    good = good && db_fault(db) == DB_OK && db_backup(db, restore->work, progress);
    if (!good)
        fail(restore, "%s", db ? db_error(db) : "out of memory");
    db_close(db);
    return good;
}

/* What the former ledger has may not be taken away by less of the same. */
static bool former_judge(struct restore *restore, const struct travel_file_heading *heading)
{
    if (access(restore->database, F_OK) != 0)
        return true;
    struct db *db = store_read(restore->database);
    char database[TRAVEL_UID_BYTES] = "", chain[TRAVEL_CHAIN_BYTES];
    struct replica_position stand = {0};
    const bool known = db && travel_stand(db, database, &stand, chain) && !store_damaged(db, chain, sizeof chain);
    const bool more = known && strcmp(database, heading->database) == 0 && stand.head >= heading->to.head;
    db_close(db);
    return !more ||
           fail(restore,
                "%s: the ledger is there, and has all that the file has (its newest row is %" PRId64
                ", the file's %" PRId64 "): nothing to restore; to have the county's all the same, move it away"
                " first",
                restore->database, stand.head, heading->to.head);
}

static bool copy_regain(struct restore *restore, void (*progress)(int done, int all))
{
    const struct travel_file_heading *heading = travel_file_heading(restore->file);
    if (heading->from)
        return fail(restore, "%s: it has only the rows above %" PRId64 ": have all of them exported, without --since",
                    restore->from, heading->from);
    remove_all(restore->work);
    return former_judge(restore, heading) && regain(restore->work, restore->file, restore->now, progress,
                                                    &restore->restored->regained, restore->text, restore->size);
}

/* A backup of an older coaltally is brought up to date in the copy; the backup itself is kept as it is. */
static bool copy_migrate(struct restore *restore)
{
    char before[PATH_BYTES + 48];
    struct db *db = db_open(restore->work, DB_WRITE);
    int64_t version = db ? db_value(db, "PRAGMA user_version", 0, NULL) : 0;
    bool good = db && db_fault(db) == DB_OK && store_migrate(db, restore->work, store_steps, STORE_VERSION);
    if (!good)
        fail(restore, "%s", db ? db_error(db) : "out of memory");
    db_close(db);
    snprintf(before, sizeof before, "%s.before-%" PRId64, restore->work, version + 1);
    unlink(before);
    return good;
}

static bool copy_act(struct restore *restore)
{
    struct store *store;
    char answer[PATH_BYTES + 64];
    if (store_open_acts(restore->work, restore->now, &store, restore->text, restore->size) != STORE_OK)
        return false;
    restore->restored->as_of_ms = db_value(store->db, "SELECT commit_ms FROM revision", 0, NULL);
    snprintf(answer, sizeof answer, "restored from %s", restore->from);
    store_begin(store);
    acts_record(store, restore->act, restore->now.wall_ms, answer);
    bool good = store_commit(store, 0);
    db_run(store->db, "PRAGMA journal_mode = DELETE"); /* one file, to be named */
    good = good && db_fault(store->db) == DB_OK;
    if (!good)
        fail(restore, "%s", store_error(store));
    store_close(store);
    return good;
}

/* What root restores stays the daemon's. */
static bool copy_give(struct restore *restore)
{
    struct stat owner;
    char folder[PATH_MAX];
    snprintf(folder, sizeof folder, "%s", restore->database);
    if (stat(restore->database, &owner) != 0 && stat(dirname(folder), &owner) != 0)
        return fail(restore, "%s: %s", folder, say_error(errno));
    if (geteuid() == 0 && chown(restore->work, owner.st_uid, owner.st_gid) != 0)
        return fail(restore, "%s: cannot be given to its owner: %s", restore->work, say_error(errno));
    return true;
}

/* --- the former ledger --- */

static void acts_count(struct restore *restore)
{
    struct db *former = db_open(restore->database, DB_READ), *copy = db_open(restore->work, DB_READ);
    restore->restored->acts_lost = -1;
    if (former && copy) {
        const int64_t newest =
            db_value(copy, "SELECT max(id) FROM act WHERE verb <> 'restore' AND id < " TRAVEL_FOREIGN, 0, NULL);
        const int64_t lost =
            db_value(former, "SELECT count(*) FROM act WHERE id > ? AND id < " TRAVEL_FOREIGN, 1, &newest);
        if (db_fault(former) == DB_OK && db_fault(copy) == DB_OK)
            restore->restored->acts_lost = lost;
    }
    db_close(former);
    db_close(copy);
}

/* A second name for a file of the ledger, beside the first. */
static bool link_aside(struct restore *restore, const char *suffix)
{
    char from[PATH_BYTES + 8], to[sizeof restore->restored->aside + 8];
    snprintf(from, sizeof from, "%s%s", restore->database, suffix);
    snprintf(to, sizeof to, "%s%s", restore->restored->aside, suffix);
    if (link(from, to) == 0 || errno == ENOENT)
        return true;
    return fail(restore, "%s cannot be kept as %s: %s", from, to, say_error(errno));
}

static bool keep_aside(struct restore *restore)
{
    struct tm tm;
    const time_t seconds = (time_t)(restore->now.wall_ms / 1000);
    char stamp[INSTANT_TEXT_BYTES];
    if (access(restore->database, F_OK) != 0)
        return true;
    acts_count(restore);
    localtime_r(&seconds, &tm);
    strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", &tm);
    snprintf(restore->restored->aside, sizeof restore->restored->aside, "%s.replaced-%s", restore->database, stamp);
    return link_aside(restore, "") && link_aside(restore, "-wal");
}

/* From the first rename to the last a daemon refuses to start (store_half_restored): the log that lies
 * beside a database must never meet another one. */
static bool swap(struct restore *restore)
{
    char wal[PATH_BYTES + 8], shm[PATH_BYTES + 8];
    snprintf(wal, sizeof wal, "%s-wal", restore->database);
    snprintf(shm, sizeof shm, "%s-shm", restore->database);
    if (!file_folder_sync(restore->database) || rename(restore->work, restore->ready) != 0 ||
        !file_folder_sync(restore->database))
        return fail(restore, "%s: %s", restore->ready, say_error(errno));
    if ((unlink(wal) != 0 && errno != ENOENT) || (unlink(shm) != 0 && errno != ENOENT) ||
        !file_folder_sync(restore->database) || rename(restore->ready, restore->database) != 0 ||
        !file_folder_sync(restore->database))
        return fail(restore, "%s: %s; do the restore again", restore->database, say_error(errno));
    return true;
}

static enum store_outcome restore_run(struct restore *restore, void (*progress)(int done, int all))
{
    int lock = -1;
    *restore->restored = (struct restored){0};
    snprintf(restore->work, sizeof restore->work, "%s.copying", restore->database);
    store_restoring_path(restore->database, restore->ready, sizeof restore->ready);
    enum store_outcome outcome = store_lock(restore->database, STORE_LOCK_TRIES, &lock, restore->text, restore->size);
    if (outcome == STORE_OK) {
        const bool copied =
            restore->file ? copy_regain(restore, progress) : copy_make(restore, progress) && copy_migrate(restore);
        outcome = STORE_FAILED;
        if (copied && copy_act(restore) && copy_give(restore) && keep_aside(restore) && swap(restore))
            outcome = STORE_OK;
        remove_all(restore->work);
    }
    if (lock >= 0)
        close(lock);
    return outcome;
}

enum store_outcome store_restore(const char *from, const char *database, const struct act *act, struct clock_now now,
                                 void (*progress)(int done, int all), struct restored *restored, char *text,
                                 size_t size)
{
    struct restore restore = {
        .from = from, .database = database, .act = act, .now = now, .restored = restored, .text = text, .size = size};
    return restore_run(&restore, progress);
}

enum store_outcome store_restore_county(struct travel_file *file, const char *from, const char *database,
                                        const struct act *act, struct clock_now now,
                                        void (*progress)(int done, int all), struct restored *restored, char *text,
                                        size_t size)
{
    struct restore restore = {.from = from,
                              .file = file,
                              .database = database,
                              .act = act,
                              .now = now,
                              .restored = restored,
                              .text = text,
                              .size = size};
    return restore_run(&restore, progress);
}
