/* SPDX-License-Identifier: Apache-2.0 */
#include "simulators/drive.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "simulators/unit.h"

const char *const drive_names[DRIVE_COUNT + 1] = {
    "nothing", "main_belt", "check_belt", "gas", "power", "methane", "bunker", "bench", NULL,
};

/* What a drive gives to points of one dimension. */
/* clang-format off */
static const struct {
    enum drive drive;
    enum dimension dimension;
    enum signal signal;
} gives[] = {
    {DRIVE_MAIN_BELT, DIMENSION_MASS_RATE, SIGNAL_MAIN_RATE},
    {DRIVE_MAIN_BELT, DIMENSION_SPEED, SIGNAL_BELT_SPEED},
    {DRIVE_MAIN_BELT, DIMENSION_LINE_LOAD, SIGNAL_MAIN_LOAD},
    {DRIVE_CHECK_BELT, DIMENSION_MASS_RATE, SIGNAL_CHECK_RATE},
    {DRIVE_CHECK_BELT, DIMENSION_SPEED, SIGNAL_BELT_SPEED},
    {DRIVE_CHECK_BELT, DIMENSION_LINE_LOAD, SIGNAL_CHECK_LOAD},
    {DRIVE_GAS, DIMENSION_VOLUME_RATE, SIGNAL_GAS_RATE},
    {DRIVE_GAS, DIMENSION_SPEED, SIGNAL_GAS_SPEED},
    {DRIVE_GAS, DIMENSION_SHARE, SIGNAL_GAS_PURITY},
    {DRIVE_GAS, DIMENSION_TEMPERATURE, SIGNAL_GAS_TEMPERATURE},
    {DRIVE_GAS, DIMENSION_PRESSURE, SIGNAL_GAS_PRESSURE},
    {DRIVE_POWER, DIMENSION_POWER, SIGNAL_POWER},
    {DRIVE_POWER, DIMENSION_VOLTAGE, SIGNAL_VOLTAGE},
    {DRIVE_POWER, DIMENSION_CURRENT, SIGNAL_CURRENT},
    {DRIVE_POWER, DIMENSION_FREQUENCY, SIGNAL_FREQUENCY},
    {DRIVE_METHANE, DIMENSION_SHARE, SIGNAL_METHANE},
    {DRIVE_BUNKER, DIMENSION_LENGTH, SIGNAL_BUNKER_LEVEL},
    {DRIVE_BUNKER, DIMENSION_SHARE, SIGNAL_BUNKER_SHARE},
};

/* The flow that turns a drive's dials. */
static const struct {
    enum dimension dimension;
    enum stream stream;
} flows[DRIVE_COUNT] = {
    [DRIVE_MAIN_BELT]  = {DIMENSION_MASS, STREAM_MAIN},
    [DRIVE_CHECK_BELT] = {DIMENSION_MASS, STREAM_CHECK},
    [DRIVE_GAS]        = {DIMENSION_VOLUME, STREAM_GAS},
    [DRIVE_POWER]      = {DIMENSION_ENERGY, STREAM_ENERGY},
};
/* clang-format on */

static enum dimension dimension_of(const struct point *point)
{
    const struct unit *unit = unit_find(point->unit);
    return unit ? unit->dimension : DIMENSION_NONE;
}

enum drive drive_of_profile(const struct profile *profile)
{
    enum drive drive = DRIVE_NOTHING;
    for (size_t i = 0; i < profile->points; i++) {
        const enum dimension dimension = dimension_of(&profile->point[i]);
        if (profile->point[i].kind == POINT_COUNTER)
            for (int d = 0; d < DRIVE_COUNT; d++)
                if (flows[d].stream != STREAM_NONE && flows[d].dimension == dimension)
                    return (enum drive)d;
        if (profile->point[i].kind != POINT_GAUGE || drive != DRIVE_NOTHING)
            continue;
        if (dimension == DIMENSION_SHARE)
            drive = DRIVE_METHANE;
        else if (dimension == DIMENSION_LENGTH)
            drive = DRIVE_BUNKER;
    }
    return drive;
}

enum stream drive_stream(enum drive drive)
{
    return flows[drive].stream;
}

/* Whether `name` holds one of the words, standing by itself: "total_reverse". */
static bool name_has(const char *name, const char *const *words)
{
    for (; *words; words++) {
        const char *at = strstr(name, *words);
        const size_t length = strlen(*words);
        if (at && (at == name || !isalpha((unsigned char)at[-1])) && !isalpha((unsigned char)at[length]))
            return true;
    }
    return false;
}

/* Totals that stand still as long as all goes well. */
static bool is_idle_total(const struct point *point)
{
    static const char *const idle[] = {"rev", "reverse", "negative", "export", "fail", "error", "test", NULL};
    return name_has(point->name, idle);
}

bool drive_turns(enum drive drive, const struct point *point)
{
    const bool fits =
        drive == DRIVE_BENCH || (drive_stream(drive) != STREAM_NONE && dimension_of(point) == flows[drive].dimension);
    return fits && point->kind == POINT_COUNTER && !is_idle_total(point);
}

int64_t drive_grain_of(const struct point *point)
{
    const struct unit *unit = unit_find(point->unit);
    return unit ? unit->grains : 1000000;
}

static enum source state_source(const struct point *point)
{
    static const char *const running[] = {"running", "totalizing", "totalising", NULL};
    if (point->means == MEANS_FRESHNESS)
        return SOURCE_FRESH;
    if (point->means != MEANS_NOTHING)
        return SOURCE_BIT;
    return name_has(point->name, running) ? SOURCE_RUNNING : SOURCE_NOTHING;
}

/* A receiver of several sensors numbers them: ch4-3 is the third. */
static int sensor_of(const struct point *point, int sensor)
{
    const char *dash = strrchr(point->name, '-');
    const int number = dash ? atoi(dash + 1) : 0;
    return number > 0 ? (number - 1) % METHANE_SENSORS : sensor;
}

/* A gauge that shows a level of the mine; SOURCE_NOTHING where none fits. */
static struct driven signal_gauge(enum drive drive, int sensor, const struct point *point)
{
    struct driven driven = {.source = SOURCE_NOTHING};
    struct ratio grains_of;
    if (!ratio_of(point->format.quantum, drive_grain_of(point), 1, &grains_of) || grains_of.times <= 0)
        return driven;
    driven.counts_of = (struct ratio){.times = grains_of.over, .over = grains_of.times};
    for (size_t i = 0; i < sizeof gives / sizeof *gives; i++)
        if (gives[i].drive == drive && gives[i].dimension == dimension_of(point)) {
            driven.source = SOURCE_SIGNAL;
            driven.index = (int)gives[i].signal + (drive == DRIVE_METHANE ? sensor_of(point, sensor) : 0);
            break;
        }
    return driven;
}

struct driven drive_point(enum drive drive, int sensor, const struct point *point)
{
    static const char *const serial[] = {"serial", NULL}, *const battery[] = {"battery", NULL};
    if (point->kind == POINT_TEXT)
        return (struct driven){.source = SOURCE_TEXT};
    if (point->kind == POINT_STATE || point->means == MEANS_FRESHNESS)
        return (struct driven){.source = state_source(point)};
    if (name_has(point->name, serial))
        return (struct driven){.source = SOURCE_SERIAL};
    if (drive == DRIVE_BENCH)
        return (struct driven){.source = dimension_of(point) == DIMENSION_TIME ? SOURCE_WALL : SOURCE_WAVE};
    if (name_has(point->name, battery))
        return (struct driven){.source = SOURCE_NOTHING};
    return signal_gauge(drive, sensor, point);
}

static bool is_among(const struct condition *condition, int64_t count)
{
    for (int i = 0; i < condition->values; i++)
        if (condition->value[i] == count)
            return true;
    return false;
}

bool drive_meets(const struct driven *driven, const struct condition *condition)
{
    if (driven->source != SOURCE_FIXED)
        return true;
    if (condition->bit >= 0)
        return (driven->fixed >> condition->bit & 1) != condition->vetoes;
    if (condition->values > 0)
        return is_among(condition, driven->fixed) != condition->vetoes;
    return (driven->fixed != 0) != condition->vetoes;
}

void drive_satisfy(struct driven *driven, const struct condition *condition)
{
    const bool first = driven->source == SOURCE_NOTHING;
    if (!first && (drive_meets(driven, condition) || condition->bit < 0))
        return;
    driven->source = SOURCE_FIXED;
    if (condition->bit >= 0)
        driven->fixed |= condition->vetoes ? 0 : INT64_C(1) << condition->bit;
    else if (condition->values == 0)
        driven->fixed = !condition->vetoes;
    else if (!condition->vetoes)
        driven->fixed = condition->value[0];
    else
        while (is_among(condition, driven->fixed))
            driven->fixed++;
}
