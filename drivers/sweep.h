/* SPDX-License-Identifier: Apache-2.0 */
/* One device on one wire: its plan, and its scans. */
#ifndef COALTALLY_SWEEP_H
#define COALTALLY_SWEEP_H

#include "drivers/wire.h"

struct sweep;

/* The profile must outlive the sweep. NULL when out of memory. */
struct sweep *sweep_new(const struct profile *profile, struct wire_unit unit);
void sweep_free(struct sweep *sweep);
const struct plan *sweep_plan(const struct sweep *sweep);

/* The registers (or bits) of a point as they were last read; zeros before. */
const uint16_t *sweep_registers(const struct sweep *sweep, size_t point);

/* Polls all points once. Points of a failed request carry its quality, and after
 * a time-out, a failed connection or a stop the requests left are not tried
 * (QUALITY_TIMEOUT). While a calibrating, simulating or testing state of the
 * device is set (or its request was not read: then as it was last),
 * scan->calibrating is true and all its gauges and counters that are good become
 * QUALITY_CALIBRATING.
 * The times are those of the last answer, or of the first try when none came.
 * Returns the worst outcome (the later in the enum); *scan points into the sweep until its next call. */
enum wire_outcome sweep_run(struct sweep *sweep, struct wire *wire, struct scan *scan);

/* Reads the request that holds `point` once more and updates that request's
 * readings in *scan, and its times. */
enum wire_outcome sweep_reread(struct sweep *sweep, struct wire *wire, size_t point, struct scan *scan);

#endif
