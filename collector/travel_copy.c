/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/travel_copy.h"

#include <stdlib.h>

#include "collector/amount.h"
#include "collector/store_parts.h"
#include "collector/store_roster.h"

/* False where another row has its key, or a name that there is but once. */
static bool row_insert(struct db *to, const struct travel_row *row)
{
    struct db_query *query = db_query(to, travel_tables[row->table].insert);
    db_bind_int(query, row->rev);
    for (int i = 0; i < travel_tables[row->table].columns; i++)
        travel_bind(query, &row->value[i]);
    db_next(query);
    if (db_fault(to) != DB_CONSTRAINT)
        return true;
    db_clear(to); /* it was this statement's alone */
    return false;
}

/* A mine of which the county has no row of this site: another site's is the newest, or its own has yet to come. */
static void mine_insert(struct db *to, const struct travel_mine *mine)
{
    struct db_query *query =
        db_query(to, "INSERT OR IGNORE INTO mine(id, name, title_en, title_zh, simulated, month_cutoff, timezone,"
                     " active, rev) VALUES(?, ?, '', '', 0, 0, '', 1, 0)");
    db_bind_int(query, mine->local);
    db_bind_text(query, mine->name);
    db_next(query);
}

static bool mine_kept(const struct list *mines, int64_t local)
{
    for (size_t i = 0; i < mines->count; i++)
        if (((const struct travel_mine *)mines->at)[i].local == local)
            return true;
    return false;
}

static void mines_keep(struct list *mines, const struct travel_batch *batch, struct db *to)
{
    const struct travel_mine *named = batch->mines.at;
    for (size_t i = 0; i < batch->mines.count; i++) {
        struct travel_mine *mine = mine_kept(mines, named[i].local) ? NULL : list_add(mines);
        if (mine)
            *mine = named[i];
        else if (!mine_kept(mines, named[i].local))
            db_fail(to, DB_OTHER, "out of memory");
    }
}

/* The next rows above a rev; up to which it then has them all. */
static int64_t batch_copy(struct db *from, int64_t number, int64_t above, struct db *to, struct list *mines,
                          int64_t *refused)
{
    struct travel_batch batch;
    travel_batch_begin(&batch);
    if (!travel_read(from, number, above, TRAVEL_LOCAL_MAX, &batch))
        db_fail(to, db_fault(from), "%s", db_error(from));
    for (size_t i = 0; i < batch.rows.count && db_fault(to) == DB_OK; i++)
        *refused += !row_insert(to, travel_row_at(&batch, i));
    mines_keep(mines, &batch, to);
    const int64_t end = batch.to.rev;
    travel_batch_free(&batch);
    return end;
}

static void mines_insert(struct db *to, const struct list *mines)
{
    for (size_t i = 0; i < mines->count; i++)
        mine_insert(to, &((const struct travel_mine *)mines->at)[i]);
}

/* A shift at a time: what one tally adds costs as much as what a shift does. */
static void shift_derive(struct db *to, struct derived *shift)
{
    if (shift->meter)
        store_derive(to, shift);
}

static void totals_derive(struct db *to)
{
    struct roster *roster = db_fault(to) == DB_OK ? roster_read(to) : NULL;
    struct derived shift = {0};
    if (!roster)
        return;
    struct db_query *query =
        db_query(to, "SELECT meter, bucket_ms, metered, good_ms FROM tally ORDER BY meter, bucket_ms");
    while (db_next(query)) {
        const int index = roster_meter_id(roster, db_int(query, 0));
        if (index < 0)
            continue;
        const struct calendar_place place = calendar_place(roster->meter[index].calendar, db_int(query, 1));
        if (shift.meter != db_int(query, 0) || shift.place.day != place.day || shift.place.shift != place.shift) {
            shift_derive(to, &shift);
            shift = (struct derived){.meter = db_int(query, 0), .place = place};
        }
        shift.metered = amount_add(shift.metered, db_int(query, 2));
        shift.good_ms = amount_add(shift.good_ms, db_int(query, 3));
    }
    shift_derive(to, &shift);
    roster_free(roster);
}

struct db *travel_copy(struct db *from, int64_t number, int64_t *refused)
{
    struct list mines = {.size = sizeof(struct travel_mine)};
    struct db *to = db_temporary();
    *refused = 0;
    if (!to)
        return NULL;
    store_migrate(to, "", store_steps, STORE_VERSION);
    db_run(to, "BEGIN");
    for (int64_t above = 0; above < TRAVEL_LOCAL_MAX && db_fault(to) == DB_OK;)
        above = batch_copy(from, number, above, to, &mines, refused);
    mines_insert(to, &mines);
    totals_derive(to);
    db_run(to, "COMMIT");
    free(mines.at);
    return to;
}
