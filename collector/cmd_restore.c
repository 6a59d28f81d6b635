/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <unistd.h>

#include "collector/act_submit.h"
#include "collector/calendar.h"
#include "collector/digest.h"
#include "collector/display.h"
#include "collector/spool.h"
#include "collector/store_restore.h"

static int restored_tell(const struct command *command, const struct settings *settings,
                         const struct restored *restored)
{
    char as_of[INSTANT_TEXT_BYTES] = "-";
    if (restored->as_of_ms)
        instant_format(restored->as_of_ms, as_of);
    printf(say(command->language,
               "%s: restored as of %s; what the meters counted since, their totals give back at the next start\n"),
           settings->database, as_of);
    if (!restored->aside[0])
        return COMMAND_GOOD;
    printf(say(command->language, "the former ledger is kept: %s\n"), restored->aside);
    if (restored->acts_lost > 0)
        printf(say(command->language,
                   "%" PRId64
                   " acts are newer than the backup; look, and do them again: coaltally acts --database %s\n"),
               restored->acts_lost, restored->aside);
    if (restored->acts_lost < 0)
        puts(say(command->language, "it cannot be read: acts that are newer than the backup are to be done again"));
    return COMMAND_GOOD;
}

static int run(struct command *command)
{
    struct settings settings;
    struct restored restored;
    struct act act = {0};
    char text[PATH_BYTES + 512];
    int status = settings_read(command, &settings);
    if (status == COMMAND_GOOD)
        status = act_fill(command, &act);
    if (status != COMMAND_GOOD)
        return status;
    act_add(&act, "file", command->operand[0]);
    spool_user(geteuid(), act.os_user, sizeof act.os_user);
    if (!act_judge(&act, text, sizeof text))
        return command_fail(command, COMMAND_USAGE, "%s", text);
    const bool terminal = isatty(STDERR_FILENO);
    const enum store_outcome outcome = store_restore(command->operand[0], settings.database, &act, clock_now(),
                                                     terminal ? progress_show : NULL, &restored, text, sizeof text);
    if (terminal)
        fputc('\n', stderr);
    if (outcome != STORE_OK)
        return command_fail(command, COMMAND_COULD_NOT, "%s", text);
    return restored_tell(command, &settings, &restored);
}

static const struct command_option options[] = {OPTION_BY, {0}};

const struct verb verb_restore = {
    .name = "restore",
    .summary = N_("put a backup in the ledger's place, with coaltallyd stopped; the former one is kept"),
    .operands = "BACKUP",
    .operands_min = 1,
    .operands_max = 1,
    .options = options,
    .run = run,
};
