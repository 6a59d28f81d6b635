/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/board.h"

#include "collector/amount.h"

static const int64_t day_ms = 86400000;

/* floor(a * b / over), held at the ends of int64; over > 0. */
static int64_t scaled(int64_t a, int64_t b, int64_t over)
{
    const __int128 product = (__int128)a * b, share = product / over - (product % over < 0);
    return share > INT64_MAX ? INT64_MAX : share < INT64_MIN ? INT64_MIN : (int64_t)share;
}

struct board_outlook board_outlook(const struct board_course *course)
{
    const int64_t whole_ms = course->year.to_ms - course->year.from_ms;
    const int64_t gone_ms = course->as_of_ms - course->year.from_ms, left_ms = whole_ms - gone_ms;
    struct board_outlook outlook = {
        .of_target = share_permille(course->done, course->target),
        .of_time = share_permille(gone_ms, whole_ms),
        .ahead = course->done - scaled(course->target, gone_ms, whole_ms),
        .has_forecast = course->has_recent,
    };
    if (left_ms > 0 && course->target > course->done)
        outlook.needed_per_day = -scaled(course->done - course->target, day_ms, left_ms);
    if (course->has_recent)
        outlook.forecast = amount_add(course->done, scaled(course->recent_per_day, left_ms, day_ms));
    return outlook;
}

bool board_target(const struct indicator *indicator, int64_t *target)
{
    if (!indicator->has_value || indicator->quantities == 0 || indicator->overs)
        return false;
    const __int128 exact = (__int128)indicator->value.digits * indicator->size * 1000;
    const int64_t over = decimal_power(indicator->value.places);
    if (exact > INT64_MAX || exact < 0 || exact % over != 0)
        return false;
    *target = (int64_t)(exact / over);
    return true;
}
