/* SPDX-License-Identifier: Apache-2.0 */
/* What days a page is about, and which shifts they have. */
#include <string.h>

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

int period_choose(struct production *production, const struct command *command)
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
void plan_survey(struct production *production)
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
int shift_judge(const struct production *production, const struct command *command)
{
    if (production->kind != PRODUCTION_SHIFT || !production->shifts || production->shift < production->shifts)
        return COMMAND_GOOD;
    return command_fail(command, COMMAND_USAGE, "--shift %d: that day has %d shifts", production->shift + 1,
                        production->shifts);
}
