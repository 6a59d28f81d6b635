/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/meter_input.h"

enum { RESET_EARLY_MS = 10 * 60 * 1000 }; /* a meter's own clock may be this far off at resets_at */

/* The latest instant at which the meter zeroes itself, on the boot line. */
static int64_t reset_ms(const struct config_meter *meter, struct clock_now at)
{
    int64_t latest_ms = INT64_MIN;
    for (int i = 0; i < meter->resets; i++) {
        int64_t wall_ms = calendar_last_time(at.wall_ms + RESET_EARLY_MS, meter->resets_at_s[i]);
        int64_t boot_ms = wall_ms - at.wall_ms + at.boot_ms;
        latest_ms = boot_ms > latest_ms ? boot_ms : latest_ms;
    }
    return latest_ms;
}

struct totaliser_input meter_input(const struct config *config, size_t index, const struct totaliser_state *state,
                                   struct clock_now at, int64_t count)
{
    const struct config_meter *meter = &config->meter[index];
    const struct point *point = &config->device[meter->device].profile->point[meter->point];
    return (struct totaliser_input){
        .at_ms = at.boot_ms,
        .good = true,
        .count = count,
        .step = point_step(point, count > state->high ? count : state->high),
        .reset_ms = reset_ms(meter, at),
    };
}
