/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of a site's ledger that do not count, kept as they travelled: another branch of it (a backup was restored
 * there), gathered beside those that count until all of them are there, and then put in their place in one
 * transaction; and what counted before a person accepted a branch. All calls within a transaction of the caller's.
 *
 * A ledger that went on from a backup has most of its rows as they stand here. Which those are is found as they come,
 * batch by batch, so the switch touches the others alone: it takes as long as the two differ, not as the ledger is
 * old. And what is not kept any more is removed a little at a time, later. */
#ifndef COALTALLY_STORE_BRANCH_H
#define COALTALLY_STORE_BRANCH_H

#include "collector/store_take.h"

enum branch_kind { BRANCH_GATHERED = 1, BRANCH_FORMER };

/* The part of table replica_branch that has its rows; 0: none are kept. */
int64_t branch_part(struct db *db, int64_t number, enum branch_kind kind);

/* No rows of it are kept: what they were still lies there, named by nothing, until branch_sweep. */
bool branch_clear(struct db *db, int64_t number, enum branch_kind kind);
/* Removes some thousand rows of what was cleared; *more: there were some. */
bool branch_sweep(struct db *db, bool *more);

/* Keeps the rows of a batch, each in place of an older one. */
bool branch_add(struct db *db, int64_t number, enum branch_kind kind, const struct travel_batch *batch);

/* Keeps all rows that count now; they go on counting. What was kept before goes. */
bool branch_keep(struct db *db, int64_t number, enum branch_kind kind);

/* Before the rows of a batch come to count: what they replace is not what the branch has any more. */
bool branch_differ(struct db *db, int64_t number, const struct travel_batch *batch);

/* Is told of each row that counts and that the part does not have (`now` NULL), or has otherwise (whatever their
 * revs): superseded by the switch. Both are valid within the call only. */
typedef void branch_teller(void *context, const struct travel_row *row, const struct travel_row *now);

/* The switch: what counted of the database no longer does, the part does, and it is not kept any more. */
bool branch_switch(struct taker *taker, struct db *db, int64_t number, enum branch_kind kind, int64_t now_ms,
                   struct taken *taken, branch_teller *tell, void *context);

#endif
