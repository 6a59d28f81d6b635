/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/coefficient.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/site.h"

static void halves_go_to_the_even(void **state)
{
    static const struct {
        const char *factor;
        int64_t metered, reported;
    } cases[] = {
        {"1", 5341489, 5341489},
        {"0.950", 5341489, 5074415}, /* 5074414.55 */
        {"0.940", 5341489, 5021000}, /* 5020999.66 */
        {"0.5", 1, 0},               /* 0.5 */
        {"0.5", 3, 2},               /* 1.5 */
        {"0.5", 5, 2},               /* 2.5 */
        {"0.5", -1, 0},
        {"0.5", -3, -2},
        {"0.5", -5, -2},
        {"0.95", 10, 10}, /* 9.5 */
        {"0.95", 30, 28}, /* 28.5 */
        {"0.95", -30, -28},
        {"0.333333", 3, 1},
        {"0.000001", 499999, 0},
        {"0.000001", 500000, 0},
        {"0.000001", 500001, 1},
        {"0.000001", 1500000, 2},
        {"2", INT64_C(4611686018427387903), INT64_C(9223372036854775806)},
        {"1.000000", INT64_MAX, INT64_MAX},
        {"1", INT64_MIN, INT64_MIN},
        {"0.95", INT64_MAX, INT64_C(8762203435012037017)},
        {"0.95", 0, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct decimal factor;
        int64_t reported = -7;
        assert_true(coefficient_parse(cases[i].factor, &factor));
        assert_true(coefficient_apply(factor, cases[i].metered, &reported));
        assert_int_equal(reported, cases[i].reported);
    }
}

static void what_leaves_int64_is_told(void **state)
{
    const struct decimal two = {2, 0}, above = {1001, 3};
    int64_t reported;
    (void)state;
    assert_false(coefficient_apply(two, INT64_MAX / 2 + 1, &reported));
    assert_int_equal(reported, INT64_MAX);
    assert_false(coefficient_apply(two, INT64_MIN / 2 - 1, &reported));
    assert_int_equal(reported, INT64_MIN);
    assert_false(coefficient_apply(above, INT64_MAX, &reported));
    assert_false(coefficient_part(coefficient_none(), INT64_MAX, 1, &reported));
    assert_false(
        coefficient_part(two, INT64_MIN / 2, INT64_MAX, &reported)); /* each fits, what lies between does not */
}

static void only_sane_fractions_are_taken(void **state)
{
    static const char *const good[] = {"1", "0.950", "0.000001", "2", "1.999999", "2.000"};
    static const char *const bad[] = {"",    "0",      "0.0", "-0.95", "2.000001", "95%", "0,95", "0.9500000",
                                      ".95", "0.950 ", "1e0", "3",     "00.5",     "95",  "+0.95"};
    struct decimal factor = {42, 0};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(coefficient_parse(bad[i], &factor));
        assert_int_equal(factor.digits, 42);
    }
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(coefficient_parse(good[i], &factor));
}

static void each_day_has_its_own(void **state)
{
    static const struct coefficient dated[] = {{100, {95, 2}}, {200, {94, 2}}, {201, {1, 0}}};
    static const struct {
        civil_day day;
        int64_t digits; /* 0: none */
    } cases[] = {{99, 0}, {100, 95}, {199, 95}, {200, 94}, {201, 1}, {9999, 1}, {-5, 0}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct coefficient *found = coefficient_of(dated, 3, cases[i].day);
        assert_int_equal(found ? found->factor.digits : 0, cases[i].digits);
    }
    assert_null(coefficient_of(dated, 0, 500));
}

/* However a shift is cut, its parts make the whole: nothing is lost between hours. */
static void parts_make_the_whole(void **state)
{
    uint64_t seed = seed_take();
    (void)state;
    for (int round = 0; round < 2000; round++) {
        const struct decimal factor = {1 + random_below(&seed, 2000000), 6};
        int64_t counted = 0, parts = 0, whole;
        for (int64_t hours = random_below(&seed, 12); hours >= 0; hours--) {
            const int64_t amount = random_below(&seed, 2000000) - 1000;
            int64_t part;
            assert_true(coefficient_part(factor, counted, amount, &part));
            counted += amount;
            parts += part;
        }
        assert_true(coefficient_apply(factor, counted, &whole));
        assert_int_equal(parts, whole);
    }
}

/* Against long division in another way: the nearest integer, and of two as near the even one. */
static void random_products_are_the_nearest(void **state)
{
    uint64_t seed = seed_take();
    (void)state;
    for (int round = 0; round < 20000; round++) {
        const int places = (int)random_below(&seed, 4);
        const int64_t over = decimal_power(places);
        const struct decimal factor = {1 + random_below(&seed, 2 * over), places};
        const int64_t metered = random_below(&seed, 4000001) - 2000000;
        int64_t reported;
        assert_true(coefficient_apply(factor, metered, &reported));
        const int64_t off = 2 * (metered * factor.digits - reported * over);
        assert_true(off >= -over && off <= over);
        assert_true((off != over && off != -over) || reported % 2 == 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(halves_go_to_the_even),         cmocka_unit_test(what_leaves_int64_is_told),
        cmocka_unit_test(only_sane_fractions_are_taken), cmocka_unit_test(each_day_has_its_own),
        cmocka_unit_test(parts_make_the_whole),          cmocka_unit_test(random_products_are_the_nearest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
