/* SPDX-License-Identifier: Apache-2.0 */
/* SQLite, which one file knows (db.c). Errors are kept in the handle:
 * a chain of calls is written straight on and judged once, by db_fault. After a
 * fault all further calls do nothing, until db_clear. One thread a handle. */
#ifndef COALTALLY_DB_H
#define COALTALLY_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db;
struct db_query; /* a prepared statement, kept by the handle and reused */

enum db_mode { DB_READ, DB_WRITE, DB_CREATE };

enum db_fault {
    DB_OK,
    DB_MISSING, /* no such file */
    DB_LOCKED,  /* busy beyond the time-out */
    DB_READONLY,
    DB_FULL,
    DB_CORRUPT, /* not a database, or damaged */
    DB_NEWER,   /* made by a newer coaltally */
    DB_CONSTRAINT,
    DB_OTHER
};

enum { DB_BUSY_TIMEOUT_MS = 5000 };

/* Opens in WAL mode with synchronous=FULL; the file, its WAL and its index are
 * readable by the group (0640) and stay when the last user closes, so that
 * readers need no right to write. db_fault and db_error say why not (the handle
 * is then still returned, closed, for the text). NULL only when out of memory. */
struct db *db_open(const char *path, enum db_mode mode);
/* An empty one of this process alone: in memory, and in a file without a name where it grows; gone when closed. */
struct db *db_temporary(void);
void db_close(struct db *db);

/* Waits for a lock no longer than a part of a second from now on, also where it
 * waits already. From any thread. */
void db_hurry(struct db *db);

enum db_fault db_fault(const struct db *db);
/* What was found, where, and what to do: "ledger.db: locked by another program
 * for 5 s: ...". Empty without a fault. */
const char *db_error(const struct db *db);
void db_clear(struct db *db); /* forget the fault, to try again; DB_CORRUPT stays for good */

/* Sets the fault by what a caller found ("made by a newer coaltally"). The first one stays. */
void db_fail(struct db *db, enum db_fault fault, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Runs statements without rows. */
void db_run(struct db *db, const char *sql);

/* A query, prepared once a handle and text; its parameters are then bound in
 * turn. `sql` must live as long as the handle (a literal). The same text is not
 * used again before its rows were read or db_done was called. */
struct db_query *db_query(struct db *db, const char *sql);
void db_bind_int(struct db_query *query, int64_t value);
void db_bind_text(struct db_query *query, const char *value); /* NULL: null; copied */
void db_bind_null(struct db_query *query);
/* The next row; false at the end and on a fault (the query is then reset). */
bool db_next(struct db_query *query);
/* Ends a query that is not read to its end. */
void db_done(struct db_query *query);
/* Binds `count` integers, runs the query, and gives the first column of its first
 * row, 0 where there is none. */
int64_t db_value(struct db *db, const char *sql, size_t count, const int64_t *values);
int64_t db_int(const struct db_query *query, int column);
const char *db_text(const struct db_query *query, int column); /* "" for null; valid until db_next */
bool db_null(const struct db_query *query, int column);
int db_columns(const struct db_query *query);

/* Begin (immediate), commit; commit rolls back and returns false when any call
 * since begin failed. */
void db_begin(struct db *db);
bool db_commit(struct db *db);
void db_rollback(struct db *db);

/* Within a transaction: db_undo takes back what came after the savepoint, and with it a
 * fault of DB_CONSTRAINT; the transaction goes on. */
void db_savepoint(struct db *db);
void db_undo(struct db *db);

/* A consistent copy of a live database into a new file (SQLite's backup), checked
 * before it gets its name. `progress` (pages) may be NULL. */
bool db_backup(struct db *db, const char *to, void (*progress)(int done, int all));

#endif
