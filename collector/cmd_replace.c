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
            return command_fail(command, COMMAND_USAGE, "--%s is missing", taken[i]);
    if (!instant_fixed(at, fixed))
        return command_fail(command, COMMAND_USAGE, "--at %s: expected an instant like 2026-10-13 16:21", at ? at : "");
    act_add(&act, "meter", command->operand[0]);
    act_add(&act, "at", fixed);
    act_take(&act, command, taken);
    return act_submit(command, &settings, &act);
}

static const struct command_option options[] = {
    {"at", "INSTANT", N_("when it was swapped: now, \"2026-10-13 16:21\""), false},
    {"old-last", "TOTAL", N_("the old instrument's last total, as its display showed it"), false},
    {"new-first", "TOTAL", N_("the new instrument's total as it was put in"), false},
    {"serial", "TEXT", N_("the new instrument's number"), false},
    OPTION_REASON,
    OPTION_BY,
    {0},
};

const struct verb verb_replace = {
    .name = "replace",
    .summary = N_("the instrument of a meter was swapped"),
    .operands = "METER",
    .operands_min = 1,
    .operands_max = 1,
    .options = options,
    .run = run,
};
