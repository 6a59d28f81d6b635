/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/db.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/file.h"
#include "drivers/language.h"

enum { FILE_MODE = 0640, ERROR_BYTES = 1024, BACKUP_PAGES = 1024, BUSY_STEP_MS = 10, HURRY_MS = 300 };

struct db_query {
    struct db *db;
    const char *sql;
    sqlite3_stmt *statement; /* NULL: could not be prepared */
    int bound;
    struct db_query *next;
};

struct db {
    sqlite3 *handle; /* NULL: closed */
    char path[PATH_MAX];
    atomic_int patience_ms; /* how long to wait for a lock */
    enum db_fault fault;
    char error[ERROR_BYTES];
    struct db_query *queries;
    struct db_query broken; /* stands for a query that could not be made */
};

/* --- faults --- */

enum db_fault db_fault(const struct db *db)
{
    return db->fault;
}

const char *db_error(const struct db *db)
{
    return db->error;
}

/* Damage is not forgotten: what is damaged is not written to again. */
void db_clear(struct db *db)
{
    if (!db->handle || db->fault == DB_CORRUPT)
        return;
    db->fault = DB_OK;
    db->error[0] = '\0';
}

void db_fail(struct db *db, enum db_fault fault, const char *format, ...)
{
    va_list arguments;

    if (db->fault != DB_OK)
        return;
    db->fault = fault;
    int length = snprintf(db->error, sizeof(db->error), "%s: ", db->path);
    if (length < 0 || (size_t)length >= sizeof(db->error))
        return;
    va_start(arguments, format);
    vsnprintf(db->error + length, sizeof(db->error) - (size_t)length, say_own(format), arguments);
    va_end(arguments);
}

static enum db_fault fault_of(int code)
{
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return DB_LOCKED;
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return DB_READONLY;
    case SQLITE_FULL:
        return DB_FULL;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return DB_CORRUPT;
    case SQLITE_CONSTRAINT:
        return DB_CONSTRAINT;
    default:
        return DB_OTHER;
    }
}

static const char *fault_advice(enum db_fault fault, int code)
{
    switch (fault) {
    case DB_LOCKED:
        return say_own("another program holds it; close that and try again");
    case DB_READONLY:
        return say_own(
            "it cannot be written; check its owner, its mode and that its file system is mounted for writing");
    case DB_FULL:
        return say_own("make room on its disk");
    case DB_CORRUPT:
        return say_own("it is damaged or no ledger; keep the file, and restore the latest backup (coaltally restore)");
    case DB_OTHER:
        if ((code & 0xff) == SQLITE_IOERR)
            return say_own("the disk failed; look at the kernel's messages");
        if ((code & 0xff) == SQLITE_CANTOPEN)
            return say_own("check the rights to it and its folder: readers belong to its group");
        return "";
    default:
        return "";
    }
}

/* What SQLite says of most failures, in this process's language; the rest as it says it. */
static const char *message_say(const char *message)
{
    static const char *const known[] = {
        N_("file is not a database"),   N_("database disk image is malformed"),
        N_("database is locked"),       N_("attempt to write a readonly database"),
        N_("database or disk is full"), N_("unable to open database file"),
        N_("disk I/O error"),           N_("out of memory"),
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i], message) == 0)
            return say_own(known[i]);
    return message;
}

static void db_judge(struct db *db, int code)
{
    if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE || db->fault != DB_OK)
        return;
    enum db_fault fault = fault_of(code);
    const char *advice = fault_advice(fault, code);
    const char *found = db->handle ? sqlite3_errmsg(db->handle) : sqlite3_errstr(code);
    db_fail(db, fault, "%s (SQLite %d)%s%s", message_say(found), code, *advice ? say_own(": ") : "", advice);
}

/* --- opening and closing --- */

static bool file_exists(const char *path, const char *suffix)
{
    char name[PATH_MAX + 8];
    struct stat status;

    snprintf(name, sizeof(name), "%s%s", path, suffix);
    return stat(name, &status) == 0;
}

/* SQLite gives the WAL and its index the mode of the file, so the file gets it first, whatever the umask. */
static bool file_create(struct db *db)
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

static void handle_close(struct db *db)
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

static void handle_open(struct db *db, const char *name, int flags)
{
    int code = sqlite3_open_v2(name, &db->handle, flags | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_NOMUTEX, NULL);
    db_judge(db, code);
    if (code != SQLITE_OK)
        return;
    sqlite3_busy_handler(db->handle, busy_wait, db);
}

static void handle_keep_wal(struct db *db)
{
    int keep = 1;
    sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_PERSIST_WAL, &keep);
}

/* Fails with what stands in the way of reading, if anything does. */
static bool handle_reads(struct db *db)
{
    db_run(db, "SELECT count(*) FROM sqlite_schema");
    return db->fault == DB_OK;
}

/* A copy without its WAL in a folder that cannot be written (a medium, somebody's
 * backup): SQLite opens it when told that nobody changes it. */
static void open_alone(struct db *db)
{
    char name[PATH_MAX + 32];

    handle_close(db);
    db->fault = DB_OK;
    db->error[0] = '\0';
    snprintf(name, sizeof(name), "file:%s?immutable=1", db->path);
    if (strpbrk(db->path, "?#%"))
        db_fail(db, DB_OTHER, "cannot be read where its folder cannot be written; copy it elsewhere");
    else
        handle_open(db, name, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
    if (db->fault == DB_OK)
        handle_reads(db);
}

static void open_reader(struct db *db)
{
    handle_open(db, db->path, SQLITE_OPEN_READONLY);
    if (db->fault != DB_OK)
        return;
    handle_keep_wal(db);
    if (handle_reads(db) || file_exists(db->path, "-wal"))
        return;
    if (db->fault == DB_READONLY || db->fault == DB_OTHER)
        open_alone(db);
}

static void open_writer(struct db *db, enum db_mode mode)
{
    if (mode == DB_CREATE && !file_create(db))
        return;
    handle_open(db, db->path, SQLITE_OPEN_READWRITE);
    if (db->fault != DB_OK)
        return;
    handle_keep_wal(db);
    if (sqlite3_db_readonly(db->handle, "main") == 1)
        db_fail(db, DB_READONLY, "%s", fault_advice(DB_READONLY, SQLITE_READONLY));
    /* A commit writes whole pages: small ones spare the flash (10 meters: 18 kB instead of 36 kB a commit). */
    db_run(db, "PRAGMA page_size = 1024");
    db_run(db, "PRAGMA journal_mode = WAL");
    db_run(db, "PRAGMA synchronous = FULL");
    db_run(db, "PRAGMA journal_size_limit = 8388608");
    db_run(db, "PRAGMA cache_size = -400"); /* KiB of pages in memory; 2000 where nothing is said */
}

static struct db *db_new(const char *path)
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
        handle_close(db);
    return db;
}

struct db *db_temporary(void)
{
    struct db *db = db_new("temporary");
    if (!db)
        return NULL;
    handle_open(db, "", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    db_run(db, "PRAGMA cache_size = -32768"); /* KiB, before any of it goes to the disk */
    if (db->fault != DB_OK)
        handle_close(db);
    return db;
}

void db_close(struct db *db)
{
    if (!db)
        return;
    handle_close(db);
    free(db);
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

/* --- backup --- */

/* In one read transaction, so that commits meanwhile neither wait nor make it start again. */
static void backup_copy(struct db *db, struct db *copy, void (*progress)(int, int))
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

    if (db->fault == DB_OK && file_exists(to, ""))
        db_fail(db, DB_OTHER, "the backup %s exists already; name a new file", to);
    if (db->fault != DB_OK)
        return false;
    unlink(partial);
    struct db *copy = db_new(partial);
    if (copy && copy->fault == DB_OK && file_create(copy))
        handle_open(copy, partial, SQLITE_OPEN_READWRITE);
    db_run(db, "BEGIN");
    if (handle_reads(db) && copy && copy->fault == DB_OK) {
        backup_copy(db, copy, progress);
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
