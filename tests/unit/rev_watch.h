/* SPDX-License-Identifier: Apache-2.0 */
/* A ledger in which no rev is given out twice: each row that travels, when it is made and whenever it changes, takes
 * one that no row has had. What breaks that is refused by the database, whatever code does it. */
#ifndef COALTALLY_TEST_REV_WATCH_H
#define COALTALLY_TEST_REV_WATCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "collector/store_parts.h" /* of whose store the database is */
#include "collector/travel.h"

static inline void revs_watch(struct db *db)
{
    static const char *const event[] = {"INSERT", "UPDATE"};
    db_clear(db);
    db_run(db, "CREATE TABLE IF NOT EXISTS rev_watch(rev INTEGER PRIMARY KEY, name TEXT NOT NULL)");
    for (int i = 0; i < 2 * TRAVEL_TABLE_COUNT; i++) {
        const char *name = travel_tables[i / 2].name;
        char sql[768];
        snprintf(sql, sizeof sql,
                 "CREATE TRIGGER IF NOT EXISTS %s_watch_%s AFTER %s ON %s WHEN new.rev < " TRAVEL_FOREIGN " BEGIN"
                 " SELECT RAISE(ABORT, 'a row of %s has not got a rev of its own') WHERE EXISTS"
                 " (SELECT 1 FROM rev_watch WHERE rev = new.rev); INSERT INTO rev_watch VALUES(new.rev, '%s'); END",
                 name, event[i % 2], event[i % 2], name, name, name);
        db_run(db, sql);
    }
    assert_string_equal(db_error(db), "");
}

/* What the test writes itself from now on need not obey. */
static inline void revs_unwatch(struct db *db)
{
    static const char *const event[] = {"INSERT", "UPDATE"};
    for (int i = 0; i < 2 * TRAVEL_TABLE_COUNT; i++) {
        char sql[128];
        snprintf(sql, sizeof sql, "DROP TRIGGER IF EXISTS %s_watch_%s", travel_tables[i / 2].name, event[i % 2]);
        db_run(db, sql);
    }
    assert_string_equal(db_error(db), "");
}

/* How many rows it has watched of a table. */
static inline int64_t revs_watched(struct db *db, const char *table)
{
    struct db_query *query = db_query(db, "SELECT count(*) FROM rev_watch WHERE name = ?");
    db_bind_text(query, table);
    const int64_t count = db_next(query) ? db_int(query, 0) : 0;
    db_done(query);
    return count;
}

#endif
