/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "collector/board_pace.h"

/* What has been said so far of the tries of a year. */
struct backtest_sum {
    size_t tries, inside;
    int64_t off, largest; /* deviations, permille of what came out, summed up */
};

struct backtest {
    const struct selection *selection;
    const struct county *county;
    struct report *report;
    struct table *table;
    struct page page;
    int year;
    int64_t came; /* what the year came to */
    struct backtest_sum sum;
};

static const struct amount_style style = {7, 1}; /* 10^4 t */

static struct courses *courses_at(const struct backtest *test, civil_day day)
{
    static const char *const quantity[] = {"raw_coal"};
    const struct courses_scope scope = {.report = test->report,
                                        .county = test->county,
                                        .simulated = test->selection->side_simulated,
                                        .day = day,
                                        .now_ms = test->selection->now_ms,
                                        .quantities = 1,
                                        .quantity = quantity};
    return courses_read(&scope);
}

/* --- rows --- */

/* Permille of what came out, away from nothing: a forecast that is off is not shown as right. */
static int64_t deviation(const struct backtest *test, int64_t total)
{
    const int64_t off = amount_less(total, test->came);
    const int64_t size = off < 0 ? amount_less(0, off) : off;
    const int64_t permille = test->came > 0 ? -pace_scaled(-size, 1000, test->came) : 0;
    return off < 0 ? -permille : permille;
}

static void deviation_cell(struct backtest *test, int64_t permille)
{
    char shown[AMOUNT_TEXT_MAX], marked[AMOUNT_TEXT_MAX + 1], value[DECIMAL_TEXT_MAX];
    share_show(permille, shown);
    decimal_format((struct decimal){permille, 1}, value);
    snprintf(marked, sizeof marked, "%s%s", permille > 0 ? "+" : "", shown);
    table_cell(test->table, marked, value);
}

static void made_cells(struct backtest *test, const struct forecast *forecast)
{
    const int64_t off = deviation(test, forecast->total), size = off < 0 ? -off : off;
    const int64_t apart = amount_less(forecast->total, test->came);
    const bool inside = (apart < 0 ? amount_less(0, apart) : apart) <= forecast->band;
    const enum language language = test->selection->language;
    table_amount(test->table, forecast->total, style);
    table_amount(test->table, forecast->band, style);
    table_amount(test->table, test->came, style);
    deviation_cell(test, off);
    table_cell(test->table, inside ? say(language, "inside") : say(language, "outside"), inside ? "true" : "false");
    table_mark(test->table, inside ? MARK_NONE : MARK_AMBER);
    table_cell(test->table, forecast->by_default ? say(language, "band by default") : "",
               forecast->by_default ? "default" : "past");
    test->sum.tries++;
    test->sum.inside += inside;
    test->sum.off += size;
    test->sum.largest = size > test->sum.largest ? size : test->sum.largest;
}

static void none_cells(struct backtest *test, const struct courses *courses, const struct forecast *forecast)
{
    char why[128];
    forecast_reason(courses, forecast, test->selection, why, sizeof why);
    for (int i = 0; i < 2; i++)
        table_cell(test->table, "-", NULL);
    table_amount(test->table, test->came, style);
    for (int i = 0; i < 2; i++)
        table_cell(test->table, "-", NULL);
    table_cell(test->table, why, why);
}

/* False when out of memory. */
static bool month_row(struct backtest *test, civil_day day)
{
    char date[DATE_TEXT_BYTES];
    struct courses *courses = courses_at(test, day);
    if (!courses)
        return false;
    const struct forecast forecast = courses_forecast(courses);
    civil_format(day, date);
    table_row(test->table);
    table_text(test->table, date);
    table_amount(test->table, courses_done(courses), style);
    if (forecast.standing == FORECAST_MADE)
        made_cells(test, &forecast);
    else
        none_cells(test, courses, &forecast);
    table_switch(test->table, test->selection->side_simulated);
    courses_free(courses);
    return true;
}

/* --- the page --- */

static void columns_add(const struct backtest *test)
{
    const enum language language = test->selection->language;
    const struct {
        const char *key, *title;
        enum column_kind kind;
        enum column_where where;
    } column[] = {
        {"date", say(language, "at the end of"), COLUMN_DATE, COLUMN_BOTH},
        {"done", say(language, "done"), COLUMN_NUMBER, COLUMN_BOTH},
        {"forecast", say(language, "forecast"), COLUMN_NUMBER, COLUMN_BOTH},
        {"band", "+-", COLUMN_NUMBER, COLUMN_BOTH},
        {"came_out", say(language, "came out"), COLUMN_NUMBER, COLUMN_BOTH},
        {"error_percent", say(language, "off by"), COLUMN_NUMBER, COLUMN_BOTH},
        {"inside", say(language, "the band"), COLUMN_TEXT, COLUMN_BOTH},
        {"basis", "", COLUMN_TEXT, COLUMN_BOTH},
        {"simulated", "", COLUMN_SWITCH, COLUMN_DATA},
    };
    for (size_t i = 0; i < sizeof column / sizeof *column; i++)
        table_column(test->table, column[i].key, column[i].title, column[i].kind, column[i].where);
}

/* The mean is rounded up: it is not to look better than it was. */
static void summary_add(struct backtest *test)
{
    const struct backtest_sum sum = test->sum;
    char line[200], mean[AMOUNT_TEXT_MAX] = "-", largest[AMOUNT_TEXT_MAX], fact[32];
    if (sum.tries)
        share_show((sum.off + (int64_t)sum.tries - 1) / (int64_t)sum.tries, mean);
    share_show(sum.largest, largest);
    snprintf(
        line, sizeof line,
        say(test->selection->language, "%zu forecasts: %zu inside their band; off by %s in the mean, by %s at most"),
        sum.tries, sum.inside, mean, largest);
    page_line(&test->page, line);
    snprintf(fact, sizeof fact, "%zu", sum.tries);
    table_fact_json(test->table, "forecasts", fact);
    snprintf(fact, sizeof fact, "%zu", sum.inside);
    table_fact_json(test->table, "inside", fact);
}

static void head_add(struct backtest *test)
{
    const enum language language = test->selection->language;
    char title[128], year[16];
    snprintf(year, sizeof year, "%d", test->year);
    snprintf(title, sizeof title, say(language, "how the forecast would have done in %s, raw coal, 10^4 t"), year);
    page_title(&test->page, title, test->selection->side_simulated);
    table_fact(test->table, "report", "backtest");
    table_fact(test->table, "year", year);
    table_fact_json(test->table, "simulated", test->selection->side_simulated ? "true" : "false");
}

static int backtest_print(struct backtest *test)
{
    const struct selection *selection = test->selection;
    const civil_month january = month_of(year_days(test->year).from);
    struct courses *whole = courses_at(test, year_days(test->year).to - 1);
    bool good = whole != NULL;
    test->came = whole ? courses_done(whole) : 0;
    courses_free(whole);
    if (good && test->came <= 0)
        return command_fail(selection->command, COMMAND_USAGE,
                            "--backtest %d: the ledger holds no raw coal of that year", test->year);
    columns_add(test);
    head_add(test);
    for (civil_month month = january; good && month < january + 11; month++)
        good = month_row(test, month_days(month).to - 1);
    if (!good)
        return command_fail(selection->command, COMMAND_COULD_NOT, "out of memory");
    summary_add(test);
    if (selection->format != TABLE_PAGE)
        text_clear(&test->page.out);
    return selection_print(selection, &test->page, test->table);
}

int board_backtest(const struct selection *selection, const struct county *county, const char *year)
{
    struct backtest test = {.selection = selection, .county = county};
    if (!period_parse_year(year, selection->today, &test.year) || test.year >= year_of(selection->today))
        return command_fail(selection->command, COMMAND_USAGE, "--backtest %s: expected a year that is over, like %d",
                            year, year_of(selection->today) - 1);
    test.page = page_of(selection->language, selection->format);
    test.report = report_new(selection->db, selection->roster, selection->now_ms, 0, 0);
    test.table = test.report ? table_new() : NULL;
    const int status = test.table    ? backtest_print(&test)
                       : test.report ? command_fail(selection->command, COMMAND_COULD_NOT, "out of memory")
                                     : selection_judge(selection);
    table_free(test.table);
    report_free(test.report);
    page_free(&test.page);
    return status;
}
