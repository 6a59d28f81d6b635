/* SPDX-License-Identifier: Apache-2.0 */
/* How many rows of a site lie beside those that count, so that none fills the county's disk. */
#include <stdio.h>
#include <string.h>

#include "collector/store_replica_parts.h"
#include "drivers/span.h"

enum { COUNT_AGAIN_MS = HOUR_MS }; /* a count goes through all of them */

void replicas_beside_max(struct replicas *replicas, int64_t rows)
{
    replicas->beside_max = rows;
}

void replicas_beside_forget(struct replicas *replicas)
{
    replicas->beside.count = 0;
}

static void beside_count(struct replicas *replicas, struct beside *beside)
{
    struct db_query *query = db_query(
        replicas->store->db,
        "SELECT sum((SELECT count(*) FROM replica_row AS row WHERE row.number = replica.number AND reason <> '')"
        " + (SELECT count(*) FROM replica_part AS part JOIN replica_branch AS row ON row.part = part.part"
        " WHERE part.number = replica.number AND part.kind = 1))"
        " FROM replica WHERE site = ?");
    db_bind_text(query, beside->site);
    beside->rows = db_next(query) ? db_int(query, 0) : 0;
    beside->counted_ms = replicas->now_ms;
    db_done(query);
}

static struct beside *beside_of(struct replicas *replicas, const char *site)
{
    struct beside *beside = replicas->beside.at;
    for (size_t i = 0; i < replicas->beside.count; i++)
        if (strcmp(beside[i].site, site) == 0)
            return &beside[i];
    beside = list_add(&replicas->beside);
    if (!beside)
        return NULL;
    snprintf(beside->site, sizeof beside->site, "%s", site);
    beside_count(replicas, beside);
    return beside;
}

bool replicas_beside_full(struct replicas *replicas, const char *site, size_t rows)
{
    struct beside *beside = beside_of(replicas, site);
    if (!beside)
        return false; /* no memory to count with: others will say so */
    const int64_t more = (int64_t)rows;
    const int64_t age_ms = replicas->now_ms - beside->counted_ms;
    if (beside->rows + more > replicas->beside_max && (age_ms >= COUNT_AGAIN_MS || age_ms < 0))
        beside_count(replicas, beside);
    return beside->rows + more > replicas->beside_max;
}

void replicas_beside_add(struct replicas *replicas, const char *site, const struct replica_outcome *outcome,
                         size_t rows)
{
    struct beside *beside = replicas->beside.count ? beside_of(replicas, site) : NULL;
    if (outcome->did == REPLICA_DID_SWITCH)
        replicas_beside_forget(replicas);
    else if (beside)
        beside->rows += outcome->did == REPLICA_DID_APPLY     ? (int64_t)outcome->uncounted
                        : outcome->did == REPLICA_DID_NOTHING ? 0
                                                              : (int64_t)rows;
}
