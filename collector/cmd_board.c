/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "collector/board_named.h"
#include "collector/board_pace.h"
#include "collector/board_parts.h"
#include "collector/complete.h"

static void complete_add(struct boarding *boarding)
{
    struct complete complete;
    struct text line = {0};
    boarding->page.out.failed |=
        !complete_judge(&boarding->selection, boarding->report, NULL, boarding->as_of_ms, &complete);
    complete_show(&complete, &boarding->selection, &line);
    complete_facts(&complete, boarding->table);
    page_line(&boarding->page, line.at ? line.at : "");
    text_free(&line);
    complete_free(&complete);
}

/* --- the whole --- */

static int seed_missing(const struct command *command, const char *name)
{
    return command_fail(command, COMMAND_COULD_NOT,
                        "%s was found neither in $COALTALLY_SEEDS nor in the folders that were installed with this "
                        "program: name its folder in COALTALLY_SEEDS",
                        name);
}

static int seeds_read(struct boarding *boarding, const struct command *command)
{
    const bool named = command_given(command, "projects");
    char path[PATH_BYTES];
    if (named && (command_given(command, "date") || command_given(command, "all") || command_given(command, "no-data")))
        return command_fail(command, COMMAND_USAGE, "--projects goes with neither --date, --all nor --no-data");
    if (!seeds_path("indicators.yaml", path))
        return seed_missing(command, "indicators.yaml");
    struct faults *faults = command_faults(command);
    if (!faults)
        return command_fail(command, COMMAND_COULD_NOT, "out of memory");
    boarding->indicators = indicators_load(path, faults);
    boarding->named = named ? county_open(&boarding->selection.settings.county, faults) : NULL;
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
    if (!boarding->table)
        return command_fail(command, COMMAND_COULD_NOT, "out of memory");
    table_fact(boarding->table, "report", "projects");
    board_named_fill(boarding->table, boarding->named, boarding->indicators, selection->today, selection->language);
    if (selection->format == TABLE_PAGE)
        page_title(&boarding->page, say(selection->language, "the mines that the county names"), false);
    return selection_print(selection, &boarding->page, boarding->table);
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
    boarding->simulated = boarding->selection.side_simulated;
    return COMMAND_GOOD;
}

/* The pages of mines, and of past forecasts. */
static int mines_print(struct boarding *boarding, const struct command *command)
{
    struct selection *selection = &boarding->selection;
    const char *year = command_value(command, "backtest", 0);
    struct county *county = NULL;
    int status = settings_county(command, &selection->settings, &county);
    selection->county = county;
    if (status == COMMAND_GOOD)
        status = year ? board_backtest(selection, county, year) : board_ranking(selection, county, boarding->day);
    selection->county = NULL;
    county_free(county);
    return status;
}

/* Which page it is, of those that exclude one another. */
static int page_judge(const struct command *command)
{
    const bool mines = command_given(command, "mines"), backtest = command_given(command, "backtest");
    const bool indicators = command_given(command, "all") || command_given(command, "no-data");
    if (mines + backtest + command_given(command, "projects") > 1 || ((mines || backtest) && indicators))
        return command_fail(command, COMMAND_USAGE,
                            "--mines, --backtest and --projects are pages of their own, and go with neither --all nor "
                            "--no-data");
    if (command_given(command, "by") && !mines)
        return command_fail(command, COMMAND_USAGE, "--by goes with --mines");
    if (backtest && command_given(command, "date"))
        return command_fail(command, COMMAND_USAGE, "--backtest goes without --date");
    return COMMAND_GOOD;
}

static int board_print(struct boarding *boarding)
{
    const struct selection *selection = &boarding->selection;
    const bool page = selection->format == TABLE_PAGE;
    char date[DATE_TEXT_BYTES], title[64];
    civil_format(boarding->day, date);
    snprintf(title, sizeof title, say(selection->language, "board  %s"), date);
    boarding->table = table_new();
    if (!boarding->table)
        return command_fail(selection->command, COMMAND_COULD_NOT, "out of memory");
    board_columns(boarding);
    table_fact(boarding->table, "report", "board");
    table_fact(boarding->table, "date", date);
    table_fact_json(boarding->table, "simulated", boarding->simulated ? "true" : "false");
    for (size_t i = 0; i < boarding->indicators->count; i++)
        board_row(boarding, &boarding->indicators->indicator[i]);
    page_title(&boarding->page, title, boarding->simulated);
    complete_add(boarding);
    if (table_rows(boarding->table) == 0 && !command_given(selection->command, "no-data"))
        text_format(&boarding->page.out,
                    say(selection->language, "seeds hold no target of %d; --all shows what they hold\n"),
                    boarding->year);
    if (!page)
        text_clear(&boarding->page.out);
    return selection_print(selection, &boarding->page, boarding->table);
}

static int run(struct command *command)
{
    struct boarding boarding = {0};
    const bool mines = command_given(command, "mines") || command_given(command, "backtest");
    int status = page_judge(command);
    if (status == COMMAND_GOOD)
        status = selection_open(command, &boarding.selection);
    if (status == COMMAND_GOOD && !mines)
        status = seeds_read(&boarding, command);
    if (status == COMMAND_GOOD)
        status = day_read(&boarding, command);
    if (status == COMMAND_GOOD) {
        boarding.page = page_of(command->language, boarding.selection.format);
    }
    if (status == COMMAND_GOOD && mines) {
        status = mines_print(&boarding, command);
    } else if (status == COMMAND_GOOD && boarding.named) {
        status = named_print(&boarding, command);
    } else if (status == COMMAND_GOOD) {
        boarding.report = report_new(boarding.selection.db, boarding.selection.roster, boarding.selection.now_ms,
                                     boarding.span.from_ms, boarding.span.from_ms);
        status = boarding.report ? board_print(&boarding) : selection_judge(&boarding.selection);
    }
    page_free(&boarding.page);
    table_free(boarding.table);
    report_free(boarding.report);
    county_free(boarding.named);
    indicators_free(boarding.indicators);
    selection_close(&boarding.selection);
    return status;
}

static const struct command_option options[] = {
    OPTION_DATE,
    {"all", NULL, N_("all indicators, not only this year's targets"), false},
    {"no-data", NULL, N_("only those that nothing measures and no text states"), false},
    {"mines", NULL, N_("the mines beside one another: plan, pace, utilisation, rank"), false},
    {"by", "WHAT", N_("with --mines: ranked by done (default), share, utilisation or over"), false},
    {"backtest", "YEAR", N_("how the forecast would have done in a year that is over"), false},
    {"projects", NULL, N_("the mines that the county names, and what is to come of each"), false},
    OPTION_SIMULATED,
    OPTION_FORMAT,
    {0},
};

const struct verb verb_board = {
    .name = "board",
    .summary = N_("the county's targets: done, share of target and year, pace, forecast"),
    .options = options,
    .run = run,
};
