/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "drivers/decimal.h"
#include "tests/unit/seed.h"

static void parses_exact_texts(void **state)
{
    static const struct {
        const char *text;
        int64_t digits;
        int places;
    } cases[] = {
        {"0", 0, 0},
        {"-0", 0, 0},
        {"1200", 1200, 0},
        {"0.001", 1, 3},
        {"12.50", 1250, 2},
        {"-12.5", -125, 1},
        {"-0.250", -250, 3},
        {"0.000000000001", 1, 12},
        {"9223372036854775807", INT64_MAX, 0},
        {"-9223372036854775808", INT64_MIN, 0},
        {"922337203685477.5807", INT64_MAX, 4},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct decimal value;
        assert_true(decimal_parse(cases[i].text, &value));
        assert_int_equal(value.digits, cases[i].digits);
        assert_int_equal(value.places, cases[i].places);
    }
}

static void refuses_other_texts(void **state)
{
    static const char *const texts[] = {
        "",
        "-",
        ".",
        ".5",
        "5.",
        "+5",
        "007",
        "-01",
        "00.5",
        "1e3",
        "1,5",
        "0x10",
        " 1",
        "1 ",
        "1_0",
        "--1",
        "1.-5",
        "1.5.",
        "NaN",
        "inf",
        "１",
        "1.2.3",
        "t",
        "- 1",
        "9223372036854775808",
        "-9223372036854775809",
        "0.0000000000001",
        "922337203685477580.70",
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct decimal value = {42, 7};
        if (decimal_parse(texts[i], &value))
            fail_msg("\"%s\" was taken", texts[i]);
        assert_int_equal(value.digits, 42);
        assert_int_equal(value.places, 7);
    }
}

static void formats_with_its_places(void **state)
{
    static const struct {
        struct decimal value;
        const char *text;
    } cases[] = {
        {{0, 0}, "0"},
        {{0, 3}, "0.000"},
        {{-250, 3}, "-0.250"},
        {{7, 12}, "0.000000000007"},
        {{-1, 0}, "-1"},
        {{1882104311, 3}, "1882104.311"},
        {{INT64_MAX, 12}, "9223372.036854775807"},
        {{INT64_MIN, 12}, "-9223372.036854775808"},
        {{INT64_MIN, 0}, "-9223372036854775808"},
    };
    char text[DECIMAL_TEXT_MAX];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t length = decimal_format(cases[i].value, text);
        assert_string_equal(text, cases[i].text);
        assert_int_equal(length, strlen(text));
    }
}

static void reduces(void **state)
{
    (void)state;
    struct decimal value = decimal_reduce((struct decimal){1250, 3});
    assert_int_equal(value.digits, 125);
    assert_int_equal(value.places, 2);
    value = decimal_reduce((struct decimal){0, 5});
    assert_int_equal(value.digits, 0);
    assert_int_equal(value.places, 0);
    value = decimal_reduce((struct decimal){-1000, 2});
    assert_int_equal(value.digits, -10);
    assert_int_equal(value.places, 0);
    assert_int_equal(decimal_power(0), 1);
    assert_int_equal(decimal_power(18), 1000000000000000000);
}

static void floors_exactly(void **state)
{
    static const struct {
        struct decimal value;
        int64_t times, over;
        int64_t count, floor;
    } cases[] = {
        {{1, 3}, 1000, 1, 4294967295, 4294967295},           /* 0.001 t -> kg */
        {{1, 0}, 1, 1000, 1999, 1},                          /* mL -> L */
        {{1, 0}, 1, 1000, -1, -1},                           /* floor, not truncation */
        {{1, 0}, 1, 1000, -1000, -1},                        /* exact stays */
        {{1, 0}, 1, 3, 10, 3},                               /* 3.33 */
        {{1, 0}, 1, 3, -10, -4},                             /* -3.33 */
        {{25, 1}, 1, 1, INT64_MAX / 5, 4611686018427387902}, /* product beyond int64, result within */
        {{-1, 1}, 1, 1, 5, -1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ratio ratio;
        int64_t floor;
        assert_true(ratio_of(cases[i].value, cases[i].times, cases[i].over, &ratio));
        assert_true(ratio_floor(ratio, cases[i].count, &floor));
        assert_int_equal(floor, cases[i].floor);
    }
}

static void refuses_what_leaves_int64(void **state)
{
    struct ratio ratio = {0, 0};
    int64_t floor;

    (void)state;
    assert_false(ratio_of((struct decimal){INT64_MAX, 0}, INT64_MAX, 2, &ratio));
    assert_false(ratio_of((struct decimal){1, 12}, 1, INT64_MAX, &ratio));
    assert_true(ratio_of((struct decimal){INT64_MAX, 0}, INT64_MAX, INT64_MAX, &ratio)); /* reduces to fit */
    assert_int_equal(ratio.times, INT64_MAX);
    assert_int_equal(ratio.over, 1);
    assert_false(ratio_floor(ratio, 2, &floor));
    assert_false(ratio_floor(ratio, -2, &floor));
    assert_true(ratio_floor(ratio, -1, &floor));
    assert_int_equal(floor, -INT64_MAX);
}

static int64_t random_int64(void)
{
    uint64_t bits = 0;

    for (int i = 0; i < 5; i++)
        bits = bits << 15 ^ (uint64_t)(random() & 0x7fff);
    return (int64_t)(bits >> random() % 64);
}

/* What is formatted is parsed again as the same. */
static void round_trips(void **state)
{
    char text[DECIMAL_TEXT_MAX];

    (void)state;
    seed_random();
    for (int i = 0; i < 10000; i++) {
        struct decimal value = {random_int64(), (int)(random() % (DECIMAL_PLACES_MAX + 1))}, again;
        decimal_format(value, text);
        assert_true(decimal_parse(text, &again));
        assert_int_equal(again.digits, value.digits);
        assert_int_equal(again.places, value.places);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parses_exact_texts),
        cmocka_unit_test(refuses_other_texts),
        cmocka_unit_test(formats_with_its_places),
        cmocka_unit_test(reduces),
        cmocka_unit_test(floors_exactly),
        cmocka_unit_test(refuses_what_leaves_int64),
        cmocka_unit_test(round_trips),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
