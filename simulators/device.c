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

static bool make_image(struct device *device, enum registers_table table)
{
    struct image *image = &device->image[table];
    long first = -1, last = -1;
    for (size_t i = 0; i < device->profile->points; i++) {
        const struct point *point = &device->profile->point[i];
        if (point->table != table)
            continue;
        const long end = point->address + point_words(point) - 1;
        if (first < 0 || point->address < first)
            first = point->address;
        if (end > last)
            last = end;
    }
    if (first < 0)
        return true;
    image->first = (uint16_t)first;
    image->count = (size_t)(last - first + 1);
    image->words = calloc(image->count, sizeof *image->words);
    return image->words != NULL;
}

static void drive_points(struct device *device)
{
    for (size_t i = 0; i < device->profile->points; i++) {
        const struct point *point = &device->profile->point[i];
        if (point->kind == POINT_COUNTER)
            add_dial(device, i);
        else
            device->driven[i] = drive_point(device->drive, device->sensor, point);
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
    bool made = device->driven && device->dial;
    for (int table = TABLE_COIL; table <= TABLE_INPUT; table++)
        made = make_image(device, (enum registers_table)table) && made;
    if (!made) {
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
    for (int table = TABLE_COIL; table <= TABLE_INPUT; table++)
        free(device->image[table].words);
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

struct device_dial *device_dial_of(struct device *device, int point)
{
    for (size_t i = 0; i < device->dials; i++)
        if (point >= 0 && device->dial[i].point == (size_t)point)
            return &device->dial[i];
    return NULL;
}
