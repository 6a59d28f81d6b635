/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/production.h"

static const struct command_option options[] = {
    OPTION_DATE,
    OPTIONS_OF_PAGE,
    {0},
};

static int run(struct command *command)
{
    return production_run(command, PRODUCTION_HOURS);
}

const struct verb verb_hours = {
    .name = "hours",
    .summary = N_("what each hour of a production day brought, by mine and quantity"),
    .options = options,
    .run = run,
};
