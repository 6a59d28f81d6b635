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
        return command_fail(command, COMMAND_USAGE, "--for is missing: how long, like 40m");
    act_add(&act, "meter", command->operand[0]);
    act_take(&act, command, taken);
    return act_submit(command, &settings, &act);
}

static const struct command_option options[] = {
    {"for", "TIME", N_("so long and no longer: 40m, 2h; at most 24h"), false},
    OPTION_REASON,
    OPTION_BY,
    {0},
};

const struct verb verb_hold = {
    .name = "hold",
    .summary = N_("exclude what runs over a meter, for a calibration"),
    .operands = "METER",
    .operands_min = 1,
    .operands_max = 1,
    .options = options,
    .run = run,
};
