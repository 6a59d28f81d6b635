/* SPDX-License-Identifier: Apache-2.0 */
/* Tallies and what is derived from them, in one pass in the order of time. */
#include <inttypes.h>
#include <stdio.h>

#include "collector/amount.h"
#include "collector/store_verify_parts.h"
#include "collector/travel.h"
#include "drivers/language.h"

struct tally_row {
    int64_t bucket_ms, end_ms, metered, good_ms, end_count;
    int64_t posted, posted_end_ms; /* by acts, of what `metered` holds; the last end of their buckets */
    bool read;
    int64_t first_at_ms, last_at_ms, segment, high, wraps;
};

/* --- derived totals --- */

static const struct {
    const char *table, *column, *find, *counts;
} derived[PERIODS] = {
    {"shift_total", "day",
     "SELECT metered, good_ms, reported FROM shift_total WHERE meter = ? AND day = ? AND shift = ?",
     "SELECT meter, count(*) FROM shift_total GROUP BY meter"},
    {"day_total", "day", "SELECT metered, good_ms, reported FROM day_total WHERE meter = ? AND day = ? AND 0 = ?",
     "SELECT meter, count(*) FROM day_total GROUP BY meter"},
    {"month_total", "month",
     "SELECT metered, good_ms, reported FROM month_total WHERE meter = ? AND month = ? AND 0 = ?",
     "SELECT meter, count(*) FROM month_total GROUP BY meter"},
};

/* A shift reports the product of its sum; days and months what their shifts report. */
static void total_report(struct verify *verify, struct verify_meter *meter)
{
    struct verify_total *shift = &meter->total[PERIOD_SHIFT];
    const size_t index = (size_t)(meter - verify->meter);

    coefficient_apply(coefficients_factor(verify->coefficients, index, (civil_day)shift->period), shift->metered,
                      &shift->reported);
    for (int longer = PERIOD_DAY; longer < PERIODS; longer++)
        meter->total[longer].reported = amount_add(meter->total[longer].reported, shift->reported);
}

/* A period is over: its row must hold what its tallies made. */
static void judge_total(struct verify *verify, struct verify_meter *meter, enum verify_period period)
{
    struct verify_total *total = &meter->total[period];
    char look[200];

    if (!total->any)
        return;
    if (period == PERIOD_SHIFT)
        total_report(verify, meter);
    struct db_query *query = db_query(verify->db, derived[period].find);
    db_bind_int(query, meter->roster->id);
    db_bind_int(query, total->period);
    db_bind_int(query, total->shift);
    bool found = db_next(query);
    int64_t metered = found ? db_int(query, 0) : 0, good_ms = found ? db_int(query, 1) : 0;
    int64_t reported = found ? db_int(query, 2) : 0;
    db_done(query);
    total->rows++;
    verify->result.totals++;
    if (found && metered == total->metered && good_ms == total->good_ms && reported == total->reported)
        return;
    snprintf(look, sizeof(look), "SELECT * FROM %s WHERE meter = %" PRId64 " AND %s = %" PRId64, derived[period].table,
             meter->roster->id, derived[period].column, total->period);
    verify_find(verify, meter, CHECK_TOTAL, look,
                "%s: metered %" PRId64 ", good_ms %" PRId64 ", reported %" PRId64 ", but its tallies make %" PRId64
                ", %" PRId64 " and, with its coefficients, %" PRId64 "%s",
                derived[period].table, metered, good_ms, reported, total->metered, total->good_ms, total->reported,
                found ? "" : say_own(" (no row)"));
}

static void add_total(struct verify *verify, struct verify_meter *meter, enum verify_period period, int64_t of,
                      int64_t shift, const struct tally_row *row)
{
    struct verify_total *total = &meter->total[period];

    if (total->any && (total->period != of || total->shift != shift)) {
        judge_total(verify, meter, period);
        *total = (struct verify_total){.rows = total->rows};
    }
    total->any = true;
    total->period = of;
    total->shift = shift;
    /* Wraps around where rows hold nonsense; the rows of sane ones are far below. */
    total->metered = (int64_t)((uint64_t)total->metered + (uint64_t)row->metered);
    total->good_ms = (int64_t)((uint64_t)total->good_ms + (uint64_t)row->good_ms);
}

/* A bucket that crosses the start of a shift would bring to one shift what is another's. */
static void judge_shift(struct verify *verify, struct verify_meter *meter, const struct tally_row *row)
{
    char look[160];

    if (row->end_ms <= meter->shift.to_ms)
        return;
    snprintf(look, sizeof(look), "SELECT * FROM tally WHERE meter = %" PRId64 " AND bucket_ms = %" PRId64,
             meter->roster->id, row->bucket_ms);
    verify_find(verify, meter, CHECK_TALLY, look,
                "bucket %" PRId64 " to %" PRId64 ": a shift of the calendar begins within it, at %" PRId64,
                row->bucket_ms, row->end_ms, meter->shift.to_ms);
}

static void add_totals(struct verify *verify, struct verify_meter *meter, const struct tally_row *row)
{
    const struct calendar *calendar = meter->roster->calendar;

    if (row->bucket_ms < meter->shift.from_ms || row->bucket_ms >= meter->shift.to_ms) {
        meter->place = calendar_place(calendar, row->bucket_ms);
        meter->shift = calendar_shift(calendar, meter->place.day, meter->place.shift);
    }
    judge_shift(verify, meter, row);
    add_total(verify, meter, PERIOD_SHIFT, meter->place.day, meter->place.shift, row);
    add_total(verify, meter, PERIOD_DAY, meter->place.day, 0, row);
    add_total(verify, meter, PERIOD_MONTH, month_of_day(meter->place.day), 0, row);
}

static void end_totals(struct verify *verify)
{
    for (size_t i = 0; i < verify->roster->meters; i++)
        for (int period = 0; period < PERIODS; period++)
            judge_total(verify, &verify->meter[i], (enum verify_period)period);
}

/* Rows of periods that have no tally at all. */
static void judge_rows(struct verify *verify, enum verify_period period)
{
    char look[160];
    struct db_query *query = db_query(verify->db, derived[period].counts);
    while (db_next(query)) {
        struct verify_meter *meter = verify_meter(verify, CHECK_TOTAL, db_int(query, 0));
        const int64_t rows = db_int(query, 1);
        if (!meter || rows == meter->total[period].rows)
            continue;
        snprintf(look, sizeof(look), "SELECT * FROM %s WHERE meter = %" PRId64, derived[period].table,
                 meter->roster->id);
        verify_find(verify, meter, CHECK_TOTAL, look, "%s has %" PRId64 " rows, but the tallies make %" PRId64,
                    derived[period].table, rows, meter->total[period].rows);
    }
    db_done(query);
}

/* --- tallies --- */

static bool row_possible(const struct tally_row *row, int64_t bucket_end_ms)
{
    bool spans = store_time(row->bucket_ms) && store_time(row->end_ms) && row->bucket_ms >= bucket_end_ms &&
                 row->end_ms > row->bucket_ms;
    bool covers = spans && row->metered >= 0 && row->good_ms >= 0 && row->good_ms <= row->end_ms - row->bucket_ms;
    bool reads = !row->read || (row->first_at_ms >= row->bucket_ms && row->first_at_ms <= row->last_at_ms &&
                                row->last_at_ms < row->end_ms);
    return covers && reads;
}

/* What the meter had counted by its last reading of the bucket cannot be more than by the bucket's end. */
static bool row_traced(const struct verify_meter *meter, const struct tally_row *row)
{
    int64_t counted, by_then;

    if (!row->read)
        return true;
    const struct verify_segment *segment = verify_segment(meter, row->segment);
    return segment && verify_counted(segment, row->high, row->wraps, &counted) &&
           !__builtin_add_overflow(segment->base, counted, &by_then) && by_then <= row->end_count;
}

static void judge_tally(struct verify *verify, struct verify_meter *meter, const struct tally_row *row)
{
    char look[160];
    int64_t end_count;

    snprintf(look, sizeof(look),
             "SELECT * FROM tally WHERE meter = %" PRId64 " AND bucket_ms <= %" PRId64
             " ORDER BY bucket_ms DESC LIMIT 2",
             verify_id(verify, meter->roster->id), row->bucket_ms);
    if (!row_possible(row, meter->bucket_end_ms))
        verify_find(verify, meter, CHECK_TALLY, look,
                    "bucket %" PRId64 " to %" PRId64 ", metered %" PRId64 ", good %" PRId64
                    " ms: overlaps the one before, or holds what no bucket can",
                    row->bucket_ms, row->end_ms, row->metered, row->good_ms);
    meter->posted = amount_add(meter->posted, row->posted);
    bool adds = !__builtin_add_overflow(meter->tallied, row->metered, &meter->tallied);
    /* A bucket that a corrected calendar has cut holds the acts' part with its last piece. */
    if (row->posted_end_ms > meter->posted_end_ms)
        meter->posted_end_ms = row->posted_end_ms;
    bool own = adds && !__builtin_sub_overflow(meter->tallied, meter->posted, &end_count);
    if (row->end_ms >= meter->posted_end_ms && (!own || end_count != row->end_count))
        verify_find(verify, meter, CHECK_TALLY, look,
                    "bucket %" PRId64 ": all metered until its end, %" PRId64 ", less what acts posted, %" PRId64
                    ", does not make end_count %" PRId64,
                    row->bucket_ms, meter->tallied, meter->posted, row->end_count);
    if (!row_traced(meter, row))
        verify_find(verify, meter, CHECK_TALLY, look,
                    "bucket %" PRId64 ": its last reading (segment %" PRId64 ", high %" PRId64 ", wraps %" PRId64
                    ") does not fit its end_count %" PRId64,
                    row->bucket_ms, row->segment, row->high, row->wraps, row->end_count);
    meter->bucket_end_ms = row->end_ms;
}

static void end_tally(struct verify *verify, struct verify_meter *meter)
{
    char look[128];

    snprintf(look, sizeof(look), "SELECT * FROM segment WHERE meter = %" PRId64, verify_id(verify, meter->roster->id));
    const int64_t posted =
        db_value(verify->db, "SELECT sum(amount) FROM posting WHERE meter = ?", 1, &meter->roster->id);
    if (meter->tallied != amount_add(meter->counted, posted))
        verify_find(verify, meter, CHECK_TALLY, look,
                    "its tallies make %" PRId64 ", but its segments counted %" PRId64 " and acts posted %" PRId64,
                    meter->tallied, meter->counted, posted);
}

/* A site's meter that the county has no row of does not count: its tallies wait for it. */
static struct verify_meter *tally_meter(struct verify *verify, int64_t id)
{
    if (!verify_own(id) && roster_meter_id(verify->roster, id) < 0 &&
        db_value(verify->db, "SELECT count(*) FROM replica_meter WHERE meter = ?", 1, &id))
        return NULL;
    return verify_meter(verify, CHECK_TALLY, id);
}

void verify_tallies(struct verify *verify)
{
    struct db_query *query =
        db_query(verify->db, "SELECT meter, bucket_ms, end_ms, metered, good_ms, end_count, last_at_ms IS NOT NULL,"
                             " first_at_ms, last_at_ms, segment, high, wraps,"
                             " (SELECT sum(amount) FROM posting WHERE posting.bucket_ms = tally.bucket_ms"
                             " AND posting.meter = tally.meter),"
                             " (SELECT max(end_ms) FROM posting WHERE posting.bucket_ms = tally.bucket_ms"
                             " AND posting.meter = tally.meter) FROM tally ORDER BY bucket_ms, meter");
    while (db_next(query)) {
        const bool own = verify_own(db_int(query, 0));
        struct verify_meter *meter = tally_meter(verify, db_int(query, 0));
        if (!meter)
            continue;
        struct tally_row row = {.bucket_ms = db_int(query, 1),
                                .end_ms = db_int(query, 2),
                                .metered = db_int(query, 3),
                                .good_ms = db_int(query, 4),
                                .end_count = db_int(query, 5),
                                .read = db_int(query, 6) != 0,
                                .first_at_ms = db_int(query, 7),
                                .last_at_ms = db_int(query, 8),
                                .segment = db_int(query, 9),
                                .high = db_int(query, 10),
                                .wraps = db_int(query, 11),
                                .posted = db_int(query, 12),
                                .posted_end_ms = db_int(query, 13)};
        if (own)
            judge_tally(verify, meter, &row);
        if (!verify->copy && store_time(row.bucket_ms))
            add_totals(verify, meter, &row);
        verify->result.tallies++;
        verify_row(verify);
    }
    db_done(query);
    for (size_t i = 0; i < verify->roster->meters; i++)
        if (verify_own(verify->roster->meter[i].id))
            end_tally(verify, &verify->meter[i]);
    if (verify->copy)
        return;
    end_totals(verify);
    for (int period = 0; period < PERIODS; period++)
        judge_rows(verify, (enum verify_period)period);
}
