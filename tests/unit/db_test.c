/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/db.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/site.h"

enum { DAEMON_UID = 61184, READER_UID, STRANGER_UID, GROUP_ID };
enum { PAGE_BYTES = 1024 };

struct folder {
    char name[64], path[128];
};

static int folder_setup(void **state)
{
    struct folder *folder = calloc(1, sizeof(*folder));
    *state = folder;
    folder_make(folder->name);
    snprintf(folder->path, sizeof(folder->path), "%s/ledger.db", folder->name);
    return 0;
}

static int folder_teardown(void **state)
{
    struct folder *folder = *state;
    folder_remove(folder->name);
    free(folder);
    return 0;
}

static struct db *opened(const char *path, enum db_mode mode)
{
    struct db *db = db_open(path, mode);
    assert_string_equal(db_error(db), "");
    return db;
}

/* --- faults --- */

static void faults_are_told_apart(void **state)
{
    struct folder *folder = *state;
    struct db *db = db_open(folder->path, DB_READ);

    assert_int_equal(db_fault(db), DB_MISSING);
    db_clear(db); /* a handle that is closed stays so */
    assert_int_equal(db_fault(db), DB_MISSING);
    db_close(db);

    db = db_open(folder->name, DB_READ);
    assert_int_not_equal(db_fault(db), DB_OK);
    db_close(db);

    FILE *file = fopen(folder->path, "w");
    for (int i = 0; i < 1000; i++)
        fputs("no database ", file);
    fclose(file);
    db = db_open(folder->path, DB_WRITE);
    assert_int_equal(db_fault(db), DB_CORRUPT);
    assert_non_null(strstr(db_error(db), folder->path));
    assert_non_null(strstr(db_error(db), "backup"));
    db_close(db);
}

/* Fills all pages from the second to the end of the file with nonsense. */
static void file_damage(const char *path)
{
    struct stat status;
    char nonsense[PAGE_BYTES];
    int file = open(path, O_WRONLY);

    assert_int_equal(fstat(file, &status), 0);
    memset(nonsense, 0xa5, sizeof(nonsense));
    for (off_t at = PAGE_BYTES; at < status.st_size; at += PAGE_BYTES)
        assert_int_equal(pwrite(file, nonsense, sizeof(nonsense), at), sizeof(nonsense));
    assert_int_equal(close(file), 0);
}

static int64_t file_sum(const char *path)
{
    int64_t sum = 0;
    FILE *file = fopen(path, "re");

    assert_non_null(file);
    for (int c; (c = fgetc(file)) != EOF;)
        sum = (sum * 31 + c) % INT64_C(1000000000000);
    fclose(file);
    return sum;
}

static void what_is_damaged_under_way_is_not_written_again(void **state)
{
    struct folder *folder = *state;
    char wal[160];
    snprintf(wal, sizeof(wal), "%s-wal", folder->path);
    db_close(opened(folder->path, DB_CREATE));
    struct db *db = opened(folder->path, DB_WRITE);

    db_run(db, "CREATE TABLE t(a)");
    for (int i = 0; i < 200; i++)
        db_run(db, "INSERT INTO t VALUES(hex(zeroblob(400)))");
    db_run(db, "PRAGMA wal_checkpoint(TRUNCATE)");
    db_run(db, "PRAGMA cache_size = 0");
    db_run(db, "PRAGMA shrink_memory");
    assert_string_equal(db_error(db), "");
    file_damage(folder->path);
    int64_t sum = file_sum(folder->path), wal_sum = file_sum(wal);
    for (int i = 0; i < 3; i++) {
        db_clear(db);
        db_begin(db);
        db_run(db, "INSERT INTO t VALUES(1)");
        assert_false(db_commit(db));
        assert_int_equal(db_fault(db), DB_CORRUPT);
    }
    db_close(db);
    assert_true(file_sum(folder->path) == sum);
    assert_true(file_sum(wal) == wal_sum);
}

static void a_fault_stops_the_chain(void **state)
{
    struct folder *folder = *state;
    struct db *db = opened(folder->path, DB_CREATE);

    db_run(db, "CREATE TABLE t(a UNIQUE)");
    db_begin(db);
    db_run(db, "INSERT INTO t VALUES(1)");
    db_run(db, "INSERT INTO t VALUES(1)");
    assert_int_equal(db_fault(db), DB_CONSTRAINT);
    db_run(db, "INSERT INTO t VALUES(2)");
    struct db_query *query = db_query(db, "SELECT count(*) FROM t");
    db_bind_int(query, 1);
    db_bind_text(query, "x");
    db_bind_null(query);
    assert_false(db_next(query));
    assert_int_equal(db_int(query, 0), 0);
    assert_string_equal(db_text(query, 0), "");
    db_done(query);
    assert_false(db_commit(db));
    db_clear(db);
    assert_int_equal(db_value(db, "SELECT count(*) FROM t", 0, NULL), 0);
    db_run(db, "nonsense");
    assert_int_equal(db_fault(db), DB_OTHER);
    db_fail(db, DB_NEWER, "the first one stays");
    assert_int_equal(db_fault(db), DB_OTHER);
    db_close(db);
}

static void a_locked_database_says_so(void **state)
{
    struct folder *folder = *state;
    struct db *first = opened(folder->path, DB_CREATE), *second = opened(folder->path, DB_WRITE);

    db_run(second, "PRAGMA busy_timeout = 10");
    db_begin(first);
    db_begin(second);
    assert_int_equal(db_fault(second), DB_LOCKED);
    assert_non_null(strstr(db_error(second), "another program"));
    assert_false(db_commit(second));
    db_clear(second);
    assert_true(db_commit(first));
    db_begin(second);
    assert_true(db_commit(second));
    db_close(first);
    db_close(second);
}

static void queries_are_used_again(void **state)
{
    struct folder *folder = *state;
    struct db *db = opened(folder->path, DB_CREATE);

    db_run(db, "CREATE TABLE t(a INTEGER, b TEXT)");
    for (int i = 0; i < 10; i++) {
        struct db_query *query = db_query(db, "INSERT INTO t VALUES(?, ?)");
        db_bind_int(query, INT64_MAX - i);
        db_bind_text(query, i % 2 ? NULL : "煤");
        assert_false(db_next(query));
    }
    struct db_query *query = db_query(db, "SELECT a, b FROM t ORDER BY a DESC");
    for (int i = 0; i < 5; i++) {
        assert_true(db_next(query));
        assert_int_equal(db_int(query, 0), INT64_MAX - i);
        assert_string_equal(db_text(query, 1), i % 2 ? "" : "煤");
    }
    query = db_query(db, "SELECT a, b FROM t ORDER BY a DESC"); /* from the start again */
    assert_true(db_next(query));
    assert_int_equal(db_int(query, 0), INT64_MAX);
    db_done(query);
    const int64_t two[] = {INT64_MAX - 3, INT64_MAX};
    assert_int_equal(db_value(db, "SELECT count(*) FROM t WHERE a BETWEEN ? AND ?", 2, two), 4);
    assert_int_equal(db_value(db, "SELECT a FROM t WHERE a = 0", 0, NULL), 0);
    db_close(db);
}

/* --- backup --- */

struct writer {
    const char *path;
    atomic_bool stop;
    atomic_int written;
};

static void *writer_run(void *context)
{
    struct writer *writer = context;
    struct db *db = db_open(writer->path, DB_WRITE);
    while (!atomic_load(&writer->stop) && db_fault(db) == DB_OK) {
        db_begin(db);
        db_run(db, "INSERT INTO t VALUES(randomblob(500))");
        db_run(db, "INSERT INTO t VALUES(randomblob(500))");
        if (db_commit(db))
            atomic_fetch_add(&writer->written, 2);
    }
    db_close(db);
    return NULL;
}

static void a_backup_is_whole_while_it_is_written(void **state)
{
    struct folder *folder = *state;
    struct writer writer = {.path = folder->path};
    pthread_t thread;
    char to[160], partial[176];

    struct db *db = opened(folder->path, DB_CREATE);
    db_run(db, "CREATE TABLE t(a)");
    pthread_create(&thread, NULL, writer_run, &writer);
    for (int i = 0; i < 5; i++) {
        int before = atomic_load(&writer.written);
        while (atomic_load(&writer.written) < before + 20)
            usleep(200);
        snprintf(to, sizeof(to), "%s.copy-%d", folder->path, i);
        assert_true(db_backup(db, to, NULL));
        struct db *copy = opened(to, DB_READ);
        int64_t rows = db_value(copy, "SELECT count(*) FROM t", 0, NULL);
        assert_true(rows >= before + 20 && rows % 2 == 0);
        db_close(copy);
        assert_false(db_backup(db, to, NULL)); /* never over another file */
        assert_non_null(strstr(db_error(db), "exists"));
        db_clear(db);
        snprintf(partial, sizeof(partial), "%s.partial", to);
        assert_int_not_equal(access(partial, F_OK), 0);
    }
    atomic_store(&writer.stop, true);
    pthread_join(thread, NULL);
    assert_true(atomic_load(&writer.written) > 100);
    db_close(db);
    snprintf(to, sizeof(to), "%s/none/copy", folder->name);
    db = opened(folder->path, DB_READ); /* a reader can make one too */
    assert_false(db_backup(db, to, NULL));
    assert_non_null(strstr(db_error(db), "No such file"));
    db_close(db);
}

/* --- a reader without rights to write --- */

/* Runs as another user of the group where this is root, else as we are. */
static int as_user(uid_t user, gid_t group, int (*run)(const char *path), const char *path)
{
    int status = 0;

    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        umask(077);
        if (geteuid() == 0 && (setgroups(0, NULL) || setgid(group) || setuid(user)))
            _exit(99);
        _exit(run(path));
    }
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static int write_rows(const char *path)
{
    struct db *db = db_open(path, DB_CREATE);
    db_run(db, "CREATE TABLE IF NOT EXISTS t(a)");
    for (int i = 0; i < 10; i++)
        db_run(db, "INSERT INTO t VALUES(1)");
    bool good = db_fault(db) == DB_OK;
    db_close(db);
    return good ? 0 : 98;
}

static int write_and_die(const char *path)
{
    struct db *db = db_open(path, DB_CREATE);
    for (int i = 0; i < 10; i++)
        db_run(db, "INSERT INTO t VALUES(1)");
    return raise(SIGKILL);
}

static int read_rows(const char *path)
{
    struct db *db = db_open(path, DB_READ);
    int64_t rows = db_value(db, "SELECT count(*) FROM t", 0, NULL);
    int fault = (int)db_fault(db);
    db_close(db);
    return fault ? 100 + fault : (int)rows;
}

static int read_rows_in_the_middle(const char *path)
{
    struct db *db = db_open(path, DB_WRITE);
    db_begin(db);
    db_run(db, "INSERT INTO t VALUES(1)");
    /* The reader's own process holds no lock of ours. */
    int rows = as_user(geteuid(), getegid(), read_rows, path);
    db_rollback(db);
    db_close(db);
    return rows;
}

static void a_reader_needs_no_right_to_write(void **state)
{
    struct folder *folder = *state;
    bool root = geteuid() == 0;
    char name[160];

    if (root) {
        assert_int_equal(chown(folder->name, DAEMON_UID, GROUP_ID), 0);
        assert_int_equal(chmod(folder->name, 0750), 0);
    }
    assert_int_equal(as_user(DAEMON_UID, GROUP_ID, write_rows, folder->path), 0);
    assert_int_equal(as_user(READER_UID, GROUP_ID, read_rows, folder->path), 10); /* after a clean stop */
    assert_int_equal(as_user(DAEMON_UID, GROUP_ID, write_and_die, folder->path), -SIGKILL);
    assert_int_equal(as_user(READER_UID, GROUP_ID, read_rows, folder->path), 20); /* after a kill */
    assert_int_equal(as_user(DAEMON_UID, GROUP_ID, read_rows_in_the_middle, folder->path), 20);
    struct db *db = opened(folder->path, DB_WRITE); /* while it runs */
    db_run(db, "INSERT INTO t VALUES(1)");
    assert_int_equal(as_user(READER_UID, GROUP_ID, read_rows, folder->path), 21);
    db_close(db);
    for (int i = 0; i < 3; i++) {
        static const char *const suffixes[] = {"", "-wal", "-shm"};
        struct stat status;
        snprintf(name, sizeof(name), "%s%s", folder->path, suffixes[i]);
        assert_int_equal(stat(name, &status), 0);
        assert_int_equal(status.st_mode & 0777, 0640);
        if (i > 0)
            unlink(name);
    }
    assert_int_equal(as_user(READER_UID, GROUP_ID, read_rows, folder->path), 21); /* the file alone */
    if (root)
        assert_int_equal(as_user(STRANGER_UID, STRANGER_UID, read_rows, folder->path), 100 + DB_OTHER);
}

int main(void)
{
#define FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        FOLDER(faults_are_told_apart),
        FOLDER(what_is_damaged_under_way_is_not_written_again),
        FOLDER(a_fault_stops_the_chain),
        FOLDER(a_locked_database_says_so),
        FOLDER(queries_are_used_again),
        FOLDER(a_backup_is_whole_while_it_is_written),
        FOLDER(a_reader_needs_no_right_to_write),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
