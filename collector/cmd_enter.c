/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/act_submit.h"
#include "collector/entry.h"

static int run(struct command *command)
{
    static const char *const taken[] = {"mine", "item", "name", "from", "to", "value", "source", NULL};
    struct settings settings;
    struct act act = {0};
    struct entry entry;
    char period[PERIOD_TEXT_BYTES], why[400];
    const int status = settings_read(command, &settings);
    if (status != COMMAND_GOOD)
        return status;
    act_take(&act, command, taken);
    act_add(&act, "period", act_period(command, period));
    if (!entry_read(&act, &entry, command->language, why, sizeof why))
        return command_fail(command, COMMAND_USAGE, "%s", why);
    return act_submit(command, &settings, &act);
}

static const struct command_option options[] = {
    {"mine", "NAME", N_("of this mine"), false},
    {"item", "ITEM",
     N_("raw_coal or another quantity, heading_advance, heading_coal, stock, shipped, loss, milestone, planned_stop, "
        "plan"),
     false},
    {"name", "NAME", N_("which milestone; the quantity of a plan (default raw_coal)"), false},
    {"period", "PERIOD", PERIOD_FORMS, false},
    {"from", "INSTANT", N_("of a planned stop: instead of --period"), false},
    {"to", "INSTANT", N_("and its end"), false},
    {"value", "VALUE", N_("the amount, \"84300\" or \"84.3 kt\"; of a milestone its state, of a stop why"), false},
    {"source", "TEXT", N_("where it comes from: \"dispatch report 10-13\""), false},
    OPTION_BY,
    {0},
};

const struct verb verb_enter = {
    .name = "enter",
    .summary = N_("enter by hand what no meter gives"),
    .options = options,
    .run = run,
};
