/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/act_submit.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "collector/acts.h"
#include "collector/page.h"
#include "collector/spool.h"
#include "collector/spool_file.h"

enum {
    WAIT_MS = 30000, /* for an answer */
    GRACE_MS = 3000, /* no daemon may run so long: it may be starting */
    LOOK_MS = 50,    /* between two looks into the ledger */
    BYTES_A_MS = 500 /* that a file is taken in at, by far */
};

/* One act on its way. */
struct submission {
    const struct command *command;
    const struct settings *settings;
    const struct act *act;
    int refused;                         /* exit status when it was */
    int64_t wait_ms;                     /* for the answer */
    void (*progress)(int done, int all); /* of an act that takes long; NULL: nobody looks */
    struct db *db;                       /* for reading the answer */
    int64_t alone_ms;                    /* boot: since when no daemon runs; 0: one does */
    char obstacle[512];                  /* why this command cannot apply it; empty: it can, or a daemon runs */
};

void act_take(struct act *act, const struct command *command, const char *const *options)
{
    for (; *options; options++)
        act_add(act, *options, command_value(command, *options, 0));
}

const char *act_period(const struct command *command, char text[static PERIOD_TEXT_BYTES])
{
    const char *given = command_value(command, "period", 0);
    struct period_name name;
    if (!given || !period_parse(given, civil_of_instant(clock_now().wall_ms), &name))
        return given;
    period_format(&name, text);
    return text;
}

int act_fill(const struct command *command, struct act *act)
{
    const char *by = command_value(command, "by", 0);
    char why[256];
    if (!by)
        by = act_value(act, "prepared-by"); /* who prepared a period hands it in */
    if (!by && act->by[0])
        by = act->by;
    if (!by || !by[strspn(by, " ")])
        return command_fail(command, COMMAND_USAGE, "--by is missing: the name of who does it");
    if (strlen(by) >= sizeof act->by)
        return command_fail(command, COMMAND_USAGE, "--by: a name shorter than %zu bytes", sizeof act->by);
    if (by != act->by)
        strcpy(act->by, by);
    snprintf(act->verb, sizeof act->verb, "%s", command->verb->name);
    act->at_ms = clock_now().wall_ms;
    act->language = command->language;
    if (!digest_random_hex((ACT_UID_BYTES - 1) / 2, act->uid))
        return command_fail(command, COMMAND_COULD_NOT, "no random numbers to be had");
    if (!act_judge(act, why, sizeof why))
        return command_fail(command, COMMAND_USAGE, "%s", why);
    return COMMAND_GOOD;
}

/* --- the answer --- */

/* A page of its own is marked already; the mark of others ends their first line. */
static void answer_print(const char *answer, const char *mark)
{
    const size_t first = strcspn(answer, "\n");
    if (*mark && !strstr(answer, mark))
        page_tell("%.*s   %s%s\n", (int)first, answer, mark, answer + first);
    else
        puts(answer);
}

/* True once the ledger has it; *status is then the command's. */
static bool answer_read(const struct submission *submission, int *status)
{
    const struct command *command = submission->command;
    db_clear(submission->db);
    struct db_query *query = db_query(submission->db, "SELECT outcome, answer, ifnull(simulated, 0)"
                                                      " FROM act JOIN journal ON journal.id = act.journal"
                                                      " LEFT JOIN mine ON mine.id = journal.mine WHERE uid = ?");
    db_bind_text(query, submission->act->uid);
    const bool answered = db_next(query);
    if (answered && db_int(query, 0) == ACT_DONE) {
        answer_print(db_text(query, 1), db_int(query, 2) ? word(WORD_SIMULATED, command->language) : "");
        *status = COMMAND_GOOD;
    } else if (answered) {
        *status = command_fail(command, submission->refused, "refused: %s", db_text(query, 1));
    }
    db_done(query);
    return answered;
}

/* --- without a daemon --- */

static struct config *config_if_any(const char *path)
{
    struct faults *faults = faults_new();
    struct config *config = faults ? config_load(path, faults) : NULL;
    faults_free(faults);
    return config;
}

/* Applies all that waits, unless somebody else holds the ledger. */
static void drain(struct submission *submission)
{
    const char *database = submission->settings->database;
    struct store *store;
    char text[sizeof submission->obstacle];
    if (access(database, W_OK) != 0) {
        snprintf(submission->obstacle, sizeof submission->obstacle, "%s",
                 say(submission->command->language, "coaltallyd does not run"));
        return;
    }
    const enum store_outcome outcome = store_open_acts(database, clock_now(), &store, text, sizeof text);
    if (outcome == STORE_FAILED)
        snprintf(submission->obstacle, sizeof submission->obstacle, "%s", text);
    if (outcome != STORE_OK)
        return;
    struct config *config = config_if_any(submission->command->config_file);
    const struct acts_listener listener = {.progress = submission->progress};
    if (!acts_drain(store, config, database, 0, &listener))
        snprintf(submission->obstacle, sizeof submission->obstacle, "%s", store_error(store));
    config_free(config);
    store_close(store);
}

static void drain_if_alone(struct submission *submission, int64_t now_ms)
{
    if (store_running(submission->settings->database)) {
        submission->alone_ms = 0;
        return;
    }
    if (!submission->alone_ms)
        submission->alone_ms = now_ms;
    submission->obstacle[0] = '\0';
    drain(submission);
}

static int waits(const struct submission *submission)
{
    const struct command *command = submission->command;
    return command_fail(command, COMMAND_COULD_NOT, "the act waits, and is applied when coaltallyd next runs%s%s",
                        *submission->obstacle ? ": " : "", submission->obstacle);
}

static int answer_await(struct submission *submission)
{
    const int64_t from_ms = clock_now().boot_ms;
    int status = COMMAND_COULD_NOT;
    for (;;) {
        const int64_t now_ms = clock_now().boot_ms;
        if (answer_read(submission, &status))
            return status;
        drain_if_alone(submission, now_ms);
        if (answer_read(submission, &status))
            return status;
        if (now_ms - from_ms >= submission->wait_ms ||
            (*submission->obstacle && submission->alone_ms && now_ms - submission->alone_ms >= GRACE_MS))
            return waits(submission);
        clock_sleep_until(now_ms + LOOK_MS, -1);
    }
}

/* The ledger and the folder beside it. */
static int submission_open(struct submission *submission)
{
    const struct command *command = submission->command;
    const char *database = submission->settings->database;
    char why[PATH_BYTES + 256], folder[SPOOL_PATH_BYTES];
    const int status = settings_ledger(command, submission->settings, &submission->db);
    if (status != COMMAND_GOOD)
        return status;
    spool_path(database, folder);
    const bool there = access(folder, F_OK) == 0 || access(database, W_OK) != 0;
    return there || spool_make(database, why, sizeof why) ? COMMAND_GOOD
                                                          : command_fail(command, COMMAND_COULD_NOT, "%s", why);
}

static int act_spool(const struct submission *submission, const struct act *act)
{
    char why[PATH_BYTES + 256];
    return spool_write(submission->settings->database, act, why, sizeof why)
               ? COMMAND_GOOD
               : command_fail(submission->command, COMMAND_COULD_NOT, "%s", why);
}

static int file_spool(const struct submission *submission, int file)
{
    char why[PATH_BYTES + 256];
    return spool_file_put(submission->settings->database, submission->act, file, submission->progress, why, sizeof why)
               ? COMMAND_GOOD
               : command_fail(submission->command, COMMAND_COULD_NOT, "%s", why);
}

/* file: the descriptor of what comes with it; -1: nothing. */
static int submit(struct submission *submission, struct act *act, int file)
{
    int status = submission_open(submission);
    if (status == COMMAND_GOOD && file >= 0)
        status = file_spool(submission, file);
    if (status == COMMAND_GOOD && (status = act_spool(submission, act)) != COMMAND_GOOD && file >= 0)
        spool_file_remove(submission->settings->database, act->uid);
    if (status == COMMAND_GOOD)
        status = answer_await(submission);
    if (submission->db)
        db_close(submission->db);
    return status;
}

int act_submit(const struct command *command, const struct settings *settings, struct act *act)
{
    struct submission submission = {
        .command = command, .settings = settings, .act = act, .refused = COMMAND_USAGE, .wait_ms = WAIT_MS};
    const int status = act_fill(command, act);
    return status == COMMAND_GOOD ? submit(&submission, act, -1) : status;
}

int act_submit_file(const struct command *command, const struct settings *settings, struct act *act, int file,
                    int64_t bytes, void (*progress)(int done, int all))
{
    struct submission submission = {.command = command,
                                    .settings = settings,
                                    .act = act,
                                    .refused = COMMAND_NOT_HELD,
                                    .wait_ms = WAIT_MS + bytes / BYTES_A_MS,
                                    .progress = progress};
    const int status = act_fill(command, act);
    return status == COMMAND_GOOD ? submit(&submission, act, file) : status;
}

/* --- many --- */

/* Tells of all from *next on that have their answers; false when one was refused. */
static bool answers_tell(const struct submission *submission, const struct act *acts, size_t count, size_t *next,
                         act_teller *tell, void *context)
{
    bool good = true, answered = true;
    db_clear(submission->db);
    while (answered && *next < count) {
        struct db_query *query = db_query(submission->db, "SELECT outcome, answer FROM act WHERE uid = ?");
        db_bind_text(query, acts[*next].uid);
        answered = db_next(query);
        if (answered) {
            const bool done = db_int(query, 0) == ACT_DONE;
            tell(context, (*next)++, done, db_text(query, 1));
            good &= done;
        }
        db_done(query);
    }
    return good;
}

static int answers_await(struct submission *submission, const struct act *acts, size_t count, act_teller *tell,
                         void *context)
{
    const int64_t until_ms = clock_now().boot_ms + WAIT_MS + (int64_t)count * LOOK_MS;
    size_t next = 0;
    bool good = true;
    for (;;) {
        const int64_t now_ms = clock_now().boot_ms;
        drain_if_alone(submission, now_ms);
        good &= answers_tell(submission, acts, count, &next, tell, context);
        if (next == count)
            return good ? COMMAND_GOOD : COMMAND_USAGE;
        if (now_ms >= until_ms ||
            (*submission->obstacle && submission->alone_ms && now_ms - submission->alone_ms >= GRACE_MS))
            return waits(submission);
        clock_sleep_until(now_ms + LOOK_MS, -1);
    }
}

int act_submit_all(const struct command *command, const struct settings *settings, struct act *acts, size_t count,
                   act_teller *tell, void *context)
{
    struct submission submission = {
        .command = command, .settings = settings, .refused = COMMAND_USAGE, .wait_ms = WAIT_MS};
    int status = COMMAND_GOOD;
    for (size_t i = 0; i < count && status == COMMAND_GOOD; i++) {
        status = act_fill(command, &acts[i]);
        acts[i].at_ms -= (int64_t)(count - i); /* they are applied in the order of their times */
    }
    if (status == COMMAND_GOOD)
        status = submission_open(&submission);
    for (size_t i = 0; i < count && status == COMMAND_GOOD; i++)
        status = act_spool(&submission, &acts[i]);
    if (status == COMMAND_GOOD)
        status = answers_await(&submission, acts, count, tell, context);
    if (submission.db)
        db_close(submission.db);
    return status;
}
