/* SPDX-License-Identifier: Apache-2.0 */
/* The days and months of a mine: how much, and whether it is known. */

#include "collector/amount.h"
#include "collector/courses_parts.h"
#include "drivers/span.h"

static bool reports(const struct course_reading *reading, const struct roster_meter *meter)
{
    bool reports = false;
    for (size_t q = 0; q < reading->scope->quantities && meter->mine == reading->mine; q++)
        reports |= meter_reports(meter, reading->scope->quantity[q]);
    return reports;
}

/* --- what is known --- */

/* The oldest last reading of the active meters, the first one of any. */
static void metered_span(struct course_reading *reading)
{
    struct report *report = reading->scope->report;
    int64_t first_ms = 0, active_ms = INT64_MAX, left_ms = 0;
    for (size_t i = 0; i < report->roster->meters; i++) {
        const struct roster_meter *meter = &report->roster->meter[i];
        const int64_t at_ms = reports(reading, meter) ? report_first(report, i).at_ms : 0;
        if (!at_ms || at_ms >= reading->end_ms)
            continue;
        const int64_t last_ms = report_last_ms(report, i);
        int64_t *edge_ms = meter->active ? &active_ms : &left_ms;
        *edge_ms = (meter->active ? last_ms < active_ms : last_ms > left_ms) ? last_ms : *edge_ms;
        first_ms = first_ms == 0 || at_ms < first_ms ? at_ms : first_ms;
    }
    const int64_t to_ms = active_ms < INT64_MAX ? active_ms : left_ms;
    if (!first_ms)
        return;
    reading->metered_to_ms = to_ms < reading->end_ms ? to_ms : reading->end_ms;
    reading->first = calendar_place(reading->calendar, first_ms - 1).day + 1;
    reading->last = calendar_place(reading->calendar, reading->metered_to_ms).day;
}

static void additions_collect(struct course_reading *reading, const char *quantity)
{
    struct report *report = reading->scope->report;
    struct additions_walk walk = {.mine = reading->mine,
                                  .quantity = quantity,
                                  .days = {month_days(reading->past).from, reading->scope->day + 1},
                                  .shift = -1};
    for (const struct addition *addition; (addition = report_addition_next(report, &walk));) {
        struct addition *kept = list_add(&reading->added);
        if (!kept) {
            db_fail(report->db, DB_OTHER, "out of memory");
            return;
        }
        *kept = *addition;
    }
}

void course_days_read(struct course_reading *reading)
{
    metered_span(reading);
    reading->added.size = sizeof(struct addition);
    for (size_t q = 0; q < reading->scope->quantities; q++)
        additions_collect(reading, reading->scope->quantity[q]);
}

/* --- single days --- */

static int64_t metered_day(const struct course_reading *reading, civil_day day)
{
    struct report *report = reading->scope->report;
    int64_t amount = 0;
    for (size_t i = 0; i < report->roster->meters; i++)
        if (reports(reading, &report->roster->meter[i]))
            amount = amount_add(amount, sums_of_day(&report->sums, i, day).reported);
    return amount;
}

/* What falls on days of what was added, at its daily mean; cumulative floors, so that the days sum up. */
static int64_t share_of(const struct addition *addition, struct period days)
{
    const struct period of = addition->days;
    return amount_less(amount_before(addition->amount, of.from, of.to, days.to),
                       amount_before(addition->amount, of.from, of.to, days.from));
}

static struct period overlap(const struct addition *addition, struct period days)
{
    const struct period of = addition->days;
    const struct period both = {of.from > days.from ? of.from : days.from, of.to < days.to ? of.to : days.to};
    return both.to > both.from ? both : (struct period){days.from, days.from};
}

static int64_t working(const struct course_reading *reading, struct period days)
{
    if (reading->stops.count == 0 || days.to <= days.from)
        return (days.to - days.from) * DAY_MS;
    return working_ms(&reading->stops, calendar_day(reading->calendar, days.from).from_ms,
                      calendar_day(reading->calendar, days.to - 1).to_ms);
}

/* A day of which all is known; else false. */
static bool day_known(const struct course_reading *reading, civil_day day, int64_t *amount)
{
    const struct addition *added = reading->added.at;
    const struct period days = {day, day + 1};
    bool known = reading->metered_to_ms && day >= reading->first && day < reading->last;
    int64_t sum = 0;
    for (size_t i = 0; i < reading->added.count; i++) {
        if (added[i].days.from > day || added[i].days.to <= day)
            continue;
        known |= added[i].by_hand;
        sum = amount_add(sum, share_of(&added[i], days));
    }
    if (known)
        *amount = amount_add(sum, metered_day(reading, day));
    return known;
}

static void recent_read(const struct course_reading *reading, struct forecast_mine *out)
{
    const civil_day today = reading->scope->day, first = month_days(reading->past).from;
    civil_day last = 0;
    for (civil_day day = today; day >= first && out->recent_days < FORECAST_DAYS; day--) {
        const int64_t work_ms = working(reading, (struct period){day, day + 1});
        int64_t amount;
        if (work_ms <= 0 || !day_known(reading, day, &amount))
            continue;
        last = last ? last : day;
        out->recent_days++;
        out->recent = amount_add(out->recent, amount);
        out->recent_ms += work_ms;
        if (last < today - FORECAST_STALE_DAYS)
            break;
    }
    out->stale = last && last < today - FORECAST_STALE_DAYS;
}

/* --- whole months --- */

static int64_t metered_month(const struct course_reading *reading, civil_month month)
{
    struct report *report = reading->scope->report;
    int64_t amount = 0;
    for (size_t i = 0; i < report->roster->meters; i++)
        if (reports(reading, &report->roster->meter[i]))
            amount = amount_add(amount, sums_of_month(&report->sums, i, month).reported);
    return amount;
}

static void month_read(const struct course_reading *reading, civil_month month, struct forecast_month *out)
{
    const struct period days = month_days(month);
    const struct addition *added = reading->added.at;
    const bool metered = reading->metered_to_ms && reading->first <= days.from && reading->last >= days.to;
    int64_t by_hand_ms = 0;
    for (size_t i = 0; i < reading->added.count; i++) {
        const struct period both = overlap(&added[i], days);
        if (both.from == both.to)
            continue;
        by_hand_ms += added[i].by_hand && added[i].shift < 0 ? working(reading, both) : 0;
        out->amount = amount_add(out->amount, share_of(&added[i], both));
    }
    out->work_ms = metered ? working(reading, days) : by_hand_ms;
    if (metered)
        out->amount = amount_add(out->amount, metered_month(reading, month));
}

void course_forecast_read(struct course_reading *reading, int64_t to_ms, bool producing, struct forecast_mine *out)
{
    const struct period year = year_days(year_of(reading->scope->day));
    recent_read(reading, out);
    for (int m = 0; m < FORECAST_MONTHS && !reading->scope->lately; m++)
        month_read(reading, reading->past + m, &out->past[m]);
    out->silent = !reading->metered_to_ms && reading->added.count == 0;
    if (producing && !out->silent)
        out->left_ms = working_ms(&reading->stops, to_ms, calendar_day(reading->calendar, year.to - 1).to_ms);
}
