/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/db.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/db_parts.h"
#include "drivers/language.h"

enum { BACKUP_PAGES = 1024, BUSY_STEP_MS = 10, HURRY_MS = 300 };

/* --- what SQLite says --- */

static const char
    held[] = N_("another program holds it; close that and try again"),
    unwritable[] =
        N_("it cannot be written; check its owner, its mode and that its file system is mounted for writing"),
    damaged[] = N_("it is damaged or no ledger; keep the file, and restore the latest backup (coaltally restore)");

/* What its codes mean, and what to do. */
static const struct outcome {
    int code;
    enum db_fault fault;
    const char *advice; /* may be empty */
} outcomes[] = {
    {SQLITE_BUSY, DB_LOCKED, held},
    {SQLITE_LOCKED, DB_LOCKED, held},
    {SQLITE_READONLY, DB_READONLY, unwritable},
    {SQLITE_PERM, DB_READONLY, unwritable},
    {SQLITE_FULL, DB_FULL, N_("make room on its disk")},
    {SQLITE_CORRUPT, DB_CORRUPT, damaged},
    {SQLITE_NOTADB, DB_CORRUPT, damaged},
    {SQLITE_CONSTRAINT, DB_CONSTRAINT, ""},
    {SQLITE_IOERR, DB_OTHER, N_("the disk failed; look at the kernel's messages")},
    {SQLITE_CANTOPEN, DB_OTHER, N_("check the rights to it and its folder: readers belong to its group")},
};

static const struct outcome *outcome_of(int code)
{
    static const struct outcome other = {.fault = DB_OTHER, .advice = ""};
    for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++)
        if (outcomes[i].code == (code & 0xff))
            return &outcomes[i];
    return &other;
}

static void db_judge(struct db *db, int code)
{
    if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE || db->fault != DB_OK)
        return;
    const struct outcome *outcome = outcome_of(code);
    const char *found = db->handle ? sqlite3_errmsg(db->handle) : sqlite3_errstr(code);
    db_fail(db, outcome->fault, "%s (SQLite %d)%s%s", db_message_say(found), code,
            *outcome->advice ? say_own(": ") : "", *outcome->advice ? say_own(outcome->advice) : "");
}

/* --- the handle --- */

static int busy_wait(void *context, int tries)
{
    struct db *db = context;
    if (tries >= atomic_load(&db->patience_ms) / BUSY_STEP_MS)
        return 0;
    usleep(BUSY_STEP_MS * 1000);
    return 1;
}

void db_hurry(struct db *db)
{
    atomic_store(&db->patience_ms, HURRY_MS);
}

void db_handle_open(struct db *db, const char *name, enum db_access access)
{
    static const int flags[] = {[DB_TO_READ] = SQLITE_OPEN_READONLY,
                                [DB_TO_READ_URI] = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI,
                                [DB_TO_WRITE] = SQLITE_OPEN_READWRITE,
                                [DB_TO_MAKE] = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE};
    const int code =
        sqlite3_open_v2(name, &db->handle, flags[access] | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_NOMUTEX, NULL);
    db_judge(db, code);
    if (code == SQLITE_OK)
        sqlite3_busy_handler(db->handle, busy_wait, db);
}

void db_handle_close(struct db *db)
{
    while (db->queries) {
        struct db_query *query = db->queries;
        db->queries = query->next;
        sqlite3_finalize(query->statement);
        free(query);
    }
    if (db->handle && db->fault == DB_CORRUPT)
        sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    sqlite3_close(db->handle);
    db->handle = NULL;
}

void db_handle_keep_wal(struct db *db)
{
    int keep = 1;
    sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_PERSIST_WAL, &keep);
}

void db_handle_want_write(struct db *db)
{
    if (sqlite3_db_readonly(db->handle, "main") == 1)
        db_fail(db, DB_READONLY, "%s", say_own(unwritable));
}

void db_handle_copy(struct db *db, struct db *copy, void (*progress)(int done, int all))
{
    sqlite3_backup *backup = sqlite3_backup_init(copy->handle, "main", db->handle, "main");
    if (!backup) {
        db_judge(copy, sqlite3_extended_errcode(copy->handle));
        return;
    }
    int code = SQLITE_OK;
    while (code == SQLITE_OK) {
        code = sqlite3_backup_step(backup, BACKUP_PAGES);
        if (progress)
            progress(sqlite3_backup_pagecount(backup) - sqlite3_backup_remaining(backup),
                     sqlite3_backup_pagecount(backup));
    }
    sqlite3_backup_finish(backup);
    db_judge(copy, code);
}

/* --- queries --- */

void db_run(struct db *db, const char *sql)
{
    if (db->fault == DB_OK)
        db_judge(db, sqlite3_exec(db->handle, sql, NULL, NULL, NULL));
}

static struct db_query *query_find(struct db *db, const char *sql)
{
    for (struct db_query *query = db->queries; query; query = query->next)
        if (query->sql == sql || strcmp(query->sql, sql) == 0)
            return query;
    return NULL;
}

static struct db_query *query_prepare(struct db *db, const char *sql)
{
    struct db_query *query = calloc(1, sizeof(*query));
    if (!query) {
        db_fail(db, DB_OTHER, "out of memory");
        return &db->broken;
    }
    int code = sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &query->statement, NULL);
    if (code != SQLITE_OK) {
        db_judge(db, code);
        free(query);
        return &db->broken;
    }
    query->db = db;
    query->sql = sql;
    query->next = db->queries;
    db->queries = query;
    return query;
}

struct db_query *db_query(struct db *db, const char *sql)
{
    if (db->fault != DB_OK)
        return &db->broken;
    struct db_query *query = query_find(db, sql);
    if (!query)
        query = query_prepare(db, sql);
    if (query->statement)
        sqlite3_reset(query->statement);
    query->bound = 0;
    return query;
}

static bool query_usable(const struct db_query *query)
{
    return query->statement && query->db->fault == DB_OK;
}

void db_bind_int(struct db_query *query, int64_t value)
{
    if (query_usable(query))
        db_judge(query->db, sqlite3_bind_int64(query->statement, ++query->bound, value));
}

void db_bind_text(struct db_query *query, const char *value)
{
    if (query_usable(query))
        db_judge(query->db, sqlite3_bind_text(query->statement, ++query->bound, value, -1, SQLITE_TRANSIENT));
}

void db_bind_null(struct db_query *query)
{
    if (query_usable(query))
        db_judge(query->db, sqlite3_bind_null(query->statement, ++query->bound));
}

bool db_next(struct db_query *query)
{
    if (!query_usable(query))
        return false;
    int code = sqlite3_step(query->statement);
    if (code == SQLITE_ROW)
        return true;
    db_judge(query->db, code);
    sqlite3_reset(query->statement);
    return false;
}

void db_done(struct db_query *query)
{
    if (query->statement)
        sqlite3_reset(query->statement);
}

int64_t db_value(struct db *db, const char *sql, size_t count, const int64_t *values)
{
    struct db_query *query = db_query(db, sql);
    for (size_t i = 0; i < count; i++)
        db_bind_int(query, values[i]);
    int64_t value = db_next(query) ? db_int(query, 0) : 0;
    db_done(query);
    return value;
}

int64_t db_int(const struct db_query *query, int column)
{
    return query->statement ? sqlite3_column_int64(query->statement, column) : 0;
}

const char *db_text(const struct db_query *query, int column)
{
    const unsigned char *text = query->statement ? sqlite3_column_text(query->statement, column) : NULL;
    return text ? (const char *)text : "";
}

bool db_null(const struct db_query *query, int column)
{
    return !query->statement || sqlite3_column_type(query->statement, column) == SQLITE_NULL;
}

int db_columns(const struct db_query *query)
{
    return query->statement ? sqlite3_column_count(query->statement) : 0;
}

/* --- transactions --- */

void db_begin(struct db *db)
{
    db_run(db, "BEGIN IMMEDIATE");
}

bool db_commit(struct db *db)
{
    db_run(db, "COMMIT");
    if (db->fault == DB_OK)
        return true;
    db_rollback(db);
    return false;
}

static void queries_reset(struct db *db)
{
    for (struct db_query *query = db->queries; query; query = query->next)
        sqlite3_reset(query->statement);
}

void db_savepoint(struct db *db)
{
    db_run(db, "SAVEPOINT here");
}

void db_undo(struct db *db)
{
    if (db->fault == DB_CONSTRAINT)
        db_clear(db);
    if (db->fault != DB_OK)
        return;
    queries_reset(db);
    db_run(db, "ROLLBACK TO here");
}

void db_rollback(struct db *db)
{
    if (!db->handle)
        return;
    queries_reset(db);
    /* Some faults have rolled back already. */
    if (!sqlite3_get_autocommit(db->handle))
        sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
}
