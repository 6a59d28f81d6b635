/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "drivers/registers.h"
#include "tests/unit/seed.h"

#define SCALE(digits, places) .scale = {digits, places}, .quantum = {digits, places}

/* Counts of the same registers, as every type and order. */
static void decodes_each_type_and_order(void **state)
{
    static const struct {
        struct registers_format format;
        uint16_t registers[4];
        enum quality quality;
        int64_t count;
    } cases[] = {
        {{TYPE_UINT16, ORDER_ABCD, 0, SCALE(1, 0)}, {0x1234}, QUALITY_GOOD, 0x1234},
        {{TYPE_UINT16, ORDER_CDAB, 0, SCALE(1, 0)}, {0x1234}, QUALITY_GOOD, 0x1234},
        {{TYPE_UINT16, ORDER_BADC, 0, SCALE(1, 0)}, {0x1234}, QUALITY_GOOD, 0x3412},
        {{TYPE_UINT16, ORDER_DCBA, 0, SCALE(1, 0)}, {0x1234}, QUALITY_GOOD, 0x3412},
        {{TYPE_UINT16, ORDER_ABCD, 0, SCALE(1, 0)}, {0xffff}, QUALITY_GOOD, 65535},
        {{TYPE_INT16, ORDER_ABCD, 0, SCALE(1, 0)}, {0xffff}, QUALITY_GOOD, -1},
        {{TYPE_INT16, ORDER_ABCD, 0, SCALE(1, 0)}, {0x8000}, QUALITY_GOOD, -32768},
        {{TYPE_INT16, ORDER_ABCD, 0, SCALE(1, 0)}, {0x7fff}, QUALITY_GOOD, 32767},
        {{TYPE_UINT32, ORDER_ABCD, 0, SCALE(1, 3)}, {0x1122, 0x3344}, QUALITY_GOOD, 0x11223344},
        {{TYPE_UINT32, ORDER_CDAB, 0, SCALE(1, 3)}, {0x3344, 0x1122}, QUALITY_GOOD, 0x11223344},
        {{TYPE_UINT32, ORDER_BADC, 0, SCALE(1, 3)}, {0x2211, 0x4433}, QUALITY_GOOD, 0x11223344},
        {{TYPE_UINT32, ORDER_DCBA, 0, SCALE(1, 3)}, {0x4433, 0x2211}, QUALITY_GOOD, 0x11223344},
        {{TYPE_UINT32, ORDER_ABCD, 0, SCALE(1, 0)}, {0xffff, 0xffff}, QUALITY_GOOD, 4294967295},
        {{TYPE_INT32, ORDER_ABCD, 0, SCALE(1, 0)}, {0xffff, 0xffff}, QUALITY_GOOD, -1},
        {{TYPE_INT32, ORDER_CDAB, 0, SCALE(1, 0)}, {0x0000, 0x8000}, QUALITY_GOOD, INT32_MIN},
        {{TYPE_INT64, ORDER_ABCD, 0, SCALE(1, 0)}, {0x1122, 0x3344, 0x5566, 0x7788}, QUALITY_GOOD, 0x1122334455667788},
        {{TYPE_INT64, ORDER_CDAB, 0, SCALE(1, 0)}, {0x7788, 0x5566, 0x3344, 0x1122}, QUALITY_GOOD, 0x1122334455667788},
        {{TYPE_INT64, ORDER_BADC, 0, SCALE(1, 0)}, {0x2211, 0x4433, 0x6655, 0x8877}, QUALITY_GOOD, 0x1122334455667788},
        {{TYPE_INT64, ORDER_DCBA, 0, SCALE(1, 0)}, {0x8877, 0x6655, 0x4433, 0x2211}, QUALITY_GOOD, 0x1122334455667788},
        {{TYPE_INT64, ORDER_ABCD, 0, SCALE(1, 0)}, {0x8000, 0, 0, 0}, QUALITY_GOOD, INT64_MIN},
        {{TYPE_UINT64, ORDER_ABCD, 0, SCALE(1, 0)}, {0x7fff, 0xffff, 0xffff, 0xffff}, QUALITY_GOOD, INT64_MAX},
        {{TYPE_UINT64, ORDER_ABCD, 0, SCALE(1, 0)}, {0x8000, 0, 0, 0}, QUALITY_RANGE, 0},
        {{TYPE_BIT, ORDER_ABCD, 0, SCALE(1, 0)}, {0x0001}, QUALITY_GOOD, 1},
        {{TYPE_BIT, ORDER_ABCD, 1, SCALE(1, 0)}, {0x0001}, QUALITY_GOOD, 0},
        {{TYPE_BIT, ORDER_ABCD, 15, SCALE(1, 0)}, {0x8000}, QUALITY_GOOD, 1},
        {{TYPE_BIT, ORDER_BADC, 15, SCALE(1, 0)}, {0x0080}, QUALITY_GOOD, 1},
        /* 882104.3125 as a float, rounded to a tenth, in all four orders */
        {{TYPE_FLOAT32, ORDER_ABCD, 0, .scale = {1, 0}, .quantum = {1, 1}}, {0x4957, 0x5b85}, QUALITY_GOOD, 8821043},
        {{TYPE_FLOAT32, ORDER_CDAB, 0, .scale = {1, 0}, .quantum = {1, 1}}, {0x5b85, 0x4957}, QUALITY_GOOD, 8821043},
        {{TYPE_FLOAT32, ORDER_BADC, 0, .scale = {1, 0}, .quantum = {1, 1}}, {0x5749, 0x855b}, QUALITY_GOOD, 8821043},
        {{TYPE_FLOAT32, ORDER_DCBA, 0, .scale = {1, 0}, .quantum = {1, 1}}, {0x855b, 0x5749}, QUALITY_GOOD, 8821043},
        {{TYPE_FLOAT64, ORDER_ABCD, 0, .scale = {1, 0}, .quantum = {1, 3}}, {0x3ff8, 0, 0, 0}, QUALITY_GOOD, 1500},
        {{TYPE_FLOAT64, ORDER_CDAB, 0, .scale = {1, 0}, .quantum = {1, 3}}, {0, 0, 0, 0xbff8}, QUALITY_GOOD, -1500},
        /* four bits a digit; no other nibble is one */
        {{TYPE_BCD16, ORDER_ABCD, 0, SCALE(1, 0)}, {0x1234}, QUALITY_GOOD, 1234},
        {{TYPE_BCD16, ORDER_BADC, 0, SCALE(1, 0)}, {0x1234}, QUALITY_GOOD, 3412},
        {{TYPE_BCD16, ORDER_ABCD, 0, SCALE(1, 0)}, {0x9999}, QUALITY_GOOD, 9999},
        {{TYPE_BCD16, ORDER_ABCD, 0, SCALE(1, 0)}, {0x999a}, QUALITY_RANGE, 0},
        {{TYPE_BCD16, ORDER_ABCD, 0, SCALE(1, 0)}, {0xa000}, QUALITY_RANGE, 0},
        {{TYPE_BCD32, ORDER_ABCD, 0, SCALE(1, 0)}, {0x1234, 0x5678}, QUALITY_GOOD, 12345678},
        {{TYPE_BCD32, ORDER_CDAB, 0, SCALE(1, 0)}, {0x5678, 0x1234}, QUALITY_GOOD, 12345678},
        {{TYPE_BCD32, ORDER_BADC, 0, SCALE(1, 0)}, {0x3412, 0x7856}, QUALITY_GOOD, 12345678},
        {{TYPE_BCD32, ORDER_DCBA, 0, SCALE(1, 0)}, {0x7856, 0x3412}, QUALITY_GOOD, 12345678},
        {{TYPE_BCD32, ORDER_ABCD, 0, SCALE(1, 0)}, {0x1234, 0x56f8}, QUALITY_RANGE, 0},
        {{TYPE_BCD64, ORDER_ABCD, 0, SCALE(1, 0)}, {0x9999, 0x9999, 0x9999, 0x9999}, QUALITY_GOOD, 9999999999999999},
        {{TYPE_BCD64, ORDER_CDAB, 0, SCALE(1, 0)}, {0x3456, 0x9012, 0x5678, 0x1234}, QUALITY_GOOD, 1234567890123456},
        {{TYPE_BCD64, ORDER_ABCD, 0, SCALE(1, 0)}, {0, 0, 0, 0xffff}, QUALITY_RANGE, 0},
        /* three digits a register */
        {{TYPE_BASE1000X2, ORDER_ABCD, 0, SCALE(1, 0)}, {123, 456}, QUALITY_GOOD, 123456},
        {{TYPE_BASE1000X2, ORDER_CDAB, 0, SCALE(1, 0)}, {456, 123}, QUALITY_GOOD, 123456},
        {{TYPE_BASE1000X2, ORDER_ABCD, 0, SCALE(1, 0)}, {1000, 0}, QUALITY_RANGE, 0},
        {{TYPE_BASE1000X2, ORDER_ABCD, 0, SCALE(1, 0)}, {0, 0xffff}, QUALITY_RANGE, 0},
        {{TYPE_BASE1000X3, ORDER_ABCD, 0, SCALE(1, 0)}, {1, 2, 3}, QUALITY_GOOD, 1002003},
        {{TYPE_BASE1000X3, ORDER_CDAB, 0, SCALE(1, 0)}, {3, 2, 1}, QUALITY_GOOD, 1002003},
        {{TYPE_BASE1000X3, ORDER_DCBA, 0, SCALE(1, 0)}, {0x0300, 0x0200, 0x0100}, QUALITY_GOOD, 1002003},
        {{TYPE_BASE1000X4, ORDER_ABCD, 0, SCALE(1, 0)}, {999, 999, 999, 999}, QUALITY_GOOD, 999999999999},
        {{TYPE_BASE1000X4, ORDER_ABCD, 0, SCALE(1, 0)}, {999, 999, 999, 1000}, QUALITY_RANGE, 0},
        {{TYPE_BITS, ORDER_ABCD, 3, SCALE(1, 0), .width = 3}, {0x0028}, QUALITY_GOOD, 5},
        {{TYPE_BITS, ORDER_ABCD, 3, SCALE(1, 0), .width = 3}, {0xffff}, QUALITY_GOOD, 7},
        {{TYPE_BITS, ORDER_ABCD, 0, SCALE(1, 0), .width = 16}, {0xfedc}, QUALITY_GOOD, 0xfedc},
        {{TYPE_BITS, ORDER_BADC, 12, SCALE(1, 0), .width = 4}, {0x00a0}, QUALITY_GOOD, 10},
        /* neither a text nor a sum has a value of its own */
        {{TYPE_ASCII, ORDER_ABCD, 0, SCALE(1, 0)}, {0x4142}, QUALITY_RANGE, 0},
        {{TYPE_SUM, ORDER_ABCD, 0, SCALE(1, 0)}, {0}, QUALITY_RANGE, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct reading reading = registers_decode(cases[i].registers, &cases[i].format);
        if (reading.quality != cases[i].quality || reading.count != cases[i].count)
            fail_msg("case %zu: %s %lld", i, quality_name(reading.quality), (long long)reading.count);
    }
}

static struct reading decode_real(enum registers_type type, double real, struct decimal scale, struct decimal quantum)
{
    struct registers_format format = {.type = type, .scale = scale, .quantum = quantum};
    uint16_t registers[4] = {0};

    registers_put(registers, &format, (struct registers_raw){.form = RAW_REAL, .f = real});
    return registers_decode(registers, &format);
}

static void rounds_floats_to_the_quantum(void **state)
{
    static const struct {
        enum registers_type type;
        double real;
        struct decimal scale, quantum;
        enum quality quality;
        int64_t count;
    } cases[] = {
        {TYPE_FLOAT32, 0.5, {1, 0}, {1, 0}, QUALITY_GOOD, 1}, /* half away from zero */
        {TYPE_FLOAT32, -0.5, {1, 0}, {1, 0}, QUALITY_GOOD, -1},
        {TYPE_FLOAT32, 2.5, {1, 0}, {1, 0}, QUALITY_GOOD, 3},
        {TYPE_FLOAT64, 0.49999999999999994, {1, 0}, {1, 0}, QUALITY_GOOD, 0}, /* one ulp below a half */
        {TYPE_FLOAT64, 4503599627370495.5, {1, 0}, {1, 0}, QUALITY_GOOD, 4503599627370496},
        {TYPE_FLOAT64, 0.1, {1, 0}, {1, 12}, QUALITY_GOOD, 100000000000},
        {TYPE_FLOAT64, 0.0005, {1, 0}, {1, 3}, QUALITY_GOOD, 1},    /* the double is just above */
        {TYPE_FLOAT64, 0.0015, {1, 0}, {1, 3}, QUALITY_GOOD, 2},    /* just above too */
        {TYPE_FLOAT64, 1.0005, {1, 0}, {1, 3}, QUALITY_GOOD, 1000}, /* just below */
        {TYPE_FLOAT32, 16777216.0, {1, 0}, {1, 3}, QUALITY_GOOD, 16777216000},
        {TYPE_FLOAT32, 3.0, {1, 3}, {1, 3}, QUALITY_GOOD, 3},    /* kg in a map, t wanted */
        {TYPE_FLOAT32, 3.0, {1, 3}, {2, 0}, QUALITY_GOOD, 0},    /* coarser than the scale */
        {TYPE_FLOAT32, 1000.0, {1, 3}, {2, 0}, QUALITY_GOOD, 1}, /* half a quantum */
        {TYPE_FLOAT64, 9.2233720368547748e18, {1, 0}, {1, 0}, QUALITY_GOOD, 9223372036854774784},
        {TYPE_FLOAT64, 9.2233720368547758e18, {1, 0}, {1, 0}, QUALITY_RANGE, 0}, /* 2^63 */
        {TYPE_FLOAT64, -9.2233720368547758e18, {1, 0}, {1, 0}, QUALITY_RANGE, 0},
        {TYPE_FLOAT64, 1.7976931348623157e308, {1, 0}, {1, 0}, QUALITY_RANGE, 0},
        {TYPE_FLOAT64, 4.9e-324, {1, 0}, {1, 12}, QUALITY_GOOD, 0},
        {TYPE_FLOAT64, 1e-13, {1, 0}, {1, 12}, QUALITY_GOOD, 0},
        {TYPE_FLOAT64, 6e-13, {1, 0}, {1, 12}, QUALITY_GOOD, 1},
        {TYPE_FLOAT32, -0.0, {1, 0}, {1, 3}, QUALITY_GOOD, 0},
        {TYPE_FLOAT32, (double)NAN, {1, 0}, {1, 3}, QUALITY_RANGE, 0},
        {TYPE_FLOAT64, (double)NAN, {1, 0}, {1, 3}, QUALITY_RANGE, 0},
        {TYPE_FLOAT32, (double)INFINITY, {1, 0}, {1, 3}, QUALITY_RANGE, 0},
        {TYPE_FLOAT64, -(double)INFINITY, {1, 0}, {1, 3}, QUALITY_RANGE, 0},
        {TYPE_FLOAT32, 3.4028234e38, {1, 0}, {1, 3}, QUALITY_RANGE, 0},
        {TYPE_FLOAT32, 1.0, {INT64_MAX, 0}, {1, 12}, QUALITY_RANGE, 0}, /* no such format passes a profile */
        {TYPE_FLOAT32, 1.0, {0, 0}, {1, 0}, QUALITY_RANGE, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct reading reading = decode_real(cases[i].type, cases[i].real, cases[i].scale, cases[i].quantum);
        if (reading.quality != cases[i].quality || reading.count != cases[i].count)
            fail_msg("case %zu: %.17g is %s %lld", i, cases[i].real, quality_name(reading.quality),
                     (long long)reading.count);
    }
}

static void refuses_what_a_type_cannot_hold(void **state)
{
    static const struct {
        enum registers_type type;
        int64_t low, high; /* least and greatest count that fit */
    } cases[] = {
        {TYPE_BIT, 0, 1},
        {TYPE_UINT16, 0, 65535},
        {TYPE_INT16, -32768, 32767},
        {TYPE_UINT32, 0, 4294967295},
        {TYPE_INT32, INT32_MIN, INT32_MAX},
        {TYPE_UINT64, 0, INT64_MAX},
        {TYPE_INT64, INT64_MIN, INT64_MAX},
        {TYPE_BCD16, 0, 9999},
        {TYPE_BCD32, 0, 99999999},
        {TYPE_BCD64, 0, 9999999999999999},
        {TYPE_BASE1000X2, 0, 999999},
        {TYPE_BASE1000X3, 0, 999999999},
        {TYPE_BASE1000X4, 0, 999999999999},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct registers_format format = {cases[i].type, ORDER_ABCD, 0, SCALE(1, 0)};
        uint16_t registers[4];
        assert_true(registers_encode(registers, &format, cases[i].low));
        assert_int_equal(registers_decode(registers, &format).count, cases[i].low);
        assert_true(registers_encode(registers, &format, cases[i].high));
        assert_int_equal(registers_decode(registers, &format).count, cases[i].high);
        if (cases[i].low > INT64_MIN)
            assert_false(registers_encode(registers, &format, cases[i].low - 1));
        if (cases[i].high < INT64_MAX)
            assert_false(registers_encode(registers, &format, cases[i].high + 1));
    }
    struct registers_format apart = {TYPE_FLOAT32, ORDER_ABCD, 0, .scale = {1, 12}, .quantum = {1000000000, 0}};
    uint16_t registers[4];
    const struct registers_format text = {TYPE_ASCII, ORDER_ABCD, 0, SCALE(1, 0)};
    assert_false(registers_encode(registers, &text, 0));
    assert_false(registers_format_fits(&apart));
    assert_false(registers_encode(registers, &apart, 1));
    assert_int_equal(registers_step(&apart, 1), INT64_MAX);
    apart.quantum.digits = 9000000;
    assert_true(registers_format_fits(&apart));
    assert_true(registers_encode(registers, &apart, INT64_MAX)); /* 8e37 */
}

static void leaves_the_other_bits(void **state)
{
    struct registers_format format = {TYPE_BIT, ORDER_ABCD, 3, SCALE(1, 0)};
    uint16_t word = 0xf0f0;

    (void)state;
    assert_true(registers_encode(&word, &format, 1));
    assert_int_equal(word, 0xf0f8);
    assert_true(registers_encode(&word, &format, 0));
    assert_int_equal(word, 0xf0f0);
    format = (struct registers_format){TYPE_BITS, ORDER_ABCD, 3, SCALE(1, 0), .width = 3};
    assert_true(registers_encode(&word, &format, 5));
    assert_int_equal(word, 0xf0e8);
    assert_false(registers_encode(&word, &format, 8));
    assert_int_equal(word, 0xf0e8);
}

static void knows_where_a_type_wraps(void **state)
{
    static const struct {
        enum registers_type type;
        int64_t modulus;
    } cases[] = {
        {TYPE_BIT, 0},
        {TYPE_UINT16, 65536},
        {TYPE_INT16, 32768},
        {TYPE_UINT32, 4294967296},
        {TYPE_INT32, 2147483648},
        {TYPE_UINT64, 0},
        {TYPE_INT64, 0},
        {TYPE_FLOAT32, 0},
        {TYPE_BCD16, 10000},
        {TYPE_BCD32, 100000000},
        {TYPE_BCD64, 10000000000000000},
        {TYPE_BASE1000X2, 1000000},
        {TYPE_BASE1000X3, 1000000000},
        {TYPE_BASE1000X4, 1000000000000},
        {TYPE_SUM, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(registers_modulus(cases[i].type), cases[i].modulus);
}

static void reads_texts(void **state)
{
    static const struct {
        uint16_t registers[4];
        enum registers_order order;
        const char *text;
    } cases[] = {
        {{0x4142, 0x4344, 0x4546, 0x4748}, ORDER_ABCD, "ABCDEFGH"},
        {{0x4241, 0x4443, 0x4645, 0x4847}, ORDER_BADC, "ABCDEFGH"},
        {{0x4142, 0x4300, 0x4546, 0x4748}, ORDER_ABCD, "ABC"},
        {{0x4142, 0x4320, 0x2020, 0x2020}, ORDER_ABCD, "ABC"},
        {{0x2041, 0x2042, 0x2000, 0}, ORDER_ABCD, " A B"},
        {{0x411b, 0xff42, 0, 0}, ORDER_ABCD, "A??B"},
        {{0, 0, 0, 0}, ORDER_ABCD, ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[9];
        uint16_t registers[4];
        registers_get_text(cases[i].registers, 4, cases[i].order, text);
        assert_string_equal(text, cases[i].text);
        registers_put_text(registers, 4, cases[i].order, cases[i].text);
        registers_get_text(registers, 4, cases[i].order, text);
        assert_string_equal(text, cases[i].text);
    }
}

static void knows_the_step_of_a_float(void **state)
{
    static const struct {
        enum registers_type type;
        struct decimal scale, quantum;
        int64_t count, step;
    } cases[] = {
        {TYPE_UINT32, {1, 3}, {1, 3}, INT64_MAX, 1},
        {TYPE_FLOAT32, {1, 0}, {1, 3}, 0, 1},
        {TYPE_FLOAT32, {1, 0}, {1, 3}, 1000000000, 63},    /* 1e6 t: 0.0625 t */
        {TYPE_FLOAT32, {1, 0}, {1, 3}, -1000000000, 63},   /* either sign */
        {TYPE_FLOAT32, {1, 0}, {1, 3}, 4000000000, 250},   /* 4e6 t: 0.25 t */
        {TYPE_FLOAT32, {1, 0}, {1, 3}, 36000000000, 4000}, /* 3.6e7 t: 4 t */
        {TYPE_FLOAT32, {1, 0}, {1, 0}, 1000000000, 64},    /* 1e9 kg: 64 kg */
        {TYPE_FLOAT32, {1, 0}, {1, 0}, 16777215, 1},       /* the last with a step of 1 below it */
        {TYPE_FLOAT32, {1, 0}, {1, 0}, 16777216, 2},       /* the greater of its two sides */
        {TYPE_FLOAT64, {1, 0}, {1, 3}, 1000000000, 1},
        {TYPE_FLOAT64, {1, 0}, {1, 12}, INT64_MAX, 1863},          /* ulp 2^-29 */
        {TYPE_FLOAT32, {1, 0}, {1, 12}, INT64_MAX, 1000000000000}, /* 9.2e6: 1 */
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct registers_format format = {.type = cases[i].type, .scale = cases[i].scale, .quantum = cases[i].quantum};
        if (registers_step(&format, cases[i].count) != cases[i].step)
            fail_msg("case %zu: step %lld", i, (long long)registers_step(&format, cases[i].count));
    }
}

static void names_types_and_orders(void **state)
{
    static const char *const wrong[] = {"", "abcd", "ABC", "ABCDEFGH", "AB", "ACBD", "little"};

    (void)state;
    for (int i = 0; i < TYPE_COUNT; i++) {
        const enum registers_type type = (enum registers_type)i;
        for (int other = 0; other < i; other++)
            assert_string_not_equal(registers_type_name(type), registers_type_name((enum registers_type)other));
        for (int order = 0; order < ORDER_COUNT; order++) {
            const char *name = registers_order_name((enum registers_order)order, type);
            enum registers_order found;
            assert_int_equal(strlen(name), type == TYPE_ASCII ? 2 : 2 * registers_words(type));
            assert_true(registers_order_parse(name, type, &found));
            assert_string_equal(registers_order_name(found, type), name);
            if (registers_words(type) > 1)
                assert_int_equal(found, order);
        }
    }
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        enum registers_order order;
        assert_false(registers_order_parse(wrong[i], TYPE_UINT32, &order));
    }
}

static uint64_t random_bits(void)
{
    uint64_t bits = 0;

    for (int i = 0; i < 5; i++)
        bits = bits << 15 ^ (uint64_t)(random() & 0x7fff);
    return bits;
}

/* Any registers: what is got is put back as it was (but a NaN, which is never a value). */
static void round_trips(void **state)
{
    (void)state;
    seed_random();
    for (int i = 0; i < 100000; i++) {
        struct registers_format format = {(enum registers_type)(random() % TYPE_COUNT),
                                          (enum registers_order)(random() % ORDER_COUNT), (int)(random() % 16),
                                          SCALE(1, 3), .width = 1};
        format.width += (int)(random() % (16 - format.bit));
        uint64_t bits = random_bits();
        uint16_t registers[4], again[4];
        memcpy(registers, &bits, sizeof registers);
        memcpy(again, &bits, sizeof again);

        struct registers_raw raw = registers_get(registers, &format);
        if (raw.form == RAW_REAL && isnan(raw.f))
            continue;
        registers_put(again, &format, raw);
        assert_memory_equal(registers, again, sizeof registers);

        struct reading reading = registers_decode(registers, &format);
        if (reading.quality != QUALITY_GOOD)
            continue;
        assert_true(registers_encode(again, &format, reading.count));
        int64_t back = registers_decode(again, &format).count;
        int64_t step = registers_step(&format, reading.count);
        assert_true(back <= reading.count ? (uint64_t)reading.count - (uint64_t)back <= (uint64_t)step
                                          : (uint64_t)back - (uint64_t)reading.count <= (uint64_t)step);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decodes_each_type_and_order),
        cmocka_unit_test(rounds_floats_to_the_quantum),
        cmocka_unit_test(refuses_what_a_type_cannot_hold),
        cmocka_unit_test(leaves_the_other_bits),
        cmocka_unit_test(knows_where_a_type_wraps),
        cmocka_unit_test(reads_texts),
        cmocka_unit_test(knows_the_step_of_a_float),
        cmocka_unit_test(names_types_and_orders),
        cmocka_unit_test(round_trips),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
