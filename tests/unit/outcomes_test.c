/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "collector/outcomes.h"

static const int64_t hour_ms = 3600000;

static uint32_t sum_of(const struct outcomes *outcomes, enum wire_outcome outcome, int64_t at_ms)
{
    uint32_t sum[WIRE_OUTCOMES];
    outcomes_sum(outcomes, at_ms, sum);
    return sum[outcome];
}

static void test_sums_the_last_24_hours(void **state)
{
    (void)state;
    struct outcomes outcomes = {0};
    const int64_t start_ms = 490000 * hour_ms;
    for (int hour = 0; hour < 30; hour++) {
        outcomes_add(&outcomes, WIRE_OK, start_ms + hour * hour_ms);
        outcomes_add(&outcomes, WIRE_TIMEOUT, start_ms + hour * hour_ms + hour_ms - 1);
    }
    const int64_t last_ms = start_ms + 30 * hour_ms - 1;
    assert_int_equal(sum_of(&outcomes, WIRE_OK, last_ms), 24);
    assert_int_equal(sum_of(&outcomes, WIRE_TIMEOUT, last_ms), 24);
    assert_int_equal(sum_of(&outcomes, WIRE_GARBAGE, last_ms), 0);
    assert_int_equal(sum_of(&outcomes, WIRE_OK, last_ms + 10 * hour_ms), 14);
    assert_int_equal(sum_of(&outcomes, WIRE_OK, last_ms + 24 * hour_ms), 0);
}

static void test_forgets_after_a_long_silence_and_a_clock_set_back(void **state)
{
    (void)state;
    struct outcomes outcomes = {0};
    const int64_t start_ms = 490000 * hour_ms;
    outcomes_add(&outcomes, WIRE_OK, start_ms);
    outcomes_add(&outcomes, WIRE_OK, start_ms + 24 * hour_ms);
    assert_int_equal(sum_of(&outcomes, WIRE_OK, start_ms + 24 * hour_ms), 1);
    outcomes_add(&outcomes, WIRE_OK, start_ms);
    assert_int_equal(sum_of(&outcomes, WIRE_OK, start_ms), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sums_the_last_24_hours),
        cmocka_unit_test(test_forgets_after_a_long_silence_and_a_clock_set_back),
    };
    return cmocka_run_group_tests_name("outcomes", tests, NULL, NULL);
}
