/* SPDX-License-Identifier: Apache-2.0 */
/* How a longwall face and its main belt work through a day. Pure: a function of
 * the seed and of simulated time. */
#ifndef COALTALLY_FACE_H
#define COALTALLY_FACE_H

#include <stdbool.h>
#include <stdint.h>

struct face {
    uint64_t seed;
    int64_t start_ms; /* time of day at simulated time 0 */
};

/* The maintenance shift: nothing is cut. Shanxi mines commonly repair by day. */
enum { FACE_REPAIR_FROM_H = 8, FACE_REPAIR_TO_H = 14 };

bool face_repairs(const struct face *face, int64_t at_ms);

/* How hard the shearer cuts, 0 to 1000: passes of about half an hour, pauses to
 * move supports, now and then a lost pass, nothing in the maintenance shift. */
int64_t face_cutting(const struct face *face, int64_t at_ms);

/* Whether the dispatcher lets the main belt run: not in the maintenance shift
 * (but for its first half hour, to empty the bunker), and not in short stops; in the
 * first ten minutes of a simulation there are none of these. */
bool face_belt_runs(const struct face *face, int64_t at_ms);

#endif
