/* SPDX-License-Identifier: Apache-2.0 */
#include "simulators/device.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "simulators/noise.h"

enum { CHANNEL_START = 60, CHANNEL_SERIAL };
enum { BENCH_GRAINS = 100000 }; /* a tick: 1 t a second */

/* A total as a meter that has run for some years shows it: well below its modulus,
 * and where a float still tells one count from the next. */
static int64_t start_count(const struct device *device, const struct point *point, size_t dial, int64_t modulus)
{
    int64_t top = INT64_C(4000000000000);
    if (modulus && modulus / 2 < top)
        top = modulus / 2;
    if (point->format.type == TYPE_FLOAT32 && top > 4000000)
        top = 4000000;
    if (point->high_part && point->high_counts < top / 40000) /* whatever type the high part has */
        top = point->high_counts * 40000;
    if (top < 4)
        return 0;
    return noise_between(device->seed, CHANNEL_START, dial, top / 4, top);
}

/* The resolution of an integer total, in counts; a float's is its quantum. */
static int64_t step_of(const struct point *point)
{
    const struct decimal resolution = point->counter.resolution, quantum = point->format.quantum;
    struct ratio ratio;
    int64_t step = 1;
    if (resolution.digits > 0 && quantum.digits > 0 &&
        ratio_of(resolution, decimal_power(quantum.places), quantum.digits, &ratio))
        ratio_floor(ratio, 1, &step);
    return step > 1 ? step : 1;
}

static void add_dial(struct device *device, size_t index)
{
    const struct point *point = &device->profile->point[index];
    struct device_dial *dial = &device->dial[device->dials];
    const int64_t modulus = point->counter.modulus ? point->counter.modulus : registers_modulus(point->format.type);
    const struct dial_form form = {
        .format = &point->format,
        .modulus = modulus,
        .step = step_of(point),
        .grain_of = drive_grain_of(point),
        .count = start_count(device, point, device->dials, modulus),
    };
    if (!drive_turns(device->drive, point) || !dial_init(&dial->dial, &form))
        return;
    dial->point = index;
    device->driven[index] = (struct driven){.source = SOURCE_DIAL, .index = (int)device->dials++};
}

/* What is a part of a sum shows the sum's flow, and has none of its own; what is a
 * scale factor shows its exponent. */
static bool serves_another(const struct profile *profile, const struct point *point)
{
    for (size_t i = 0; i < profile->points; i++) {
        const struct point *other = &profile->point[i];
        if (other->high_part == point || other->low_part == point || other->factor == point)
            return true;
    }
    return false;
}

/* The point that decides on another, as it is driven; NULL: none does. */
static struct driven *decider(const struct device *device, const struct point *point)
{
    const struct point *on = point->condition.point;
    return on ? &device->driven[on - device->profile->point] : NULL;
}

/* The exponent at which one count of the value is one of the register. */
static int exponent_of(const struct point *point)
{
    return point->format.scale.places - point->format.quantum.places;
}

/* What cannot have a value, as the device is set up, stays 0: another may lie at the same address. */
static void drive_points(struct device *device)
{
    const struct profile *profile = device->profile;
    for (size_t i = 0; i < profile->points; i++) {
        const struct point *point = &profile->point[i];
        device->factored |= point->factor != NULL;
        if (point->factor)
            device->exponent[i] = device->exponent[point->factor - profile->point] = exponent_of(point);
        if (point->kind != POINT_COUNTER && !serves_another(profile, point))
            device->driven[i] = drive_point(device->drive, device->sensor, point);
    }
    for (size_t i = 0; i < profile->points; i++)
        if (decider(device, &profile->point[i]))
            drive_satisfy(decider(device, &profile->point[i]), &profile->point[i].condition);
    for (size_t i = 0; i < profile->points; i++) {
        const struct point *point = &profile->point[i];
        const struct driven *on = decider(device, point);
        if (on && !drive_meets(on, &point->condition))
            device->driven[i] = (struct driven){.source = SOURCE_NOTHING};
        else if (point->kind == POINT_COUNTER && !serves_another(profile, point))
            add_dial(device, i);
    }
}

bool device_init(struct device *device, const struct device_setup *setup)
{
    memset(device, 0, sizeof *device);
    snprintf(device->mine, sizeof device->mine, "%s", setup->mine);
    snprintf(device->name, sizeof device->name, "%s", setup->name);
    device->profile = setup->profile;
    device->plant = setup->plant;
    device->drive = setup->drive;
    device->sensor = setup->sensor % METHANE_SENSORS;
    device->unit = setup->unit;
    device->port = setup->port;
    device->refresh_ms = setup->refresh_ms;
    device->seed = noise_seed(noise_seed(setup->seed, setup->mine), setup->name);
    device->serial = noise_between(device->seed, CHANNEL_SERIAL, 0, 1000, 9999);
    device->driven = calloc(device->profile->points + 1, sizeof *device->driven);
    device->dial = calloc(device->profile->points + 1, sizeof *device->dial);
    device->place = calloc(device->profile->points + 1, sizeof *device->place);
    device->exponent = calloc(device->profile->points + 1, sizeof *device->exponent);
    if (!device->driven || !device->dial || !device->place || !device->exponent ||
        !images_make(device->image, device->profile, device->place)) {
        device_free(device);
        return false;
    }
    drive_points(device);
    for (size_t i = 0; setup->metered && i < device->dials; i++)
        if (strcmp(device->profile->point[device->dial[i].point].name, setup->metered) == 0)
            device->metered = i;
    return true;
}

void device_free(struct device *device)
{
    images_free(device->image);
    free(device->place);
    free(device->exponent);
    free(device->driven);
    free(device->dial);
    memset(device, 0, sizeof *device);
}

/* --- flow --- */

/* An hourly amount, tick by tick, without losing what does not divide. */
static int64_t tick_of(struct ailment *ailment)
{
    const int64_t sum = ailment->value + ailment->rest;
    ailment->rest = sum % PLANT_TICKS_AN_HOUR;
    return sum / PLANT_TICKS_AN_HOUR;
}

static void turn_dials(struct device *device)
{
    struct ailment *back = device_ailment(device, FAULT_BACK);
    struct ailment *calibration = device_ailment(device, FAULT_CALIBRATION);
    int64_t grains = device->plant->stream[drive_stream(device->drive)];
    if (device->drive == DRIVE_BENCH)
        device->bench_grains += grains = BENCH_GRAINS;
    if (back)
        grains = -tick_of(back);
    if (calibration)
        grains += tick_of(calibration);
    for (size_t i = 0; i < device->dials; i++)
        dial_turn(&device->dial[i].dial, grains, calibration != NULL);
}

void device_step(struct device *device, int64_t now_ms)
{
    turn_dials(device);
    if (device->refresh_ms && now_ms % device->refresh_ms < PLANT_TICK_MS)
        device_show_dials(device, now_ms);
}

int64_t device_passed(const struct device *device)
{
    return device->drive == DRIVE_BENCH ? device->bench_grains : device->plant->passed[drive_stream(device->drive)];
}

bool device_touches(const struct device *device, int point, const struct request *request)
{
    return images_touch(device->image, device->place, device->profile, &device->profile->point[point], request);
}

struct device_dial *device_dial_of(struct device *device, int point)
{
    for (size_t i = 0; i < device->dials; i++)
        if (point >= 0 && device->dial[i].point == (size_t)point)
            return &device->dial[i];
    return NULL;
}
