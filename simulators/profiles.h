/* SPDX-License-Identifier: Apache-2.0 */
/* Profiles by name, out of the folders where they lie. */
#ifndef COALTALLY_PROFILES_H
#define COALTALLY_PROFILES_H

#include "simulators/world.h"

/* The profile, loaded into the world where it is not there yet. `first`: a folder to
 * look in before all others, or NULL. NULL after adding a fault at `place`. */
const struct profile *profiles_get(struct world *world, const char *first, const char *name, struct place place,
                                   struct faults *faults);

#endif
