/* SPDX-License-Identifier: Apache-2.0 */
/* The bench's devices: many, cheap, of a profile that is made here. */
#ifndef COALTALLY_BENCH_H
#define COALTALLY_BENCH_H

#include "simulators/world.h"

#define BENCH_PROFILE "bench-100"

/* Adds devices with a port each: device-000 ... False after adding faults. */
bool bench_add(struct world *world, int64_t count, struct faults *faults);

/* Adds devices on one serial line, bench-line: unit-001 ... False after adding faults. */
bool bench_add_line(struct world *world, int64_t count, int64_t baud, struct faults *faults);

/* Writes the profile's file into a folder, for the daemon; false with errno. */
bool bench_write_profile(const char *folder);

#endif
