/* SPDX-License-Identifier: Apache-2.0 */
/* One device on one wire: its plan, and its scans. */
#ifndef COALTALLY_SWEEP_H
#define COALTALLY_SWEEP_H

#include "drivers/wire.h"

struct sweep;

enum { SWEEP_NO_MODEL = -1 };

/* What was worst in a sweep. */
struct sweep_trouble {
    enum wire_outcome outcome;              /* WIRE_OK: nothing */
    int exception;                          /* its code with WIRE_EXCEPTION; SWEEP_NO_MODEL: of SunSpec, it lacks one */
    enum wire_flaw flaw;                    /* of an answer that was not taken */
    char error[512];                        /* in words; "": nothing */
    char received[3 * WIRE_RECEIVED_BYTES]; /* as wire_received() */
};

/* The profile must outlive the sweep. NULL when out of memory. */
struct sweep *sweep_new(const struct profile *profile, struct wire_unit unit);
void sweep_free(struct sweep *sweep);
/* As it is now; the next sweep may split it, or join it again. */
const struct plan *sweep_plan(const struct sweep *sweep);

/* The registers (or bits) of a point as they were last read; zeros before. */
const uint16_t *sweep_registers(const struct sweep *sweep, size_t point);

/* Polls all points once. Points of a failed request carry its quality, and after a
 * time-out, a failed connection, a stop, a gateway's word that the device does not
 * answer, or once as much as one time-out is lost, the requests left are not tried
 * (QUALITY_TIMEOUT). A request that the device refuses is split (mend.h). What the
 * device's states say of the rest, watch.h tells. Of a SunSpec device, where its models
 * are is read before, at first and whenever it was away; points of a model that it
 * lacks are QUALITY_EXCEPTION. Texts that no value shares a request with are read at first, whenever
 * the device was away or the link was opened anew, and every ten minutes; in between they stand.
 * The times are those of the last answer, or of the first try when none came.
 * Returns the worst outcome (the later in the enum); *scan points into the sweep until its next call. */
enum wire_outcome sweep_run(struct sweep *sweep, struct wire *wire, struct scan *scan);

/* The most requests that one sweep_run may take, for watchdogs. */
size_t sweep_requests_most(const struct sweep *sweep);

/* Of the last sweep_run; also what the wire knows nothing of ("SunSpec model 103 ... is not there"). */
const struct sweep_trouble *sweep_trouble(const struct sweep *sweep);

/* Which points the device refuses by themselves, and how: "speed, mode: exception 2, illegal
 * data address"; "": none is known of. All others are read. */
const char *sweep_refused(const struct sweep *sweep);

/* Reads the request that holds `point` once more and updates that request's
 * readings in *scan, and its times. */
enum wire_outcome sweep_reread(struct sweep *sweep, struct wire *wire, size_t point, struct scan *scan);

/* Whether that was what was last read, since sweep_run, with or without success. */
bool sweep_was_reread(const struct sweep *sweep, size_t point);

#endif
