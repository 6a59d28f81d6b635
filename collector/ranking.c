/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/ranking.h"

#include <stdlib.h>
#include <string.h>

#include "collector/amount.h"

static const char *const names[RANKING_BYS] = {
    [RANKING_DONE] = "done",
    [RANKING_SHARE] = "share",
    [RANKING_UTILISATION] = "utilisation",
    [RANKING_OVER] = "over",
};

const char *ranking_by_text(enum ranking_by by)
{
    return names[by];
}

bool ranking_by_parse(const char *text, enum ranking_by *out)
{
    for (size_t i = 0; i < RANKING_BYS; i++)
        if (strcmp(text, names[i]) == 0) {
            *out = (enum ranking_by)i;
            return true;
        }
    return false;
}

/* --- one mine --- */

static int64_t share_or_none(int64_t part, struct course_plan whole)
{
    return whole.has && whole.amount > 0 ? share_permille(part, whole.amount) : -1;
}

static struct course_plan capacity_of(const struct ranking_row *row)
{
    return (struct course_plan){row->has_capacity, row->capacity};
}

static struct ranking_row row_of(const struct courses *courses, size_t at)
{
    const struct course *course = &courses->course[at];
    const struct pace_mine *pace = &courses->pace[at];
    const struct calendar_span year = courses->year;
    const bool has_month =
        pace->done_month || course->to_ms > civil_instant(month_days(month_of(courses->day)).from, 0);
    struct ranking_row row = {
        .at = at,
        .has_capacity = pace->has_capacity,
        .capacity = pace->capacity,
        .has_month = has_month,
        .month = pace->done_month,
        .year = pace->done,
        .month_plan = course->month,
        .year_plan = course->year,
        .of_month = has_month ? share_or_none(pace->done_month, course->month) : -1,
        .of_year = share_or_none(pace->done, course->year),
        .has_over = course->to_date.has,
        .over = course->to_date.has ? amount_less(pace->done, course->to_date.amount) : 0,
        .of_time =
            course->to_ms > year.from_ms ? share_permille(course->to_ms - year.from_ms, year.to_ms - year.from_ms) : -1,
        .utilisation = pace->has_capacity ? pace_utilisation(pace->done, pace->capacity, year, course->to_ms) : -1,
        .forecast = forecast_make(&courses->forecast[at], 1, courses->months_left),
        .of_capacity = -1,
    };
    if (row.forecast.standing == FORECAST_MADE)
        row.of_capacity = share_or_none(row.forecast.total, capacity_of(&row));
    return row;
}

/* --- who comes first --- */

/* What the rank goes by; false: not known. */
static bool merit(const struct ranking_row *row, enum ranking_by by, int64_t *value)
{
    switch (by) {
    case RANKING_SHARE:
        *value = row->of_year;
        return row->of_year >= 0;
    case RANKING_UTILISATION:
        *value = row->utilisation;
        return row->utilisation >= 0;
    case RANKING_OVER:
        *value = row->over;
        return row->has_over;
    default:
        *value = row->year;
        return row->of_time >= 0;
    }
}

/* Known before not known, more before less, else as they came. */
static bool comes_before(const struct ranking_row *left, const struct ranking_row *right, enum ranking_by by)
{
    int64_t a = 0, b = 0;
    const bool knows_a = merit(left, by, &a), knows_b = merit(right, by, &b);
    return knows_a && (!knows_b || a > b);
}

/* A county has dozens of mines: inserted one by one. */
static void row_insert(struct ranking *ranking, struct ranking_row row, enum ranking_by by)
{
    size_t at = ranking->rows++;
    for (; at > 0 && comes_before(&row, &ranking->row[at - 1], by); at--)
        ranking->row[at] = ranking->row[at - 1];
    ranking->row[at] = row;
}

static void ranks_give(struct ranking *ranking, enum ranking_by by)
{
    for (size_t i = 0; i < ranking->rows; i++) {
        int64_t value;
        if (!merit(&ranking->row[i], by, &value))
            return;
        const bool equal = i > 0 && !comes_before(&ranking->row[i - 1], &ranking->row[i], by);
        ranking->row[i].rank = equal ? ranking->row[i - 1].rank : i + 1;
    }
}

/* --- the total --- */

/* Of the producing mines that have figures. */
struct totals_due {
    struct course_plan capacity;
    int64_t done, due; /* capacity x share of the year gone */
    int64_t forecast;
    bool forecasts; /* each has one */
};

static void plan_add(struct course_plan *sum, struct course_plan plan)
{
    sum->has &= plan.has;
    sum->amount = amount_add(sum->amount, plan.amount);
}

/* capacity x share of the year gone, in thousandths. */
static int64_t due_of(const struct courses *courses, const struct ranking_row *row)
{
    const struct calendar_span year = courses->year;
    const int64_t gone_ms = courses->course[row->at].to_ms - year.from_ms;
    return gone_ms > 0 ? pace_scaled(row->capacity, gone_ms, year.to_ms - year.from_ms) : 0;
}

static void total_add(const struct courses *courses, const struct ranking_row *row, struct ranking_row *total,
                      struct totals_due *due)
{
    plan_add(&total->month_plan, row->month_plan);
    plan_add(&total->year_plan, row->year_plan);
    total->has_month &= row->has_month;
    total->has_over &= row->has_over;
    total->over = amount_add(total->over, row->over);
    total->month = amount_add(total->month, row->month);
    total->year = amount_add(total->year, row->year);
    if (!courses->pace[row->at].producing)
        return;
    plan_add(&due->capacity, capacity_of(row));
    due->done = amount_add(due->done, row->year);
    due->due = amount_add(due->due, due_of(courses, row));
    due->forecast = amount_add(due->forecast, row->forecast.total);
    due->forecasts &= row->forecast.standing == FORECAST_MADE;
}

static struct ranking_row total_of(const struct courses *courses, const struct ranking *ranking)
{
    struct totals_due due = {.capacity.has = true, .forecasts = true};
    struct ranking_row total = {.has_month = true, .month_plan.has = true, .year_plan.has = true, .has_over = true};
    size_t rows = 0;
    for (size_t i = 0; i < ranking->rows; i++)
        if (ranking->row[i].of_time >= 0) {
            total_add(courses, &ranking->row[i], &total, &due);
            rows++;
        }
    if (rows == 0)
        total = (struct ranking_row){0};
    const struct calendar_span year = courses->year;
    total.has_capacity = rows > 0 && due.capacity.has;
    total.capacity = due.capacity.amount;
    total.of_month = total.has_month ? share_or_none(total.month, total.month_plan) : -1;
    total.of_year = share_or_none(total.year, total.year_plan);
    total.of_time = share_permille(courses->as_of_ms - year.from_ms, year.to_ms - year.from_ms);
    total.utilisation = share_or_none(due.done, (struct course_plan){due.capacity.has, due.due});
    total.forecast = courses_forecast(courses);
    total.of_capacity = due.forecasts ? share_or_none(due.forecast, due.capacity) : -1;
    return total;
}

struct ranking *ranking_make(const struct courses *courses, enum ranking_by by)
{
    struct ranking *ranking = calloc(1, sizeof *ranking);
    if (ranking)
        ranking->row = calloc(courses->count + 1, sizeof *ranking->row);
    if (!ranking || !ranking->row) {
        free(ranking);
        return NULL;
    }
    for (size_t i = 0; i < courses->count; i++)
        row_insert(ranking, row_of(courses, i), by);
    ranks_give(ranking, by);
    ranking->total = total_of(courses, ranking);
    return ranking;
}

void ranking_free(struct ranking *ranking)
{
    if (!ranking)
        return;
    free(ranking->row);
    free(ranking);
}
