/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/production.h"

static const struct command_option options[] = {
    OPTION_DATE,
    {"shift", "N", N_("only the N-th shift of the day"), false},
    {"handover", NULL, N_("only what the shift hands over to the next one"), false},
    {"stops", "TIME", N_("tell of stops of so long and longer (10min)"), false},
    OPTIONS_OF_PAGE,
    {0},
};

static int run(struct command *command)
{
    return production_run(command, PRODUCTION_SHIFT);
}

const struct verb verb_shift = {
    .name = "shift",
    .summary = N_("what each shift of a production day brought"),
    .options = options,
    .run = run,
};
