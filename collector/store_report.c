/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/store_report.h"

#include <stdlib.h>

#include "collector/amount.h"
#include "collector/resolution.h"
#include "collector/store_report_parts.h"

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
        db_fail(db, DB_OTHER, "out of memory");
    else {
        report_doubts_read(report, (struct calendar_span){from_ms, to_ms});
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

void report_figure_add(struct report *report, size_t meter, struct calendar_span span, struct sums sums,
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
    report_figure_add(report, meter, plan->shift[shift], sums, figure);
}

struct calendar_span report_span(struct report *report, size_t meter, struct period days)
{
    const struct calendar *calendar = report->roster->meter[meter].calendar;
    struct report_stretch *known = &report->stretch;
    if (known->calendar != calendar || known->days.from != days.from || known->days.to != days.to)
        *known = (struct report_stretch){
            calendar, days, {calendar_day(calendar, days.from).from_ms, calendar_day(calendar, days.to - 1).to_ms}};
    return known->span;
}

void report_days(struct report *report, size_t meter, struct period days, struct figure *figure)
{
    report_figure_add(report, meter, report_span(report, meter, days), sums_of_days(&report->sums, meter, days),
                      figure);
}
