/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/act_submit.h"

static int run(struct command *command)
{
    static const char *const taken[] = {"for", "reason", NULL};
    struct settings settings;
    struct act act = {0};
    const int status = settings_read(command, &settings);
    if (status != COMMAND_GOOD)
        return status;
    if (!command_given(command, "for"))
        return command_fail(
            command, COMMAND_USAGE, "%s",
            command_say(command, "--for is missing: how long, like 40m", "缺少 --for：停计时长，如 40m"));
    act_add(&act, "meter", command->operand[0]);
    act_take(&act, command, taken);
    return act_submit(command, &settings, &act);
}

static const struct command_option options[] = {
    {"for",
     "TIME",
     {"so long and no longer: 40m, 2h; at most 24h", "停计时长，到时自动恢复：40m、2h，最长 24h"},
     false},
    OPTION_REASON,
    OPTION_BY,
    {0},
};

const struct verb verb_hold = {
    .name = "hold",
    .summary = {"exclude what runs over a meter, for a calibration", "停计：校准期间的通过量不计入"},
    .operands = "METER",
    .operands_min = 1,
    .operands_max = 1,
    .options = options,
    .run = run,
};
