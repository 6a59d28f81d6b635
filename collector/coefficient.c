/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/coefficient.h"

const struct coefficient *coefficient_of(const struct coefficient *sorted, size_t count, civil_day day)
{
    while (count > 0 && sorted[count - 1].from > day)
        count--;
    return count > 0 ? &sorted[count - 1] : NULL;
}

bool coefficient_possible(int64_t digits, int64_t places)
{
    return places >= 0 && places <= COEFFICIENT_PLACES_MAX && digits > 0 && digits <= 2 * decimal_power((int)places);
}

bool coefficient_parse(const char *text, struct decimal *out)
{
    struct decimal factor;
    if (!decimal_parse(text, &factor) || !coefficient_possible(factor.digits, factor.places))
        return false;
    *out = factor;
    return true;
}

/* Half to even, of a quotient that may be negative; over > 0. */
static __int128 divide_even(__int128 product, int64_t over)
{
    const __int128 whole = product / over, twice = product % over * 2;
    const bool odd = whole % 2 != 0;
    if (twice > over || (twice == over && odd))
        return whole + 1;
    if (twice < -over || (twice == -over && odd))
        return whole - 1;
    return whole;
}

bool coefficient_apply(struct decimal factor, int64_t metered, int64_t *reported)
{
    const __int128 exact = divide_even((__int128)metered * factor.digits, decimal_power(factor.places));
    *reported = exact > INT64_MAX ? INT64_MAX : exact < INT64_MIN ? INT64_MIN : (int64_t)exact;
    return exact == *reported;
}

bool coefficient_part(struct decimal factor, int64_t before, int64_t part, int64_t *reported)
{
    int64_t by_then, until_then, end;
    if (!__builtin_add_overflow(before, part, &end) && coefficient_apply(factor, before, &until_then) &&
        coefficient_apply(factor, end, &by_then) && !__builtin_sub_overflow(by_then, until_then, reported))
        return true;
    *reported = part < 0 ? INT64_MIN : INT64_MAX;
    return false;
}
