/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/creep.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { SECOND = 1000, REFRESH = 10 * SECOND };

static void what_runs_out_is_no_creep(void **unused)
{
    (void)unused;
    struct creep creep = {0};
    creep_see(&creep, false, 0);
    assert_int_equal(creep_amount(&creep, 0, REFRESH, 1, 500), 0);
    creep_see(&creep, true, 20 * SECOND);
    assert_int_equal(creep_amount(&creep, 19 * SECOND, REFRESH, 1, 300), 0);
    creep_see(&creep, true, 30 * SECOND);
    assert_int_equal(creep_amount(&creep, 29 * SECOND, REFRESH, 1, 7), 0);
    creep_see(&creep, true, 31 * SECOND);
    assert_int_equal(creep_amount(&creep, 30 * SECOND, REFRESH, 1, 7), 7);
    assert_int_equal(creep.sum, 7);
}

static void a_belt_that_ran_between_is_not_idle(void **unused)
{
    (void)unused;
    struct creep creep = {0};
    creep_see(&creep, true, 0);
    creep_see(&creep, false, 60 * SECOND);
    creep_see(&creep, true, 61 * SECOND);
    assert_int_equal(creep_amount(&creep, 60 * SECOND, REFRESH, 1, 9), 0);
    creep_see(&creep, true, 80 * SECOND);
    assert_int_equal(creep_amount(&creep, 62 * SECOND, REFRESH, 1, 9), 0);
    assert_int_equal(creep_amount(&creep, 71 * SECOND, REFRESH, 1, 9), 9);
}

static void each_bucket_has_its_own_sum(void **unused)
{
    (void)unused;
    struct creep creep = {0};
    creep_see(&creep, true, 0);
    assert_int_equal(creep_amount(&creep, 20 * SECOND, REFRESH, 1, 4), 4);
    assert_int_equal(creep_amount(&creep, 30 * SECOND, REFRESH, 1, 0), 0);
    assert_int_equal(creep_amount(&creep, 40 * SECOND, REFRESH, 1, 5), 5);
    assert_int_equal(creep.sum, 9);
    assert_int_equal(creep_amount(&creep, 50 * SECOND, REFRESH, 2, 6), 6);
    assert_int_equal(creep.sum, 6);
    assert_int_equal(creep_amount(&creep, 50 * SECOND, REFRESH, 3, 0), 0);
    assert_int_equal(creep.sum, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_runs_out_is_no_creep),
        cmocka_unit_test(a_belt_that_ran_between_is_not_idle),
        cmocka_unit_test(each_bucket_has_its_own_sum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
