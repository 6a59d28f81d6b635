/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "collector/act_submit.h"
#include "collector/period.h"

/* "today 07:31" is one of whoever says so: an act may wait. */
static const char *instant_fixed(const char *text, char fixed[static INSTANT_TEXT_BYTES])
{
    int64_t at_ms = clock_now().wall_ms;
    if (!text || (strcmp(text, "now") != 0 && !period_parse_instant(text, civil_of_instant(at_ms), &at_ms)))
        return NULL;
    instant_format(at_ms, fixed);
    return fixed;
}

static int run(struct command *command)
{
    static const char *const taken[] = {"old-last", "new-first", "serial", "reason", NULL};
    const char *at = command_value(command, "at", 0);
    struct settings settings;
    struct act act = {0};
    char fixed[INSTANT_TEXT_BYTES];
    const int status = settings_read(command, &settings);
    if (status != COMMAND_GOOD)
        return status;
    for (size_t i = 0; i < 3; i++)
        if (!command_given(command, taken[i]))
            return command_fail(command, COMMAND_USAGE, command_say(command, "--%s is missing", "缺少 --%s"), taken[i]);
    if (!instant_fixed(at, fixed))
        return command_fail(command, COMMAND_USAGE,
                            command_say(command, "--at %s: expected an instant like 2026-10-13 16:21",
                                        "--at %s：请写成 2026-10-13 16:21 的形式"),
                            at ? at : "");
    act_add(&act, "meter", command->operand[0]);
    act_add(&act, "at", fixed);
    act_take(&act, command, taken);
    return act_submit(command, &settings, &act);
}

static const struct command_option options[] = {
    {"at",
     "INSTANT",
     {"when it was swapped: now, \"2026-10-13 16:21\"", "换表时刻：now 或 \"2026-10-13 16:21\""},
     false},
    {"old-last", "TOTAL", {"the old instrument's last total, as its display showed it", "旧表末读数（表头）"}, false},
    {"new-first", "TOTAL", {"the new instrument's total as it was put in", "新表初读数"}, false},
    {"serial", "TEXT", {"the new instrument's number", "新表编号"}, false},
    OPTION_REASON,
    OPTION_BY,
    {0},
};

const struct verb verb_replace = {
    .name = "replace",
    .summary = {"the instrument of a meter was swapped", "更换仪表"},
    .operands = "METER",
    .operands_min = 1,
    .operands_max = 1,
    .options = options,
    .run = run,
};
