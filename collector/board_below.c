/* SPDX-License-Identifier: Apache-2.0 */
/* What the rows of the board cannot say: the lines below them. */
#include <stdio.h>
#include <string.h>

#include "collector/board_pace.h"
#include "collector/board_parts.h"

static void line_begin(struct boarding *boarding, const struct indicator *indicator)
{
    text_add(&boarding->below, indicator_title(indicator, boarding->selection.language));
    text_add(&boarding->below, say(boarding->selection.language, ": "));
}

/* "3,467.1" of kg a year. */
static void capacity_show(int64_t kg, char text[static AMOUNT_TEXT_MAX])
{
    amount_show(kg, (struct amount_style){7, 1}, text);
}

/* A share by capacity: of what, and by output. */
static void share_below(struct boarding *boarding, const struct board_row *row, const struct indicator_value *value)
{
    const enum language language = boarding->selection.language;
    const struct indicator_value output = indicator_value_output(value);
    char top[AMOUNT_TEXT_MAX], bottom[AMOUNT_TEXT_MAX], share[AMOUNT_TEXT_MAX];
    capacity_show(value->top, top);
    capacity_show(value->bottom, bottom);
    line_begin(boarding, row->indicator);
    text_add(&boarding->below, value == &row->supposed ? say(language, "supposed: ") : "");
    text_format(&boarding->below, say(language, "%s of %s 10^4 t/a of capacity"), top, bottom);
    if (output.has) {
        board_value_show(row->indicator, &output, share);
        text_format(&boarding->below, say(language, "; %s %% of this year's output"), share);
    }
    text_add(&boarding->below, "\n");
}

/* Mines whose plan of the year, or of one of its months, is above their capacity. */
static void plans_below(struct boarding *boarding, const struct board_row *row)
{
    const enum language language = boarding->selection.language;
    const struct courses *courses = row->courses;
    bool any = false;
    for (size_t i = 0; i < courses->count; i++) {
        if (!courses->course[i].plan_over)
            continue;
        text_add(&boarding->below, any ? say(language, ", ") : say(language, "PLAN ABOVE CAPACITY"));
        text_add(&boarding->below, any ? "" : say(language, ": "));
        text_add(&boarding->below, course_title(&courses->course[i], &boarding->selection));
        any = true;
    }
    text_add(&boarding->below, any ? "\n" : "");
}

/* The target that the capacity does not leave room for; mines whose capacity nobody knows. */
static void room_below(struct boarding *boarding, const struct board_row *row)
{
    const enum language language = boarding->selection.language;
    const struct pace_room room = courses_room(row->courses);
    const int mines = (int)(room.mines - room.unknown);
    const struct indicator *of = indicator_named(boarding->indicators, row->indicator->find.of);
    struct indicator_target target;
    char capacity[AMOUNT_TEXT_MAX], missing[AMOUNT_TEXT_MAX];
    int64_t amount;
    capacity_show(room.capacity, capacity);
    line_begin(boarding, row->indicator);
    text_format(&boarding->below, say(language, "of %s 10^4 t/a of %d producing mines"), capacity, mines);
    if (room.unknown)
        text_format(&boarding->below, say(language, "; of %d more the capacity is not known"), (int)room.unknown);
    if (of && indicator_target(of, boarding->year, &target) && board_target_amount(of, target.value, &amount) &&
        amount_less(amount, room.done) > room.room) {
        capacity_show(amount_less(amount_less(amount, room.done), room.room), missing);
        text_format(
            &boarding->below,
            say(language, "; THE TARGET EXCEEDS THE APPROVED CAPACITY by %s 10^4 t: that is a hazard in itself"),
            missing);
    }
    text_add(&boarding->below, "\n");
    plans_below(boarding, row);
}

/* By what method, and how its band was found; or why there is none. */
static void forecast_below(struct boarding *boarding, const struct board_row *row, const struct forecast *forecast)
{
    const enum language language = boarding->selection.language;
    char why[256];
    forecast_reason(row->courses, forecast, &boarding->selection, why, sizeof why);
    if (forecast->standing == FORECAST_MADE && forecast->by_default)
        snprintf(why, sizeof why,
                 say(language, "forecast by the last %d days of each mine; its band is %d %% of the rest: too little "
                               "past to know better"),
                 FORECAST_DAYS, FORECAST_DEFAULT_PERMILLE / 10);
    else if (forecast->standing == FORECAST_MADE)
        snprintf(
            why, sizeof why,
            say(language, "forecast by the last %d days of each mine; band: %d of %d past forecasts were within it"),
            FORECAST_DAYS, (int)forecast->within, (int)forecast->tries);
    if (!*why)
        return;
    line_begin(boarding, row->indicator);
    text_add(&boarding->below, why);
    text_add(&boarding->below, "\n");
}

static void course_below(struct boarding *boarding, const struct board_row *row)
{
    const enum language language = boarding->selection.language;
    const struct pace pace = courses_pace(row->courses, row->target_amount);
    const struct forecast forecast = courses_forecast(row->courses);
    char missing[AMOUNT_TEXT_MAX];
    if (pace.out_of_reach) {
        amount_show(pace.missing, (struct amount_style){board_power(row->indicator), 1}, missing);
        line_begin(boarding, row->indicator);
        text_format(&boarding->below,
                    say(language, "out of reach within the approved capacity, by at least %s %s: no pace is given\n"),
                    missing, indicator_unit(row->indicator, language));
    }
    forecast_below(boarding, row, &forecast);
}

static void milestones_below(struct boarding *boarding, const struct board_row *row)
{
    if (!row->value.has || row->has_target)
        return;
    line_begin(boarding, row->indicator);
    text_format(&boarding->below, say(boarding->selection.language, "%lld of %lld known steps reached\n"),
                (long long)row->value.top, (long long)row->value.planned);
}

/* Of which mines the row is whole, where that is not what the head of the page says. */
static void complete_below(struct boarding *boarding, const struct board_complete *complete,
                           const struct indicator *indicator)
{
    const enum language language = boarding->selection.language;
    const char *head = boarding->late.length ? boarding->late.at : "";
    if (!complete->known || !complete->late.length || strcmp(complete->late.at, head) == 0)
        return;
    line_begin(boarding, indicator);
    text_format(&boarding->below, say(language, "%zu of %zu mines complete"), complete->complete, complete->mines);
    text_add(&boarding->below, say(language, "; late: "));
    text_add(&boarding->below, complete->late.at);
    text_add(&boarding->below, "\n");
}

void board_row_below(struct boarding *boarding, const struct board_row *row)
{
    const int kind = row->indicator->find.kind;
    complete_below(boarding, &row->complete, row->indicator);
    if (kind == FIND_CAPACITY_SHARE && row->value.has)
        share_below(boarding, row, &row->value);
    if (kind == FIND_CAPACITY_SHARE && row->supposed.has)
        share_below(boarding, row, &row->supposed);
    else if (boarding->supposed)
        return; /* the others speak of what is */
    else if (kind == FIND_ROOM && row->courses)
        room_below(boarding, row);
    else if (kind == FIND_MILESTONES)
        milestones_below(boarding, row);
    else if (row->courses)
        course_below(boarding, row);
}
