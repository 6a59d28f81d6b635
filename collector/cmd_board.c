/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/board_pace.h"
#include "collector/board_parts.h"

/* Pages that are of something else than rows of indicators. */
static const char *const own_pages[] = {"mines", "backtest", "projects", "why"};

enum { OWN_PAGES = sizeof own_pages / sizeof *own_pages };

/* Which page it is, of those that exclude one another. */
static int page_judge(const struct command *command)
{
    size_t pages = 0;
    for (size_t i = 0; i < OWN_PAGES; i++)
        pages += command_given(command, own_pages[i]);
    const bool rows = command_given(command, "all") || command_given(command, "only");
    const bool supposed = command_given(command, "if");
    if (pages > 1 || (pages && rows) || (supposed && pages && !command_given(command, "why")))
        return command_fail(command, COMMAND_USAGE,
                            "--mines, --backtest, --projects and --why are pages of their own, and go neither with one "
                            "another nor with --all and --only; --if goes with --why and with rows");
    if (command_given(command, "by") && !command_given(command, "mines"))
        return command_fail(command, COMMAND_USAGE, "--by goes with --mines");
    if (command_given(command, "backtest") && command_given(command, "date"))
        return command_fail(command, COMMAND_USAGE, "--backtest goes without --date");
    return COMMAND_GOOD;
}

static int chosen_print(struct boarding *boarding, const struct command *command)
{
    const struct selection *selection = &boarding->selection;
    boarding->page = page_of(command->language, selection->format);
    if (command_given(command, "backtest"))
        return board_backtest(selection, boarding->county, command_value(command, "backtest", 0));
    if (command_given(command, "mines"))
        return board_ranking(selection, boarding->county, boarding->day);
    if (command_given(command, "projects"))
        return board_projects_print(boarding);
    if (command_given(command, "why"))
        return board_why_print(boarding, command_value(command, "why", 0));
    return board_print(boarding);
}

static int run(struct command *command)
{
    struct boarding boarding = {0};
    int status = page_judge(command);
    if (status == COMMAND_GOOD)
        status = boarding_open(&boarding, command);
    if (status == COMMAND_GOOD)
        status = chosen_print(&boarding, command);
    boarding_close(&boarding);
    return status;
}

static const struct command_option options[] = {
    OPTION_DATE,
    {"all", NULL, N_("all indicators, not only the headlines"), false},
    {"only", "WHAT",
     N_("an indicator's id, or those that are metered, roster, by-hand, derived, stated, no-data (may be repeated)"),
     true},
    {"why", "ID", N_("one indicator: its definition, and what counts and why"), false},
    {"if", "WHAT", N_("what would be, beside what is: sim-a.smart=intermediate@2026-12-01 (may be repeated)"), true},
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
    .summary = N_("the county's indicators: done, share of target and year, pace, forecast"),
    .options = options,
    .run = run,
};
