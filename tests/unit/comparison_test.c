/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/comparison.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/unit/seed.h"

static civil_day date(const char *text)
{
    civil_day day = 0;
    assert_true(civil_parse(text, &day));
    return day;
}

static void words_are_read(void **state)
{
    enum comparison_with with;
    (void)state;
    assert_true(comparison_parse("year", &with));
    assert_int_equal(with, COMPARISON_YEAR);
    assert_true(comparison_parse("previous", &with));
    assert_int_equal(with, COMPARISON_PREVIOUS);
    assert_false(comparison_parse("last", &with));
    assert_false(comparison_parse("", &with));
}

/* All dates are the first and the last day, both included. */
static void like_is_compared_with_like(void **state)
{
    static const struct {
        enum period_kind kind;
        const char *from, *to;
        enum comparison_with with;
        const char *today, *now_to, *then_from, *then_to;
    } cases[] = {
        /* over: whole with whole */
        {PERIOD_KIND_DAY, "2026-03-01", "2026-03-01", COMPARISON_PREVIOUS, "2026-10-01", "2026-03-01", "2026-02-28",
         "2026-02-28"},
        {PERIOD_KIND_DAY, "2024-02-29", "2024-02-29", COMPARISON_YEAR, "2026-10-01", "2024-02-29", "2023-02-28",
         "2023-02-28"},
        {PERIOD_KIND_DEKAD, "2024-02-21", "2024-02-29", COMPARISON_YEAR, "2026-10-01", "2024-02-29", "2023-02-21",
         "2023-02-28"},
        {PERIOD_KIND_DEKAD, "2026-01-01", "2026-01-10", COMPARISON_PREVIOUS, "2026-10-01", "2026-01-10", "2025-12-21",
         "2025-12-31"},
        {PERIOD_KIND_MONTH, "2026-02-01", "2026-02-28", COMPARISON_PREVIOUS, "2026-03-01", "2026-02-28", "2026-01-01",
         "2026-01-31"},
        {PERIOD_KIND_MONTH, "2026-01-01", "2026-01-31", COMPARISON_YEAR, "2026-02-01", "2026-01-31", "2025-01-01",
         "2025-01-31"},
        {PERIOD_KIND_YEAR, "2025-01-01", "2025-12-31", COMPARISON_YEAR, "2026-01-01", "2025-12-31", "2024-01-01",
         "2024-12-31"},
        {PERIOD_KIND_SPAN, "2026-03-04", "2026-03-10", COMPARISON_PREVIOUS, "2026-10-01", "2026-03-10", "2026-02-25",
         "2026-03-03"},
        {PERIOD_KIND_SPAN, "2024-02-27", "2024-03-02", COMPARISON_YEAR, "2026-10-01", "2024-03-02", "2023-02-27",
         "2023-03-02"},
        /* running: as many days as are over */
        {PERIOD_KIND_MONTH, "2026-10-01", "2026-10-31", COMPARISON_PREVIOUS, "2026-10-14", "2026-10-13", "2026-09-01",
         "2026-09-13"},
        {PERIOD_KIND_MONTH, "2026-03-01", "2026-03-31", COMPARISON_PREVIOUS, "2026-03-31", "2026-03-30", "2026-02-01",
         "2026-02-28"},
        {PERIOD_KIND_YEAR, "2024-01-01", "2024-12-31", COMPARISON_YEAR, "2024-03-02", "2024-03-01", "2023-01-01",
         "2023-03-02"},
        {PERIOD_KIND_DEKAD, "2026-10-11", "2026-10-20", COMPARISON_PREVIOUS, "2026-10-12", "2026-10-11", "2026-10-01",
         "2026-10-01"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct period days = {date(cases[i].from), date(cases[i].to) + 1};
        const struct comparison is = comparison_of(cases[i].kind, days, cases[i].with, date(cases[i].today));
        if (is.now.from != days.from || is.now.to - 1 != date(cases[i].now_to) ||
            is.then.from != date(cases[i].then_from) || is.then.to - 1 != date(cases[i].then_to))
            fail_msg("case %zu", i);
        assert_int_equal(is.running, date(cases[i].today) < days.to);
    }
}

static void on_its_first_day_there_is_nothing_to_compare(void **state)
{
    static const enum period_kind kinds[] = {PERIOD_KIND_DAY, PERIOD_KIND_MONTH, PERIOD_KIND_SPAN};
    const struct period days = {date("2026-10-01"), date("2026-10-02")};
    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        for (civil_day today = days.from - 3; today <= days.from; today++) {
            const struct comparison is = comparison_of(kinds[i], days, COMPARISON_PREVIOUS, today);
            assert_true(is.running);
            assert_int_equal(is.now.to, is.now.from);
            assert_int_equal(is.then.to, is.then.from);
        }
}

/* Whatever the period: the other one ends before it begins, and has no more days that count. */
static void the_other_period_lies_before(void **state)
{
    (void)state;
    seed_random();
    for (int i = 0; i < 20000; i++) {
        const civil_day day = (civil_day)(random() % 60000);
        const civil_day today = day + (civil_day)(random() % 800) - 200;
        const enum period_kind kind = (enum period_kind)(PERIOD_KIND_DAY + random() % 5);
        const enum comparison_with with = random() % 2 ? COMPARISON_YEAR : COMPARISON_PREVIOUS;
        const struct period days = kind == PERIOD_KIND_DEKAD   ? dekad_days(dekad_of(day))
                                   : kind == PERIOD_KIND_MONTH ? month_days(month_of(day))
                                   : kind == PERIOD_KIND_YEAR  ? year_days(year_of(day))
                                   : kind == PERIOD_KIND_DAY
                                       ? (struct period){day, day + 1}
                                       : (struct period){day, day + 1 + (civil_day)(random() % 300)};
        const struct comparison is = comparison_of(kind, days, with, today);
        const civil_day now = is.now.to - is.now.from, then = is.then.to - is.then.from;
        assert_true(is.then.to <= is.now.from);
        assert_true(is.now.from == days.from && is.now.to <= days.to && now >= 0 && then >= 0);
        assert_true(!is.running || is.now.to <= (today > days.from ? today : days.from));
        assert_true(is.running ? then <= now : now == days.to - days.from);
        if (kind == PERIOD_KIND_DEKAD && !is.running)
            assert_int_equal(dekad_of(is.then.from), dekad_of(days.from) - (with == COMPARISON_YEAR ? 36 : 1));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_read),
        cmocka_unit_test(like_is_compared_with_like),
        cmocka_unit_test(on_its_first_day_there_is_nothing_to_compare),
        cmocka_unit_test(the_other_period_lies_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
