/* SPDX-License-Identifier: Apache-2.0 */
/* Decimal fractions and ratios, exact. Pure. */
#ifndef COALTALLY_DECIMAL_H
#define COALTALLY_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Fractions are never doubles here: 0.001 is {1, 3}, 12.50 is {1250, 2}. */
struct decimal {
    int64_t digits;
    int places; /* 0 to DECIMAL_PLACES_MAX: the value is digits / 10^places */
};

enum { DECIMAL_PLACES_MAX = 12, DECIMAL_TEXT_MAX = 40 };

/* Reads "-12.5", "1200", "0.001". False when the text is anything else, or when
 * it does not fit; *out is then unchanged. */
bool decimal_parse(const char *text, struct decimal *out);

/* Writes digits / 10^places with exactly `places` decimals ("-0.250") and
 * returns the length, without the closing NUL. `text` holds DECIMAL_TEXT_MAX. */
size_t decimal_format(struct decimal value, char *text);

/* 10^places, for places from 0 to 18. */
int64_t decimal_power(int places);

/* The same value with trailing zeros of the fraction gone: 12.50 -> 12.5. */
struct decimal decimal_reduce(struct decimal value);

/* value * times / over as a reduced fraction of int64 (over > 0); false on overflow. */
struct ratio {
    int64_t times;
    int64_t over;
};
bool ratio_of(struct decimal value, int64_t times, int64_t over, struct ratio *out);

/* floor(count * r.times / r.over), exact; false when the result leaves int64. */
bool ratio_floor(struct ratio r, int64_t count, int64_t *out);

#endif
