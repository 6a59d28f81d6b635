/* SPDX-License-Identifier: Apache-2.0 */
/* Dates and the clock of the process's zone: the lower half of calendar.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "collector/calendar.h"
#include "drivers/span.h"

enum { ZONE_PATH_BYTES = 512 };

/* 0001-01-01 to 9999-12-31, a day short at both ends: whatever a wrong clock says
 * is brought into it, so that no date leaves four digits in any zone. */
static const int64_t earliest_s = INT64_C(-62135510400), latest_s = INT64_C(253402214399);

static const char *zone_folder(void)
{
    const char *folder = getenv("TZDIR");
    return folder && *folder ? folder : "/usr/share/zoneinfo";
}

bool calendar_zones_installed(void)
{
    return access(zone_folder(), R_OK | X_OK) == 0;
}

/* A zone's file begins with these bytes: RFC 8536, 3.1. */
static bool is_zone_file(const char *path)
{
    char magic[4] = {0};
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    const bool whole = fread(magic, sizeof magic, 1, file) == 1;
    fclose(file);
    return whole && memcmp(magic, "TZif", sizeof magic) == 0;
}

bool calendar_zone(const char *name)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/";
    if (!*name || *name == '/' || name[strspn(name, allowed)])
        return false;
    char path[ZONE_PATH_BYTES];
    if (snprintf(path, sizeof path, "%s/%s", zone_folder(), name) >= (int)sizeof path || !is_zone_file(path))
        return false;
    if (setenv("TZ", name, 1) != 0)
        return false;
    tzset();
    return true;
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static int64_t floor_second(int64_t at_ms)
{
    const int64_t at_s = floor_div(at_ms, 1000);
    return at_s < earliest_s ? earliest_s : at_s > latest_s ? latest_s : at_s;
}

/* Seconds that the clock is ahead of UTC. */
static int64_t offset_at(int64_t at_s)
{
    const time_t time = (time_t)at_s;
    struct tm tm;
    return localtime_r(&time, &tm) ? tm.tm_gmtoff : 0;
}

/* The first second in (before, after] with the offset that `after` has. */
static int64_t offset_change(int64_t before, int64_t after)
{
    const int64_t offset = offset_at(after);
    while (after - before > 1) {
        const int64_t middle = before + (after - before) / 2;
        if (offset_at(middle) == offset)
            after = middle;
        else
            before = middle;
    }
    return after;
}

int64_t civil_instant(civil_day day, int seconds_after_midnight)
{
    const int64_t shown = (int64_t)day * DAY_S + seconds_after_midnight;
    /* Offsets lie within 14 h, so a day to either side is surely before and after. */
    const int64_t before = offset_at(shown - DAY_S), after = offset_at(shown + DAY_S);
    if (before == after || offset_at(shown - before) == before)
        return (shown - before) * 1000;
    if (offset_at(shown - after) == after)
        return (shown - after) * 1000;
    return offset_change(shown - after, shown - before) * 1000;
}

civil_day civil_of_instant(int64_t at_ms)
{
    const int64_t at_s = floor_second(at_ms);
    return (civil_day)floor_div(at_s + offset_at(at_s), DAY_S);
}

struct calendar_span civil_hour(int64_t at_ms)
{
    const int64_t at_s = floor_second(at_ms);
    const int64_t offset = offset_at(at_s);
    int64_t from = floor_div(at_s + offset, HOUR_S) * HOUR_S - offset;
    int64_t to = from + HOUR_S;
    if (offset_at(from) != offset)
        from = offset_change(from, at_s);
    if (offset_at(to - 1) != offset)
        to = offset_change(at_s, to - 1);
    return (struct calendar_span){from * 1000, to * 1000};
}

/* Days before a year, in a calendar whose years begin in March, so that the day
 * that comes and goes is the last; day 0 is 0000-03-01. */
static int64_t days_before(int64_t year)
{
    return year * 365 + floor_div(year, 4) - floor_div(year, 100) + floor_div(year, 400);
}

/* Days before a month, March being 0: 0 31 61 92 122 153 184 214 245 275 306 337. */
static int days_before_month(int month)
{
    return (153 * month + 2) / 5;
}

enum { EPOCH = 719468 }; /* 1970-01-01, in days from 0000-03-01 */

civil_day civil_from_date(int year, int month, int day)
{
    const int64_t months = (int64_t)year * 12 + month - 3; /* since March of year 0 */
    const int64_t years = floor_div(months, 12);
    return (civil_day)(days_before(years) + days_before_month((int)(months - years * 12)) + day - 1 - EPOCH);
}

void civil_to_date(civil_day day, int *year, int *month, int *day_of_month)
{
    const int64_t days = (int64_t)day + EPOCH;
    int64_t years = floor_div(days * 400, 146097);
    if (days_before(years) > days)
        years--;
    else if (days_before(years + 1) <= days)
        years++;
    const int left = (int)(days - days_before(years));
    const int since_march = (5 * left + 2) / 153;
    *day_of_month = left - days_before_month(since_march) + 1;
    *month = since_march < 10 ? since_march + 3 : since_march - 9;
    *year = (int)years + (since_march >= 10);
}

bool civil_parse(const char *text, civil_day *out)
{
    static const char form[] = "dddd-dd-dd";
    if (strlen(text) != sizeof form - 1)
        return false;
    for (size_t i = 0; form[i]; i++)
        if (form[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != form[i])
            return false;
    const int year = atoi(text), month = atoi(text + 5), day = atoi(text + 8);
    if (year < 1 || month < 1 || month > 12 || day < 1)
        return false;
    const civil_day found = civil_from_date(year, month, day);
    if (found >= civil_from_date(year, month + 1, 1))
        return false;
    *out = found;
    return true;
}

/* Two digits and four, and no more, whatever the number. */
static void put_digits(char *at, int digits, int value)
{
    while (digits > 0) {
        at[--digits] = (char)('0' + value % 10);
        value /= 10;
    }
}

void civil_format(civil_day day, char text[static DATE_TEXT_BYTES])
{
    int year, month, day_of_month;
    civil_to_date(day, &year, &month, &day_of_month);
    memcpy(text, "0000-00-00", DATE_TEXT_BYTES);
    put_digits(text, 4, year < 0 ? 0 : year);
    put_digits(text + 5, 2, month);
    put_digits(text + 8, 2, day_of_month);
}

void instant_format(int64_t at_ms, char text[static INSTANT_TEXT_BYTES])
{
    const int64_t at_s = floor_second(at_ms);
    const int64_t shown = at_s + offset_at(at_s);
    const int second = (int)(shown - floor_div(shown, DAY_S) * DAY_S);
    civil_format((civil_day)floor_div(shown, DAY_S), text);
    memcpy(text + 10, " 00:00:00", 10);
    put_digits(text + 11, 2, second / HOUR_S);
    put_digits(text + 14, 2, second / 60 % 60);
    put_digits(text + 17, 2, second % 60);
}
