/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/store_sites.h"

#include <stdio.h>

#include "collector/store_branch.h"
#include "collector/travel.h"

int64_t site_last_row_ms(struct db *db, int64_t number)
{
    return db_value(db,
                    "SELECT max((SELECT last_at_ms FROM tally WHERE meter = meter.id ORDER BY bucket_ms DESC LIMIT 1))"
                    " FROM meter WHERE database = ?",
                    1, &number);
}

bool site_simulated(struct db *db, int64_t number)
{
    return db_value(db,
                    "SELECT min(simulated) FROM replica_mine JOIN mine ON mine.id = replica_mine.mine WHERE number = ?",
                    1, &number) > 0;
}

void site_reasons(struct db *db, int64_t number, site_reason_teller *tell, void *context)
{
    struct db_query *query = db_query(
        db, "SELECT reason, count(*) FROM replica_row WHERE number = ? GROUP BY reason ORDER BY count(*) DESC, reason");
    db_bind_int(query, number);
    while (db_next(query))
        tell(context, db_text(query, 0), db_int(query, 1));
    db_done(query);
}

void site_superseded(struct db *db, int64_t number, int64_t since_ms, site_amount_teller *tell, void *context)
{
    struct db_query *query =
        db_query(db, "SELECT quantity, sum(ifnull(before, 0) - ifnull(after, 0)) FROM replica_switch AS switched"
                     " JOIN replica_superseded AS row ON row.switch = switched.id AND row.name = 'tally'"
                     " JOIN meter ON meter.id = row.meter AND meter.role = 'main'"
                     " WHERE switched.number = ? AND switched.at_ms >= ? GROUP BY quantity ORDER BY quantity");
    db_bind_int(query, number);
    db_bind_int(query, since_ms);
    while (db_next(query))
        tell(context, db_text(query, 0), db_int(query, 1));
    db_done(query);
}

/* --- what nobody decided in time --- */

#define UNDECIDED                                                                                                      \
    " FROM journal LEFT JOIN meter ON meter.id = journal.meter WHERE journal.open = 1 AND journal.id > ?1 AND"         \
    " journal.id <= ?2 AND journal.id NOT IN (SELECT journal FROM resolution)"                                         \
    " AND journal.id >> 40 IN (SELECT number FROM replica WHERE standing = 'retired')"

void site_undecided(struct db *db, int64_t number, site_undecided_teller *tell, void *context)
{
    struct db_query *query =
        db_query(db, "SELECT journal.id, ifnull(journal.meter, 0), kind, at_ms, amount, ifnull(meter.name, ''),"
                     " ifnull(meter.unit, '')" UNDECIDED " ORDER BY journal.id");
    db_bind_int(query, travel_id(number, 0));
    db_bind_int(query, travel_id(number, TRAVEL_LOCAL_MAX));
    while (db_next(query)) {
        const struct site_undecided undecided = {.id = db_int(query, 0),
                                                 .meter = db_int(query, 1),
                                                 .kind = db_text(query, 2),
                                                 .at_ms = db_int(query, 3),
                                                 .amount = db_int(query, 4),
                                                 .meter_name = db_text(query, 5),
                                                 .unit = db_text(query, 6)};
        tell(context, &undecided);
    }
    db_done(query);
}

int64_t site_undecided_count(struct db *db, int64_t number)
{
    const int64_t ids[] = {travel_id(number, 0), travel_id(number, TRAVEL_LOCAL_MAX)};
    return db_value(db, "SELECT count(*)" UNDECIDED, 2, ids);
}

/* --- states --- */

static struct site_state state_of(bool counts, const char *incarnation)
{
    struct site_state state = {.counts = counts};
    snprintf(state.incarnation, sizeof state.incarnation, "%s", incarnation);
    return state;
}

static int64_t live_rows(struct db *db, int64_t number)
{
    const int64_t revs[] = {travel_id(number, 0), travel_id(number, TRAVEL_LOCAL_MAX)};
#define HELD(table) " + (SELECT count(*) FROM " #table " WHERE rev > ?1 AND rev <= ?2)"
    return db_value(db, "SELECT 0" TRAVEL_TABLES(HELD), 2, revs);
#undef HELD
}

void site_state_live(struct db *db, const struct replica_database *database, struct site_state *state)
{
    *state = state_of(database->standing == REPLICA_ACCEPTED, database->live.position.incarnation);
    struct db_query *query = db_query(db, "SELECT opened_ms FROM incarnation WHERE id = ?1 AND rev >> 40 = ?2");
    db_bind_text(query, state->incarnation);
    db_bind_int(query, database->number);
    state->started_ms = db_next(query) ? db_int(query, 0) : 0;
    db_done(query);
    state->last_row_ms = site_last_row_ms(db, database->number);
    state->rows = live_rows(db, database->number);
}

#define BRANCH_NEWEST(same)                                                                                            \
    "SELECT * FROM (SELECT rev, row FROM replica_branch WHERE part = ?1 AND same = " same                              \
    " AND name = ?2 ORDER BY rev DESC LIMIT 1)"

/* Of the newest row of that table in the branch, a column; rows lie there as they travelled: {"row":[rev,...]}. */
static int64_t branch_newest(struct db *db, int64_t part, enum travel_name table, const char *column)
{
    struct db_query *query = db_query(db, "SELECT row ->> ('$.row[' || ?3 || ']') FROM (" BRANCH_NEWEST(
                                              "0") " UNION ALL " BRANCH_NEWEST("1") ") ORDER BY rev DESC LIMIT 1");
    db_bind_int(query, part);
    db_bind_text(query, travel_tables[table].name);
    db_bind_int(query, 1 + travel_column(&travel_tables[table], column));
    const int64_t newest = db_next(query) ? db_int(query, 0) : 0;
    db_done(query);
    return newest;
}

void site_state_branch(struct db *db, const struct replica_database *database, struct site_state *state)
{
    const struct replica_position *branch = &database->branch.position;
    *state = state_of(false, replica_position_none(branch) ? database->stated_incarnation : branch->incarnation);
    const int64_t part = branch_part(db, database->number, BRANCH_GATHERED);
    state->started_ms = branch_newest(db, part, TRAVEL_incarnation, "opened_ms");
    state->last_row_ms = branch_newest(db, part, TRAVEL_tally, "last_at_ms");
    state->rows = db_value(db, "SELECT count(*) FROM replica_branch WHERE part = ?", 1, &part);
}
