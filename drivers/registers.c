/* SPDX-License-Identifier: Apache-2.0 */
#include "drivers/registers.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum form { FORM_NONE, FORM_BIT, FORM_UNSIGNED, FORM_SIGNED, FORM_REAL, FORM_BCD, FORM_BASE1000 };

/* clang-format off */
static const struct {
    const char *name;
    int words;
    enum form form;
    int64_t limit; /* greatest value + 1, where int64 holds it */
} types[TYPE_COUNT] = {
    [TYPE_BIT]        = {"bit",        1, FORM_BIT,      2},
    [TYPE_BITS]       = {"bits",       1, FORM_BIT,      0},
    [TYPE_UINT16]     = {"uint16",     1, FORM_UNSIGNED, INT64_C(1) << 16},
    [TYPE_INT16]      = {"int16",      1, FORM_SIGNED,   INT64_C(1) << 15},
    [TYPE_UINT32]     = {"uint32",     2, FORM_UNSIGNED, INT64_C(1) << 32},
    [TYPE_INT32]      = {"int32",      2, FORM_SIGNED,   INT64_C(1) << 31},
    [TYPE_UINT64]     = {"uint64",     4, FORM_UNSIGNED, 0},
    [TYPE_INT64]      = {"int64",      4, FORM_SIGNED,   0},
    [TYPE_FLOAT32]    = {"float32",    2, FORM_REAL,     0},
    [TYPE_FLOAT64]    = {"float64",    4, FORM_REAL,     0},
    [TYPE_BCD16]      = {"bcd16",      1, FORM_BCD,      INT64_C(10000)},
    [TYPE_BCD32]      = {"bcd32",      2, FORM_BCD,      INT64_C(100000000)},
    [TYPE_BCD64]      = {"bcd64",      4, FORM_BCD,      INT64_C(10000000000000000)},
    [TYPE_BASE1000X2] = {"base1000x2", 2, FORM_BASE1000, INT64_C(1000000)},
    [TYPE_BASE1000X3] = {"base1000x3", 3, FORM_BASE1000, INT64_C(1000000000)},
    [TYPE_BASE1000X4] = {"base1000x4", 4, FORM_BASE1000, INT64_C(1000000000000)},
    [TYPE_ASCII]      = {"ascii",      0, FORM_NONE,     0},
    [TYPE_SUM]        = {"sum",        0, FORM_NONE,     0},
};

/* Each order by the number of registers. */
static const struct {
    bool swaps_words, swaps_bytes;
    const char *name[REGISTERS_WORDS_MAX + 1];
} orders[ORDER_COUNT] = {
    [ORDER_ABCD] = {false, false, {"", "AB", "ABCD", "ABCDEF", "ABCDEFGH"}},
    [ORDER_CDAB] = {true,  false, {"", "AB", "CDAB", "EFCDAB", "GHEFCDAB"}},
    [ORDER_BADC] = {false, true,  {"", "BA", "BADC", "BADCFE", "BADCFEHG"}},
    [ORDER_DCBA] = {true,  true,  {"", "BA", "DCBA", "FEDCBA", "HGFEDCBA"}},
};
/* clang-format on */

int registers_words(enum registers_type type)
{
    return types[type].words;
}

bool registers_real(enum registers_type type)
{
    return types[type].form == FORM_REAL;
}

int64_t registers_modulus(enum registers_type type)
{
    return types[type].form == FORM_BIT ? 0 : types[type].limit;
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
    return orders[order].name[type == TYPE_ASCII ? 1 : types[type].words]; /* each two letters by themselves */
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

/* Groups of `width` bits as the digits of a number, the most significant first. */
static struct registers_raw digits_get(uint64_t bits, int words, int width, unsigned base)
{
    struct registers_raw raw = {.form = RAW_UNSIGNED};

    for (int shift = 16 * words - width; shift >= 0; shift -= width) {
        unsigned digit = (unsigned)(bits >> shift & ((1u << width) - 1));
        if (digit >= base)
            return (struct registers_raw){.form = RAW_MALFORMED, .u = bits};
        raw.u = raw.u * base + digit;
    }
    return raw;
}

static uint64_t digits_put(uint64_t value, int words, int width, unsigned base)
{
    uint64_t bits = 0;

    for (int shift = 0; shift < 16 * words; shift += width, value /= base)
        bits |= (uint64_t)(value % base) << shift;
    return bits;
}

enum { BCD_WIDTH = 4, BCD_BASE = 10, GROUP_WIDTH = 16, GROUP_BASE = 1000 };

/* The bits of a register that belong to the value, at its lower end. */
static uint64_t bit_mask(const struct registers_format *format)
{
    return (UINT64_C(1) << (format->type == TYPE_BITS ? format->width : 1)) - 1;
}

struct registers_raw registers_get(const uint16_t *registers, const struct registers_format *format)
{
    uint64_t bits = bits_get(registers, format);
    int words = types[format->type].words;

    switch (types[format->type].form) {
    case FORM_BIT:
        return (struct registers_raw){.form = RAW_UNSIGNED, .u = bits >> format->bit & bit_mask(format)};
    case FORM_UNSIGNED:
        return (struct registers_raw){.form = RAW_UNSIGNED, .u = bits};
    case FORM_SIGNED:
        return (struct registers_raw){.form = RAW_SIGNED, .i = sign_extended(bits, words)};
    case FORM_REAL:
        return (struct registers_raw){.form = RAW_REAL, .f = real_of(bits, format->type)};
    case FORM_BCD:
        return digits_get(bits, words, BCD_WIDTH, BCD_BASE);
    case FORM_BASE1000:
        return digits_get(bits, words, GROUP_WIDTH, GROUP_BASE);
    case FORM_NONE:
        break;
    }
    return (struct registers_raw){.form = RAW_MALFORMED};
}

void registers_put(uint16_t *registers, const struct registers_format *format, struct registers_raw raw)
{
    uint64_t value = raw.form == RAW_SIGNED ? (uint64_t)raw.i : raw.u, mask;
    int words = types[format->type].words;

    switch (types[format->type].form) {
    case FORM_BIT:
        mask = bit_mask(format) << format->bit;
        bits_put(registers, format, (bits_get(registers, format) & ~mask) | (value << format->bit & mask));
        return;
    case FORM_UNSIGNED:
    case FORM_SIGNED:
        bits_put(registers, format, value);
        return;
    case FORM_REAL:
        bits_put(registers, format, bits_of(raw.f, format->type));
        return;
    case FORM_BCD:
        bits_put(registers, format, raw.form == RAW_MALFORMED ? value : digits_put(value, words, BCD_WIDTH, BCD_BASE));
        return;
    case FORM_BASE1000:
        bits_put(registers, format,
                 raw.form == RAW_MALFORMED ? value : digits_put(value, words, GROUP_WIDTH, GROUP_BASE));
        return;
    case FORM_NONE:
        return;
    }
}

void registers_get_text(const uint16_t *registers, int words, enum registers_order order, char *text)
{
    size_t length = 0;

    for (int i = 0; i < 2 * words; i++) {
        uint16_t word = orders[order].swaps_bytes ? swapped(registers[i / 2]) : registers[i / 2];
        char letter = (char)(i % 2 == 0 ? word >> 8 : word & 0xff);
        if (letter == '\0')
            break;
        text[length++] = letter >= ' ' && letter <= '~' ? letter : '?';
    }
    while (length > 0 && text[length - 1] == ' ')
        length--;
    text[length] = '\0';
}

void registers_put_text(uint16_t *registers, int words, enum registers_order order, const char *text)
{
    for (int i = 0; i < words; i++) {
        unsigned high = *text ? (unsigned char)*text++ : 0u, low = *text ? (unsigned char)*text++ : 0u;
        uint16_t word = (uint16_t)(high << 8 | low);
        registers[i] = orders[order].swaps_bytes ? swapped(word) : word;
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
    case RAW_SIGNED:
        return (struct reading){QUALITY_GOOD, raw.i};
    case RAW_MALFORMED:
        break;
    }
    return (struct reading){QUALITY_RANGE, 0};
}

/* The value of `count` in units of a float register, as near as it gets: at most
 * 2^126, which both float types hold. */
static long double units_of(int64_t count, struct ratio per_unit)
{
    return (long double)count * (long double)per_unit.over / (long double)per_unit.times;
}

static bool integer_fits(const struct registers_format *format, int64_t count)
{
    int64_t limit = format->type == TYPE_BITS ? INT64_C(1) << format->width : types[format->type].limit;

    if (types[format->type].form == FORM_SIGNED)
        return limit == 0 || (count >= -limit && count < limit);
    return count >= 0 && (limit == 0 || count < limit);
}

bool registers_encode(uint16_t *registers, const struct registers_format *format, int64_t count)
{
    struct registers_raw raw = {.form = RAW_SIGNED, .i = count};
    struct ratio ratio;

    if (types[format->type].form == FORM_NONE)
        return false;
    if (registers_real(format->type)) {
        if (!counts_per_unit(format, &ratio))
            return false;
        raw = (struct registers_raw){.form = RAW_REAL, .f = (double)units_of(count, ratio)};
    } else if (!integer_fits(format, count)) {
        return false;
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

    if (!registers_real(format->type))
        return 1;
    if (!counts_per_unit(format, &ratio))
        return INT64_MAX;
    if (!real_scale(real_step(format->type, fabsl(units_of(count, ratio))), ratio, ROUND_UP, &step))
        return INT64_MAX;
    return step;
}
