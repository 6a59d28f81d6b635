/* SPDX-License-Identifier: Apache-2.0 */
#include "drivers/point.h"

const char *const point_kinds[] = {"gauge", "counter", "state", NULL};
const char *const point_tables[] = {"coil", "discrete", "holding", "input", NULL};

const char *point_kind_name(enum point_kind kind)
{
    return point_kinds[kind];
}

const char *registers_table_name(enum registers_table table)
{
    return point_tables[table - TABLE_COIL];
}

int point_words(const struct point *point)
{
    return registers_words(point->format.type);
}

static bool is_sentinel(const struct point *point, struct registers_raw raw)
{
    for (int i = 0; i < point->sentinels; i++) {
        int64_t sentinel = point->sentinel[i];
        if (raw.form == RAW_REAL     ? raw.f == (double)sentinel
            : raw.form == RAW_SIGNED ? raw.i == sentinel
                                     : sentinel >= 0 && raw.u == (uint64_t)sentinel)
            return true;
    }
    return false;
}

struct reading point_decode(const struct point *point, const uint16_t *registers)
{
    if (point->sentinels > 0 && is_sentinel(point, registers_get(registers, &point->format)))
        return (struct reading){QUALITY_SENTINEL, 0};

    struct reading reading = registers_decode(registers, &point->format);
    if (reading.quality == QUALITY_GOOD && (reading.count < point->low || reading.count > point->high))
        reading.quality = QUALITY_RANGE;
    return reading;
}
