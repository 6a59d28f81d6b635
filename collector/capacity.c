/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/capacity.h"

#include <stdio.h>

#include "collector/amount.h"

/* What comes from a ledger is held within these, so that no product here leaves 128 bits: 10^12 t in kg,
 * and the limits' own bounds (capacity_limits.c: at most 10^7, 3 places) times the days of two periods. */
static const int64_t amount_max = INT64_C(1000000000000000);

static int64_t held(int64_t amount)
{
    return amount > amount_max ? amount_max : amount < -amount_max ? -amount_max : amount;
}

const char *capacity_measure_name(enum capacity_measure measure)
{
    static const char *const names[CAPACITY_MEASURES] = {"month",   "year",    "forecast", "day",
                                                         "stopped", "no-data", "no-entry"};
    return names[measure];
}

void capacity_mean_add(struct capacity_mean *mean, int64_t kg_a_year)
{
    mean->sum_kg = amount_add(mean->sum_kg, held(kg_a_year));
    mean->days++;
}

int64_t capacity_mean_kg(struct capacity_mean mean)
{
    return mean.days > 0 ? mean.sum_kg / mean.days : 0;
}

/* --- comparisons: amount / parts against percent of the mean, both times what they are divided by --- */

/* The limit's tonnes, times `capacity_scale`. */
static __int128 limit_scaled(const struct capacity_limit *limit, struct capacity_mean capacity)
{
    return (__int128)capacity.sum_kg * limit->percent.digits;
}

static __int128 capacity_scale(const struct capacity_limit *limit, struct capacity_mean capacity)
{
    const int64_t days = limit->measure == CAPACITY_DAY ? limit->of_days : 1;
    return (__int128)capacity.days * 100 * decimal_power(limit->percent.places) * days;
}

/* amount / parts. */
static bool is_over(const struct capacity_limit *limit, __int128 amount, int64_t parts, struct capacity_mean capacity)
{
    if (capacity.days <= 0)
        return false;
    const __int128 left = amount * capacity_scale(limit, capacity), right = limit_scaled(limit, capacity) * parts;
    return limit->included ? left >= right : left > right;
}

bool capacity_over(const struct capacity_limit *limit, int64_t amount, struct capacity_mean capacity)
{
    return is_over(limit, held(amount), 1, capacity);
}

/* Days of the period that are not complete. */
static int64_t days_left(const struct capacity_course *course)
{
    const civil_day to = course->to > course->days.from ? course->to : course->days.from;
    return to < course->days.to ? course->days.to - to : 0;
}

/* What the period comes to, times the days of its pace (1 where there is none): returns those. */
static int64_t outcome(const struct capacity_course *course, __int128 *amount)
{
    const int64_t parts = course->pace.days > 0 ? course->pace.days : 1;
    const __int128 done = (__int128)held(course->done) * parts;
    *amount = (__int128)held(course->has_forecast ? course->forecast : course->complete) * parts;
    if (course->pace.days > 0 && !course->has_forecast)
        *amount += (__int128)held(course->pace.amount) * days_left(course);
    if (*amount < done)
        *amount = done;
    return parts;
}

int64_t capacity_forecast(const struct capacity_course *course)
{
    __int128 amount;
    const int64_t parts = outcome(course, &amount);
    return held((int64_t)(amount / parts - (amount % parts < 0)));
}

static bool forecast_over(const struct capacity_limit *limit, const struct capacity_course *course)
{
    __int128 amount;
    const int64_t parts = outcome(course, &amount);
    return is_over(limit, amount, parts, course->capacity);
}

bool capacity_reach(const struct capacity_limit *limit, const struct capacity_course *course, civil_day *on)
{
    const int64_t parts = course->pace.days > 0 ? course->pace.days : 1, left = days_left(course);
    const civil_day first = course->days.to - (civil_day)left;
    if (left > 0 && capacity_over(limit, course->done, course->capacity)) {
        *on = first;
        return true;
    }
    if (left == 0 || course->pace.days <= 0 || course->pace.amount <= 0 || course->capacity.days <= 0)
        return false;
    /* (complete * parts + n * pace) * scale against limit * parts, for the smallest n */
    const __int128 scale = capacity_scale(limit, course->capacity);
    const __int128 room =
        limit_scaled(limit, course->capacity) * parts - (__int128)held(course->complete) * parts * scale;
    const __int128 step = (__int128)held(course->pace.amount) * scale;
    const __int128 days = room <= 0 ? 1 : limit->included ? (room + step - 1) / step : room / step + 1;
    if (days > left)
        return false;
    *on = first + (civil_day)days - 1;
    return true;
}

/* --- judging --- */

static bool in_force(const struct capacity_limit *limit, enum capacity_measure measure, civil_day day)
{
    return limit->measure == measure && day >= limit->from && day < limit->to;
}

static bool is_graver(const struct capacity_limit *limit, const struct capacity_limit *than)
{
    return !than || limit->level > than->level;
}

const struct capacity_limit *capacity_judge(const struct capacity_limits *limits, enum capacity_measure measure,
                                            civil_day day, int64_t amount, struct capacity_mean capacity)
{
    const struct capacity_limit *gravest = NULL;
    for (size_t i = 0; i < limits->count; i++) {
        const struct capacity_limit *limit = &limits->limit[i];
        if (in_force(limit, measure, day) && is_graver(limit, gravest) && capacity_over(limit, amount, capacity))
            gravest = limit;
    }
    return gravest;
}

const struct capacity_limit *capacity_judge_forecast(const struct capacity_limits *limits, civil_day day,
                                                     const struct capacity_course *course)
{
    const struct capacity_limit *gravest = NULL;
    for (size_t i = 0; i < limits->count; i++) {
        const struct capacity_limit *limit = &limits->limit[i];
        if (in_force(limit, CAPACITY_FORECAST, day) && is_graver(limit, gravest) && forecast_over(limit, course))
            gravest = limit;
    }
    return gravest;
}

const struct capacity_limit *capacity_judge_silence(const struct capacity_limits *limits, enum capacity_measure measure,
                                                    civil_day day, int64_t silent_ms)
{
    const struct capacity_limit *gravest = NULL;
    for (size_t i = 0; i < limits->count; i++) {
        const struct capacity_limit *limit = &limits->limit[i];
        if (in_force(limit, measure, day) && is_graver(limit, gravest) && silent_ms > limit->after_ms)
            gravest = limit;
    }
    return gravest;
}

const struct capacity_limit *capacity_limit_gravest(const struct capacity_limits *limits, enum capacity_measure measure,
                                                    civil_day day)
{
    const struct capacity_limit *gravest = NULL;
    for (size_t i = 0; i < limits->count; i++)
        if (in_force(&limits->limit[i], measure, day) && is_graver(&limits->limit[i], gravest))
            gravest = &limits->limit[i];
    return gravest;
}

/* --- shares --- */

int64_t capacity_share(int64_t amount, struct capacity_mean capacity, int places)
{
    if (capacity.days <= 0 || capacity.sum_kg <= 0)
        return 0;
    const __int128 top = (__int128)held(amount) * capacity.days * 100 * decimal_power(places);
    const __int128 share = top / capacity.sum_kg - (top % capacity.sum_kg < 0);
    return share > INT64_MAX ? INT64_MAX : share < INT64_MIN ? INT64_MIN : (int64_t)share;
}

/* Whether the text of a share, as it is floored, is itself not over the limit. */
static bool share_hides(int64_t share, int places, const struct capacity_limit *limit)
{
    const __int128 shown = (__int128)share * decimal_power(limit->percent.places);
    const __int128 line = (__int128)limit->percent.digits * decimal_power(places);
    return limit->included ? shown < line : shown <= line;
}

void capacity_share_show(int64_t amount, struct capacity_mean capacity, int places, const struct capacity_limit *limit,
                         char text[static CAPACITY_SHARE_BYTES])
{
    const bool of_a_day = limit && limit->measure == CAPACITY_DAY; /* then it is a share of a day's capacity */
    const int64_t share = capacity_share(of_a_day ? held(amount) * limit->of_days : amount, capacity, places);
    char number[AMOUNT_TEXT_MAX];
    amount_show(share, (struct amount_style){places, places}, number);
    const bool hides = limit && limit->percent.digits > 0 && share_hides(share, places, limit);
    snprintf(text, CAPACITY_SHARE_BYTES, "%s%.30s %%", hides ? "> " : "", number);
}

void capacity_limit_show(const struct capacity_limit *limit, char text[static CAPACITY_SHARE_BYTES])
{
    char number[DECIMAL_TEXT_MAX];
    decimal_format(decimal_reduce(limit->percent), number);
    snprintf(text, CAPACITY_SHARE_BYTES, "%s %.30s %%", limit->included ? ">=" : ">", number);
}
