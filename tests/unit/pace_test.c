/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/pace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/unit/seed.h"

static const int64_t day_ms = 86400000;

static struct pace_course course(int64_t target, int64_t done, int64_t days_gone)
{
    return (struct pace_course){
        .target = target, .done = done, .year = {0, 365 * day_ms}, .as_of_ms = days_gone * day_ms};
}

static void assert_pace(struct pace found, struct pace expected)
{
    assert_int_equal(found.of_target, expected.of_target);
    assert_int_equal(found.of_time, expected.of_time);
    assert_int_equal(found.by_plan, expected.by_plan);
    assert_int_equal(found.ahead, expected.ahead);
    assert_int_equal(found.needed_per_day, expected.needed_per_day);
    assert_int_equal(found.out_of_reach, expected.out_of_reach);
    assert_int_equal(found.missing, expected.missing);
}

static void a_target_goes_by_time(void **state)
{
    static const struct {
        int64_t target, done, days;
        struct pace expected;
    } cases[] = {
        {365000, 146000, 73, {400, 200, false, 73000, 750, false, 0}},
        {365000, 0, 0, {0, 0, false, 0, 1000, false, 0}},
        {1000, 1000, 73, {1000, 200, false, 800, 0, false, 0}}, /* reached */
        {1000, 2000, 365, {2000, 1000, false, 1000, 0, false, 0}},
        {1000, 0, 365, {0, 1000, false, -1000, 0, false, 0}}, /* no time left */
        {1000, 1, 364, {1, 997, false, -996, 999, false, 0}}, /* time floored, needed rounded up */
        {1000, 1, 200, {1, 547, false, -546, 7, false, 0}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct pace_course given = course(cases[i].target, cases[i].done, cases[i].days);
        assert_pace(pace_of(&given), cases[i].expected);
    }
}

static void a_target_goes_by_plans_where_there_are_plans(void **state)
{
    struct pace_course given = course(365000, 60000, 73);
    (void)state;
    given.has_plan = true;
    given.plan = 61000;
    assert_pace(pace_of(&given), (struct pace){164, 200, true, -1000, 1045, false, 0});
}

static void no_pace_is_asked_beyond_the_capacity(void **state)
{
    struct pace_course given = course(365000, 146000, 73);
    (void)state;
    given.has_room = true;
    given.usable = 219000;
    assert_pace(pace_of(&given), (struct pace){400, 200, false, 73000, 750, false, 0});
    given.usable = 218999;
    assert_pace(pace_of(&given), (struct pace){400, 200, false, 73000, 0, true, 1});
    given.usable = 0;
    assert_pace(pace_of(&given), (struct pace){400, 200, false, 73000, 0, true, 219000});
    given.done = 365000; /* reached: nothing is missing */
    assert_pace(pace_of(&given), (struct pace){1000, 200, false, 292000, 0, false, 0});
    given = course(1000, 0, 365); /* over: nothing can be done any more */
    given.has_room = true;
    assert_pace(pace_of(&given), (struct pace){0, 1000, false, -1000, 0, false, 0});
}

static void the_room_of_a_mine_keeps_year_and_months(void **state)
{
    static const struct {
        struct pace_mine mine;
        int month; /* from 1 */
        int64_t usable;
    } cases[] = {
        {{true, true, 1200, 0, 0}, 1, 1200},
        {{true, true, 1200, 900, 100}, 10, 260}, /* the months allow 20 + 2 x 120 */
        {{true, true, 1200, 1000, 100}, 10, 200},
        {{true, true, 1200, 700, 50}, 12, 70}, /* a last month holds 120 at most */
        {{true, true, 1200, 700, 150}, 12, 0},
        {{true, true, 1200, 1300, 0}, 10, 0},          /* above its capacity */
        {{false, true, 1200, 0, 0}, 1, 0},             /* does not produce */
        {{true, false, 0, 0, 0}, 1, 0},                /* not known */
        {{true, true, 1209, 0, 0}, 12, 120},           /* the line is rounded down */
        {{true, true, INT64_MAX, 0, 0}, 1, INT64_MAX}, /* held, not overrun */
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(pace_usable(&cases[i].mine, 2026 * 12 + cases[i].month - 1), cases[i].usable);
}

static void the_countys_room_is_that_of_its_producing_mines(void **state)
{
    static const struct pace_mine mines[] = {
        {true, true, 1200, 900, 100},
        {true, true, 600, 700, 0}, /* its excess takes nothing from the others */
        {false, true, 5000, 10, 0},
        {true, false, 0, 50, 0},
    };
    const struct pace_room room = pace_room(mines, 4, civil_from_date(2026, 10, 13), 79 * day_ms);
    (void)state;
    assert_int_equal(room.mines, 3);
    assert_int_equal(room.unknown, 1);
    assert_int_equal(room.capacity, 1800);
    assert_int_equal(room.done, 1600);
    assert_int_equal(room.room, 200);
    assert_int_equal(room.usable, 260);
    assert_int_equal(room.per_day, 3);
    assert_int_equal(pace_room(mines, 4, civil_from_date(2026, 12, 31), 0).per_day, 0);
}

static void utilisation_is_held_against_the_year_gone(void **state)
{
    static const struct {
        int64_t done, capacity, days, expected;
    } cases[] = {
        {200, 1000, 73, 1000}, {199, 1000, 73, 995},           {0, 1000, 73, 0}, {100, 0, 73, -1}, {100, 1000, 0, -1},
        {-5, 1000, 73, 0},     {INT64_MAX, 1, 365, INT64_MAX},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(pace_utilisation(cases[i].done, cases[i].capacity, (struct calendar_span){0, 365 * day_ms},
                                          cases[i].days * day_ms),
                         cases[i].expected);
}

/* --- by chance, against what is slow and plain --- */

static int64_t chance(int64_t below)
{
    return (int64_t)(((uint64_t)rand() << 31 ^ (uint64_t)rand()) % (uint64_t)below);
}

/* Month by month, as much as the line and the year still take. */
static int64_t filled(const struct pace_mine *mine, int month)
{
    int64_t done = mine->done, of_month = mine->done_month, added = 0;
    for (; month <= 12; month++, of_month = 0)
        while (done < mine->capacity && (of_month + 1) * 1000 <= mine->capacity * PACE_MONTH_PERMILLE) {
            done++;
            of_month++;
            added++;
        }
    return added;
}

static void rooms_of_chance_are_as_filled(void **state)
{
    (void)state;
    for (int i = 0; i < 300; i++) {
        struct pace_mine mine = {true, true, chance(3000), chance(3300), 0};
        const int month = 1 + (int)chance(12);
        mine.done_month = chance(mine.done + 1);
        assert_int_equal(pace_usable(&mine, 2026 * 12 + month - 1), filled(&mine, month));
    }
}

static void needs_of_chance_are_the_least_that_do(void **state)
{
    (void)state;
    for (int i = 0; i < 300; i++) {
        struct pace_course given = course(1 + chance(100000000000), chance(100000000000), 0);
        given.as_of_ms = chance(365 * day_ms + 1);
        given.has_room = chance(2);
        given.usable = chance(100000000000);
        const struct pace pace = pace_of(&given);
        const int64_t left_ms = given.year.to_ms - given.as_of_ms, missing = given.target - given.done;
        if (pace.needed_per_day) {
            assert_true((__int128)pace.needed_per_day * left_ms >= (__int128)missing * day_ms);
            assert_true((__int128)(pace.needed_per_day - 1) * left_ms < (__int128)missing * day_ms);
            assert_true(!given.has_room || missing <= given.usable);
        } else if (pace.out_of_reach) {
            assert_int_equal(given.done + given.usable + pace.missing, given.target);
        } else {
            assert_true(missing <= 0 || left_ms == 0);
        }
        const __int128 whole = given.year.to_ms;
        assert_true((__int128)(given.done - pace.ahead) * whole <= (__int128)given.target * given.as_of_ms);
        assert_true((__int128)(given.done - pace.ahead + 1) * whole > (__int128)given.target * given.as_of_ms);
    }
}

int main(void)
{
    seed_random();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_target_goes_by_time),
        cmocka_unit_test(a_target_goes_by_plans_where_there_are_plans),
        cmocka_unit_test(no_pace_is_asked_beyond_the_capacity),
        cmocka_unit_test(the_room_of_a_mine_keeps_year_and_months),
        cmocka_unit_test(the_countys_room_is_that_of_its_producing_mines),
        cmocka_unit_test(utilisation_is_held_against_the_year_gone),
        cmocka_unit_test(rooms_of_chance_are_as_filled),
        cmocka_unit_test(needs_of_chance_are_the_least_that_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
