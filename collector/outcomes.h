/* SPDX-License-Identifier: Apache-2.0 */
/* How a device's scans ended over the last 24 hours, by the hour. Pure. */
#ifndef COALTALLY_OUTCOMES_H
#define COALTALLY_OUTCOMES_H

#include "drivers/wire.h"

enum { OUTCOMES_HOURS = 24 };

/* Zero-initialised. */
struct outcomes {
    int64_t hour; /* since 1970, of the newest slot */
    uint32_t count[OUTCOMES_HOURS][WIRE_OUTCOMES];
};

void outcomes_add(struct outcomes *outcomes, enum wire_outcome outcome, int64_t at_ms);

/* Sums as of at_ms into sum[WIRE_OUTCOMES]. */
void outcomes_sum(const struct outcomes *outcomes, int64_t at_ms, uint32_t sum[static WIRE_OUTCOMES]);

#endif
