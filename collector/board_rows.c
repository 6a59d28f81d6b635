/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <string.h>

#include "collector/board.h"
#include "collector/board_parts.h"

enum { RECENT_DAYS = 30 }; /* whose mean the forecast goes by */

/* What all mines report of some quantities. */
struct counted {
    int64_t done, recent;
    int64_t by_people;   /* of `done` what no meter gave: entered by hand, adjusted */
    int64_t recent_days; /* that `recent` is the sum of; 0: there are none that tell of what comes */
    int64_t since_ms;    /* the first reading of any of their meters */
    bool any;
};

/* The last complete production days, no more than the meters have been read. */
static struct period recent_days(const struct boarding *boarding, int64_t since_ms)
{
    struct period days = {boarding->day + 1 - RECENT_DAYS, boarding->day + 1};
    if (boarding->as_of_ms < civil_instant(boarding->day + 1, 0)) {
        days.to--;
        days.from--;
    }
    const civil_day first = since_ms ? civil_of_instant(since_ms) + 1 : days.to;
    days.from = days.from < first ? first : days.from;
    days.from = days.from > days.to ? days.to : days.from;
    return days;
}

/* The first reading of the meters that report one of the quantities; 0: none was read yet. */
static int64_t first_ms(struct boarding *boarding, const char names[][32], size_t quantities)
{
    const struct roster *roster = boarding->selection.roster;
    int64_t since_ms = 0;
    for (size_t i = 0; i < roster->meters; i++)
        for (size_t q = 0; q < quantities; q++) {
            const bool counts = selection_counts(&boarding->selection, roster->meter[i].mine);
            const int64_t at_ms =
                counts && meter_reports(&roster->meter[i], names[q]) ? report_first(boarding->report, i).at_ms : 0;
            since_ms = at_ms && (since_ms == 0 || at_ms < since_ms) ? at_ms : since_ms;
        }
    return since_ms;
}

static struct figure mines_sum(struct boarding *boarding, const char names[][32], size_t quantities, struct period days)
{
    struct figure figure = {0};
    for (size_t m = 0; m < boarding->selection.roster->mines; m++)
        for (size_t q = 0; q < quantities && selection_counts(&boarding->selection, m); q++)
            report_mine_sum(boarding->report, m, names[q], days, &figure);
    return figure;
}

static struct counted count(struct boarding *boarding, const char names[][32], size_t quantities)
{
    const struct period year = {year_days(boarding->year).from, boarding->day + 1};
    const int64_t since_ms = first_ms(boarding, names, quantities);
    const struct figure done = mines_sum(boarding, names, quantities, year);
    struct counted counted = {.done = done.reported,
                              .by_people = amount_add(done.by_hand, done.adjusted),
                              .since_ms = since_ms,
                              .any = since_ms || done.any};
    const struct period recent = recent_days(boarding, done.by_hand ? boarding->span.from_ms : since_ms);
    if (recent.from >= recent.to)
        return counted;
    const struct figure of_late = mines_sum(boarding, names, quantities, recent);
    counted.recent = of_late.reported;
    /* Entered by the month, it says nothing of the last days. */
    counted.recent_days = done.by_hand && !of_late.by_hand ? 0 : recent.to - recent.from;
    return counted;
}

/* --- cells --- */

/* An amount in the indicator's unit: `places` decimals on the page, all in data. */
static void unit_cell(struct boarding *boarding, const struct indicator *indicator, int64_t amount, int places,
                      const char *before)
{
    int power = 3;
    for (int64_t size = indicator->size; size > 1; size /= 10)
        power++;
    char shown[AMOUNT_TEXT_MAX], marked[AMOUNT_TEXT_MAX + 4], value[DECIMAL_TEXT_MAX];
    amount_show(amount, (struct amount_style){power, places}, shown);
    snprintf(marked, sizeof marked, "%s%s", before, shown);
    decimal_format(decimal_reduce((struct decimal){amount, power}), value);
    table_cell(boarding->table, marked, value);
}

static void share_cell(struct boarding *boarding, int64_t permille)
{
    char shown[AMOUNT_TEXT_MAX], value[DECIMAL_TEXT_MAX];
    share_show(permille, shown);
    decimal_format((struct decimal){permille, 1}, value);
    table_cell(boarding->table, shown, value);
}

static void decimal_cell(struct boarding *boarding, struct decimal decimal, const char *before)
{
    char plain[AMOUNT_TEXT_MAX], shown[AMOUNT_TEXT_MAX + 4], value[DECIMAL_TEXT_MAX];
    amount_show(decimal.digits, (struct amount_style){decimal.places, decimal.places}, plain);
    snprintf(shown, sizeof shown, "%s%s", before, plain);
    decimal_format(decimal, value);
    table_cell(boarding->table, shown, value);
}

static void none_cells(struct boarding *boarding, int cells)
{
    while (cells-- > 0)
        table_none(boarding->table);
}

static void name_cells(struct boarding *boarding, const struct indicator *indicator)
{
    const enum language language = boarding->selection.language;
    table_row(boarding->table);
    table_text(boarding->table, indicator->id);
    table_text(boarding->table, either(language, indicator->en, indicator->zh));
    table_cell(boarding->table, either(language, indicator->unit_en, indicator->unit_zh), indicator->unit_en);
}

static void end_cells(struct boarding *boarding, const struct indicator *indicator, const char *shown,
                      const char *source, bool simulated)
{
    table_cell(boarding->table, shown, source);
    table_text(boarding->table, indicator->source);
    table_switch(boarding->table, simulated);
}

static void source_cells(struct boarding *boarding, const struct indicator *indicator, const struct counted *counted)
{
    char shown[64], date[DATE_TEXT_BYTES];
    const enum language language = boarding->selection.language;
    const bool mixed = counted->by_people != 0;
    civil_format(civil_of_instant(counted->since_ms), date);
    if (mixed) {
        const int64_t share = share_permille(amount_less(counted->done, counted->by_people), counted->done);
        snprintf(shown, sizeof shown, say(language, "%" PRId64 " %% metered"), share / 10);
    } else if (counted->since_ms > boarding->span.from_ms)
        snprintf(shown, sizeof shown, say(language, "metered since %s"), date);
    else
        snprintf(shown, sizeof shown, "%s", word(WORD_METERED, language));
    end_cells(boarding, indicator, shown, mixed ? "mixed" : "metered", boarding->simulated);
}

/* --- rows --- */

static bool is_target(const struct boarding *boarding, const struct indicator *indicator)
{
    char year[16];
    snprintf(year, sizeof year, "%d", boarding->year);
    return indicator->kind == INDICATOR_TARGET && strcmp(indicator->year, year) == 0;
}

/* A target that meters count towards. */
static void course_row(struct boarding *boarding, const struct indicator *indicator, const struct counted *counted,
                       int64_t target)
{
    const struct board_course course = {
        .target = target,
        .done = counted->done,
        .year = boarding->span,
        .as_of_ms = boarding->as_of_ms,
        .has_recent = counted->recent_days > 0,
        .recent_per_day = counted->recent_days > 0 ? counted->recent / counted->recent_days : 0,
    };
    const struct board_outlook outlook = board_outlook(&course);
    name_cells(boarding, indicator);
    unit_cell(boarding, indicator, counted->done, 1, "");
    unit_cell(boarding, indicator, target, 1, indicator->floor ? ">=" : "");
    share_cell(boarding, outlook.of_target);
    share_cell(boarding, outlook.of_time);
    unit_cell(boarding, indicator, outlook.ahead, 1, outlook.ahead > 0 ? "+" : "");
    table_mark(boarding->table, outlook.ahead < 0 ? MARK_AMBER : MARK_NONE);
    if (outlook.needed_per_day)
        unit_cell(boarding, indicator, outlook.needed_per_day, 2, "");
    else
        none_cells(boarding, 1);
    if (outlook.has_forecast)
        unit_cell(boarding, indicator, outlook.forecast, 1, "");
    else
        table_cell(boarding->table, "-", NULL); /* keeps the column: the first whole day fills it */
    source_cells(boarding, indicator, counted);
}

/* Metered, but without a target of this year to hold it against. */
static void done_row(struct boarding *boarding, const struct indicator *indicator, const struct counted *counted)
{
    name_cells(boarding, indicator);
    if (indicator->overs) {
        const struct counted over = count(boarding, indicator->over, indicator->overs);
        share_cell(boarding, share_permille(counted->done, over.done));
    } else {
        unit_cell(boarding, indicator, counted->done, 1, "");
    }
    none_cells(boarding, 6);
    source_cells(boarding, indicator, counted);
}

/* Nothing measures it: what the text states, or the target alone. */
static void stated_row(struct boarding *boarding, const struct indicator *indicator)
{
    const enum language language = boarding->selection.language;
    const bool reached = indicator->kind == INDICATOR_ACTUAL && indicator->has_value;
    char shown[64];
    name_cells(boarding, indicator);
    if (reached)
        decimal_cell(boarding, indicator->value, "");
    else
        none_cells(boarding, 1);
    if (!reached && indicator->has_value)
        decimal_cell(boarding, indicator->value, indicator->floor ? ">=" : "");
    else
        none_cells(boarding, 1);
    none_cells(boarding, 5);
    snprintf(shown, sizeof shown, say(language, "stated %s"), indicator->year);
    end_cells(boarding, indicator, reached ? shown : word(WORD_NO_DATA_YET, language), reached ? "stated" : "no data",
              false);
}

void board_row(struct boarding *boarding, const struct indicator *indicator)
{
    const struct command *command = boarding->selection.command;
    const bool target = is_target(boarding, indicator);
    const struct counted counted = count(boarding, indicator->quantity, indicator->quantities);
    const bool no_data = !counted.any && !(indicator->kind == INDICATOR_ACTUAL && indicator->has_value);
    int64_t value;
    if (command_given(command, "no-data") ? !no_data
                                          : !command_given(command, "all") && !(target && indicator->has_value))
        return;
    if (counted.any && target && board_target(indicator, &value))
        course_row(boarding, indicator, &counted, value);
    else if (counted.any && indicator->kind != INDICATOR_ACTUAL)
        done_row(boarding, indicator, &counted);
    else
        stated_row(boarding, indicator);
}

/* --- columns --- */

void board_columns(struct boarding *boarding)
{
    const enum language language = boarding->selection.language;
    struct table *table = boarding->table;
    table_column(table, "id", "", COLUMN_TEXT, COLUMN_DATA);
    table_column(table, "indicator", word(WORD_INDICATOR, language), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "unit", word(WORD_UNIT, language), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "done", word(WORD_DONE, language), COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "target", word(WORD_TARGET, language), COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "of_target_percent", word(WORD_OF_IT, language), COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "of_time_percent", word(WORD_TIME, language), COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "pace", word(WORD_PACE, language), COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "needed_per_day", word(WORD_NEEDED, language), COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "forecast", word(WORD_FORECAST, language), COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "source", word(WORD_SOURCE, language), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "document", "", COLUMN_TEXT, COLUMN_DATA);
    table_column(table, "simulated", "", COLUMN_SWITCH, COLUMN_DATA);
}
