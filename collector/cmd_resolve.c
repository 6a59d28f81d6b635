/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/act_submit.h"

static int run(struct command *command)
{
    static const char *const taken[] = {"amount", "reason", NULL};
    const bool count = command_given(command, "count"), discard = command_given(command, "discard");
    struct settings settings;
    struct act act = {0};
    const int status = settings_read(command, &settings);
    if (status != COMMAND_GOOD)
        return status;
    if (count == discard)
        return command_fail(command, COMMAND_USAGE, "expected either --count or --discard");
    if (discard && command_given(command, "amount"))
        return command_fail(command, COMMAND_USAGE, "--amount goes with --count: what is discarded has none");
    if (!command_given(command, "reason"))
        return command_fail(command, COMMAND_USAGE, "--reason is missing: why it is decided so");
    act_add(&act, "row", command->operand[0]);
    act_add(&act, "word", count ? "count" : "discard");
    act_take(&act, command, taken);
    return act_submit(command, &settings, &act);
}

static const struct command_option options[] = {
    {"count", NULL, N_("it counts: the row's amount, or --amount"), false},
    {"discard", NULL, N_("nothing of it counts"), false},
    {"amount", "AMOUNT", N_("what truly passed, within the row's bound: \"12.5 t\""), false},
    OPTION_REASON,
    OPTION_BY,
    {0},
};

const struct verb verb_resolve = {
    .name = "resolve",
    .summary = N_("decide a row of open work"),
    .operands = "ROW",
    .operands_min = 1,
    .operands_max = 1,
    .options = options,
    .run = run,
};
