/* SPDX-License-Identifier: Apache-2.0 */
/* What a file holds of which database, and where that stands. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/against_parts.h"
#include "collector/display.h"
#include "collector/store_replica.h"
#include "collector/travel_payload.h"

/* --- which there are --- */

static struct against_side *side_add(struct db *db, struct list *sides)
{
    struct against_side *side = list_add(sides);
    if (side)
        side->db = db;
    else
        db_fail(db, DB_OTHER, "out of memory");
    return side;
}

static void side_fill(struct against_side *side, const struct replica_entry *entry)
{
    const struct replica_database *database = &entry->database;
    side->number = database->number;
    side->waits = database->standing == REPLICA_WAITING;
    side->at = database->live.position;
    side->aside = entry->uncounted;
    text_clean(database->id, side->database, sizeof side->database);
    text_clean(database->site, side->site, sizeof side->site);
    snprintf(side->chain, sizeof side->chain, "%s", database->live.chain);
}

bool against_sides(struct db *db, struct list *sides)
{
    struct list entries = {0};
    struct against_side *side = side_add(db, sides);
    if (side)
        travel_stand(db, side->database, &side->at, side->chain);
    const bool read = replica_entries(db, &entries);
    for (size_t i = 0; read && i < entries.count; i++)
        if ((side = side_add(db, sides)))
            side_fill(side, &((const struct replica_entry *)entries.at)[i]);
    free(entries.at);
    return db_fault(db) == DB_OK;
}

/* --- its past --- */

/* Whether the ledger that `other` holds was at this head while it was this incarnation. */
bool against_passed(const struct against_side *side, const struct against_side *other)
{
    struct db_query *query =
        db_query(other->db, "SELECT (SELECT min(next.first_rev) FROM incarnation AS next WHERE next.rev > ?1"
                            " AND next.rev <= ?2 AND next.first_rev > this.first_rev) FROM incarnation AS this"
                            " WHERE this.id = ?3 AND this.rev > ?1 AND this.rev <= ?2");
    db_bind_int(query, travel_id(other->number, 0));
    db_bind_int(query, travel_id(other->number, TRAVEL_LOCAL_MAX));
    db_bind_text(query, side->at.incarnation);
    const bool passed =
        db_next(query) && (db_null(query, 0) ? side->at.head <= other->at.head : side->at.head < db_int(query, 0));
    db_done(query);
    return passed;
}

/* --- its rows --- */

int64_t against_count(const struct against_side *side, int64_t from, int64_t to)
{
    static const char *const counts[] = {
#define X(table) "SELECT count(*) FROM " #table " WHERE rev > ? AND rev <= ?",
        TRAVEL_TABLES(X)
#undef X
            "SELECT count(*) FROM replica_row WHERE rev > ? AND rev <= ?",
    };
    const int64_t range[] = {travel_id(side->number, from), travel_id(side->number, to)};
    int64_t rows = 0;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        rows += db_value(side->db, counts[i], 2, range);
    return rows;
}

/* The mine as the file has it; 0: it does not. */
static int64_t mine_of(const struct against_side *side, int64_t local)
{
    const int64_t key[] = {side->number, local};
    return side->number ? db_value(side->db, "SELECT mine FROM replica_mine WHERE number = ? AND local = ?", 2, key)
                        : local;
}

static void key_bind(const struct against_side *side, const struct travel_column *column,
                     const struct travel_value *value, struct db_query *query)
{
    if (value->text)
        db_bind_text(query, value->text);
    else if (value->null)
        db_bind_null(query);
    else
        db_bind_int(query, column->kind == TRAVEL_ID ? travel_id(side->number, value->number) : value->number);
}

/* The row with its mine's id as the file has it: looked up before the query that asks for it begins. */
static struct travel_row row_of(const struct against_side *side, const struct travel_row *row)
{
    struct travel_row mapped = *row;
    for (int i = 0; i < travel_tables[row->table].columns; i++)
        if (travel_tables[row->table].column[i].kind == TRAVEL_MINE && !row->value[i].null)
            mapped.value[i].number = mine_of(side, row->value[i].number);
    return mapped;
}

static int64_t rev_aside(const struct against_side *side, const struct travel_row *row)
{
    struct text key = {0};
    travel_row_key(row, &key);
    struct db_query *query =
        db_query(side->db, "SELECT rev FROM replica_row WHERE number = ? AND name = ? AND key = ?");
    db_bind_int(query, side->number);
    db_bind_text(query, travel_tables[row->table].name);
    db_bind_text(query, key.at);
    const int64_t rev = db_next(query) ? travel_local(db_int(query, 0)) : 0;
    db_done(query);
    text_free(&key);
    return rev;
}

int64_t against_rev(const struct against_side *side, const struct travel_row *row, bool *elsewhere)
{
    const struct travel_table *table = &travel_tables[row->table];
    const struct travel_row mapped = row_of(side, row);
    struct db_query *query = db_query(side->db, table->find);
    for (int i = 0; i < table->columns; i++)
        if (table->column[i].key)
            key_bind(side, &table->column[i], &mapped.value[i], query);
    const int64_t rev = db_next(query) ? db_int(query, 0) : 0;
    db_done(query);
    *elsewhere = rev != 0 && travel_number(rev) != side->number;
    return rev != 0 && !*elsewhere ? travel_local(rev) : rev_aside(side, row);
}
