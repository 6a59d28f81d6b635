/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/production.h"

static const struct command_option options[] = {
    OPTION_DATE,
    {"dekad", "DEKAD", N_("this (default), last, or a dekad: 2026-10/2 is 11 to 20 October"), false},
    OPTION_COMPARE,
    OPTIONS_OF_PAGE,
    {0},
};

static int run(struct command *command)
{
    return production_run(command, PRODUCTION_DEKAD);
}

const struct verb verb_dekad = {
    .name = "dekad",
    .summary = N_("ten days: the 1st to the 10th, to the 20th, to the month's end"),
    .options = options,
    .run = run,
};
