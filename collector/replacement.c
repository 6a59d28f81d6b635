/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/replacement.h"

static bool in_range(int64_t total, int64_t modulus)
{
    return total >= 0 && (modulus == 0 || total < modulus);
}

/* From one total of an instrument to a later one, round once at most. */
static bool part(int64_t from, int64_t to, int64_t modulus, int64_t slack, int64_t *passed)
{
    *passed = to - from; /* both lie in range, so at or above 0 */
    if (*passed >= -slack)
        return true;
    if (modulus == 0 || *passed > -(modulus - modulus / 2))
        return false;
    *passed += modulus;
    return true;
}

enum replacement_fault replacement_measure(const struct replacement_sides *sides, int64_t old_last, int64_t new_first,
                                           int64_t *passed)
{
    int64_t before, after;
    const bool read = sides->old_high >= 0 && sides->new_reading >= 0 && sides->old_depth >= 0 && sides->step >= 0;
    if (!read || !in_range(old_last, sides->old_modulus) || !in_range(new_first, sides->new_modulus))
        return REPLACEMENT_RANGE;
    if (!part(sides->old_high, old_last, sides->old_modulus, sides->old_depth + sides->step, &before))
        return REPLACEMENT_OLD_LAST;
    if (!part(new_first, sides->new_reading, sides->new_modulus, sides->step, &after))
        return REPLACEMENT_NEW_FIRST;
    return __builtin_add_overflow(before, after, passed) ? REPLACEMENT_RANGE : REPLACEMENT_GOOD;
}
