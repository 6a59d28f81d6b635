/* SPDX-License-Identifier: Apache-2.0 */
#include <unistd.h>

#include "collector/display.h"
#include "collector/page.h"
#include "collector/settings.h"

static int run(struct command *command)
{
    struct settings settings;
    struct db *db;
    const char *to = command->operand[0];
    int status = settings_read(command, &settings);
    if (status == COMMAND_GOOD && access(to, F_OK) == 0)
        return command_fail(command, COMMAND_USAGE, "%s exists already and is left as it is; name a new file", to);
    if (status == COMMAND_GOOD)
        status = settings_ledger(command, &settings, &db);
    if (status != COMMAND_GOOD)
        return status;
    const bool terminal = isatty(STDERR_FILENO);
    const bool good = db_backup(db, to, terminal ? progress_show : NULL);
    if (terminal)
        fputc('\n', stderr);
    if (good)
        page_tell(say(command->language, "%s: a checked copy of %s\n"), to, settings.database);
    else
        status = command_fail(command, COMMAND_COULD_NOT, "%s", db_error(db));
    db_close(db);
    return status;
}

const struct verb verb_backup = {
    .name = "backup",
    .summary = N_("copy the ledger to a new file, also while coaltallyd runs"),
    .operands = "TO",
    .operands_min = 1,
    .operands_max = 1,
    .run = run,
};
