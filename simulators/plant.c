/* SPDX-License-Identifier: Apache-2.0 */
#include "simulators/plant.h"

#include <string.h>

#include "simulators/noise.h"

enum { MILLION = 1000000, BUNKER_HEIGHT_M = 24, PICKED_PERMILLE = 60, BELT_M_S = 4 };
enum { HEAT_TICKS = 1200 }; /* two minutes */
enum { FULL_PERMILLE = 950, FEED_FROM_PERMILLE = 150, FEED_TO_PERMILLE = 40 };
enum { CHANNEL_CHECK = 20, CHANNEL_FEED, CHANNEL_BUNKER, CHANNEL_GAS, CHANNEL_LOAD, CHANNEL_VOLTAGE, CHANNEL_SENSOR };

/* Share of the gas in the return that a sensor meets: return corner, face, return, intake. */
static const int64_t sensor_permille[METHANE_SENSORS] = {1250, 1000, 800, 200};

int64_t plant_bunker_capacity_g(const struct plant *plant)
{
    return plant->rate_t_h * MILLION / 2;
}

static int64_t bunker_permille(const struct plant *plant)
{
    return plant->bunker_g * 1000 / plant_bunker_capacity_g(plant);
}

void plant_init(struct plant *plant, uint64_t seed, int64_t start_ms, int64_t rate_t_h)
{
    memset(plant, 0, sizeof *plant);
    plant->seed = seed;
    plant->face = (struct face){.seed = seed, .start_ms = start_ms};
    plant->rate_t_h = rate_t_h;
    plant->bunker_g = plant_bunker_capacity_g(plant) * noise_between(seed, CHANNEL_BUNKER, 0, 35, 60) / 100;
    plant->check_ppm = noise_between(seed, CHANNEL_CHECK, 0, -900, 900);
    plant->feeding = true;
    plant->belt_speed = face_belt_runs(&plant->face, 0) ? 1000 : 0;
    plant->heat = face_cutting(&plant->face, 0) * 1000;
    for (int i = 0; i < PLANT_BELT_TICKS; i++) /* the belt lies full of coal */
        plant->ride[i] = rate_t_h * MILLION / PLANT_TICKS_AN_HOUR * 65 / 100;
    plant_step(plant);
}

void plant_rebegin(struct plant *plant, int64_t start_ms)
{
    plant->face.start_ms = start_ms;
    plant->ticks = 0;
    plant->belt = (struct plant_belt){0};
}

/* The face, and what it throws into the bunker; it stops when the bunker is full. */
static int64_t step_face(struct plant *plant, int64_t at_ms, int64_t ticks)
{
    int64_t cutting = face_cutting(&plant->face, at_ms);
    if (plant->belts_stopped || bunker_permille(plant) >= FULL_PERMILLE)
        cutting = 0;
    const int64_t mined_g = plant->rate_t_h * MILLION / PLANT_TICKS_AN_HOUR * 13 / 10 * cutting / 1000 * ticks;
    plant->bunker_g += mined_g;
    plant->mined_g += mined_g;
    plant->heat += (cutting * 1000 - plant->heat) * (ticks < HEAT_TICKS ? ticks : HEAT_TICKS) / HEAT_TICKS;
    return cutting;
}

/* What the belt did in these ticks. */
static void note_belt(struct plant *plant, int64_t ticks)
{
    struct plant_belt *belt = &plant->belt;
    const bool stands = plant->belt_speed == 0;
    *(stands ? &belt->stood : &belt->ran) += ticks;
    if (stands && !belt->stands)
        belt->stop[belt->stops++ % PLANT_STOPS].from = plant->ticks;
    if (stands)
        belt->stop[(belt->stops - 1) % PLANT_STOPS].to = plant->ticks + ticks;
    belt->stands = stands;
}

/* The main belt's motor: ten seconds from standing to full speed, and back. */
static void step_belt(struct plant *plant, int64_t at_ms, int64_t ticks)
{
    if (plant->belts_stopped)
        plant->belt_speed = 0;
    else if (face_belt_runs(&plant->face, at_ms))
        plant->belt_speed += 10 * ticks;
    else
        plant->belt_speed -= 10 * ticks;
    plant->belt_speed = plant->belt_speed < 0 ? 0 : plant->belt_speed > 1000 ? 1000 : plant->belt_speed;
    note_belt(plant, ticks);
}

/* The feeder draws from the bunker, the more the fuller it is, onto a running belt. */
static int64_t step_feeder(struct plant *plant, int64_t at_ms, int64_t ticks)
{
    const int64_t level = bunker_permille(plant);
    if (level <= FEED_TO_PERMILLE)
        plant->feeding = false;
    else if (level >= FEED_FROM_PERMILLE)
        plant->feeding = true;
    if (!plant->feeding)
        return 0;
    const int64_t lumps = 1000 + noise_smooth(plant->seed, CHANNEL_FEED, at_ms, 2500) * 60 / 1000 +
                          noise_smooth(plant->seed, CHANNEL_FEED + 100, at_ms, 40000) * 90 / 1000;
    const int64_t full_g = plant->rate_t_h * MILLION / PLANT_TICKS_AN_HOUR;
    int64_t drawn_g = full_g * (550 + level * 35 / 100) / 1000 * lumps / 1000 * plant->belt_speed / 1000 * ticks;
    if (drawn_g > plant->bunker_g)
        drawn_g = plant->bunker_g;
    plant->bunker_g -= drawn_g;
    return drawn_g;
}

/* What comes to the second scale: what went over the first one a ride ago. */
static int64_t step_ride(struct plant *plant, int64_t ticks)
{
    int64_t arrived_g = plant->ride[plant->ride_at];
    if (ticks == 1) {
        plant->ride[plant->ride_at] = plant->stream[STREAM_MAIN];
        plant->ride_at = (plant->ride_at + 1) % PLANT_BELT_TICKS;
        return arrived_g;
    }
    arrived_g = plant->stream[STREAM_MAIN];
    for (int i = 0; i < PLANT_BELT_TICKS; i++) {
        arrived_g += plant->ride[i] - plant->stream[STREAM_MAIN] / ticks;
        plant->ride[i] = plant->stream[STREAM_MAIN] / ticks;
    }
    return arrived_g;
}

/* Picking, the first scale, the ride, and the second scale with its error. */
static void step_scales(struct plant *plant, int64_t drawn_g, int64_t ticks)
{
    const int64_t picked_g = drawn_g * PICKED_PERMILLE / 1000;
    plant->picked_g += picked_g;
    plant->stream[STREAM_MAIN] = drawn_g - picked_g;
    plant->stream[STREAM_CHECK] = 0;
    if (plant->belt_speed == 0)
        return;
    const int64_t weighed = step_ride(plant, ticks) * (MILLION + plant->check_ppm) + plant->check_rest;
    plant->stream[STREAM_CHECK] = weighed / MILLION;
    plant->check_rest = weighed % MILLION;
}

static int64_t step_power_w(struct plant *plant, int64_t at_ms, int64_t cutting)
{
    const int64_t share = plant->rate_t_h; /* a bigger mine has bigger motors */
    const int64_t noise = noise_smooth(plant->seed, CHANNEL_LOAD, at_ms, 5000);
    const int64_t base_w = share * 500 + share * noise / 50;
    return base_w + share * plant->belt_speed * 6 / 10 + share * cutting;
}

static void step_gas_and_power(struct plant *plant, int64_t at_ms, int64_t cutting, int64_t ticks)
{
    const int64_t drained_m3_h = plant->rate_t_h * 4;
    const int64_t breath =
        1000 + noise_smooth(plant->seed, CHANNEL_GAS, at_ms, 30000) * 50 / 1000 + plant->heat / 10000;
    int64_t gas_ml = drained_m3_h * MILLION / PLANT_TICKS_AN_HOUR * breath / 1000;
    int64_t power_w = step_power_w(plant, at_ms, cutting);
    if (plant->flows_stopped)
        gas_ml = power_w = 0;
    plant->stream[STREAM_GAS] = gas_ml * ticks;
    /* 1 W over a tick of 0.1 s is 1/36 of a millionth of a kWh */
    plant->stream[STREAM_ENERGY] = (power_w * ticks + plant->energy_rest) / 36;
    plant->energy_rest = (power_w * ticks + plant->energy_rest) % 36;
    plant->signal[SIGNAL_POWER] = power_w * 1000;
    plant->signal[SIGNAL_CURRENT] = power_w * 1000 / 1039 * 100; /* three phases at 6 kV */
}

static void set_gauges(struct plant *plant, int64_t at_ms)
{
    int64_t *signal = plant->signal;
    const int64_t speed = (int64_t)BELT_M_S * plant->belt_speed; /* mm/s */
    signal[SIGNAL_MAIN_RATE] = plant->stream[STREAM_MAIN] * PLANT_TICKS_AN_HOUR;
    signal[SIGNAL_CHECK_RATE] = plant->stream[STREAM_CHECK] * PLANT_TICKS_AN_HOUR;
    signal[SIGNAL_BELT_SPEED] = speed * 1000;
    /* grams in 0.1 s over mm/s: kg/m = g * 10 / (mm/s) */
    signal[SIGNAL_MAIN_LOAD] = speed ? plant->stream[STREAM_MAIN] * 10 * MILLION / speed : 0;
    signal[SIGNAL_CHECK_LOAD] = speed ? plant->stream[STREAM_CHECK] * 10 * MILLION / speed : 0;
    signal[SIGNAL_GAS_RATE] = plant->stream[STREAM_GAS] * PLANT_TICKS_AN_HOUR;
    signal[SIGNAL_GAS_SPEED] = plant->stream[STREAM_GAS] * 10 * 5; /* through 0.2 m2 */
    signal[SIGNAL_GAS_PURITY] = 42 * MILLION + noise_smooth(plant->seed, CHANNEL_GAS + 100, at_ms, 60000) * 2000;
    signal[SIGNAL_GAS_TEMPERATURE] = 19 * MILLION + noise_smooth(plant->seed, CHANNEL_GAS + 200, at_ms, 600000) * 1500;
    signal[SIGNAL_GAS_PRESSURE] = 96 * MILLION + noise_smooth(plant->seed, CHANNEL_GAS + 300, at_ms, 90000) * 800;
    signal[SIGNAL_VOLTAGE] = 230 * MILLION + noise_smooth(plant->seed, CHANNEL_VOLTAGE, at_ms, 3000) * 1800;
    signal[SIGNAL_FREQUENCY] = 50 * MILLION + noise_smooth(plant->seed, CHANNEL_VOLTAGE + 100, at_ms, 4000) * 30;
    signal[SIGNAL_BUNKER_SHARE] = bunker_permille(plant) * MILLION / 10;
    signal[SIGNAL_BUNKER_LEVEL] = plant->bunker_g * BUNKER_HEIGHT_M / plant_bunker_capacity_g(plant) * MILLION +
                                  plant->bunker_g * BUNKER_HEIGHT_M % plant_bunker_capacity_g(plant) * 1000 /
                                      plant_bunker_capacity_g(plant) * 1000;
    for (int i = 0; i < METHANE_SENSORS; i++) {
        const int64_t gas = 180000 + plant->heat * 45 / 100; /* 0.18 % at rest, 0.63 % in full cutting */
        const int64_t puff = noise_smooth(plant->seed, (uint64_t)(CHANNEL_SENSOR + i), at_ms, 8000) * 30;
        signal[SIGNAL_METHANE + i] = (gas + puff) * sensor_permille[i] / 1000;
    }
}

void plant_leap(struct plant *plant, int64_t ticks)
{
    const int64_t at_ms = plant->ticks * PLANT_TICK_MS;
    const int64_t cutting = step_face(plant, at_ms, ticks);
    step_belt(plant, at_ms, ticks);
    step_scales(plant, step_feeder(plant, at_ms, ticks), ticks);
    step_gas_and_power(plant, at_ms, cutting, ticks);
    for (int i = 0; i < STREAM_COUNT; i++)
        plant->passed[i] += plant->stream[i];
    plant->ticks += ticks;
}

void plant_step(struct plant *plant)
{
    const int64_t at_ms = plant->ticks * PLANT_TICK_MS;
    plant_leap(plant, 1);
    set_gauges(plant, at_ms);
}
