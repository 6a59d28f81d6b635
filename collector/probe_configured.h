/* SPDX-License-Identifier: Apache-2.0 */
/* `coaltally probe` of what the configuration names: a device, or all devices of a bus. */
#ifndef COALTALLY_PROBE_CONFIGURED_H
#define COALTALLY_PROBE_CONFIGURED_H

#include "collector/probe_ask.h"

/* Reads the configuration, asks who the operand or --bus names, and prints. An exit status, after
 * saying what is wrong. */
int probe_configured(struct asking *asking);

#endif
