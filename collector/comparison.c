/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/comparison.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

bool comparison_parse(const char *text, enum comparison_with *out)
{
    if (strcmp(text, "previous") == 0)
        *out = COMPARISON_PREVIOUS;
    else if (strcmp(text, "year") == 0)
        *out = COMPARISON_YEAR;
    else
        return false;
    return true;
}

static civil_day year_before(civil_day day)
{
    int year, month, day_of_month;
    civil_to_date(day, &year, &month, &day_of_month);
    const civil_day same = civil_from_date(year - 1, month, day_of_month);
    return month == 2 && day_of_month == 29 ? same - 1 : same;
}

static struct period the_year_before(enum period_kind kind, struct period days)
{
    switch (kind) {
    case PERIOD_KIND_DEKAD:
        return dekad_days(dekad_of(days.from) - 36);
    case PERIOD_KIND_MONTH:
        return month_days(month_of(days.from) - 12);
    case PERIOD_KIND_YEAR:
        return year_days(year_of(days.from) - 1);
    default:
        return (struct period){year_before(days.from), year_before(days.to - 1) + 1};
    }
}

static struct period the_one_before(enum period_kind kind, struct period days)
{
    switch (kind) {
    case PERIOD_KIND_DEKAD:
        return dekad_days(dekad_of(days.from) - 1);
    case PERIOD_KIND_MONTH:
        return month_days(month_of(days.from) - 1);
    case PERIOD_KIND_YEAR:
        return year_days(year_of(days.from) - 1);
    default:
        return (struct period){days.from - (days.to - days.from), days.from};
    }
}

struct comparison comparison_of(enum period_kind kind, struct period days, enum comparison_with with, civil_day today)
{
    struct comparison comparison = {
        .now = days,
        .then = with == COMPARISON_YEAR ? the_year_before(kind, days) : the_one_before(kind, days),
        .running = today < days.to,
    };
    if (!comparison.running)
        return comparison;
    const civil_day gone = today > days.from ? today - days.from : 0;
    comparison.now.to = days.from + gone;
    if (comparison.then.to - comparison.then.from > gone)
        comparison.then.to = comparison.then.from + gone;
    return comparison;
}

bool comparison_percent(int64_t change, int64_t then, char shown[static PERCENT_TEXT_BYTES],
                        char value[static PERCENT_TEXT_BYTES])
{
    if (then <= 0)
        return false;
    const __int128 scaled = (__int128)change * 2000, bound = INT64_MAX / 10;
    const __int128 exact = (scaled + (scaled < 0 ? -(__int128)then : then)) / (2 * (__int128)then);
    const int64_t permille = (int64_t)(exact > bound ? bound : exact < -bound ? -bound : exact);
    const int64_t size = permille < 0 ? -permille : permille;
    snprintf(value, PERCENT_TEXT_BYTES, "%s%" PRId64 ".%" PRId64, permille < 0 ? "-" : "", size / 10, size % 10);
    snprintf(shown, PERCENT_TEXT_BYTES, "%s%s %%", permille > 0 ? "+" : "", value);
    return true;
}
