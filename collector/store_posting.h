/* SPDX-License-Identifier: Apache-2.0 */
/* What acts add to the tallies of the past. A posting is a row of its own beside the tally:
 * the tally's `metered` and all that is derived from it hold it, its `end_count`, the
 * meter's own count, does not. */
#ifndef COALTALLY_STORE_POSTING_H
#define COALTALLY_STORE_POSTING_H

#include "collector/store_parts.h"
#include "collector/store_roster.h"

/* Posts an amount of an act (id) into the buckets of a stretch, within the running
 * transaction: split by time as the ledger splits (cumulative floor). An instant lies in one
 * bucket. What is taken away is taken from where it is: a bucket that holds less than its
 * part gives what it has, its neighbours the rest. A gap of the same stretch follows.
 * Returns how much of what is to be taken away (or, below 0, added) no tally there holds
 * (can hold); 0: it is posted, else nothing was written. Faults are kept in the db. */
int64_t store_post(struct store *store, const struct roster_meter *meter, int64_t act, struct calendar_span span,
                   int64_t amount);

#endif
