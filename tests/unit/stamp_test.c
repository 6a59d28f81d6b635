/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collector/calendar.h"
#include "collector/stamp.h"

/* Of the zone Asia/Shanghai. */
static void times_as_people_write_them(void **state)
{
    static const struct {
        const char *text;
        int64_t at_ms;
    } cases[] = {
        {"2026/1/5", INT64_C(1767542400000)},
        {"2026-01-05", INT64_C(1767542400000)},
        {"2026-01-05 08:00", INT64_C(1767571200000)},
        {"2026/1/5 8:00", INT64_C(1767571200000)},
        {"2026/1/5 8:00:00", INT64_C(1767571200000)},
        {"2026.1.5 8:00:01.25", INT64_C(1767571201250)},
        {"2026年1月5日 8:00", INT64_C(1767571200000)},
        {"2026年1月5日8:00", INT64_C(1767571200000)},
        {"2026年01月05日8时", INT64_C(1767571200000)},
        {"2026年1月5日 8时30分", INT64_C(1767573000000)},
        {"2026年1月5日　8时30分15秒", INT64_C(1767573015000)},
        {"2026-01-05T08:00", INT64_C(1767571200000)},
        {"2026-01-05T00:00:00Z", INT64_C(1767571200000)},
        {"2026-01-05 01:30 +01:30", INT64_C(1767571200000)},
        {"2026-01-04T19:00:00.123-0500", -1},
        {"2026-01-04T19:00:00.123-05:00", INT64_C(1767571200123)},
        {"2026/1/5 24:00", INT64_C(1767628800000)},
        {"2024/2/29 0:00", INT64_C(1709136000000)},
        {"2026/2/29", -1},
        {"2026/13/1", -1},
        {"2026/0/1", -1},
        {"2026/1/0", -1},
        {"26/1/5", -1},
        {"1969/12/31", -1},
        {"20260105", -1},
        {"2026/1-5", -1},
        {"2026年1月5", -1},
        {"2026-01-05T", -1},
        {"2026-01-05 8", -1},
        {"2026-01-05 8:0:60", -1},
        {"2026-01-05 8:60", -1},
        {"2026-01-05 24:01", -1},
        {"2026-01-05 24:00:00.1", -1},
        {"2026-01-05 08:00 pm", -1},
        {"2026-01-05 08:00:", -1},
        {"2026-01-05 08:00:00.", -1},
        {"5/1/2026", -1},
        {"46027.333", -1},
        {"", -1},
    };
    (void)state;
    assert_true(calendar_zone("Asia/Shanghai"));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t at_ms = -1;
        if (!stamp_parse(cases[i].text, &at_ms))
            at_ms = -1;
        if (at_ms != cases[i].at_ms)
            print_message("# %s\n", cases[i].text);
        assert_int_equal(at_ms, cases[i].at_ms);
    }
}

static void numbers_as_spreadsheets_show_them(void **state)
{
    static const struct {
        const char *text;
        int64_t digits;
        int places; /* -1: refused */
    } cases[] = {
        {"0", 0, 0},
        {"1882104.311", 1882104311, 3},
        {"1,882,104.311", 1882104311, 3},
        {"12,104", 12104, 0},
        {"-1,234.5", -12345, 1},
        {"0012345.6", 123456, 1},
        {"000", 0, 0},
        {"00.5", 5, 1},
        {"9,223,372,036,854,775,807", INT64_MAX, 0},
        {"1,88", 0, -1},
        {"1,8820", 0, -1},
        {"1234,567", 0, -1},
        {",123", 0, -1},
        {"1,,234", 0, -1},
        {"1,234,", 0, -1},
        {"1.234,567", 0, -1},
        {"1,23.5", 0, -1},
        {"1.2.3", 0, -1},
        {"1.", 0, -1},
        {".5", 0, -1},
        {"+5", 0, -1},
        {"1.88E+06", 0, -1},
        {"12 345", 0, -1},
        {"9223372036854775808", 0, -1},
        {"0.1234567890123", 0, -1},
        {"--1", 0, -1},
        {"", 0, -1},
        {"t", 0, -1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct decimal number = {0, -1};
        const bool good = number_parse(cases[i].text, &number);
        if (good != (cases[i].places >= 0))
            print_message("# %s\n", cases[i].text);
        assert_int_equal(good, cases[i].places >= 0);
        assert_int_equal(number.digits, cases[i].digits);
        assert_int_equal(number.places, cases[i].places);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_as_people_write_them),
        cmocka_unit_test(numbers_as_spreadsheets_show_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
