/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/production.h"

static const struct command_option options[] = {
    OPTION_DATE, OPTION_FROM, OPTION_TO, OPTION_COMPARE, OPTIONS_OF_PAGE, {0},
};

static int run(struct command *command)
{
    return production_run(command, PRODUCTION_DAY);
}

const struct verb verb_day = {
    .name = "day",
    .summary = N_("a production day: its shifts, the day, month and year to date"),
    .options = options,
    .run = run,
};
