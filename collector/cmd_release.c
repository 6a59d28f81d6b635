/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/act_submit.h"

static int run(struct command *command)
{
    static const char *const taken[] = {"reason", NULL};
    struct settings settings;
    struct act act = {0};
    const int status = settings_read(command, &settings);
    if (status != COMMAND_GOOD)
        return status;
    act_add(&act, "meter", command->operand[0]);
    act_take(&act, command, taken);
    return act_submit(command, &settings, &act);
}

static const struct command_option options[] = {
    OPTION_REASON,
    OPTION_BY,
    {0},
};

const struct verb verb_release = {
    .name = "release",
    .summary = N_("end a hold, or the stop after too many breaks"),
    .operands = "METER",
    .operands_min = 1,
    .operands_max = 1,
    .options = options,
    .run = run,
};
