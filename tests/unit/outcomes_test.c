/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "collector/outcomes.h"

static const int64_t hour_ms = 3600000;

static void add(struct outcomes *outcomes, enum wire_outcome outcome, int64_t at_ms)
{
    const struct scan scan = {0};
    outcomes_add(outcomes, &(struct sweep_trouble){.outcome = outcome}, &scan, false, at_ms);
}

static uint32_t sum_of(const struct outcomes *outcomes, enum wire_outcome outcome, int64_t at_ms)
{
    uint32_t sum[OUTCOMES];
    outcomes_sum(outcomes, at_ms, sum);
    return sum[outcome];
}

static void test_sums_the_last_24_hours(void **state)
{
    (void)state;
    struct outcomes outcomes = {0};
    const int64_t start_ms = 490000 * hour_ms;
    for (int hour = 0; hour < 30; hour++) {
        add(&outcomes, WIRE_OK, start_ms + hour * hour_ms);
        add(&outcomes, WIRE_TIMEOUT, start_ms + hour * hour_ms + hour_ms - 1);
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
    add(&outcomes, WIRE_OK, start_ms);
    add(&outcomes, WIRE_OK, start_ms + 24 * hour_ms);
    assert_int_equal(sum_of(&outcomes, WIRE_OK, start_ms + 24 * hour_ms), 1);
    add(&outcomes, WIRE_OK, start_ms);
    assert_int_equal(sum_of(&outcomes, WIRE_OK, start_ms), 1);
}

static void test_counts_a_scan_by_all_that_it_shows(void **state)
{
    static const struct {
        struct sweep_trouble trouble;
        enum quality quality[2];
        const char *names[3]; /* NULL-ended */
    } cases[] = {
        {{.outcome = WIRE_OK}, {QUALITY_GOOD, QUALITY_GOOD}, {"ok"}},
        {{.outcome = WIRE_OK}, {QUALITY_SENTINEL, QUALITY_SENTINEL}, {"ok", "sentinel"}},
        {{.outcome = WIRE_OK}, {QUALITY_GOOD, QUALITY_RANGE}, {"ok", "range"}},
        {{.outcome = WIRE_OK}, {QUALITY_STUCK, QUALITY_GOOD}, {"ok", "stuck"}},
        {{.outcome = WIRE_OK}, {QUALITY_GOOD, QUALITY_STALE}, {"ok", "stuck"}},
        {{.outcome = WIRE_TIMEOUT}, {QUALITY_TIMEOUT, QUALITY_TIMEOUT}, {"timeout"}},
        {{.outcome = WIRE_TIMEOUT, .flaw = FLAW_SHORT}, {QUALITY_TIMEOUT, QUALITY_GOOD}, {"timeout", "short"}},
        {{.outcome = WIRE_CLOSED, .flaw = FLAW_SHORT}, {QUALITY_TIMEOUT, QUALITY_GOOD}, {"closed", "short"}},
        {{.outcome = WIRE_GARBAGE, .flaw = FLAW_OTHER}, {QUALITY_TIMEOUT, QUALITY_TIMEOUT}, {"garbage"}},
        {{.outcome = WIRE_GARBAGE, .flaw = FLAW_SHORT}, {QUALITY_TIMEOUT, QUALITY_GOOD}, {"garbage", "short"}},
        {{.outcome = WIRE_GARBAGE, .flaw = FLAW_UNIT}, {QUALITY_TIMEOUT, QUALITY_GOOD}, {"garbage", "wrong_unit"}},
        {{.outcome = WIRE_EXCEPTION, .exception = 1}, {QUALITY_EXCEPTION, 0}, {"exception", "exception_1"}},
        {{.outcome = WIRE_EXCEPTION, .exception = 11}, {QUALITY_TIMEOUT, 0}, {"exception", "exception_11"}},
        {{.outcome = WIRE_EXCEPTION, .exception = 0}, {QUALITY_EXCEPTION, 0}, {"exception", "exception_other"}},
        {{.outcome = WIRE_EXCEPTION, .exception = SWEEP_NO_MODEL},
         {QUALITY_EXCEPTION, 0},
         {"exception", "model_missing"}},
        {{.outcome = WIRE_EXCEPTION, .exception = 12}, {QUALITY_EXCEPTION, 0}, {"exception", "exception_other"}},
        {{.outcome = WIRE_EXCEPTION, .exception = 255}, {QUALITY_EXCEPTION, 0}, {"exception", "exception_other"}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct outcomes outcomes = {0};
        struct reading readings[] = {{.quality = cases[i].quality[0]}, {.quality = cases[i].quality[1]}};
        const struct scan scan = {.points = 2, .readings = readings};
        uint32_t sum[OUTCOMES];
        outcomes_add(&outcomes, &cases[i].trouble, &scan, false, hour_ms);
        outcomes_sum(&outcomes, hour_ms, sum);
        for (size_t o = 0; o < OUTCOMES; o++) {
            bool named = false;
            for (const char *const *name = cases[i].names; *name; name++)
                named = named || strcmp(*name, outcomes_name(o)) == 0;
            assert_int_equal(sum[o], named);
        }
    }
}

static void test_counts_a_total_that_stands_while_its_belt_runs(void **state)
{
    const struct scan scan = {0};
    struct outcomes outcomes = {0};
    uint32_t sum[OUTCOMES];
    (void)state;
    outcomes_add(&outcomes, &(struct sweep_trouble){.outcome = WIRE_OK}, &scan, true, hour_ms);
    outcomes_add(&outcomes, &(struct sweep_trouble){.outcome = WIRE_OK}, &scan, false, hour_ms);
    outcomes_sum(&outcomes, hour_ms, sum);
    assert_int_equal(sum[OUTCOME_STUCK], 1);
}

static void test_each_has_a_name_of_its_own_in_both_languages(void **state)
{
    (void)state;
    for (size_t i = 0; i < OUTCOMES; i++) {
        assert_int_equal(outcomes_find(outcomes_name(i)), i);
        assert_string_equal(outcomes_title(i, LANGUAGE_EN), outcomes_name(i));
        for (size_t other = 0; other < i; other++)
            assert_string_not_equal(outcomes_title(i, LANGUAGE_ZH), outcomes_title(other, LANGUAGE_ZH));
    }
    assert_int_equal(outcomes_find("of a newer daemon"), WIRE_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sums_the_last_24_hours),
        cmocka_unit_test(test_forgets_after_a_long_silence_and_a_clock_set_back),
        cmocka_unit_test(test_counts_a_scan_by_all_that_it_shows),
        cmocka_unit_test(test_counts_a_total_that_stands_while_its_belt_runs),
        cmocka_unit_test(test_each_has_a_name_of_its_own_in_both_languages),
    };
    return cmocka_run_group_tests_name("outcomes", tests, NULL, NULL);
}
