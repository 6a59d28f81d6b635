/* SPDX-License-Identifier: Apache-2.0 */
/* A count of a meter's register as the totaliser takes it, whoever read it. */
#ifndef COALTALLY_METER_INPUT_H
#define COALTALLY_METER_INPUT_H

#include "collector/clock.h"
#include "collector/config.h"

/* A good reading, at this instant on both clocks, beside the state that the meter is in. */
struct totaliser_input meter_input(const struct config *config, size_t meter, const struct totaliser_state *state,
                                   struct clock_now at, int64_t count);

#endif
