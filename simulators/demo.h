/* SPDX-License-Identifier: Apache-2.0 */
/* The usual mines: sim-a, sim-b ... with two belt scales in series, a gas flow
 * computer, a power meter, four methane sensors and a bunker level each. */
#ifndef COALTALLY_DEMO_H
#define COALTALLY_DEMO_H

#include "simulators/world.h"

/* False after adding faults. count: at most 26. */
bool demo_add(struct world *world, int64_t count, const char *profiles, struct faults *faults);

#endif
