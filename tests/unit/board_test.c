/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/board.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/seed.h"

static struct indicator_value value_of(int64_t top, int64_t bottom, int64_t times)
{
    return (struct indicator_value){.has = true, .top = top, .bottom = bottom, .times = times};
}

static void nothing_is_rounded_up(void **state)
{
    static const struct {
        int64_t top, bottom, times;
        const char *target;
        int64_t permille, gap; /* gap in tenths */
        int compared;
        const char *exact;
    } cases[] = {
        {909999, 1000000, 100, "91", 999, -1, -1, "90.9999"},
        {91, 100, 100, "91", 1000, 0, 0, "91"},
        {910001, 1000000, 100, "91", 1000, 0, 1, "91.0001"},
        {1, 3, 100, "33.3", 1001, 0, 1, "33.333333"},
        {10, 1, 1, "11", 909, -10, -1, "10"},
        {12, 1, 1, "11", 1090, 10, 1, "12"},
        {0, 1, 1, "11", 0, -110, -1, "0"},
        {INT64_C(35999999999), 10000000, 1, "3600", 999, -1, -1, "3599.9999999"},
        {INT64_C(36000000000), 10000000, 1, "3600", 1000, 0, 0, "3600"},
        {-5, 100, 100, "10", -500, -150, -1, "-5"},
        {-1, 3, 1, "1", -334, -14, -1, "-0.333334"}, /* floored, away from zero */
    };
    char text[DECIMAL_TEXT_MAX];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct indicator_value value = value_of(cases[i].top, cases[i].bottom, cases[i].times);
        struct decimal target, gap, exact;
        int64_t permille;
        assert_true(decimal_parse(cases[i].target, &target));
        assert_true(board_share(&value, target, &permille));
        assert_int_equal(permille, cases[i].permille);
        assert_true(board_gap(&value, target, 1, &gap));
        assert_int_equal(gap.digits, cases[i].gap);
        assert_int_equal(indicator_value_compare(&value, target), cases[i].compared);
        assert_true(board_exact(&value, &exact));
        decimal_format(exact, text);
        assert_string_equal(text, cases[i].exact);
    }
}

static void what_is_not_there_has_no_share(void **state)
{
    const struct indicator_value none = {.bottom = 1, .times = 1}, value = value_of(5, 1, 1);
    struct decimal gap;
    int64_t permille;
    (void)state;
    assert_false(board_share(&none, (struct decimal){5, 0}, &permille));
    assert_false(board_share(&value, (struct decimal){0, 0}, &permille));
    assert_false(board_gap(&none, (struct decimal){5, 0}, 1, &gap));
    assert_false(board_change(&none, &value, 0, &gap));
    assert_false(board_change(&value, &value, 0, &gap));
    assert_true(board_share(&value, (struct decimal){5, 0}, &permille));
}

static void changes_are_exact(void **state)
{
    const struct indicator_value then = value_of(1, 3, 100), now = value_of(333334, 1000000, 100);
    struct decimal change;
    (void)state;
    assert_true(board_change(&then, &now, 6, &change)); /* 33.3334 - 33.333333... */
    assert_int_equal(change.digits, 66);
    assert_true(board_change(&now, &then, 1, &change));
    assert_int_equal(change.digits, -1);
}

static void random_shares_agree_with_long_division(void **state)
{
    (void)state;
    seed_random();
    for (int i = 0; i < 20000; i++) {
        const int64_t top = rand() % 200000 - 1000, bottom = rand() % 100000 + 1, digits = rand() % 100000 + 1;
        const struct indicator_value value = value_of(top, bottom, 100);
        const struct decimal target = {digits, 1};
        struct decimal gap;
        int64_t permille;
        assert_true(board_share(&value, target, &permille));
        /* permille <= 1000 * value / target < permille + 1 */
        assert_true(permille * bottom * digits <= top * 100 * 1000 * 10);
        assert_true((permille + 1) * bottom * digits > top * 100 * 1000 * 10);
        assert_true(board_gap(&value, target, 1, &gap));
        assert_true((gap.digits + digits) * bottom <= top * 1000);
        assert_true((gap.digits + 1 + digits) * bottom > top * 1000);
        assert_int_equal(gap.digits >= 0, indicator_value_compare(&value, target) >= 0);
    }
}

static void headlines_come_first(void **state)
{
    struct indicator list[] = {
        {.id = "a"}, {.id = "b", .headline = 7}, {.id = "c"}, {.id = "d", .headline = 2}, {.id = "e"}};
    const struct indicators indicators = {5, list};
    static const size_t expected[] = {3, 1, 0, 2, 4};
    size_t order[5];
    (void)state;
    board_order(&indicators, order);
    assert_memory_equal(order, expected, sizeof expected);
}

static void sources_are_told(void **state)
{
    const struct indicator_stated said = {.has_value = true}, silent = {.has_value = false};
    const struct indicator_stated of_2025 = {.year = 2025, .has_value = true};
    struct indicator_value value = {.has = true, .origin = ORIGIN_METERED, .bottom = 1};
    enum board_source source;
    (void)state;
    assert_int_equal(board_source_of(&value, &said), BOARD_METERED);
    value.by_people = 1;
    assert_int_equal(board_source_of(&value, &said), BOARD_MIXED);
    value.origin = ORIGIN_DERIVED;
    assert_int_equal(board_source_of(&value, NULL), BOARD_DERIVED);
    value.has = false;
    assert_int_equal(board_source_of(&value, &said), BOARD_STATED);
    assert_ptr_equal(board_stands(&of_2025, false, 2026), &of_2025);
    assert_null(board_stands(&of_2025, true, 2026)); /* never against a target of another year */
    assert_ptr_equal(board_stands(&of_2025, true, 2025), &of_2025);
    assert_null(board_stands(NULL, false, 2026));
    assert_int_equal(board_source_of(&value, &silent), BOARD_NO_DATA);
    assert_int_equal(board_source_of(&value, NULL), BOARD_NO_DATA);
    for (int i = 0; i < BOARD_SOURCES; i++) {
        assert_true(board_source_parse(board_source_text((enum board_source)i), &source));
        assert_int_equal(source, i);
    }
    assert_false(board_source_parse("meter", &source));
}

static void targets_are_in_the_meters_unit(void **state)
{
    struct indicator indicator = {.find = {.kind = FIND_SUM, .size = 10000}};
    int64_t amount;
    (void)state;
    assert_true(board_target_amount(&indicator, (struct decimal){3600, 0}, &amount));
    assert_int_equal(amount, INT64_C(36000000000));
    indicator.find.size = 100000000;
    assert_true(board_target_amount(&indicator, (struct decimal){24, 1}, &amount));
    assert_int_equal(amount, INT64_C(240000000000));
    indicator.find.kind = FIND_RATIO;
    assert_false(board_target_amount(&indicator, (struct decimal){24, 1}, &amount));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_rounded_up),
        cmocka_unit_test(what_is_not_there_has_no_share),
        cmocka_unit_test(changes_are_exact),
        cmocka_unit_test(random_shares_agree_with_long_division),
        cmocka_unit_test(headlines_come_first),
        cmocka_unit_test(sources_are_told),
        cmocka_unit_test(targets_are_in_the_meters_unit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
