/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/production.h"

static const struct command_option options[] = {
    OPTION_DATE,
    {"month", "MONTH", N_("this (default), last, or a month: 2026-10"), false},
    OPTION_FROM,
    OPTION_TO,
    OPTION_COMPARE,
    OPTIONS_OF_PAGE,
    {0},
};

static int run(struct command *command)
{
    return production_run(command, PRODUCTION_MONTH);
}

const struct verb verb_month = {
    .name = "month",
    .summary = N_("a calendar month, and the mine's own where it has a cut-off"),
    .options = options,
    .run = run,
};
