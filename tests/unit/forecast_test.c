/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/forecast.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/unit/seed.h"

static const int64_t day_ms = 86400000;

/* A mine that reports so much a day, its last `months` months known. */
static struct forecast_mine steady(int64_t a_day, int64_t done, int64_t days_left, int months)
{
    struct forecast_mine mine = {.done = done,
                                 .recent = a_day * FORECAST_DAYS,
                                 .recent_ms = FORECAST_DAYS * day_ms,
                                 .recent_days = FORECAST_DAYS,
                                 .left_ms = days_left * day_ms};
    for (int m = FORECAST_MONTHS - months; m < FORECAST_MONTHS; m++)
        mine.past[m] = (struct forecast_month){a_day * 30, 30 * day_ms};
    return mine;
}

static void the_rest_comes_at_the_mean_of_the_last_days(void **state)
{
    const struct forecast_mine mine = steady(1000, 286000, 79, 24);
    const struct forecast forecast = forecast_make(&mine, 1, 3);
    (void)state;
    assert_int_equal(forecast.standing, FORECAST_MADE);
    assert_int_equal(forecast.done, 286000);
    assert_int_equal(forecast.rest, 79000);
    assert_int_equal(forecast.total, 365000);
    assert_int_equal(forecast.band, 0); /* it never was wrong */
    assert_false(forecast.by_default);
    assert_int_equal(forecast.tries, 21);
    assert_int_equal(forecast.months, 3);
}

static void stops_to_come_and_stops_gone_are_no_working_time(void **state)
{
    struct forecast_mine mine = steady(1000, 0, 79, 24);
    (void)state;
    mine.left_ms -= 10 * day_ms; /* planned */
    mine.recent_ms -= 15 * day_ms;
    mine.recent = 15000;
    assert_int_equal(forecast_make(&mine, 1, 3).rest, 69000);
}

static void the_county_is_the_sum_of_its_mines(void **state)
{
    struct forecast_mine mines[] = {
        steady(1000, 5000, 10, 24), steady(7, 3, 10, 24), steady(50, 600, 0, 24), {.silent = true}};
    const struct forecast forecast = forecast_make(mines, 4, 1);
    (void)state;
    assert_int_equal(forecast.standing, FORECAST_MADE);
    assert_int_equal(forecast.done, 5603);
    assert_int_equal(forecast.rest, 10070); /* nothing of the one that does not produce */
    mines[1].recent = 0;                    /* one that reports nothing is no fault */
    assert_int_equal(forecast_make(mines, 4, 1).rest, 10000);
}

static void too_little_gives_no_forecast_and_says_whose(void **state)
{
    struct forecast_mine mines[] = {steady(1000, 5000, 10, 24), steady(7, 3, 10, 24)};
    (void)state;
    mines[1].recent_days = FORECAST_DAYS_MIN - 1;
    struct forecast forecast = forecast_make(mines, 2, 1);
    assert_int_equal(forecast.standing, FORECAST_FEW_DAYS);
    assert_int_equal(forecast.mine, 1);
    assert_int_equal(forecast.total, 0);
    mines[1].recent_days = FORECAST_DAYS_MIN;
    assert_int_equal(forecast_make(mines, 2, 1).standing, FORECAST_MADE);
    mines[0].stale = true;
    forecast = forecast_make(mines, 2, 1);
    assert_int_equal(forecast.standing, FORECAST_STALE);
    assert_int_equal(forecast.mine, 0);
    mines[0].left_ms = 0; /* nothing is to come of it: what it did stands */
    assert_int_equal(forecast_make(mines, 2, 1).standing, FORECAST_MADE);
    assert_int_equal(forecast_make(mines, 0, 1).standing, FORECAST_NOTHING);
    const struct forecast_mine silent = {.silent = true};
    assert_int_equal(forecast_make(&silent, 1, 1).standing, FORECAST_NOTHING);
}

static void with_too_little_past_the_band_is_the_default(void **state)
{
    static const struct {
        int months;  /* of the past */
        size_t left; /* asked for */
        bool by_default;
        size_t tries, looked;
    } cases[] = {
        {6, 3, true, 0, 0},  /* one month ahead: 5 tries */
        {7, 3, false, 6, 1}, /* one month ahead: 6 */
        {8, 3, false, 6, 2},    {9, 3, false, 6, 3},    {24, 12, false, 12, 12},
        {24, 18, false, 6, 18}, {24, 40, false, 6, 18}, {0, 1, true, 0, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct forecast_mine mine = steady(1000, 0, 79, cases[i].months);
        const struct forecast forecast = forecast_make(&mine, 1, cases[i].left);
        assert_int_equal(forecast.by_default, cases[i].by_default);
        assert_int_equal(forecast.tries, cases[i].tries);
        assert_int_equal(forecast.months, cases[i].looked);
        assert_int_equal(forecast.band, cases[i].by_default ? 7900 : 0);
        assert_int_equal(forecast.within, cases[i].tries); /* all are right */
    }
}

static void the_band_is_what_eight_of_ten_kept_within(void **state)
{
    struct forecast_mine mine = steady(1000, 0, 30, 0);
    (void)state;
    /* Every second month is above the one before by 1, 3, 5, 7, 9 %; the next one is down again. */
    for (int m = 0; m < 11; m++)
        mine.past[FORECAST_MONTHS - 11 + m] =
            (struct forecast_month){INT64_C(30000) * (m % 2 ? 100 + m : 100), 30 * day_ms};
    const struct forecast forecast = forecast_make(&mine, 1, 1);
    assert_int_equal(forecast.tries, 10);
    /* 1/101, 1, 3/103, 3, 5/105, 5, 7/107, 7 %, 9/109, 9 */
    assert_int_equal(forecast.band, 2100); /* 7 % of 30 000 */
    assert_int_equal(forecast.within, 8);
}

static void a_month_half_known_counts_by_its_days(void **state)
{
    struct forecast_mine mine = steady(1000, 0, 30, 24);
    (void)state;
    mine.past[20].amount /= 2; /* the other half is not known */
    mine.past[20].work_ms /= 2;
    mine.past[10] = (struct forecast_month){0}; /* nothing is known */
    const struct forecast forecast = forecast_make(&mine, 1, 1);
    assert_int_equal(forecast.tries, 21); /* not from the month 10, nor of it */
    assert_int_equal(forecast.band, 0);
}

/* --- by chance, against what is slow and plain --- */

static int64_t chance(int64_t below)
{
    return (int64_t)(((uint64_t)rand() << 31 ^ (uint64_t)rand()) % (uint64_t)below);
}

/* The deviation of the forecast from the end of month `at`, in millionths, rounded up; -1: there is none. */
static int64_t deviation_at(const struct forecast_mine *mine, size_t mines, size_t at, size_t months)
{
    int64_t forecast = 0, came = 0;
    for (size_t i = 0; i < mines; i++) {
        const struct forecast_month *past = mine[i].past;
        int64_t days = 0, sum = 0;
        for (size_t m = at + 1; m <= at + months; m++) {
            days += past[m].work_ms / day_ms;
            sum += past[m].amount;
        }
        if (past[at].work_ms) {
            forecast += past[at].amount * days / (past[at].work_ms / day_ms);
            came += sum;
        }
    }
    if (forecast <= 0)
        return -1;
    const int64_t off = llabs(came - forecast);
    return (off * 1000000 + forecast - 1) / forecast;
}

/* The least deviation of all tries that at least 8 of 10 do not exceed. */
static int64_t band_parts(const struct forecast_mine *mine, size_t mines, size_t months)
{
    for (; months > 0; months--) {
        int64_t of[FORECAST_MONTHS];
        size_t tries = 0;
        for (size_t at = 0; at + months < FORECAST_MONTHS; at++) {
            of[tries] = deviation_at(mine, mines, at, months);
            tries += of[tries] >= 0;
        }
        int64_t least = INT64_MAX;
        for (size_t i = 0; i < tries; i++) {
            size_t within = 0;
            for (size_t j = 0; j < tries; j++)
                within += of[j] <= of[i];
            if (within * 10 >= tries * 8 && of[i] < least)
                least = of[i];
        }
        if (tries >= FORECAST_TRIES)
            return least;
    }
    return FORECAST_DEFAULT_PERMILLE * 1000;
}

static struct forecast_mine mine_of_chance(void)
{
    struct forecast_mine mine = steady(chance(100000), chance(10000000), chance(365), 0);
    for (int m = (int)chance(FORECAST_MONTHS); m < FORECAST_MONTHS; m++) {
        const int64_t days = chance(5) ? 28 + chance(4) : chance(4);
        mine.past[m] = (struct forecast_month){days ? chance(3000000) : 0, days * day_ms};
    }
    return mine;
}

static void forecasts_of_chance_are_as_by_hand(void **state)
{
    (void)state;
    for (int i = 0; i < 500; i++) {
        struct forecast_mine mine[4];
        const size_t mines = 1 + (size_t)chance(4), months = 1 + (size_t)chance(12);
        int64_t rest = 0, done = 0;
        for (size_t m = 0; m < mines; m++) {
            mine[m] = mine_of_chance();
            done += mine[m].done;
            rest += mine[m].recent / FORECAST_DAYS * (mine[m].left_ms / day_ms);
        }
        const struct forecast forecast = forecast_make(mine, mines, months);
        assert_int_equal(forecast.standing, FORECAST_MADE);
        assert_int_equal(forecast.total, done + rest);
        const int64_t parts = rest ? band_parts(mine, mines, months) : 0;
        assert_int_equal(forecast.band, (rest * parts + 999999) / 1000000);
    }
}

int main(void)
{
    seed_random();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rest_comes_at_the_mean_of_the_last_days),
        cmocka_unit_test(stops_to_come_and_stops_gone_are_no_working_time),
        cmocka_unit_test(the_county_is_the_sum_of_its_mines),
        cmocka_unit_test(too_little_gives_no_forecast_and_says_whose),
        cmocka_unit_test(with_too_little_past_the_band_is_the_default),
        cmocka_unit_test(the_band_is_what_eight_of_ten_kept_within),
        cmocka_unit_test(a_month_half_known_counts_by_its_days),
        cmocka_unit_test(forecasts_of_chance_are_as_by_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
