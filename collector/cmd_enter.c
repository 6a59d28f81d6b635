/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "collector/act_submit.h"
#include "collector/enter_file.h"
#include "collector/entry.h"
#include "collector/indicator.h"
#include "collector/plan_limit.h"
#include "collector/store_roster.h"

/* Among the plans that the ledger has, where this user may read it; without, the act alone judges. */
static struct plan_excess check(const struct settings *settings, const struct act *act, const struct entry *entry,
                                const struct county *county)
{
    const char *mine = act_value(act, "mine");
    struct db *db = db_open(settings->database, DB_READ);
    struct roster *roster = db && db_fault(db) == DB_OK ? roster_read(db) : NULL;
    const int index = roster && mine ? roster_mine(roster, mine) : -1;
    const struct plan_excess excess = plan_check(index >= 0 ? db : NULL, index >= 0 ? roster->mine[index].id : 0, entry,
                                                 mine ? county_mine(county, mine) : NULL);
    roster_free(roster);
    if (db)
        db_close(db);
    return excess;
}

/* A plan above the capacity, before it is handed in. */
static int plan_allowed(const struct command *command, const struct settings *settings, const struct act *act,
                        const struct entry *entry)
{
    struct county *county;
    char why[256];
    const int status = settings_county(command, settings, &county);
    if (status != COMMAND_GOOD)
        return status;
    const struct plan_excess excess = check(settings, act, entry, county);
    county_free(county);
    const bool over = excess.line == PLAN_OVER_MONTH || excess.line == PLAN_OVER_YEAR;
    plan_excess_say(&excess, command->language, why, sizeof why);
    return over && !act_value(act, "despite") ? command_fail(command, COMMAND_USAGE, PLAN_REFUSED, why) : COMMAND_GOOD;
}

static int indicator_unknown(const struct command *command, const struct indicators *indicators, const char *name)
{
    const char **names = calloc(indicators->count + 1, sizeof *names);
    for (size_t i = 0; names && i < indicators->count; i++)
        names[i] = indicators->indicator[i].id;
    const char *nearest = names ? yaml_nearest(name, names) : NULL;
    const int status =
        nearest ? command_fail(command, COMMAND_USAGE, "--name %s: there is no such indicator; did you mean %s?", name,
                               nearest)
                : command_fail(command, COMMAND_USAGE,
                               "--name %s: there is no such indicator; board --all --format csv lists their ids", name);
    free(names);
    return status;
}

/* A figure is that of an indicator which is found so: any other would be shown nowhere. */
static int figure_judge(const struct command *command, const struct settings *settings, const struct entry *entry)
{
    struct faults *faults = faults_new();
    struct indicators *indicators = faults ? indicators_open(&settings->county, faults) : NULL;
    const struct indicator *of = indicators ? indicator_named(indicators, entry->subject) : NULL;
    int status = COMMAND_GOOD;
    if (!indicators && faults)
        faults_print(faults, stderr);
    if (!indicators)
        status = command_fail(command, COMMAND_USAGE, "the county's indicators have faults");
    else if (!of)
        status = indicator_unknown(command, indicators, entry->subject);
    else if (of->find.kind != FIND_FIGURE)
        status = command_fail(command, COMMAND_USAGE,
                              "--name %s: this indicator is not found by figures that people enter", entry->subject);
    indicators_free(indicators);
    faults_free(faults);
    return status;
}

static int run(struct command *command)
{
    static const char *const taken[] = {"mine", "item", "name", "from", "to", "value", "source", "despite", NULL};
    struct settings settings;
    struct act act = {0};
    struct entry entry;
    char period[PERIOD_TEXT_BYTES], why[400];
    int status = settings_read(command, &settings);
    if (status != COMMAND_GOOD)
        return status;
    if (command->operands)
        return enter_file(command, &settings, command->operand[0]);
    act_take(&act, command, taken);
    act_add(&act, "period", act_period(command, period));
    if (!entry_read(&act, &entry, command->language, why, sizeof why))
        return command_fail(command, COMMAND_USAGE, "%s", why);
    if (strcmp(entry.item.name, "plan") == 0)
        status = plan_allowed(command, &settings, &act, &entry);
    if (strcmp(entry.item.name, "figure") == 0)
        status = figure_judge(command, &settings, &entry);
    return status != COMMAND_GOOD ? status : act_submit(command, &settings, &act);
}

static const struct command_option options[] = {
    {"mine", "NAME", N_("of this mine"), false},
    {"item", "ITEM",
     N_("raw_coal or another quantity, heading_advance, heading_coal, stock, shipped, loss, milestone, planned_stop, "
        "plan, figure"),
     false},
    {"name", "NAME", N_("which milestone; the quantity of a plan (default raw_coal); the indicator of a figure"),
     false},
    {"period", "PERIOD", PERIOD_FORMS, false},
    {"from", "INSTANT", N_("of a planned stop: instead of --period"), false},
    {"to", "INSTANT", N_("and its end"), false},
    {"value", "VALUE", N_("the amount, \"84300\" or \"84.3 kt\"; of a milestone its state, of a stop why"), false},
    {"source", "TEXT", N_("where it comes from: \"dispatch report 10-13\""), false},
    {"despite", "TEXT", N_("why a plan above the approved capacity stands all the same"), false},
    OPTION_BY,
    {0},
};

const struct verb verb_enter = {
    .name = "enter",
    .summary = N_("enter by hand what no meter gives"),
    .operands = "[FILE.csv]",
    .operands_max = 1,
    .options = options,
    .run = run,
};
