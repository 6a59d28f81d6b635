/* SPDX-License-Identifier: Apache-2.0 */
/* The regulator's list: a row a mine and period. */
#include "collector/capacity_view.h"

#include <stdlib.h>
#include <string.h>

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

void capacity_view_fill(struct capacity_view *view)
{
    const struct capacity_mine *mine = view->judged.mines.at;
    columns_add(view);
    for (size_t i = 0; i < view->judged.mines.count; i++)
        if (mine[i].mine != CONFIG_NONE && capacity_page_counts(&view->judged, &mine[i]))
            mine_rows(view, &mine[i]);
}
