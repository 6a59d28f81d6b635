/* SPDX-License-Identifier: Apache-2.0 */
/* A mine's line of a formal report, reckoned. */
#include <stdlib.h>
#include <string.h>

#include "collector/report_parts.h"

/* --- the period --- */

static struct period_name period_of(const struct reporting *reporting)
{
    const struct production *production = &reporting->production;
    if (reporting->shift >= 0)
        return (struct period_name){PERIOD_KIND_SHIFT, production->own, reporting->shift};
    return (struct period_name){production_period_kind(production->kind), production->own, -1};
}

struct calendar_span report_span_of(const struct reporting *reporting, size_t mine)
{
    const struct period_name period = period_of(reporting);
    return closing_span(roster_calendar(reporting->production.selection.roster, mine, reporting->quantity), &period);
}

/* --- figures --- */

static struct report_amount sum_of(const struct reporting *reporting, size_t mine, const char *quantity,
                                   struct period days)
{
    struct figure figure = {0};
    if (days.from < days.to)
        report_mine_sum(reporting->production.report, mine, quantity, days, &figure);
    return (struct report_amount){figure.any || figure.by_hand || figure.adjusted, figure.reported};
}

/* Sums to date are shown where they are longer than the period itself. */
static void to_date_reckon(const struct reporting *reporting, struct report_row *row)
{
    const struct production *production = &reporting->production;
    const civil_day day = production->day, end = day + 1;
    const struct period month = {month_days(production->month).from, end}, year = {year_days(year_of(day)).from, end};
    const enum production_kind kind = production->kind;
    if (kind == PRODUCTION_SHIFT)
        row->day = sum_of(reporting, row->mine, reporting->quantity, (struct period){day, end});
    if (kind == PRODUCTION_DAY || kind == PRODUCTION_DEKAD)
        row->month = sum_of(reporting, row->mine, reporting->quantity, month);
    if (kind == PRODUCTION_DAY || kind == PRODUCTION_DEKAD || kind == PRODUCTION_MONTH)
        row->year = sum_of(reporting, row->mine, reporting->quantity, year);
}

/* What was planned for just this shift; of whole days report_plan finds it. */
static struct report_amount shift_plan(const struct reporting *reporting, size_t mine)
{
    const struct production *production = &reporting->production;
    const struct addition *addition = NULL;
    struct report_amount plan = {0};
    const size_t count =
        plans_of(&production->report->additions, mine, reporting->quantity, production->own, &addition);
    for (size_t i = 0; i < count; i++)
        if (addition[i].shift == reporting->shift)
            plan = (struct report_amount){true, addition[i].amount};
    return plan;
}

static void plan_reckon(const struct reporting *reporting, struct report_row *row)
{
    struct report *report = reporting->production.report;
    if (reporting->shift >= 0)
        row->plan = shift_plan(reporting, row->mine);
    else
        row->plan.known =
            report_plan(report, row->mine, reporting->quantity, reporting->production.own, &row->plan.amount);
    row->plan.known &= row->plan.amount > 0;
}

/* One of its meters was read before the other period began; what people entered is of whole periods. */
static bool recorded_from(const struct reporting *reporting, size_t mine, civil_day from)
{
    struct report *report = reporting->production.report;
    bool metered = false;
    for (size_t i = 0; i < report->roster->meters; i++) {
        if (report->roster->meter[i].mine != mine || !meter_reports(&report->roster->meter[i], reporting->quantity))
            continue;
        const int64_t first_ms = report_first(report, i).at_ms;
        metered |= first_ms != 0;
        if (first_ms && first_ms <= report_span(report, i, (struct period){from, from + 1}).from_ms)
            return true;
    }
    return !metered;
}

static struct report_pair pair_of(const struct reporting *reporting, size_t mine, const struct comparison *with)
{
    const struct report_amount now = sum_of(reporting, mine, reporting->quantity, with->now);
    const struct report_amount then = sum_of(reporting, mine, reporting->quantity, with->then);
    const bool known = now.known && then.known && recorded_from(reporting, mine, with->then.from);
    return (struct report_pair){known, !known && (now.known || then.known), now.amount, then.amount};
}

/* What of a mine's coal belongs beside its output. */
static void coal_reckon(const struct reporting *reporting, struct report_row *row)
{
    struct report *report = reporting->production.report;
    const struct period_name period = period_of(reporting);
    const struct period last = {period.days.to - 1, period.days.to};
    static const char *const names[] = {"heading_advance", "shipped", "shipped_rail", "shipped_road", "stock"};
    struct figure figure[5] = {0};
    if (strcmp(reporting->quantity, "raw_coal") != 0)
        return;
    for (size_t i = 0; i < 5; i++)
        report_mine(report, row->mine, names[i], i < 4 ? period.days : last, i < 4 ? period.shift : -1, &figure[i]);
    const int64_t ways = amount_add(figure[2].reported, figure[3].reported);
    row->shipped_twice = figure[1].reported && ways;
    row->advance = (struct report_amount){figure[0].any, figure[0].reported};
    row->shipped = (struct report_amount){(figure[1].any || figure[2].any || figure[3].any) && !row->shipped_twice,
                                          amount_add(figure[1].reported, ways)};
    row->stock = (struct report_amount){figure[4].any && reporting->shift < 0, figure[4].reported};
}

static void closed_reckon(const struct reporting *reporting, struct report_row *row)
{
    const struct selection *selection = &reporting->production.selection;
    struct closing_key key = {.mine = row->mine, .period = period_of(reporting)};
    snprintf(key.quantity, sizeof key.quantity, "%s", reporting->quantity);
    row->closed = version_shown(selection->db, selection->roster, &key, &row->version, &row->kept_ms);
    row->done = (struct report_amount){row->figure.any || row->closed, row->figure.reported};
    if (row->closed)
        row->done.amount = row->version.reported;
}

/* --- rows --- */

/* Whether the mine is one to have a line: it has the quantity's meters, or something was entered or planned. */
static bool row_reckon(const struct reporting *reporting, struct report_row *row)
{
    const struct production *production = &reporting->production;
    const struct period_name period = period_of(reporting);
    report_mine(production->report, row->mine, reporting->quantity, period.days, period.shift, &row->figure);
    to_date_reckon(reporting, row);
    plan_reckon(reporting, row);
    if (!row->figure.meters && !row->figure.any && !row->figure.refused && !row->plan.known && !row->year.known)
        return false;
    closed_reckon(reporting, row);
    if (reporting->shift < 0) {
        row->year_ago = pair_of(reporting, row->mine, &reporting->with_year_ago);
        row->before = pair_of(reporting, row->mine, &reporting->with_before);
    }
    coal_reckon(reporting, row);
    return true;
}

static bool rows_add(struct reporting *reporting, bool apart)
{
    const struct selection *selection = &reporting->production.selection;
    for (size_t m = 0; m < selection->roster->mines; m++) {
        struct report_row row = {.mine = m};
        if (!(apart ? selection_apart(selection, m) : selection_counts(selection, m)) || !row_reckon(reporting, &row))
            continue;
        struct report_row *slot = list_add(&reporting->rows);
        if (!slot)
            return false;
        *slot = row;
    }
    return true;
}

/* --- ranking --- */

/* The first is better: more of its plan, or more. */
static bool is_better(const struct report_row *a, const struct report_row *b, bool by_plan)
{
    if (!by_plan)
        return a->done.amount > b->done.amount;
    return (__int128)a->done.amount * b->plan.amount > (__int128)b->done.amount * a->plan.amount;
}

static bool is_ranked(const struct report_row *row, bool by_plan)
{
    return row->done.known && (!by_plan || row->plan.known);
}

/* Equal ones share a rank. One mine alone has none. */
static void rank(struct reporting *reporting)
{
    struct report_row *row = reporting->rows.at;
    reporting->by_plan = false;
    for (size_t i = 0; i < reporting->counted; i++)
        reporting->by_plan |= row[i].plan.known;
    for (size_t i = 0; i < reporting->counted && reporting->counted > 1; i++) {
        row[i].rank = is_ranked(&row[i], reporting->by_plan) ? 1 : 0;
        for (size_t k = 0; k < reporting->counted && row[i].rank; k++)
            row[i].rank +=
                is_ranked(&row[k], reporting->by_plan) && is_better(&row[k], &row[i], reporting->by_plan) ? 1 : 0;
    }
}

bool report_rows(struct reporting *reporting)
{
    free(reporting->rows.at);
    reporting->rows = (struct list){.size = sizeof(struct report_row)};
    if (!rows_add(reporting, false))
        return false;
    reporting->counted = reporting->rows.count;
    rank(reporting);
    return rows_add(reporting, true);
}
