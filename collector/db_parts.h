/* SPDX-License-Identifier: Apache-2.0 */
/* Between the files db*.c. SQLite is called by db.c alone: the others know its handle by name. */
#ifndef COALTALLY_DB_PARTS_H
#define COALTALLY_DB_PARTS_H

#include <limits.h>
#include <stdatomic.h>

#include "collector/db.h"

struct sqlite3;
struct sqlite3_stmt;

struct db_query {
    struct db *db;
    const char *sql;
    struct sqlite3_stmt *statement; /* NULL: could not be prepared */
    int bound;
    struct db_query *next;
};

enum { DB_ERROR_BYTES = 1024 };

struct db {
    struct sqlite3 *handle; /* NULL: closed */
    char path[PATH_MAX];
    atomic_int patience_ms; /* how long to wait for a lock */
    enum db_fault fault;
    char error[DB_ERROR_BYTES];
    struct db_query *queries;
    struct db_query broken; /* stands for a query that could not be made */
};

/* --- db.c: the handle. What fails is a fault of the db --- */

enum db_access {
    DB_TO_READ,
    DB_TO_READ_URI, /* the name is a URI */
    DB_TO_WRITE,
    DB_TO_MAKE /* to write; made where it is not there */
};
void db_handle_open(struct db *db, const char *name, enum db_access access);
/* With its queries. */
void db_handle_close(struct db *db);
/* The WAL and its index stay when the last user closes. */
void db_handle_keep_wal(struct db *db);
/* A file that can only be read is a fault. */
void db_handle_want_write(struct db *db);
/* All pages into the empty database of `copy`; of one moment where `db` is in a transaction. */
void db_handle_copy(struct db *db, struct db *copy, void (*progress)(int done, int all));

/* --- db_fault.c --- */

/* What SQLite says of most failures, in this process's language; the rest as it says it. */
const char *db_message_say(const char *message);

/* --- db_open.c --- */

/* Closed; with a fault where the path is too long. NULL when out of memory. */
struct db *db_new(const char *path);
bool db_exists(const char *path, const char *suffix);
/* Makes the empty file where there is none. */
bool db_create(struct db *db);
/* Fails with what stands in the way of reading, if anything does. */
bool db_reads(struct db *db);

#endif
