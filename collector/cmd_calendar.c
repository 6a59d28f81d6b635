/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "collector/act_submit.h"
#include "collector/store_calendar.h"

static const struct config_mine *mine_find(const struct config *config, const char *name)
{
    for (size_t i = 0; i < config->mines; i++)
        if (strcmp(config->mine[i].name, name) == 0)
            return &config->mine[i];
    return NULL;
}

static int lines_missing(const struct command *command, const char *mine, bool known)
{
    if (!known)
        return command_fail(command, COMMAND_USAGE,
                            command_say(command, "--mine %s: %s has no such mine", "--mine %s：配置 %s 中没有此煤矿"),
                            mine, command->config_file);
    return command_fail(command, COMMAND_COULD_NOT, "out of memory");
}

/* The lines come from the configuration: the act says what it read there. */
static int submit(struct command *command, const struct settings *settings, const struct config *config)
{
    static const char *const taken[] = {"mine", "from", "reason", NULL};
    const char *name = command_value(command, "mine", 0), *from = command_value(command, "from", 0);
    const struct config_mine *mine = mine_find(config, name);
    struct act act = {0};
    struct text lines = {0};
    civil_day day;
    if (!civil_parse(from, &day))
        return command_fail(
            command, COMMAND_USAGE,
            command_say(command, "--from %s: expected a date like 2026-10-01", "--from %s：应为日期，如 2026-10-01"),
            from);
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
        return command_fail(command, COMMAND_USAGE, "%s",
                            command_say(command, "expected --mine NAME --from DATE --by NAME",
                                        "须给出 --mine 煤矿 --from 日期 --by 姓名"));
    struct faults *faults = faults_new();
    struct config *config = faults ? config_load(command->config_file, faults) : NULL;
    if (config) {
        status = submit(command, &settings, config);
    } else {
        if (faults)
            faults_print(faults, stderr);
        status = command_fail(
            command, COMMAND_USAGE, "%s",
            command_say(command, "the configuration has faults: coaltally check", "配置有误：coaltally check"));
    }
    config_free(config);
    faults_free(faults);
    return status;
}

static const struct command_option options[] = {
    {"mine", "NAME", {"of this mine", "煤矿"}, false},
    {"from", "DATE", {"lines of the configuration dated so and later", "自此日期起的配置行"}, false},
    OPTION_BY,
    OPTION_REASON,
    {0},
};

const struct verb verb_calendar = {
    .name = "calendar",
    .summary = {"put lines of a calendar in force whose date is past", "使日期已过的班制行生效，并重算产量"},
    .options = options,
    .run = run,
};
