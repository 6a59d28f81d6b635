/* SPDX-License-Identifier: Apache-2.0 */
/* What the switch takes away: the rows that count and are not the same in the branch.
 *
 * They are looked for stretch by stretch of some thousand rows that are the same: as many rows count there as are the
 * same, or else one by one. A stretch that does not come out even then (two rows of one rev, which no ledger has) has
 * no rows that are the same. */
#include <stdlib.h>
#include <string.h>

#include "collector/store_branch_parts.h"
#include "collector/travel_payload.h"

enum { STRETCH_ROWS = 16384, FOUND_ROWS = 4096, RUN_GAP = 32, RUN_REVS = 400 };

/* --- telling --- */

/* Behind the rev: {"row":[rev,... */
static bool row_same(const char *one, const char *other)
{
    const char *of_one = strchr(one, ','), *of_other = strchr(other, ',');
    return of_one && of_other && strcmp(of_one, of_other) == 0;
}

static void row_told(const struct branch_leaving *leaving, const struct travel_row *row, const char *now)
{
    struct travel_batch parsed;
    travel_batch_begin(&parsed);
    if (travel_row_parse(now, row->table, &parsed))
        leaving->tell(leaving->context, row, travel_row_at(&parsed, 0));
    else
        db_fail(leaving->db, DB_CORRUPT, "a row of table replica_branch is damaged");
    travel_batch_free(&parsed);
}

static void row_tell(struct branch_leaving *leaving, const struct travel_row *row)
{
    branch_texts_form(leaving->db, &leaving->texts, row);
    struct db_query *query =
        db_query(leaving->db, "SELECT row FROM replica_branch WHERE part = ? AND name = ? AND key = ?");
    db_bind_int(query, leaving->part);
    db_bind_text(query, travel_tables[row->table].name);
    db_bind_text(query, leaving->texts.key.at);
    if (!db_next(query)) {
        if (db_fault(leaving->db) == DB_OK)
            leaving->tell(leaving->context, row, NULL);
    } else if (!row_same(db_text(query, 0), leaving->texts.whole.at)) {
        row_told(leaving, row, db_text(query, 0));
    }
    db_done(query);
}

/* --- rows that leave --- */

/* Revs of a table, in their order. */
struct found {
    struct branch_leaving *leaving;
    int64_t rev[FOUND_ROWS];
    size_t count;
};

static int rev_order(const void *a, const void *b)
{
    const int64_t one = *(const int64_t *)a, other = *(const int64_t *)b;
    return (one > other) - (one < other);
}

static void rows_leave(void *context, const struct travel_batch *batch)
{
    const struct found *found = context;
    struct branch_leaving *leaving = found->leaving;
    struct travel_batch leave = *batch;
    leave.rows = (struct list){.size = sizeof(struct travel_row)};
    for (size_t i = 0; i < batch->rows.count && db_fault(leaving->db) == DB_OK; i++) {
        const struct travel_row *row = travel_row_at(batch, i);
        if (!bsearch(&row->rev, found->rev, found->count, sizeof *found->rev, rev_order))
            continue;
        struct travel_row *one = list_add(&leave.rows);
        if (one)
            *one = *row;
        else
            db_fail(leaving->db, DB_OTHER, "out of memory");
        row_tell(leaving, row);
    }
    taker_leave(leaving->taker, leaving->number, &leave, leaving->now_ms, leaving->taken);
    free(leave.rows.at);
}

/* Revs that lie close are read together. */
static void found_leave(struct found *found)
{
    const struct branch_leaving *leaving = found->leaving;
    for (size_t i = 0, end; i < found->count; i = end) {
        for (end = i + 1; end < found->count && found->rev[end] - found->rev[end - 1] <= RUN_GAP &&
                          found->rev[end] - found->rev[i] <= RUN_REVS;)
            end++;
        branch_live(leaving->db, leaving->number, found->rev[i] - 1, found->rev[end - 1], rows_leave, found);
    }
}

/* --- looking for them --- */

struct stretch {
    int64_t from, to; /* local revs in (from, to] */
    int64_t same;     /* rows */
};

/* The last of both: rows that are kept aside. */
enum { ASIDE = TRAVEL_TABLE_COUNT, PLACES };

#define LIVE_ROWS " AS live WHERE rev > ? AND rev <= ?"
/* The second condition on rev is what its index says of table segment. */
#define COPIES LIVE_ROWS " AND rev >= " TRAVEL_FOREIGN
#define OTHERS(name)                                                                                                   \
    " AND NOT EXISTS (SELECT 1 FROM replica_branch AS branch WHERE part = ? AND same = 1"                              \
    " AND branch.rev = live.rev & 1099511627775 AND branch.name = " name ") ORDER BY rev LIMIT 4096"
static const char *const counts[PLACES] = {
#define X(table) "SELECT count(*) FROM " #table COPIES,
    TRAVEL_TABLES(X)
#undef X
        [ASIDE] = ("SELECT count(*) FROM replica_row" LIVE_ROWS)};
static const char *const others[PLACES] = {
#define X(table) "SELECT rev FROM " #table COPIES OTHERS("'" #table "'"),
    TRAVEL_TABLES(X)
#undef X
        [ASIDE] = ("SELECT rev FROM replica_row" LIVE_ROWS OTHERS("live.name"))};

static int64_t stretch_live(const struct branch_leaving *leaving, const struct stretch *stretch)
{
    const int64_t range[] = {travel_id(leaving->number, stretch->from), travel_id(leaving->number, stretch->to)};
    int64_t count = 0;
    for (int place = 0; place < PLACES; place++)
        count += db_value(leaving->db, counts[place], 2, range);
    return count;
}

static bool others_find(const struct branch_leaving *leaving, int place, int64_t from, int64_t to, struct found *found)
{
    struct db_query *query = db_query(leaving->db, others[place]);
    db_bind_int(query, travel_id(leaving->number, from));
    db_bind_int(query, travel_id(leaving->number, to));
    db_bind_int(query, leaving->part);
    for (found->count = 0; found->count < FOUND_ROWS && db_next(query);)
        found->rev[found->count++] = travel_local(db_int(query, 0));
    db_done(query);
    return found->count > 0 && db_fault(leaving->db) == DB_OK;
}

static void stretch_leave(struct branch_leaving *leaving, const struct stretch *stretch)
{
    struct found found = {.leaving = leaving};
    for (int place = 0; place < PLACES; place++)
        for (int64_t from = stretch->from; others_find(leaving, place, from, stretch->to, &found);
             from = found.rev[found.count - 1])
            found_leave(&found);
}

static void stretch_unsame(const struct branch_leaving *leaving, const struct stretch *stretch)
{
    const int64_t values[] = {leaving->part, stretch->from, stretch->to};
    db_value(leaving->db,
             "UPDATE replica_branch SET same = 0 WHERE (part, name, key) IN (SELECT part, name, key FROM replica_branch"
             " WHERE part = ? AND same = 1 AND rev > ? AND rev <= ?)",
             3, values);
}

/* From where it ended before; the last one is open. */
static struct stretch stretch_next(const struct branch_leaving *leaving, int64_t from)
{
    const int64_t values[] = {leaving->part, from};
    const int64_t to = db_value(leaving->db,
                                "SELECT rev FROM replica_branch WHERE part = ? AND same = 1 AND rev > ?"
                                " ORDER BY rev LIMIT 1 OFFSET 16383",
                                2, values);
    if (to)
        return (struct stretch){from, to, STRETCH_ROWS};
    return (struct stretch){from, TRAVEL_LOCAL_MAX,
                            db_value(leaving->db,
                                     "SELECT count(*) FROM replica_branch WHERE part = ? AND same = 1 AND rev > ?", 2,
                                     values)};
}

static void batch_tell(void *context, const struct travel_batch *batch)
{
    struct branch_leaving *leaving = context;
    for (size_t i = 0; i < batch->rows.count && db_fault(leaving->db) == DB_OK; i++)
        row_tell(leaving, travel_row_at(batch, i));
}

/* Nothing stays. */
static void all_leave(struct branch_leaving *leaving)
{
    branch_live(leaving->db, leaving->number, 0, TRAVEL_LOCAL_MAX, batch_tell, leaving);
    taker_clear(leaving->taker, leaving->number);
}

void branch_leave(struct branch_leaving *leaving)
{
    if (!db_value(leaving->db, "SELECT EXISTS (SELECT 1 FROM replica_branch WHERE part = ? AND same = 1)", 1,
                  &leaving->part)) {
        all_leave(leaving);
        return;
    }
    for (int64_t from = 0; from < TRAVEL_LOCAL_MAX && db_fault(leaving->db) == DB_OK;) {
        const struct stretch stretch = stretch_next(leaving, from);
        if (stretch_live(leaving, &stretch) != stretch.same)
            stretch_leave(leaving, &stretch);
        if (stretch_live(leaving, &stretch) != stretch.same) {
            stretch_unsame(leaving, &stretch);
            stretch_leave(leaving, &stretch);
        }
        from = stretch.to;
    }
}
