/* SPDX-License-Identifier: Apache-2.0 */
/* Another branch of a site's ledger (a backup was restored there): its rows, gathered
 * beside those that count until all of them are there, and then put in their place in one
 * transaction. All calls within a transaction of the caller's. */
#ifndef COALTALLY_STORE_BRANCH_H
#define COALTALLY_STORE_BRANCH_H

#include "collector/store_take.h"

/* No rows of a branch are kept. */
bool branch_clear(struct db *db, int64_t number);

/* Keeps the rows of a batch, each in place of an older one. */
bool branch_add(struct db *db, int64_t number, const struct travel_batch *batch);

/* Tells of each row that counts now and that the branch does not have, or has otherwise: superseded by the switch. */
typedef void branch_teller(void *context, const struct travel_row *row);
bool branch_superseded(struct db *db, int64_t number, branch_teller *tell, void *context);

/* The switch: what counted of the database no longer does, the branch does, and nothing is kept beside. */
bool branch_switch(struct taker *taker, struct db *db, int64_t number, int64_t now_ms, struct taken *taken);

#endif
