/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "collector/belt.h"
#include "drivers/span.h"
#include "tests/unit/seed.h"

enum { ROWS_MAX = 8 };

static const struct calendar_span hour = {0, 60 * MINUTE_MS};

static void check(const struct belt *belt, size_t index, enum belt_state state, int64_t from_ms, int64_t to_ms)
{
    const struct belt_stretch *stretch = belt->stretches.at;
    assert_true(index < belt->stretches.count);
    assert_int_equal(stretch[index].state, state);
    assert_int_equal(stretch[index].span.from_ms, from_ms);
    assert_int_equal(stretch[index].span.to_ms, to_ms);
}

static void rows_become_stretches(void **state)
{
    static const struct {
        struct belt_minute row[ROWS_MAX];
        struct belt_stretch stretch[ROWS_MAX];
    } cases[] = {
        /* nothing is not "stood" */
        {{{0}}, {{BELT_UNREAD, {0, 3600000}}}},
        {{{0, 0, 0, false}}, {{BELT_UNREAD, {0, 3600000}}}},
        {{{60000, 60, 60, true}},
         {{BELT_UNREAD, {0, 60000}}, {BELT_RAN, {60000, 120000}}, {BELT_UNREAD, {120000, 3600000}}}},
        /* stops in the midst of a minute, starts in the midst of another */
        {{{0, 60, 60, true}, {60000, 15, 60, false}, {120000, 0, 60, false}, {180000, 20, 60, true}},
         {{BELT_RAN, {0, 75000}},
          {BELT_STOOD, {75000, 220000}},
          {BELT_RAN, {220000, 240000}},
          {BELT_UNREAD, {240000, 3600000}}}},
        /* two rows of one minute, around a restart of the daemon */
        {{{0, 10, 10, true}, {0, 0, 20, false}},
         {{BELT_RAN, {0, 20000}}, {BELT_STOOD, {20000, 60000}}, {BELT_UNREAD, {60000, 3600000}}}},
        /* it stood before a silence and after it: two stops */
        {{{0, 0, 6, false}, {120000, 0, 6, false}},
         {{BELT_STOOD, {0, 60000}},
          {BELT_UNREAD, {60000, 120000}},
          {BELT_STOOD, {120000, 180000}},
          {BELT_UNREAD, {180000, 3600000}}}},
        /* rows beyond the reach are cut */
        {{{-60000, 6, 6, true}, {3600000, 6, 6, true}}, {{BELT_UNREAD, {0, 3600000}}}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct belt belt = belt_begin(hour);
        size_t stretches = 0;
        for (size_t r = 0; r < ROWS_MAX; r++)
            belt_add(&belt, &cases[i].row[r]);
        belt_end(&belt, 0);
        for (; stretches < ROWS_MAX && cases[i].stretch[stretches].span.to_ms; stretches++)
            check(&belt, stretches, cases[i].stretch[stretches].state, cases[i].stretch[stretches].span.from_ms,
                  cases[i].stretch[stretches].span.to_ms);
        assert_int_equal(belt.stretches.count, stretches);
        assert_false(belt.failed);
        belt_free(&belt);
    }
}

static void stops_are_found_by_length_and_place(void **state)
{
    struct belt belt = belt_begin(hour);
    size_t index = 0;
    (void)state;
    for (int minute = 0; minute < 60; minute++) {
        const bool stands = minute < 12 || (minute >= 20 && minute < 24) || (minute >= 40 && minute < 50);
        belt_add(&belt, &(struct belt_minute){minute * (int64_t)MINUTE_MS, stands ? 0 : 6, 6, !stands});
    }
    belt_end(&belt, 0);
    const int64_t least_ms = 10 * MINUTE_MS;
    assert_int_equal(belt_next(&belt, BELT_STOOD, least_ms, hour, &index)->span.to_ms, 12 * MINUTE_MS);
    assert_int_equal(belt_next(&belt, BELT_STOOD, least_ms, hour, &index)->span.from_ms, 40 * MINUTE_MS);
    assert_null(belt_next(&belt, BELT_STOOD, least_ms, hour, &index));
    index = 0; /* one that began before the span is in it, whole */
    const struct calendar_span late = {5 * MINUTE_MS, 30 * MINUTE_MS};
    assert_int_equal(belt_next(&belt, BELT_STOOD, least_ms, late, &index)->span.from_ms, 0);
    assert_null(belt_next(&belt, BELT_STOOD, least_ms, late, &index));
    index = 0;
    assert_null(belt_next(&belt, BELT_UNREAD, 1, hour, &index));
    assert_int_equal(belt_time(&belt, BELT_STOOD, hour), 26 * MINUTE_MS);
    assert_int_equal(belt_time(&belt, BELT_STOOD, late), 11 * MINUTE_MS);
    assert_int_equal(belt_time(&belt, BELT_RAN, late), 14 * MINUTE_MS);
    belt_free(&belt);
}

/* The minute that runs has no row yet: that is no gap. */
static void what_may_still_come_is_not_unread(void **state)
{
    static const struct {
        int64_t to_ms, reach_ms, unread_ms;
    } cases[] = {{3 * MINUTE_MS, 2 * MINUTE_MS, 0},
                 {4 * MINUTE_MS, 2 * MINUTE_MS, 0},
                 {5 * MINUTE_MS, 5 * MINUTE_MS, 3 * MINUTE_MS}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct belt belt = belt_begin((struct calendar_span){0, cases[i].to_ms});
        belt_add(&belt, &(struct belt_minute){0, 6, 6, true});
        belt_add(&belt, &(struct belt_minute){MINUTE_MS, 6, 6, true});
        belt_end(&belt, 2 * MINUTE_MS);
        assert_int_equal(belt.reach.to_ms, cases[i].reach_ms);
        assert_int_equal(belt_time(&belt, BELT_UNREAD, hour), cases[i].unread_ms);
        belt_free(&belt);
    }
}

/* Whatever the rows are, the three times make up the span, and the stretches follow one another. */
static void times_sum_up(void **state)
{
    (void)state;
    seed_random();
    for (int round = 0; round < 2000; round++) {
        struct belt belt = belt_begin(hour);
        int64_t ran_ms = 0, minute_ms = -2 * MINUTE_MS;
        while (minute_ms < 62 * MINUTE_MS) {
            const int64_t count = random() % 7, ran = count ? random() % (count + 1) : 0;
            const bool last = ran == count || (ran && random() % 2);
            belt_add(&belt, &(struct belt_minute){minute_ms, ran, count, last});
            if (count && minute_ms >= 0 && minute_ms < hour.to_ms)
                ran_ms += MINUTE_MS * ran / count;
            minute_ms += MINUTE_MS * (1 + random() % 3);
        }
        belt_end(&belt, 0);
        const int64_t all_ms =
            belt_time(&belt, BELT_RAN, hour) + belt_time(&belt, BELT_STOOD, hour) + belt_time(&belt, BELT_UNREAD, hour);
        assert_int_equal(all_ms, hour.to_ms);
        assert_int_equal(belt_time(&belt, BELT_RAN, hour), ran_ms);
        const struct belt_stretch *stretch = belt.stretches.at;
        for (size_t i = 1; i < belt.stretches.count; i++) {
            assert_int_equal(stretch[i].span.from_ms, stretch[i - 1].span.to_ms);
            assert_int_not_equal(stretch[i].state, stretch[i - 1].state);
        }
        belt_free(&belt);
    }
}

static void sources_by_what_a_meter_has(void **state)
{
    struct config_meter meter = {.role = ROLE_MAIN,
                                 .quantity = quantity_find("rom_coal"),
                                 .device = 3,
                                 .point = 4,
                                 .running_device = 1,
                                 .running_point = 2,
                                 .rate_device = 5,
                                 .rate_point = 6,
                                 .rate = {1, 1}};
    enum belt_source source, read;
    size_t device, point;
    (void)state;
    assert_true(belt_of(&meter, &source, &device, &point));
    assert_true(source == BELT_RUNNING && device == 1 && point == 2);
    meter.running_device = -1;
    assert_true(belt_of(&meter, &source, &device, &point));
    assert_true(source == BELT_RATE && device == 5 && point == 6);
    meter.rate = (struct ratio){0};
    assert_true(belt_of(&meter, &source, &device, &point));
    assert_true(source == BELT_COUNT && device == 3 && point == 4);
    meter.role = ROLE_CHECK;
    assert_false(belt_of(&meter, &source, &device, &point));
    meter.role = ROLE_MAIN;
    meter.quantity = quantity_find("energy");
    assert_false(belt_of(&meter, &source, &device, &point));
    for (int i = 0; i < BELT_SOURCES; i++) {
        assert_true(belt_source_read(belt_source_name((enum belt_source)i), &read));
        assert_int_equal(read, i);
    }
    assert_false(belt_source_read("t/h", &read));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_become_stretches),
        cmocka_unit_test(stops_are_found_by_length_and_place),
        cmocka_unit_test(what_may_still_come_is_not_unread),
        cmocka_unit_test(times_sum_up),
        cmocka_unit_test(sources_by_what_a_meter_has),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
