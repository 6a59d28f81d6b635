/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include <unistd.h>

#include "collector/store_parts.h"
#include "drivers/language.h"

bool store_damaged(struct db *db, char *what, size_t size)
{
    struct db_query *query = db_query(db, "PRAGMA quick_check(1)");
    bool damaged = db_next(query) && strcmp(db_text(query, 0), "ok") != 0;

    if (damaged)
        snprintf(what, size, "%s", db_text(query, 0));
    db_done(query);
    return damaged;
}

bool store_sound(struct db *db)
{
    char what[201];

    if (store_damaged(db, what, sizeof(what)))
        db_fail(db, DB_CORRUPT,
                "damaged: %s; nothing is written to it. Keep the file, and run: coaltally restore BACKUP", what);
    return db_fault(db) == DB_OK;
}

bool store_sound_file(const char *path, char *text, size_t size)
{
    if (access(path, F_OK) != 0)
        return true;
    struct db *db = db_open(path, DB_READ);
    bool sound = db && store_judge_version(db) && store_sound(db);

    if (!sound)
        snprintf(text, size, "%s", db ? db_error(db) : "out of memory");
    db_close(db);
    return sound;
}

void store_restoring_path(const char *database, char *path, size_t size)
{
    snprintf(path, size, "%s.restoring", database);
}

bool store_half_restored(const char *database, char *text, size_t size)
{
    char path[PATH_BYTES + 16];
    store_restoring_path(database, path, sizeof(path));
    if (access(path, F_OK) != 0)
        return false;
    snprintf(text, size, say_own("%s: a restore was broken off; do it again: coaltally restore BACKUP"), database);
    return true;
}
