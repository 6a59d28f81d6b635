/* SPDX-License-Identifier: Apache-2.0 */
/* What the files store_replica*.c share. */
#ifndef COALTALLY_STORE_REPLICA_PARTS_H
#define COALTALLY_STORE_REPLICA_PARTS_H

#include "collector/store_parts.h"
#include "collector/store_replica.h"

/* Rows of a site beside those that count: counted once, then added to; what replaced one is added too until they are
 * counted again. */
struct beside {
    char site[REPLICA_SITE_SIZE];
    int64_t rows, counted_ms;
};

struct replicas {
    struct store *store;
    struct taker *taker;
    struct replica_store interface;
    int64_t beside_max;
    struct list beside; /* struct beside */
    /* Of the running transaction: */
    int64_t now_ms;
    const struct travel_batch *batch; /* whose rows are put */
    struct replicas_done done;
};

/* Columns of table replica that make a struct replica_database, in the order of replica_columns_read. */
#define REPLICA_COLUMNS                                                                                                \
    "number, database, site, standing, retired_for, live_incarnation, live_head, live_rev, live_chain,"                \
    " branch_incarnation, branch_head, branch_rev, branch_chain, former_incarnation, former_head, former_rev,"         \
    " former_chain, stated_incarnation, stated_head, chain_differs"
enum { REPLICA_COLUMN_COUNT = 20 };
void replica_columns_read(const struct db_query *query, struct replica_database *database);

/* --- store_replica_meta.c: what is known beside rows --- */

void replicas_meta(struct replica_store *interface);

/* --- store_replica_past.c: what rows tell of it --- */

void replicas_past(struct replica_store *interface);

/* --- store_replica_beside.c: within the message's transaction --- */

/* Would so many more of the site's rows beside those that count be too many? */
bool replicas_beside_full(struct replicas *replicas, const char *site, size_t rows);
/* What a batch of so many rows did. */
void replicas_beside_add(struct replicas *replicas, const char *site, const struct replica_outcome *outcome,
                         size_t rows);
void replicas_beside_forget(struct replicas *replicas);

/* --- store_replica_switch.c: rows --- */

void replicas_rows(struct replica_store *interface);

#endif
