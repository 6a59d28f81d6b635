/* SPDX-License-Identifier: Apache-2.0 */
/* Whether two ways of measuring the same agree: belts in series, a belt and the skips it fills, a total and
 * the integral of its rate. Pure. */
#ifndef COALTALLY_CROSS_H
#define COALTALLY_CROSS_H

#include <stdbool.h>

#include "drivers/decimal.h"

/* What the minutes of a rate come to. Zero-initialised, then fed in the order of time. */
struct cross_integral {
    struct ratio rate; /* what one count makes an hour, in thousandths */
    int64_t minute_ms; /* the last one */
    int64_t sum;       /* of that one */
    int64_t count;     /* of that one; 0: none yet */
    int64_t minutes;   /* done, with a reading */
    __int128 scaled;   /* of those done, in thousandths of a thousandth */
    bool beyond;       /* what is no rate of any belt came among them */
};

/* One row of a minute: `count` readings that sum up to `sum` counts. A minute may have several. */
void cross_minute(struct cross_integral *integral, int64_t minute_ms, int64_t sum, int64_t count);

/* The amount over a span of so many minutes, in thousandths, minutes without a reading taken for average
 * ones. False where more than one in a hundred has none, or when it leaves int64. */
bool cross_amount(struct cross_integral *integral, int64_t span_minutes, int64_t *amount);

/* How far `own` lies from `against`, in millionths of that, held at +-1000000 (100 %). */
int64_t cross_ppm(int64_t own, int64_t against);

/* Whether that is more than the limit; never where the difference itself is no more than `slack`: the steps
 * in which the two are counted. */
bool cross_differs(int64_t own, int64_t against, int64_t slack, int64_t limit_ppm);

#endif
