/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/ranking.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/unit/seed.h"

enum { MINES_MAX = 40 };

static const int64_t day_ms = 86400000;

/* A year of 365 days from 0, seen from the end of day 73: a fifth of it has gone. */
struct county_of {
    struct courses courses;
    struct course course[MINES_MAX];
    struct pace_mine pace[MINES_MAX];
    struct forecast_mine forecast[MINES_MAX];
};

static void county_begin(struct county_of *county)
{
    *county = (struct county_of){
        .courses = {.year = {0, 365 * day_ms}, .day = 72, .as_of_ms = 73 * day_ms, .months_left = 10}};
    county->courses.course = county->course;
    county->courses.pace = county->pace;
    county->courses.forecast = county->forecast;
}

/* Done of a mine that is known to the end of so many days; capacity 0, plan 0, to_date 0: none. */
static void mine_add(struct county_of *county, int64_t done, int64_t capacity, int64_t plan, int64_t to_date, int days)
{
    const size_t at = county->courses.count++;
    county->course[at] = (struct course){.name = "mine",
                                         .ledger = (int)at,
                                         .to_ms = days * day_ms,
                                         .year = {plan > 0, plan},
                                         .month = {plan > 0, plan / 12},
                                         .to_date = {to_date > 0, to_date}};
    county->pace[at] = (struct pace_mine){true, capacity > 0, capacity, done, done / 10};
    county->forecast[at] = (struct forecast_mine){.done = done,
                                                  .recent = done,
                                                  .recent_ms = 30 * day_ms,
                                                  .recent_days = 30,
                                                  .silent = days == 0,
                                                  .left_ms = (365 - days) * day_ms};
}

static void each_mine_is_judged_as_of_its_own_end(void **state)
{
    struct county_of county;
    (void)state;
    county_begin(&county);
    mine_add(&county, 200, 1000, 900, 180, 73);
    mine_add(&county, 100, 1000, 0, 0, 50); /* late: its figures end earlier */
    mine_add(&county, 0, 500, 0, 0, 0);     /* nothing is known of it */
    struct ranking *ranking = ranking_make(&county.courses, RANKING_DONE);
    const struct ranking_row *row = ranking->row;
    assert_int_equal(ranking->rows, 3);
    assert_int_equal(row[0].of_time, 200);
    assert_int_equal(row[0].utilisation, 1000);
    assert_int_equal(row[0].of_year, 222);
    assert_int_equal(row[0].of_month, 266); /* 20 of 75 */
    assert_true(row[0].has_month);
    assert_false(row[2].has_month);
    assert_true(row[0].has_over);
    assert_int_equal(row[0].over, 20);
    assert_int_equal(row[0].forecast.total, 200 + 200 * 292 / 30);
    assert_int_equal(row[0].of_capacity, 2146);
    assert_int_equal(row[1].of_time, 136);
    assert_int_equal(row[1].utilisation, 730); /* 100 of 136.98 */
    assert_int_equal(row[1].of_year, -1);
    assert_false(row[1].has_over);
    assert_int_equal(row[2].of_time, -1);
    assert_int_equal(row[2].utilisation, -1);
    assert_int_equal(row[2].of_capacity, -1);
    ranking_free(ranking);
}

static void equal_mines_share_a_rank_and_what_is_not_known_has_none(void **state)
{
    static const struct {
        enum ranking_by by;
        size_t at[5], rank[5];
    } cases[] = {
        {RANKING_DONE, {2, 0, 3, 1, 4}, {1, 2, 2, 4, 0}},
        {RANKING_SHARE, {0, 3, 2, 1, 4}, {1, 2, 3, 0, 0}},
        {RANKING_UTILISATION, {3, 0, 2, 1, 4}, {1, 2, 3, 4, 0}},
        {RANKING_OVER, {0, 2, 3, 1, 4}, {1, 2, 3, 0, 0}},
    };
    struct county_of county;
    (void)state;
    county_begin(&county);
    mine_add(&county, 200, 1000, 400, 100, 73); /* +100 */
    mine_add(&county, 150, 1000, 0, 0, 73);
    mine_add(&county, 300, 1600, 1500, 290, 73); /* +10 */
    mine_add(&county, 200, 900, 500, 200, 73);   /* 0 */
    mine_add(&county, 0, 9000, 0, 0, 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ranking *ranking = ranking_make(&county.courses, cases[i].by);
        for (size_t r = 0; r < 5; r++) {
            assert_int_equal(ranking->row[r].at, cases[i].at[r]);
            assert_int_equal(ranking->row[r].rank, cases[i].rank[r]);
        }
        ranking_free(ranking);
    }
}

static void the_total_is_of_the_mines_that_have_figures(void **state)
{
    struct county_of county;
    (void)state;
    county_begin(&county);
    mine_add(&county, 200, 1000, 400, 100, 73);
    mine_add(&county, 300, 2000, 1500, 290, 73);
    mine_add(&county, 0, 9000, 0, 0, 0); /* none: it is in no sum */
    mine_add(&county, 50, 700, 600, 60, 73);
    county.pace[3].producing = false; /* stopped: done counts, its capacity does not */
    county.forecast[3].left_ms = 0;
    struct ranking *ranking = ranking_make(&county.courses, RANKING_DONE);
    const struct ranking_row *total = &ranking->total;
    assert_int_equal(total->year, 550);
    assert_int_equal(total->capacity, 3000);
    assert_int_equal(total->year_plan.amount, 2500);
    assert_int_equal(total->of_year, 220);
    assert_int_equal(total->over, 100);
    assert_int_equal(total->utilisation, 833); /* 500 of 600 */
    assert_int_equal(total->of_time, 200);
    assert_int_equal(total->forecast.done, 550);
    ranking_free(ranking);
    mine_add(&county, 1, 0, 0, 0, 73); /* neither plan nor capacity: both are not known of all */
    ranking = ranking_make(&county.courses, RANKING_DONE);
    assert_false(ranking->total.has_capacity);
    assert_false(ranking->total.year_plan.has);
    assert_false(ranking->total.has_over);
    assert_int_equal(ranking->total.utilisation, -1);
    assert_int_equal(ranking->total.of_capacity, -1);
    ranking_free(ranking);
}

static void an_empty_county_is_an_empty_ranking(void **state)
{
    struct county_of county;
    (void)state;
    county_begin(&county);
    struct ranking *ranking = ranking_make(&county.courses, RANKING_OVER);
    assert_int_equal(ranking->rows, 0);
    assert_false(ranking->total.has_over);
    assert_false(ranking->total.has_capacity);
    assert_int_equal(ranking->total.forecast.standing, FORECAST_NOTHING);
    ranking_free(ranking);
}

static void the_words_of_by(void **state)
{
    enum ranking_by by;
    (void)state;
    for (int i = 0; i < RANKING_BYS; i++) {
        assert_true(ranking_by_parse(ranking_by_text((enum ranking_by)i), &by));
        assert_int_equal(by, i);
    }
    assert_false(ranking_by_parse("", &by));
    assert_false(ranking_by_parse("Done", &by));
}

/* --- what a county figure is made of --- */

static void the_countys_pace_is_by_plans_only_where_all_have_them(void **state)
{
    struct county_of county;
    (void)state;
    county_begin(&county);
    mine_add(&county, 200, 1000, 400, 100, 73);
    mine_add(&county, 300, 2000, 1500, 290, 73);
    mine_add(&county, 0, 9000, 0, 0, 0); /* without figures: no plan is asked of it */
    struct pace pace = courses_pace(&county.courses, 3000);
    assert_true(pace.by_plan);
    assert_int_equal(pace.ahead, 110);
    mine_add(&county, 10, 100, 0, 0, 73);
    pace = courses_pace(&county.courses, 3000);
    assert_false(pace.by_plan);
    assert_int_equal(pace.ahead, -90);
}

static void the_countys_need_is_held_against_its_capacity(void **state)
{
    struct county_of county;
    (void)state;
    county_begin(&county);
    county.courses.day = civil_from_date(2026, 3, 14);
    mine_add(&county, 200, 1000, 0, 0, 73);
    mine_add(&county, 300, 2000, 0, 0, 73);
    /* 800 and 1700, and no month is in the way */
    struct pace pace = courses_pace(&county.courses, 3000);
    assert_false(pace.out_of_reach);
    assert_int_equal(pace.needed_per_day, 9);
    pace = courses_pace(&county.courses, 3001);
    assert_true(pace.out_of_reach);
    assert_int_equal(pace.missing, 1);
    assert_int_equal(pace.needed_per_day, 0);
    mine_add(&county, 10, 0, 0, 0, 73); /* a producing mine of unknown capacity: nothing can be said */
    assert_false(courses_pace(&county.courses, 3001).out_of_reach);
    assert_int_equal(courses_room(&county.courses).unknown, 1);
}

/* --- by chance, against what is slow and plain --- */

static int64_t chance(int64_t below)
{
    return rand() % below;
}

static void ranks_of_chance_count_who_is_better(void **state)
{
    (void)state;
    for (int i = 0; i < 200; i++) {
        struct county_of county;
        county_begin(&county);
        const int64_t mines = chance(MINES_MAX);
        for (int64_t m = 0; m < mines; m++)
            mine_add(&county, chance(12), chance(3) * 1000, chance(3) * 100, chance(12), chance(4) ? 73 : 0);
        struct ranking *ranking = ranking_make(&county.courses, RANKING_DONE);
        bool seen[MINES_MAX] = {0};
        for (size_t r = 0; r < ranking->rows; r++) {
            size_t better = 0;
            const size_t at = ranking->row[r].at;
            assert_false(seen[at]);
            seen[at] = true;
            for (int64_t m = 0; m < mines; m++)
                better += county.course[m].to_ms && county.pace[m].done > county.pace[at].done;
            assert_int_equal(ranking->row[r].rank, county.course[at].to_ms ? better + 1 : 0);
        }
        assert_int_equal(ranking->rows, mines);
        ranking_free(ranking);
    }
}

int main(void)
{
    seed_random();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_mine_is_judged_as_of_its_own_end),
        cmocka_unit_test(equal_mines_share_a_rank_and_what_is_not_known_has_none),
        cmocka_unit_test(the_total_is_of_the_mines_that_have_figures),
        cmocka_unit_test(an_empty_county_is_an_empty_ranking),
        cmocka_unit_test(the_words_of_by),
        cmocka_unit_test(the_countys_pace_is_by_plans_only_where_all_have_them),
        cmocka_unit_test(the_countys_need_is_held_against_its_capacity),
        cmocka_unit_test(ranks_of_chance_count_who_is_better),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
