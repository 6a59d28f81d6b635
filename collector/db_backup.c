/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "collector/db_parts.h"
#include "collector/file.h"
#include "drivers/language.h"

static void backup_check(struct db *copy)
{
    struct db_query *query = db_query(copy, "PRAGMA integrity_check(1)");
    if (db_next(query) && strcmp(db_text(query, 0), "ok") != 0)
        db_fail(copy, DB_CORRUPT, "the copy is damaged: %s", db_text(query, 0));
    db_done(query);
    /* One file, that needs nothing beside it to be read. */
    db_run(copy, "PRAGMA journal_mode = DELETE");
}

static void backup_name(struct db *db, const char *partial, const char *to)
{
    /* link() and not rename(): it never replaces a file. */
    if (db->fault == DB_OK && (link(partial, to) != 0 || !file_folder_sync(to)))
        db_fail(db, DB_OTHER, "the backup cannot be named %s: %s", to, say_error(errno));
}

bool db_backup(struct db *db, const char *to, void (*progress)(int done, int all))
{
    char partial[PATH_MAX + 16];
    snprintf(partial, sizeof(partial), "%s.partial", to);

    if (db->fault == DB_OK && db_exists(to, ""))
        db_fail(db, DB_OTHER, "the backup %s exists already; name a new file", to);
    if (db->fault != DB_OK)
        return false;
    unlink(partial);
    struct db *copy = db_new(partial);
    if (copy && copy->fault == DB_OK && db_create(copy))
        db_handle_open(copy, partial, DB_TO_WRITE);
    /* In one read transaction, so that commits meanwhile neither wait nor make it start again. */
    db_run(db, "BEGIN");
    if (db_reads(db) && copy && copy->fault == DB_OK) {
        db_handle_copy(db, copy, progress);
        backup_check(copy);
    }
    db_rollback(db);
    if (!copy || copy->fault != DB_OK)
        db_fail(db, copy ? copy->fault : DB_OTHER, "no backup: %s", copy ? copy->error : "out of memory");
    db_close(copy);
    backup_name(db, partial, to);
    unlink(partial);
    return db->fault == DB_OK;
}
