/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "collector/calendar.h"
#include "drivers/span.h"
#include "tests/unit/seed.h"

static uint64_t random_state;

static void zone(const char *name)
{
    if (!calendar_zone(name))
        fail_msg("no zone %s: is tzdata installed?", name);
}

/* The zone's own opinion, by the C library alone. */
static struct tm local(int64_t at_ms)
{
    const time_t at_s = (time_t)(at_ms >= 0 ? at_ms / 1000 : -((-at_ms + 999) / 1000));
    struct tm tm;
    assert_non_null(localtime_r(&at_s, &tm));
    return tm;
}

static int64_t instant(const char *date, int seconds)
{
    civil_day day;
    assert_true(civil_parse(date, &day));
    return civil_instant(day, seconds);
}

static struct calendar_rule rule_of_shifts(civil_day from, int start_s, int shifts)
{
    struct calendar_rule rule = {.from = from, .day_start_s = start_s, .shifts = shifts};
    for (int i = 0; i < shifts; i++)
        rule.shift[i].start_s = start_s + i * (86400 / shifts);
    return rule;
}

static void test_zones(void **unused)
{
    (void)unused;
    static const char *const wrong[] = {"",         "Asia/Nowhere",   "../etc/passwd", "/etc/localtime", "Asia",
                                        "zone.tab", "Asia/Shang hai", "UTC0",          ":UTC",           "Asia/../UTC"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(calendar_zone(wrong[i]));
    assert_true(calendar_zones_installed());
    assert_int_equal(setenv("TZDIR", "/nonexistent", 1), 0);
    assert_false(calendar_zones_installed());
    assert_false(calendar_zone("UTC"));
    assert_int_equal(unsetenv("TZDIR"), 0);
    zone("Asia/Shanghai");
    assert_int_equal(instant("1970-01-01", 8 * 3600), 0);
}

static void test_dates(void **unused)
{
    (void)unused;
    static const struct {
        const char *text;
        civil_day day; /* -1: refused */
    } cases[] = {
        {"1970-01-01", 0},     {"1970-03-01", 59},      {"2000-02-29", 11016}, {"2026-10-13", 20739},
        {"2100-02-28", 47540}, {"9999-12-31", 2932896}, {"2100-02-29", -1},    {"2026-02-29", -1},
        {"2026-13-01", -1},    {"2026-00-01", -1},      {"2026-01-00", -1},    {"2026-01-32", -1},
        {"2026-1-1", -1},      {"2026/01/01", -1},      {"2026-01-01 ", -1},   {"", -1},
        {"0000-01-01", -1},    {"+026-01-01", -1},      {"2026-04-31", -1},    {"20260-1-01", -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        civil_day day = -1;
        assert_int_equal(civil_parse(cases[i].text, &day), cases[i].day != -1);
        assert_int_equal(day, cases[i].day);
        char text[11];
        if (day != -1) {
            civil_format(day, text);
            assert_string_equal(text, cases[i].text);
        }
    }
    assert_int_equal(civil_from_date(2026, 13, 1), civil_from_date(2027, 1, 1));
    assert_int_equal(civil_from_date(2026, 0, 31), civil_from_date(2025, 12, 31));
    assert_int_equal(civil_from_date(2024, 3, 0), civil_from_date(2024, 2, 29));
}

/* Every day of 800 years against the C library. */
static void test_dates_as_the_library(void **unused)
{
    (void)unused;
    for (civil_day day = -170000; day < 130000; day++) {
        const time_t at = (time_t)day * 86400;
        struct tm tm;
        int year, month, day_of_month;
        assert_non_null(gmtime_r(&at, &tm));
        civil_to_date(day, &year, &month, &day_of_month);
        if (year != tm.tm_year + 1900 || month != tm.tm_mon + 1 || day_of_month != tm.tm_mday ||
            civil_from_date(year, month, day_of_month) != day)
            fail_msg("day %d is %d-%d-%d", day, year, month, day_of_month);
    }
}

static void test_formats(void **unused)
{
    (void)unused;
    char text[20];
    zone("Asia/Shanghai");
    instant_format(INT64_C(1791869465123), text);
    assert_string_equal(text, "2026-10-13 13:31:05");
    instant_format(-1, text);
    assert_string_equal(text, "1970-01-01 07:59:59");
    /* A clock may say anything; the text stays a text. */
    static const int64_t extremes[] = {INT64_MIN, INT64_MAX, INT64_MIN / 1000, INT64_MAX / 1000};
    for (size_t i = 0; i < sizeof extremes / sizeof *extremes; i++) {
        instant_format(extremes[i], text);
        assert_int_equal(strlen(text), 19);
        (void)calendar_bucket(calendar_civil(), extremes[i]);
    }
}

static void test_lengths_of_days(void **unused)
{
    (void)unused;
    static const struct {
        const char *zone, *date;
        int hours;
    } cases[] = {
        {"Asia/Shanghai", "2026-03-29", 24},    {"Europe/Berlin", "2026-03-28", 24},
        {"Europe/Berlin", "2026-03-29", 23},    {"Europe/Berlin", "2026-10-25", 25},
        {"America/New_York", "2026-03-08", 23}, {"America/New_York", "2026-11-01", 25},
        {"Pacific/Apia", "2011-12-30", 0}, /* Samoa left this day out */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        zone(cases[i].zone);
        civil_day day;
        assert_true(civil_parse(cases[i].date, &day));
        const struct calendar_span span = calendar_day(calendar_civil(), day);
        assert_int_equal(span.to_ms - span.from_ms, (int64_t)cases[i].hours * HOUR_MS);
    }
}

static void test_clock_times_skipped_and_doubled(void **unused)
{
    (void)unused;
    zone("Europe/Berlin");
    /* 02:00 to 03:00 does not exist: all of it is the moment of the skip, 01:00 UTC. */
    const int64_t skip = INT64_C(1774746000000);
    assert_int_equal(instant("2026-03-29", 2 * 3600 - 1), skip - 1000);
    assert_int_equal(instant("2026-03-29", 2 * 3600), skip);
    assert_int_equal(instant("2026-03-29", 2 * 3600 + 1800), skip);
    assert_int_equal(instant("2026-03-29", 3 * 3600), skip);
    assert_int_equal(instant("2026-03-29", 3 * 3600 + 1), skip + 1000);
    /* 02:00 to 03:00 happens twice: the first of them, from 00:00 UTC. */
    const int64_t twice = INT64_C(1792886400000);
    assert_int_equal(instant("2026-10-25", 2 * 3600), twice);
    assert_int_equal(instant("2026-10-25", 3 * 3600 - 1), twice + HOUR_MS - 1000);
    assert_int_equal(instant("2026-10-25", 3 * 3600), twice + 2 * HOUR_MS);
}

static void test_shifts_by_the_local_clock(void **unused)
{
    (void)unused;
    zone("Europe/Berlin");
    struct calendar_rule rule = rule_of_shifts(0, 0, 3);
    const struct calendar calendar = {1, &rule};
    civil_day day;
    assert_true(civil_parse("2026-03-29", &day));
    const int hours[] = {7, 8, 8};
    for (int shift = 0; shift < 3; shift++) {
        const struct calendar_span span = calendar_shift(&calendar, day, shift);
        assert_int_equal(local(span.from_ms).tm_hour, shift * 8);
        assert_int_equal(span.to_ms - span.from_ms, (int64_t)hours[shift] * HOUR_MS);
    }
}

/* Days that begin the evening before, then at midnight, then in the morning: the
 * day before each change is shorter or longer, and its last shift takes it. */
static void test_transition_days(void **unused)
{
    (void)unused;
    zone("Asia/Shanghai");
    struct calendar_rule rules[] = {rule_of_shifts(0, -4 * 3600, 3), rule_of_shifts(20000, 0, 4),
                                    rule_of_shifts(20010, 8 * 3600, 3), rule_of_shifts(20020, -12 * 3600, 2)};
    const struct calendar calendar = {4, rules};
    static const struct {
        civil_day day;
        int shift;
        int from_h, to_h; /* from the day's midnight */
    } cases[] = {
        {-5, 0, -4, 4},    {19998, 2, 12, 20}, {19999, 2, 12, 24}, {20000, 0, 0, 6},   {20009, 3, 18, 32},
        {20010, 0, 8, 16}, {20019, 0, 8, 12},  {20019, 1, 12, 12}, {20019, 2, 12, 12}, {20020, 0, -12, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct calendar_span span = calendar_shift(&calendar, cases[i].day, cases[i].shift);
        assert_int_equal(span.from_ms, civil_instant(cases[i].day, cases[i].from_h * 3600));
        assert_int_equal(span.to_ms, civil_instant(cases[i].day, cases[i].to_h * 3600));
    }
    const struct calendar_place place = calendar_place(&calendar, instant("1970-01-01", 20 * 3600));
    assert_int_equal(place.day, 1);
    assert_int_equal(place.shift, 0);
}

static void test_select(void **unused)
{
    (void)unused;
    struct calendar_rule rules[] = {rule_of_shifts(0, 0, 3), rule_of_shifts(5, 0, 2), rule_of_shifts(9, 0, 4)};
    strcpy(rules[1].quantity, "energy");
    const struct calendar all = {3, rules};
    struct calendar out;
    assert_true(calendar_select(&all, "raw_coal", &out));
    assert_int_equal(out.rules, 2);
    assert_int_equal(out.rule[0].shifts, 3);
    assert_int_equal(out.rule[1].shifts, 4);
    free(out.rule);
    assert_true(calendar_select(&all, "energy", &out));
    assert_int_equal(out.rules, 1);
    assert_int_equal(calendar_rule_of(&out, -100)->shifts, 2);
    free(out.rule);
    const struct calendar only_energy = {1, &rules[1]};
    assert_false(calendar_select(&only_energy, "raw_coal", &out));
    assert_null(out.rule);
}

static void test_last_time(void **unused)
{
    (void)unused;
    zone("Asia/Shanghai");
    const int64_t noon = instant("2026-10-13", 12 * 3600);
    assert_int_equal(calendar_last_time(noon, 12 * 3600), noon);
    assert_int_equal(calendar_last_time(noon - 1, 12 * 3600), noon - 24 * HOUR_MS);
    assert_int_equal(calendar_last_time(noon, 0), noon - 12 * HOUR_MS);
    assert_int_equal(calendar_last_time(noon, 12 * 3600 + 1), noon - 24 * HOUR_MS + 1000);
    zone("Europe/Berlin");
    assert_int_equal(calendar_last_time(INT64_C(1774746000000), 2 * 3600 + 1800), INT64_C(1774746000000));
}

/* --- random calendars --- */

enum { RULES = 4 };

static void random_calendar(struct calendar *calendar, struct calendar_rule *rules, civil_day around)
{
    calendar->rules = 1 + (size_t)random_below(&random_state, RULES);
    calendar->rule = rules;
    for (size_t i = 0; i < calendar->rules; i++) {
        struct calendar_rule *rule = &rules[i];
        *rule = (struct calendar_rule){.from = around - 6 + 4 * (int)i,
                                       .shifts = 1 + (int)random_below(&random_state, SHIFTS_MAX)};
        do
            rule->day_start_s = (int)random_below(&random_state, 2 * 86399 + 1) - 86399;
        while (i > 0 && 86400 + rule->day_start_s <= rules[i - 1].day_start_s);
        const int unit = random_below(&random_state, 2) ? 1 : 1800;
        int start = rule->day_start_s;
        for (int shift = 0; shift < rule->shifts; shift++) {
            rule->shift[shift].start_s = start;
            const int room = (rule->day_start_s + 86400 - start) / unit - (rule->shifts - shift);
            start += unit * (1 + (int)random_below(&random_state, room > 1 ? room / 2 + 1 : 1));
        }
    }
}

static void assert_tiles(const struct calendar *calendar, civil_day day)
{
    const struct calendar_span span = calendar_day(calendar, day);
    assert_true(span.from_ms <= span.to_ms);
    assert_int_equal(span.to_ms, calendar_day(calendar, day + 1).from_ms);
    int64_t at = span.from_ms;
    for (int shift = 0; shift < calendar_rule_of(calendar, day)->shifts; shift++) {
        const struct calendar_span part = calendar_shift(calendar, day, shift);
        assert_true(part.from_ms <= part.to_ms);
        assert_int_equal(part.from_ms, at);
        at = part.to_ms;
    }
    assert_int_equal(at, span.to_ms);
}

static void assert_bucket(const struct calendar *calendar, struct calendar_span bucket, int64_t at_ms)
{
    assert_true(bucket.from_ms <= at_ms && at_ms < bucket.to_ms);
    const struct calendar_place place = calendar_place(calendar, at_ms);
    const struct calendar_span shift = calendar_shift(calendar, place.day, place.shift);
    assert_true(shift.from_ms <= bucket.from_ms && bucket.to_ms <= shift.to_ms);
    const struct tm first = local(bucket.from_ms), last = local(bucket.to_ms - 1);
    assert_int_equal(first.tm_hour, last.tm_hour);
    assert_int_equal(first.tm_mday, last.tm_mday);
    assert_int_equal(first.tm_gmtoff, last.tm_gmtoff);
}

/* Buckets follow one another without hole or overlap, and each is as large as it may be. */
static void assert_walk(const struct calendar *calendar, int64_t from_ms, int64_t to_ms)
{
    struct calendar_span before = calendar_bucket(calendar, from_ms);
    while (before.to_ms < to_ms) {
        const struct calendar_span bucket = calendar_bucket(calendar, before.to_ms);
        assert_int_equal(bucket.from_ms, before.to_ms);
        const int64_t inside = bucket.from_ms + random_below(&random_state, bucket.to_ms - bucket.from_ms);
        const struct calendar_span again = calendar_bucket(calendar, inside);
        assert_int_equal(again.from_ms, bucket.from_ms);
        assert_int_equal(again.to_ms, bucket.to_ms);
        assert_bucket(calendar, bucket, bucket.from_ms);
        assert_bucket(calendar, bucket, bucket.to_ms - 1);
        const struct calendar_place a = calendar_place(calendar, before.to_ms - 1),
                                    b = calendar_place(calendar, before.to_ms);
        const struct tm hour_a = local(before.to_ms - 1), hour_b = local(before.to_ms);
        assert_true(a.day != b.day || a.shift != b.shift || hour_a.tm_hour != hour_b.tm_hour ||
                    hour_a.tm_gmtoff != hour_b.tm_gmtoff);
        before = bucket;
    }
}

static void test_random_calendars(void **unused)
{
    (void)unused;
    static const struct {
        const char *zone, *date; /* around which something happens */
    } cases[] = {
        {"Asia/Shanghai", "2026-10-13"},
        {"Europe/Berlin", "2026-03-29"},
        {"Europe/Berlin", "2026-10-25"},
        {"Australia/Lord_Howe", "2026-10-04"},
        {"Australia/Lord_Howe", "2026-04-05"}, /* half an hour */
        {"America/St_Johns", "2026-11-01"},
        {"Asia/Kathmandu", "2026-01-01"}, /* odd offsets */
        {"Pacific/Apia", "2011-12-30"},   /* no such day */
        {"Africa/Cairo", "2026-04-24"},   /* changes at midnight */
        {"UTC", "2026-12-31"},
    };
    for (int round = 0; round < 12; round++)
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            struct calendar_rule rules[RULES];
            struct calendar calendar;
            civil_day around;
            zone(cases[i].zone);
            assert_true(civil_parse(cases[i].date, &around));
            random_calendar(&calendar, rules, around);
            for (civil_day day = around - 12; day < around + 14; day++)
                assert_tiles(&calendar, day);
            assert_walk(&calendar, calendar_day(&calendar, around - 9).from_ms,
                        calendar_day(&calendar, around + 9).to_ms);
        }
}

int main(void)
{
    random_state = seed_take();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_zones),
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_dates_as_the_library),
        cmocka_unit_test(test_formats),
        cmocka_unit_test(test_lengths_of_days),
        cmocka_unit_test(test_clock_times_skipped_and_doubled),
        cmocka_unit_test(test_shifts_by_the_local_clock),
        cmocka_unit_test(test_transition_days),
        cmocka_unit_test(test_select),
        cmocka_unit_test(test_last_time),
        cmocka_unit_test(test_random_calendars),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
