/* SPDX-License-Identifier: Apache-2.0 */
/* What the pages of mines and of past forecasts say alike. */
#include "collector/board_pace.h"

#include <stdio.h>

enum { LATE_MS = 120000 };

const char *course_title(const struct course *course, const struct selection *selection)
{
    if (course->ledger >= 0)
        return mine_title(&selection->roster->mine[course->ledger], selection->language);
    return selection->language == LANGUAGE_EN || !*course->of->title_zh ? course->name : course->of->title_zh;
}

void forecast_reason(const struct courses *courses, const struct forecast *forecast, const struct selection *selection,
                     char *text, size_t size)
{
    const enum language language = selection->language;
    const char *mine = forecast->mine < courses->count ? course_title(&courses->course[forecast->mine], selection) : "";
    *text = '\0';
    if (forecast->standing == FORECAST_FEW_DAYS)
        snprintf(text, size, say(language, "no forecast: %s has fewer than %d complete days"), mine, FORECAST_DAYS_MIN);
    else if (forecast->standing == FORECAST_STALE)
        snprintf(text, size, say(language, "no forecast: %s has nothing of the last %d days"), mine,
                 FORECAST_STALE_DAYS);
    else if (forecast->standing == FORECAST_NOTHING)
        snprintf(text, size, "%s", say(language, "no forecast: nothing was reported"));
}

void course_as_of(const struct courses *courses, const struct ranking_row *row, const struct selection *selection,
                  char *text, size_t size)
{
    const struct course *course = &courses->course[row->at];
    const struct county_fact *state = course->of ? county_fact(course->of, FACT_STATE, courses->day) : NULL;
    const enum language language = selection->language;
    char last[INSTANT_TEXT_BYTES], why[128];
    size_t length = 0;
    instant_format(course->to_ms - (course->source == COURSE_BY_HAND), last); /* by hand: the last day itself */
    if (row->of_time < 0)
        length = (size_t)snprintf(text, size, "%s", say(language, "no data yet"));
    else if (course->source == COURSE_BY_HAND)
        length = (size_t)snprintf(text, size, say(language, "%.5s by hand"), last + 5);
    else if (course->to_ms < courses->as_of_ms - LATE_MS)
        length = (size_t)snprintf(text, size, "%.11s", last + 5);
    else
        length = (size_t)snprintf(text, size, "%s", say(language, "complete"));
    if (state && state->value != MINE_PRODUCING && length < size)
        length += (size_t)snprintf(text + length, size - length, "%s%s", say(language, "; "),
                                   say(language, fact_info(FACT_STATE)->name[state->value]));
    if (course->plan_over && length < size)
        length += (size_t)snprintf(text + length, size - length, "%s%s", say(language, "; "),
                                   say(language, "PLAN ABOVE CAPACITY"));
    forecast_reason(courses, &row->forecast, selection, why, sizeof why);
    if (*why && row->of_time >= 0 && length < size)
        snprintf(text + length, size - length, "%s%s", say(language, "; "), why);
}
