/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/act_submit.h"
#include "collector/coefficient.h"
#include "collector/period.h"

static int run(struct command *command)
{
    struct settings settings;
    struct act act = {0};
    struct decimal factor;
    civil_day day;
    char date[DATE_TEXT_BYTES];
    const char *from = command_value(command, "from", 0);
    const int status = settings_read(command, &settings);
    if (status != COMMAND_GOOD)
        return status;
    if (!coefficient_parse(command->operand[1], &factor))
        return command_fail(command, COMMAND_USAGE,
                            "%s: expected a coefficient above 0 and at most 2, with at most %d decimals, like 0.950",
                            command->operand[1], COEFFICIENT_PLACES_MAX);
    if (!from)
        return command_fail(command, COMMAND_USAGE, "--from is missing: the first production day that it holds on");
    if (!period_parse_day(from, civil_of_instant(clock_now().wall_ms), &day))
        return command_fail(command, COMMAND_USAGE,
                            "--from %s: expected the first production day that it holds on, like 2026-10-01", from);
    civil_format(day, date);
    act_add(&act, "meter", command->operand[0]);
    act_add(&act, "factor", command->operand[1]);
    act_add(&act, "from", date);
    act_add(&act, "reason", command_value(command, "reason", 0));
    return act_submit(command, &settings, &act);
}

static const struct command_option options[] = {
    {"from", "DAY", N_("the first production day that it holds on (needed)"), false},
    OPTION_REASON,
    OPTION_BY,
    {0},
};

const struct verb verb_coefficient = {
    .name = "coefficient",
    .summary = N_("what of a meter's tonnes is reported: run-of-mine to raw coal"),
    .operands = "METER COEFFICIENT",
    .operands_min = 2,
    .operands_max = 2,
    .options = options,
    .run = run,
};
