/* SPDX-License-Identifier: Apache-2.0 */
/* What a device's own states say of its other points, from scan to scan. Pure. */
#ifndef COALTALLY_WATCH_H
#define COALTALLY_WATCH_H

#include "drivers/profile.h"

struct watch;

/* The profile must outlive it. NULL when out of memory. */
struct watch *watch_new(const struct profile *profile);
void watch_free(struct watch *watch);

/* Takes note of the states in the scan and takes from its readings what they deny:
 * - a point whose condition vetoes it, or rests on a point without a value: see point_condition;
 * - while a calibrating, simulating or testing state is set (or was, when it was last
 *   read), scan->calibrating is true and good gauges and counters are QUALITY_CALIBRATING;
 * - while the freshness has not changed for its stale_after, by scan->boot_ms, all
 *   else that has a value is QUALITY_STALE. */
void watch_scan(struct watch *watch, struct scan *scan);

#endif
