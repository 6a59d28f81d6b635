/* SPDX-License-Identifier: Apache-2.0 */
/* The page of what a shift hands over: below its rows in `shift`, or alone with --handover. */
#include <stdio.h>
#include <string.h>

#include "collector/production_handover.h"

#include "drivers/span.h"

/* --- the page --- */

static void title_line(struct production *production, const struct handover *handover)
{
    const enum language language = production->page.language;
    const struct handover_mine *mine = &handover->mine[0];
    char date[DATE_TEXT_BYTES], hours[32] = "", title[160];
    civil_format(mine->place.day, date);
    if (!handover_shifts_differ(handover))
        hours_show(mine->span, hours, sizeof hours);
    snprintf(title, sizeof title, say(language, "shift handover  %s %s"), date, hours);
    text_add(&production->page.out, production->page.out.length ? "\n" : "");
    page_title_marked(&production->page, title, selection_mark(&production->selection, production->page.language));
}

static void rates_line(struct production *production, const struct handover *handover)
{
    const enum language language = production->page.language;
    char line[400];
    bool runs = false;
    for (size_t i = 0; i < handover->mines; i++)
        runs |= handover->mine[i].runs && handover->mine[i].belts;
    if (handover->rates == RATES_READ || !runs)
        return;
    if (handover->rates == RATES_NO_DAEMON)
        snprintf(line, sizeof line, "%s",
                 say(language, "coaltallyd does not run on this ledger: t/h now is not known"));
    else
        snprintf(line, sizeof line, say(language, "t/h now is not known: %s"), handover->why);
    page_line(&production->page, line);
}

static bool table_take(struct production *production, struct table *table)
{
    const bool good = table && (table_rows(table) == 0 ||
                                table_render(table, TABLE_PAGE, production->page.colour, &production->page.out));
    table_free(table);
    return good;
}

static bool handover_page(struct production *production, const struct handover *handover)
{
    const enum language language = production->page.language;
    char line[120];
    if (handover->mines == 0)
        return true;
    title_line(production, handover);
    if (!table_take(production, handover_mines(production, handover)))
        return false;
    rates_line(production, handover);
    if (!table_take(production, handover_belts(production, handover)))
        return false;
    struct table *stops = handover_stops(production, handover);
    snprintf(line, sizeof line,
             stops && table_rows(stops) ? say(language, "stops of %lld min and more:")
                                        : say(language, "no stop of %lld min or more in what was read"),
             (long long)(handover->stop_ms / MINUTE_MS));
    if (handover->belts)
        page_line(&production->page, line);
    return table_take(production, stops);
}

/* --- which shift --- */

static int stops_choose(struct production *production, const struct command *command)
{
    const char *text = command_value(command, "stops", 0);
    production->stop_ms = HANDOVER_STOP_MS;
    if (text && (!yaml_duration_parse(text, &production->stop_ms) || production->stop_ms < MINUTE_MS ||
                 production->stop_ms > DAY_MS))
        return command_fail(command, COMMAND_USAGE,
                            say(command->language, "--stops %s: expected 1min to 24h, written like 10min"), text);
    return COMMAND_GOOD;
}

int handover_choose(struct production *production, const struct command *command)
{
    char date[DATE_TEXT_BYTES];
    production->handing_over = command_given(command, "handover");
    civil_format(production->day, date);
    if (production->handing_over && production->shift < 0 && production->day != production->selection.today)
        return command_fail(command, COMMAND_USAGE,
                            say(command->language, "--handover: expected --shift N with it, no shift of %s runs"),
                            date);
    return stops_choose(production, command);
}

/* Belts, headings and stops are of coal: a page of other quantities has no handover below it, nor have the
 * shifts of a day that is over, unless one is asked for. */
static bool handover_wanted(const struct production *production)
{
    const struct selection *selection = &production->selection;
    bool coal = false;
    for (size_t q = 0; q < selection->quantities; q++)
        coal |= strcmp(reported_quantity(selection->quantity[q]), "raw_coal") == 0;
    return production->handing_over || (production->kind == PRODUCTION_SHIFT && coal &&
                                        (production->shift >= 0 || production->day == selection->today));
}

static bool handover_take(struct production *production, struct handover *handover)
{
    return handover_read(&production->selection, production->report, production->day, production->shift,
                         production->stop_ms, handover);
}

bool handover_add(struct production *production)
{
    struct handover handover;
    if (!handover_wanted(production))
        return true;
    const bool good = handover_take(production, &handover) && handover_page(production, &handover);
    handover_free(&handover);
    return good;
}

bool handover_data(struct production *production)
{
    const struct selection *selection = &production->selection;
    struct handover handover;
    struct table *table = handover_take(production, &handover) ? handover_table(production, &handover) : NULL;
    if (table) {
        table_fact(table, "report", "shift handover");
        table_fact_json(table, "simulated", selection->simulated ? "true" : "false");
    }
    const bool good = table && table_render(table, selection->format, false, &production->page.out);
    table_free(table);
    handover_free(&handover);
    return good;
}
