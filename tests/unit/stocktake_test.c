/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/stocktake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void the_balance_is_reckoned(void **state)
{
    static const struct {
        struct stocktake stock; /* opening, closing, shipped, own use, loss, booked */
        int64_t production, gain;
        bool has_share;
        int64_t share;
    } cases[] = {
        {{80000000, 84300000, 95000000, 1200000, 500000, 100412000}, 101000000, 588000, true, 59},
        {{80000000, 84300000, 95000000, 1200000, 500000, 101588000}, 101000000, -588000, true, -58},
        {{0, 0, 0, 0, 0, 0}, 0, 0, false, 0},
        {{0, 5, 0, 0, 0, 0}, 5, 5, false, 0},              /* nothing booked: no share of it */
        {{1000, 0, 200, 0, 0, 0}, -800, -800, false, 0},   /* something is not entered */
        {{0, 20000, 0, 0, 0, 19999}, 20000, 1, true, 1},   /* 0.500025: half away from 0 */
        {{0, 19999, 0, 0, 0, 20000}, 19999, -1, true, -1}, /* -0.5 */
        {{0, 30000, 0, 0, 0, 29999}, 30000, 1, true, 0},
        {{0, INT64_MAX, 0, 0, 0, 1}, INT64_MAX, INT64_MAX - 1, true, INT64_MAX},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct stocktake_balance balance;
        assert_true(stocktake_reckon(&cases[i].stock, &balance));
        assert_int_equal(balance.production, cases[i].production);
        assert_int_equal(balance.gain, cases[i].gain);
        assert_int_equal(balance.has_share, cases[i].has_share);
        assert_int_equal(balance.share, cases[i].share);
    }
}

static void what_leaves_int64_is_told(void **state)
{
    const struct stocktake above = {.closing = INT64_MAX, .shipped = 1};
    const struct stocktake apart = {.closing = INT64_MAX, .booked = -1};
    const struct stocktake between = {.opening = INT64_MAX, .closing = INT64_MAX, .shipped = INT64_MAX};
    struct stocktake_balance balance;
    (void)state;
    assert_false(stocktake_reckon(&above, &balance));
    assert_false(stocktake_reckon(&apart, &balance));
    assert_true(stocktake_reckon(&between, &balance)); /* sums in between may */
    assert_int_equal(balance.production, INT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_balance_is_reckoned),
        cmocka_unit_test(what_leaves_int64_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
