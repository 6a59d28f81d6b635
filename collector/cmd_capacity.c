/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "collector/capacity_view.h"
#include "collector/gathered.h"

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
    gathered_add(selection, &view->page, view->table);
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
    table_fact(view->table, "report", "capacity");
    table_fact(view->table, "date", date);
    table_fact_json(view->table, "simulated", view->selection.side_simulated ? "true" : "false");
    capacity_facts(&view->judged, view->table);
    capacity_view_fill(view);
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
