/* SPDX-License-Identifier: Apache-2.0 */
/* The chain that what was traced hangs on, and who holds it. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "collector/chain_head.h"
#include "collector/health.h"
#include "collector/store_replica.h"
#include "collector/trace_parts.h"

/* Whether the figures come of rows of this database. */
static bool is_traced(const struct selection *selection, int64_t number)
{
    const struct roster *roster = selection->roster;
    bool traced = false;
    for (size_t m = 0; m < roster->mines; m++)
        traced |= selection->mine[m] && roster->mine[m].number == number;
    for (size_t i = 0; i < roster->meters; i++)
        traced |= selection->meter[i] && roster->meter[i].number == number;
    return traced;
}

/* What the county has confirmed of this ledger, by the status that the daemon keeps: the ledger itself has nothing of
 * that. */
static void confirmed_say(struct tracing *tracing, const struct health *health)
{
    const enum language language = tracing->page.language;
    const struct replica_site_view *view = &health->publisher.view;
    const int64_t head = db_value(tracing->selection.db, "SELECT rev FROM revision", 0, NULL);
    struct text *out = &tracing->page.out;
    char at[INSTANT_TEXT_BYTES];
    instant_format(health->publisher.answered_ms, at);
    if (!health->publisher.answered_ms)
        text_format(out, say(language, "  county %s: no answer since coaltallyd started"), health->goes_to);
    else if (view->standing == REPLICA_WAITING || view->staged)
        text_format(out, say(language, "  county %s: received, and not counted there until a person accepts it (%s)"),
                    health->goes_to, at);
    else if (view->confirmed.rev >= head)
        text_format(out, say(language, "  held by the county %s, which had confirmed all of it by %s"), health->goes_to,
                    at);
    else
        text_format(out, say(language, "  held by the county %s up to rev %" PRId64 " of %" PRId64 ", confirmed by %s"),
                    health->goes_to, view->confirmed.rev, head, at);
    text_add(out, "\n");
}

static void confirmed_add(struct tracing *tracing)
{
    struct health health = {0};
    char path[PATH_BYTES + 16], why[256];
    snprintf(path, sizeof path, "%s/status.json", tracing->selection.settings.runtime);
    if (health_read(path, &health, why, sizeof why) && *health.goes_to)
        confirmed_say(tracing, &health);
    health_free(&health);
}

static void own_add(struct tracing *tracing)
{
    const struct chain_head head = chain_head(tracing->selection.db, 0);
    if (!*head.hash)
        return;
    text_format(&tracing->page.out, say(tracing->page.language, "chain %s, row %" PRId64 " of the journal\n"),
                head.hash, head.row);
    confirmed_add(tracing);
}

/* What this county's ledger holds of a site's, and how surely it is the same. */
static void held_add(struct tracing *tracing, const struct replica_entry *entry)
{
    const enum language language = tracing->page.language;
    const struct replica_database *database = &entry->database;
    const struct chain_head head = chain_head(tracing->selection.db, database->number);
    struct text *out = &tracing->page.out;
    char since[INSTANT_TEXT_BYTES], site[SITE_TEXT_BYTES];
    roster_site_name(tracing->selection.roster, database->number, site);
    instant_format(entry->applied_ms, since);
    text_format(out, say(language, "chain %s\n"), head.hash);
    text_format(out, say(language, "  row %" PRId64 " of the journal of %s, held by the county since %s\n  "), head.row,
                site, since);
    if (database->chain_differs)
        text_add(out, say(language, "the site's chain ENDS OTHERWISE: coaltally verify tells where"));
    else if (replica_consistent(database))
        text_add(out, say(language, "the same as the site last stated"));
    else if (database->standing == REPLICA_REPLACED)
        text_add(out, say(language, "another ledger of the site has taken its place"));
    else
        text_format(out, say(language, "CATCHING UP: rev %" PRId64 " of %" PRId64), database->live.position.rev,
                    database->stated_head);
    text_add(out, "\n");
}

void tracing_chain(struct tracing *tracing)
{
    const struct selection *selection = &tracing->selection;
    struct list held;
    if (!selection->roster->sites || is_traced(selection, 0))
        own_add(tracing);
    if (selection->roster->sites && replica_entries(selection->db, &held)) {
        const struct replica_entry *entry = held.at;
        for (size_t i = 0; i < held.count; i++)
            if (is_traced(selection, entry[i].database.number))
                held_add(tracing, &entry[i]);
        free(held.at);
    }
}
