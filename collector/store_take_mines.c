/* SPDX-License-Identifier: Apache-2.0 */
/* The site's mines among the ledger's own. */
#include <stdio.h>
#include <string.h>

#include "collector/store_take_parts.h"

/* A mine that the ledger does not have is made; its own row gives it its titles when it comes. */
static int64_t mine_make(struct taker *taker, const char *name)
{
    struct db *db = taker->store->db;
    struct db_query *query = db_query(db, "SELECT id FROM mine WHERE name = ?");
    db_bind_text(query, name);
    int64_t id = db_next(query) ? db_int(query, 0) : 0;
    db_done(query);
    if (id)
        return id;
    query = db_query(db, "INSERT INTO mine(name, title_en, title_zh, simulated, month_cutoff, timezone, active, rev)"
                         " VALUES(?, '', '', 0, 0, '', 1, ?) RETURNING id");
    db_bind_text(query, name);
    db_bind_int(query, travel_id(taker->number, 0));
    id = db_next(query) ? db_int(query, 0) : 0;
    db_done(query);
    taker_forget(taker);
    return id;
}

static int64_t mine_find(struct taker *taker, const struct travel_mine *mine, bool make)
{
    const int64_t key[] = {taker->number, mine->local};
    const int64_t id =
        db_value(taker->store->db, "SELECT mine FROM replica_mine WHERE number = ? AND local = ?", 2, key);
    if (id || !make)
        return id;
    const int64_t values[] = {taker->number, mine->local, mine_make(taker, mine->name)};
    db_value(taker->store->db, "INSERT INTO replica_mine(number, local, mine) VALUES(?, ?, ?)", 3, values);
    return values[2];
}

/* A number of the site stands for one mine for ever. */
static bool mine_same(struct db *db, int64_t id, const char *name)
{
    struct db_query *query = db_query(db, "SELECT name FROM mine WHERE id = ?");
    db_bind_int(query, id);
    const bool same = db_next(query) && strcmp(db_text(query, 0), name) == 0;
    db_done(query);
    return same;
}

void taker_mines(struct taker *taker, const struct list *mines)
{
    for (size_t i = 0; i < mines->count && taker_good(taker); i++) {
        const struct travel_mine *mine = &((const struct travel_mine *)mines->at)[i];
        struct taker_mine *found = list_add(&taker->mines);
        if (!found) {
            taker_fail_memory(taker);
            return;
        }
        found->local = mine->local;
        snprintf(found->name, sizeof found->name, "%s", mine->name);
        found->allowed = *mine->name && (!taker->allowed || taker->allowed(taker->context, taker->number, mine->name));
        found->id = mine_find(taker, mine, found->allowed);
        found->allowed = found->allowed && mine_same(taker->store->db, found->id, mine->name);
    }
}
