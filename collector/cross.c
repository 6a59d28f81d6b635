/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/cross.h"

#include <stdlib.h>

typedef __int128 wide;

enum { SCALE = 1000, MINUTES_AN_HOUR = 60, PPM = 1000000 };

/* A database row may say anything: beyond these nothing is reckoned, and nothing overflows. */
static const int64_t sum_most = INT64_C(1) << 53, count_most = INT64_C(1) << 20;

static void integral_close(struct cross_integral *integral)
{
    const wide over = (wide)integral->rate.over * integral->count * MINUTES_AN_HOUR;
    if (integral->count > 0 && over > 0) {
        const wide amount = (wide)integral->sum * integral->rate.times * SCALE / over;
        integral->beyond |= __builtin_add_overflow(integral->scaled, amount, &integral->scaled);
        integral->minutes++;
    }
    integral->sum = integral->count = 0;
}

void cross_minute(struct cross_integral *integral, int64_t minute_ms, int64_t sum, int64_t count)
{
    if (minute_ms != integral->minute_ms)
        integral_close(integral);
    integral->minute_ms = minute_ms;
    if (count <= 0)
        return;
    integral->beyond |= sum > sum_most || sum < -sum_most || count > count_most ||
                        __builtin_add_overflow(integral->sum, sum, &integral->sum) ||
                        __builtin_add_overflow(integral->count, count, &integral->count);
    if (integral->beyond || llabs(integral->sum) > sum_most || integral->count > count_most)
        *integral = (struct cross_integral){.beyond = true};
}

bool cross_amount(struct cross_integral *integral, int64_t span_minutes, int64_t *amount)
{
    wide whole;
    integral_close(integral);
    if (integral->beyond || integral->minutes == 0 || (wide)integral->minutes * 100 < (wide)span_minutes * 99)
        return false;
    if (__builtin_mul_overflow(integral->scaled / SCALE, (wide)span_minutes, &whole))
        return false;
    whole /= integral->minutes;
    if (whole > INT64_MAX || whole < INT64_MIN)
        return false;
    *amount = (int64_t)whole;
    return true;
}

static wide magnitude(wide value)
{
    return value < 0 ? -value : value;
}

int64_t cross_ppm(int64_t own, int64_t against)
{
    const wide difference = (wide)own - against;
    if (difference == 0)
        return 0;
    const wide ppm = against ? difference * PPM / magnitude(against) : difference > 0 ? PPM : -PPM;
    return ppm > PPM ? PPM : ppm < -PPM ? -PPM : (int64_t)ppm;
}

bool cross_differs(int64_t own, int64_t against, int64_t slack, int64_t limit_ppm)
{
    const wide difference = magnitude((wide)own - against);
    return difference > slack && difference * PPM > magnitude(against) * (wide)limit_ppm;
}
