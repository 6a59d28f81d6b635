/* SPDX-License-Identifier: Apache-2.0 */
#include "simulators/history.h"

#include <inttypes.h>

#include "drivers/span.h"
#include "tests/unit/simulated.h"

enum { START_MS = (16 * 60 + 45) * 60000, LINES_MAX = 200 };

#define JAN5_MS INT64_C(1767542400000) /* 2026-01-05 00:00 in Shanghai */

static int zone_set(void **state)
{
    (void)state;
    setenv("TZ", "Asia/Shanghai", 1);
    tzset();
    return 0;
}

static void spans_are_of_the_past(void **state)
{
    static const struct {
        const char *text;
        int64_t from_ms, to_ms; /* from 0: refused */
        bool open;
    } cases[] = {
        {"2026-01-05..", JAN5_MS, JAN5_MS + 2 * DAY_MS, true},
        {"2026-01-05 08:00..", JAN5_MS + 8 * HOUR_MS, JAN5_MS + 2 * DAY_MS, true},
        {"2026-01-05T08:00..2026-01-06", JAN5_MS + 8 * HOUR_MS, JAN5_MS + DAY_MS, false},
        {"2026-01-06..2026-01-05", 0, 0, false},
        {"2026-01-05..2026-01-08", 0, 0, false},
        {"2026-01-08..", 0, 0, false},
        {"2026-01-05", 0, 0, false},
        {"..2026-01-05", 0, 0, false},
        {"yesterday..", 0, 0, false},
        {"2026-01-05 8..", 0, 0, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct history history = {0};
        const bool good = history_parse(cases[i].text, JAN5_MS + 2 * DAY_MS, &history);
        assert_int_equal(good, cases[i].from_ms != 0);
        if (!good)
            continue;
        assert_int_equal(history.from_ms, cases[i].from_ms);
        assert_int_equal(history.to_ms, cases[i].to_ms);
        assert_int_equal(history.open, cases[i].open);
    }
}

/* A mine with a main belt and its check scale. */
static struct world *world_make(uint64_t seed)
{
    struct world *world = world_new(seed, START_MS, 1);
    struct world_mine *mine = world_add_mine(world, "sim-a", 1000);
    struct profile *profile = simulated_profile(SIMULATED_SCALE);
    assert_true(world_add_profile(world, profile));
    assert_int_equal(world_port(world, "port"), 0);
    for (int i = 0; i < 2; i++) {
        const struct device_setup setup = {.mine = mine->name,
                                           .name = i ? "scale-2" : "scale-1",
                                           .profile = profile,
                                           .plant = &mine->plant,
                                           .drive = i ? DRIVE_CHECK_BELT : DRIVE_MAIN_BELT,
                                           .unit = 1 + i,
                                           .seed = seed};
        assert_non_null(world_add_device(world, &setup));
    }
    return world;
}

/* The readings of scale-1, in kg. */
static size_t readings_of(struct world *world, const struct history *history, int64_t *reading, char *first,
                          size_t first_size)
{
    char *text = NULL;
    size_t length = 0, count = 0;
    FILE *out = open_memstream(&text, &length);
    assert_true(history_write(world, history, out));
    fclose(out);
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        int64_t whole, fraction = 0;
        char digits[4] = "000";
        if (!strstr(line, ",scale-1,"))
            continue;
        if (count == 0)
            snprintf(first, first_size, "%.19s", line);
        const char *number = strrchr(line, ',') + 1, *dot = strchr(number, '.');
        whole = strtoll(number, NULL, 10);
        if (dot)
            memcpy(digits, dot + 1, strlen(dot + 1));
        fraction = strtoll(digits, NULL, 10);
        assert_true(count < LINES_MAX);
        reading[count++] = whole * 1000 + fraction;
    }
    free(text);
    return count;
}

static void the_truth_begins_with_the_first_reading(void **state)
{
    const struct history history = {JAN5_MS + HOUR_MS, JAN5_MS + 10 * DAY_MS + HOUR_MS, true, 8 * HOUR_MS};
    struct world *world = world_make(seed_take());
    struct device_dial *dial = &world->device[0].dial[0];
    int64_t reading[LINES_MAX];
    char first[32];
    (void)state;
    const size_t count = readings_of(world, &history, reading, first, sizeof first);
    assert_int_equal(count, 30);
    assert_string_equal(first, "2026-01-05 08:00:00");
    assert_true(dial->first.set);
    assert_int_equal(dial->first.count, reading[0]);
    assert_int_equal(dial->first.wall_ms, JAN5_MS + 8 * HOUR_MS);
    assert_int_equal(dial->last.count, reading[count - 1]);
    /* ten days of a belt of 1000 t/h, without its maintenance shifts */
    const int64_t wrapped = reading[count - 1] - reading[0];
    const int64_t passed = wrapped < 0 ? wrapped + dial->dial.modulus : wrapped;
    assert_int_equal(passed, dial->last.advanced - dial->first.advanced);
    assert_in_range(passed, 50 * INT64_C(1000000), 200 * INT64_C(1000000));
    /* and the mine goes on from there; its belt may stand for a shift */
    const int64_t before = dial->dial.advanced;
    world_advance_to(world, 24 * HOUR_MS);
    dial_settle(&dial->dial);
    assert_true(dial->dial.advanced > before);
    assert_int_equal(world->now_ms, 24 * HOUR_MS);
    world_free(world);
}

/* A register shows no coal of the time to come: what it has more than its last reading passed since then. */
static void it_ends_now(void **state)
{
    (void)state;
    for (int64_t shift = 1; shift <= 6; shift++) {
        const struct history history = {JAN5_MS, JAN5_MS + 8 * shift * HOUR_MS + 3000, true, 8 * HOUR_MS};
        struct world *world = world_make(seed_take());
        struct device_dial *dial = &world->device[0].dial[0];
        int64_t reading[LINES_MAX];
        char first[32];
        assert_int_equal(readings_of(world, &history, reading, first, sizeof first), shift + 1);
        dial_settle(&dial->dial);
        assert_in_range(dial->dial.advanced - dial->last.advanced, 0, 3 * 1000 * 2000 / 3600); /* twice 1000 t/h */
        world_free(world);
    }
}

static void a_seed_gives_the_same_history(void **state)
{
    const struct history history = {JAN5_MS, JAN5_MS + 3 * DAY_MS, true, HOUR_MS};
    const uint64_t seed = seed_take();
    struct world *one = world_make(seed), *other = world_make(seed), *third = world_make(seed + 1);
    int64_t readings[3][LINES_MAX];
    char first[32];
    (void)state;
    const size_t count = readings_of(one, &history, readings[0], first, sizeof first);
    assert_int_equal(count, 73);
    readings_of(other, &history, readings[1], first, sizeof first);
    readings_of(third, &history, readings[2], first, sizeof first);
    assert_memory_equal(readings[0], readings[1], count * sizeof readings[0][0]);
    assert_memory_not_equal(readings[0], readings[2], count * sizeof readings[0][0]);
    world_free(one);
    world_free(other);
    world_free(third);
}

/* What is mined goes over the belt, is picked, or lies in the bunker; the check scale is late, and off by its error. */
static void nothing_is_lost_in_leaps(void **state)
{
    struct plant plant;
    (void)state;
    plant_init(&plant, seed_take(), 0, 1000);
    const int64_t begin = plant.bunker_g + plant.passed[STREAM_MAIN] + plant.picked_g - plant.mined_g;
    for (int minute = 0; minute < 3 * 1440; minute++)
        plant_leap(&plant, 600);
    assert_int_equal(plant.bunker_g + plant.passed[STREAM_MAIN] + plant.picked_g - plant.mined_g, begin);
    assert_in_range(plant.bunker_g, 0, plant_bunker_capacity_g(&plant));
    const int64_t late_g = 1000 * INT64_C(1000000) / 180; /* a full belt's ride of 20 s */
    const int64_t main_g = plant.passed[STREAM_MAIN], off_g = main_g / 1000 + late_g;
    assert_in_range(plant.passed[STREAM_CHECK], main_g - off_g, main_g + off_g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spans_are_of_the_past),
        cmocka_unit_test(the_truth_begins_with_the_first_reading),
        cmocka_unit_test(it_ends_now),
        cmocka_unit_test(a_seed_gives_the_same_history),
        cmocka_unit_test(nothing_is_lost_in_leaps),
    };
    return cmocka_run_group_tests(tests, zone_set, NULL);
}
