/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/db_parts.h"
#include "drivers/language.h"

enum { FILE_MODE = 0640 };

/* --- files --- */

bool db_exists(const char *path, const char *suffix)
{
    char name[PATH_MAX + 8];
    struct stat status;

    snprintf(name, sizeof(name), "%s%s", path, suffix);
    return stat(name, &status) == 0;
}

/* SQLite gives the WAL and its index the mode of the file, so the file gets it first, whatever the umask. */
bool db_create(struct db *db)
{
    int file = open(db->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, FILE_MODE);
    if (file < 0 && errno == EEXIST)
        return true;
    if (file < 0) {
        db_fail(db, errno == ENOSPC ? DB_FULL : DB_OTHER, "cannot be created: %s", say_error(errno));
        return false;
    }
    bool made = fchmod(file, FILE_MODE) == 0;
    if (!made)
        db_fail(db, DB_OTHER, "its mode cannot be set to 0640: %s", say_error(errno));
    close(file);
    return made;
}

/* --- opening and closing --- */

/* Fails with what stands in the way of reading, if anything does. */
bool db_reads(struct db *db)
{
    db_run(db, "SELECT count(*) FROM sqlite_schema");
    return db->fault == DB_OK;
}

/* A copy without its WAL in a folder that cannot be written (a medium, somebody's
 * backup): SQLite opens it when told that nobody changes it. */
static void open_alone(struct db *db)
{
    char name[PATH_MAX + 32];

    db_handle_close(db);
    db->fault = DB_OK;
    db->error[0] = '\0';
    snprintf(name, sizeof(name), "file:%s?immutable=1", db->path);
    if (strpbrk(db->path, "?#%"))
        db_fail(db, DB_OTHER, "cannot be read where its folder cannot be written; copy it elsewhere");
    else
        db_handle_open(db, name, DB_TO_READ_URI);
    if (db->fault == DB_OK)
        db_reads(db);
}

static void open_reader(struct db *db)
{
    db_handle_open(db, db->path, DB_TO_READ);
    if (db->fault != DB_OK)
        return;
    db_handle_keep_wal(db);
    if (db_reads(db) || db_exists(db->path, "-wal"))
        return;
    if (db->fault == DB_READONLY || db->fault == DB_OTHER)
        open_alone(db);
}

static void open_writer(struct db *db, enum db_mode mode)
{
    if (mode == DB_CREATE && !db_create(db))
        return;
    db_handle_open(db, db->path, DB_TO_WRITE);
    if (db->fault != DB_OK)
        return;
    db_handle_keep_wal(db);
    db_handle_want_write(db);
    /* A commit writes whole pages: small ones spare the flash (10 meters: 18 kB instead of 36 kB a commit). */
    db_run(db, "PRAGMA page_size = 1024");
    db_run(db, "PRAGMA journal_mode = WAL");
    db_run(db, "PRAGMA synchronous = FULL");
    db_run(db, "PRAGMA journal_size_limit = 8388608");
    db_run(db, "PRAGMA cache_size = -400"); /* KiB of pages in memory; 2000 where nothing is said */
}

struct db *db_new(const char *path)
{
    struct db *db = calloc(1, sizeof(*db));
    if (!db)
        return NULL;
    db->broken.db = db;
    atomic_init(&db->patience_ms, DB_BUSY_TIMEOUT_MS);
    snprintf(db->path, sizeof(db->path), "%s", path);
    if (strlen(path) >= sizeof(db->path))
        db_fail(db, DB_OTHER, "the path is too long");
    return db;
}

struct db *db_open(const char *path, enum db_mode mode)
{
    struct db *db = db_new(path);
    if (!db)
        return NULL;
    if (mode != DB_CREATE && access(path, F_OK) != 0 && errno == ENOENT)
        db_fail(db, DB_MISSING, "there is no ledger; coaltallyd makes it when it first starts");
    if (db->fault == DB_OK && mode == DB_READ)
        open_reader(db);
    else if (db->fault == DB_OK)
        open_writer(db, mode);
    if (db->fault != DB_OK)
        db_handle_close(db);
    return db;
}

struct db *db_temporary(void)
{
    struct db *db = db_new("temporary");
    if (!db)
        return NULL;
    db_handle_open(db, "", DB_TO_MAKE);
    db_run(db, "PRAGMA cache_size = -32768"); /* KiB, before any of it goes to the disk */
    if (db->fault != DB_OK)
        db_handle_close(db);
    return db;
}

void db_close(struct db *db)
{
    if (!db)
        return;
    db_handle_close(db);
    free(db);
}
