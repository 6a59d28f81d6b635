/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/outcomes.h"

#include <string.h>

static const int64_t hour_ms = 3600 * 1000;

void outcomes_add(struct outcomes *outcomes, enum wire_outcome outcome, int64_t at_ms)
{
    int64_t hour = at_ms / hour_ms;
    int64_t ahead = hour - outcomes->hour;
    if (ahead >= OUTCOMES_HOURS || ahead < 0)
        memset(outcomes->count, 0, sizeof(outcomes->count));
    else
        for (int64_t passed = outcomes->hour + 1; passed <= hour; passed++)
            memset(outcomes->count[passed % OUTCOMES_HOURS], 0, sizeof(outcomes->count[0]));
    outcomes->hour = hour;
    outcomes->count[hour % OUTCOMES_HOURS][outcome]++;
}

void outcomes_sum(const struct outcomes *outcomes, int64_t at_ms, uint32_t sum[static WIRE_OUTCOMES])
{
    memset(sum, 0, WIRE_OUTCOMES * sizeof(sum[0]));
    for (int64_t hour = outcomes->hour - OUTCOMES_HOURS + 1; hour <= outcomes->hour; hour++) {
        if (hour < 0 || hour <= at_ms / hour_ms - OUTCOMES_HOURS)
            continue;
        for (int i = 0; i < WIRE_OUTCOMES; i++)
            sum[i] += outcomes->count[hour % OUTCOMES_HOURS][i];
    }
}
