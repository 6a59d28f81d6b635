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
        return command_fail(
            command, COMMAND_USAGE, "%s",
            command_say(command, "expected either --count or --discard", "请给出 --count 或 --discard 之一"));
    if (discard && command_given(command, "amount"))
        return command_fail(command, COMMAND_USAGE, "%s",
                            command_say(command, "--amount goes with --count: what is discarded has none",
                                        "--amount 只与 --count 同用"));
    if (!command_given(command, "reason"))
        return command_fail(
            command, COMMAND_USAGE, "%s",
            command_say(command, "--reason is missing: why it is decided so", "缺少 --reason：请说明原因"));
    act_add(&act, "row", command->operand[0]);
    act_add(&act, "word", count ? "count" : "discard");
    act_take(&act, command, taken);
    return act_submit(command, &settings, &act);
}

static const struct command_option options[] = {
    {"count", NULL, {"it counts: the row's amount, or --amount", "计入：按该行数量或 --amount"}, false},
    {"discard", NULL, {"nothing of it counts", "不计入"}, false},
    {"amount",
     "AMOUNT",
     {"what truly passed, within the row's bound: \"12.5 t\"", "实际通过量，在该行给出的范围内，如 \"12.5 t\""},
     false},
    OPTION_REASON,
    OPTION_BY,
    {0},
};

const struct verb verb_resolve = {
    .name = "resolve",
    .summary = {"decide a row of open work", "处置待处理事项"},
    .operands = "ROW",
    .operands_min = 1,
    .operands_max = 1,
    .options = options,
    .run = run,
};
