/* SPDX-License-Identifier: Apache-2.0 */
/* A person decides about a site's ledger that waits at the county: it counts from now on (accept), or the last accept
 * is taken back (reject). replica_county.h has what either means. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "collector/act.h"
#include "collector/site_mines.h"
#include "collector/store_replica.h"

enum { ID_SHOWN = 8 }; /* digits of a database's id that name it, at least */

static bool is_id(const char *text)
{
    const size_t digits = strspn(text, "0123456789abcdef");
    return digits >= ID_SHOWN && digits < REPLICA_ID_SIZE && !text[digits];
}

/* Whether there is something to decide about it. */
static bool is_open(const struct replica_entry *entry)
{
    return replica_waits(&entry->database) || entry->kept > 0;
}

/* Whether a person accepted it in another's place, which can be taken back. */
static bool is_accepted(const struct replica_entry *entry, const struct list *entries)
{
    const struct replica_entry *other = entries->at;
    bool chosen = !replica_position_none(&entry->database.former.position);
    for (size_t i = 0; i < entries->count; i++)
        chosen |= other[i].database.retired_for == entry->database.number;
    return chosen;
}

/* What a person asks for. */
struct asking {
    const char *name; /* a site, or the first digits of a database's id */
    bool by_id, accept;
};

static bool is_meant(const struct asking *asking, const struct replica_entry *entry, const struct list *entries)
{
    if (asking->by_id)
        return strncmp(entry->database.id, asking->name, strlen(asking->name)) == 0;
    return strcmp(entry->database.site, asking->name) == 0 &&
           (is_open(entry) || (!asking->accept && is_accepted(entry, entries)));
}

/* "3f2a91c0 (north), 77b1e802 (south)" */
static void open_list(const struct list *entries, struct text *out)
{
    const struct replica_entry *entry = entries->at;
    for (size_t i = 0; i < entries->count; i++)
        if (is_open(&entry[i]))
            text_format(out, "%s%.*s (%s)", out->length ? ", " : "", ID_SHOWN, entry[i].database.id,
                        entry[i].database.site);
}

/* The one database that is named, by a site of which one waits, or by the digits of its id. NULL after refusing. */
static const struct replica_entry *find(struct act_context *context, const struct list *entries,
                                        const struct asking *asking)
{
    const struct replica_entry *entry = entries->at, *found = NULL;
    const char *name = asking->name;
    struct text open = {0};
    size_t count = 0;
    for (size_t i = 0; i < entries->count; i++)
        if (is_meant(asking, &entry[i], entries)) {
            found = &entry[i];
            count++;
        }
    if (count == 1)
        return found;
    open_list(entries, &open);
    if (count > 1)
        act_refuse(context, "%s: more than one ledger is meant, expected the digits of one: %s", name,
                   open.at ? open.at : "");
    else if (open.length)
        act_refuse(context, "%s: no ledger of that site or id waits; these do: %s", name, open.at);
    else
        act_refuse(context, "%s: no ledger waits; coaltally site lists what there is", name);
    text_free(&open);
    return NULL;
}

/* --- deciding --- */

static bool said(struct act_context *context, const struct replica_entry *before, bool accept)
{
    struct list entries = {0};
    const struct replica_entry *entry = NULL;
    if (!replica_entries(context->db, &entries)) {
        free(entries.at);
        return false;
    }
    for (size_t i = 0; i < entries.count; i++)
        if (((const struct replica_entry *)entries.at)[i].database.number == before->database.number)
            entry = (const struct replica_entry *)entries.at + i;
    const bool counts = entry && entry->database.standing == REPLICA_ACCEPTED;
    if (!accept)
        act_done(context,
                 counts ? N_("site %s: what counted of ledger %.8s before counts again; the other waits")
                        : N_("site %s: ledger %.8s does not count"),
                 before->database.site, before->database.id);
    else
        act_done(context, "site %s: ledger %.8s counts from now on", before->database.site, before->database.id);
    free(entries.at);
    return true;
}

static bool decide(struct act_context *context, const struct replica_entry *entry, struct site_mines *mines,
                   bool accept)
{
    struct replicas *replicas = replicas_new(context->store, site_mines_allowed, mines);
    const char *why = NULL;
    bool done = false;
    if (!replicas) {
        db_fail(context->db, DB_OTHER, "out of memory");
        return false;
    }
    replicas_within(replicas, context->now_ms);
    if ((accept ? replicas_accept : replicas_reject)(replicas, entry->database.id, &why))
        done = why ? act_refuse(context, "%.8s: %s", entry->database.id, say(context->language, why))
                   : said(context, entry, accept);
    replicas_free(replicas);
    return done;
}

static struct county *roster_open(const struct config *config)
{
    struct faults *faults = config ? faults_new() : NULL;
    struct county *county = faults ? county_open(&config->county, faults) : NULL;
    faults_free(faults);
    return county;
}

bool act_site(struct act_context *context, const struct act *act)
{
    const char *accept = act_value(act, "accept"), *reject = act_value(act, "reject");
    if (!accept == !reject)
        return act_refuse(context, "expected one of accept and reject, with a site or the id of a ledger");
    struct county *county = roster_open(context->config);
    struct site_mines mines = {.db = context->db, .config = context->config, .county = county};
    struct list entries = {0};
    bool done = false;
    if (!county)
        act_refuse(context, "the roster cannot be read, so which mines a site may name is not known: see coaltally "
                            "check");
    else if (replica_entries(context->db, &entries)) {
        const char *name = accept ? accept : reject;
        const struct asking asking = {name, is_id(name), accept != NULL};
        const struct replica_entry *entry = find(context, &entries, &asking);
        done = entry && decide(context, entry, &mines, asking.accept);
    }
    context->days = (struct period){0}; /* versions that a site closed are its own */
    free(entries.at);
    county_free(county);
    return done;
}
