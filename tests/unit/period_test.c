/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/period.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "collector/amount.h"

static civil_day date(const char *text)
{
    civil_day day = 0;
    assert_true(civil_parse(text, &day));
    return day;
}

static void days_are_read(void **state)
{
    const civil_day today = date("2026-03-01");
    civil_day day = 7;
    (void)state;
    assert_true(period_parse_day("today", today, &day));
    assert_int_equal(day, today);
    assert_true(period_parse_day("yesterday", today, &day));
    assert_int_equal(day, date("2026-02-28"));
    assert_true(period_parse_day("2024-02-29", today, &day));
    assert_int_equal(day, date("2024-02-29"));
    static const char *const wrong[] = {"", "tomorrow", "2026-02-29", "2026-2-3", "13.10.2026", "2026-10-13x"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(period_parse_day(wrong[i], today, &day));
}

static void months_and_years_are_read(void **state)
{
    const civil_day today = date("2026-01-31");
    static const char *const wrong[] = {"", "2026", "2026-13", "2026-00", "2026-1", "2026-01-01", "next"};
    civil_month month;
    int year;
    char text[8];
    (void)state;
    assert_true(period_parse_month("last", today, &month));
    month_format(month, text);
    assert_string_equal(text, "2025-12");
    assert_true(period_parse_month("2026-02", today, &month));
    assert_int_equal(month_days(month).from, date("2026-02-01"));
    assert_int_equal(month_days(month).to, date("2026-03-01"));
    assert_int_equal(month, month_of(date("2026-02-28")));
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(period_parse_month(wrong[i], today, &month));
    assert_true(period_parse_year("last", today, &year));
    assert_int_equal(year, 2025);
    assert_true(period_parse_year("2024", today, &year));
    assert_int_equal(year_days(year).to - year_days(year).from, 366);
    assert_false(period_parse_year("24", today, &year));
}

static void dekads_are_ten_days_and_the_rest(void **state)
{
    static const struct {
        const char *text, *first, *last;
    } cases[] = {
        {"2026-10/1", "2026-10-01", "2026-10-10"}, {"2026-10/2", "2026-10-11", "2026-10-20"},
        {"2026-10/3", "2026-10-21", "2026-10-31"}, {"2026-11/3", "2026-11-21", "2026-11-30"},
        {"2026-02/3", "2026-02-21", "2026-02-28"}, {"2024-02/3", "2024-02-21", "2024-02-29"},
        {"2025-12/3", "2025-12-21", "2025-12-31"}, {"2026-01/1", "2026-01-01", "2026-01-10"},
    };
    civil_dekad dekad;
    char text[10];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(period_parse_dekad(cases[i].text, 0, &dekad));
        const struct period days = dekad_days(dekad);
        assert_int_equal(days.from, date(cases[i].first));
        assert_int_equal(days.to - 1, date(cases[i].last));
        assert_int_equal(dekad_of(days.from), dekad);
        assert_int_equal(dekad_of(days.to - 1), dekad);
        assert_int_equal(dekad_of(days.to), dekad + 1);
        dekad_format(dekad, text);
        assert_string_equal(text, cases[i].text);
    }
    assert_true(period_parse_dekad("last", date("2026-01-05"), &dekad));
    assert_int_equal(dekad_days(dekad).from, date("2025-12-21"));
    static const char *const wrong[] = {"2026-10/0", "2026-10/4", "2026-10/", "2026-10", "2026-13/1", "2026-10/1x"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(period_parse_dekad(wrong[i], 0, &dekad));
}

static void a_period_has_one_text(void **state)
{
    static const struct {
        const char *text, *written; /* NULL: as read */
        enum period_kind kind;
        const char *first, *last;
        int shift;
    } cases[] = {
        {"2026-10-13/1", NULL, PERIOD_KIND_SHIFT, "2026-10-13", "2026-10-13", 0},
        {"2026-10-13/8", NULL, PERIOD_KIND_SHIFT, "2026-10-13", "2026-10-13", 7},
        {"2026-10-13", NULL, PERIOD_KIND_DAY, "2026-10-13", "2026-10-13", -1},
        {"today", "2026-03-01", PERIOD_KIND_DAY, "2026-03-01", "2026-03-01", -1},
        {"yesterday", "2026-02-28", PERIOD_KIND_DAY, "2026-02-28", "2026-02-28", -1},
        {"2024-02/3", NULL, PERIOD_KIND_DEKAD, "2024-02-21", "2024-02-29", -1},
        {"2024-02", NULL, PERIOD_KIND_MONTH, "2024-02-01", "2024-02-29", -1},
        {"2024", NULL, PERIOD_KIND_YEAR, "2024-01-01", "2024-12-31", -1},
    };
    static const char *const wrong[] = {"",          "this",      "last",       "2026-10-13/0", "2026-10-13/9",
                                        "2026-10/4", "2026-2-29", "2026-02-29", "26-10",        "2026-10-13/1/1",
                                        "2026/10"};
    struct period_name name;
    char text[PERIOD_TEXT_BYTES];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(period_parse(cases[i].text, date("2026-03-01"), &name));
        assert_int_equal(name.kind, cases[i].kind);
        assert_int_equal(name.days.from, date(cases[i].first));
        assert_int_equal(name.days.to - 1, date(cases[i].last));
        assert_int_equal(name.shift, cases[i].shift);
        period_format(&name, text);
        assert_string_equal(text, cases[i].written ? cases[i].written : cases[i].text);
    }
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(period_parse(wrong[i], date("2026-03-01"), &name));
    for (int kind = PERIOD_KIND_SHIFT; kind < PERIOD_KINDS; kind++) {
        enum period_kind read;
        assert_true(period_kind_read(period_kind_text((enum period_kind)kind), &read));
        assert_int_equal(read, kind);
    }
    assert_false(period_kind_read("decade", &(enum period_kind){0}));
}

static void own_months_end_on_the_cut_off(void **state)
{
    static const struct {
        const char *month;
        int cutoff;
        const char *first, *last;
    } cases[] = {
        {"2026-10", 0, "2026-10-01", "2026-10-31"},  {"2026-10", 25, "2026-09-26", "2026-10-25"},
        {"2026-01", 20, "2025-12-21", "2026-01-20"}, {"2026-03", 30, "2026-03-01", "2026-03-30"},
        {"2026-02", 30, "2026-01-31", "2026-02-28"}, {"2026-02", 31, "2026-02-01", "2026-02-28"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        civil_month month;
        assert_true(period_parse_month(cases[i].month, 0, &month));
        const struct period days = month_days_to(month, cases[i].cutoff);
        assert_int_equal(days.from, date(cases[i].first));
        assert_int_equal(days.to - 1, date(cases[i].last));
    }
}

static void instants_are_read(void **state)
{
    const civil_day today = date("2026-10-14");
    static const char *const wrong[] = {"", "07:31", "2026-10-13 7:31", "2026-10-13 24:00", "2026-10-13 07:60", "now"};
    int64_t at_ms;
    (void)state;
    assert_true(calendar_zone("Asia/Shanghai"));
    assert_true(period_parse_instant("2026-10-13", today, &at_ms));
    assert_int_equal(at_ms, INT64_C(1791820800000));
    assert_true(period_parse_instant("yesterday 07:31", today, &at_ms));
    assert_int_equal(at_ms, INT64_C(1791820800000) + (7 * 60 + 31) * 60000);
    assert_true(period_parse_instant("2026-10-13T07:31:05", today, &at_ms));
    assert_int_equal(at_ms, INT64_C(1791820800000) + ((7 * 60 + 31) * 60 + 5) * 1000);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(period_parse_instant(wrong[i], today, &at_ms));
}

static void amounts_are_rounded_for_the_eye_only(void **state)
{
    static const struct {
        int64_t amount;
        struct amount_style style;
        const char *shown;
    } cases[] = {
        {1882104311, {3, 0}, "1,882,104"},
        {1499, {3, 0}, "1"},
        {1500, {3, 0}, "2"},
        {-1500, {3, 0}, "-2"},
        {0, {3, 0}, "0"},
        {999499, {3, 0}, "999"},
        {999500, {3, 0}, "1,000"},
        {123455000, {7, 2}, "12.35"},
        {-123454999, {7, 2}, "-12.35"},
        {INT64_MAX, {3, 0}, "9,223,372,036,854,776"},
        {INT64_MIN, {3, 3}, "-9,223,372,036,854,775.808"},
    };
    char text[AMOUNT_TEXT_MAX];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        amount_show(cases[i].amount, cases[i].style, text);
        assert_string_equal(text, cases[i].shown);
    }
    amount_exact(1004118, text);
    assert_string_equal(text, "1,004.118");
    amount_plain(-5, text);
    assert_string_equal(text, "-0.005");
}

static void parts_of_an_amount_sum_to_it(void **state)
{
    (void)state;
    assert_int_equal(amount_before(89, 0, 1000, 400), 35);
    assert_int_equal(amount_before(89, 0, 1000, 0), 0);
    assert_int_equal(amount_before(89, 0, 1000, -5), 0);
    assert_int_equal(amount_before(89, 0, 1000, 1000), 89);
    assert_int_equal(amount_before(INT64_MAX, 0, 3, 1), INT64_MAX / 3);
    assert_int_equal(amount_add(INT64_MAX, 1), INT64_MAX);
    assert_int_equal(amount_add(INT64_MIN, -1), INT64_MIN);
    assert_int_equal(amount_add(3, -5), -2);
}

static void shares_are_floored(void **state)
{
    char text[AMOUNT_TEXT_MAX];
    (void)state;
    assert_int_equal(share_permille(9999, 10000), 999); /* never 100 % of what is not whole */
    assert_int_equal(share_permille(1, 0), 0);
    assert_int_equal(share_permille(INT64_MAX, 1), INT64_MAX);
    share_show(786, text);
    assert_string_equal(text, "78.6 %");
    share_show(-5, text);
    assert_string_equal(text, "-0.5 %");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_are_read),
        cmocka_unit_test(months_and_years_are_read),
        cmocka_unit_test(dekads_are_ten_days_and_the_rest),
        cmocka_unit_test(a_period_has_one_text),
        cmocka_unit_test(own_months_end_on_the_cut_off),
        cmocka_unit_test(instants_are_read),
        cmocka_unit_test(amounts_are_rounded_for_the_eye_only),
        cmocka_unit_test(parts_of_an_amount_sum_to_it),
        cmocka_unit_test(shares_are_floored),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
