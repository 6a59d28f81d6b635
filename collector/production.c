/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "collector/complete.h"
#include "collector/production_parts.h"

enum { SPAN_DAYS_MAX = 40000 }; /* more than a hundred years */

static int day_choose(struct production *production, const struct command *command)
{
    const char *date = command_value(command, "date", 0);
    production->day = production->selection.today;
    if (date && !period_parse_day(date, production->selection.today, &production->day))
        return command_fail(command, COMMAND_USAGE, "--date %s: expected today, yesterday or a date like 2026-10-13",
                            date);
    production->month = month_of(production->day);
    production->own = (struct period){production->day, production->day + 1};
    return COMMAND_GOOD;
}

static int month_choose(struct production *production, const struct command *command)
{
    const char *month = command_value(command, "month", 0);
    if (month && command_given(command, "date"))
        return command_fail(command, COMMAND_USAGE, "--%s and --date cannot go together", "month");
    if (month && !period_parse_month(month, production->selection.today, &production->month))
        return command_fail(command, COMMAND_USAGE, "--month %s: expected this, last or a month like 2026-10", month);
    production->own = month_days(production->month);
    production->day = production->own.to - 1;
    return COMMAND_GOOD;
}

static int year_choose(struct production *production, const struct command *command)
{
    const char *text = command_value(command, "year", 0);
    int year = year_of(production->day);
    if (text && command_given(command, "date"))
        return command_fail(command, COMMAND_USAGE, "--%s and --date cannot go together", "year");
    if (text && !period_parse_year(text, production->selection.today, &year))
        return command_fail(command, COMMAND_USAGE, "--year %s: expected this, last or a year like 2026", text);
    production->own = year_days(year);
    production->day = production->own.to - 1;
    return COMMAND_GOOD;
}

static int dekad_choose(struct production *production, const struct command *command)
{
    const char *text = command_value(command, "dekad", 0);
    civil_dekad dekad = dekad_of(production->day);
    if (text && command_given(command, "date"))
        return command_fail(command, COMMAND_USAGE, "--%s and --date cannot go together", "dekad");
    if (text && !period_parse_dekad(text, production->selection.today, &dekad))
        return command_fail(command, COMMAND_USAGE,
                            "--dekad %s: expected this, last or a dekad like 2026-10/2 (11 to 20 October)", text);
    production->own = dekad_days(dekad);
    production->day = production->own.to - 1;
    production->month = month_of(production->day);
    return COMMAND_GOOD;
}

/* From one day to another, both included. */
static int span_choose(struct production *production, const struct command *command)
{
    static const char *const others[] = {"date", "month"};
    const char *const ends[] = {command_value(command, "from", 0), command_value(command, "to", 0)};
    civil_day day[] = {production->selection.today, production->selection.today};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (command_given(command, others[i]))
            return command_fail(command, COMMAND_USAGE, "--from and --%s cannot go together", others[i]);
    if (!ends[0])
        return command_fail(command, COMMAND_USAGE, "--to %s: expected --from with it", ends[1]);
    for (int i = 0; i < 2; i++)
        if (ends[i] && !period_parse_day(ends[i], production->selection.today, &day[i]))
            return command_fail(command, COMMAND_USAGE, "--%s %s: expected today, yesterday or a date like 2026-10-13",
                                i ? "to" : "from", ends[i]);
    if (day[1] < day[0])
        return command_fail(command, COMMAND_USAGE, "--from %s --to %s: expected the first day, then the last one",
                            ends[0], ends[1] ? ends[1] : "today");
    if (day[1] - day[0] >= SPAN_DAYS_MAX)
        return command_fail(command, COMMAND_USAGE, "--from %s --to %s: expected at most %d days", ends[0],
                            ends[1] ? ends[1] : "today", SPAN_DAYS_MAX);
    production->kind = PRODUCTION_SPAN;
    production->own = (struct period){day[0], day[1] + 1};
    production->day = day[1];
    production->month = month_of(production->day);
    return COMMAND_GOOD;
}

static int shift_choose(struct production *production, const struct command *command)
{
    const char *text = command_value(command, "shift", 0);
    production->shift = -1;
    if (!text)
        return COMMAND_GOOD;
    if (text[0] < '1' || text[0] > '0' + SHIFTS_MAX || text[1])
        return command_fail(command, COMMAND_USAGE, "--shift %s: expected a number from 1 to %d", text, SHIFTS_MAX);
    production->shift = text[0] - '1';
    return COMMAND_GOOD;
}

static int period_choose(struct production *production, const struct command *command)
{
    if (command_given(command, "from") || command_given(command, "to"))
        return span_choose(production, command);
    int status = day_choose(production, command);
    if (status == COMMAND_GOOD && production->kind == PRODUCTION_SHIFT)
        status = shift_choose(production, command);
    if (status == COMMAND_GOOD && production->kind == PRODUCTION_DEKAD)
        status = dekad_choose(production, command);
    if (status == COMMAND_GOOD && production->kind == PRODUCTION_MONTH)
        status = month_choose(production, command);
    if (status == COMMAND_GOOD && production->kind == PRODUCTION_YEAR)
        status = year_choose(production, command);
    return status;
}

static bool same_shifts(const struct calendar_rule *a, const struct calendar_rule *b)
{
    if (a->shifts != b->shifts)
        return false;
    for (int i = 0; i < a->shifts; i++)
        if (a->shift[i].start_s != b->shift[i].start_s || strcmp(a->shift[i].name, b->shift[i].name) != 0)
            return false;
    return true;
}

static void plan_add(struct production *production, const struct calendar *calendar)
{
    const struct calendar_rule *rule = calendar_rule_of(calendar, production->day);
    const struct calendar_span span = {calendar_day(calendar, production->own.from).from_ms,
                                       calendar_day(calendar, production->own.to - 1).to_ms};
    if (production->shifts == 0) {
        production->plan = calendar;
        production->span = span;
    }
    if (production->plan && !same_shifts(calendar_rule_of(production->plan, production->day), rule))
        production->plan = NULL;
    production->span.from_ms = span.from_ms < production->span.from_ms ? span.from_ms : production->span.from_ms;
    production->span.to_ms = span.to_ms > production->span.to_ms ? span.to_ms : production->span.to_ms;
    production->shifts = rule->shifts > production->shifts ? rule->shifts : production->shifts;
}

static bool has_meters(const struct roster *roster, size_t mine)
{
    for (size_t i = 0; i < roster->meters; i++)
        if (roster->meter[i].mine == mine)
            return true;
    return false;
}

/* The span and the shifts of all chosen meters, and of mines that have none. */
static void plan_survey(struct production *production)
{
    const struct selection *selection = &production->selection;
    const struct calendar *last = NULL;
    for (size_t i = 0; i < selection->roster->meters; i++) {
        const struct calendar *calendar = selection->roster->meter[i].calendar;
        if (selection->meter[i] && calendar != last) {
            plan_add(production, calendar);
            last = calendar;
        }
    }
    const bool surveyed = last != NULL;
    for (size_t m = 0; m < selection->roster->mines; m++)
        if (selection->mine[m] && selection->quantities && !(surveyed && has_meters(selection->roster, m)))
            plan_add(production, roster_calendar(selection->roster, m, selection->quantity[0]));
}

/* No mine has so many on that day. */
static int shift_judge(const struct production *production, const struct command *command)
{
    if (production->kind != PRODUCTION_SHIFT || !production->shifts || production->shift < production->shifts)
        return COMMAND_GOOD;
    return command_fail(command, COMMAND_USAGE, "--shift %d: that day has %d shifts", production->shift + 1,
                        production->shifts);
}

/* Below the total of several mines: of how many it is whole, and to when. */
static void complete_add(struct production *production, const char *quantity)
{
    const int64_t end_ms = production->span.to_ms, now_ms = production->selection.now_ms;
    struct complete complete;
    struct text line = {0};
    if (production->kind < PRODUCTION_DAY || now_ms < production->span.from_ms)
        return;
    production->page.out.failed |= !complete_judge(&production->selection, production->report, quantity,
                                                   end_ms < now_ms ? end_ms : now_ms, &complete);
    complete_show(&complete, &production->selection, &line);
    if (complete.mines > 1)
        page_line(&production->page, line.at ? line.at : "");
    text_free(&line);
    complete_free(&complete);
}

static bool quantity_page(struct production *production, const char *quantity)
{
    struct row_sums sums = {0};
    production->parts = production->selection.figure == FIGURE_ALL || quantity_added(production, quantity);
    production->table = columns_new(production);
    if (!production->table)
        return false;
    quantity_rows(production, quantity, false, &sums);
    total_row(production, &sums);
    const size_t counted = table_rows(production->table);
    quantity_rows(production, quantity, true, &(struct row_sums){0});
    const bool apart = table_rows(production->table) > counted;
    text_add(&production->page.out, production->page.out.length ? "\n" : "");
    title_add(production, quantity);
    running_add(production);
    closed_add(production, quantity);
    table_band(production->table, PAGE_COLUMNS, columns_mine(production));
    const bool good = table_render(production->table, TABLE_PAGE, production->page.colour, &production->page.out);
    rounding_add(production, &sums);
    complete_add(production, quantity);
    if (apart)
        page_line(&production->page,
                  say(production->selection.language, "simulated mines stand apart: they are in no total"));
    coefficients_add(production, quantity);
    comparison_notes(production);
    table_free(production->table);
    return stock_add(production, quantity) && good;
}

static bool pages_render(struct production *production)
{
    const struct selection *selection = &production->selection;
    for (size_t q = 0; q < selection->quantities && !production->handing_over; q++)
        if (!quantity_page(production, selection->quantity[q]))
            return false;
    if (selection->quantities == 0)
        page_line(&production->page, say(selection->language, "the ledger has no meters yet"));
    if (!production->handing_over)
        crossing_notes(production);
    page_notes(&production->page);
    return handover_add(production);
}

static bool data_render(struct production *production)
{
    const struct selection *selection = &production->selection;
    char period[PERIOD_SHOWN_BYTES];
    struct text notes = {0};
    production->table = columns_new(production);
    if (!production->table)
        return false;
    for (size_t q = 0; q < 2 * selection->quantities; q++)
        quantity_rows(production, selection->quantity[q / 2], q % 2 != 0, &(struct row_sums){0});
    period_show(production, period, sizeof period);
    crossing_notes(production);
    page_notes_json(&production->page, &notes);
    table_fact(production->table, "report", selection->command->verb->name);
    table_fact(production->table, "period", period);
    table_fact(production->table, "figures", selection->figure == FIGURE_METERED ? "metered" : "reported");
    comparison_facts(production);
    table_fact_json(production->table, "simulated", selection->simulated ? "true" : "false");
    table_fact(production->table, "counted", selection->side_simulated ? "simulated" : "real");
    table_fact_json(production->table, "notes", notes.at ? notes.at : "[]");
    const bool good = table_render(production->table, selection->format, false, &production->page.out);
    text_free(&notes);
    table_free(production->table);
    return good;
}

static int production_print(struct production *production)
{
    struct selection *selection = &production->selection;
    const bool page = selection->format == TABLE_PAGE;
    production->page = page_of(page ? selection->language : LANGUAGE_EN, selection->format);
    const bool rendered = page                       ? pages_render(production)
                          : production->handing_over ? handover_data(production)
                                                     : data_render(production);
    const int status = selection_judge(selection);
    if (status != COMMAND_GOOD)
        return status;
    if (!rendered || production->page.out.failed)
        return command_fail(selection->command, COMMAND_COULD_NOT, "out of memory");
    return page_print(&production->page) ? COMMAND_GOOD
                                         : command_fail(selection->command, COMMAND_COULD_NOT, "cannot write the page");
}

int production_open(struct production *production, const struct command *command, enum production_kind kind)
{
    struct selection *selection = &production->selection;
    *production = (struct production){.kind = kind};
    int status = selection_open(command, selection);
    if (status == COMMAND_GOOD)
        status = period_choose(production, command);
    if (status == COMMAND_GOOD)
        status = comparison_choose(production, command);
    if (status == COMMAND_GOOD && kind == PRODUCTION_SHIFT)
        status = handover_choose(production, command);
    if (status != COMMAND_GOOD)
        return status;
    /* A roster that has faults says so, and hides no tonne. */
    if (selection->settings.county.present && settings_county(command, &selection->settings, &production->county) == 0)
        selection->county = production->county;
    plan_survey(production);
    status = shift_judge(production, command);
    if (status != COMMAND_GOOD)
        return status;
    production->report = report_new(selection->db, selection->roster, selection->now_ms, production->span.from_ms,
                                    production->span.to_ms);
    return production->report ? COMMAND_GOOD : selection_judge(selection);
}

void production_close(struct production *production)
{
    text_free(&production->left_out);
    page_free(&production->page);
    report_free(production->report);
    county_free(production->county);
    selection_close(&production->selection);
}

int production_run(const struct command *command, enum production_kind kind)
{
    struct production production;
    int status = production_open(&production, command, kind);
    if (status == COMMAND_GOOD)
        status = production_print(&production);
    production_close(&production);
    return status;
}
