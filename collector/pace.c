/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/pace.h"

#include "collector/amount.h"
#include "drivers/span.h"

int64_t pace_scaled(int64_t a, int64_t b, int64_t over)
{
    const __int128 product = (__int128)a * b, share = product / over - (product % over < 0);
    return share > INT64_MAX ? INT64_MAX : share < INT64_MIN ? INT64_MIN : (int64_t)share;
}

static int64_t at_least_none(int64_t amount)
{
    return amount > 0 ? amount : 0;
}

/* --- room --- */

int64_t pace_usable(const struct pace_mine *mine, civil_month month)
{
    if (!mine->producing || !mine->has_capacity)
        return 0;
    const int64_t line = pace_scaled(mine->capacity, PACE_MONTH_PERMILLE, 1000), months = 11 - month % 12;
    const int64_t of_year = at_least_none(amount_less(mine->capacity, mine->done));
    const int64_t of_months =
        amount_add(at_least_none(amount_less(line, mine->done_month)), pace_scaled(line, months, 1));
    return of_year < of_months ? of_year : of_months;
}

struct pace_room pace_room(const struct pace_mine *mine, size_t mines, civil_day day, int64_t left_ms)
{
    struct pace_room room = {0};
    for (size_t i = 0; i < mines; i++) {
        room.mines += mine[i].producing;
        room.unknown += mine[i].producing && !mine[i].has_capacity;
        if (!mine[i].producing || !mine[i].has_capacity)
            continue;
        room.capacity = amount_add(room.capacity, mine[i].capacity);
        room.done = amount_add(room.done, mine[i].done);
        room.usable = amount_add(room.usable, pace_usable(&mine[i], month_of(day)));
    }
    room.room = amount_less(room.capacity, room.done);
    room.per_day = left_ms > 0 ? pace_scaled(room.usable, DAY_MS, left_ms) : 0;
    return room;
}

/* --- a target --- */

static void needed(const struct pace_course *course, int64_t left_ms, struct pace *pace)
{
    const int64_t missing = amount_less(course->target, course->done);
    if (left_ms <= 0 || missing <= 0)
        return;
    pace->out_of_reach = course->has_room && missing > course->usable;
    if (pace->out_of_reach)
        pace->missing = amount_less(missing, course->usable);
    else
        pace->needed_per_day = -pace_scaled(-missing, DAY_MS, left_ms);
}

struct pace pace_of(const struct pace_course *course)
{
    const int64_t whole_ms = course->year.to_ms - course->year.from_ms;
    const int64_t gone_ms = course->as_of_ms - course->year.from_ms;
    const int64_t asked = course->has_plan ? course->plan : pace_scaled(course->target, gone_ms, whole_ms);
    struct pace pace = {
        .of_target = share_permille(course->done, course->target),
        .of_time = share_permille(gone_ms, whole_ms),
        .by_plan = course->has_plan,
        .ahead = amount_less(course->done, asked),
    };
    needed(course, whole_ms - gone_ms, &pace);
    return pace;
}

int64_t pace_utilisation(int64_t done, int64_t capacity, struct calendar_span year, int64_t to_ms)
{
    const __int128 whole = (__int128)capacity * (to_ms - year.from_ms);
    if (whole <= 0)
        return -1;
    const __int128 share = (__int128)done * 1000 * (year.to_ms - year.from_ms) / whole;
    return share > INT64_MAX ? INT64_MAX : share < 0 ? 0 : (int64_t)share;
}
