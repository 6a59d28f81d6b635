/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/board.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "collector/county.h"

static const int64_t day_ms = 86400000;

static struct board_course course(int64_t target, int64_t done, int64_t days_gone, int64_t recent)
{
    return (struct board_course){.target = target,
                                 .done = done,
                                 .year = {0, 365 * day_ms},
                                 .as_of_ms = days_gone * day_ms,
                                 .has_recent = recent >= 0,
                                 .recent_per_day = recent};
}

static void the_outlook_is_exact(void **state)
{
    static const struct {
        int64_t target, done, days, recent;
        struct board_outlook expected;
    } cases[] = {
        {365000, 146000, 73, 1000, {400, 200, 73000, 750, true, 438000}},
        {365000, 0, 0, -1, {0, 0, 0, 1000, false, 0}},
        {1000, 1000, 73, 0, {1000, 200, 800, 0, true, 1000}}, /* reached */
        {1000, 2000, 365, 5, {2000, 1000, 1000, 0, true, 2000}},
        {1000, 0, 365, 5, {0, 1000, -1000, 0, true, 0}}, /* no time left */
        {1000, 1, 364, 0, {1, 997, -996, 999, true, 1}}, /* ahead is floored, needed rounded up */
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct board_course given = course(cases[i].target, cases[i].done, cases[i].days, cases[i].recent);
        const struct board_outlook outlook = board_outlook(&given);
        assert_int_equal(outlook.of_target, cases[i].expected.of_target);
        assert_int_equal(outlook.of_time, cases[i].expected.of_time);
        assert_int_equal(outlook.ahead, cases[i].expected.ahead);
        assert_int_equal(outlook.needed_per_day, cases[i].expected.needed_per_day);
        assert_int_equal(outlook.has_forecast, cases[i].expected.has_forecast);
        assert_int_equal(outlook.forecast, cases[i].expected.forecast);
    }
}

static void targets_are_in_the_meters_unit(void **state)
{
    struct indicator indicator = {.has_value = true, .value = {3600, 0}, .quantities = 1, .size = 10000};
    int64_t target = 0;
    (void)state;
    assert_true(board_target(&indicator, &target));
    assert_int_equal(target, INT64_C(36000000000));
    indicator.value = (struct decimal){24, 1};
    indicator.size = 100000000;
    assert_true(board_target(&indicator, &target));
    assert_int_equal(target, INT64_C(240000000000));
    indicator.overs = 1;
    assert_false(board_target(&indicator, &target));
    indicator = (struct indicator){.quantities = 1, .size = 1};
    assert_false(board_target(&indicator, &target));
}

static const struct indicator *find(const struct indicators *indicators, const char *id)
{
    for (size_t i = 0; i < indicators->count; i++)
        if (strcmp(indicators->indicator[i].id, id) == 0)
            return &indicators->indicator[i];
    fail_msg("no indicator %s", id);
    return NULL;
}

static void seeds_say_what_their_sources_say(void **state)
{
    static const struct {
        const char *id, *value, *year;
        enum indicator_kind kind;
        bool floor;
    } cases[] = {
        {"raw-coal", "3600", "2026", INDICATOR_TARGET, true},
        {"gas", "3", "2026", INDICATOR_TARGET, false},
        {"gas-before", "2.4", "2024", INDICATOR_ACTUAL, false},
        {"advanced-capacity", "91", "2024/25", INDICATOR_ACTUAL, false},
        {"smart-mines", "9", "2024/25", INDICATOR_ACTUAL, false},
        {"smart-faces", "54", "2024/25", INDICATOR_ACTUAL, false},
        {"method-110-coal", "250", "2024/25", INDICATOR_ACTUAL, false},
        {"ore-processed", "200", "2024/25", INDICATOR_ACTUAL, true},
        {"seam-adding", "5", "2026", INDICATOR_TARGET, false},
        {"lower-seams", "3", "2026", INDICATOR_TARGET, false},
        {"solar-planned", "4800", "2024/25", INDICATOR_PLAN, false},
        {"water-reuse", "80", "2024/25", INDICATOR_ACTUAL, true},
    };
    char path[PATH_BYTES], value[DECIMAL_TEXT_MAX];
    struct faults *faults = faults_new();
    (void)state;
    assert_true(seeds_path("indicators.yaml", path));
    struct indicators *indicators = indicators_load(path, faults);
    faults_print(faults, stderr);
    assert_non_null(indicators);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct indicator *indicator = find(indicators, cases[i].id);
        decimal_format(indicator->value, value);
        assert_true(indicator->has_value);
        assert_string_equal(value, cases[i].value);
        assert_string_equal(indicator->year, cases[i].year);
        assert_int_equal(indicator->kind, cases[i].kind);
        assert_int_equal(indicator->floor, cases[i].floor);
    }
    assert_false(find(indicators, "rail-share")->has_value);
    assert_int_equal(find(indicators, "rail-share")->overs, 2);
    for (size_t i = 0; i < indicators->count; i++) /* ids are unique */
        assert_ptr_equal(find(indicators, indicators->indicator[i].id), &indicators->indicator[i]);
    indicators_free(indicators);
    faults_free(faults);
}

static void named_mines_refer_to_indicators(void **state)
{
    char path[PATH_BYTES];
    struct faults *faults = faults_new();
    (void)state;
    assert_true(seeds_path("indicators.yaml", path));
    struct indicators *indicators = indicators_load(path, faults);
    assert_true(seeds_path("mines.yaml", path));
    struct county *county = county_load(path, NULL, faults);
    faults_print(faults, stderr);
    assert_non_null(indicators);
    assert_non_null(county);
    assert_int_equal(county->mines, 6);
    for (size_t i = 0; i < county->mines; i++) {
        const struct county_mine *mine = &county->mine[i];
        int64_t capacity = 0;
        assert_false(mine->simulated);
        assert_null(county_fact(mine, FACT_APPROVED, COUNTY_OPEN - 1)); /* no text gives one */
        county_capacity(mine, COUNTY_OPEN - 1, &capacity);
        assert_int_equal(capacity, strcmp(mine->name, "guojiagou") ? 0 : 400 * COUNTY_10KT_KG);
        assert_true(mine->projects > 0);
        for (size_t p = 0; p < mine->projects; p++) {
            assert_non_null(find(indicators, mine->project[p].indicator));
            assert_false(mine->project[p].reached);
        }
    }
    county_free(county);
    indicators_free(indicators);
    faults_free(faults);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_outlook_is_exact),
        cmocka_unit_test(targets_are_in_the_meters_unit),
        cmocka_unit_test(seeds_say_what_their_sources_say),
        cmocka_unit_test(named_mines_refer_to_indicators),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
