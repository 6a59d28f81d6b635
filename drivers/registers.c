/* SPDX-License-Identifier: Apache-2.0 */
#include "drivers/registers.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum { WORDS_MAX = 4 };

static const struct {
    const char *name;
    int words;
    bool is_signed;
} types[TYPE_COUNT] = {
    [TYPE_BIT] = {"bit", 1, false},       [TYPE_UINT16] = {"uint16", 1, false},  [TYPE_INT16] = {"int16", 1, true},
    [TYPE_UINT32] = {"uint32", 2, false}, [TYPE_INT32] = {"int32", 2, true},     [TYPE_UINT64] = {"uint64", 4, false},
    [TYPE_INT64] = {"int64", 4, true},    [TYPE_FLOAT32] = {"float32", 2, true}, [TYPE_FLOAT64] = {"float64", 4, true},
};

/* Each order by the number of registers. */
static const struct {
    bool swaps_words, swaps_bytes;
    const char *name[WORDS_MAX + 1];
} orders[ORDER_COUNT] = {
    [ORDER_ABCD] = {false, false, {NULL, "AB", "ABCD", NULL, "ABCDEFGH"}},
    [ORDER_CDAB] = {true, false, {NULL, "AB", "CDAB", NULL, "GHEFCDAB"}},
    [ORDER_BADC] = {false, true, {NULL, "BA", "BADC", NULL, "BADCFEHG"}},
    [ORDER_DCBA] = {true, true, {NULL, "BA", "DCBA", NULL, "HGFEDCBA"}},
};

int registers_words(enum registers_type type)
{
    return types[type].words;
}

bool registers_type_parse(const char *text, enum registers_type *out)
{
    for (int i = 0; i < TYPE_COUNT; i++) {
        if (strcmp(text, types[i].name) == 0) {
            *out = (enum registers_type)i;
            return true;
        }
    }
    return false;
}

const char *registers_type_name(enum registers_type type)
{
    return types[type].name;
}

bool registers_order_parse(const char *text, enum registers_type type, enum registers_order *out)
{
    static const enum registers_order simplest_first[ORDER_COUNT] = {ORDER_ABCD, ORDER_BADC, ORDER_CDAB, ORDER_DCBA};

    for (int i = 0; i < ORDER_COUNT; i++) {
        if (strcmp(text, registers_order_name(simplest_first[i], type)) == 0) {
            *out = simplest_first[i];
            return true;
        }
    }
    return false;
}

const char *registers_order_name(enum registers_order order, enum registers_type type)
{
    return orders[order].name[types[type].words];
}

static uint16_t swapped(uint16_t word)
{
    return (uint16_t)(word << 8 | word >> 8);
}

/* The value's bits, the most significant first. */
static uint64_t bits_get(const uint16_t *registers, const struct registers_format *format)
{
    int words = types[format->type].words;
    uint64_t bits = 0;

    for (int i = 0; i < words; i++) {
        uint16_t word = registers[orders[format->order].swaps_words ? words - 1 - i : i];
        bits = bits << 16 | (orders[format->order].swaps_bytes ? swapped(word) : word);
    }
    return bits;
}

static void bits_put(uint16_t *registers, const struct registers_format *format, uint64_t bits)
{
    int words = types[format->type].words;

    for (int i = words - 1; i >= 0; i--, bits >>= 16) {
        uint16_t word = (uint16_t)bits;
        registers[orders[format->order].swaps_words ? words - 1 - i : i] =
            orders[format->order].swaps_bytes ? swapped(word) : word;
    }
}

static int64_t sign_extended(uint64_t bits, int words)
{
    uint64_t sign = UINT64_C(1) << (16 * words - 1);

    return (int64_t)((bits ^ sign) - sign);
}

static double real_of(uint64_t bits, enum registers_type type)
{
    if (type == TYPE_FLOAT32) {
        uint32_t low = (uint32_t)bits;
        float single;
        memcpy(&single, &low, sizeof single);
        return (double)single;
    }
    double real;
    memcpy(&real, &bits, sizeof real);
    return real;
}

static uint64_t bits_of(double real, enum registers_type type)
{
    if (type == TYPE_FLOAT32) {
        float single = (float)real;
        uint32_t low;
        memcpy(&low, &single, sizeof low);
        return low;
    }
    uint64_t bits;
    memcpy(&bits, &real, sizeof bits);
    return bits;
}

struct registers_raw registers_get(const uint16_t *registers, const struct registers_format *format)
{
    uint64_t bits = bits_get(registers, format);

    switch (format->type) {
    case TYPE_BIT:
        return (struct registers_raw){.form = RAW_UNSIGNED, .u = bits >> format->bit & 1};
    case TYPE_FLOAT32:
    case TYPE_FLOAT64:
        return (struct registers_raw){.form = RAW_REAL, .f = real_of(bits, format->type)};
    default:
        if (types[format->type].is_signed)
            return (struct registers_raw){.form = RAW_SIGNED, .i = sign_extended(bits, types[format->type].words)};
        return (struct registers_raw){.form = RAW_UNSIGNED, .u = bits};
    }
}

void registers_put(uint16_t *registers, const struct registers_format *format, struct registers_raw raw)
{
    uint64_t mask = UINT64_C(1) << format->bit;

    switch (format->type) {
    case TYPE_BIT:
        bits_put(registers, format, (bits_get(registers, format) & ~mask) | (raw.u != 0 ? mask : 0));
        return;
    case TYPE_FLOAT32:
    case TYPE_FLOAT64:
        bits_put(registers, format, bits_of(raw.f, format->type));
        return;
    default:
        bits_put(registers, format, raw.form == RAW_SIGNED ? (uint64_t)raw.i : raw.u);
    }
}

/* Counts of one unit of a float register, scale / quantum, as a fraction. */
static bool counts_per_unit(const struct registers_format *format, struct ratio *out)
{
    int more = format->quantum.places - format->scale.places;

    out->times = format->scale.digits;
    out->over = format->quantum.digits;
    return out->times > 0 && out->over > 0 &&
           !__builtin_mul_overflow(out->times, decimal_power(more > 0 ? more : 0), &out->times) &&
           !__builtin_mul_overflow(out->over, decimal_power(more < 0 ? -more : 0), &out->over);
}

bool registers_format_fits(const struct registers_format *format)
{
    struct ratio ratio;

    return counts_per_unit(format, &ratio);
}

enum rounding { ROUND_NEAREST, ROUND_UP };

/* |real| * times / over, in exact integers: a finite double is mantissa * 2^shift.
 * False when the result leaves int64. */
static bool real_scale(double real, struct ratio ratio, enum rounding rounding, int64_t *out)
{
    const unsigned __int128 limit = (unsigned __int128)1 << 126;
    int exponent;
    uint64_t mantissa = (uint64_t)ldexp(frexp(fabs(real), &exponent), DBL_MANT_DIG);
    unsigned __int128 above = (unsigned __int128)mantissa * (uint64_t)ratio.times; /* below 2^116 */
    unsigned __int128 below = (uint64_t)ratio.over;                                /* below 2^63 */
    int shift = exponent - DBL_MANT_DIG;

    if (shift >= 0) {
        if (shift > 126 || above > limit >> shift)
            return false; /* more than 2^126 / 2^63 */
        above <<= shift;
    } else if (-shift > 126 || below > limit >> -shift) {
        below = limit; /* less than 2^116 / 2^126: what follows needs no more */
    } else {
        below <<= -shift;
    }
    unsigned __int128 result = above / below, rest = above % below;
    if (rounding == ROUND_UP ? rest != 0 : rest >= below - rest)
        result++;
    if (result > INT64_MAX)
        return false;
    *out = (int64_t)result;
    return true;
}

static struct reading real_decode(double real, const struct registers_format *format)
{
    struct reading reading = {QUALITY_RANGE, 0};
    struct ratio ratio;

    if (!isfinite(real) || !counts_per_unit(format, &ratio) || !real_scale(real, ratio, ROUND_NEAREST, &reading.count))
        return (struct reading){QUALITY_RANGE, 0};
    if (real < 0)
        reading.count = -reading.count;
    reading.quality = QUALITY_GOOD;
    return reading;
}

struct reading registers_decode(const uint16_t *registers, const struct registers_format *format)
{
    struct registers_raw raw = registers_get(registers, format);

    switch (raw.form) {
    case RAW_REAL:
        return real_decode(raw.f, format);
    case RAW_UNSIGNED:
        if (raw.u > INT64_MAX)
            return (struct reading){QUALITY_RANGE, 0};
        return (struct reading){QUALITY_GOOD, (int64_t)raw.u};
    default:
        return (struct reading){QUALITY_GOOD, raw.i};
    }
}

/* The value of `count` in units of a float register, as near as it gets: at most
 * 2^126, which both float types hold. */
static long double units_of(int64_t count, struct ratio per_unit)
{
    return (long double)count * (long double)per_unit.over / (long double)per_unit.times;
}

static bool integer_fits(enum registers_type type, int64_t count)
{
    int bits = type == TYPE_BIT ? 1 : 16 * types[type].words;

    if (!types[type].is_signed)
        return count >= 0 && (bits == 64 || count < INT64_C(1) << bits);
    return bits == 64 || (count >= -(INT64_C(1) << (bits - 1)) && count < INT64_C(1) << (bits - 1));
}

bool registers_encode(uint16_t *registers, const struct registers_format *format, int64_t count)
{
    bool is_real = format->type == TYPE_FLOAT32 || format->type == TYPE_FLOAT64;
    struct registers_raw raw = {.form = RAW_SIGNED, .i = count};
    struct ratio ratio;

    if (is_real) {
        if (!counts_per_unit(format, &ratio))
            return false;
        raw = (struct registers_raw){.form = RAW_REAL, .f = (double)units_of(count, ratio)};
    } else if (!integer_fits(format->type, count)) {
        return false;
    } else if (!types[format->type].is_signed) {
        raw = (struct registers_raw){.form = RAW_UNSIGNED, .u = (uint64_t)count};
    }
    registers_put(registers, format, raw);
    return true;
}

/* From |units| to the next greater value of the type. */
static double real_step(enum registers_type type, long double units)
{
    if (type == TYPE_FLOAT64)
        return nextafter((double)units, (double)INFINITY) - (double)units;
    return (double)nextafterf((float)units, INFINITY) - (double)(float)units;
}

int64_t registers_step(const struct registers_format *format, int64_t count)
{
    struct ratio ratio;
    int64_t step = 1;

    if (format->type != TYPE_FLOAT32 && format->type != TYPE_FLOAT64)
        return 1;
    if (!counts_per_unit(format, &ratio))
        return INT64_MAX;
    if (!real_scale(real_step(format->type, fabsl(units_of(count, ratio))), ratio, ROUND_UP, &step))
        return INT64_MAX;
    return step;
}
