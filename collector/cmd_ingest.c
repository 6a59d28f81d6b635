/* SPDX-License-Identifier: Apache-2.0 */
/* A site's rows that came on a stick, or through a one-way gateway. The file goes beside the ledger, and whoever writes
 * the ledger takes it in: the daemon, or with the daemon stopped this command. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/act_submit.h"
#include "collector/display.h"
#include "collector/spool.h"
#include "collector/travel_file.h"
#include "drivers/language.h"

/* Judges the file here, so that nothing that was cut off is copied and kept: what it says of itself in the act. */
static int file_judge(struct command *command, const char *path, int file, struct act *act, char digest[static 65])
{
    char why[256] = "";
    const bool terminal = isatty(STDERR_FILENO);
    const int own = fcntl(file, F_DUPFD_CLOEXEC, 0);
    struct travel_file *judged =
        own < 0 ? NULL : travel_file_open(own, terminal ? progress_show : NULL, why, sizeof why);
    if (terminal)
        fputc('\n', stderr);
    if (!judged)
        return command_fail(command, COMMAND_NOT_HELD, "%s: refused: %s", path, *why ? why : say_error(errno));
    snprintf(digest, 65, "%s", travel_file_sha256(judged));
    act_add(act, "file", path);
    act_add(act, "sha256", digest);
    travel_file_close(judged);
    return COMMAND_GOOD;
}

static int file_submit(struct command *command, const struct settings *settings, const char *path, int file)
{
    struct act act = {0};
    struct stat status;
    char digest[65];
    int outcome = file_judge(command, path, file, &act, digest);
    if (outcome != COMMAND_GOOD)
        return outcome;
    spool_user(geteuid(), act.by, sizeof act.by);
    const bool terminal = isatty(STDERR_FILENO);
    const int64_t bytes = fstat(file, &status) == 0 ? (int64_t)status.st_size : 0;
    return act_submit_file(command, settings, &act, file, bytes, terminal ? progress_show : NULL);
}

static int run(struct command *command)
{
    struct settings settings;
    const char *path = command->operand[0];
    int status = settings_read(command, &settings);
    if (status != COMMAND_GOOD)
        return status;
    const int file = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (file < 0)
        return command_fail(command, COMMAND_USAGE, "%s: %s", path, say_error(errno));
    status = file_submit(command, &settings, path, file);
    close(file);
    return status;
}

static const struct command_option options[] = {
    {"by", "NAME", N_("who does it, by name (default: the user)"), false},
    {0},
};

const struct verb verb_ingest = {
    .name = "ingest",
    .summary = N_("at the county: take in a site's rows from a file of coaltally export"),
    .operands = "FILE",
    .operands_min = 1,
    .operands_max = 1,
    .options = options,
    .run = run,
};
