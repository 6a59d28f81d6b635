/* SPDX-License-Identifier: Apache-2.0 */
/* From what a meter counted to what is reported of it: run-of-mine coal (毛煤) to raw
 * coal (原煤), by a factor that a meter is given from a production day on. Pure.
 *
 * Rounded once, half to even, for each meter and shift, to a thousandth of the unit;
 * everything longer is a sum of these, so that shifts make days and days make months to
 * the kilogram. A part of a shift is the difference of two rounded running products. */
#ifndef COALTALLY_COEFFICIENT_H
#define COALTALLY_COEFFICIENT_H

#include "collector/calendar.h"
#include "drivers/decimal.h"

enum { COEFFICIENT_PLACES_MAX = 6 };

struct coefficient {
    civil_day from; /* this production day on, until the next one's */
    struct decimal factor;
};

/* The one that holds on a day, of those of one meter, sorted by `from`; NULL: none is
 * stated, and the meter reports what it counts. */
const struct coefficient *coefficient_of(const struct coefficient *sorted, size_t count, civil_day day);

/* Whether it is one at all: a database may say anything. */
bool coefficient_possible(int64_t digits, int64_t places);

/* "0.950": above 0, at most 2, at most COEFFICIENT_PLACES_MAX decimals. */
bool coefficient_parse(const char *text, struct decimal *out);

/* What is reported of an amount. False when it leaves int64; *reported is then the
 * nearest end of it. */
bool coefficient_apply(struct decimal factor, int64_t metered, int64_t *reported);

/* What is reported of a part of a shift before which the meter had counted `before` in it. */
bool coefficient_part(struct decimal factor, int64_t before, int64_t part, int64_t *reported);

/* A meter without a stated coefficient. */
static inline struct decimal coefficient_none(void)
{
    return (struct decimal){1, 0};
}

#endif
