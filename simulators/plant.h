/* SPDX-License-Identifier: Apache-2.0 */
/* What happens in one mine: from the face over the bunker and the picking to the
 * main belt, with its gas and its power, in steps of PLANT_TICK_MS. All integers;
 * amounts are in millionths of t (grams), m3 and kWh. Pure but for its own state. */
#ifndef COALTALLY_PLANT_H
#define COALTALLY_PLANT_H

#include <stdbool.h>

#include "simulators/face.h"

enum { PLANT_TICK_MS = 100, PLANT_TICKS_AN_HOUR = 36000, METHANE_SENSORS = 4 };

/* What devices measure. Streams are amounts of one tick; signals are levels. All in
 * millionths: of t, m3, kWh; of t/h, m3/h, kW, m/s, kg/m, %, m, V, A, Hz, degC, kPa. */
enum stream { STREAM_NONE, STREAM_MAIN, STREAM_CHECK, STREAM_GAS, STREAM_ENERGY, STREAM_COUNT };
enum signal {
    SIGNAL_MAIN_RATE,
    SIGNAL_CHECK_RATE,
    SIGNAL_BELT_SPEED,
    SIGNAL_MAIN_LOAD,
    SIGNAL_CHECK_LOAD,
    SIGNAL_GAS_RATE,
    SIGNAL_GAS_SPEED,
    SIGNAL_GAS_PURITY,
    SIGNAL_GAS_TEMPERATURE,
    SIGNAL_GAS_PRESSURE,
    SIGNAL_POWER,
    SIGNAL_VOLTAGE,
    SIGNAL_CURRENT,
    SIGNAL_FREQUENCY,
    SIGNAL_BUNKER_LEVEL, /* m */
    SIGNAL_BUNKER_SHARE, /* % */
    SIGNAL_METHANE,      /* the first of METHANE_SENSORS */
    SIGNAL_COUNT = SIGNAL_METHANE + METHANE_SENSORS
};

enum { PLANT_BELT_TICKS = 200 }; /* coal rides 20 s from the first scale to the second */

/* How the main belt ran, for the truth: in ticks of the plant. */
enum { PLANT_STOPS = 32 /* the latest ones are kept */ };
struct plant_belt {
    int64_t ran, stood;
    int64_t stops; /* since the start; the n-th is stop[n % PLANT_STOPS] */
    bool stands;   /* the last one is not over */
    struct {
        int64_t from, to;
    } stop[PLANT_STOPS];
};

struct plant {
    uint64_t seed;
    struct face face;
    int64_t rate_t_h;   /* what the main belt is built for */
    bool belts_stopped; /* by command: both scales stand at once */
    bool flows_stopped; /* by command: gas and power stand too */
    int64_t ticks;      /* steps taken */
    int64_t bunker_g;   /* what lies in the bunker */
    bool feeding;       /* the feeder below it draws */
    int64_t belt_speed; /* 0 to 1000 */
    struct plant_belt belt;
    int64_t heat;        /* cutting, smoothed: gas follows it with a lag; 0 to 1000000 */
    int64_t check_ppm;   /* by how much the second scale is wrong */
    int64_t check_rest;  /* what is left of dividing by a million */
    int64_t energy_rest; /* what is left of dividing W by 36 */
    int64_t ride[PLANT_BELT_TICKS];
    int64_t ride_at;
    int64_t mined_g, picked_g; /* out of the face; waste taken out before the first scale */
    int64_t passed[STREAM_COUNT];
    int64_t stream[STREAM_COUNT]; /* of the last tick */
    int64_t signal[SIGNAL_COUNT];
};

void plant_init(struct plant *plant, uint64_t seed, int64_t start_ms, int64_t rate_t_h);
void plant_step(struct plant *plant);
/* Many ticks at once, at least PLANT_BELT_TICKS, as coarse as that: `stream` is then what passed in all of
 * them. Gauges stay as they are. */
void plant_leap(struct plant *plant, int64_t ticks);
/* Simulated time begins anew at this time of day; bunker, belts and sums go on. */
void plant_rebegin(struct plant *plant, int64_t start_ms);

/* The bunker holds half an hour of the main belt. */
int64_t plant_bunker_capacity_g(const struct plant *plant);

#endif
