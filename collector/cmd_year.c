/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/production.h"

static const struct command_option options[] = {
    OPTION_DATE, {"year", "YEAR", N_("this (default), last, or a year: 2026"), false}, OPTION_COMPARE, OPTIONS_OF_PAGE,
    {0},
};

static int run(struct command *command)
{
    return production_run(command, PRODUCTION_YEAR);
}

const struct verb verb_year = {
    .name = "year",
    .summary = N_("a calendar year"),
    .options = options,
    .run = run,
};
