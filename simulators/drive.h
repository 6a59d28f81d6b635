/* SPDX-License-Identifier: Apache-2.0 */
/* What of a mine a device measures, and which of a profile's points show it: by
 * the units of the points, so that any profile can be served. Points that nothing
 * fits stay 0. */
#ifndef COALTALLY_DRIVE_H
#define COALTALLY_DRIVE_H

#include "drivers/profile.h"
#include "simulators/plant.h"

enum drive {
    DRIVE_NOTHING,
    DRIVE_MAIN_BELT,
    DRIVE_CHECK_BELT,
    DRIVE_GAS,
    DRIVE_POWER,
    DRIVE_METHANE,
    DRIVE_BUNKER,
    DRIVE_BENCH, /* totals that creep and gauges that change, cheaply */
    DRIVE_COUNT
};

/* "main_belt" ... , NULL-ended. */
extern const char *const drive_names[DRIVE_COUNT + 1];

/* What a device of this profile most likely measures. */
enum drive drive_of_profile(const struct profile *profile);

/* The flow that turns its dials; STREAM_NONE where it has none. */
enum stream drive_stream(enum drive drive);

/* Where one point's value comes from. */
enum source {
    SOURCE_NOTHING, /* stays 0 */
    SOURCE_DIAL,
    SOURCE_SIGNAL,
    SOURCE_RUNNING, /* the belt moves */
    SOURCE_BIT,     /* a calibrating, simulating or testing state */
    SOURCE_SERIAL,
    SOURCE_WALL, /* the wall clock's ms within its minute, when the answer was made */
    SOURCE_WAVE,
    SOURCE_FRESH, /* changes every second */
    SOURCE_FIXED,
    SOURCE_TEXT
};

struct driven {
    enum source source;
    int index;              /* which dial, which signal */
    struct ratio counts_of; /* SOURCE_SIGNAL: millionths -> counts */
    int64_t fixed;          /* SOURCE_FIXED: the count */
};

/* Binds a point that no flow turns. sensor: of a DRIVE_METHANE whose points are not numbered. */
struct driven drive_point(enum drive drive, int sensor, const struct point *point);

/* Fixes the count of a point that shows nothing so that a condition holds that others
 * have on it; where two cannot both hold, the first one does. */
void drive_satisfy(struct driven *driven, const struct condition *condition);
/* Whether it holds, of a point that is fixed; else it may. */
bool drive_meets(const struct driven *driven, const struct condition *condition);

/* Whether a counter is turned by the drive's flow: its unit fits, and it does not
 * count what flows back or what failed. */
bool drive_turns(enum drive drive, const struct point *point);

/* Millionths of the base unit that one unit of the point is; 1000000 where unknown. */
int64_t drive_grain_of(const struct point *point);

#endif
