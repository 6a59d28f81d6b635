/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/store_report.h"

#include <stdio.h>
#include <stdlib.h>

#include "collector/amount.h"
#include "collector/display.h"
#include "collector/list.h"
#include "collector/resolution.h"
#include "collector/store_parts.h"
#include "drivers/decimal.h"

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
    const int64_t hour_ms = 3600000;
    struct db_query *query =
        db_query(report->db, "SELECT meter, bucket_ms, end_ms, metered FROM tally WHERE split_act IS NOT NULL"
                             " AND bucket_ms > ? AND bucket_ms < ? ORDER BY meter, bucket_ms");
    struct list list = {.size = sizeof *report->split};
    db_bind_int(query, is_time(from_ms) ? from_ms - hour_ms : from_ms);
    db_bind_int(query, is_time(to_ms) ? to_ms + hour_ms : to_ms);
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

static void works_read(struct report *report, int64_t from_ms, int64_t to_ms)
{
    struct db_query *query =
        db_query(report->db, "SELECT id, meter, at_ms, from_ms, to_ms, amount, bounded, low, high, kind FROM journal"
                             " WHERE open = 1 AND meter IS NOT NULL"
                             " AND id NOT IN (SELECT journal FROM resolution)");
    struct list list = {.size = sizeof *report->work};
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

struct report *report_new(struct db *db, const struct roster *roster, int64_t now_ms, int64_t from_ms, int64_t to_ms)
{
    struct report *report = calloc(1, sizeof *report);
    if (report) {
        *report = (struct report){.db = db,
                                  .roster = roster,
                                  .now_ms = now_ms,
                                  .sums = {.db = db, .roster = roster},
                                  .additions = {.db = db, .roster = roster}};
        report->first = calloc(roster->meters + 1, sizeof *report->first);
        report->first_known = calloc(roster->meters + 1, sizeof *report->first_known);
        report->last = calloc(roster->meters + 1, sizeof *report->last);
        report->last_known = calloc(roster->meters + 1, sizeof *report->last_known);
    }
    if (!report || !report->first || !report->first_known || !report->last || !report->last_known)
        out_of_memory(db);
    else {
        gaps_read(report, from_ms, to_ms);
        splits_read(report, from_ms, to_ms);
        works_read(report, from_ms, to_ms);
        report->coefficients = coefficients_read(db, roster);
    }
    if (db_fault(db) == DB_OK)
        return report;
    report_free(report);
    return NULL;
}

void report_free(struct report *report)
{
    if (!report)
        return;
    free(report->gap);
    free(report->split);
    free(report->work);
    free(report->first);
    free(report->first_known);
    free(report->last);
    free(report->last_known);
    sums_free(&report->sums);
    additions_free(&report->additions);
    coefficients_free(report->coefficients);
    free(report);
}

/* --- sums --- */

static void amounts_add(struct figure *figure, struct sums sums)
{
    figure->metered = amount_add(figure->metered, sums.metered);
    figure->reported = amount_add(figure->reported, sums.reported);
    figure->any |= sums.any;
}

void report_sum(struct report *report, size_t meter, struct period days, struct figure *figure)
{
    amounts_add(figure, sums_of_days(&report->sums, meter, days));
}

/* --- figures --- */

struct report_first report_first(struct report *report, size_t meter)
{
    if (report->first_known[meter])
        return report->first[meter];
    struct report_first first = {0};
    struct db_query *query = db_query(
        report->db, "SELECT opened_ms, first, times, over FROM segment WHERE meter = ? ORDER BY segment LIMIT 1");
    db_bind_int(query, report->roster->meter[meter].id);
    if (db_next(query)) {
        const struct ratio convert = {db_int(query, 2), db_int(query, 3)};
        first.at_ms = db_int(query, 0);
        if (convert.over <= 0 || !ratio_floor(convert, db_int(query, 1), &first.amount))
            db_fail(report->db, DB_CORRUPT, "segment 1 of meter %s has no usable scale",
                    report->roster->meter[meter].name);
    }
    db_done(query);
    report->first_known[meter] = true;
    return report->first[meter] = first;
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

static void work_add(const struct report_work *work, struct figure *figure)
{
    figure->open++;
    figure->unbounded |= !work->bounded;
    const struct resolution_row row = {work->kind, work->amount, work->bounded, work->low, work->high};
    if (work->bounded)
        figure->unknown = amount_add(figure->unknown, resolution_unknown(&row));
}

static void works_add(const struct report *report, size_t meter, struct calendar_span span, struct figure *figure)
{
    for (size_t i = 0; i < report->works; i++)
        if (report->work[i].meter == meter && work_touches(&report->work[i], span))
            work_add(&report->work[i], figure);
}

/* All of a figure but its sums and open work. */
static void quality_add(struct report *report, size_t meter, struct calendar_span span, int64_t metered,
                        struct figure *figure)
{
    int64_t estimated = 0;
    const int64_t gone_ms = report->now_ms < span.to_ms ? report->now_ms : span.to_ms;
    const struct report_first first = report_first(report, meter);
    if (gone_ms > span.from_ms)
        figure->span_ms += gone_ms - span.from_ms;
    if (first.at_ms > span.from_ms && first.at_ms < gone_ms && first.at_ms > figure->since_ms)
        figure->since_ms = first.at_ms;
    for (size_t i = 0; i < report->gaps; i++)
        if (report->gap[i].meter == meter && gap_cut(&report->gap[i], span))
            estimated = amount_add(estimated, gap_share(&report->gap[i], span));
    for (size_t i = 0; i < report->splits; i++)
        if (report->split[i].meter == meter && split_cut(&report->split[i], span))
            estimated = amount_add(estimated, report->split[i].amount);
    /* A gap in an hour that was cut is in both. */
    figure->estimated = amount_add(figure->estimated, estimated > metered && metered >= 0 ? metered : estimated);
}

/* Two readings around a stretch in which nothing came are a record of it: it may have no rows. */
static bool is_read_over(struct report *report, size_t meter, struct calendar_span span)
{
    const struct report_first first = report_first(report, meter);
    return first.at_ms && first.at_ms <= span.from_ms && report_last_ms(report, meter) >= span.to_ms;
}

static void figure_add(struct report *report, size_t meter, struct calendar_span span, struct sums sums,
                       struct figure *figure)
{
    works_add(report, meter, span, figure); /* also of a meter that is no longer in the configuration */
    if (!sums.any && !report->roster->meter[meter].active)
        return;
    sums.any = sums.any || is_read_over(report, meter, span);
    amounts_add(figure, sums);
    figure->good_ms = amount_add(figure->good_ms, sums.good_ms);
    figure->meters++;
    quality_add(report, meter, span, sums.metered, figure);
}

const struct report_day *report_day(struct report *report, size_t meter, civil_day day)
{
    const struct calendar *calendar = report->roster->meter[meter].calendar;
    struct report_day *known = &report->day;
    if (known->calendar == calendar && known->day == day)
        return known;
    *known =
        (struct report_day){calendar, day, calendar_day(calendar, day), calendar_rule_of(calendar, day)->shifts, {{0}}};
    for (int s = 0; s < known->shifts; s++)
        known->shift[s] = calendar_shift(calendar, day, s);
    return known;
}

void report_shift(struct report *report, size_t meter, civil_day day, int shift, struct figure *figure)
{
    const struct report_day *plan = report_day(report, meter, day);
    if (shift >= plan->shifts)
        return;
    const struct sums sums = sums_of_shift(&report->sums, meter, day, shift);
    figure_add(report, meter, plan->shift[shift], sums, figure);
}

struct calendar_span report_span(struct report *report, size_t meter, struct period days)
{
    const int64_t to_ms = report_day(report, meter, days.to - 1)->span.to_ms;
    return (struct calendar_span){report_day(report, meter, days.from)->span.from_ms, to_ms};
}

void report_days(struct report *report, size_t meter, struct period days, struct figure *figure)
{
    figure_add(report, meter, report_span(report, meter, days), sums_of_days(&report->sums, meter, days), figure);
}

/* The first row from an instant on, before another; false: there is none. */
static bool row_next(struct report *report, int64_t meter, bool exactly, int64_t *at_ms, int64_t to_ms,
                     struct sums *sums)
{
    struct db_query *query =
        db_query(report->db,
                 exactly ? "SELECT metered, good_ms, end_ms FROM tally WHERE bucket_ms = ?1 AND meter = ?3 AND ?1 < ?2"
                         : "SELECT metered, good_ms, end_ms FROM tally WHERE bucket_ms >= ? AND bucket_ms < ?"
                           " AND meter = ? ORDER BY bucket_ms LIMIT 1");
    db_bind_int(query, *at_ms);
    db_bind_int(query, to_ms);
    db_bind_int(query, meter);
    const bool found = db_next(query);
    if (found) {
        sums_add(sums, (struct sums){db_int(query, 0), db_int(query, 1), 0, true}, 1);
        *at_ms = db_int(query, 2) > *at_ms ? db_int(query, 2) : to_ms;
    }
    db_done(query);
    return found;
}

/* Rows mostly begin with the calendar's buckets, which costs a look each. Where none does, it may have been
 * cut by a calendar that is no longer: then all within the bucket are gone through. */
static struct sums buckets_sum(struct report *report, size_t meter, struct calendar_span span)
{
    const struct roster_meter *what = &report->roster->meter[meter];
    struct sums sums = {0};
    for (int64_t at_ms = span.from_ms; at_ms < span.to_ms;) {
        const int64_t end_ms = calendar_bucket(what->calendar, at_ms).to_ms;
        bool exactly = true;
        while (at_ms < end_ms && (row_next(report, what->id, exactly, &at_ms, end_ms, &sums) ||
                                  (exactly && row_next(report, what->id, false, &at_ms, end_ms, &sums))))
            exactly = false;
        at_ms = end_ms;
    }
    return sums;
}

void report_buckets(struct report *report, size_t meter, struct calendar_span span, struct figure *figure)
{
    const struct calendar *calendar = report->roster->meter[meter].calendar;
    const struct calendar_place place = calendar_place(calendar, span.from_ms);
    const int64_t shift_ms = report_day(report, meter, place.day)->shift[place.shift].from_ms;
    const struct decimal factor = coefficients_factor(report->coefficients, meter, place.day);
    struct sums sums = buckets_sum(report, meter, span);
    const struct sums before = buckets_sum(report, meter, (struct calendar_span){shift_ms, span.from_ms});
    coefficient_part(factor, before.metered, sums.metered, &sums.reported);
    figure_add(report, meter, span, sums, figure);
}
