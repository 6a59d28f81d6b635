/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "collector/board_pace.h"
#include "collector/complete.h"
#include "collector/gathered.h"
#include "collector/ranking.h"

enum { AS_OF_BYTES = 256 };

struct ranking_page {
    const struct selection *selection;
    struct report *report;
    struct courses *courses;
    struct ranking *ranking;
    enum ranking_by by;
    struct page page;
    struct table *table;
};

/* --- cells --- */

static const struct amount_style style = {7, 1}; /* 10^4 t */

static void share_cell(struct table *table, int64_t permille)
{
    char shown[AMOUNT_TEXT_MAX], value[DECIMAL_TEXT_MAX];
    if (permille < 0) {
        table_cell(table, "-", NULL);
        return;
    }
    amount_show(permille, (struct amount_style){1, 1}, shown);
    decimal_format((struct decimal){permille, 1}, value);
    table_cell(table, shown, value);
}

static void amount_or_none(struct table *table, bool known, int64_t amount)
{
    if (known)
        table_amount(table, amount, style);
    else
        table_cell(table, "-", NULL);
}

static void over_cell(struct table *table, bool known, int64_t over)
{
    char shown[AMOUNT_TEXT_MAX], marked[AMOUNT_TEXT_MAX + 1], value[AMOUNT_TEXT_MAX];
    if (!known) {
        table_cell(table, "-", NULL);
        return;
    }
    amount_show(over, style, shown);
    amount_plain(over, value);
    snprintf(marked, sizeof marked, "%s%s", over > 0 ? "+" : "", shown);
    table_cell(table, marked, value);
    table_mark(table, over < 0 ? MARK_AMBER : MARK_NONE);
}

static void figure_cells(struct table *table, const struct ranking_row *row, bool has_month, bool has_figures)
{
    amount_or_none(table, row->has_capacity, row->capacity);
    amount_or_none(table, has_month, row->month);
    amount_or_none(table, row->month_plan.has, row->month_plan.amount);
    share_cell(table, row->of_month);
    amount_or_none(table, has_figures, row->year);
    amount_or_none(table, row->year_plan.has, row->year_plan.amount);
    share_cell(table, row->of_year);
    over_cell(table, row->has_over, row->over);
    share_cell(table, row->of_time);
    share_cell(table, row->utilisation);
    share_cell(table, row->of_capacity);
    table_mark(table, row->of_capacity > 1000 ? MARK_AMBER : MARK_NONE);
    if (row->forecast.standing == FORECAST_MADE) {
        amount_or_none(table, true, row->forecast.total);
        amount_or_none(table, true, row->forecast.band);
    } else {
        table_none(table);
        table_none(table);
    }
}

static const char *source_name(enum course_source source)
{
    static const char *const names[] = {"none", "metered", "by-hand", "both"};
    return names[source];
}

static void mine_row(struct ranking_page *page, const struct ranking_row *row)
{
    const struct course *course = &page->courses->course[row->at];
    const struct county_fact *state = course->of ? county_fact(course->of, FACT_STATE, page->courses->day) : NULL;
    char text[AS_OF_BYTES], to[INSTANT_TEXT_BYTES];
    struct table *table = page->table;
    table_row(table);
    if (row->rank)
        table_integer(table, (int64_t)row->rank);
    else
        table_cell(table, "-", NULL);
    table_cell(table, course_title(course, page->selection), course->name);
    if (state)
        table_text(table, fact_info(FACT_STATE)->value[state->value]);
    else
        table_none(table);
    figure_cells(table, row, row->has_month && row->of_time >= 0, row->of_time >= 0);
    instant_format(course->to_ms, to);
    if (row->of_time >= 0)
        table_text(table, to);
    else
        table_none(table);
    course_as_of(page->courses, row, page->selection, text, sizeof text);
    table_cell(table, text, source_name(course->source));
    table_mark(table, course->plan_over ? MARK_AMBER : MARK_NONE);
    table_switch(table, course->plan_over);
    table_switch(table, page->selection->side_simulated);
}

static void total_row(struct ranking_page *page)
{
    struct table *table = page->table;
    if (page->ranking->rows < 2)
        return;
    table_row(table);
    table_row_page_only(table);
    table_mark(table, MARK_STRONG);
    table_text(table, "");
    table_text(table, say(page->selection->language, "total"));
    table_text(table, "");
    figure_cells(table, &page->ranking->total, true, true);
}

/* --- the page --- */

static void columns_add(struct table *table, enum language language)
{
    const struct {
        const char *key, *title;
        enum column_kind kind;
        enum column_where where;
    } column[] = {
        {"rank", say_of(language, "ranking", "no."), COLUMN_NUMBER, COLUMN_BOTH},
        {"mine", say_of(language, "ranking", "mine"), COLUMN_TEXT, COLUMN_BOTH},
        {"state", "", COLUMN_TEXT, COLUMN_DATA},
        {"capacity", say_of(language, "ranking", "cap."), COLUMN_NUMBER, COLUMN_BOTH},
        {"month", say_of(language, "ranking", "month"), COLUMN_NUMBER, COLUMN_BOTH},
        {"month_plan", say_of(language, "ranking", "plan"), COLUMN_NUMBER, COLUMN_BOTH},
        {"month_percent", "%", COLUMN_NUMBER, COLUMN_BOTH},
        {"year", say_of(language, "ranking", "year"), COLUMN_NUMBER, COLUMN_BOTH},
        {"year_plan", say_of(language, "ranking", "plan"), COLUMN_NUMBER, COLUMN_BOTH},
        {"year_percent", "%", COLUMN_NUMBER, COLUMN_BOTH},
        {"over", say_of(language, "ranking", "over"), COLUMN_NUMBER, COLUMN_BOTH},
        {"time_percent", "", COLUMN_NUMBER, COLUMN_DATA},
        {"utilisation_percent", say_of(language, "ranking", "util."), COLUMN_NUMBER, COLUMN_BOTH},
        {"forecast_percent", say_of(language, "ranking", "fcst."), COLUMN_NUMBER, COLUMN_BOTH},
        {"forecast", "", COLUMN_NUMBER, COLUMN_DATA},
        {"forecast_band", "", COLUMN_NUMBER, COLUMN_DATA},
        {"complete_to", "", COLUMN_DATE, COLUMN_DATA},
        {"source", say_of(language, "ranking", "as of"), COLUMN_TEXT, COLUMN_BOTH},
        {"plan_over_capacity", "", COLUMN_SWITCH, COLUMN_DATA},
        {"simulated", "", COLUMN_SWITCH, COLUMN_DATA},
    };
    for (size_t i = 0; i < sizeof column / sizeof *column; i++)
        table_column(table, column[i].key, column[i].title, column[i].kind, column[i].where);
    table_band(table, PAGE_COLUMNS, 1);
}

static void head_add(struct ranking_page *page)
{
    static const char *const by[RANKING_BYS] = {
        [RANKING_DONE] = N_("done of the year"),
        [RANKING_SHARE] = N_("done of the year's plan"),
        [RANKING_UTILISATION] = N_("capacity utilisation"),
        [RANKING_OVER] = N_("over or under plan"),
    };
    const struct selection *selection = page->selection;
    const enum language language = selection->language;
    char date[DATE_TEXT_BYTES], title[128], gone[AMOUNT_TEXT_MAX], line[128];
    struct complete complete;
    struct text shown = {0};
    civil_format(page->courses->day, date);
    snprintf(title, sizeof title, say(language, "mines by %s  %s, raw coal, 10^4 t"), say(language, by[page->by]),
             date);
    page_title(&page->page, title, selection->side_simulated);
    share_show(page->ranking->total.of_time, gone);
    snprintf(line, sizeof line, say(language, "%s of the year gone"), gone);
    page_line(&page->page, line);
    if (complete_judge(selection, page->report, "raw_coal", complete_year(page->courses->as_of_ms),
                       page->courses->as_of_ms, &complete)) {
        complete_show(&complete, selection, &shown);
        page_line(&page->page, shown.at ? shown.at : "");
        complete_facts(&complete, page->table);
    }
    gathered_add(selection, &page->page, page->table);
    page->page.out.failed |= shown.failed;
    text_free(&shown);
    complete_free(&complete);
}

static void facts_add(const struct ranking_page *page)
{
    char date[DATE_TEXT_BYTES];
    civil_format(page->courses->day, date);
    table_fact(page->table, "report", "ranking");
    table_fact(page->table, "date", date);
    table_fact(page->table, "by", ranking_by_text(page->by));
    table_fact_json(page->table, "simulated", page->selection->side_simulated ? "true" : "false");
}

/* The county's forecast, or why there is none. */
static void forecast_add(struct ranking_page *page)
{
    const struct forecast *forecast = &page->ranking->total.forecast;
    const enum language language = page->selection->language;
    char why[128], total[AMOUNT_TEXT_MAX], band[AMOUNT_TEXT_MAX], line[200];
    forecast_reason(page->courses, forecast, page->selection, why, sizeof why);
    amount_show(forecast->total, style, total);
    amount_show(forecast->band, style, band);
    if (*why)
        snprintf(line, sizeof line, say(language, "all mines: %s"), why);
    else if (forecast->by_default)
        snprintf(line, sizeof line, say(language, "forecast of all mines %s +- %s (band by default: too little past)"),
                 total, band);
    else
        snprintf(line, sizeof line,
                 say(language, "forecast of all mines %s +- %s (band: %d of %d past forecasts were within it)"), total,
                 band, (int)forecast->within, (int)forecast->tries);
    page_line(&page->page, line);
}

static bool any_apart(const struct selection *selection)
{
    bool any = false;
    for (size_t m = 0; m < selection->roster->mines; m++)
        any |= selection_apart(selection, m) && selection->roster->mine[m].active;
    return any;
}

static int ranking_print(struct ranking_page *page)
{
    const bool shown = page->selection->format == TABLE_PAGE;
    columns_add(page->table, page->selection->language);
    facts_add(page);
    head_add(page);
    for (size_t i = 0; i < page->ranking->rows; i++)
        mine_row(page, &page->ranking->row[i]);
    total_row(page);
    if (shown && page->ranking->rows)
        forecast_add(page);
    if (!page->selection->side_simulated && any_apart(page->selection))
        page_line(&page->page,
                  say(page->selection->language, "simulated mines stand apart: they are in no total (--simulated)"));
    if (!shown)
        text_clear(&page->page.out);
    return selection_print(page->selection, &page->page, page->table);
}

static int by_read(const struct command *command, enum ranking_by *by)
{
    const char *given = command_value(command, "by", 0);
    *by = RANKING_DONE;
    if (!given || ranking_by_parse(given, by))
        return COMMAND_GOOD;
    return command_fail(command, COMMAND_USAGE, "--by %s: expected done, share, utilisation or over", given);
}

int board_ranking(const struct selection *selection, const struct county *county, civil_day day)
{
    static const char *const quantity[] = {"raw_coal"};
    const struct command *command = selection->command;
    struct ranking_page page = {.selection = selection,
                                .page = page_of(selection->language, selection->format),
                                .table = table_new(),
                                .report = report_new(selection->db, selection->roster, selection->now_ms, 0, 0)};
    int status = by_read(command, &page.by);
    if (status == COMMAND_GOOD && !page.report)
        status = selection_judge(selection);
    if (status == COMMAND_GOOD) {
        const struct courses_scope scope = {.report = page.report,
                                            .county = county,
                                            .simulated = selection->side_simulated,
                                            .day = day,
                                            .now_ms = selection->now_ms,
                                            .quantities = 1,
                                            .quantity = quantity};
        page.courses = courses_read(&scope);
        page.ranking = page.courses ? ranking_make(page.courses, page.by) : NULL;
        status = page.table && page.ranking ? ranking_print(&page)
                                            : command_fail(command, COMMAND_COULD_NOT, "out of memory");
    }
    ranking_free(page.ranking);
    courses_free(page.courses);
    report_free(page.report);
    table_free(page.table);
    page_free(&page.page);
    return status;
}
