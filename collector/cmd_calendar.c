/* SPDX-License-Identifier: Apache-2.0 */

#include "collector/act_submit.h"
#include "collector/store_calendar.h"

static int lines_missing(const struct command *command, const char *mine, bool known)
{
    if (!known)
        return command_fail(command, COMMAND_USAGE, "--mine %s: %s has no such mine", mine, command->config_file);
    return command_fail(command, COMMAND_COULD_NOT, "out of memory");
}

/* The lines come from the configuration: the act says what it read there. */
static int submit(struct command *command, const struct settings *settings, const struct config *config)
{
    static const char *const taken[] = {"mine", "from", "reason", NULL};
    const char *name = command_value(command, "mine", 0), *from = command_value(command, "from", 0);
    const int index = config_mine_index(config, name);
    const struct config_mine *mine = index >= 0 ? &config->mine[index] : NULL;
    struct act act = {0};
    struct text lines = {0};
    civil_day day;
    if (!civil_parse(from, &day))
        return command_fail(command, COMMAND_USAGE, "--from %s: expected a date like 2026-10-01", from);
    if (mine)
        calendar_format(&mine->calendar, &lines);
    int status;
    if (!mine || lines.failed || !lines.at) {
        status = lines_missing(command, name, mine != NULL);
    } else {
        act_take(&act, command, taken);
        act_add(&act, "calendar", lines.at);
        status = act_submit(command, settings, &act);
    }
    text_free(&lines);
    return status;
}

static int run(struct command *command)
{
    struct settings settings;
    int status = settings_read(command, &settings);
    if (status != COMMAND_GOOD)
        return status;
    if (!command_given(command, "mine") || !command_given(command, "from"))
        return command_fail(command, COMMAND_USAGE, "expected --mine NAME --from DATE --by NAME");
    struct faults *faults = command_faults(command);
    struct config *config = faults ? config_load(command->config_file, faults) : NULL;
    if (config) {
        status = submit(command, &settings, config);
    } else {
        if (faults)
            faults_print(faults, stderr);
        status = command_fail(command, COMMAND_USAGE, "the configuration has faults: coaltally check");
    }
    config_free(config);
    faults_free(faults);
    return status;
}

static const struct command_option options[] = {
    {"mine", "NAME", N_("of this mine"), false},
    {"from", "DATE", N_("lines of the configuration dated so and later"), false},
    OPTION_BY,
    OPTION_REASON,
    {0},
};

const struct verb verb_calendar = {
    .name = "calendar",
    .summary = N_("put lines of a calendar in force whose date is past"),
    .options = options,
    .run = run,
};
