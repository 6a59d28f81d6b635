/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/act_submit.h"
#include "collector/adjusting.h"

static int run(struct command *command)
{
    static const char *const taken[] = {"mine", "quantity", "amount", "reason", NULL};
    struct settings settings;
    struct adjusting adjusting;
    struct act act = {0};
    char period[PERIOD_TEXT_BYTES], why[400];
    const int status = settings_read(command, &settings);
    if (status != COMMAND_GOOD)
        return status;
    act_take(&act, command, taken);
    act_add(&act, "period", act_period(command, period));
    if (!adjusting_read(&act, &adjusting, command->language, why, sizeof why))
        return command_fail(command, COMMAND_USAGE, "%s", why);
    return act_submit(command, &settings, &act);
}

static const struct command_option options[] = {
    {"mine", "NAME", N_("of this mine (needed)"), false},
    {"quantity", "NAME", N_("default raw_coal"), false},
    {"period", "PERIOD", PERIOD_FORMS, false},
    {"amount", "AMOUNT", N_("what is to be added: +412, \"-1.5 kt\""), false},
    OPTION_REASON,
    OPTION_BY,
    {0},
};

const struct verb verb_adjust = {
    .name = "adjust",
    .summary = N_("what is reported of a period, more or less by so much"),
    .options = options,
    .run = run,
};
