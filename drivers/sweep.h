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
 * (QUALITY_TIMEOUT). What the device's states say of the rest, watch.h tells. Of a
 * SunSpec device, where its models are is read before, at first and whenever it was
 * away; points of a model that it lacks are QUALITY_EXCEPTION.
 * The times are those of the last answer, or of the first try when none came.
 * Returns the worst outcome (the later in the enum); *scan points into the sweep until its next call. */
enum wire_outcome sweep_run(struct sweep *sweep, struct wire *wire, struct scan *scan);

/* The most requests that one sweep_run may take, for watchdogs. */
size_t sweep_requests_most(const struct sweep *sweep);

/* The worst outcome of the last sweep_run in words, also where the wire knows nothing
 * of it ("SunSpec model 103 ... is not there"); "" when all was well. */
const char *sweep_error(const struct sweep *sweep);

/* Reads the request that holds `point` once more and updates that request's
 * readings in *scan, and its times. */
enum wire_outcome sweep_reread(struct sweep *sweep, struct wire *wire, size_t point, struct scan *scan);

#endif
