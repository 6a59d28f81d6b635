/* SPDX-License-Identifier: Apache-2.0 */
/* Rows that cannot be counted, and their second judgement. */
#include <stdio.h>
#include <stdlib.h>

#include "collector/store_seal.h"
#include "collector/store_take_parts.h"
#include "collector/travel_payload.h"

int64_t taker_aside(struct db *db, int64_t number)
{
    return db_value(db, "SELECT count(*) FROM replica_row WHERE number = ? AND reason <> ''", 1, &number);
}

bool taker_aside_any(struct db *db, int64_t number)
{
    return db_value(db, "SELECT EXISTS (SELECT 1 FROM replica_row WHERE number = ?)", 1, &number) != 0;
}

static struct db_query *aside_query(struct taker *taker, int64_t number, const char *sql,
                                    const struct travel_row *local, struct text *key)
{
    travel_row_key(local, key);
    if (key->failed)
        taker_fail_memory(taker);
    struct db_query *query = db_query(taker->store->db, sql);
    db_bind_int(query, number);
    db_bind_text(query, travel_tables[local->table].name);
    db_bind_text(query, key->at);
    return query;
}

/* The rev of the row of this key that is kept aside; 0: none. */
int64_t taker_aside_rev(struct taker *taker, const struct travel_row *local)
{
    struct text key = {0};
    if (!taker->aside)
        return 0;
    struct db_query *query = aside_query(
        taker, taker->number, "SELECT rev FROM replica_row WHERE number = ? AND name = ? AND key = ?", local, &key);
    const int64_t rev = db_next(query) ? db_int(query, 0) : 0;
    db_done(query);
    text_free(&key);
    return rev;
}

void taker_aside_remove(struct taker *taker, const struct travel_row *local)
{
    struct text key = {0};
    if (!taker->aside)
        return;
    db_next(aside_query(taker, taker->number, "DELETE FROM replica_row WHERE number = ? AND name = ? AND key = ?",
                        local, &key));
    text_free(&key);
}

void taker_aside_write(struct taker *taker, int64_t number, const struct travel_row *local, const char *reason)
{
    struct text key = {0}, whole = {0};
    travel_row_format(local, &whole);
    if (whole.failed)
        taker_fail_memory(taker);
    struct db_query *query =
        aside_query(taker, number,
                    "INSERT OR REPLACE INTO replica_row(number, name, key, rev, row, reason) VALUES(?, ?, ?, ?, ?, ?)",
                    local, &key);
    db_bind_int(query, travel_id(number, local->rev));
    db_bind_text(query, whole.at);
    db_bind_text(query, reason);
    db_next(query);
    text_free(&key);
    text_free(&whole);
}

void taker_aside_keep(struct taker *taker, const struct travel_row *local, const char *reason)
{
    taker_aside_write(taker, taker->number, local, reason);
    taker->aside = true;
    taker->taken->refused++;
}

/* --- judged again --- */

static bool aside_read(struct taker *taker, struct list *batches)
{
    struct db_query *query =
        db_query(taker->store->db, "SELECT name, row FROM replica_row WHERE number = ? AND reason <> ''");
    db_bind_int(query, taker->number);
    while (db_next(query)) {
        struct travel_batch *batch = list_add(batches);
        const int table = travel_find(db_text(query, 0));
        if (batch)
            travel_batch_begin(batch);
        if (!batch || table < 0 || !travel_row_parse(db_text(query, 1), (enum travel_name)table, batch)) {
            db_fail(taker->store->db, DB_CORRUPT, "a row of table replica_row is damaged");
            break;
        }
    }
    db_done(query);
    return taker_good(taker);
}

/* The names of the mines that rows kept aside are of are in those rows' own table, or known. */
void taker_mines_known(struct taker *taker, struct list *mines)
{
    struct db_query *query = db_query(taker->store->db, "SELECT local, name FROM replica_mine JOIN mine"
                                                        " ON mine.id = replica_mine.mine WHERE number = ?");
    db_bind_int(query, taker->number);
    while (db_next(query)) {
        struct travel_mine *mine = list_add(mines);
        if (!mine) {
            taker_fail_memory(taker);
            break;
        }
        mine->local = db_int(query, 0);
        snprintf(mine->name, sizeof mine->name, "%s", db_text(query, 1));
    }
    db_done(query);
}

static void mines_aside(struct taker *taker, const struct list *batches, struct list *mines)
{
    for (size_t i = 0; i < batches->count; i++) {
        const struct travel_row *row = travel_row_at(&((const struct travel_batch *)batches->at)[i], 0);
        if (row->table != TRAVEL_mine)
            continue;
        struct travel_mine *mine = list_add(mines);
        if (!mine) {
            taker_fail_memory(taker);
            return;
        }
        mine->local = row->value[0].number;
        snprintf(mine->name, sizeof mine->name, "%s", row->value[1].text);
    }
}

bool taker_again(struct taker *taker, int64_t number, int64_t now_ms, struct taken *taken)
{
    struct list batches = {.size = sizeof(struct travel_batch)}, mines = {.size = sizeof(struct travel_mine)};
    taker_begin(taker, number, now_ms, taken);
    if (!taker->store->unsealed)
        store_unseal(taker->store, now_ms);
    if (aside_read(taker, &batches)) {
        taker_mines_known(taker, &mines);
        mines_aside(taker, &batches, &mines);
        taker_mines(taker, &mines);
        db_value(taker->store->db, "DELETE FROM replica_row WHERE number = ? AND reason <> ''", 1, &number);
    }
    for (size_t i = 0; i < batches.count; i++) {
        struct travel_batch *batch = &((struct travel_batch *)batches.at)[i];
        if (taker_good(taker))
            taker_row(taker, travel_row_at(batch, 0));
        travel_batch_free(batch);
    }
    taker_totals(taker);
    free(batches.at);
    free(mines.at);
    return taker_good(taker);
}
