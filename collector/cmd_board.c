/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <string.h>

#include "collector/assess.h"
#include "collector/board.h"
#include "collector/board_mines.h"
#include "collector/board_named.h"
#include "collector/display.h"

enum { RECENT_DAYS = 30 }; /* whose mean the forecast goes by */

struct boarding {
    struct selection selection;
    struct report *report;
    struct indicators *indicators;
    struct named_mines *named; /* asked for with --mines alone */
    struct page page;
    struct table *table;
    civil_day day;
    int year;
    struct calendar_span span; /* of the year */
    int64_t as_of_ms;
    bool simulated;
};

/* What the meters of some quantities have counted. */
struct counted {
    int64_t done, recent;
    int64_t recent_days; /* that `recent` is the sum of */
    int64_t since_ms;    /* the first reading of any of them */
    size_t meters;
};

static bool listed(const char names[][32], size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

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

static struct counted count(struct boarding *boarding, const char names[][32], size_t quantities)
{
    const struct roster *roster = boarding->selection.roster;
    const struct period year = {year_days(boarding->year).from, boarding->day + 1};
    struct counted counted = {0};
    for (size_t i = 0; i < roster->meters; i++) {
        if (!roster->meter[i].main || !listed(names, quantities, roster->meter[i].quantity))
            continue;
        const struct report_first first = report_first(boarding->report, i);
        if (first.at_ms == 0)
            continue;
        counted.meters++;
        counted.done = amount_add(counted.done, report_metered(boarding->report, i, year));
        if (counted.since_ms == 0 || first.at_ms < counted.since_ms)
            counted.since_ms = first.at_ms;
    }
    const struct period recent = recent_days(boarding, counted.since_ms);
    counted.recent_days = recent.to - recent.from;
    for (size_t i = 0; i < roster->meters && counted.recent_days; i++)
        if (roster->meter[i].main && listed(names, quantities, roster->meter[i].quantity))
            counted.recent = amount_add(counted.recent, report_metered(boarding->report, i, recent));
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
    const bool chinese = boarding->selection.language == LANGUAGE_ZH;
    table_row(boarding->table);
    table_text(boarding->table, indicator->id);
    table_text(boarding->table, chinese ? indicator->zh : indicator->en);
    table_cell(boarding->table, chinese ? indicator->unit_zh : indicator->unit_en, indicator->unit_en);
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
    char shown[64], date[11];
    const enum language language = boarding->selection.language;
    civil_format(civil_of_instant(counted->since_ms), date);
    if (counted->since_ms > boarding->span.from_ms)
        snprintf(shown, sizeof shown, phrase_in((struct phrase){"metered since %s", "%s 起计量"}, language), date);
    else
        snprintf(shown, sizeof shown, "%s", word(WORD_METERED, language));
    end_cells(boarding, indicator, shown, "metered", boarding->simulated);
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
    snprintf(shown, sizeof shown, phrase_in((struct phrase){"stated %s", "%s 公布"}, language), indicator->year);
    end_cells(boarding, indicator, reached ? shown : word(WORD_NO_DATA_YET, language), reached ? "stated" : "no data",
              false);
}

static void indicator_row(struct boarding *boarding, const struct indicator *indicator)
{
    const struct command *command = boarding->selection.command;
    const bool target = is_target(boarding, indicator);
    const struct counted counted = count(boarding, indicator->quantity, indicator->quantities);
    const bool no_data = counted.meters == 0 && !(indicator->kind == INDICATOR_ACTUAL && indicator->has_value);
    int64_t value;
    if (command_given(command, "no-data") ? !no_data
                                          : !command_given(command, "all") && !(target && indicator->has_value))
        return;
    if (counted.meters && target && board_target(indicator, &value))
        course_row(boarding, indicator, &counted, value);
    else if (counted.meters && indicator->kind != INDICATOR_ACTUAL)
        done_row(boarding, indicator, &counted);
    else
        stated_row(boarding, indicator);
}

/* --- who is complete --- */

static void complete_add(struct boarding *boarding)
{
    const enum language language = boarding->selection.language;
    struct board_mines mines;
    char to[20], fact[24];
    board_mines_judge(boarding->report, boarding->as_of_ms, language, &mines);
    instant_format(mines.complete_to_ms, to);
    text_format(
        &boarding->page.out,
        phrase_in((struct phrase){"%zu of %zu mines complete to %s%s%s\n", "%zu / %zu 矿数据完整（截至 %s）%s%s\n"},
                  language),
        mines.complete, mines.mines, to,
        mines.late.length ? phrase_in((struct phrase){"; late: ", "；滞后："}, language) : "",
        mines.late.length ? mines.late.at : "");
    snprintf(fact, sizeof fact, "%zu", mines.complete);
    table_fact_json(boarding->table, "mines_complete", fact);
    snprintf(fact, sizeof fact, "%zu", mines.mines);
    table_fact_json(boarding->table, "mines", fact);
    table_fact(boarding->table, "complete_to", to);
    boarding->page.out.failed |= mines.late.failed;
    text_free(&mines.late);
}

/* --- the whole --- */

static bool columns_add(struct boarding *boarding)
{
    const enum language language = boarding->selection.language;
    struct table *table = boarding->table = table_new();
    if (!table)
        return false;
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
    return true;
}

static int seed_missing(const struct command *command, const char *name)
{
    return command_fail(command, COMMAND_COULD_NOT,
                        "%s was found neither in $COALTALLY_SEEDS nor in the folders that were installed with this "
                        "program: name its folder in COALTALLY_SEEDS",
                        name);
}

static int seeds_read(struct boarding *boarding, const struct command *command)
{
    const bool named = command_given(command, "mines");
    char path[PATH_BYTES], mines_path[PATH_BYTES];
    if (named && (command_given(command, "date") || command_given(command, "all") || command_given(command, "no-data")))
        return command_fail(command, COMMAND_USAGE, "--mines goes with neither --date, --all nor --no-data");
    if (!seeds_path("indicators.yaml", path))
        return seed_missing(command, "indicators.yaml");
    if (named && !seeds_path("mines.yaml", mines_path))
        return seed_missing(command, "mines.yaml");
    struct faults *faults = faults_new();
    if (!faults)
        return command_fail(command, COMMAND_COULD_NOT, "out of memory");
    boarding->indicators = indicators_load(path, faults);
    boarding->named = named ? named_mines_load(mines_path, faults) : NULL;
    const bool read = boarding->indicators && (!named || boarding->named);
    if (!read)
        faults_print(faults, stderr);
    faults_free(faults);
    return read ? COMMAND_GOOD : command_fail(command, COMMAND_USAGE, "the county's figures have faults");
}

/* What the texts say of the mines that they name: nothing here is metered. */
static int named_print(struct boarding *boarding, const struct command *command)
{
    const struct selection *selection = &boarding->selection;
    boarding->table = table_new();
    if (boarding->table) {
        table_fact(boarding->table, "report", "mines");
        board_named_fill(boarding->table, boarding->named, boarding->indicators, selection->language);
    }
    if (selection->format == TABLE_PAGE)
        page_title(
            &boarding->page,
            phrase_in((struct phrase){"the mines that the county names", "县级文件点名的煤矿"}, selection->language),
            false);
    if (!boarding->table ||
        !table_render(boarding->table, selection->format, boarding->page.colour, &boarding->page.out) ||
        !page_print(&boarding->page))
        return command_fail(command, COMMAND_COULD_NOT, "cannot write the page");
    return COMMAND_GOOD;
}

static int day_read(struct boarding *boarding, const struct command *command)
{
    const char *date = command_value(command, "date", 0);
    boarding->day = boarding->selection.today;
    if (date && !period_parse_day(date, boarding->selection.today, &boarding->day))
        return command_fail(command, COMMAND_USAGE, "--date %s: expected today, yesterday or a date like 2026-10-13",
                            date);
    const struct period days = year_days(year_of(boarding->day));
    boarding->year = year_of(boarding->day);
    boarding->span = (struct calendar_span){civil_instant(days.from, 0), civil_instant(days.to, 0)};
    const int64_t end_ms = civil_instant(boarding->day + 1, 0);
    boarding->as_of_ms = end_ms < boarding->selection.now_ms ? end_ms : boarding->selection.now_ms;
    for (size_t m = 0; m < boarding->selection.roster->mines; m++)
        boarding->simulated |= boarding->selection.roster->mine[m].simulated;
    return COMMAND_GOOD;
}

static int board_print(struct boarding *boarding)
{
    const struct selection *selection = &boarding->selection;
    const bool page = selection->format == TABLE_PAGE;
    char date[11], title[64];
    civil_format(boarding->day, date);
    snprintf(title, sizeof title, phrase_in((struct phrase){"board  %s", "指标看板  %s"}, selection->language), date);
    if (!columns_add(boarding))
        return command_fail(selection->command, COMMAND_COULD_NOT, "out of memory");
    table_fact(boarding->table, "report", "board");
    table_fact(boarding->table, "date", date);
    table_fact_json(boarding->table, "simulated", boarding->simulated ? "true" : "false");
    for (size_t i = 0; i < boarding->indicators->count; i++)
        indicator_row(boarding, &boarding->indicators->indicator[i]);
    page_title(&boarding->page, title, boarding->simulated);
    complete_add(boarding);
    if (table_rows(boarding->table) == 0 && !command_given(selection->command, "no-data"))
        text_format(&boarding->page.out,
                    phrase_in((struct phrase){"seeds hold no target of %d; --all shows what they hold\n",
                                              "资料中没有 %d 年的目标；--all 显示全部指标\n"},
                              selection->language),
                    boarding->year);
    if (!page)
        text_clear(&boarding->page.out);
    const bool good = table_render(boarding->table, selection->format, boarding->page.colour, &boarding->page.out);
    const int status = selection_judge(selection);
    if (status == COMMAND_GOOD && (!good || !page_print(&boarding->page)))
        return command_fail(selection->command, COMMAND_COULD_NOT, "cannot write the page");
    return status;
}

static int run(struct command *command)
{
    struct boarding boarding = {0};
    int status = selection_open(command, &boarding.selection);
    if (status == COMMAND_GOOD)
        status = seeds_read(&boarding, command);
    if (status == COMMAND_GOOD)
        status = day_read(&boarding, command);
    if (status == COMMAND_GOOD) {
        const bool page = boarding.selection.format == TABLE_PAGE;
        boarding.page = (struct page){.language = command->language, .colour = page && colour_wanted(stdout)};
    }
    if (status == COMMAND_GOOD && boarding.named) {
        status = named_print(&boarding, command);
    } else if (status == COMMAND_GOOD) {
        boarding.report = report_new(boarding.selection.db, boarding.selection.roster, boarding.selection.now_ms,
                                     boarding.span.from_ms, boarding.span.from_ms);
        status = boarding.report ? board_print(&boarding) : selection_judge(&boarding.selection);
    }
    page_free(&boarding.page);
    table_free(boarding.table);
    report_free(boarding.report);
    named_mines_free(boarding.named);
    indicators_free(boarding.indicators);
    selection_close(&boarding.selection);
    return status;
}

static const struct command_option options[] = {
    OPTION_DATE,
    {"all", NULL, {"all indicators, not only this year's targets", "全部指标，不限于本年度目标"}, false},
    {"no-data", NULL, {"only those that nothing measures and no text states", "只看尚无数据的指标"}, false},
    {"mines",
     NULL,
     {"the mines that the county names, and what is to come of each", "县级文件点名的煤矿及其项目"},
     false},
    OPTION_FORMAT,
    {0},
};

const struct verb verb_board = {
    .name = "board",
    .summary = {"the county's targets: done, share of target and year, pace, forecast",
                "县级目标：完成、完成率、时间进度、超欠、预计"},
    .options = options,
    .run = run,
};
