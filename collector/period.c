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

civil_dekad dekad_of(civil_day day)
{
    int year, month, day_of_month;
    civil_to_date(day, &year, &month, &day_of_month);
    return (year * 12 + month - 1) * 3 + (day_of_month > 20 ? 2 : day_of_month > 10 ? 1 : 0);
}

struct period dekad_days(civil_dekad dekad)
{
    const struct period month = month_days(dekad / 3);
    const civil_day from = month.from + dekad % 3 * 10;
    return (struct period){from, dekad % 3 == 2 ? month.to : from + 10};
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

/* The number that follows the slash at `at`: one digit from 1 to `most`; 0: there is none. */
static int number_after(const char *at, int most)
{
    return *at == '/' && at[1] >= '1' && at[1] <= '0' + most && at[2] == '\0' ? at[1] - '0' : 0;
}

bool period_parse_dekad(const char *text, civil_day today, civil_dekad *out)
{
    char month_text[8];
    civil_month month;
    if (strcmp(text, "this") == 0 || strcmp(text, "last") == 0) {
        *out = dekad_of(today) - (*text == 'l');
        return true;
    }
    if (strlen(text) != 9)
        return false;
    const int part = number_after(text + 7, 3);
    snprintf(month_text, sizeof month_text, "%.7s", text);
    if (!part || !period_parse_month(month_text, today, &month))
        return false;
    *out = month * 3 + part - 1;
    return true;
}

static bool shift_parse(const char *text, struct period_name *out)
{
    char date[DATE_TEXT_BYTES];
    civil_day day;
    if (strlen(text) != 12)
        return false;
    const int shift = number_after(text + 10, SHIFTS_MAX);
    snprintf(date, sizeof date, "%.10s", text);
    if (!shift || !civil_parse(date, &day))
        return false;
    *out = (struct period_name){PERIOD_KIND_SHIFT, {day, day + 1}, shift - 1};
    return true;
}

static const char *const kind_texts[PERIOD_KINDS] = {"", "shift", "day", "dekad", "month", "year", "span"};

const char *period_kind_text(enum period_kind kind)
{
    return kind_texts[kind < PERIOD_KINDS ? kind : 0];
}

bool period_kind_read(const char *text, enum period_kind *out)
{
    for (int kind = PERIOD_KIND_SHIFT; kind < PERIOD_KINDS; kind++)
        if (strcmp(text, kind_texts[kind]) == 0) {
            *out = (enum period_kind)kind;
            return true;
        }
    return false;
}

bool period_parse(const char *text, civil_day today, struct period_name *out)
{
    civil_day day;
    civil_dekad dekad;
    civil_month month;
    int year;
    if (strcmp(text, "this") == 0 || strcmp(text, "last") == 0) /* of what? */
        return false;
    if (shift_parse(text, out))
        return true;
    if (period_parse_day(text, today, &day))
        *out = (struct period_name){PERIOD_KIND_DAY, {day, day + 1}, -1};
    else if (period_parse_dekad(text, today, &dekad))
        *out = (struct period_name){PERIOD_KIND_DEKAD, dekad_days(dekad), -1};
    else if (period_parse_month(text, today, &month))
        *out = (struct period_name){PERIOD_KIND_MONTH, month_days(month), -1};
    else if (period_parse_year(text, today, &year))
        *out = (struct period_name){PERIOD_KIND_YEAR, year_days(year), -1};
    else
        return false;
    return true;
}

void dekad_format(civil_dekad dekad, char *text)
{
    month_format(dekad / 3, text);
    snprintf(text + 7, 3, "/%u", (unsigned)dekad % 3u + 1u);
}

void period_format(const struct period_name *name, char text[static PERIOD_TEXT_BYTES])
{
    civil_format(name->days.from, text);
    switch (name->kind) {
    case PERIOD_KIND_SHIFT:
        snprintf(text + 10, PERIOD_TEXT_BYTES - 10, "/%u", (unsigned)(name->shift + 1) % 10u);
        break;
    case PERIOD_KIND_DAY:
    case PERIOD_KIND_SPAN:
    case PERIOD_KINDS:
        break;
    case PERIOD_KIND_DEKAD:
        dekad_format(dekad_of(name->days.from), text);
        break;
    case PERIOD_KIND_MONTH:
        text[7] = '\0';
        break;
    case PERIOD_KIND_YEAR:
        text[4] = '\0';
        break;
    }
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
