/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "collector/capacity_page.h"
#include "collector/store.h"

struct capacity_view {
    struct selection selection;
    struct county *county;
    struct report *report;
    struct capacity_page judged;
    struct page page;
    struct table *table;
    civil_day day;
    bool months;         /* each of the year, not only the one of the day */
    struct list crossed; /* const struct capacity_limit *: those that rows name */
};

/* One row: a month or a year of a mine, and what it crosses. */
struct capacity_line {
    const struct capacity_mine *mine;
    struct period days;
    struct capacity_figures figures;
    const struct capacity_finding *gravest; /* NULL: none */
};

/* --- columns and cells --- */

static void columns_add(struct capacity_view *view)
{
    static const struct page_column columns[] = {
        {"mine", N_("mine"), COLUMN_TEXT, COLUMN_BOTH},
        {"period", N_("period"), COLUMN_TEXT, COLUMN_BOTH},
        {"reported", N_("reported"), COLUMN_NUMBER, COLUMN_BOTH},
        {"share", N_("of cap"), COLUMN_NUMBER, COLUMN_BOTH},
        {"by_last", N_("ROM x last"), COLUMN_NUMBER, COLUMN_BOTH},
        {"share_by_last", N_("of cap"), COLUMN_NUMBER, COLUMN_BOTH},
        {"forecast", N_OF("capacity", "forecast"), COLUMN_NUMBER, COLUMN_BOTH},
        {"share_forecast", N_("of cap"), COLUMN_NUMBER, COLUMN_BOTH},
        {"reached_on", N_("limit on"), COLUMN_DATE, COLUMN_BOTH},
        {"judged", N_("judged"), COLUMN_TEXT, COLUMN_BOTH},
        {"limit", "", COLUMN_TEXT, COLUMN_DATA},
        {"edition", "", COLUMN_TEXT, COLUMN_DATA},
        {"article", "", COLUMN_TEXT, COLUMN_DATA},
        {"source", "", COLUMN_TEXT, COLUMN_DATA},
        {"capacity", "", COLUMN_NUMBER, COLUMN_DATA},
        {"capacity_days", "", COLUMN_NUMBER, COLUMN_DATA},
        {"complete_to", "", COLUMN_DATE, COLUMN_DATA},
        {"rom", "", COLUMN_NUMBER, COLUMN_DATA},
        {"last_coefficient", "", COLUMN_NUMBER, COLUMN_DATA},
        {"highest_coefficient", "", COLUMN_NUMBER, COLUMN_DATA},
        {"by_highest", "", COLUMN_NUMBER, COLUMN_DATA},
        {"share_by_highest", "", COLUMN_NUMBER, COLUMN_DATA},
        {"year_to_date", "", COLUMN_NUMBER, COLUMN_DATA},
        {"year_share", "", COLUMN_NUMBER, COLUMN_DATA},
        {"simulated", "", COLUMN_SWITCH, COLUMN_DATA},
    };
    page_columns(view->table, columns, sizeof columns / sizeof *columns, view->selection.language);
}

/* In percent: one decimal on the page, four in data, both floored. */
static void share_cell(struct capacity_view *view, int64_t amount, struct capacity_mean capacity,
                       const struct capacity_limit *limit)
{
    char shown[CAPACITY_SHARE_BYTES], value[DECIMAL_TEXT_MAX];
    if (!capacity.days) {
        table_none(view->table);
        return;
    }
    capacity_share_show(amount, capacity, 1, limit, shown);
    shown[strlen(shown) - strlen(" %")] = '\0';
    decimal_format((struct decimal){capacity_share(amount, capacity, 4), 4}, value);
    table_cell(view->table, shown, value);
}

static void amount_cell(struct capacity_view *view, int64_t amount)
{
    table_amount(view->table, amount, view->selection.style);
}

static void factor_cell(struct capacity_view *view, struct decimal factor)
{
    char text[DECIMAL_TEXT_MAX];
    decimal_format(factor, text);
    if (factor.digits)
        table_text(view->table, text);
    else
        table_none(view->table);
}

static void day_cell(struct capacity_view *view, civil_day day)
{
    char date[DATE_TEXT_BYTES];
    civil_format(day, date);
    table_cell(view->table, date + 5, date);
}

/* --- judgement --- */

static void judged_cell(struct capacity_view *view, const struct capacity_line *line)
{
    const enum language language = view->selection.language;
    const struct capacity_finding *finding = line->gravest;
    const enum journal_level level = finding && !finding->hidden ? finding->limit->level : JOURNAL_AMBER;
    char shown[64];
    if (!line->figures.course.capacity.days) {
        table_cell(view->table, say(language, "not judged"), "not judged");
        return;
    }
    if (!finding) {
        table_cell(view->table, "-", "within");
        return;
    }
    snprintf(shown, sizeof shown, "%s%s", capacity_level_say(level, language),
             finding->hidden                         ? say(language, " by coefficient")
             : finding->measure == CAPACITY_FORECAST ? say(language, " forecast")
                                                     : "");
    table_mark(view->table, level == JOURNAL_RED ? MARK_RED : MARK_AMBER);
    table_cell(view->table, shown, finding->hidden ? "amber by coefficient" : level == JOURNAL_RED ? "red" : "amber");
}

static void limit_cells(struct capacity_view *view, const struct capacity_finding *finding)
{
    char limit[CAPACITY_SHARE_BYTES + 16], shown[CAPACITY_SHARE_BYTES];
    if (!finding) {
        for (int i = 0; i < 4; i++)
            table_none(view->table);
        return;
    }
    capacity_limit_show(finding->limit, shown);
    snprintf(limit, sizeof limit, "%s %s", capacity_measure_name(finding->limit->measure), shown);
    table_text(view->table, limit);
    table_text(view->table,
               view->selection.language == LANGUAGE_ZH ? finding->limit->edition_zh : finding->limit->edition_en);
    table_text(view->table, finding->limit->article);
    table_text(view->table, finding->limit->source);
}

static void crossed_note(struct capacity_view *view, const struct capacity_limit *limit)
{
    const struct capacity_limit **known = view->crossed.at;
    for (size_t i = 0; i < view->crossed.count; i++)
        if (known[i] == limit)
            return;
    view->crossed.size = sizeof limit;
    const struct capacity_limit **slot = list_add(&view->crossed);
    view->page.out.failed |= slot == NULL;
    if (slot)
        *slot = limit;
}

/* --- rows --- */

/* The red line's day, or, of a year that will pass the capacity alone, that one's. */
static bool reach_of(const struct capacity_view *view, const struct capacity_line *line, civil_day *on)
{
    const bool year = line->days.to - line->days.from > 31;
    const civil_day day = view->day < line->days.to ? view->day : line->days.to - 1;
    const struct capacity_limit *limit =
        capacity_limit_gravest(view->judged.limits, year ? CAPACITY_YEAR : CAPACITY_MONTH, day);
    if (year && line->gravest && line->gravest->measure == CAPACITY_FORECAST)
        limit = line->gravest->limit;
    return limit && capacity_reach(limit, &line->figures.course, on);
}

static void rest_cells(struct capacity_view *view, const struct capacity_line *line)
{
    const struct capacity_figures *figures = &line->figures;
    const struct capacity_mean capacity = figures->course.capacity;
    const struct period year = {year_days(year_of(line->days.from)).from, line->days.to};
    struct capacity_figures so_far;
    capacity_figures_read(&view->judged.reader, line->mine, year, &so_far);
    so_far.course.capacity = capacity_mean_of(line->mine->county, year_days(year_of(line->days.from)));
    if (capacity.days)
        amount_cell(view, capacity_mean_kg(capacity));
    else
        table_none(view->table);
    table_integer(view->table, capacity.days);
    page_instant(view->table, line->mine->to_ms);
    if (figures->has_rom)
        amount_cell(view, figures->rom);
    else
        table_none(view->table);
    factor_cell(view, figures->last);
    factor_cell(view, figures->highest);
    amount_cell(view, figures->by_highest);
    share_cell(view, figures->by_highest, capacity, NULL);
    amount_cell(view, so_far.course.done);
    share_cell(view, so_far.course.done, so_far.course.capacity, NULL);
    table_switch(view->table, line->mine->simulated);
}

static void row_add(struct capacity_view *view, const struct capacity_line *line)
{
    const bool year = line->days.to - line->days.from > 31;
    const struct period_name name = {year ? PERIOD_KIND_YEAR : PERIOD_KIND_MONTH, line->days, -1};
    const struct capacity_figures *figures = &line->figures;
    const struct capacity_course *course = &figures->course;
    const struct capacity_limit *limit = line->gravest ? line->gravest->limit : NULL;
    const bool forecast = line->gravest && line->gravest->measure == CAPACITY_FORECAST;
    char period[PERIOD_TEXT_BYTES];
    civil_day on;
    period_format(&name, period);
    table_row(view->table);
    if (year)
        table_mark(view->table, MARK_STRONG);
    table_cell(view->table, capacity_page_title(&view->judged, line->mine), line->mine->name);
    table_text(view->table, period);
    amount_cell(view, course->done);
    share_cell(view, course->done, course->capacity, forecast || (limit && line->gravest->hidden) ? NULL : limit);
    amount_cell(view, figures->by_last);
    share_cell(view, figures->by_last, course->capacity, NULL);
    amount_cell(view, capacity_forecast(course));
    share_cell(view, capacity_forecast(course), course->capacity, forecast ? limit : NULL);
    if (reach_of(view, line, &on))
        day_cell(view, on);
    else
        table_none(view->table);
    judged_cell(view, line);
    limit_cells(view, line->gravest);
    rest_cells(view, line);
    if (limit)
        crossed_note(view, limit);
}

static const struct capacity_finding *gravest_of(const struct list *findings)
{
    const struct capacity_finding *finding = findings->at, *gravest = NULL;
    for (size_t i = 0; i < findings->count; i++) {
        const bool graver = gravest && !finding[i].hidden && finding[i].limit->level > gravest->limit->level;
        if (!gravest || graver || (gravest->hidden && !finding[i].hidden))
            gravest = &finding[i];
    }
    return gravest;
}

static void period_row(struct capacity_view *view, const struct capacity_mine *mine, struct period days)
{
    struct capacity_line line = {.mine = mine, .days = days};
    struct list findings;
    view->page.out.failed |= !capacity_survey_period(&view->judged.reader, mine, days, &findings);
    line.gravest = gravest_of(&findings);
    capacity_figures_read(&view->judged.reader, mine, days, &line.figures);
    if (days.to > mine->since || line.figures.course.done)
        row_add(view, &line);
    free(findings.at);
}

static void mine_rows(struct capacity_view *view, const struct capacity_mine *mine)
{
    const civil_month last = month_of(view->day);
    for (civil_month month = view->months ? last - last % 12 : last; month <= last; month++)
        period_row(view, mine, month_days(month));
    period_row(view, mine, year_days(year_of(view->day)));
}

static void rows_add(struct capacity_view *view)
{
    const struct capacity_mine *mine = view->judged.mines.at;
    for (size_t i = 0; i < view->judged.mines.count; i++)
        if (mine[i].mine != CONFIG_NONE && capacity_page_counts(&view->judged, &mine[i]))
            mine_rows(view, &mine[i]);
}

/* --- the page --- */

/* Which rule says so, once for each limit that a row crosses. */
static void rules_add(struct capacity_view *view)
{
    const struct capacity_limit **limit = view->crossed.at;
    for (size_t i = 0; i < view->crossed.count; i++) {
        struct text line = {0};
        char shown[CAPACITY_SHARE_BYTES];
        capacity_limit_show(limit[i], shown);
        text_format(&line, "%s %s%s", capacity_level_say(limit[i]->level, view->selection.language), shown,
                    say(view->selection.language, ": "));
        capacity_rule_say(limit[i], view->selection.language, &line);
        if (line.at)
            page_line(&view->page, line.at);
        view->page.out.failed |= line.failed;
        text_free(&line);
    }
}

static int page_show(struct capacity_view *view)
{
    const struct selection *selection = &view->selection;
    char title[160], date[DATE_TEXT_BYTES], unit[32];
    civil_format(view->day, date);
    unit_title("t", selection->style, selection->language, unit);
    snprintf(title, sizeof title, say(selection->language, "capacity  %s, raw coal reported, %s"), date, unit);
    page_title(&view->page, title, selection->side_simulated);
    capacity_lines(&view->judged, &view->page);
    if (table_rows(view->table))
        view->page.out.failed |= !table_render(view->table, TABLE_PAGE, view->page.colour, &view->page.out);
    rules_add(view);
    return selection_print(selection, &view->page, NULL);
}

static int view_show(struct capacity_view *view)
{
    char date[DATE_TEXT_BYTES];
    civil_format(view->day, date);
    if (!(view->table = table_new()))
        return command_fail(view->selection.command, COMMAND_COULD_NOT, "out of memory");
    columns_add(view);
    table_fact(view->table, "report", "capacity");
    table_fact(view->table, "date", date);
    table_fact_json(view->table, "simulated", view->selection.side_simulated ? "true" : "false");
    capacity_facts(&view->judged, view->table);
    rows_add(view);
    return view->selection.format == TABLE_PAGE ? page_show(view)
                                                : selection_print(&view->selection, &view->page, view->table);
}

/* --- run --- */

static int day_read(struct capacity_view *view, const struct command *command)
{
    const char *date = command_value(command, "date", 0), *text = command_value(command, "year", 0);
    int year;
    view->day = view->selection.today;
    view->months = text || command_given(command, "mine");
    if (date && text)
        return command_fail(command, COMMAND_USAGE, "--year goes without --date: it shows all months of a year");
    if (date && !period_parse_day(date, view->selection.today, &view->day))
        return command_fail(command, COMMAND_USAGE, "--date %s: expected today, yesterday or a date like 2026-10-13",
                            date);
    if (text && !period_parse_year(text, view->selection.today, &year))
        return command_fail(command, COMMAND_USAGE, "--year %s: expected this, last or a year like 2026", text);
    if (text && year_days(year).to <= view->day)
        view->day = year_days(year).to - 1;
    if (text && year_days(year).from > view->day)
        return command_fail(command, COMMAND_USAGE, "--year %s: it has not begun yet", text);
    return COMMAND_GOOD;
}

static int run(struct command *command)
{
    struct capacity_view view = {0};
    int status = selection_open(command, &view.selection);
    view.page = page_of(command->language, view.selection.format);
    if (status == COMMAND_GOOD)
        status = day_read(&view, command);
    if (status == COMMAND_GOOD)
        status = settings_county(command, &view.selection.settings, &view.county);
    if (status == COMMAND_GOOD) {
        const int64_t now_ms = view.selection.now_ms;
        view.report = report_new(view.selection.db, view.selection.roster, now_ms, now_ms, now_ms);
        status = view.report ? capacity_page_read(&view.selection, view.report, view.county, view.day, &view.judged)
                             : selection_judge(&view.selection);
    }
    if (status == COMMAND_GOOD)
        status = view_show(&view);
    free(view.crossed.at);
    capacity_page_free(&view.judged);
    page_free(&view.page);
    table_free(view.table);
    report_free(view.report);
    county_free(view.county);
    selection_close(&view.selection);
    return status;
}

static const struct command_option options[] = {
    OPTION_DATE, {"year", "YEAR", N_("each month of a year: this, last, 2026"), false},
    OPTION_MINE, OPTION_SIMULATED,
    OPTION_UNIT, OPTION_FORMAT,
    {0},
};

const struct verb verb_capacity = {
    .name = "capacity",
    .summary = N_("who mines over capacity: months, years, forecasts, and by which rule"),
    .options = options,
    .run = run,
};
