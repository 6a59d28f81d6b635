/* SPDX-License-Identifier: Apache-2.0 */
/* What was read of a point, and of a device at one time. */
#ifndef COALTALLY_READING_H
#define COALTALLY_READING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Good, or why a value is missing. */
enum quality {
    QUALITY_GOOD,
    QUALITY_TIMEOUT,     /* no usable answer: silence, no connection, garbage */
    QUALITY_EXCEPTION,   /* the device refused */
    QUALITY_SENTINEL,    /* a value that the profile names as "no value", or that the device's own status denies */
    QUALITY_RANGE,       /* outside what the point can be */
    QUALITY_STUCK,       /* does not move though it should */
    QUALITY_CALIBRATING, /* the device says that it is calibrated, tested or simulating */
    QUALITY_STALE,       /* not read in this scan, or the device has stopped measuring */
    QUALITY_COUNT
};

/* One point at one time. The value is count * point->quantum, exactly. */
struct reading {
    enum quality quality;
    int64_t count; /* in counts; meaningful with QUALITY_GOOD and QUALITY_CALIBRATING only */
};

/* One polling of one device. */
struct scan {
    int64_t wall_ms;          /* CLOCK_REALTIME when the answer that completed it came */
    int64_t boot_ms;          /* CLOCK_BOOTTIME of the same moment */
    bool calibrating;         /* a calibrating, simulating or testing state stands, whatever the points' quality */
    size_t points;            /* as many as the profile has */
    struct reading *readings; /* in the profile's order; owned by the sweep */
    const char *const *text;  /* by point: what a good text reads; NULL of all else. NULL: there are none */
};

/* "good", "timeout", ... */
static inline const char *quality_name(enum quality quality)
{
    static const char *const names[QUALITY_COUNT] = {
        "good", "timeout", "exception", "sentinel", "range", "stuck", "calibrating", "stale",
    };
    return (unsigned)quality < QUALITY_COUNT ? names[quality] : "?";
}

#endif
