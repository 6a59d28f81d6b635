/* SPDX-License-Identifier: Apache-2.0 */
/* Past readings out of a file. The daemon stands meanwhile: its meters go on from states that it
 * holds in memory, and a file of a year is more than it should swallow between two scans. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/act_submit.h"
#include "collector/import_report.h"
#include "collector/import_write.h"
#include "collector/page.h"
#include "collector/spool.h"
#include "drivers/language.h"

/* One import on its way. */
struct work {
    struct command *command;
    const char *path;
    bool dry;
    struct config *config;
    struct import_file file;
    struct import_past *past;
    struct act act;
    struct import_order order;
    struct import_sum sum;
    struct import_faults faults;
    struct import_notes notes;
};

#define SAY(text) say(work->command->language, text)

/* --- what there is to work with --- */

static char *file_read(const char *path, size_t *size)
{
    char *bytes = NULL;
    FILE *out = open_memstream(&bytes, size), *in = fopen(path, "re");
    char block[65536];
    bool good = in && out;
    for (size_t got; good && (got = fread(block, 1, sizeof block, in)) > 0;)
        good = fwrite(block, 1, got, out) == got;
    int why = errno;
    good = good && !ferror(in);
    if (in)
        fclose(in);
    if (out && fclose(out) != 0)
        good = false;
    if (!good)
        free(bytes);
    errno = why;
    return good ? bytes : NULL;
}

static int config_get(struct work *work)
{
    struct faults *faults = command_faults(work->command);
    if (!faults)
        return command_fail(work->command, COMMAND_COULD_NOT, "out of memory");
    work->config = config_load(work->command->config_file, faults);
    if (!work->config)
        faults_print(faults, stderr);
    faults_free(faults);
    if (!work->config)
        return command_fail(work->command, COMMAND_USAGE, "cannot use the configuration %s: coaltally check tells more",
                            work->command->config_file);
    if (work->command->database)
        snprintf(work->config->database, sizeof work->config->database, "%s", work->command->database);
    work->past = calloc(work->config->meters + 1, sizeof *work->past);
    work->order.config = work->config;
    work->order.past = work->past;
    return work->past ? COMMAND_GOOD : command_fail(work->command, COMMAND_COULD_NOT, "out of memory");
}

static int faults_tell(struct work *work)
{
    import_faults_print(&work->faults, work->path, stderr);
    return command_fail(work->command, COMMAND_USAGE, "%zu fault%s in %s: nothing was imported", work->faults.found,
                        work->command->language == LANGUAGE_EN && work->faults.found != 1 ? "s" : "", work->path);
}

static int file_get(struct work *work)
{
    size_t size;
    char *bytes = file_read(work->path, &size);
    if (!bytes)
        return command_fail(work->command, COMMAND_USAGE, "%s: %s", work->path, say_error(errno));
    const char *meter = command_value(work->command, "meter", 0);
    if (import_read(work->config, bytes, size, meter, work->order.now.wall_ms, &work->faults, &work->file) &&
        work->faults.found == 0 && work->file.readings.count == 0)
        import_fault(&work->faults, 0, 0, "no readings");
    free(bytes);
    return work->faults.found ? faults_tell(work) : COMMAND_GOOD;
}

/* --- beside the ledger --- */

static size_t news(const struct work *work)
{
    size_t count = 0;
    for (size_t i = 0; i < work->config->meters; i++)
        count += work->past[i].news;
    return count;
}

static int already(struct work *work, struct db *db, bool *done)
{
    char text[200];
    *done = db && import_found(db, work->file.hash, text, sizeof text);
    if (*done)
        page_tell(SAY("%s was imported before (%s): nothing is changed\n"), work->path, text);
    else if (news(work) == 0)
        page_tell(SAY("%s: all %zu readings are in the ledger already: nothing is changed\n"), work->path,
                  work->file.readings.count);
    *done = *done || news(work) == 0;
    return COMMAND_GOOD;
}

/* A file with nothing in it (what made it was killed) is as good as none. */
static bool ledger_begun(const char *path)
{
    if (access(path, F_OK) != 0)
        return false;
    struct db *db = db_open(path, DB_READ);
    const bool empty = db && db_fault(db) == DB_OK && db_value(db, "SELECT count(*) FROM sqlite_schema", 0, NULL) == 0;
    const bool begun = !empty || db_fault(db) != DB_OK;
    db_close(db);
    return begun;
}

/* Judges the file by the ledger as it is; *done: there is nothing to import. */
static int judge(struct work *work, bool *done)
{
    struct db *db = NULL;
    int status = COMMAND_GOOD;
    *done = false;
    if (ledger_begun(work->config->database)) {
        db = store_read(work->config->database);
        if (!db || db_fault(db) != DB_OK)
            status = command_fail(work->command, COMMAND_COULD_NOT, "%s", db ? db_error(db) : "out of memory");
    }
    if (status == COMMAND_GOOD) {
        import_judge(work->config, db, work->order.now, &work->file, work->past, &work->faults);
        if (work->faults.found)
            status = faults_tell(work);
        else if (db && !import_holds(work->config, db, work->past, &work->order.holds))
            status = command_fail(work->command, COMMAND_COULD_NOT, "%s", db_error(db));
        else
            status = already(work, db, done);
    }
    db_close(db);
    return status;
}

/* --- the import --- */

static void progress(void *context, size_t done, size_t all)
{
    (void)context;
    fprintf(stderr, "\r%zu %%%s", done * 100 / all, done == all ? "\r     \r" : "");
}

static bool sink_look(void *context, struct batch *batch)
{
    struct work *work = context;
    import_notes_keep(&work->notes, batch);
    return true;
}

/* Once through, to see what it comes to. */
static int look(struct work *work)
{
    work->order.sink = sink_look;
    work->order.context = work;
    if (!import_run(&work->order, &work->sum) ||
        !import_report(work->command, work->path, &work->order, &work->sum, &work->notes, work->dry))
        return command_fail(work->command, COMMAND_COULD_NOT, "out of memory");
    return COMMAND_GOOD;
}

static int write_all(struct work *work)
{
    char text[512];
    switch (import_write(&work->order, &work->sum, &work->act, &work->faults, text, sizeof text)) {
    case IMPORT_DONE:
        puts(text);
        return COMMAND_GOOD;
    case IMPORT_FAULTY:
        return faults_tell(work);
    case IMPORT_RUNNING:
        return command_fail(
            work->command, COMMAND_COULD_NOT,
            "coaltallyd runs on %s: stop it, import, and start it again; its meters' totals lose nothing meanwhile",
            work->config->database);
    case IMPORT_FAILED:
        break;
    }
    return command_fail(work->command, COMMAND_COULD_NOT, "%s", text);
}

/* Who does it, and whether the ledger will still be the daemon's. */
static int act_get(struct work *work)
{
    const char *by = command_value(work->command, "by", 0);
    char why[256];
    if (work->dry)
        return COMMAND_GOOD;
    if (!by)
        return command_fail(work->command, COMMAND_USAGE,
                            "--by is missing: the name of who imports (or --dry-run, to see what it would do)");
    work->act = import_act(by, work->path, work->order.now.wall_ms, work->command->language);
    if (strlen(by) < sizeof work->act.by && act_judge(&work->act, why, sizeof why))
        return COMMAND_GOOD;
    return command_fail(work->command, COMMAND_USAGE, "%s",
                        strlen(by) < sizeof work->act.by ? why : say(work->command->language, "--by: too long"));
}

/* A new ledger of root's would be none that the daemon's user can write. */
static int place_judge(const struct work *work)
{
    char folder[PATH_BYTES], owner[ACT_PERSON_BYTES];
    const char *slash = strrchr(work->config->database, '/');
    struct stat status;
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - work->config->database + 1) : 1,
             slash ? work->config->database : ".");
    if (work->dry || geteuid() != 0 || access(work->config->database, F_OK) == 0 || stat(folder, &status) != 0 ||
        status.st_uid == 0)
        return COMMAND_GOOD;
    spool_user(status.st_uid, owner, sizeof owner);
    return command_fail(work->command, COMMAND_COULD_NOT,
                        "%s belongs to %s, and so must the ledger: run the import as that user (sudo -u %s)", folder,
                        owner, owner);
}

static int work_do(struct work *work)
{
    bool done = false;
    int status = config_get(work);
    if (status == COMMAND_GOOD)
        status = place_judge(work);
    if (status == COMMAND_GOOD)
        status = file_get(work);
    if (status == COMMAND_GOOD)
        status = judge(work, &done);
    if (status != COMMAND_GOOD || done)
        return status;
    status = look(work);
    if (status != COMMAND_GOOD || !work->dry)
        return status == COMMAND_GOOD ? write_all(work) : status;
    puts(store_running(work->config->database)
             ? SAY("a dry run: nothing was written. coaltallyd runs: stop it before the import")
             : SAY("a dry run: nothing was written"));
    return COMMAND_GOOD;
}

static int run(struct command *command)
{
    struct work work = {.command = command, .path = command->operand[0], .dry = command_given(command, "dry-run")};
    work.faults.language = command->language;
    work.notes.list.size = sizeof(struct journal_entry);
    work.order = (struct import_order){
        .file = &work.file, .now = clock_now(), .progress = isatty(STDERR_FILENO) ? progress : NULL};
    int status = act_get(&work);
    if (status == COMMAND_GOOD)
        status = work_do(&work);
    import_sum_free(&work.sum);
    import_file_free(&work.file);
    free(work.notes.list.at);
    free(work.past);
    free(work.order.holds.at);
    config_free(work.config);
    return status;
}

static const struct command_option options[] = {
    OPTION_BY,
    {"meter", "NAME", N_("whose readings these are, where no column says so"), false},
    {"dry-run", NULL, N_("say all that it would do, and write nothing"), false},
    {0},
};

const struct verb verb_import = {
    .name = "import",
    .summary = N_("post past readings of meters out of a CSV file (coaltallyd stands meanwhile)"),
    .operands = "FILE.csv",
    .operands_min = 1,
    .operands_max = 1,
    .options = options,
    .run = run,
};
