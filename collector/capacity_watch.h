/* SPDX-License-Identifier: Apache-2.0 */
/* Watches that no mine mines more than its capacity, and that none falls silent: what is crossed is an alarm.
 * Used by the committer's thread. */
#ifndef COALTALLY_CAPACITY_WATCH_H
#define COALTALLY_CAPACITY_WATCH_H

#include "collector/site.h"
#include "collector/store.h"

struct capacity_watch;

/* Whether there is anything to watch: the configuration names a roster of the county's own. */
bool capacity_watched(const struct config *config);

/* Reads the county's roster and its limits; where the configuration names none, there is nothing to watch. Both
 * must outlive it. NULL when out of memory. */
struct capacity_watch *capacity_watch_new(const struct site *site, struct store *store);
void capacity_watch_free(struct capacity_watch *watch);

/* Something changed: looks at its next turn. */
void capacity_watch_wake(struct capacity_watch *watch);

/* At each turn of the committer, after what was due is committed; never under a clock in doubt. Looks at the first
 * turn, when woken, each few minutes, and soon after a full hour, for a day or a shift may have ended. */
void capacity_watch_turn(struct capacity_watch *watch, int64_t wall_ms);

#endif
