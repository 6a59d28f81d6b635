/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "collector/board_parts.h"

/* --- what a row says --- */

static struct courses *courses_of(const struct boarding *boarding, const struct indicator_find *find)
{
    const char *quantity[MEASURES_MAX];
    for (size_t q = 0; q < find->quantities; q++)
        quantity[q] = find->quantity[q];
    const struct courses_scope scope = {.report = boarding->report,
                                        .county = boarding->county,
                                        .simulated = boarding->simulated,
                                        .day = boarding->day,
                                        .now_ms = boarding->selection.now_ms,
                                        .quantities = find->quantities,
                                        .quantity = quantity};
    return courses_read(&scope);
}

/* The courses behind a sum that has a target, and behind the room that the capacity leaves. */
static bool courses_take(const struct boarding *boarding, struct board_row *row)
{
    const struct indicator *of = row->indicator;
    if (of->find.kind == FIND_ROOM)
        of = indicator_named(boarding->indicators, of->find.of);
    else if (!row->has_target || !board_target_amount(of, row->target.value, &row->target_amount))
        return true;
    row->courses = row->value.has && of ? courses_of(boarding, &of->find) : NULL;
    return row->courses || !row->value.has;
}

bool board_row_read(struct boarding *boarding, const struct indicator *indicator, struct board_row *row)
{
    *row = (struct board_row){.indicator = indicator};
    bool good = indicator_evaluate(indicator, &boarding->context, &row->value);
    if (good && boarding->supposed)
        good = indicator_evaluate(indicator, &boarding->what_if, &row->supposed);
    row->has_target = indicator_target(indicator, boarding->year, &row->target);
    row->reached = indicator_said(indicator, STATED_ACTUAL, boarding->year);
    row->source = board_source_of(&row->value, board_stands(row->reached, row->has_target, boarding->year));
    good = good && board_complete_judge(&boarding->selection, boarding->report, indicator, &row->value,
                                        boarding->as_of_ms, &row->complete);
    if (good && courses_take(boarding, row))
        return true;
    command_fail(boarding->selection.command, COMMAND_COULD_NOT, "%s", "out of memory");
    return false;
}

void board_row_free(struct board_row *row)
{
    indicator_value_free(&row->value);
    indicator_value_free(&row->supposed);
    courses_free(row->courses);
    board_complete_free(&row->complete);
}

/* --- cells --- */

static void name_cells(struct boarding *boarding, const struct indicator *indicator)
{
    const enum language language = boarding->selection.language;
    table_row(boarding->table);
    table_text(boarding->table, indicator->id);
    table_text(boarding->table, indicator_title(indicator, language));
    table_cell(boarding->table, indicator_unit(indicator, language), indicator->unit_en);
}

static void value_cell(struct boarding *boarding, const struct board_row *row, const struct indicator_value *value)
{
    char shown[AMOUNT_TEXT_MAX], data[DECIMAL_TEXT_MAX];
    struct decimal exact;
    if (!value->has || !board_exact(value, &exact)) {
        table_none(boarding->table);
        return;
    }
    board_value_show(row->indicator, value, shown);
    decimal_format(exact, data);
    table_cell(boarding->table, shown, data);
}

static void said_cell(struct boarding *boarding, const struct indicator_stated *said, const char *before)
{
    board_decimal_cell(boarding, said->value, said->value, before);
}

static void target_cells(struct boarding *boarding, const struct board_row *row, const struct indicator_value *value)
{
    int64_t permille;
    if (!row->has_target) {
        table_none(boarding->table);
        table_none(boarding->table);
        return;
    }
    board_decimal_cell(boarding, row->target.value, row->target.value, row->target.floor ? ">=" : "");
    if (board_share(value, row->target.value, &permille))
        table_share(boarding->table, permille);
    else
        table_none(boarding->table);
}

static void none_cells(struct boarding *boarding, int cells)
{
    while (cells-- > 0)
        table_none(boarding->table);
}

/* A thousand units or more: a tenth of one says nothing. */
static bool is_far(int64_t ahead, int power)
{
    return ahead / decimal_power(power) >= 1000 || ahead / decimal_power(power) <= -1000;
}

/* To the next whole unit: a band is not to look narrower than it is. */
static int64_t band_up(int64_t band, int power)
{
    const int64_t unit = decimal_power(power), over = band % unit;
    return over ? amount_add(band, unit - over) : band;
}

/* A target that the year's reports count towards: time, pace, needed a day, forecast and band. */
static void course_cells(struct boarding *boarding, const struct board_row *row)
{
    const int power = board_power(row->indicator);
    const struct pace pace = courses_pace(row->courses, row->target_amount);
    const struct forecast forecast = courses_forecast(row->courses);
    table_share(boarding->table, pace.of_time);
    board_amount_cell(boarding, pace.ahead, power, is_far(pace.ahead, power) ? 0 : 1, pace.ahead > 0 ? "+" : "");
    table_mark(boarding->table, pace.ahead < 0 ? MARK_AMBER : MARK_NONE);
    if (pace.needed_per_day)
        board_amount_cell(boarding, pace.needed_per_day, power, 2, ">=");
    else
        none_cells(boarding, 1);
    if (forecast.standing != FORECAST_MADE) {
        table_cell(boarding->table, "-", NULL); /* keeps the column */
        none_cells(boarding, 1);
        return;
    }
    char total[AMOUNT_TEXT_MAX], band[AMOUNT_TEXT_MAX], shown[2 * AMOUNT_TEXT_MAX + 4], data[DECIMAL_TEXT_MAX];
    amount_show(forecast.total, (struct amount_style){power, 0}, total);
    amount_show(band_up(forecast.band, power), (struct amount_style){power, 0}, band);
    snprintf(shown, sizeof shown, "%s+-%s", total, band);
    decimal_format(decimal_reduce((struct decimal){forecast.total, power}), data);
    table_cell(boarding->table, shown, data);
    decimal_format(decimal_reduce((struct decimal){forecast.band, power}), data);
    table_cell(boarding->table, "", data);
}

/* What the capacity leaves a day: a ceiling. */
static void room_cells(struct boarding *boarding, const struct board_row *row)
{
    const struct pace_room room = courses_room(row->courses);
    none_cells(boarding, 2);
    if (room.per_day > 0)
        board_amount_cell(boarding, room.per_day, board_power(row->indicator), 2, "<=");
    else
        none_cells(boarding, 1);
    none_cells(boarding, 2);
}

/* Of what does not run with time: how far from the target. */
static void state_cells(struct boarding *boarding, const struct board_row *row, const struct indicator_value *value)
{
    const int places = board_value_places(row->indicator, value);
    struct decimal gap;
    none_cells(boarding, 1);
    if (row->has_target && board_gap(value, row->target.value, places, &gap)) {
        board_decimal_cell(boarding, gap, gap, gap.digits > 0 ? "+" : "");
        table_mark(boarding->table, gap.digits < 0 ? MARK_AMBER : MARK_NONE);
    } else {
        none_cells(boarding, 1);
    }
    none_cells(boarding, 3);
}

/* --- where it comes from --- */

static void source_show(const struct boarding *boarding, const struct board_row *row, char shown[64])
{
    static const char *const words[BOARD_SOURCES] = {
        [BOARD_METERED] = N_OF("origin", "metered"),     [BOARD_MIXED] = N_OF("origin", "mixed"),
        [BOARD_ROSTER] = N_OF("origin", "roster"),       [BOARD_BY_HAND] = N_OF("origin", "by hand"),
        [BOARD_DERIVED] = N_OF("origin", "derived"),     [BOARD_STATED] = N_OF("origin", "stated"),
        [BOARD_NO_DATA] = N_OF("origin", "no data yet"),
    };
    const enum language language = boarding->selection.language;
    const struct indicator_value *value = &row->value;
    char date[DATE_TEXT_BYTES];
    civil_format(civil_of_instant(value->since_ms), date);
    if (row->source == BOARD_MIXED) {
        const int64_t share = share_permille(amount_less(value->top, value->by_people), value->top);
        snprintf(shown, 64, say(language, "%lld %% metered"), (long long)(share < 0 ? 0 : share / 10));
    } else if (row->source == BOARD_METERED && value->since_ms > boarding->span.from_ms)
        snprintf(shown, 64, say(language, "since %s"), date + strlen("2026-"));
    else if (row->source == BOARD_STATED)
        snprintf(shown, 64, say(language, "stated %s"), row->reached->of);
    else
        snprintf(shown, 64, "%s", say(language, words[row->source]));
}

static void integer_cell(struct boarding *boarding, bool known, int64_t value)
{
    if (known)
        table_integer(boarding->table, value);
    else
        table_none(boarding->table);
}

/* Of how many mines, to when. */
static void complete_cells(struct boarding *boarding, const struct board_complete *complete)
{
    char to[INSTANT_TEXT_BYTES];
    integer_cell(boarding, complete->known, (int64_t)complete->mines);
    integer_cell(boarding, complete->known, (int64_t)complete->complete);
    instant_format(complete->to_ms, to);
    table_text(boarding->table, complete->to_ms ? to : "");
    table_text(boarding->table, complete->late.length ? complete->late.at : "");
}

/* Those of data only. */
static void data_cells(struct boarding *boarding, const struct board_row *row)
{
    const struct indicator_value *value = &row->value;
    const struct indicator_value output = indicator_value_output(value);
    struct decimal share;
    integer_cell(boarding, value->has, value->top);
    integer_cell(boarding, value->has, value->bottom);
    if (indicator_value_floor(&output, 1, &share))
        board_decimal_cell(boarding, share, share, "");
    else
        table_none(boarding->table);
    complete_cells(boarding, &row->complete);
    if (row->reached && row->reached->has_value) {
        said_cell(boarding, row->reached, "");
        table_text(boarding->table, row->reached->of);
    } else {
        none_cells(boarding, 2);
    }
    table_text(boarding->table, row->has_target ? row->target.said->source : row->reached ? row->reached->source : "");
    table_switch(boarding->table, row->has_target && row->target.floor);
    table_integer(boarding->table, row->indicator->headline);
    table_switch(boarding->table, boarding->simulated);
}

static void source_cell(struct boarding *boarding, const struct board_row *row)
{
    char shown[64];
    source_show(boarding, row, shown);
    table_cell(boarding->table, shown, board_source_text(row->source));
}

/* --- rows --- */

/* What is found; else what the texts state as reached. */
static void done_cell(struct boarding *boarding, const struct board_row *row)
{
    if (row->source == BOARD_STATED)
        said_cell(boarding, row->reached, row->reached->floor ? ">=" : "");
    else
        value_cell(boarding, row, &row->value);
}

/* What is beside what would be. */
static void supposed_row(struct boarding *boarding, const struct board_row *row)
{
    const int places = board_value_places(row->indicator, &row->supposed);
    struct decimal change;
    done_cell(boarding, row);
    value_cell(boarding, row, &row->supposed);
    if (board_change(&row->value, &row->supposed, places, &change)) {
        board_decimal_cell(boarding, change, change, change.digits > 0 ? "+" : "");
        table_mark(boarding->table, MARK_STRONG);
    } else {
        table_none(boarding->table);
    }
    target_cells(boarding, row, &row->supposed);
    source_cell(boarding, row);
    data_cells(boarding, row);
}

static void present_row(struct boarding *boarding, const struct board_row *row)
{
    done_cell(boarding, row);
    target_cells(boarding, row, &row->value);
    if (row->courses && row->indicator->find.kind == FIND_ROOM)
        room_cells(boarding, row);
    else if (row->courses)
        course_cells(boarding, row);
    else
        state_cells(boarding, row, &row->value);
    source_cell(boarding, row);
    data_cells(boarding, row);
}

void board_row_add(struct boarding *boarding, const struct board_row *row)
{
    name_cells(boarding, row->indicator);
    if (boarding->supposed)
        supposed_row(boarding, row);
    else
        present_row(boarding, row);
}
