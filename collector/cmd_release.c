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
    .summary = {"end a hold, or the stop after too many breaks", "结束停计，或恢复因中断过多而停止的计量点"},
    .operands = "METER",
    .operands_min = 1,
    .operands_max = 1,
    .options = options,
    .run = run,
};
