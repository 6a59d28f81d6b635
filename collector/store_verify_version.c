/* SPDX-License-Identifier: Apache-2.0 */
/* Closed versions: each as its row of the journal has it, and the newest of each period as
 * the ledger makes it now. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/closing.h"
#include "collector/store_verify_parts.h"
#include "collector/travel.h"
#include "drivers/language.h"
#include "drivers/span.h"

enum { EVER_DAYS = 4000000 }; /* some eleven thousand years either way */

static void version_find(struct verify *verify, const struct version *version, const char *what)
{
    char look[200], period[PERIOD_TEXT_BYTES];
    if (verify->version_told)
        return;
    verify->version_told = true;
    period_format(&version->key.period, period);
    snprintf(look, sizeof look, "SELECT * FROM version WHERE from_day = %d AND kind = '%s'",
             version->key.period.days.from, period_kind_text(version->key.period.kind));
    verify_find(verify, NULL, CHECK_VERSION, look, "%s %s %s v%" PRId64 ": %s",
                verify->roster->mine[version->key.mine].name, version->key.quantity, period, version->version,
                say_own(what));
}

static void judge_digest(struct verify *verify, const struct version *version, const char *journal)
{
    char digest[DIGEST_HEX_BYTES];
    const size_t length = strlen(journal), want = sizeof digest - 1;
    if (!closing_digest(version, verify->roster->mine[version->key.mine].name, digest))
        db_fail(verify->db, DB_OTHER, "out of memory");
    else if (length < want || strcmp(journal + length - want, digest) != 0)
        version_find(verify, version, "the row was changed: its digest is not the one that the journal holds");
}

static bool figures_fit(const struct version *version, const struct figure *figure)
{
    return version->metered == figure->metered && version->reported == figure->reported &&
           version->adjusted == figure->adjusted && version->unknown == (figure->unbounded ? -1 : figure->unknown);
}

static void judge_facts(struct verify *verify, struct report *report, const struct version *version)
{
    char hash[DIGEST_HEX_BYTES], what[200];
    struct figure figure;
    if (!closing_facts(report, &version->key, &figure, hash))
        return;
    if (!figures_fit(version, &figure)) {
        snprintf(what, sizeof what,
                 say_own("metered %" PRId64 ", reported %" PRId64 ", adjusted %" PRId64
                         ", but the ledger makes %" PRId64 ", %" PRId64 ", %" PRId64),
                 version->metered, version->reported, version->adjusted, figure.metered, figure.reported,
                 figure.adjusted);
        version_find(verify, version, what);
    } else if (strcmp(hash, version->hash) != 0)
        version_find(verify, version, "what it was made of is not what the ledger holds now");
}

/* Rows of the two tables are made together, so that the n-th of one belongs to the n-th of the other. */
static void judge_digests(struct verify *verify, const struct list *versions)
{
    const struct version *version = versions->at;
    size_t i = 0;
    struct db_query *query =
        db_query(verify->db, "SELECT text FROM journal WHERE kind = 'closed' AND id < " TRAVEL_FOREIGN " ORDER BY id");
    for (; db_next(query); i++)
        if (i < versions->count)
            judge_digest(verify, &version[i], db_text(query, 0));
    db_done(query);
    if (i != versions->count && db_fault(verify->db) == DB_OK && !verify->version_told) {
        verify->version_told = true;
        verify_find(verify, NULL, CHECK_VERSION, "SELECT * FROM version",
                    "%zu closed versions, but the journal tells of %zu", versions->count, i);
    }
}

/* The newest versions, which the ledger as it stands must make again. */
static void judge_newest(struct verify *verify, const struct list *newest)
{
    const struct version *version = newest->at;
    struct period reach = {INT32_MAX, INT32_MIN};
    for (size_t i = 0; i < newest->count; i++) {
        reach.from = version[i].key.period.days.from < reach.from ? version[i].key.period.days.from : reach.from;
        reach.to = version[i].key.period.days.to > reach.to ? version[i].key.period.days.to : reach.to;
    }
    if (newest->count == 0)
        return;
    struct report *report = report_new(verify->db, verify->roster, STORE_TIME_MAX_MS,
                                       civil_instant(reach.from, 0) - DAY_MS, civil_instant(reach.to, 0) + DAY_MS);
    for (size_t i = 0; report && i < newest->count; i++)
        judge_facts(verify, report, &version[i]);
    report_free(report);
}

/* Those of sites are verified with their ledgers. */
static void keep_own(struct list *versions)
{
    struct version *version = versions->at;
    size_t kept = 0;
    for (size_t i = 0; i < versions->count; i++)
        if (verify_own(version[i].id))
            version[kept++] = version[i];
    versions->count = kept;
}

void verify_versions(struct verify *verify)
{
    static const struct period ever = {-EVER_DAYS, EVER_DAYS};
    struct list versions = {0}, newest = {0};
    if (versions_read(verify->db, verify->roster, -1, ever, false, &versions)) {
        keep_own(&versions);
        judge_digests(verify, &versions);
    }
    verify->result.versions = (int64_t)versions.count;
    if (versions_read(verify->db, verify->roster, -1, ever, true, &newest)) {
        keep_own(&newest);
        judge_newest(verify, &newest);
    }
    free(versions.at);
    free(newest.at);
}
