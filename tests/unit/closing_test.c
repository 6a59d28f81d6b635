/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/closing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static void too_much_unknown_is_not_reportable(void **state)
{
    static const struct {
        int64_t metered, unknown, ppm;
        bool unbounded, reportable;
    } cases[] = {
        {1000000, 0, 5000, false, true},
        {1000000, 5000, 5000, false, true}, /* 0.5 % of it, to the kilogram */
        {1000000, 5001, 5000, false, false},
        {1000000, 0, 5000, true, false}, /* no bound is too much */
        {0, 0, 5000, false, true},
        {0, 1, 5000, false, false},
        {1000000, 1, 0, false, false},
        {1000000, 1000000, 1000000, false, true},
        {INT64_MAX, INT64_MAX / 200, 5000, false, true}, /* no overflow */
        {INT64_MAX, INT64_MAX, 5000, false, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct figure figure = {
            .metered = cases[i].metered, .unknown = cases[i].unknown, .unbounded = cases[i].unbounded};
        assert_int_equal(closing_reportable(&figure, cases[i].ppm), cases[i].reportable);
    }
}

/* Seconds that were not read are none of it. */
static void missing_seconds_do_not_count(void **state)
{
    const struct figure figure = {.metered = 1000, .good_ms = 0, .span_ms = 28800000, .estimated = 1000};
    (void)state;
    assert_true(closing_reportable(&figure, 0));
}

static void a_period_ends_where_its_calendar_says(void **state)
{
    struct calendar_rule rule = {
        .day_start_s = -4 * 3600,
        .shifts = 2,
        .shift = {{.name = "night", .start_s = -4 * 3600}, {.name = "day", .start_s = 8 * 3600}}};
    const struct calendar calendar = {1, &rule};
    struct period_name period;
    const int64_t hour_ms = 3600000;
    (void)state;
    assert_true(period_parse("2026-10-13/2", 0, &period));
    struct calendar_span span = closing_span(&calendar, &period);
    assert_int_equal(span.to_ms - span.from_ms, 12 * hour_ms);
    assert_true(period_parse("2026-10-13", 0, &period));
    assert_int_equal(closing_span(&calendar, &period).to_ms, span.to_ms);
    assert_int_equal(closing_span(&calendar, &period).from_ms, span.to_ms - 24 * hour_ms);
    assert_true(period_parse("2026-10/2", 0, &period));
    assert_int_equal(closing_span(&calendar, &period).to_ms - closing_span(&calendar, &period).from_ms,
                     10 * 24 * hour_ms);
}

/* Each member of a version changes its digest. */
static void a_digest_holds_all_of_a_version(void **state)
{
    const struct version base = {.key = {.quantity = "raw_coal", .period = {PERIOD_KIND_DAY, {20739, 20740}, -1}},
                                 .version = 1,
                                 .at_ms = 5,
                                 .metered = 6,
                                 .reported = 7,
                                 .adjusted = 8,
                                 .unknown = 9,
                                 .prepared_by = "Li",
                                 .checked_by = "Wang"};
    struct version other[16];
    char first[DIGEST_HEX_BYTES], hex[DIGEST_HEX_BYTES];
    size_t others = 0;
    (void)state;
    for (size_t i = 0; i < 16; i++)
        other[i] = base;
    other[others++].version++;
    other[others++].at_ms++;
    other[others++].metered++;
    other[others++].reported++;
    other[others++].adjusted++;
    other[others++].unknown++;
    other[others++].through_act++;
    other[others++].act++;
    other[others++].key.period.shift = 0;
    other[others++].key.period.kind = PERIOD_KIND_SHIFT;
    other[others++].key.period.days.to++;
    strcpy(other[others++].key.quantity, "energy");
    strcpy(other[others++].prepared_by, "LiW"); /* texts do not run into one another */
    strcpy(other[others - 1].checked_by, "ang");
    strcpy(other[others++].despite, "x");
    strcpy(other[others++].cause, "x");
    strcpy(other[others++].chain, "x");
    assert_int_equal(others, 16);
    assert_true(closing_digest(&base, "sim-a", first));
    assert_true(closing_digest(&base, "sim-a", hex));
    assert_string_equal(first, hex);
    assert_true(closing_digest(&base, "sim-b", hex));
    assert_string_not_equal(first, hex);
    for (size_t i = 0; i < others; i++) {
        assert_true(closing_digest(&other[i], "sim-a", hex));
        assert_string_not_equal(first, hex);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(too_much_unknown_is_not_reportable),
        cmocka_unit_test(missing_seconds_do_not_count),
        cmocka_unit_test(a_period_ends_where_its_calendar_says),
        cmocka_unit_test(a_digest_holds_all_of_a_version),
    };
    if (!calendar_zone("Asia/Shanghai"))
        return EXIT_FAILURE;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
