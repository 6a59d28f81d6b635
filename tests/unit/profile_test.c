/* SPDX-License-Identifier: Apache-2.0 */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/profile_fixture.h"

#define TYPES                                                                                                          \
    "bit, bits, uint16, int16, uint32, int32, uint64, int64, float32, float"                                           \
    "64, bcd16, bcd32, bcd64, base1000x2, base1000x3, base1000x4, ascii, sum"

/* A profile of one point on line 2; the point begins in column 14. */
static struct profile *read_point(const char *point, struct faults *faults)
{
    char text[1024];

    snprintf(text, sizeof text,
             "{profile: p, title: T, source: s, address_base: 0, defaults: {table: holding, order: CDAB},\n"
             "  points: [  {%s}]}\n",
             point);
    return read_text(text, faults);
}

static void names_each_fault_of_a_point(void **state)
{
    static const struct {
        const char *point, *faults;
    } cases[] = {
        {"name: a", "f:2:14: the key \"address\" is missing\n"
                    "f:2:14: the key \"kind\" is missing, and the profile's defaults have none\n"
                    "f:2:14: the key \"type\" is missing, and the profile's defaults have none\n"},
        {"address: 1, kind: gauge, type: uint16", "f:2:14: the key \"name\" is missing\n"},
        {"name: a, kind: gague, address: 1, type: uint16",
         "f:2:30: found \"gague\", expected one of gauge, counter, state, text; did you mean \"gauge\"?\n"},
        {"name: a, kind: gauge, address: 1, type: uint17",
         "f:2:55: found \"uint17\", expected one of " TYPES "; did you mean \"uint16\"?\n"},
        {"name: a, kind: gauge, address: 1, type: uint16, table: input_register",
         "f:2:70: found \"input_register\", expected one of coil, discrete, holding, input\n"},
        {"name: A b, kind: gauge, address: 65536, type: uint16",
         "f:2:21: found \"A b\", expected a name of 1 to 63 letters a-z, digits and hyphens that does not begin with a "
         "hyphen\n"
         "f:2:48: found 65536, expected at most 65535: there are 65536 addresses, and it takes 1\n"},
        {"name: a, kind: gauge, address: 65535, type: uint32",
         "f:2:46: found 65535, expected at most 65534: there are 65536 addresses, and it takes 2\n"},
        {"name: a, kind: gauge, address: -1, type: uint16",
         "f:2:46: found \"-1\", expected a whole number from 0 to 499999\n"},
        {"name: a, kind: gauge, address: 007, type: uint16",
         "f:2:46: found \"007\", expected a whole number from 0 to 499999 without quotes or leading zeros\n"},
        {"name: a, kind: gauge, address: 1, type: uint16, order: CDAB",
         "f:2:70: found \"CDAB\", expected one of AB, BA for the type uint16\n"},
        {"name: a, kind: gauge, address: 1, type: uint32, order: [A]",
         "f:2:70: found a list, expected one of ABCD, CDAB, BADC, DCBA for the type uint32\n"},
        {"name: a, kind: gauge, address: 1, type: int64, order: ABCD",
         "f:2:69: found \"ABCD\", expected one of ABCDEFGH, GHEFCDAB, BADCFEHG, HGFEDCBA for the type int64\n"},
        {"name: a, kind: state, address: 1, type: bit",
         "f:2:14: the key \"bit\" is missing: 0 to 15, 0 being the least significant\n"},
        {"name: a, kind: state, address: 1, bit: 16", "f:2:54: found \"16\", expected a whole number from 0 to 15\n"},
        {"name: a, kind: state, address: 1, bit: 3, type: uint16",
         "f:2:54: found a bit of a uint16: leave \"type\" or \"bit\" out\n"},
        {"name: a, kind: state, address: 1, table: coil, bit: 3",
         "f:2:67: found a bit of a coil, which is one bit itself: leave it out\n"},
        {"name: a, kind: state, address: 1, table: discrete, bit: 3",
         "f:2:71: found a bit of a discrete input, which is one bit itself: leave it out\n"},
        {"name: a, kind: state, address: 1, table: discrete, type: uint16",
         "f:2:72: found the type uint16 in the table discrete, expected bit, or no type at all\n"},
        {"name: a, kind: state, address: 1, table: discrete, order: AB",
         "f:2:73: found an order of a single bit: leave it out\n"},
        {"name: a, kind: state, address: 1, table: discrete, scale: 2",
         "f:2:73: found a scale of a bit: leave it out\n"},
        {"name: a, kind: counter, address: 1, bit: 3, unit: t",
         "f:2:30: found a counter of one bit, expected a state\n"},
        {"name: a, kind: gauge, address: 1, table: coil", "f:2:30: found a gauge of one bit, expected a state\n"},
        {"name: a, kind: state, address: 1, type: float32, resolution: 1",
         "f:2:30: found a state of the type float32, expected a bit or an integer\n"},
        {"name: a, kind: gauge, address: 1, bit: 3, means: calibrating",
         "f:2:30: found a gauge of one bit, expected a state\n"
         "f:2:64: found a meaning of a gauge, expected it of a state only\n"},
        {"name: a, kind: state, address: 1, bit: 3, means: calibrate",
         "f:2:64: found \"calibrate\", expected one of calibrating, simulating, testing, freshness; did you mean "
         "\"calibrating\"?\n"},
        {"name: a, kind: gauge, address: 1, type: float32",
         "f:2:14: the key \"resolution\" is missing: the step to which the float32 is rounded, in the unit\n"},
        {"name: a, kind: gauge, address: 1, type: float32, resolution: x",
         "f:2:76: found \"x\", expected a number like 12 or 0.001, without quotes, exponent or leading zeros\n"},
        {"name: a, kind: gauge, address: 1, type: float64, resolution: 0",
         "f:2:76: found the resolution 0, expected one above 0\n"},
        {"name: a, kind: gauge, address: 1, type: float32, resolution: -1",
         "f:2:76: found the resolution -1, expected one above 0\n"},
        {"name: a, kind: gauge, address: 1, type: float32, scale: 0, resolution: 1",
         "f:2:71: found the scale 0, expected one above 0\n"},
        {"name: a, kind: gauge, address: 1, type: float32, scale: 0.000000000001, resolution: 1000000000000",
         "f:2:99: found a resolution too far from the scale: their quotient leaves 64 bits\n"},
        {"name: a, kind: gauge, address: 1, type: uint16, scale: -0.1",
         "f:2:70: found the scale -0.1, expected one above 0\n"},
        {"name: a, kind: gauge, address: 1, type: uint16, scale: 1e-3",
         "f:2:70: found \"1e-3\", expected a number like 12 or 0.001, without quotes, exponent or leading zeros\n"},
        {"name: a, kind: gauge, address: 1, type: uint16, resolution: 10",
         "f:2:75: found \"resolution\" of a gauge that is no float, expected it of floats and counters\n"},
        {"name: a, kind: gauge, address: 1, type: uint16, min: 5, max: 4", "f:2:68: found a min above the max\n"},
        {"name: a, kind: gauge, address: 1, type: uint16, scale: 0.000001, max: 9223372036854775807, min: "
         "-9223372036854775807",
         "f:2:85: found a limit that is beyond 64 bits in counts of the scale\n"
         "f:2:111: found a limit that is beyond 64 bits in counts of the scale\n"},
        {"name: a, kind: gauge, address: 1, type: uint16, modulus: 100, noise: 1, refresh: 1s, resettable: true, "
         "resets_at: [\"00:00\"]",
         "f:2:72: found \"modulus\" of a gauge, expected it of a counter only\n"
         "f:2:84: found \"noise\" of a gauge, expected it of a counter only\n"
         "f:2:96: found \"refresh\" of a gauge, expected it of a counter only\n"
         "f:2:112: found \"resettable\" of a gauge, expected it of a counter only\n"
         "f:2:129: found \"resets_at\" of a gauge, expected it of a counter only\n"},
        {"name: a, kind: counter, address: 1, type: uint16",
         "f:2:14: found no unit, expected what the counter counts in, like t or kWh\n"},
        {"name: a, kind: counter, address: 1, type: uint16, unit: \"\"",
         "f:2:71: found no unit, expected what the counter counts in, like t or kWh\n"},
        {"name: a, kind: counter, address: 1, type: uint16, unit: []", "f:2:71: found a list, expected a text\n"},
        {"name: a, kind: counter, address: 1, type: uint16, unit: t, modulus: 65537",
         "f:2:83: found 65537, expected at most 65536, where a uint16 wraps\n"},
        {"name: a, kind: counter, address: 1, type: int32, unit: t, modulus: 1",
         "f:2:82: found \"1\", expected a whole number from 2 to 9223372036854775807\n"},
        {"name: a, kind: counter, address: 1, type: int32, unit: t, modulus: never",
         "f:2:82: found \"never\", expected the greatest total + 1 in counts, or none\n"},
        {"name: a, kind: counter, address: 1, type: int32, unit: t, noise: -1",
         "f:2:80: found the noise -1, expected 0 or more\n"},
        {"name: a, kind: counter, address: 1, type: int32, unit: t, refresh: 2d",
         "f:2:82: found \"2d\", expected a duration from 0s to 1d, written like 500ms, 10s, 5min, 2h or 1d\n"},
        {"name: a, kind: counter, address: 1, type: int32, unit: t, resets_at: 00:00",
         "f:2:84: found \"00:00\", expected a list of at most 6 times, like [\"00:00\"]\n"},
        {"name: a, kind: counter, address: 1, type: int32, unit: t, resets_at: [\"00:00\", \"24:00\"]",
         "f:2:94: found \"24:00\" in quotes, expected a time of day from 00:00 to 23:59, written like 08:00\n"},
        {"name: a, kind: counter, address: 1, type: int32, unit: t, resets_at: [\"00:00\", \"01:00\", \"02:00\", "
         "\"03:00\", \"04:00\", \"05:00\", \"06:00\"]",
         "f:2:84: found a list, expected a list of at most 6 times, like [\"00:00\"]\n"},
        {"name: a, kind: gauge, address: 1, type: uint16, sentinels: [65535, 65536, -1, x]",
         "f:2:74: found 65536, which is no raw value of a uint16\n"
         "f:2:74: found -1, which is no raw value of a uint16\n"
         "f:2:93: found \"x\", expected a whole number without quotes or leading zeros\n"},
        {"name: a, kind: gauge, address: 1, type: uint16, sentinels: 30000",
         "f:2:74: found \"30000\", expected a list of at most 8 raw values, like [30004, 32767]\n"},
        {"name: a, kind: gauge, address: 1, type: uint16, sentinels: [1, 2, 3, 4, 5, 6, 7, 8, 9]",
         "f:2:74: found a list, expected a list of at most 8 raw values, like [30004, 32767]\n"},
        {"name: a, kind: state, address: 1, bit: 0, sentinels: [1]",
         "f:2:68: found 1, which is no raw value of a bit\n"},
        {"name: a, kind: gauge, address: 1, type: uint16, unit: a unit that is too long",
         "f:2:69: found \"a unit that is too long\", expected at most 15 bytes (these are 23)\n"},
        {"name: a, kind: gauge, adress: 1, type: uint16",
         "f:2:14: the key \"address\" is missing\n"
         "f:2:37: found the unknown key \"adress\"; did you mean \"address\"?\n"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct faults *faults = faults_new();
        assert_null(read_point(cases[i].point, faults));
        assert_faults(faults, cases[i].faults);
    }
}

static struct point point_of(const char *text)
{
    struct faults *faults = faults_new();
    struct profile *profile = read_point(text, faults);

    assert_faults(faults, "");
    assert_non_null(profile);
    struct point point = profile->point[0];
    profile_free(profile);
    return point;
}

static void gives_a_counter_what_its_type_implies(void **state)
{
    static const struct {
        const char *point;
        int64_t modulus;
    } cases[] = {
        {"name: a, kind: counter, address: 1, unit: t, type: uint16", 65536},
        {"name: a, kind: counter, address: 1, unit: t, type: int16", 32768},
        {"name: a, kind: counter, address: 1, unit: t, type: uint32", 4294967296},
        {"name: a, kind: counter, address: 1, unit: t, type: int32", 2147483648},
        {"name: a, kind: counter, address: 1, unit: t, type: uint64", 0},
        {"name: a, kind: counter, address: 1, unit: t, type: int64", 0},
        {"name: a, kind: counter, address: 1, unit: t, type: float32, resolution: 0.1", 0},
        {"name: a, kind: counter, address: 1, unit: t, type: float64, resolution: 0.1", 0},
        {"name: a, kind: counter, address: 1, unit: t, type: uint32, modulus: none", 0},
        {"name: a, kind: counter, address: 1, unit: t, type: uint32, modulus: 100000000", 100000000},
        {"name: a, kind: counter, address: 1, unit: t, type: int64, modulus: 1000000000000", 1000000000000},
        {"name: a, kind: counter, address: 1, unit: t, type: float32, resolution: 0.1, modulus: 10000000", 10000000},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct point point = point_of(cases[i].point);
        assert_int_equal(point.counter.modulus, cases[i].modulus);
        assert_int_equal(point.counter.refresh_ms, 10000);
        assert_false(point.counter.resettable);
        assert_int_equal(point.counter.noise.digits, -1);
        assert_int_equal(point.counter.resets, 0);
    }
}

static void reads_all_that_a_point_may_say(void **state)
{
    struct point point =
        point_of("name: total-1, kind: counter, table: input, address: 0x1F, type: float32, order: BADC, "
                 "scale: 0.01, resolution: 0.5, unit: t, modulus: 2000, noise: 1.5, refresh: 2s, "
                 "resettable: true, resets_at: [\"08:00\", 16:00], sentinels: [-9999], "
                 "min: -1.2, max: 7.1, unconfirmed: true, source: p. 7");

    (void)state;
    assert_string_equal(point.name, "total-1");
    assert_int_equal(point.kind, POINT_COUNTER);
    assert_int_equal(point.table, TABLE_INPUT);
    assert_int_equal(point.address, 31);
    assert_int_equal(point.format.type, TYPE_FLOAT32);
    assert_int_equal(point.format.order, ORDER_BADC);
    assert_int_equal(point.format.scale.digits, 1);
    assert_int_equal(point.format.scale.places, 2);
    assert_int_equal(point.format.quantum.digits, 5);
    assert_int_equal(point.format.quantum.places, 1);
    assert_string_equal(point.unit, "t");
    assert_int_equal(point.counter.modulus, 2000);
    assert_int_equal(point.counter.resolution.digits, 5);
    assert_int_equal(point.counter.noise.digits, 15);
    assert_int_equal(point.counter.refresh_ms, 2000);
    assert_true(point.counter.resettable);
    assert_int_equal(point.counter.resets, 2);
    assert_int_equal(point.counter.resets_at_s[0], 28800);
    assert_int_equal(point.counter.resets_at_s[1], 57600);
    assert_int_equal(point.sentinels, 1);
    assert_int_equal(point.sentinel[0], -9999);
    assert_int_equal(point.low, -2);  /* the least count within -1.2 is -1.0 */
    assert_int_equal(point.high, 14); /* the greatest within 7.1 is 7.0 */
    assert_true(point.unconfirmed);
    assert_string_equal(point.source, "p. 7");
    assert_int_equal(point.place.line, 2);
}

static void inherits_defaults(void **state)
{
    struct faults *faults = faults_new();
    struct profile *profile =
        read_text("profile: p\n"
                  "title: T\n"
                  "source: s\n"
                  "address_base: 40001\n"
                  "max_hole: 0\n"
                  "max_registers: 4\n"
                  "defaults: {kind: counter, table: holding, type: uint32, order: CDAB, scale: 0.1,\n"
                  "  unit: t, resolution: 0.5, sentinels: [-1, 30004], refresh: 1s, resettable: true}\n"
                  "points:\n"
                  "- {name: a, address: 40001}\n"
                  "- {name: b, address: 40003, type: int64}\n"
                  "- {name: c, address: 40007, type: int16, kind: gauge}\n"
                  "- {name: d, address: 40008, bit: 4, kind: state, means: testing}\n"
                  "- {name: e, address: 40009, type: float32, order: ABCD, scale: 2}\n",
                  faults);

    (void)state;
    assert_faults(faults, "");
    assert_non_null(profile);
    const struct point *point = profile->point;
    assert_int_equal(profile->points, 5);
    assert_int_equal(profile->max_hole, 0);
    assert_int_equal(profile->max_registers, 4);
    assert_int_equal(point[0].address, 0);
    assert_int_equal(point[0].format.order, ORDER_CDAB);
    assert_int_equal(point[0].sentinels, 1); /* -1 is no uint32 */
    assert_int_equal(point[0].sentinel[0], 30004);
    assert_int_equal(point[0].counter.resolution.digits, 5);
    assert_true(point[0].counter.resettable);
    assert_int_equal(point[1].format.order, ORDER_CDAB); /* the rule, for eight bytes */
    assert_int_equal(point[1].sentinels, 2);
    assert_int_equal(point[2].sentinels, 2);
    assert_int_equal(point[2].format.quantum.digits, 1);
    assert_false(point[2].counter.resettable);
    assert_int_equal(point[3].format.type, TYPE_BIT);
    assert_int_equal(point[3].format.bit, 4);
    assert_int_equal(point[3].means, MEANS_TESTING);
    assert_int_equal(point[3].sentinels, 0);
    assert_string_equal(point[2].unit, "t");
    assert_string_equal(point[3].unit, ""); /* which is of what is measured */
    assert_int_equal(point[3].format.scale.digits, 1);
    assert_int_equal(point[3].format.scale.places, 0);
    assert_int_equal(point[4].format.order, ORDER_ABCD);
    assert_int_equal(point[4].format.quantum.digits, 5);
    assert_int_equal(profile_find(profile, "e"), 4);
    assert_int_equal(profile_find(profile, "f"), -1);
    assert_string_equal(point[4].place.file, "f");
    assert_ptr_equal(point[4].place.file, profile->path);
    profile_free(profile);
}

static void names_each_fault_of_a_profile(void **state)
{
#define HEAD "profile: p\ntitle: T\nsource: s\naddress_base: 0\n"
    static const struct {
        const char *text, *faults;
    } cases[] = {
        {"[]", "f:1:1: found a list, expected a map, like {profile: ...}\n"},
        {"profil: p\n", "f:1:1: found the unknown key \"profil\"; did you mean \"profile\"?\n"
                        "f:1:1: the key \"profile\" is missing\n"
                        "f:1:1: the key \"title\" is missing\n"
                        "f:1:1: the key \"source\" is missing\n"
                        "f:1:1: the key \"address_base\" is missing\n"
                        "f:1:1: the key \"points\" is missing\n"},
        {HEAD "points: []\n",
         "f:5:9: found a list, expected a list of 1 to 4000 points, one a line: - {name: total1, ...}\n"},
        {HEAD "points: {a: 1}\n",
         "f:5:9: found a map, expected a list of 1 to 4000 points, one a line: - {name: total1, ...}\n"},
        {HEAD "points: [total1]\n", "f:5:10: found \"total1\", expected a map, like {name: ...}\n"},
        {HEAD "max_registers: 0\npoints: [{name: a, kind: gauge, table: input, address: 1, type: int16}]\n",
         "f:5:16: found \"0\", expected a whole number from 1 to 125\n"},
        {HEAD "max_registers: 3\npoints:\n"
              "- {name: a, kind: gauge, table: input, address: 1, type: int64}\n"
              "- {name: b, kind: gauge, table: input, address: 5, type: int32, block: x}\n"
              "- {name: c, kind: gauge, table: input, address: 7, type: int32, block: x}\n",
         "f:7:3: \"a\" takes 4 registers, more than the 3 of one request\n"
         "f:8:3: \"b\" and what must be read together with it take 4 registers, more than the 3 of one request\n"},
        {HEAD "max_hole: 124\npoints: [{name: a, kind: gauge, table: input, address: 1, type: int16}]\n",
         "f:5:11: found \"124\", expected a whole number from 0 to 123\n"},
        {HEAD "defaults: {order: ACBD, adress: 7}\npoints: [{name: a, kind: gauge, table: input, address: 1, type: "
              "int16}]\n",
         "f:5:19: found \"ACBD\", expected one of ABCD, CDAB, BADC, DCBA\n"
         "f:5:25: found the unknown key \"adress\", expected one of kind, table, type, scale, resolution, unit, "
         "sentinels, noise, refresh, resettable, register_bytes, model, veto, valid_if, unconfirmed, source, order\n"},
        {HEAD "points:\n"
              "- {name: a, kind: gauge, table: input, address: 1, type: int16}\n"
              "- {name: b, kind: gauge, table: input, address: 2, type: int17}\n"
              "- {name: a, kind: gauge, table: input, address: 3, type: int16}\n",
         "f:7:58: found \"int17\", expected one of " TYPES "; did you mean \"int16\"?\n"
         "f:8:3: found the point \"a\" again; it also stands in line 6\n"},
        {"profile: p\ntitle: T\nsource: s\naddress_base: 2\npoints: [{name: a, kind: gauge, table: input, address: 1, "
         "type: "
         "int16}]\n",
         "f:4:15: found \"2\", expected what the source calls the first address: 0, 1, 10001, 30001, 40001, or with "
         "six "
         "digits 100001, 300001, 400001\n"},
        {"profile: p\ntitle: T\nsource: s\naddress_base: 40001\npoints:\n"
         "- {name: a, kind: gauge, table: input, address: 41010, type: int16}\n"
         "- {name: b, kind: gauge, table: holding, address: 1010, type: int16}\n"
         "- {name: c, kind: gauge, table: holding, address: 105537, type: int16}\n"
         "- {name: d, kind: gauge, table: holding, address: x, type: int16}\n",
         "f:6:33: found the table input, but addresses from 40001 on are of the table holding\n"
         "f:7:51: found 1010, expected at least 40001, the profile's address_base\n"
         "f:8:51: found 105537, expected at most 105536: there are 65536 addresses, and it takes 1\n"
         "f:9:51: found \"x\", expected a whole number from 0 to 499999 without quotes or leading zeros\n"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct faults *faults = faults_new();
        assert_null(read_text(cases[i].text, faults));
        assert_faults(faults, cases[i].faults);
    }
}

static void warns_of_values_that_overlap_by_halves(void **state)
{
    struct faults *faults = faults_new();
    struct profile *profile = read_text(HEAD "defaults: {kind: gauge, table: holding, type: uint32}\npoints:\n"
                                             "- {name: a, address: 10}\n"
                                             "- {name: b, address: 10, type: int32}\n"         /* the same */
                                             "- {name: c, address: 11, bit: 1, kind: state}\n" /* a bit of it */
                                             "- {name: d, address: 11}\n"                      /* half of it */
                                             "- {name: e, address: 11, table: input}\n"        /* elsewhere */
                                             "- {name: f, address: 13, type: uint16}\n",       /* beside it */
                                        faults);

    (void)state;
    assert_non_null(profile);
    profile_free(profile);
    assert_faults(faults, "f:10:3: warning: \"d\" overlaps \"a\" in line 7\n"
                          "f:10:3: warning: \"d\" overlaps \"b\" in line 8\n");
}

static void wants_the_file_called_by_its_name(void **state)
{
    char folder[] = "/tmp/coaltally-profile-XXXXXX", path[64], expected[256];
    struct faults *faults = faults_new();

    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/p.yml", folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(HEAD "points: [{name: a, kind: gauge, table: input, address: 1, type: int16}]\n", file);
    assert_int_equal(fclose(file), 0);
    assert_null(profile_load(path, faults));
    snprintf(expected, sizeof expected, "%s:1:10: found the profile \"p\", expected it in a file of the name p.yaml\n",
             path);
    unlink(path);
    rmdir(folder);
    assert_faults(faults, expected);
}

/* --- decoding --- */

static void decodes_with_sentinels_and_range(void **state)
{
    static const struct {
        const char *point;
        uint16_t registers[4];
        enum quality quality;
        int64_t count;
    } cases[] = {
        {"name: a, kind: gauge, address: 1, type: uint16, scale: 0.1, max: 100", {1000}, QUALITY_GOOD, 1000},
        {"name: a, kind: gauge, address: 1, type: uint16, scale: 0.1, max: 100", {1001}, QUALITY_RANGE, 1001},
        {"name: a, kind: gauge, address: 1, type: int16, min: -5", {0xfffb}, QUALITY_GOOD, -5},
        {"name: a, kind: gauge, address: 1, type: int16, min: -5", {0xfffa}, QUALITY_RANGE, -6},
        {"name: a, kind: gauge, address: 1, type: int16, min: -5, sentinels: [-32768, 32767]",
         {0x8000},
         QUALITY_SENTINEL,
         0},
        {"name: a, kind: gauge, address: 1, type: uint32, scale: 0.001, sentinels: [30004]",
         {30004, 0},
         QUALITY_SENTINEL,
         0},
        {"name: a, kind: gauge, address: 1, type: uint32, scale: 0.001, sentinels: [30004]",
         {30003, 0},
         QUALITY_GOOD,
         30003},
        {"name: a, kind: gauge, address: 1, type: uint64, sentinels: [0]",
         {0xffff, 0xffff, 0xffff, 0xffff},
         QUALITY_RANGE,
         0},
        {"name: a, kind: gauge, address: 1, type: float32, order: ABCD, resolution: 0.1, sentinels: [-9999]",
         {0xc61c, 0x3c00},
         QUALITY_SENTINEL,
         0},
        {"name: a, kind: gauge, address: 1, type: float32, order: ABCD, resolution: 0.1",
         {0x7fc0, 0},
         QUALITY_RANGE,
         0},
        {"name: a, kind: gauge, address: 1, type: float32, order: ABCD, resolution: 0.1, max: 99.95",
         {0x42c7, 0xeb85},
         QUALITY_RANGE,
         1000},
        {"name: a, kind: state, address: 1, bit: 15", {0x8000}, QUALITY_GOOD, 1},
        {"name: a, kind: state, address: 1, table: coil", {1}, QUALITY_GOOD, 1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct point point = point_of(cases[i].point);
        struct reading reading = point_decode(&point, cases[i].registers);
        assert_int_equal(reading.quality, cases[i].quality);
        assert_int_equal(reading.count, cases[i].count);
    }
}

/* --- the profiles that are shipped --- */

static void ships_profiles_without_a_fault(void **state)
{
    glob_t found;

    (void)state;
    assert_int_equal(glob("drivers/profiles/*.yaml", 0, NULL, &found), 0);
    assert_true(found.gl_pathc >= 30);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        struct faults *faults = faults_new();
        struct profile *profile = profile_load(found.gl_pathv[i], faults);
        assert_non_null(profile);
        profile_free(profile);
        assert_faults(faults, "");
    }
    globfree(&found);
}

/* A state that nobody has confirmed must not stop a count. */
static void lets_only_confirmed_states_stop_counting(void **state)
{
    glob_t found;

    (void)state;
    assert_int_equal(glob("drivers/profiles/*.yaml", 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        struct faults *faults = faults_new();
        struct profile *profile = profile_load(found.gl_pathv[i], faults);
        assert_non_null(profile);
        for (size_t j = 0; j < profile->points; j++)
            assert_false(profile->point[j].unconfirmed && profile->point[j].means != MEANS_NOTHING);
        profile_free(profile);
        faults_free(faults);
    }
    globfree(&found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_each_fault_of_a_point),       cmocka_unit_test(gives_a_counter_what_its_type_implies),
        cmocka_unit_test(reads_all_that_a_point_may_say),    cmocka_unit_test(inherits_defaults),
        cmocka_unit_test(names_each_fault_of_a_profile),     cmocka_unit_test(warns_of_values_that_overlap_by_halves),
        cmocka_unit_test(wants_the_file_called_by_its_name), cmocka_unit_test(decodes_with_sentinels_and_range),
        cmocka_unit_test(ships_profiles_without_a_fault),    cmocka_unit_test(lets_only_confirmed_states_stop_counting),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
