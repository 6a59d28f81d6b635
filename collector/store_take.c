/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/store_take.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/json.h"
#include "collector/store_seal.h"
#include "collector/store_take_parts.h"
#include "collector/travel_payload.h"
#include "drivers/language.h"

enum { METER_MINE = 2, METER_QUANTITY };
enum { TALLY_METER, TALLY_BUCKET, TALLY_METERED = 3, TALLY_GOOD };
enum { COEFFICIENT_METER, COEFFICIENT_FROM };

bool taker_fail_memory(struct taker *taker)
{
    db_fail(taker->store->db, DB_OTHER, "out of memory");
    return false;
}

struct taker *taker_new(struct store *store, taker_mine_allowed *allowed, void *context)
{
    struct taker *taker = calloc(1, sizeof *taker);
    if (taker)
        *taker = (struct taker){.store = store,
                                .allowed = allowed,
                                .context = context,
                                .mines.size = sizeof(struct taker_mine),
                                .gains.size = sizeof(struct taker_gain),
                                .again.size = sizeof(int64_t),
                                .reported.size = sizeof(struct taker_reported)};
    return taker;
}

void taker_free(struct taker *taker)
{
    if (!taker)
        return;
    taker_forget(taker);
    free(taker->mines.at);
    free(taker->gains.at);
    free(taker->again.at);
    free(taker->reported.at);
    free(taker);
}

void taker_forget(struct taker *taker)
{
    roster_free(taker->roster);
    taker->roster = NULL;
}

static void taker_begin(struct taker *taker, int64_t number, int64_t now_ms, struct taken *taken)
{
    taker->number = number;
    taker->now_ms = now_ms;
    taker->taken = taken;
    taker->mines.count = taker->gains.count = taker->again.count = taker->reported.count = 0;
    taker->aside = taker_aside(taker->store->db, number) > 0;
}

static bool taker_good(const struct taker *taker)
{
    return db_fault(taker->store->db) == DB_OK;
}

/* --- mines --- */

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

static void mines_find(struct taker *taker, const struct list *mines)
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

/* --- a row --- */

static void value_bind(struct db_query *query, const struct travel_value *value)
{
    if (value->null)
        db_bind_null(query);
    else if (value->text)
        db_bind_text(query, value->text);
    else
        db_bind_int(query, value->number);
}

static struct db_query *query_by_key(struct db *db, const char *sql, const struct travel_row *row)
{
    const struct travel_table *table = &travel_tables[row->table];
    struct db_query *query = db_query(db, sql);
    for (int i = 0; i < table->columns; i++)
        if (table->column[i].key)
            value_bind(query, &row->value[i]);
    return query;
}

struct former {
    bool present;
    int64_t rev, metered, good_ms;
    bool moved; /* of a meter: to another mine or quantity */
};

static struct former former_find(struct taker *taker, const struct travel_row *row)
{
    struct former former = {0};
    struct db_query *query = query_by_key(taker->store->db, travel_tables[row->table].find, row);
    if (db_next(query)) {
        former.present = true;
        former.rev = db_int(query, 0);
        if (row->table == TRAVEL_tally) {
            former.metered = db_int(query, 1 + TALLY_METERED);
            former.good_ms = db_int(query, 1 + TALLY_GOOD);
        }
        if (row->table == TRAVEL_meter)
            former.moved = db_int(query, 1 + METER_MINE) != row->value[METER_MINE].number ||
                           strcmp(db_text(query, 1 + METER_QUANTITY), row->value[METER_QUANTITY].text) != 0;
    }
    db_done(query);
    return former;
}

static void former_remove(struct taker *taker, const struct travel_row *row)
{
    db_next(query_by_key(taker->store->db, travel_tables[row->table].remove, row));
}

/* False where what stands there by another name already (a uid, a period's version) forbids it. */
static bool row_insert(struct taker *taker, const struct travel_row *row)
{
    struct db *db = taker->store->db;
    struct db_query *query = db_query(db, travel_tables[row->table].insert);
    db_bind_int(query, row->rev);
    for (int i = 0; i < travel_tables[row->table].columns; i++)
        value_bind(query, &row->value[i]);
    db_next(query);
    if (db_fault(db) != DB_CONSTRAINT)
        return true;
    db_clear(db); /* it was this statement's alone; the transaction goes on */
    return false;
}

/* --- rows kept aside --- */

int64_t taker_aside(struct db *db, int64_t number)
{
    return db_value(db, "SELECT count(*) FROM replica_row WHERE number = ?", 1, &number);
}

static struct db_query *aside_query(struct taker *taker, const char *sql, const struct travel_row *local,
                                    struct text *key)
{
    travel_row_key(local, key);
    if (key->failed)
        taker_fail_memory(taker);
    struct db_query *query = db_query(taker->store->db, sql);
    db_bind_int(query, taker->number);
    db_bind_text(query, travel_tables[local->table].name);
    db_bind_text(query, key->at);
    return query;
}

/* The rev of the row of this key that is kept aside; 0: none. */
static int64_t aside_rev(struct taker *taker, const struct travel_row *local)
{
    struct text key = {0};
    if (!taker->aside)
        return 0;
    struct db_query *query =
        aside_query(taker, "SELECT rev FROM replica_row WHERE number = ? AND name = ? AND key = ?", local, &key);
    const int64_t rev = db_next(query) ? db_int(query, 0) : 0;
    db_done(query);
    text_free(&key);
    return rev;
}

static void aside_remove(struct taker *taker, const struct travel_row *local)
{
    struct text key = {0};
    if (!taker->aside)
        return;
    db_next(aside_query(taker, "DELETE FROM replica_row WHERE number = ? AND name = ? AND key = ?", local, &key));
    text_free(&key);
}

static void aside_keep(struct taker *taker, const struct travel_row *local, const char *reason)
{
    struct text key = {0}, whole = {0};
    travel_row_format(local, &whole);
    if (whole.failed)
        taker_fail_memory(taker);
    struct db_query *query = aside_query(
        taker, "INSERT OR REPLACE INTO replica_row(number, name, key, rev, row, reason) VALUES(?, ?, ?, ?, ?, ?)",
        local, &key);
    db_bind_int(query, travel_id(taker->number, local->rev));
    db_bind_text(query, whole.at);
    db_bind_text(query, reason);
    db_next(query);
    text_free(&key);
    text_free(&whole);
    taker->aside = true;
    taker->taken->refused++;
}

/* --- what follows from a row --- */

static void tally_follow(struct taker *taker, const struct travel_row *row, const struct former *former, bool counts)
{
    const struct travel_value *value = row->value;
    const struct taker_gain gain = {value[TALLY_METER].number, value[TALLY_BUCKET].number,
                                    (counts ? value[TALLY_METERED].number : 0) - former->metered,
                                    (counts ? value[TALLY_GOOD].number : 0) - former->good_ms};
    if (!former->present || gain.metered || gain.good_ms)
        taker_gain(taker, &gain);
}

static void calendar_follow(struct taker *taker, int64_t mine)
{
    taker_forget(taker);
    if (db_value(taker->store->db, "SELECT 1 FROM replica_mine WHERE mine = ? AND derived = 1", 1, &mine))
        taker_mine_again(taker, mine);
}

static void meter_follow(struct taker *taker, const struct travel_row *row, const struct former *former)
{
    const int64_t meter = row->value[0].number;
    taker_forget(taker);
    const bool owed = db_value(taker->store->db, "DELETE FROM replica_meter WHERE meter = ? RETURNING 1", 1, &meter);
    if (owed || former->moved)
        taker_mine_again(taker, row->value[METER_MINE].number);
}

static void coefficient_follow(struct taker *taker, const struct travel_row *row)
{
    struct taker_reported *reported = list_add(&taker->reported);
    if (reported)
        *reported = (struct taker_reported){row->value[COEFFICIENT_METER].number,
                                            (civil_day)row->value[COEFFICIENT_FROM].number};
    else
        taker_fail_memory(taker);
}

static void row_follow(struct taker *taker, const struct travel_row *row, const struct former *former, bool counts)
{
    switch (row->table) {
    case TRAVEL_tally:
        tally_follow(taker, row, former, counts);
        break;
    case TRAVEL_calendar:
        calendar_follow(taker, row->value[0].number);
        break;
    case TRAVEL_mine:
        taker_forget(taker);
        break;
    case TRAVEL_meter:
        meter_follow(taker, row, former);
        break;
    case TRAVEL_coefficient:
        coefficient_follow(taker, row);
        break;
    default:
        break;
    }
}

/* --- taking --- */

/* Mines and their calendars are told of by whoever knows them best: the site that runs them. */
static bool is_shared(enum travel_name table)
{
    return table == TRAVEL_mine || table == TRAVEL_calendar;
}

static void row_take(struct taker *taker, const struct travel_row *local)
{
    struct travel_row row;
    bool without_key;
    const char *reason = taker_map(taker, local, &row, &without_key);
    struct former former = {0};
    if (!without_key)
        former = former_find(taker, &row);
    const bool own = former.present && travel_number(former.rev) == taker->number;
    if ((own && former.rev >= row.rev) || aside_rev(taker, local) >= row.rev) {
        taker->taken->same++;
        return;
    }
    if (former.present && !own && !is_shared(row.table)) {
        reason = N_("another ledger's stands there");
        former.present = false;
    }
    if (own || (former.present && !reason))
        former_remove(taker, &row);
    if (!reason && !row_insert(taker, &row))
        reason = N_("another one stands there already");
    if (reason)
        aside_keep(taker, local, reason);
    else
        aside_remove(taker, local);
    taker->taken->rows += !reason;
    if (!reason || own)
        row_follow(taker, &row, &former, !reason);
}

/* What the ledger seals of its own may change: it is judged before and sealed after. */
static bool seals_touched(const struct travel_batch *batch)
{
    for (size_t i = 0; i < batch->rows.count; i++)
        if (is_shared(travel_row_at(batch, i)->table))
            return true;
    return false;
}

bool taker_take(struct taker *taker, int64_t number, const struct travel_batch *batch, int64_t now_ms,
                struct taken *taken)
{
    taker_begin(taker, number, now_ms, taken);
    if (seals_touched(batch) && !taker->store->unsealed)
        store_unseal(taker->store, now_ms);
    mines_find(taker, &batch->mines);
    for (size_t i = 0; i < batch->rows.count && taker_good(taker); i++)
        row_take(taker, travel_row_at(batch, i));
    taker_totals(taker);
    return taker_good(taker);
}

/* --- rows kept aside, judged again --- */

static bool aside_read(struct taker *taker, struct list *batches)
{
    struct db_query *query = db_query(taker->store->db, "SELECT name, row FROM replica_row WHERE number = ?");
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
static void mines_known(struct taker *taker, struct list *mines)
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
    store_unseal(taker->store, now_ms);
    if (aside_read(taker, &batches)) {
        mines_known(taker, &mines);
        mines_aside(taker, &batches, &mines);
        mines_find(taker, &mines);
        db_value(taker->store->db, "DELETE FROM replica_row WHERE number = ?", 1, &number);
        taker->aside = false;
    }
    for (size_t i = 0; i < batches.count; i++) {
        struct travel_batch *batch = &((struct travel_batch *)batches.at)[i];
        if (taker_good(taker))
            row_take(taker, travel_row_at(batch, 0));
        travel_batch_free(batch);
    }
    taker_totals(taker);
    free(batches.at);
    free(mines.at);
    return taker_good(taker);
}

/* --- forgetting a database --- */

static const char *const removals[] = {
#define X(table) "DELETE FROM " #table " WHERE rev > ? AND rev <= ?",
    TRAVEL_TABLES(X)
#undef X
};

bool taker_clear(struct taker *taker, int64_t number)
{
    struct db *db = taker->store->db;
    const int64_t range[] = {travel_id(number, 0), travel_id(number, TRAVEL_LOCAL_MAX)};
    store_unseal(taker->store, taker->store->commit_ms);
    db_value(db, "DELETE FROM shift_total WHERE meter > ? AND meter <= ?", 2, range);
    db_value(db, "DELETE FROM day_total WHERE meter > ? AND meter <= ?", 2, range);
    db_value(db, "DELETE FROM month_total WHERE meter > ? AND meter <= ?", 2, range);
    db_value(db, "DELETE FROM replica_meter WHERE meter > ? AND meter <= ?", 2, range);
    db_value(db, "DELETE FROM replica_row WHERE number = ?", 1, &number);
    for (int i = 0; i < TRAVEL_TABLE_COUNT; i++)
        if (i != TRAVEL_mine)
            db_value(db, removals[i], 2, range);
    /* Its mines' rows stay for their names, to be taken anew. */
    db_value(db, "UPDATE mine SET rev = ?1 WHERE rev > ?1 AND rev <= ?2", 2, range);
    taker_forget(taker);
    return taker_good(taker);
}
