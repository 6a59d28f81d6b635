/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "collector/display.h"
#include "collector/settings.h"
#include "collector/store_verify.h"

static void finding_print(void *context, const struct finding *finding)
{
    const struct command *command = context;
    char meter[sizeof finding->meter], text[sizeof finding->text];
    text_clean(finding->meter, meter, sizeof meter);
    text_clean(finding->text, text, sizeof text);
    printf("%s%s%s: %s\n", finding->check, *meter ? " " : "", meter, text);
    if (*finding->look)
        printf("  %s: sqlite3 LEDGER \"%s\"\n", say(command->language, "look"), finding->look);
}

/* What no ledger can prove of itself. */
static void head_print(const struct command *command, struct db *db)
{
    struct db_query *query = db_query(db, "SELECT id, hash FROM journal ORDER BY id DESC LIMIT 1");
    if (db_next(query))
        printf(say(command->language,
                   "chain %.64s, row %" PRId64 ": whether somebody has made the whole chain anew can be told "
                   "only against the county's copy, or a report that shows its head\n"),
               db_text(query, 1), db_int(query, 0));
    db_done(query);
}

static int verify_judge(struct command *command, struct db *db, const char *path)
{
    const struct verification all = verify_run(db, finding_print, command);
    const bool simulated = db_value(db, "SELECT max(simulated) FROM mine", 0, NULL) > 0;
    if (db_fault(db) != DB_OK)
        return command_fail(command, COMMAND_COULD_NOT, "%s", db_error(db));
    printf(say(command->language,
               "%s: %" PRId64 " meters, %" PRId64 " segments, %" PRId64 " tallies, %" PRId64 " totals, %" PRId64
               " gaps, %" PRId64 " journal rows, %" PRId64 " acts, %" PRId64 " closed versions%s%s\n"),
           path, all.meters, all.segments, all.tallies, all.totals, all.gaps, all.entries, all.acts, all.versions,
           simulated ? "   " : "", simulated ? word(WORD_SIMULATED, command->language) : "");
    head_print(command, db);
    if (all.findings == 0) {
        puts(say(command->language, "all of it adds up"));
        return COMMAND_GOOD;
    }
    printf(say(command->language, "%zu findings: it does NOT add up\n"), all.findings);
    return COMMAND_NOT_HELD;
}

static int run(struct command *command)
{
    struct settings settings;
    struct db *db = NULL;
    int status = settings_read(command, &settings);
    if (status == COMMAND_GOOD)
        status = settings_ledger(command, &settings, &db);
    if (status != COMMAND_GOOD)
        return status;
    status = verify_judge(command, db, settings.database);
    db_close(db);
    return status;
}

const struct verb verb_verify = {
    .name = "verify",
    .summary = N_("does the ledger add up? every sum is made again, every row of the journal hashed"),
    .run = run,
};
