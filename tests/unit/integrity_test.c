/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/integrity.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void percentages_are_rounded_half_away_from_zero(void **state)
{
    static const struct {
        int64_t part, whole, hundredths;
    } cases[] = {
        {0, 1, 0},
        {1, 3, 3333},
        {2, 3, 6667},
        {1, 20000, 1},
        {-1, 20000, -1},
        {1, 20001, 0},
        {-1, 3, -3333},
        {5, 5, 10000},
        {412000, 42906123, 96},
        {INT64_MAX, INT64_MAX, 10000},
        {INT64_MIN + 1, INT64_MAX, -10000},
        {INT64_MAX, 1, INT64_MAX / 2},
        {INT64_MIN, 1, -(INT64_MAX / 2)},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t hundredths;
        assert_true(integrity_percent(cases[i].part, cases[i].whole, &hundredths));
        assert_int_equal(hundredths, cases[i].hundredths);
    }
}

static void of_nothing_there_is_no_share(void **state)
{
    int64_t hundredths;
    (void)state;
    assert_false(integrity_percent(1, 0, &hundredths));
    assert_false(integrity_percent(1, -5, &hundredths));
}

static void hours_are_rounded_half_up(void **state)
{
    (void)state;
    assert_int_equal(integrity_hours(0), 0);
    assert_int_equal(integrity_hours(3600000), 100);
    assert_int_equal(integrity_hours(17999), 0);
    assert_int_equal(integrity_hours(18000), 1);
    assert_int_equal(integrity_hours(INT64_C(31) * 86400000), 74400);
}

static void every_kind_has_a_name_of_its_own(void **state)
{
    (void)state;
    for (int a = 0; a < INTEGRITY_KINDS; a++) {
        assert_non_null(integrity_kind_name((enum integrity_kind)a));
        for (int b = 0; b < a; b++)
            assert_string_not_equal(integrity_kind_name((enum integrity_kind)a),
                                    integrity_kind_name((enum integrity_kind)b));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(percentages_are_rounded_half_away_from_zero),
        cmocka_unit_test(of_nothing_there_is_no_share),
        cmocka_unit_test(hours_are_rounded_half_up),
        cmocka_unit_test(every_kind_has_a_name_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
