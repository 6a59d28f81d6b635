/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of the county's mines. It needs no ledger. */
#include <stdlib.h>

#include "collector/clock.h"
#include "collector/county_page.h"
#include "collector/period.h"
#include "collector/settings.h"
#include "drivers/yaml.h"

struct roster_view {
    const struct command *command;
    struct settings settings;
    struct county *county;
    struct indicators *indicators;
    bool *mine;
    struct county_view view;
    enum table_format format;
    struct page page;
    struct table *table;
};

static int mines_choose(struct roster_view *roster)
{
    const struct command *command = roster->command;
    const size_t mines = roster->county->mines;
    roster->mine = calloc(mines + 1, sizeof *roster->mine);
    if (!roster->mine)
        return command_fail(command, COMMAND_COULD_NOT, "out of memory");
    for (size_t m = 0; m < mines; m++)
        roster->mine[m] = !command_given(command, "mine");
    const char *name;
    for (size_t i = 0; (name = command_value(command, "mine", i)); i++) {
        const struct county_mine *mine = county_mine(roster->county, name);
        if (!mine)
            return command_fail(command, COMMAND_USAGE,
                                "--mine %s: the roster has no such mine; coaltally roster "
                                "lists them",
                                name);
        roster->mine[mine - roster->county->mine] = true;
    }
    return COMMAND_GOOD;
}

static int suppose(struct roster_view *roster)
{
    const char *what;
    for (size_t i = 0; (what = command_value(roster->command, "if", i)); i++) {
        struct text why = {0};
        if (county_suppose(roster->county, what, roster->command->language, &why))
            continue;
        command_fail(roster->command, COMMAND_USAGE, "--if: %s", why.at ? why.at : "");
        text_free(&why);
        return COMMAND_USAGE;
    }
    return COMMAND_GOOD;
}

static int options_read(struct roster_view *roster)
{
    const struct command *command = roster->command;
    const char *date = command_value(command, "date", 0), *fact = command_value(command, "fact", 0);
    const char *format = command_value(command, "format", 0);
    char kinds[256];
    struct county_view *view = &roster->view;
    view->day = civil_of_instant(clock_now().wall_ms);
    if (format && !table_format_parse(format, &roster->format))
        return command_fail(command, COMMAND_USAGE, "--format %s: expected table, csv or json", format);
    if (date && !period_parse_day(date, view->day, &view->day))
        return command_fail(command, COMMAND_USAGE, "--date %s: expected today, yesterday or a date like 2026-10-13",
                            date);
    view->fact = fact ? fact_kind_of(fact) : FACT_KINDS;
    yaml_join(fact_keys(), kinds, sizeof kinds);
    if (fact && view->fact == FACT_KINDS)
        return command_fail(command, COMMAND_USAGE, "--fact %s: expected one of: %s", fact, kinds);
    view->history = command_given(command, "history");
    view->language = command->language;
    return COMMAND_GOOD;
}

static int print(struct roster_view *roster)
{
    const struct county_view *view = &roster->view;
    const struct command *command = roster->command;
    const bool facts =
        view->history || view->fact != FACT_KINDS || command_given(command, "mine") || command_given(command, "facts");
    const bool simulated = county_page_simulated(view);
    char date[DATE_TEXT_BYTES], title[96];
    roster->table = table_new();
    if (!roster->table)
        return command_fail(command, COMMAND_COULD_NOT, "out of memory");
    civil_format(view->day, date);
    snprintf(title, sizeof title,
             view->history ? say(command->language, "roster of mines, all that is known (as of %s)")
                           : say(command->language, "roster of mines  %s"),
             date);
    table_fact(roster->table, "report", "roster");
    table_fact(roster->table, "date", date);
    table_fact_json(roster->table, "simulated", simulated ? "true" : "false");
    if (facts)
        county_page_facts(view, roster->table);
    else
        county_page_mines(view, roster->table);
    if (roster->format == TABLE_PAGE) {
        page_title(&roster->page, title, simulated);
        county_page_sums(view, &roster->page);
    }
    if (!table_render(roster->table, roster->format, roster->page.colour, &roster->page.out) ||
        !page_print(&roster->page))
        return command_fail(command, COMMAND_COULD_NOT, "cannot write the page");
    return COMMAND_GOOD;
}

/* Definitions with faults are no fault of the roster, whose projects then stand by their ids. */
static void indicators_read(struct roster_view *roster)
{
    struct faults *faults = faults_new();
    roster->indicators = faults ? indicators_open(&roster->settings.county, faults) : NULL;
    roster->view.indicators = roster->indicators;
    faults_free(faults);
}

static int run(struct command *command)
{
    struct roster_view roster = {.command = command};
    int status = settings_read(command, &roster.settings);
    if (status == COMMAND_GOOD)
        status = options_read(&roster);
    if (status == COMMAND_GOOD)
        status = settings_county(command, &roster.settings, &roster.county);
    if (status == COMMAND_GOOD)
        status = mines_choose(&roster);
    if (status == COMMAND_GOOD)
        status = suppose(&roster);
    if (status == COMMAND_GOOD) {
        indicators_read(&roster);
        roster.view.county = roster.county;
        roster.view.mine = roster.mine;
        roster.page = page_of(command->language, roster.format);
        status = print(&roster);
    }
    page_free(&roster.page);
    table_free(roster.table);
    indicators_free(roster.indicators);
    county_free(roster.county);
    free(roster.mine);
    return status;
}

static const struct command_option options[] = {
    OPTION_MINE,
    OPTION_DATE,
    {"fact", "KIND", N_("only this kind of fact: approved_capacity, smart, state, ..."), false},
    {"facts", NULL, N_("a row for each fact, face and project, with its dates and source (with --mine always)"), false},
    {"history", NULL, N_("what held before and will hold after too"), false},
    {"if", "WHAT", N_("as if MINE.FACT=VALUE@DATE held, such as sim-a.smart=advanced@2026-12-01 (may be repeated)"),
     true},
    OPTION_FORMAT,
    {0},
};

const struct verb verb_roster = {
    .name = "roster",
    .summary = N_("the county's mines: capacities, grades, state, each with its dates and source"),
    .options = options,
    .run = run,
};
