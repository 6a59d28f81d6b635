/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/period.h"

#include <stdio.h>
#include <string.h>

civil_month month_of(civil_day day)
{
    int year, month, day_of_month;
    civil_to_date(day, &year, &month, &day_of_month);
    return year * 12 + month - 1;
}

static civil_day month_start(civil_month month)
{
    return civil_from_date(month / 12, month % 12 + 1, 1);
}

struct period month_days(civil_month month)
{
    return (struct period){month_start(month), month_start(month + 1)};
}

struct period year_days(int year)
{
    return (struct period){civil_from_date(year, 1, 1), civil_from_date(year + 1, 1, 1)};
}

int year_of(civil_day day)
{
    return month_of(day) / 12;
}

/* The first day after the cut-off of a month. */
static civil_day month_cut(civil_month month, int cutoff)
{
    const struct period days = month_days(month);
    return cutoff && cutoff < days.to - days.from ? days.from + cutoff : days.to;
}

struct period month_days_to(civil_month month, int cutoff)
{
    return (struct period){month_cut(month - 1, cutoff), month_cut(month, cutoff)};
}

bool period_parse_day(const char *text, civil_day today, civil_day *out)
{
    if (strcmp(text, "today") == 0)
        *out = today;
    else if (strcmp(text, "yesterday") == 0)
        *out = today - 1;
    else
        return civil_parse(text, out);
    return true;
}

bool period_parse_month(const char *text, civil_day today, civil_month *out)
{
    char date[16];
    civil_day day;
    if (strcmp(text, "this") == 0 || strcmp(text, "last") == 0) {
        *out = month_of(today) - (*text == 'l');
        return true;
    }
    if (strlen(text) != 7)
        return false;
    snprintf(date, sizeof date, "%s-01", text);
    if (!civil_parse(date, &day))
        return false;
    *out = month_of(day);
    return true;
}

bool period_parse_year(const char *text, civil_day today, int *out)
{
    char date[16];
    civil_day day;
    if (strcmp(text, "this") == 0 || strcmp(text, "last") == 0) {
        *out = year_of(today) - (*text == 'l');
        return true;
    }
    if (strlen(text) != 4)
        return false;
    snprintf(date, sizeof date, "%s-01-01", text);
    if (!civil_parse(date, &day))
        return false;
    *out = year_of(day);
    return true;
}

void month_format(civil_month month, char *text)
{
    snprintf(text, 8, "%04u-%02u", (unsigned)(month / 12) % 10000u, (unsigned)(month % 12 + 1) % 100u);
}

/* "07:31" or "07:31:05" -> seconds after midnight. */
static bool time_parse(const char *text, int *seconds)
{
    static const char form[] = "dd:dd:dd";
    const size_t length = strlen(text);
    if (length != 5 && length != 8)
        return false;
    for (size_t i = 0; i < length; i++)
        if (form[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != form[i])
            return false;
    const int hour = (text[0] - '0') * 10 + text[1] - '0', minute = (text[3] - '0') * 10 + text[4] - '0';
    const int second = length == 8 ? (text[6] - '0') * 10 + text[7] - '0' : 0;
    *seconds = hour * 3600 + minute * 60 + second;
    return hour < 24 && minute < 60 && second < 60;
}

bool period_parse_instant(const char *text, civil_day today, int64_t *out_ms)
{
    char date[16];
    civil_day day;
    int seconds = 0;
    const size_t length = strcspn(text, " T");
    if (length >= sizeof date)
        return false;
    memcpy(date, text, length);
    date[length] = '\0';
    if (!period_parse_day(date, today, &day) || (text[length] && !time_parse(text + length + 1, &seconds)))
        return false;
    *out_ms = civil_instant(day, seconds);
    return true;
}
