/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "collector/act_submit.h"
#include "collector/calendar.h"
#include "collector/digest.h"
#include "collector/display.h"
#include "collector/page.h"
#include "collector/spool.h"
#include "collector/store_restore.h"
#include "collector/travel_file.h"
#include "drivers/language.h"

/* One restore on its way. */
struct work {
    const struct command *command;
    struct settings settings;
    const char *from;
    struct travel_file *file; /* of the county's rows; NULL: a backup */
    struct act act;
    struct restored restored;
};

#define SAY(text) say(work->command->language, text)

/* --- what was done --- */

static void regained_tell(const struct work *work)
{
    const struct travel_file_heading *heading = travel_file_heading(work->file);
    const struct regained *regained = &work->restored.regained;
    page_tell(SAY("%" PRId64 " rows of the ledger of %s, as the county had them%s%s\n"), regained->rows, heading->site,
              heading->simulated ? "   " : "", heading->simulated ? word(WORD_SIMULATED, work->command->language) : "");
    page_tell(
        "%s\n",
        heading->consistent
            ? SAY("the copy was complete: the site goes on sending from where the county stands")
            : SAY("the copy was not complete: the site sends all of its ledger again, and the county takes it in one"
                  " switch"));
    if (regained->lost)
        page_tell(SAY("the copy had not all rows of %" PRId64
                      " meters: what they counted since is open work; coaltally journal shows it\n"),
                  regained->lost);
}

static int restored_tell(const struct work *work)
{
    const struct restored *restored = &work->restored;
    char as_of[INSTANT_TEXT_BYTES] = "-";
    if (restored->as_of_ms)
        instant_format(restored->as_of_ms, as_of);
    page_tell(SAY("%s: restored as of %s; what the meters counted since, their totals give back at the next start\n"),
              work->settings.database, as_of);
    if (work->file)
        regained_tell(work);
    if (!restored->aside[0])
        return COMMAND_GOOD;
    page_tell(SAY("the former ledger is kept: %s\n"), restored->aside);
    if (restored->acts_lost > 0)
        printf(SAY("%" PRId64 " acts are newer than the backup; look, and do them again:\n"
                   "  coaltally acts --database %s\n"), /* to be copied: never folded */
               restored->acts_lost, restored->aside);
    if (restored->acts_lost < 0)
        page_tell("%s\n", SAY("it cannot be read: acts that are newer than the backup are to be done again"));
    return COMMAND_GOOD;
}

/* --- what there is to restore --- */

static int source_judge(const struct work *work)
{
    const struct travel_file_heading *heading = travel_file_heading(work->file);
    if (strcmp(heading->site, work->settings.site) == 0)
        return COMMAND_GOOD;
    return command_fail(work->command, COMMAND_USAGE, "%s is of site %s, and this is site %s (site: of %s)", work->from,
                        heading->site, work->settings.site, work->command->config_file);
}

static int county_open_file(struct work *work)
{
    char why[256] = "";
    const bool terminal = isatty(STDERR_FILENO);
    const int file = open(work->from, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (file < 0)
        return command_fail(work->command, COMMAND_USAGE, "%s: %s", work->from, say_error(errno));
    work->file = travel_file_open(file, terminal ? progress_show : NULL, why, sizeof why);
    if (terminal)
        fputc('\n', stderr);
    return work->file ? source_judge(work)
                      : command_fail(work->command, COMMAND_NOT_HELD, "%s: refused: %s", work->from, why);
}

static int source_find(struct work *work)
{
    const char *county = command_value(work->command, "from-county", 0);
    if (!county == !work->command->operands)
        return command_fail(work->command, COMMAND_USAGE,
                            "name a backup, or --from-county and a file of the county's coaltally export --site");
    work->from = county ? county : work->command->operand[0];
    return county ? county_open_file(work) : COMMAND_GOOD;
}

/* --- the restore --- */

static int act_make(struct work *work)
{
    char text[512];
    const int status = act_fill(work->command, &work->act);
    if (status != COMMAND_GOOD)
        return status;
    act_add(&work->act, "file", work->from);
    spool_user(geteuid(), work->act.os_user, sizeof work->act.os_user);
    return act_judge(&work->act, text, sizeof text) ? COMMAND_GOOD
                                                    : command_fail(work->command, COMMAND_USAGE, "%s", text);
}

static int restore(struct work *work)
{
    char text[PATH_BYTES + 512];
    const bool terminal = isatty(STDERR_FILENO);
    void (*const progress)(int, int) = terminal ? progress_show : NULL;
    const struct clock_now now = clock_now();
    const enum store_outcome outcome =
        work->file ? store_restore_county(work->file, work->from, work->settings.database, &work->act, now, progress,
                                          &work->restored, text, sizeof text)
                   : store_restore(work->from, work->settings.database, &work->act, now, progress, &work->restored,
                                   text, sizeof text);
    if (terminal)
        fputc('\n', stderr);
    return outcome == STORE_OK ? restored_tell(work) : command_fail(work->command, COMMAND_COULD_NOT, "%s", text);
}

static int run(struct command *command)
{
    struct work work = {.command = command};
    int status = settings_read(command, &work.settings);
    if (status == COMMAND_GOOD)
        status = source_find(&work);
    if (status == COMMAND_GOOD)
        status = act_make(&work);
    if (status == COMMAND_GOOD)
        status = restore(&work);
    travel_file_close(work.file);
    return status;
}

static const struct command_option options[] = {
    OPTION_BY,
    {"from-county", "FILE", N_("the county's rows of this ledger (coaltally export --site), where its disk died"),
     false},
    {0},
};

const struct verb verb_restore = {
    .name = "restore",
    .summary = N_("put a backup in the ledger's place, with coaltallyd stopped; the former one is kept"),
    .operands = "[BACKUP]",
    .operands_max = 1,
    .options = options,
    .run = run,
};
