/* SPDX-License-Identifier: Apache-2.0 */
/* The tallies of a mine after its calendar was corrected: no bucket may cross a start of a shift. */
#include <stdlib.h>

#include "collector/cut.h"
#include "collector/list.h"
#include "collector/store_parts.h"
#include "collector/store_roster.h"

enum { BEFORE_MS = 2 * 86400 * 1000 }; /* also rows before the change: what is known of the first bucket */

struct segment_row {
    int64_t segment, first, modulus, base;
    struct ratio convert;
    int64_t opened_ms;
};

/* One meter on the way through its rows. */
struct cutting {
    struct store *store;
    const struct roster_meter *meter;
    int64_t act;
    struct list segments; /* struct segment_row */
    struct list rows;     /* struct cut_row, in the order of time */
    int64_t start_count;  /* before the first of them */
    bool first_ever;      /* the first of them is the meter's first */
    int64_t estimated;    /* rows so divided */
};

/* --- reading --- */

static void segments_read(struct cutting *cutting)
{
    struct db *db = cutting->store->db;
    struct db_query *query = db_query(db, "SELECT segment, first, modulus, base, times, over, opened_ms FROM segment"
                                          " WHERE meter = ? ORDER BY segment");
    db_bind_int(query, cutting->meter->id);
    while (db_next(query)) {
        struct segment_row *row = list_add(&cutting->segments);
        if (!row) {
            db_fail(db, DB_OTHER, "out of memory");
            break;
        }
        *row = (struct segment_row){db_int(query, 0),
                                    db_int(query, 1),
                                    db_int(query, 2),
                                    db_int(query, 3),
                                    {db_int(query, 4), db_int(query, 5)},
                                    db_int(query, 6)};
    }
    db_done(query);
}

static void rows_read(struct cutting *cutting, int64_t from_ms)
{
    struct db *db = cutting->store->db;
    struct db_query *query =
        db_query(db, "SELECT bucket_ms, end_ms, metered, good_ms, end_count, last_at_ms IS NOT NULL, first_raw,"
                     " first_at_ms, last_raw, last_at_ms, segment, high, wraps FROM tally"
                     " WHERE bucket_ms >= ? AND meter = ? ORDER BY bucket_ms");
    db_bind_int(query, from_ms);
    db_bind_int(query, cutting->meter->id);
    while (db_next(query)) {
        struct cut_row *row = list_add(&cutting->rows);
        if (!row) {
            db_fail(db, DB_OTHER, "out of memory");
            break;
        }
        *row = (struct cut_row){db_int(query, 0), db_int(query, 1),      db_int(query, 2),  db_int(query, 3),
                                db_int(query, 4), db_int(query, 5) != 0, db_int(query, 6),  db_int(query, 7),
                                db_int(query, 8), db_int(query, 9),      db_int(query, 10), db_int(query, 11),
                                db_int(query, 12)};
    }
    db_done(query);
    query =
        db_query(db, "SELECT end_count FROM tally WHERE bucket_ms < ? AND meter = ? ORDER BY bucket_ms DESC LIMIT 1");
    db_bind_int(query, from_ms);
    db_bind_int(query, cutting->meter->id);
    cutting->first_ever = !db_next(query);
    cutting->start_count = cutting->first_ever ? 0 : db_int(query, 0);
    db_done(query);
}

/* --- what is known of a row --- */

static const struct cut_row *row_at(const struct cutting *cutting, size_t index)
{
    return (const struct cut_row *)cutting->rows.at + index;
}

/* All that the meter had counted in this state. */
static struct cut_reading reading_of(const struct cutting *cutting, int64_t segment, int64_t at_ms, int64_t high,
                                     int64_t wraps)
{
    struct cut_reading reading = {.at_ms = at_ms, .segment = segment, .high = high, .wraps = wraps};
    const struct segment_row *row = cutting->segments.at;
    for (size_t i = 0; i < cutting->segments.count; i++) {
        int64_t turned, total, first;
        if (row[i].segment != segment || row[i].convert.over <= 0 ||
            __builtin_mul_overflow(wraps, row[i].modulus, &turned) || __builtin_add_overflow(turned, high, &turned) ||
            !ratio_floor(row[i].convert, turned, &total) || !ratio_floor(row[i].convert, row[i].first, &first))
            continue;
        reading.known = !__builtin_sub_overflow(total, first, &total) &&
                        !__builtin_add_overflow(total, row[i].base, &reading.count);
    }
    return reading;
}

static struct cut_reading last_of(const struct cutting *cutting, const struct cut_row *row)
{
    return reading_of(cutting, row->segment, row->last_at_ms, row->high, row->wraps);
}

static int64_t opened_ms(const struct cutting *cutting, int64_t segment)
{
    const struct segment_row *row = cutting->segments.at;
    for (size_t i = 0; i < cutting->segments.count; i++)
        if (row[i].segment == segment)
            return row[i].opened_ms;
    return INT64_MIN;
}

/* The first reading of a row: known where it is the last one too, opened the row's segment, or went on from the
 * last one before, in that segment or in the one that ended later in the row. */
static struct cut_reading first_of(const struct cutting *cutting, const struct cut_row *row,
                                   const struct cut_row *before)
{
    const struct segment_row *opening = cutting->segments.at;
    const int64_t at_ms = row->first_at_ms, opened = opened_ms(cutting, row->segment);
    const bool goes_on = before && before->segment == row->segment && before->wraps == row->wraps;
    const bool begins = !before && cutting->first_ever && cutting->segments.count && row->segment == opening->segment &&
                        row->first_raw == opening->first;
    const bool ends = before && before->segment + 1 == row->segment && opened > at_ms;
    if (at_ms == row->last_at_ms)
        return last_of(cutting, row);
    if (row->wraps == 0 && (begins || opened == at_ms))
        return reading_of(cutting, row->segment, at_ms, row->first_raw, 0);
    if (goes_on || (ends && row->first_raw >= before->high))
        return reading_of(cutting, before->segment, at_ms,
                          before->high > row->first_raw ? before->high : row->first_raw, before->wraps);
    return (struct cut_reading){0};
}

static struct cut_known known_of(const struct cutting *cutting, size_t index)
{
    const struct cut_row *row = row_at(cutting, index), *before = NULL, *after = NULL;
    for (size_t i = index; i-- > 0 && !before;)
        before = row_at(cutting, i)->read ? row_at(cutting, i) : NULL;
    for (size_t i = index + 1; i < cutting->rows.count && !after; i++)
        after = row_at(cutting, i)->read ? row_at(cutting, i) : NULL;
    struct cut_known known = {
        .start_count = index ? row_at(cutting, index - 1)->end_count : cutting->start_count,
        .latest = index + 1 == cutting->rows.count,
    };
    if (before)
        known.before = last_of(cutting, before);
    if (row->read) {
        known.first = first_of(cutting, row, before);
        known.last = last_of(cutting, row);
    }
    if (after)
        known.after = first_of(cutting, after, row->read ? row : before);
    return known;
}

/* --- writing --- */

static void bind_reading(struct db_query *query, const struct cut_row *row)
{
    const int64_t values[] = {row->first_raw, row->first_at_ms, row->last_raw, row->last_at_ms,
                              row->segment,   row->high,        row->wraps};
    for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
        if (row->read)
            db_bind_int(query, values[i]);
        else
            db_bind_null(query);
    }
}

/* The first part stays the row that it was; the others are new ones. */
static void part_write(struct cutting *cutting, const struct cut_row *row, bool estimated)
{
    struct db_query *query = db_query(
        cutting->store->db,
        "INSERT INTO tally(meter, bucket_ms, end_ms, metered, good_ms, end_count, first_raw, first_at_ms, last_raw,"
        " last_at_ms, segment, high, wraps, split_act, rev) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
        " nullif(?, 0), ?) ON CONFLICT DO UPDATE SET end_ms = excluded.end_ms, metered = excluded.metered,"
        " good_ms = excluded.good_ms, end_count = excluded.end_count, first_raw = excluded.first_raw,"
        " first_at_ms = excluded.first_at_ms, last_raw = excluded.last_raw, last_at_ms = excluded.last_at_ms,"
        " segment = excluded.segment, high = excluded.high, wraps = excluded.wraps,"
        " split_act = ifnull(excluded.split_act, split_act), rev = excluded.rev");
    db_bind_int(query, cutting->meter->id);
    db_bind_int(query, row->bucket_ms);
    db_bind_int(query, row->end_ms);
    db_bind_int(query, row->metered);
    db_bind_int(query, row->good_ms);
    db_bind_int(query, row->end_count);
    bind_reading(query, row);
    db_bind_int(query, estimated ? cutting->act : 0);
    db_bind_int(query, store_rev(cutting->store));
    db_next(query);
}

/* What acts posted into the whole moves with it: this act takes it out of the first part and
 * puts it into the others, so that each bucket is its count and its postings. */
static void posting_write(struct cutting *cutting, const struct cut_row *part, int64_t amount)
{
    if (amount == 0 || cutting->act == 0)
        return;
    struct db_query *query =
        db_query(cutting->store->db, "INSERT INTO posting(act, meter, bucket_ms, end_ms, amount, rev)"
                                     " VALUES(?, ?, ?, ?, ?, ?)");
    db_bind_int(query, cutting->act);
    db_bind_int(query, cutting->meter->id);
    db_bind_int(query, part->bucket_ms);
    db_bind_int(query, part->end_ms);
    db_bind_int(query, amount);
    db_bind_int(query, store_rev(cutting->store));
    db_next(query);
}

static void row_divide(struct cutting *cutting, size_t index, const int64_t *cut_ms, size_t cuts)
{
    const struct cut_row *row = row_at(cutting, index);
    const struct cut_known known = known_of(cutting, index);
    struct cut_part part[CUTS_MAX + 1];
    const bool estimated = cut_divide(row, &known, cut_ms, cuts, part);
    const int64_t posted = row->metered - (row->end_count - known.start_count);

    cutting->estimated += estimated;
    if (posted && !cutting->act)
        return; /* nobody there to say where that goes */
    for (size_t i = 0; i <= cuts; i++) {
        if (i > 0 && part[i].empty)
            continue;
        part_write(cutting, &part[i].row, estimated);
        posting_write(cutting, &part[i].row, part[i].row.metered - part[i].counted - (i == 0 ? posted : 0));
    }
}

/* --- a meter --- */

/* Where the calendar wants a bucket to end within the row. */
static size_t cuts_of(const struct cutting *cutting, const struct cut_row *row, int64_t *cut_ms)
{
    size_t cuts = 0;
    int64_t at_ms = calendar_bucket(cutting->meter->calendar, row->bucket_ms).to_ms;
    while (cuts < CUTS_MAX && at_ms < row->end_ms) {
        cut_ms[cuts++] = at_ms;
        at_ms = calendar_bucket(cutting->meter->calendar, at_ms).to_ms;
    }
    return cuts;
}

static void meter_cut(struct cutting *cutting, int64_t from_ms)
{
    int64_t cut_ms[CUTS_MAX];

    segments_read(cutting);
    rows_read(cutting, from_ms > INT64_MIN + BEFORE_MS ? from_ms - BEFORE_MS : INT64_MIN);
    for (size_t i = 0; i < cutting->rows.count && db_fault(cutting->store->db) == DB_OK; i++) {
        const struct cut_row *row = row_at(cutting, i);
        const size_t cuts = store_time(row->bucket_ms) && store_time(row->end_ms) && row->end_ms > from_ms
                                ? cuts_of(cutting, row, cut_ms)
                                : 0;
        if (cuts > 0)
            row_divide(cutting, i, cut_ms, cuts);
    }
    free(cutting->segments.at);
    free(cutting->rows.at);
}

int64_t store_recut(struct store *store, int64_t mine, int64_t from_ms, int64_t act)
{
    struct roster *roster = roster_read(store->db);
    int64_t estimated = 0;
    for (size_t i = 0; roster && i < roster->meters; i++) {
        struct cutting cutting = {.store = store,
                                  .meter = &roster->meter[i],
                                  .act = act,
                                  .segments.size = sizeof(struct segment_row),
                                  .rows.size = sizeof(struct cut_row)};
        if (roster->mine[roster->meter[i].mine].id == mine)
            meter_cut(&cutting, from_ms);
        estimated += cutting.estimated;
    }
    roster_free(roster);
    store_derive_again(store->db, mine);
    return estimated;
}
