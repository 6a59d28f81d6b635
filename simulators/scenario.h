/* SPDX-License-Identifier: Apache-2.0 */
/* A scenario file: mines of one's own, and what happens when. Its form is in
 * `minesim --help`. */
#ifndef COALTALLY_SCENARIO_H
#define COALTALLY_SCENARIO_H

#include "simulators/world.h"

/* Adds what the file says to the world. False after adding faults. */
bool scenario_load(struct world *world, const char *path, const char *profiles, struct faults *faults);

#endif
