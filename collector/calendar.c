/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/calendar.h"

#include <stdlib.h>
#include <string.h>

static const struct calendar_rule civil_rule = {.shifts = 1};

const struct calendar *calendar_civil(void)
{
    /* Nobody writes through a const calendar. */
    static const struct calendar civil = {1, (struct calendar_rule *)&civil_rule};
    return &civil;
}

bool calendar_select(const struct calendar *all, const char *quantity, struct calendar *out)
{
    size_t named = 0, unnamed = 0;
    for (size_t i = 0; i < all->rules; i++) {
        named += strcmp(all->rule[i].quantity, quantity) == 0;
        unnamed += all->rule[i].quantity[0] == '\0';
    }
    const char *wanted = named ? quantity : "";
    const size_t count = named ? named : unnamed;
    *out = (struct calendar){0};
    if (count == 0 || !(out->rule = calloc(count, sizeof *out->rule)))
        return false;
    for (size_t i = 0; i < all->rules; i++)
        if (strcmp(all->rule[i].quantity, wanted) == 0)
            out->rule[out->rules++] = all->rule[i];
    return true;
}

const struct calendar_rule *calendar_rule_of(const struct calendar *calendar, civil_day day)
{
    size_t i = calendar->rules - 1;
    while (i > 0 && calendar->rule[i].from > day)
        i--;
    return &calendar->rule[i];
}

static int64_t day_start(const struct calendar *calendar, civil_day day)
{
    return civil_instant(day, calendar_rule_of(calendar, day)->day_start_s);
}

struct calendar_span calendar_day(const struct calendar *calendar, civil_day day)
{
    return (struct calendar_span){day_start(calendar, day), day_start(calendar, day + 1)};
}

/* A day starts less than 24 h from its own midnight, so an instant belongs to the
 * day of its date or to a neighbour of it. */
static civil_day day_of(const struct calendar *calendar, int64_t at_ms)
{
    civil_day day = civil_of_instant(at_ms) + 1;
    for (int tries = 0; tries < 2 && day_start(calendar, day) > at_ms; tries++)
        day--;
    return day;
}

struct calendar_span calendar_shift(const struct calendar *calendar, civil_day day, int shift)
{
    const struct calendar_rule *rule = calendar_rule_of(calendar, day);
    const int64_t end = day_start(calendar, day + 1);
    struct calendar_span span = {civil_instant(day, rule->shift[shift].start_s), end};
    if (shift == 0)
        span.from_ms = civil_instant(day, rule->day_start_s);
    if (shift + 1 < rule->shifts)
        span.to_ms = civil_instant(day, rule->shift[shift + 1].start_s);
    if (span.to_ms > end)
        span.to_ms = end;
    if (span.from_ms > end)
        span.from_ms = end;
    return span;
}

struct calendar_place calendar_place(const struct calendar *calendar, int64_t at_ms)
{
    struct calendar_place place = {day_of(calendar, at_ms), 0};
    const struct calendar_rule *rule = calendar_rule_of(calendar, place.day);
    while (place.shift + 1 < rule->shifts && civil_instant(place.day, rule->shift[place.shift + 1].start_s) <= at_ms)
        place.shift++;
    return place;
}

struct calendar_span calendar_bucket(const struct calendar *calendar, int64_t at_ms)
{
    const struct calendar_place place = calendar_place(calendar, at_ms);
    const struct calendar_span shift = calendar_shift(calendar, place.day, place.shift);
    struct calendar_span bucket = civil_hour(at_ms);
    if (bucket.from_ms < shift.from_ms)
        bucket.from_ms = shift.from_ms;
    if (bucket.to_ms > shift.to_ms)
        bucket.to_ms = shift.to_ms;
    return bucket;
}

int64_t calendar_last_time(int64_t at_ms, int seconds_after_midnight)
{
    const civil_day day = civil_of_instant(at_ms);
    const int64_t today = civil_instant(day, seconds_after_midnight);
    return today <= at_ms ? today : civil_instant(day - 1, seconds_after_midnight);
}
