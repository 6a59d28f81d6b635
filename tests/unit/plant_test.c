/* SPDX-License-Identifier: Apache-2.0 */
#include "simulators/plant.h"

#include "simulators/noise.h"
#include "tests/unit/simulated.h"

enum { RATE_T_H = 1000, START_MS = (16 * 60 + 45) * 60000, TICKS_A_DAY = 864000 };

static void noise_is_a_function_of_its_arguments(void **state)
{
    (void)state;
    assert_true(noise_hash(1, 2, 3) == noise_hash(1, 2, 3));
    assert_true(noise_hash(1, 2, 3) != noise_hash(1, 3, 2));
    assert_true(noise_seed(1, "sim-a") != noise_seed(1, "sim-b"));
    assert_int_equal(noise_between(9, 9, 9, 5, 5), 5);
}

static void noise_stays_in_its_bounds_and_is_smooth(void **state)
{
    (void)state;
    const uint64_t seed = seed_take();
    int64_t before = noise_smooth(seed, 1, 0, 1000);
    for (int64_t at_ms = 10; at_ms < 200000; at_ms += 10) {
        const int64_t now = noise_smooth(seed, 1, at_ms, 1000);
        assert_in_range(now + 1000, 0, 2000);
        assert_in_range(now - before + 21, 0, 42); /* 2000 over 1000 ms, and rounding */
        before = now;
    }
}

static void nothing_is_cut_in_the_maintenance_shift(void **state)
{
    (void)state;
    const struct face face = {.seed = seed_take(), .start_ms = 0};
    int64_t cut = 0;
    for (int64_t minute = 0; minute < 24 * 60; minute++) {
        const int64_t at_ms = minute * 60000;
        const bool repairs = minute >= FACE_REPAIR_FROM_H * 60 && minute < FACE_REPAIR_TO_H * 60;
        assert_int_equal(face_repairs(&face, at_ms), repairs);
        assert_in_range(face_cutting(&face, at_ms), 0, repairs ? 0 : 1000);
        cut += face_cutting(&face, at_ms) > 0;
        if (minute >= FACE_REPAIR_FROM_H * 60 + 30 && repairs)
            assert_false(face_belt_runs(&face, at_ms));
    }
    assert_in_range(cut, 5 * 60, 17 * 60); /* of 18 hours */
}

static void belts_run_when_a_simulation_begins(void **state)
{
    (void)state;
    const uint64_t seed = seed_take();
    for (uint64_t i = 0; i < 50; i++) {
        struct plant plant;
        plant_init(&plant, seed + i, START_MS, RATE_T_H);
        for (int tick = 0; tick < 600; tick++) {
            plant_step(&plant);
            assert_true(plant.stream[STREAM_MAIN] > 0);
            assert_true(plant.stream[STREAM_CHECK] > 0);
        }
    }
}

static void a_seed_makes_one_mine(void **state)
{
    (void)state;
    const uint64_t seed = seed_take();
    struct plant one, same, other;
    plant_init(&one, seed, START_MS, RATE_T_H);
    plant_init(&same, seed, START_MS, RATE_T_H);
    plant_init(&other, seed + 1, START_MS, RATE_T_H);
    for (int tick = 0; tick < 20000; tick++) {
        plant_step(&one);
        plant_step(&same);
        plant_step(&other);
    }
    assert_memory_equal(one.passed, same.passed, sizeof one.passed);
    assert_memory_equal(one.signal, same.signal, sizeof one.signal);
    assert_true(one.passed[STREAM_MAIN] != other.passed[STREAM_MAIN]);
}

/* Every gram that was mined lies in the bunker, was picked out, or went over the scale. */
static void coal_is_conserved_all_day(void **state)
{
    (void)state;
    struct plant plant;
    plant_init(&plant, seed_take(), START_MS, RATE_T_H);
    const int64_t before_g = plant.bunker_g + plant.passed[STREAM_MAIN] + plant.picked_g - plant.mined_g;
    int64_t starts = 0, ran = 0;
    for (int tick = 0; tick < TICKS_A_DAY; tick++) {
        const bool stood = plant.belt_speed == 0;
        plant_step(&plant);
        starts += stood && plant.belt_speed > 0;
        ran += plant.stream[STREAM_MAIN] > 0;
        assert_true(plant.mined_g + before_g == plant.bunker_g + plant.passed[STREAM_MAIN] + plant.picked_g);
        assert_true(plant.bunker_g >= 0 && plant.bunker_g <= plant_bunker_capacity_g(&plant));
        assert_true(plant.stream[STREAM_MAIN] <= RATE_T_H * INT64_C(1000000) / PLANT_TICKS_AN_HOUR);
    }
    assert_true(starts >= 1);
    assert_in_range(ran, TICKS_A_DAY / 4, TICKS_A_DAY * 4 / 5);
    assert_in_range(plant.passed[STREAM_MAIN] / 1000000, 4000, 18000); /* t a day of a mine for 1000 t/h */
}

static void the_second_scale_is_wrong_by_its_error_only(void **state)
{
    (void)state;
    struct plant plant;
    plant_init(&plant, seed_take(), START_MS, RATE_T_H);
    for (int tick = 0; tick < TICKS_A_DAY; tick++)
        plant_step(&plant);
    const int64_t main_g = plant.passed[STREAM_MAIN], apart_g = plant.passed[STREAM_CHECK] - main_g;
    const int64_t ride_g = RATE_T_H * INT64_C(1000000) / 3600 * 20;
    assert_in_range(apart_g + main_g / 1000 + ride_g, 0, 2 * (main_g / 1000 + ride_g));
}

static void levels_are_plausible(void **state)
{
    (void)state;
    struct plant plant;
    int64_t rest = 0, rests = 0, cut = 0, cuts = 0;
    plant_init(&plant, seed_take(), START_MS, RATE_T_H);
    for (int tick = 0; tick < TICKS_A_DAY; tick++) {
        plant_step(&plant);
        const int64_t *signal = plant.signal;
        for (int i = 0; i < METHANE_SENSORS; i++)
            assert_in_range(signal[SIGNAL_METHANE + i], 1, 1000000); /* below the alarm at 1 % */
        assert_in_range(signal[SIGNAL_BUNKER_LEVEL], 0, 24000000);
        assert_in_range(signal[SIGNAL_POWER], 400000000, 3200000000);
        assert_in_range(signal[SIGNAL_GAS_RATE], 3000000000, 5500000000);
        assert_true((signal[SIGNAL_MAIN_LOAD] > 0) == (plant.stream[STREAM_MAIN] > 0));
        if (plant.heat < 2000) {
            rest += signal[SIGNAL_METHANE + 1];
            rests++;
        } else if (plant.heat > 700000) {
            cut += signal[SIGNAL_METHANE + 1];
            cuts++;
        }
    }
    assert_true(rests > 0 && cuts > 0);
    assert_true(cut / cuts > rest / rests + 100000); /* a tenth of a per cent more in full cutting */
}

static void stopped_flows_stand_at_once(void **state)
{
    (void)state;
    struct plant plant;
    plant_init(&plant, seed_take(), START_MS, RATE_T_H);
    plant.belts_stopped = true;
    plant_step(&plant);
    assert_int_equal(plant.stream[STREAM_MAIN], 0);
    assert_int_equal(plant.stream[STREAM_CHECK], 0);
    assert_true(plant.stream[STREAM_GAS] > 0 && plant.stream[STREAM_ENERGY] > 0);
    plant.flows_stopped = true;
    plant_step(&plant);
    assert_int_equal(plant.stream[STREAM_GAS], 0);
    assert_int_equal(plant.stream[STREAM_ENERGY], 0);
    plant.belts_stopped = plant.flows_stopped = false;
    for (int tick = 0; tick < 300; tick++)
        plant_step(&plant);
    assert_true(plant.stream[STREAM_MAIN] > 0 && plant.stream[STREAM_CHECK] > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(noise_is_a_function_of_its_arguments),
        cmocka_unit_test(noise_stays_in_its_bounds_and_is_smooth),
        cmocka_unit_test(nothing_is_cut_in_the_maintenance_shift),
        cmocka_unit_test(belts_run_when_a_simulation_begins),
        cmocka_unit_test(a_seed_makes_one_mine),
        cmocka_unit_test(coal_is_conserved_all_day),
        cmocka_unit_test(the_second_scale_is_wrong_by_its_error_only),
        cmocka_unit_test(levels_are_plausible),
        cmocka_unit_test(stopped_flows_stand_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
