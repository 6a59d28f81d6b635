/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of a site's ledger that do not count, kept as they travelled: another branch of it (a backup was restored
 * there), gathered beside those that count until all of them are there, and then put in their place in one
 * transaction; and what counted before a person accepted a branch. All calls within a transaction of the caller's. */
#ifndef COALTALLY_STORE_BRANCH_H
#define COALTALLY_STORE_BRANCH_H

#include "collector/store_take.h"

enum branch_part { BRANCH_GATHERED = 1, BRANCH_FORMER };

/* No rows of it are kept. */
bool branch_clear(struct db *db, int64_t number, enum branch_part part);

/* Keeps the rows of a batch, each in place of an older one. */
bool branch_add(struct db *db, int64_t number, enum branch_part part, const struct travel_batch *batch);

/* Keeps all rows that count now; they go on counting. What was kept before goes. */
bool branch_keep(struct db *db, int64_t number, enum branch_part part);

/* Tells of each row that counts now and that the part does not have (`now` NULL), or has otherwise (whatever their
 * revs): superseded by the switch. Both are valid within the call only. */
typedef void branch_teller(void *context, const struct travel_row *row, const struct travel_row *now);
bool branch_superseded(struct db *db, int64_t number, enum branch_part part, branch_teller *tell, void *context);

/* The switch: what counted of the database no longer does, the part does, and it is not kept any more. */
bool branch_switch(struct taker *taker, struct db *db, int64_t number, enum branch_part part, int64_t now_ms,
                   struct taken *taken);

#endif
