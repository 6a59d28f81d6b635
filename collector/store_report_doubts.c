/* SPDX-License-Identifier: Apache-2.0 */
/* What makes a figure less than sure: gaps, hours that were cut, open work. */
#include "collector/amount.h"
#include "collector/display.h"
#include "collector/list.h"
#include "collector/store_report_parts.h"
#include "drivers/span.h"

/* Times further off than this (some 140 million years) are no times. */
static const int64_t time_limit_ms = INT64_MAX / 2;

static bool is_time(int64_t at_ms)
{
    return at_ms > -time_limit_ms && at_ms < time_limit_ms;
}

static void out_of_memory(struct db *db)
{
    db_fail(db, DB_OTHER, "out of memory");
}

static void gaps_read(struct report *report, int64_t from_ms, int64_t to_ms)
{
    struct db_query *query = db_query(
        report->db, "SELECT meter, from_ms, to_ms, amount FROM gap INDEXED BY gap_end WHERE from_ms < ? AND to_ms > ?");
    struct list list = {.size = sizeof *report->gap};
    db_bind_int(query, to_ms);
    db_bind_int(query, from_ms);
    while (db_next(query)) {
        const int meter = roster_meter_id(report->roster, db_int(query, 0));
        const struct report_gap gap = {(size_t)meter, db_int(query, 1), db_int(query, 2), db_int(query, 3)};
        if (meter < 0 || !is_time(gap.from_ms) || !is_time(gap.to_ms))
            continue;
        struct report_gap *slot = list_add(&list);
        if (slot)
            *slot = gap;
        else
            out_of_memory(report->db);
    }
    report->gap = list.at;
    report->gaps = list.count;
}

/* The parts of one hour stand side by side: each gets to know the whole. */
static void splits_join(struct report_split *split, size_t count)
{
    for (size_t i = 0, next; i < count; i = next) {
        const struct calendar_span hour = civil_hour(split[i].part.from_ms);
        struct calendar_span whole = split[i].part;
        int64_t amount = split[i].amount;
        for (next = i + 1; next < count && split[next].meter == split[i].meter &&
                           split[next].part.from_ms == whole.to_ms && whole.to_ms < hour.to_ms;
             next++) {
            whole.to_ms = split[next].part.to_ms;
            amount = amount_add(amount, split[next].amount);
        }
        for (size_t j = i; j < next; j++) {
            split[j].whole = whole;
            split[j].whole_amount = amount;
        }
    }
}

/* Also of an hour that an edge of the span cuts: buckets are an hour at most. */
static void splits_read(struct report *report, int64_t from_ms, int64_t to_ms)
{
    struct db_query *query =
        db_query(report->db, "SELECT meter, bucket_ms, end_ms, metered FROM tally WHERE split_act IS NOT NULL"
                             " AND bucket_ms > ? AND bucket_ms < ? ORDER BY meter, bucket_ms");
    struct list list = {.size = sizeof *report->split};
    db_bind_int(query, is_time(from_ms) ? from_ms - HOUR_MS : from_ms);
    db_bind_int(query, is_time(to_ms) ? to_ms + HOUR_MS : to_ms);
    while (db_next(query)) {
        const int meter = roster_meter_id(report->roster, db_int(query, 0));
        const struct calendar_span part = {db_int(query, 1), db_int(query, 2)};
        if (meter < 0 || !is_time(part.from_ms) || !is_time(part.to_ms))
            continue;
        struct report_split *slot = list_add(&list);
        if (slot)
            *slot = (struct report_split){.meter = (size_t)meter, .part = part, .amount = db_int(query, 3)};
        else
            out_of_memory(report->db);
    }
    report->split = list.at;
    report->splits = list.count;
    splits_join(report->split, report->splits);
}

/* The times are asked for in SQL too, because the index has them: the rows of ten years are not read for those of a
 * day. */
static void works_read(struct report *report, int64_t from_ms, int64_t to_ms)
{
    struct db_query *query =
        db_query(report->db, "SELECT id, meter, at_ms, from_ms, to_ms, amount, bounded, low, high, kind FROM journal"
                             " WHERE open = 1 AND CASE WHEN from_ms OR to_ms THEN from_ms ELSE at_ms END < ?"
                             " AND CASE WHEN from_ms OR to_ms THEN to_ms ELSE at_ms END >= ?"
                             " AND meter IS NOT NULL AND id NOT IN (SELECT journal FROM resolution)"
                             " ORDER BY at_ms, id");
    struct list list = {.size = sizeof *report->work};
    db_bind_int(query, to_ms);
    db_bind_int(query, from_ms);
    while (db_next(query)) {
        const int meter = roster_meter_id(report->roster, db_int(query, 1));
        struct report_work work = {.meter = (size_t)meter,
                                   .id = db_int(query, 0),
                                   .at_ms = db_int(query, 2),
                                   .from_ms = db_int(query, 3),
                                   .to_ms = db_int(query, 4),
                                   .amount = db_int(query, 5),
                                   .bounded = db_int(query, 6) != 0,
                                   .low = db_int(query, 7),
                                   .high = db_int(query, 8)};
        if (meter < 0 || !work_touches(&work, (struct calendar_span){from_ms, to_ms}))
            continue;
        text_clean(db_text(query, 9), work.kind, sizeof work.kind);
        struct report_work *slot = list_add(&list);
        if (slot)
            *slot = work;
        else
            out_of_memory(report->db);
    }
    report->work = list.at;
    report->works = list.count;
}

void report_doubts_read(struct report *report, struct calendar_span span)
{
    gaps_read(report, span.from_ms, span.to_ms);
    splits_read(report, span.from_ms, span.to_ms);
    works_read(report, span.from_ms, span.to_ms);
}

int64_t gap_share(const struct report_gap *gap, struct calendar_span span)
{
    return amount_before(gap->amount, gap->from_ms, gap->to_ms, span.to_ms) -
           amount_before(gap->amount, gap->from_ms, gap->to_ms, span.from_ms);
}

bool gap_cut(const struct report_gap *gap, struct calendar_span span)
{
    const bool touches = gap->from_ms < span.to_ms && gap->to_ms > span.from_ms;
    return touches && (gap->from_ms < span.from_ms || gap->to_ms > span.to_ms) && gap->amount != 0;
}

bool split_cut(const struct report_split *split, struct calendar_span span)
{
    const bool part = split->part.from_ms >= span.from_ms && split->part.to_ms <= span.to_ms;
    return part && (split->whole.from_ms < span.from_ms || split->whole.to_ms > span.to_ms) && split->whole_amount != 0;
}

bool work_touches(const struct report_work *work, struct calendar_span span)
{
    const bool stretch = work->from_ms || work->to_ms;
    const int64_t from_ms = stretch ? work->from_ms : work->at_ms, to_ms = stretch ? work->to_ms : work->at_ms;
    return from_ms < span.to_ms && (to_ms > span.from_ms || (from_ms == to_ms && from_ms == span.from_ms));
}
