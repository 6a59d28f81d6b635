/* SPDX-License-Identifier: Apache-2.0 */
#include "drivers/point.h"

#include <stdlib.h>
#include <string.h>

const char *const point_kinds[] = {"gauge", "counter", "state", "text", NULL};
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
    return point->format.type == TYPE_ASCII ? point->text_words : registers_words(point->format.type);
}

int point_addresses(const struct point *point)
{
    return point->wide ? (point_words(point) + 1) / 2 : point_words(point);
}

int point_depth(const struct point *point)
{
    return point->high_part ? 2 : point->factor ? 1 : 0;
}

static bool is_sentinel(const struct point *point, struct registers_raw raw)
{
    for (int i = 0; i < point->sentinels; i++) {
        int64_t sentinel = point->sentinel[i];
        if (raw.form == RAW_REAL     ? raw.f == (double)sentinel
            : raw.form == RAW_SIGNED ? raw.i == sentinel
                                     : raw.form == RAW_UNSIGNED && sentinel >= 0 && raw.u == (uint64_t)sentinel)
            return true;
    }
    return false;
}

static struct reading within_range(const struct point *point, struct reading reading)
{
    if (reading.quality == QUALITY_GOOD && (reading.count < point->low || reading.count > point->high))
        reading.quality = QUALITY_RANGE;
    return reading;
}

static struct reading decode(const struct point *point, const uint16_t *registers)
{
    if (point->format.type == TYPE_ASCII)
        return (struct reading){QUALITY_GOOD, 0};
    if (point->sentinels > 0 && is_sentinel(point, registers_get(registers, &point->format)))
        return (struct reading){QUALITY_SENTINEL, 0};
    return registers_decode(registers, &point->format);
}

struct reading point_decode(const struct point *point, const uint16_t *registers)
{
    return within_range(point, decode(point, registers));
}

/* --- scale factors --- */

enum { EXPONENT_MAX = 10 }; /* SunSpec's sunssf: -10 to 10 */

static bool times_power(__int128 *value, int power)
{
    for (; power > 0; power--)
        if (__builtin_mul_overflow(*value, (__int128)10, value))
            return false;
    return true;
}

/* count * from * 10^power / to, rounded half away from zero. */
static bool rescale(int64_t count, struct decimal from, struct decimal to, int power, int64_t *out)
{
    __int128 above = (__int128)count * from.digits, below = to.digits;

    power += to.places - from.places;
    if (!times_power(&above, power) || !times_power(&below, -power) || below <= 0)
        return false;
    __int128 result = above / below, rest = above % below, size = rest < 0 ? -rest : rest;
    if (size >= below - size)
        result += above < 0 ? -1 : 1;
    *out = (int64_t)result;
    return result >= INT64_MIN && result <= INT64_MAX;
}

static struct reading scaled(const struct point *point, struct reading reading, struct reading factor)
{
    if (factor.quality != QUALITY_GOOD)
        return (struct reading){factor.quality, 0};
    if (reading.quality != QUALITY_GOOD)
        return reading;
    if (factor.count < -EXPONENT_MAX || factor.count > EXPONENT_MAX ||
        !rescale(reading.count, point->format.scale, point->format.quantum, (int)factor.count, &reading.count))
        return (struct reading){QUALITY_RANGE, 0};
    return reading;
}

/* --- sums --- */

static struct reading sum(const struct point *point, struct reading high, struct reading low)
{
    int64_t high_counts, low_counts;
    struct reading reading = {QUALITY_GOOD, 0};

    if (high.quality != QUALITY_GOOD || low.quality != QUALITY_GOOD)
        return (struct reading){high.quality != QUALITY_GOOD ? high.quality : low.quality, 0};
    if (__builtin_mul_overflow(high.count, point->high_counts, &high_counts) ||
        __builtin_mul_overflow(low.count, point->low_counts, &low_counts) ||
        __builtin_add_overflow(high_counts, low_counts, &reading.count))
        return (struct reading){QUALITY_RANGE, 0};
    return reading;
}

struct reading point_decode_among(const struct point *points, size_t index, const uint16_t *registers,
                                  const struct reading *readings)
{
    const struct point *point = &points[index];

    if (point->high_part)
        return within_range(point, sum(point, readings[point->high_part - points], readings[point->low_part - points]));
    if (point->factor)
        return within_range(point, scaled(point, decode(point, registers), readings[point->factor - points]));
    return point_decode(point, registers);
}

/* --- conditions --- */

static bool holds(const struct condition *condition, int64_t count)
{
    if (condition->bit >= 0)
        return count >> condition->bit & 1;
    for (int i = 0; i < condition->values; i++)
        if (condition->value[i] == count)
            return true;
    return condition->values == 0 && count != 0;
}

enum quality point_condition(const struct point *points, size_t index, const struct reading *readings)
{
    const struct condition *condition = &points[index].condition;

    if (!condition->point)
        return QUALITY_GOOD;
    const struct reading *other = &readings[condition->point - points];
    if (other->quality != QUALITY_GOOD)
        return other->quality;
    return holds(condition, other->count) == condition->vetoes ? QUALITY_SENTINEL : QUALITY_GOOD;
}

/* --- steps --- */

/* A part's step, in counts of the sum; a whole number of counts is exact. */
static int64_t part_step(const struct point *part, int64_t count, int64_t counts)
{
    int64_t step = point_step(part, count);

    return __builtin_mul_overflow(step, counts, &step) ? INT64_MAX : step;
}

int64_t point_step(const struct point *point, int64_t count)
{
    if (!point->high_part)
        return registers_step(&point->format, count);
    int64_t low_step = part_step(point->low_part, point->high_counts / point->low_counts, point->low_counts);
    int64_t high_step = part_step(point->high_part, count / point->high_counts, point->high_counts);
    return high_step > point->high_counts && high_step > low_step ? high_step : low_step;
}

/* --- for simulators --- */

bool point_encode(const struct point *point, uint16_t *registers, int exponent, int64_t count)
{
    if (point->factor && !rescale(count, point->format.quantum, point->format.scale, -exponent, &count))
        return false;
    return registers_encode(registers, &point->format, count);
}

void point_split(const struct point *point, int64_t count, int64_t *high, int64_t *low)
{
    *high = count / point->high_counts;
    *low = count % point->high_counts / point->low_counts;
}

/* --- meanings --- */

void point_meaning(const struct point *point, int64_t raw, char text[static MEANINGS_MAX_BYTES])
{
    for (const char *at = point->meanings; *at != '\0';) { /* "0 stopped, 1 running" */
        char *name;
        const size_t length = strcspn(at, ",");
        if (strtoll(at, &name, 10) == raw) {
            memcpy(text, name + 1, length - (size_t)(name + 1 - at));
            text[length - (size_t)(name + 1 - at)] = '\0';
            return;
        }
        at += length + (at[length] == ',' ? 2 : 0);
    }
    *text = '\0';
}
