/* SPDX-License-Identifier: Apache-2.0 */
/* What the points of a profile say of each other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/profile_fixture.h"

#define HEAD "profile: p\ntitle: T\nsource: s\naddress_base: 0\ndefaults: {table: holding, kind: gauge}\npoints:\n"

static struct profile *profile_of(const char *points)
{
    char text[4096];
    struct faults *faults = faults_new();

    snprintf(text, sizeof text, HEAD "%s", points);
    struct profile *profile = read_text(text, faults);
    assert_faults(faults, "");
    assert_non_null(profile);
    return profile;
}

/* The points begin in line 7; what a point says begins in column 4. */
static void names_each_fault(void **state)
{
    static const struct {
        const char *points, *faults;
    } cases[] = {
        /* sums */
        {"- {name: s, high: a, resolution: 1}\n- {name: a, address: 1, type: uint16}\n",
         "f:7:19: the key \"low\" is missing: a sum is high * times + low, of two other points\n"},
        {"- {name: s, high: a, low: totl, resolution: 1}\n- {name: a, address: 1, type: uint16}\n"
         "- {name: total, address: 2, type: uint16}\n",
         "f:7:27: found \"totl\", expected the name of another point of this profile; did you mean \"total\"?\n"},
        {"- {name: s, high: a, low: s, resolution: 1}\n- {name: a, address: 1, type: uint16}\n",
         "f:7:27: found \"s\", expected the name of another point of this profile\n"},
        {"- {name: s, high: [a], low: a, resolution: 1}\n- {name: a, address: 1, type: uint16}\n",
         "f:7:19: found \"a list or map\", expected the name of another point of this profile\n"},
        {"- {name: s, high: a, low: b}\n- {name: a, address: 1, type: uint16}\n- {name: b, address: 2, type: uint16}\n",
         "f:7:3: the key \"resolution\" is missing: the step to which the sum is rounded, in the unit\n"},
        {"- {name: s, high: a, low: b, resolution: 3}\n"
         "- {name: a, address: 1, type: uint16}\n- {name: b, address: 2, type: uint16}\n",
         "f:7:19: found \"a\", whose steps are no whole number of the sum's resolution\n"
         "f:7:27: found \"b\", whose steps are no whole number of the sum's resolution\n"},
        {"- {name: s, high: a, low: b, resolution: 3, table: input, address: 7, scale: 2}\n"
         "- {name: a, address: 1, type: uint16}\n- {name: b, address: 2, type: uint16}\n",
         "f:7:52: found \"table\" of a sum, which has no registers of its own: leave it out\n"
         "f:7:68: found \"address\" of a sum, which has no registers of its own: leave it out\n"
         "f:7:78: found \"scale\" of a sum, which has no registers of its own: leave it out\n"},
        {"- {name: s, high: t, low: u, resolution: 1}\n- {name: t, high: a, low: b, resolution: 1}\n"
         "- {name: a, address: 1, type: uint16}\n- {name: b, address: 2, type: uint16}\n"
         "- {name: u, address: 3, registers: 2, type: ascii}\n",
         "f:7:19: found \"t\", a sum, as a part of a sum: expected a number\n"
         "f:7:27: found \"u\", a ascii, as a part of a sum: expected a number\n"},
        {"- {name: s, high: a, low: b, resolution: 1}\n- {name: a, address: 1, type: uint16}\n"
         "- {name: b, address: 200, type: uint16}\n",
         "f:7:3: \"s\" and what must be read together with it take 200 registers, more than the 125 of one request\n"},
        {"- {name: s, high: a, low: b, resolution: 1}\n- {name: a, address: 1, type: uint16}\n"
         "- {name: b, address: 2, type: uint16, table: input}\n",
         "f:9:3: \"b\" must be read together with \"s\", but one request reads one table, registers of one size and "
         "one "
         "model\n"},
        /* scale factors */
        {"- {name: a, address: 1, type: uint16, scale_factor: f}\n",
         "f:7:3: the key \"resolution\" is missing: the step to which the uint16 is rounded, in the unit\n"},
        {"- {name: a, address: 1, type: uint16, resolution: 1, scale_factor: f}\n",
         "f:7:68: found \"f\", expected the name of another point of this profile\n"},
        {"- {name: a, address: 1, type: float32, resolution: 1, scale_factor: f}\n- {name: f, address: 3, type: "
         "int16}\n",
         "f:7:69: found a scale factor of a float32, expected it of an integer\n"},
        {"- {name: a, address: 1, type: int16, resolution: 1, scale_factor: f}\n"
         "- {name: f, address: 3, type: float32, resolution: 1}\n",
         "f:7:67: found \"f\" as a scale factor, which is no plain integer\n"},
        /* conditions */
        {"- {name: a, address: 1, type: int16, veto: {point: s, bit: 63}, valid_if: {point: s}}\n"
         "- {name: s, address: 3, type: uint16, kind: state}\n",
         "f:7:60: found \"63\", expected a whole number from 0 to 62\n"
         "f:7:75: found \"valid_if\" besides \"veto\", expected one of them\n"},
        {"- {name: a, address: 1, type: int16, veto: {point: s, bit: 1, equals: 2}}\n"
         "- {name: s, address: 3, type: uint16, kind: state}\n",
         "f:7:71: found \"equals\" besides \"bit\", expected one of them\n"},
        {"- {name: a, address: 1, type: int16, veto: {bit: 1}}\n", "f:7:44: the key \"point\" is missing\n"},
        {"- {name: a, address: 1, type: int16, veto: {point: s, equals: []}}\n"
         "- {name: s, address: 3, type: float32, resolution: 1}\n",
         "f:7:52: found \"s\", expected a state, or a gauge that is an integer\n"
         "f:7:63: found a list, expected a value, or a list of at most 8\n"},
        {"- {name: a, address: 1, type: int16, veto: {point: s}}\n- {name: s, address: 2, type: int16, veto: {point: "
         "t}}\n"
         "- {name: t, address: 3, type: int16}\n",
         "f:7:3: \"a\" depends on \"s\", which depends on another point itself\n"},
        /* blocks */
        {"- {name: a, address: 1, type: int16, block: A B}\n",
         "f:7:45: found \"A B\", expected a name of 1 to 63 letters a-z, digits and hyphens that does not begin with a "
         "hyphen\n"},
        {"- {name: a, address: 1, type: int16, block: x}\n- {name: b, address: 126, type: int16, block: x}\n",
         "f:7:3: \"a\" and what must be read together with it take 126 registers, more than the 125 of one request\n"},
        {"- {name: a, address: 1, type: int32, block: x, register_bytes: 4}\n"
         "- {name: b, address: 63, type: int32, block: x, register_bytes: 4}\n",
         "f:7:3: \"a\" and what must be read together with it take 63 registers, more than the 62 of one request\n"},
        /* registers of 4 bytes */
        {"- {name: a, address: 1, type: int16, register_bytes: 4}\n",
         "f:7:31: found a int16 in registers of 4 bytes, expected one of 4 or 8 bytes\n"},
        {"- {name: a, address: 1, type: int32, register_bytes: 3}\n",
         "f:7:54: found 3, expected 2, or 4 where one address holds four bytes\n"},
        {"- {name: a, address: 65535, type: int64, register_bytes: 4}\n",
         "f:7:22: found 65535, expected at most 65534: there are 65536 addresses, and it takes 2\n"},
        /* SunSpec */
        {"- {name: a, model: 103, address: 14, type: int16}\n",
         "f:7:34: found an address of a point in a model, expected \"offset\": that of the model's id is 0\n"},
        {"- {name: a, model: 103, type: int16}\n",
         "f:7:3: the key \"offset\" is missing: where it is in its model, whose id is at 0\n"},
        {"- {name: a, offset: 14, type: int16}\n",
         "f:7:21: found an offset without a model: expected \"address\", or a \"model\" that it is in\n"},
        {"- {name: a, offset: 14, model: 103, type: int16, table: input}\n",
         "f:7:57: found the table input, but SunSpec models are in holding registers\n"},
        {"- {name: a, offset: 14, model: [1, 2, 3, 4, 5], type: int16}\n"
         "- {name: b, offset: 14, model: 65535, type: int16}\n",
         "f:7:32: found a list, expected a model, or a list of at most 4 that have the same layout, like [101, 102, "
         "103]\n"
         "f:8:32: found \"65535\", expected a whole number from 1 to 65534\n"},
        /* texts, bits, values */
        {"- {name: a, address: 1, kind: text}\n",
         "f:7:3: the key \"registers\" is missing: how many the text takes, with two letters each\n"},
        {"- {name: a, address: 1, type: ascii, kind: state, registers: 33}\n",
         "f:7:44: found a state of the type ascii: the kind text and the type ascii belong together\n"
         "f:7:62: found \"33\", expected a whole number from 1 to 32\n"},
        {"- {name: a, address: 1, type: uint16, registers: 2}\n",
         "f:7:50: found \"registers\" of a uint16, expected it of a text only\n"},
        {"- {name: a, address: 1, bits: 5-3}\n- {name: b, address: 1, bits: 3}\n- {name: c, address: 1, bits: 3-16}\n",
         "f:7:31: found \"5-3\", expected the lowest and the highest of 16 bits, like 3-5, 0 being the least "
         "significant\n"
         "f:8:31: found \"3\", expected the lowest and the highest of 16 bits, like 3-5, 0 being the least "
         "significant\n"
         "f:9:31: found \"3-16\", expected the lowest and the highest of 16 bits, like 3-5, 0 being the least "
         "significant\n"},
        {"- {name: a, address: 1, type: uint16, bits: 3-5}\n- {name: b, address: 1, type: bits}\n"
         "- {name: c, kind: counter, unit: t, address: 1, bits: 3-5}\n- {name: d, kind: state, table: coil, address: "
         "1, "
         "bits: 3-5}\n",
         "f:7:45: found bits of a uint16: leave \"type\" or \"bits\" out\n"
         "f:8:3: the key \"bits\" is missing: the lowest and the highest, like 3-5\n"
         "f:9:19: found a counter of some bits, expected a state or a gauge\n"
         "f:10:57: found bits of a coil, which is one bit itself: leave them out\n"},
        {"- {name: a, address: 1, type: uint16, values: [0]}\n- {name: b, address: 1, type: uint16, values: {x: y}}\n"
         "- {name: c, address: 1, type: uint16, values: {1: 'a, b'}}\n",
         "f:7:47: found a list, expected a map of values and what they mean, like {0: stopped, 1: running}\n"
         "f:8:48: found \"x\", expected a whole number\n"
         "f:9:51: found \"a, b\" in quotes, expected what the value means, without a comma\n"},
        /* freshness */
        {"- {name: a, kind: state, address: 1, type: uint16, stale_after: 5s}\n"
         "- {name: b, kind: state, address: 1, type: uint16, means: freshness, stale_after: 5}\n",
         "f:7:65: found \"stale_after\", expected it only where \"means\" is freshness\n"
         "f:8:83: found \"5\", expected a duration from 1s to 1d, written like 500ms, 10s, 5min, 2h or 1d\n"},
        {"- {name: a, kind: state, address: 1, type: uint16, means: freshness}\n"
         "- {name: b, kind: state, address: 2, type: uint16, means: freshness}\n",
         "f:8:3: \"b\" means freshness, and so does \"a\": expected one\n"},
        /* a fault of another point is said once */
        {"- {name: s, high: a, low: b, resolution: 1}\n- {name: a, address: 1, type: uint17}\n"
         "- {name: b, address: 2, type: uint16, block: [1]}\n",
         "f:8:31: found \"uint17\", expected one of bit, bits, uint16, int16, uint32, int32, uint64, int64, float32, "
         "float64, bcd16, bcd32, bcd64, base1000x2, base1000x3, base1000x4, ascii, sum; did you mean \"uint16\"?\n"
         "f:9:46: found a list, expected a name of 1 to 63 letters a-z, digits and hyphens that does not begin with a "
         "hyphen\n"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[4096];
        struct faults *faults = faults_new();
        snprintf(text, sizeof text, HEAD "%s", cases[i].points);
        if (read_text(text, faults) != NULL)
            fail_msg("case %zu has no fault", i);
        assert_faults(faults, cases[i].faults);
    }
}

/* Decodes all points of one request that begins at address 0. */
static void decode_all(const struct profile *profile, const uint16_t *registers, struct reading *readings)
{
    for (int depth = 0; depth < POINT_DEPTHS; depth++)
        for (size_t i = 0; i < profile->points; i++)
            if (point_depth(&profile->point[i]) == depth)
                readings[i] = point_decode_among(profile->point, i, registers + profile->point[i].address, readings);
}

struct value {
    uint16_t registers[8];
    enum quality quality;
    int64_t count;
};

/* The first point of a profile, for several images. */
static void assert_values(const char *points, const struct value *values, size_t count)
{
    struct profile *profile = profile_of(points);

    for (size_t i = 0; i < count; i++) {
        struct reading readings[8];
        decode_all(profile, values[i].registers, readings);
        if (readings[0].quality != values[i].quality ||
            (readings[0].quality == QUALITY_GOOD && readings[0].count != values[i].count))
            fail_msg("%s: case %zu: %s %lld", points, i, quality_name(readings[0].quality),
                     (long long)readings[0].count);
    }
    profile_free(profile);
}

#define ASSERT_VALUES(points, values) assert_values(points, values, sizeof values / sizeof *values)

/* 8: hundreds, 10: below a hundred, both floats */
static void adds_hundreds_and_the_rest(void **state)
{
    static const struct value values[] = {
        {{0x4640, 0xe400, 0x4247, 0xae14}, QUALITY_GOOD, 1234549920}, /* 12345 * 100 + 49.92 */
        {{0, 0, 0, 0}, QUALITY_GOOD, 0},
        {{0x4640, 0xe400, 0x7fc0, 0}, QUALITY_RANGE, 0},
        {{0x7f80, 0, 0, 0}, QUALITY_RANGE, 0},
    };

    (void)state;
    ASSERT_VALUES("- {name: total, kind: counter, high: h, times: 100, low: l, unit: m3, resolution: 0.001}\n"
                  "- {name: h, address: 0, type: float32, resolution: 1, unit: m3}\n"
                  "- {name: l, address: 2, type: float32, resolution: 0.001, unit: m3}\n",
                  values);
}

/* A long, low word first, and its fraction as a float. */
static void adds_a_long_and_its_fraction(void **state)
{
    static const struct value values[] = {
        {{0xe240, 0x0001, 0x3f00, 0x0000}, QUALITY_GOOD, 123456500},
        {{0xffff, 0x7fff, 0x3f7f, 0xffff}, QUALITY_GOOD, 2147483648000}, /* the fraction rounds up to 1 */
        {{0xffff, 0xffff, 0xbf00, 0x0000}, QUALITY_GOOD, -1500},
    };

    (void)state;
    ASSERT_VALUES("- {name: total, kind: counter, high: h, low: l, unit: m3, resolution: 0.001}\n"
                  "- {name: h, address: 0, type: int32, order: CDAB, unit: m3}\n"
                  "- {name: l, address: 2, type: float32, resolution: 0.001, unit: m3}\n",
                  values);
}

static void a_sum_stays_within_64_bits(void **state)
{
    static const struct value values[] = {
        {{0, 0xe8d4, 0xa510, 0x0fff, 1}, QUALITY_RANGE, 0}, /* 256000000004095 * 10^6 */
        {{0, 0, 0, 9, 5}, QUALITY_GOOD, 9000005},
        {{0x7fff, 0, 0, 0, 0}, QUALITY_RANGE, 0},
    };

    (void)state;
    ASSERT_VALUES("- {name: total, high: h, times: 1000000, low: l, resolution: 1}\n"
                  "- {name: h, address: 0, type: int64}\n- {name: l, address: 4, type: uint16}\n",
                  values);
}

static void scales_by_a_factor(void **state)
{
    static const struct value values[] = {
        {{1234, 0}, QUALITY_GOOD, 123400},      /* 1234 W */
        {{1234, 0xffff}, QUALITY_GOOD, 12340},  /* 123.4 */
        {{1234, 0xfffe}, QUALITY_GOOD, 1234},   /* 12.34 */
        {{1235, 0xfffd}, QUALITY_GOOD, 124},    /* 1.235: half away from zero */
        {{0xfb2d, 0xfffd}, QUALITY_GOOD, -124}, /* -1.235 */
        {{1234, 0xfffd}, QUALITY_GOOD, 123},    /* 1.234 */
        {{1234, 2}, QUALITY_GOOD, 12340000},    /* 123400 */
        {{1234, 10}, QUALITY_GOOD, 1234000000000000},
        {{1, 0xfff6}, QUALITY_GOOD, 0}, /* 10^-10 */
        {{1234, 11}, QUALITY_RANGE, 0},
        {{1234, 0xfff5}, QUALITY_RANGE, 0},
        {{1234, 0x8000}, QUALITY_SENTINEL, 0}, /* no factor, no value */
        {{0x8000, 0}, QUALITY_SENTINEL, 0},
        {{0x8000, 0x8000}, QUALITY_SENTINEL, 0},
    };

    (void)state;
    ASSERT_VALUES(
        "- {name: w, address: 0, type: int16, scale_factor: sf, resolution: 0.01, unit: W, sentinels: [-32768]}\n"
        "- {name: sf, address: 1, type: int16, sentinels: [-32768]}\n",
        values);
}

static void a_factor_takes_nothing_from_64_bits(void **state)
{
    static const struct value values[] = {
        {{0x7fff, 0xffff, 0xffff, 0xffff, 0}, QUALITY_GOOD, INT64_MAX},
        {{0x8000, 0, 0, 0, 0}, QUALITY_GOOD, INT64_MIN},
        {{0x7fff, 0xffff, 0xffff, 0xffff, 1}, QUALITY_RANGE, 0},
        {{0x7fff, 0xffff, 0xffff, 0xffff, 0xffff}, QUALITY_GOOD, 922337203685477581},
    };

    (void)state;
    ASSERT_VALUES("- {name: w, address: 0, type: int64, scale_factor: sf, resolution: 1}\n"
                  "- {name: sf, address: 4, type: int16}\n",
                  values);
}

static void knows_where_a_sum_wraps(void **state)
{
    static const struct {
        const char *points;
        int64_t modulus;
    } cases[] = {
        {"- {name: t, kind: counter, unit: t, high: h, low: l, times: 100, resolution: 0.01}\n"
         "- {name: h, address: 0, type: uint16}\n- {name: l, address: 1, type: uint16, scale: 0.01}\n",
         65536 * INT64_C(10000)},
        {"- {name: t, kind: counter, unit: t, high: h, low: l, times: 10000, resolution: 1, modulus: 100000000}\n"
         "- {name: h, address: 0, type: bcd16}\n- {name: l, address: 1, type: bcd16}\n",
         100000000},
        {"- {name: t, kind: counter, unit: t, high: h, low: l, resolution: 0.001}\n"
         "- {name: h, address: 0, type: float32, resolution: 1}\n- {name: l, address: 2, type: float32, resolution: "
         "0.001}\n",
         0},
        {"- {name: t, kind: counter, unit: Wh, address: 0, type: uint32, scale_factor: sf, resolution: 1}\n"
         "- {name: sf, address: 2, type: int16}\n",
         0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct profile *profile = profile_of(cases[i].points);
        assert_int_equal(profile->point[0].counter.modulus, cases[i].modulus);
        profile_free(profile);
    }
}

/* How far two neighbouring totals lie apart: what a float part cannot tell. */
static void knows_the_step_of_a_sum(void **state)
{
    static const struct {
        const char *points;
        int64_t count, step;
    } cases[] = {
        /* the float below 100 has steps of 2^-18 below 64, 2^-17 above: less than a litre */
        {"- {name: t, high: h, low: l, times: 100, resolution: 0.001}\n- {name: h, address: 0, type: uint32}\n"
         "- {name: l, address: 2, type: float32, resolution: 0.001}\n",
         INT64_C(123456789012), 1},
        /* hundreds as a float: exact until 2^24 of them, then in steps of two hundred */
        {"- {name: t, high: h, low: l, times: 100, resolution: 0.001}\n- {name: h, address: 0, type: float32, "
         "resolution: 1}\n- {name: l, address: 2, type: float32, resolution: 0.001}\n",
         INT64_C(16777215) * 100000, 1},
        {"- {name: t, high: h, low: l, times: 100, resolution: 0.001}\n- {name: h, address: 0, type: float32, "
         "resolution: 1}\n- {name: l, address: 2, type: float32, resolution: 0.001}\n",
         INT64_C(16777216) * 100000, 200000},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct profile *profile = profile_of(cases[i].points);
        if (point_step(&profile->point[0], cases[i].count) != cases[i].step)
            fail_msg("case %zu: %lld", i, (long long)point_step(&profile->point[0], cases[i].count));
        profile_free(profile);
    }
}

static void vetoes_by_bit_value_and_state(void **state)
{
    static const struct {
        const char *condition;
        struct reading status;
        enum quality quality;
    } cases[] = {
        {"veto: {point: s, bit: 3}", {QUALITY_GOOD, 8}, QUALITY_SENTINEL},
        {"veto: {point: s, bit: 3}", {QUALITY_GOOD, 7}, QUALITY_GOOD},
        {"veto: {point: s, bit: 3}", {QUALITY_TIMEOUT, 0}, QUALITY_TIMEOUT},
        {"veto: {point: s}", {QUALITY_GOOD, 0}, QUALITY_GOOD},
        {"veto: {point: s}", {QUALITY_GOOD, 4}, QUALITY_SENTINEL},
        {"veto: {point: s, equals: 4}", {QUALITY_GOOD, 4}, QUALITY_SENTINEL},
        {"veto: {point: s, equals: [2, 5]}", {QUALITY_GOOD, 4}, QUALITY_GOOD},
        {"veto: {point: s, equals: [2, 5]}", {QUALITY_GOOD, 5}, QUALITY_SENTINEL},
        {"veto: {point: s, equals: 0}", {QUALITY_GOOD, 0}, QUALITY_SENTINEL},
        {"valid_if: {point: s}", {QUALITY_GOOD, 1}, QUALITY_GOOD},
        {"valid_if: {point: s}", {QUALITY_GOOD, 0}, QUALITY_SENTINEL},
        {"valid_if: {point: s, bit: 15}", {QUALITY_GOOD, 0x8000}, QUALITY_GOOD},
        {"valid_if: {point: s, bit: 15}", {QUALITY_GOOD, 0x7fff}, QUALITY_SENTINEL},
        {"valid_if: {point: s, equals: [4, 7]}", {QUALITY_GOOD, 7}, QUALITY_GOOD},
        {"valid_if: {point: s, equals: [4, 7]}", {QUALITY_GOOD, 0}, QUALITY_SENTINEL},
        {"valid_if: {point: s, equals: [4, 7]}", {QUALITY_EXCEPTION, 0}, QUALITY_EXCEPTION},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char points[512];
        snprintf(points, sizeof points,
                 "- {name: a, address: 1, type: uint16, %s}\n- {name: s, kind: state, address: 2, type: uint16}\n",
                 cases[i].condition);
        struct profile *profile = profile_of(points);
        const struct reading readings[2] = {{QUALITY_GOOD, 17}, cases[i].status};
        if (point_condition(profile->point, 0, readings) != cases[i].quality)
            fail_msg("case %zu", i);
        assert_int_equal(point_condition(profile->point, 1, readings), QUALITY_GOOD);
        profile_free(profile);
    }
}

/* A veto among the defaults is of what is measured, unless the point has its own. */
static void inherits_conditions(void **state)
{
    static const char text[] = "profile: p\ntitle: T\nsource: s\naddress_base: 0\n"
                               "defaults: {table: holding, type: uint16, veto: {point: s, bit: 1}}\npoints:\n"
                               "- {name: s, kind: state, address: 1}\n- {name: a, kind: gauge, address: 2}\n"
                               "- {name: b, kind: counter, unit: t, address: 3, valid_if: {point: s, bit: 2}}\n"
                               "- {name: c, kind: state, address: 4}\n";
    struct faults *faults = faults_new();
    struct profile *profile = read_text(text, faults);

    (void)state;
    assert_faults(faults, "");
    assert_non_null(profile);
    assert_null(profile->point[0].condition.point);
    assert_ptr_equal(profile->point[1].condition.point, &profile->point[0]);
    assert_true(profile->point[1].condition.vetoes);
    assert_int_equal(profile->point[1].condition.bit, 1);
    assert_false(profile->point[2].condition.vetoes);
    assert_int_equal(profile->point[2].condition.bit, 2);
    assert_null(profile->point[3].condition.point);
    profile_free(profile);
}

static void puts_into_one_block_what_belongs_together(void **state)
{
    struct profile *profile = profile_of("- {name: a, address: 1, type: uint16, block: x}\n"
                                         "- {name: t, high: h, low: l, resolution: 1}\n"
                                         "- {name: h, address: 3, type: uint16, block: y}\n"
                                         "- {name: l, address: 9, type: uint16}\n"
                                         "- {name: b, address: 5, type: uint16, block: x}\n"
                                         "- {name: w, address: 6, type: int16, scale_factor: sf, resolution: 1}\n"
                                         "- {name: sf, address: 8, type: int16, block: y}\n"
                                         "- {name: z, address: 7, type: int16}\n");
    const struct point *point = profile->point;

    (void)state;
    assert_true(point[0].block > 0);
    assert_int_equal(point[4].block, point[0].block);
    assert_true(point[1].block > 0 && point[1].block != point[0].block);
    for (int i = 2; i < 7; i++)
        assert_int_equal(point[i].block, i == 4 ? point[0].block : point[1].block);
    assert_int_equal(point[7].block, 0);
    profile_free(profile);
}

static void assert_meaning(const struct point *point, int64_t raw, const char *expected)
{
    char text[MEANINGS_MAX_BYTES];

    point_meaning(point, raw, text);
    assert_string_equal(text, expected);
}

static void reads_the_rest_of_what_a_point_may_say(void **state)
{
    struct profile *profile =
        profile_of("- {name: serial, kind: text, address: 1, registers: 8, order: BA}\n"
                   "- {name: mode, kind: state, address: 9, bits: 3-5, values: {0: stopped, 1: runs well, 14: x}}\n"
                   "- {name: w, model: [101, 102, 103], offset: 14, type: int16}\n"
                   "- {name: beat, kind: state, address: 10, type: uint16, means: freshness, stale_after: 30s}\n"
                   "- {name: total, address: 5007, type: uint64, register_bytes: 4}\n"
                   "- {name: code, address: 12, type: int16, sentinels: [30004], values: {30004: error}}\n");
    const struct point *point = profile->point;

    (void)state;
    assert_int_equal(point[0].kind, POINT_TEXT);
    assert_int_equal(point[0].format.type, TYPE_ASCII);
    assert_int_equal(point[0].format.order, ORDER_BADC);
    assert_int_equal(point_words(&point[0]), 8);
    assert_int_equal(point[1].format.type, TYPE_BITS);
    assert_int_equal(point[1].format.bit, 3);
    assert_int_equal(point[1].format.width, 3);
    assert_meaning(&point[1], 0, "stopped");
    assert_meaning(&point[1], 1, "runs well");
    assert_meaning(&point[1], 14, "x");
    assert_meaning(&point[1], 4, "");
    assert_meaning(&point[2], 0, "");
    assert_int_equal(point[2].model[2], 103);
    assert_int_equal(point[2].model[3], 0);
    assert_int_equal(point[2].address, 14);
    assert_int_equal(point[3].means, MEANS_FRESHNESS);
    assert_int_equal(point[3].stale_after_ms, 30000);
    assert_true(point[4].wide);
    assert_int_equal(point_words(&point[4]), 4);
    assert_int_equal(point_addresses(&point[4]), 2);
    assert_meaning(&point[5], 30004, "error");
    profile_free(profile);
}

static void what_shows_freshness_may_stand_for_a_minute(void **state)
{
    (void)state;
    struct profile *profile = profile_of("- {name: beat, kind: state, address: 1, type: uint16, means: freshness}\n"
                                         "- {name: slow, kind: state, address: 2, type: uint16}\n");
    assert_int_equal(profile->point[0].stale_after_ms, 60000);
    profile_free(profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_shows_freshness_may_stand_for_a_minute),
        cmocka_unit_test(names_each_fault),
        cmocka_unit_test(adds_hundreds_and_the_rest),
        cmocka_unit_test(adds_a_long_and_its_fraction),
        cmocka_unit_test(a_sum_stays_within_64_bits),
        cmocka_unit_test(scales_by_a_factor),
        cmocka_unit_test(a_factor_takes_nothing_from_64_bits),
        cmocka_unit_test(knows_where_a_sum_wraps),
        cmocka_unit_test(knows_the_step_of_a_sum),
        cmocka_unit_test(vetoes_by_bit_value_and_state),
        cmocka_unit_test(inherits_conditions),
        cmocka_unit_test(puts_into_one_block_what_belongs_together),
        cmocka_unit_test(reads_the_rest_of_what_a_point_may_say),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
