/* SPDX-License-Identifier: Apache-2.0 */
/* Closes periods by the clock, and reminds of those that people close. Used by the
 * committer's thread. */
#ifndef COALTALLY_CLOSER_H
#define COALTALLY_CLOSER_H

#include "collector/site.h"
#include "collector/store.h"

struct closer;

/* Both must outlive it. NULL when out of memory. */
struct closer *closer_new(struct site *site, struct store *store);
void closer_free(struct closer *closer);

/* At each turn of the committer, after what was due is committed; never under a clock in doubt. */
void closer_turn(struct closer *closer, int64_t wall_ms);

/* Something changed that may make a period reportable: looks at its next turn. */
void closer_wake(struct closer *closer);

#endif
