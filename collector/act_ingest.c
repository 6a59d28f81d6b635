/* SPDX-License-Identifier: Apache-2.0 */
/* A site's rows that came by file: the file lies beside the act in the spool. */
#include <inttypes.h>
#include <string.h>

#include "collector/act.h"
#include "collector/ingest.h"
#include "collector/site_mines.h"
#include "collector/spool_file.h"
#include "drivers/faults.h"

#define SAY(text) say(context->language, text)

static struct county *roster_open(struct act_context *context)
{
    struct faults *faults = faults_new();
    struct county *county = faults ? county_open(&context->config->county, faults) : NULL;
    faults_free(faults);
    if (!county)
        act_refuse(context, "the county's roster has faults: coaltally check shows them");
    return county;
}

/* --- what became of it --- */

static bool elsewhere_refuse(struct act_context *context, const struct travel_file_heading *heading,
                             const struct ingested *ingested)
{
    if (ingested->continues)
        return act_refuse(context,
                          "rows are missing before it: the county has those of %s up to %" PRId64
                          ", and the file begins after %" PRId64
                          ": ingest the files between first, or export again with --since %" PRId64,
                          heading->site, ingested->stood_at, heading->from, ingested->stood_at);
    return act_refuse(context,
                      "the file begins after %" PRId64
                      ", and the county does not have what lies before it (the ledger of %s is a new or a restored"
                      " one): export all of it, without --since",
                      heading->from, heading->site);
}

static bool reason_refuse(struct act_context *context, const struct travel_file_heading *heading,
                          const struct ingested *ingested)
{
    const struct replica_database *database = &ingested->outcome.database;
    switch (ingested->outcome.answer.reason) {
    case REPLICA_OLD:
        return act_done(context, "%s: nothing new: the county has had all of it (rows up to %" PRId64 ")",
                        heading->site, ingested->stood_at);
    case REPLICA_ELSEWHERE:
        return elsewhere_refuse(context, heading, ingested);
    case REPLICA_RETIRED:
        return act_refuse(context, "another database of %s was accepted in this one's place; coaltally site shows them",
                          heading->site);
    case REPLICA_TOO_MANY:
        return act_refuse(context, "%d databases of %s wait to be accepted already; coaltally site shows them",
                          REPLICA_WAITING_MAX, heading->site);
    case REPLICA_OTHER_SITE:
        return act_refuse(context, "the file says it is of %s, but its database is that of %s", heading->site,
                          database->site);
    default:
        return act_refuse(
            context, "its rows are no whole ledger's: it was made of a county's copy that was catching up; have the"
                     " site export it");
    }
}

/* What it means for the figures. */
static void standing_say(const struct act_context *context, const struct ingested *ingested, struct text *text)
{
    const struct replica_outcome *outcome = &ingested->outcome;
    const char *site = outcome->database.site;
    switch (outcome->did) {
    case REPLICA_DID_WAIT:
        text_format(text, SAY("; not counted: it waits until a person accepts it: coaltally site accept %s"), site);
        return;
    case REPLICA_DID_STAGE:
        text_add(text, SAY("; not counted yet: another state of the ledger is on its way"));
        return;
    case REPLICA_DID_SWITCH:
        text_add(text, SAY("; the ledger was restored or made anew: from now on this one counts in place of what was"
                           " there"));
        break;
    default:
        break;
    }
    if (replica_waits(&outcome->database))
        text_add(text, SAY("; another state of the ledger waits until a person decides: coaltally site"));
    if (!replica_consistent(&outcome->database))
        text_add(text, SAY("; the county's copy is not complete: the site has stated more"));
    else
        text_format(text, SAY("; the county's copy is complete up to %" PRId64), outcome->database.live.position.rev);
}

static bool taken_tell(struct act_context *context, const struct travel_file_heading *heading,
                       const struct ingested *ingested)
{
    struct text standing = {0};
    standing_say(context, ingested, &standing);
    if (heading->simulated)
        text_format(&standing, "   %s", word(WORD_SIMULATED, context->language));
    const bool done =
        act_done(context, "%s: %" PRId64 " rows new, %" PRId64 " the same, %zu not counted%s", heading->site,
                 ingested->new_rows, ingested->same_rows, ingested->outcome.uncounted, standing.at ? standing.at : "");
    text_free(&standing);
    return done;
}

/* --- the act --- */

static bool file_take(struct act_context *context, struct travel_file *file, struct replicas *replicas)
{
    const struct travel_file_heading *heading = travel_file_heading(file);
    struct ingested ingested;
    char why[256] = "";
    replicas_within(replicas, context->now_ms);
    switch (ingest(replicas, context->db, file, context->now_ms, !context->doubt, context->progress, &ingested, why,
                   sizeof why)) {
    case INGEST_TAKEN:
        return taken_tell(context, heading, &ingested);
    case INGEST_REFUSED:
        return reason_refuse(context, heading, &ingested);
    case INGEST_FAULTY:
        return act_refuse(context, "%s", why);
    case INGEST_FAILED:
        break;
    }
    db_fail(context->db, DB_OTHER, "out of memory");
    return false;
}

static bool county_take(struct act_context *context, struct travel_file *file)
{
    struct county *county = roster_open(context);
    struct site_mines mines = {.db = context->db, .config = context->config, .county = county};
    if (!county)
        return false;
    struct replicas *replicas = replicas_new(context->store, site_mines_allowed, &mines);
    if (!replicas)
        db_fail(context->db, DB_OTHER, "out of memory");
    const bool done = replicas && file_take(context, file, replicas);
    replicas_free(replicas);
    county_free(county);
    return done;
}

/* A daemon that polls and gathers: what is its own counts already. */
static bool is_own(struct act_context *context, const struct travel_file_heading *heading)
{
    struct db_query *query = db_query(context->db, "SELECT 1 FROM revision WHERE database = ?");
    db_bind_text(query, heading->database);
    const bool own = db_next(query);
    db_done(query);
    return own;
}

/* The very file that the command has judged. */
static struct travel_file *file_open(struct act_context *context, const struct act *act)
{
    char why[256] = "";
    const char *sha256 = act_value(act, "sha256");
    const int descriptor = spool_file_open(context->database, act->uid, why, sizeof why);
    struct travel_file *file = descriptor < 0 ? NULL : travel_file_open(descriptor, NULL, why, sizeof why);
    if (file && (!sha256 || strcmp(sha256, travel_file_sha256(file)) != 0)) {
        travel_file_close(file);
        file = NULL;
        snprintf(why, sizeof why, "%s", SAY("the file is not the one that the act was of"));
    }
    if (!file)
        act_refuse(context, "%s", why);
    return file;
}

bool act_ingest(struct act_context *context, const struct act *act)
{
    if (!context->config)
        return act_refuse(context, "the configuration has faults, and with them which site may name which mine is not"
                                   " known: coaltally check shows them");
    if (!context->config->county.present)
        return act_refuse(context, "this is a site's ledger: a county ingests files (section county: of the"
                                   " configuration)");
    if (context->doubt)
        return act_refuse(context, "the clock is not believed yet, and by it amounts of the future are told: try again"
                                   " in a minute");
    struct travel_file *file = file_open(context, act);
    if (!file)
        return false;
    context->days = (struct period){0}; /* a site's periods are closed by the site */
    const bool done = is_own(context, travel_file_heading(file))
                          ? act_refuse(context, "the file is of this very ledger, which has all of it")
                          : county_take(context, file);
    travel_file_close(file);
    return done;
}
