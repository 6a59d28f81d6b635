/* SPDX-License-Identifier: Apache-2.0 */
/* Mines, calendars and what was entered by hand: a county has one row of each, whichever of its databases told of it
 * last. The others' rows lie beside (table replica_row, without a reason), so that a database is had back whole, and
 * so that a mine has its calendar still when the database that told of it last is put away. */
#include <stdlib.h>

#include "collector/store_seal.h"
#include "collector/store_take_parts.h"
#include "collector/travel_payload.h"

bool taker_is_shared(enum travel_name table)
{
    return table == TRAVEL_mine || table == TRAVEL_calendar;
}

bool taker_replaces(enum travel_name table, int64_t rev)
{
    return taker_is_shared(table) || (table == TRAVEL_entry && travel_number(rev) > 0);
}

void taker_shadow(struct taker *taker, enum travel_name table, int64_t rev)
{
    const int64_t number = travel_number(rev), local = travel_local(rev);
    struct travel_batch batch;

    if (number == 0 || local == 0) /* this ledger's own; or made for its name alone */
        return;
    travel_batch_begin(&batch);
    travel_read(taker->store->db, number, local - 1, local, &batch);
    for (size_t i = 0; i < batch.rows.count; i++)
        if (travel_row_at(&batch, i)->table == table)
            taker_aside_write(taker, number, travel_row_at(&batch, i), "");
    travel_batch_free(&batch);
}

/* --- back --- */

struct shadow {
    int64_t number;
    struct travel_batch batch;
};

static bool shadows_read(struct taker *taker, struct list *shadows)
{
    struct db_query *query = db_query(taker->store->db, "SELECT number, name, row FROM replica_row WHERE reason = ''");
    while (db_next(query)) {
        struct shadow *shadow = list_add(shadows);
        const int table = travel_find(db_text(query, 1));
        if (shadow) {
            shadow->number = db_int(query, 0);
            travel_batch_begin(&shadow->batch);
        }
        if (!shadow || table < 0 || !travel_row_parse(db_text(query, 2), (enum travel_name)table, &shadow->batch)) {
            db_fail(taker->store->db, DB_CORRUPT, "a row of table replica_row is damaged");
            break;
        }
    }
    db_done(query);
    return taker_good(taker);
}

static bool stands(struct taker *taker, const struct travel_row *local)
{
    struct travel_row row;
    bool without_key;
    taker_map(taker, local, &row, &without_key);
    const struct taker_former former =
        without_key ? (struct taker_former){.present = true, .rev = 1} : taker_former_find(taker, &row);
    return former.present && travel_local(former.rev) > 0;
}

static void shadow_judge(struct taker *taker, const struct shadow *shadow, int64_t now_ms, struct taken *taken)
{
    const struct travel_row *row = travel_row_at(&shadow->batch, 0);
    struct list mines = {.size = sizeof(struct travel_mine)};
    taker_begin(taker, shadow->number, now_ms, taken);
    taker_mines_known(taker, &mines);
    taker_mines(taker, &mines);
    if (taker_good(taker) && !stands(taker, row)) {
        taker_aside_remove(taker, row);
        taker_row(taker, row);
        taker_totals(taker);
    }
    free(mines.at);
}

bool taker_shared_again(struct taker *taker, int64_t now_ms, struct taken *taken)
{
    struct list shadows = {.size = sizeof(struct shadow)};
    if (!taker->store->unsealed)
        store_unseal(taker->store, now_ms);
    shadows_read(taker, &shadows);
    for (size_t i = 0; i < shadows.count; i++) {
        struct shadow *shadow = &((struct shadow *)shadows.at)[i];
        if (taker_good(taker))
            shadow_judge(taker, shadow, now_ms, taken);
        travel_batch_free(&shadow->batch);
    }
    free(shadows.at);
    return taker_good(taker);
}
