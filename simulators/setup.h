/* SPDX-License-Identifier: Apache-2.0 */
/* A configuration for coaltallyd that reads everything that is simulated. */
#ifndef COALTALLY_SETUP_H
#define COALTALLY_SETUP_H

#include "simulators/options.h"
#include "simulators/world.h"

/* Writes options->config_out, and of options->sites one for each mine, where these are given, once the ports are
 * known; for a bench also the profile, into the folder profiles/ beside it. False after a message on stderr. */
bool setup_write(const struct world *world, const struct options *options);

/* Whether the configuration has a meter of the device's name. */
bool setup_has_meter(const struct device *device);

#endif
