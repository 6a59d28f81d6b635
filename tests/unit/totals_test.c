/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/totals.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>

#include "tests/unit/site.h"

enum { LINES = 4 };

static struct totals_line line_at(struct totals *totals, int64_t wall_ms)
{
    struct totals_line line[LINES];
    assert_int_equal(totals_lines(totals, 0, wall_ms, line, LINES), 1);
    return line[0];
}

/* As a new ledger tells it. */
static struct totals *totals_started(const struct config *config)
{
    struct totals *totals = totals_new(config);
    for (size_t i = 0; i < config->meters; i++)
        totals_set(totals, i, 0, 0, 0, 0, 0);
    return totals;
}

/* What the ledger holds is not known yet: no figure, rather than a wrong one. */
static void nothing_is_said_before_the_ledger_is_read(void **state)
{
    struct site site;
    struct totals_line line[LINES];
    (void)state;
    site_make(&site, 1, NULL);
    struct totals *totals = totals_new(&site.config);
    assert_int_equal(totals_lines(totals, 0, SITE_DAY_MS, line, LINES), 0);
    totals_set(totals, 0, SITE_DAY_MS, 1, 20, 300, 4000);
    assert_int_equal(line_at(totals, SITE_DAY_MS).year, 4000);
    totals_free(totals);
}

static void periods_begin_anew(void **state)
{
    static const struct {
        const char *day;
        int hour;
        int64_t shift, day_sum, month, year;
        const char *name;
    } cases[] = {
        {"2026-12-30", 7, 100, 100, 100, 100, "night"}, /* as it was posted */
        {"2026-12-30", 8, 0, 100, 100, 100, "day"},     /* another shift */
        {"2026-12-31", 0, 0, 0, 100, 100, "night"},     /* another day */
        {"2027-01-01", 0, 0, 0, 0, 0, "night"},         /* another year */
    };
    struct site site;
    (void)state;
    site_make(&site, 1, NULL);
    struct totals *totals = totals_started(&site.config);
    civil_day day;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        assert_true(civil_parse(cases[i].day, &day));
        int64_t at_ms = civil_instant(day, cases[i].hour * 3600);
        if (i == 0)
            totals_add(totals, 0, at_ms, 100, at_ms);
        struct totals_line line = line_at(totals, at_ms);
        assert_int_equal(line.shift, cases[i].shift);
        assert_int_equal(line.day, cases[i].day_sum);
        assert_int_equal(line.month, cases[i].month);
        assert_int_equal(line.year, cases[i].year);
        assert_int_equal(line.date, day);
        assert_string_equal(line.shift_name, cases[i].name);
    }
    totals_free(totals);
}

static void a_month_ends_within_a_year(void **state)
{
    struct site site;
    (void)state;
    site_make(&site, 1, NULL);
    struct totals *totals = totals_started(&site.config);
    int64_t october_ms = civil_instant(civil_from_date(2026, 10, 31), 0);
    totals_set(totals, 0, october_ms, 1, 20, 300, 4000);
    totals_add(totals, 0, october_ms, 5, october_ms);
    struct totals_line line = line_at(totals, october_ms);
    assert_int_equal(line.shift, 6);
    assert_int_equal(line.year, 4005);
    line = line_at(totals, october_ms + 24 * HOUR_MS);
    assert_int_equal(line.day, 0);
    assert_int_equal(line.month, 0);
    assert_int_equal(line.year, 4005);
    totals_free(totals);
}

/* After a gap, amounts come for buckets of the shift, the day or the month before. */
static void late_amounts_go_where_they_belong(void **state)
{
    struct site site;
    (void)state;
    site_make(&site, 1, NULL);
    struct totals *totals = totals_started(&site.config);
    int64_t now_ms = SITE_DAY_MS + 9 * HOUR_MS;
    totals_add(totals, 0, SITE_DAY_MS - 20 * 24 * HOUR_MS, 1000, now_ms); /* last month */
    totals_add(totals, 0, SITE_DAY_MS - HOUR_MS, 200, now_ms);            /* yesterday */
    totals_add(totals, 0, SITE_DAY_MS, 30, now_ms);                       /* the shift before */
    totals_add(totals, 0, now_ms, 4, now_ms);
    totals_add(totals, 0, SITE_DAY_MS - 365 * 24 * HOUR_MS, 50000, now_ms);
    struct totals_line line = line_at(totals, now_ms);
    assert_int_equal(line.shift, 4);
    assert_int_equal(line.day, 34);
    assert_int_equal(line.month, 234);
    assert_int_equal(line.year, 1234);
    totals_free(totals);
}

static void read_at(struct totals *totals, int64_t wall_ms, int64_t amount)
{
    totals_add(totals, 0, wall_ms, amount, wall_ms);
    totals_seen(totals, 0, true, wall_ms);
}

static void the_rate_is_of_the_last_minute(void **state)
{
    struct site site;
    int64_t now_ms = SITE_DAY_MS;
    (void)state;
    site_make(&site, 1, NULL);
    struct totals *totals = totals_started(&site.config);
    assert_int_equal(line_at(totals, now_ms).per_hour, 0);
    for (int second = 0; second < 600; second++)
        read_at(totals, now_ms += 1000, second < 300 ? 50 : 100);
    assert_int_equal(line_at(totals, now_ms).per_hour, 100 * 3600);
    for (int second = 0; second < 30; second++)
        read_at(totals, now_ms += 1000, 0);
    assert_int_equal(line_at(totals, now_ms).per_hour, 50 * 3600);
    assert_int_equal(line_at(totals, now_ms + 10 * MINUTE_MS).per_hour, 0); /* nothing was read since */
    read_at(totals, now_ms - HOUR_MS, 5);                                   /* the clock was set back */
    assert_int_equal(line_at(totals, now_ms - HOUR_MS).per_hour, 0);
    read_at(totals, now_ms - HOUR_MS + 10000, 10);
    assert_int_equal(line_at(totals, now_ms - HOUR_MS + 10000).per_hour, 3600);
    totals_free(totals);
}

static void a_slow_poll_has_a_rate(void **state)
{
    struct site site;
    int64_t now_ms = SITE_DAY_MS;
    (void)state;
    site_make(&site, 1, NULL);
    site.meter[0].rules.interval_ms = 5 * MINUTE_MS;
    struct totals *totals = totals_started(&site.config);
    for (int i = 0; i < 5; i++)
        read_at(totals, now_ms += 5 * MINUTE_MS, 1000);
    assert_int_equal(line_at(totals, now_ms + 4 * MINUTE_MS).per_hour, 12000);
    totals_free(totals);
}

static void a_line_sums_its_main_meters(void **state)
{
    struct site site;
    struct totals_line line[LINES];
    int64_t now_ms = SITE_DAY_MS;
    (void)state;
    site_make(&site, 8, NULL); /* 0, 2, 4, 6 are of mine 0 */
    site.meter[2].role = ROLE_CHECK;
    site.meter[4].quantity = quantity_find("energy");
    struct totals *totals = totals_started(&site.config);
    for (size_t i = 0; i < 8; i++)
        totals_add(totals, i, now_ms, (int64_t)1 << i, now_ms);
    totals_seen(totals, 0, true, now_ms);
    assert_int_equal(totals_lines(totals, 0, now_ms, line, LINES), 2);
    assert_string_equal(line[0].quantity->name, "raw_coal");
    assert_int_equal(line[0].shift, 1 + 64);
    assert_int_equal(line[0].meters, 2);
    assert_int_equal(line[0].meters_good, 1);
    assert_int_equal(line[0].as_of_ms, 0); /* one of them was never read */
    totals_seen(totals, 6, true, now_ms + 1000);
    totals_seen(totals, 0, false, now_ms + 2000);
    assert_int_equal(totals_lines(totals, 0, now_ms + 2000, line, LINES), 2);
    assert_int_equal(line[0].as_of_ms, now_ms);
    assert_int_equal(line[0].meters_good, 1);
    assert_int_equal(line[1].shift, 16);
    assert_int_equal(totals_lines(totals, 0, now_ms, line, 1), 1); /* no more than there is room for */
    assert_int_equal(totals_lines(totals, 1, now_ms, line, LINES), 1);
    assert_int_equal(line[0].shift, 2 + 8 + 32 + 128);
    totals_free(totals);
}

/* Run-of-mine coal is metered in one line, and reported as raw coal in another. */
static void what_is_reported_goes_by_coefficients(void **state)
{
    static const struct coefficient halves[] = {{0, {5, 1}}, {30000, {1, 0}}}; /* the second is far off */
    const int64_t now_ms = SITE_DAY_MS + 9 * HOUR_MS;
    const civil_day today = civil_of_instant(SITE_DAY_MS);
    struct totals_line line[LINES];
    struct site site;
    (void)state;
    site_make(&site, 3, NULL); /* 0 and 2 are of mine 0 */
    site.meter[0].quantity = quantity_find("rom_coal");
    struct totals *totals = totals_new(&site.config);
    const struct totals_sums ledger = {50, 1000, 20000, 300000}, people = {1, 20, 300, 4000};
    assert_true(totals_set_reported(totals, 0, now_ms, &ledger, halves, 2));
    totals_set(totals, 0, now_ms, 101, 2001, 40001, 600001);
    totals_set(totals, 2, now_ms, 7, 7, 7, 7);
    assert_true(totals_set_added(totals, 0, quantity_find("raw_coal"), (struct calendar_place){today, 1}, &people));
    assert_false(totals_spoilt(totals));
    totals_add(totals, 0, now_ms, 3, now_ms);
    assert_int_equal(totals_lines(totals, 0, now_ms, line, LINES), 2);
    assert_string_equal(line[0].quantity->name, "rom_coal");
    assert_false(line[0].reported);
    assert_int_equal(line[0].shift, 104);
    assert_int_equal(line[0].year, 600004);
    assert_string_equal(line[1].quantity->name, "raw_coal");
    assert_true(line[1].reported);
    assert_int_equal(line[1].shift, 52 + 7 + 1);
    assert_int_equal(line[1].day, 950 + 52 + 7 + 20);
    assert_int_equal(line[1].month, 19950 + 52 + 7 + 300);
    assert_int_equal(line[1].year, 299950 + 52 + 7 + 4000);
    assert_int_equal(line[1].metered.shift, 104 + 7);
    assert_int_equal(line[1].meters, 2);
    assert_false(totals_spoilt(totals));

    totals_add(totals, 0, SITE_DAY_MS, 10, now_ms); /* of the shift before */
    assert_true(totals_spoilt(totals));
    assert_false(totals_spoilt(totals));
    totals_lines(totals, 0, now_ms, line, LINES);
    assert_int_equal(line[1].shift, 60);
    assert_int_equal(line[1].day, 950 + 5 + 52 + 7 + 20);

    /* The next shift: the last one is part of the day. Another day: part of the month. */
    totals_lines(totals, 0, now_ms + 8 * HOUR_MS, line, LINES);
    assert_int_equal(line[1].shift, 0);
    assert_int_equal(line[1].day, 950 + 5 + 52 + 7 + 20);
    assert_true(totals_spoilt(totals));
    totals_lines(totals, 0, now_ms + 24 * HOUR_MS, line, LINES);
    assert_int_equal(line[1].day, 0);
    assert_int_equal(line[1].month, 19950 + 5 + 52 + 7 + 300);
    totals_free(totals);
}

static void *adder_run(void *context)
{
    for (int i = 0; i < 5000; i++)
        read_at(context, SITE_DAY_MS + i, 1);
    return NULL;
}

static void threads_add_up(void **state)
{
    struct site site;
    pthread_t thread[2];
    (void)state;
    site_make(&site, 1, NULL);
    struct totals *totals = totals_started(&site.config);
    for (int i = 0; i < 2; i++)
        pthread_create(&thread[i], NULL, adder_run, totals);
    for (int i = 0; i < 100; i++)
        assert_true(line_at(totals, SITE_DAY_MS).day <= 10000);
    for (int i = 0; i < 2; i++)
        pthread_join(thread[i], NULL);
    assert_int_equal(line_at(totals, SITE_DAY_MS).day, 10000);
    totals_free(totals);
}

/* What an act changed in the ledger is added to what was posted meanwhile, as far as its periods still run. */
static void acts_change_what_still_runs(void **state)
{
    static const struct totals_sums by = {-1, -20, 300, 4000};
    static const struct {
        int64_t later_ms; /* read so long after what the sums are of */
        int64_t shift, day, month, year;
    } cases[] = {{0, 6, -13, 307, 4007}, {8 * HOUR_MS, 0, -13, 307, 4007}, {24 * HOUR_MS, 0, 0, 307, 4007}};
    struct site site;
    (void)state;
    site_make(&site, 1, NULL);
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const int64_t now_ms = SITE_DAY_MS + HOUR_MS, later_ms = now_ms + cases[i].later_ms;
        struct totals *totals = totals_started(&site.config);
        totals_add(totals, 0, now_ms, 7, now_ms);
        line_at(totals, later_ms); /* the periods have moved on, or not */
        totals_change(totals, 0, now_ms, &by);
        struct totals_line line = line_at(totals, later_ms);
        assert_int_equal(line.metered.shift, cases[i].shift);
        assert_int_equal(line.metered.day, cases[i].day);
        assert_int_equal(line.metered.month, cases[i].month);
        assert_int_equal(line.metered.year, cases[i].year);
        totals_free(totals);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_said_before_the_ledger_is_read),
        cmocka_unit_test(periods_begin_anew),
        cmocka_unit_test(a_month_ends_within_a_year),
        cmocka_unit_test(late_amounts_go_where_they_belong),
        cmocka_unit_test(the_rate_is_of_the_last_minute),
        cmocka_unit_test(a_slow_poll_has_a_rate),
        cmocka_unit_test(a_line_sums_its_main_meters),
        cmocka_unit_test(what_is_reported_goes_by_coefficients),
        cmocka_unit_test(acts_change_what_still_runs),
        cmocka_unit_test(threads_add_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
