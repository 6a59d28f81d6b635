/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger's rows into a file, for where no line goes to the county. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/clock.h"
#include "collector/display.h"
#include "collector/file.h"
#include "collector/settings.h"
#include "collector/store_replica.h"
#include "collector/travel_file.h"
#include "drivers/language.h"

enum { PLACE_BYTES = PATH_BYTES + 128, MODE = 0640 };

/* One export on its way. */
struct work {
    struct command *command;
    struct settings settings;
    struct db *db;
    int64_t number; /* of the database; 0: the ledger's own */
    struct travel_file_heading heading;
    char path[PLACE_BYTES], beside[PLACE_BYTES + 8]; /* path empty: standard output */
    int64_t rows;
};

/* --- whose rows --- */

static int site_unknown(struct work *work, const struct list *entries, const char *site)
{
    struct text names = {0};
    const struct replica_entry *entry = entries->at;
    for (size_t i = 0; i < entries->count; i++)
        if (i == 0 || strcmp(entry[i].database.site, entry[i - 1].database.site) != 0)
            text_format(&names, "%s%s", names.length ? ", " : "", entry[i].database.site);
    const char *held = names.at ? names.at : "-";
    if (!site)
        command_fail(work->command, COMMAND_USAGE, "--site is missing: this ledger holds those of %s", held);
    else if (names.length)
        command_fail(work->command, COMMAND_USAGE, "--site %s: this ledger holds those of %s", site, held);
    else
        command_fail(work->command, COMMAND_USAGE,
                     "--site %s: this ledger is that of site %s, and holds none of other sites", site,
                     work->settings.site);
    text_free(&names);
    return COMMAND_USAGE;
}

/* Of several databases of a name that which counts and grows. */
static const struct replica_entry *entry_find(const struct list *entries, const char *site)
{
    const struct replica_entry *entry = entries->at, *found = NULL;
    for (size_t i = 0; i < entries->count; i++) {
        const struct replica_database *database = &entry[i].database;
        if ((strcmp(database->site, site) == 0 || strcmp(database->id, site) == 0) &&
            !replica_position_none(&database->live.position) && (!found || database->standing == REPLICA_ACCEPTED))
            found = &entry[i];
    }
    return found;
}

static void entry_take(struct work *work, const struct replica_database *database)
{
    work->number = database->number;
    memcpy(work->heading.site, database->site, sizeof work->heading.site);
    memcpy(work->heading.database, database->id, sizeof work->heading.database);
    memcpy(work->heading.chain, database->live.chain, sizeof work->heading.chain);
    work->heading.to = database->live.position;
    work->heading.consistent = replica_consistent(database) && !database->chain_differs;
}

static int foreign_find(struct work *work, const char *site)
{
    struct list entries = {.size = sizeof(struct replica_entry)};
    int status = COMMAND_GOOD;
    if (!replica_entries(work->db, &entries)) {
        status = command_fail(work->command, COMMAND_COULD_NOT, "%s", db_error(work->db));
    } else {
        const struct replica_entry *entry = site ? entry_find(&entries, site) : NULL;
        if (entry)
            entry_take(work, &entry->database);
        else
            status = site_unknown(work, &entries, site);
    }
    free(entries.at);
    return status;
}

static int own_find(struct work *work)
{
    struct travel_file_heading *heading = &work->heading;
    if (!work->settings.site[0])
        return command_fail(work->command, COMMAND_USAGE, "%s does not say which site this is (site:)",
                            work->command->config_file);
    snprintf(heading->site, sizeof heading->site, "%s", work->settings.site);
    heading->consistent = true;
    if (!travel_stand(work->db, heading->database, &heading->to, heading->chain))
        return command_fail(work->command, COMMAND_COULD_NOT, "%s", db_error(work->db));
    if (!heading->to.incarnation[0])
        return command_fail(work->command, COMMAND_COULD_NOT,
                            "%s: nothing has opened it for writing; start coaltallyd once", work->settings.database);
    return COMMAND_GOOD;
}

static bool is_simulated(struct work *work)
{
    return db_value(work->db,
                    work->number ? "SELECT max(simulated) FROM mine WHERE id IN"
                                   " (SELECT mine FROM replica_mine WHERE number = ?)"
                                 : "SELECT max(simulated) FROM mine WHERE rev < " TRAVEL_FOREIGN " AND 0 = ?",
                    1, &work->number) > 0;
}

static int source_find(struct work *work)
{
    const char *site = command_value(work->command, "site", 0);
    /* Of a county that only gathers hardly its own: those are what people did there. */
    const bool own =
        site ? strcmp(site, work->settings.site) == 0 : strcmp(work->settings.site, CONFIG_COUNTY_SITE) != 0;
    const int status = own ? own_find(work) : foreign_find(work, site);
    if (status != COMMAND_GOOD)
        return status;
    snprintf(work->heading.program, sizeof work->heading.program, "%s", COALTALLY_VERSION);
    work->heading.made_ms = clock_now().wall_ms;
    work->heading.simulated = is_simulated(work);
    return COMMAND_GOOD;
}

/* --- from where on --- */

static int since_read(struct work *work)
{
    const char *since = command_value(work->command, "since", 0);
    const int64_t newest = work->heading.to.rev;
    char *end;
    if (!since)
        return COMMAND_GOOD;
    errno = 0;
    work->heading.from = strtoll(since, &end, 10);
    if (errno || end == since || *end || work->heading.from < 0)
        return command_fail(work->command, COMMAND_USAGE,
                            "--since %s: expected the number that the last export named (next time: --since ...)",
                            since);
    if (work->heading.from > newest)
        return command_fail(work->command, COMMAND_USAGE,
                            "--since %s: the ledger's newest row is %" PRId64
                            "; if a backup was restored since, export all of it, without --since",
                            since, newest);
    return COMMAND_GOOD;
}

/* --- where to --- */

static int place_find(struct work *work)
{
    const char *output = command_value(work->command, "output", 0);
    struct stat status;
    if (output && strcmp(output, "-") == 0)
        return isatty(STDOUT_FILENO) ? command_fail(work->command, COMMAND_USAGE,
                                                    "--output -: a terminal is no place for a ledger; name a file")
                                     : COMMAND_GOOD;
    const bool folder = output && stat(output, &status) == 0 && S_ISDIR(status.st_mode);
    const int length =
        output && !folder
            ? snprintf(work->path, sizeof work->path, "%s", output)
            : snprintf(work->path, sizeof work->path, "%s%s%s-%" PRId64 "-%" PRId64 ".rows", folder ? output : "",
                       folder ? "/" : "", work->heading.site, work->heading.from, work->heading.to.rev);
    if (length < 0 || (size_t)length >= sizeof work->path)
        return command_fail(work->command, COMMAND_USAGE, "--output: the path is too long");
    if (access(work->path, F_OK) == 0)
        return command_fail(work->command, COMMAND_USAGE, "%s exists already and is left as it is; name a new file",
                            work->path);
    snprintf(work->beside, sizeof work->beside, "%s.part", work->path);
    return COMMAND_GOOD;
}

static FILE *place_open(const struct work *work)
{
    if (!work->path[0])
        return stdout;
    const int file = open(work->beside, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, MODE);
    FILE *out = file >= 0 ? fdopen(file, "w") : NULL;
    if (file >= 0 && !out)
        close(file);
    return out;
}

/* On the stick before this says so: it may be pulled at once. */
static bool place_close(const struct work *work, FILE *out)
{
    if (!work->path[0])
        return fflush(out) == 0;
    const bool synced = fflush(out) == 0 && fsync(fileno(out)) == 0;
    const int reason = errno;
    const bool closed = fclose(out) == 0;
    if (!synced)
        errno = reason;
    return synced && closed && rename(work->beside, work->path) == 0 && file_folder_sync(work->path);
}

/* --- the export --- */

static int rows_write(struct work *work)
{
    char why[512] = "";
    const bool terminal = isatty(STDERR_FILENO);
    FILE *out = place_open(work);
    bool good = out != NULL;
    if (good)
        good = travel_file_write(work->db, work->number, &work->heading, out, terminal ? progress_show : NULL,
                                 &work->rows, why, sizeof why);
    if (out && terminal)
        fputc('\n', stderr);
    if (out && !place_close(work, out) && good)
        good = false;
    if (!good && !*why)
        snprintf(why, sizeof why, "%s", say_error(errno));
    if (good)
        return COMMAND_GOOD;
    if (work->path[0])
        unlink(work->beside);
    return command_fail(work->command, COMMAND_COULD_NOT, "%s: %s",
                        work->path[0] ? work->path : say(work->command->language, "standard output"), why);
}

static void export_tell(const struct work *work)
{
    const enum language language = work->command->language;
    const struct travel_file_heading *heading = &work->heading;
    FILE *out = work->path[0] ? stdout : stderr;
    fprintf(out, say(language, "%s: %" PRId64 " rows of the ledger of %s, revs %" PRId64 " to %" PRId64 "%s%s\n"),
            work->path[0] ? work->path : say(language, "standard output"), work->rows, heading->site, heading->from + 1,
            heading->to.rev, heading->simulated ? "   " : "", heading->simulated ? word(WORD_SIMULATED, language) : "");
    if (!heading->consistent)
        fputs(say(language, "this copy was not complete when it was exported: the site had stated more\n"), out);
    fprintf(out, say(language, "next time: --since %" PRId64 "\n"), heading->to.rev);
}

/* All of it as the ledger was at one moment. */
static int export_run(struct work *work)
{
    db_run(work->db, "BEGIN");
    int status = source_find(work);
    if (status == COMMAND_GOOD)
        status = since_read(work);
    if (status == COMMAND_GOOD)
        status = place_find(work);
    if (status == COMMAND_GOOD)
        status = rows_write(work);
    db_rollback(work->db);
    if (status == COMMAND_GOOD)
        export_tell(work);
    return status;
}

static int run(struct command *command)
{
    struct work work = {.command = command};
    int status = settings_read(command, &work.settings);
    if (status == COMMAND_GOOD)
        status = settings_ledger(command, &work.settings, &work.db);
    if (status == COMMAND_GOOD)
        status = export_run(&work);
    if (work.db)
        db_close(work.db);
    return status;
}

static const struct command_option options[] = {
    {"since", "REV", N_("only rows above this one, which the last export named"), false},
    {"site", "NAME", N_("at the county: the rows that it holds of this site"), false},
    {"output", "FILE", N_("into this file, or a new one in this folder; -: to standard output"), false},
    {0},
};

const struct verb verb_export = {
    .name = "export",
    .summary = N_("write the ledger's rows into a file, for a county that no line goes to"),
    .options = options,
    .run = run,
};
