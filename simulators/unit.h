/* SPDX-License-Identifier: Apache-2.0 */
/* Units that profiles give their points, so that any profile can be served: what
 * kind of thing a point measures, and how many millionths of the base one unit is. */
#ifndef COALTALLY_UNIT_H
#define COALTALLY_UNIT_H

#include <stdint.h>

enum dimension {
    DIMENSION_NONE,
    DIMENSION_MASS,        /* base t */
    DIMENSION_MASS_RATE,   /* t/h */
    DIMENSION_VOLUME,      /* m3 */
    DIMENSION_VOLUME_RATE, /* m3/h */
    DIMENSION_ENERGY,      /* kWh */
    DIMENSION_POWER,       /* kW */
    DIMENSION_SPEED,       /* m/s */
    DIMENSION_LINE_LOAD,   /* kg/m */
    DIMENSION_SHARE,       /* % */
    DIMENSION_LENGTH,      /* m */
    DIMENSION_VOLTAGE,     /* V */
    DIMENSION_CURRENT,     /* A */
    DIMENSION_FREQUENCY,   /* Hz */
    DIMENSION_TEMPERATURE, /* degC */
    DIMENSION_PRESSURE,    /* kPa */
    DIMENSION_TIME         /* ms */
};

struct unit {
    const char *name;
    enum dimension dimension;
    int64_t grains; /* millionths of the base unit */
};

/* NULL when unknown. */
const struct unit *unit_find(const char *name);

#endif
