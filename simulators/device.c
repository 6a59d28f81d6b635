/* SPDX-License-Identifier: Apache-2.0 */
#include "simulators/device.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "simulators/noise.h"
#include "simulators/unit.h"

enum { CHANNEL_START = 60, CHANNEL_SERIAL, CHANNEL_NOISE, CHANNEL_WAVE };
enum { BENCH_GRAINS = 100000 }; /* a tick: 1 t a second */

const char *const device_drives[DRIVE_COUNT + 1] = {
    "nothing", "main_belt", "check_belt", "gas", "power", "methane", "bunker", "bench", NULL,
};

/* --- what drives what --- */

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

enum drive device_drive_of(const struct profile *profile)
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

static enum source state_source(const struct point *point)
{
    static const char *const running[] = {"running", "totalizing", "totalising", NULL};
    if (point->means != MEANS_NOTHING)
        return SOURCE_BIT;
    return name_has(point->name, running) ? SOURCE_RUNNING : SOURCE_NOTHING;
}

/* A receiver of several sensors numbers them: ch4-3 is the third. */
static int sensor_of(const struct device *device, const struct point *point)
{
    const char *dash = strrchr(point->name, '-');
    const int number = dash ? atoi(dash + 1) : 0;
    return number > 0 ? (number - 1) % METHANE_SENSORS : device->sensor;
}

static void drive_gauge(struct device *device, const struct point *point, struct driven *driven)
{
    static const char *const serial[] = {"serial", NULL}, *const battery[] = {"battery", NULL};
    const struct unit *unit = unit_find(point->unit);
    if (name_has(point->name, serial)) {
        driven->source = SOURCE_SERIAL;
        return;
    }
    if (device->drive == DRIVE_BENCH) {
        driven->source = unit && unit->dimension == DIMENSION_TIME ? SOURCE_WALL : SOURCE_WAVE;
        return;
    }
    if (!unit || name_has(point->name, battery))
        return;
    struct ratio grains_of;
    if (!ratio_of(point->format.quantum, unit->grains, 1, &grains_of) || grains_of.times <= 0)
        return;
    driven->counts_of = (struct ratio){.times = grains_of.over, .over = grains_of.times};
    for (size_t i = 0; i < sizeof gives / sizeof *gives; i++)
        if (gives[i].drive == device->drive && gives[i].dimension == unit->dimension) {
            driven->source = SOURCE_SIGNAL;
            driven->index = (int)gives[i].signal + (device->drive == DRIVE_METHANE ? sensor_of(device, point) : 0);
            return;
        }
}

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

static void drive_counter(struct device *device, size_t index, struct driven *driven)
{
    const struct point *point = &device->profile->point[index];
    const struct unit *unit = unit_find(point->unit);
    struct device_dial *dial = &device->dial[device->dials];
    const bool fits = device->drive == DRIVE_BENCH || (unit && unit->dimension == flows[device->drive].dimension);
    if (!fits || is_idle_total(point))
        return;
    const int64_t modulus = point->counter.modulus ? point->counter.modulus : dial_type_modulus(point->format.type);
    const struct dial_form form = {
        .format = &point->format,
        .modulus = modulus,
        .step = step_of(point),
        .grain_of = unit ? unit->grains : 1000000,
        .count = start_count(device, point, device->dials, modulus),
    };
    if (!dial_init(&dial->dial, &form))
        return;
    dial->point = index;
    driven->source = SOURCE_DIAL;
    driven->index = (int)device->dials++;
}

/* --- its life --- */

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
            drive_counter(device, i, &device->driven[i]);
        else if (point->kind == POINT_STATE)
            device->driven[i].source = state_source(point);
        else
            drive_gauge(device, point, &device->driven[i]);
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
    int64_t grains = device->plant->stream[flows[device->drive].stream];
    if (device->drive == DRIVE_BENCH)
        device->bench_grains += grains = BENCH_GRAINS;
    if (back)
        grains = -tick_of(back);
    if (calibration)
        grains += tick_of(calibration);
    for (size_t i = 0; i < device->dials; i++)
        dial_turn(&device->dial[i].dial, grains, calibration != NULL);
}

static bool is_stuck(struct device *device, size_t point)
{
    for (int i = 0; i < device->ailments; i++)
        if (device->ailment[i].kind == FAULT_STUCK &&
            (device->ailment[i].point < 0 || (size_t)device->ailment[i].point == point))
            return true;
    return false;
}

static void show_dials(struct device *device, int64_t now_ms)
{
    const struct ailment *noise = device_ailment(device, FAULT_NOISE);
    for (size_t i = 0; i < device->dials; i++) {
        struct device_dial *dial = &device->dial[i];
        int64_t below = 0;
        if (device->ailments && is_stuck(device, dial->point))
            continue;
        if (noise && noise->value > 0 && (noise->point < 0 || (size_t)noise->point == dial->point))
            below = noise_between(device->seed, CHANNEL_NOISE, (uint64_t)(now_ms / PLANT_TICK_MS), 0, noise->value);
        dial_show(&dial->dial, below);
    }
}

void device_step(struct device *device, int64_t now_ms)
{
    turn_dials(device);
    if (device->refresh_ms && now_ms % device->refresh_ms < PLANT_TICK_MS)
        show_dials(device, now_ms);
}

/* --- registers --- */

static bool signal_count(const struct device *device, const struct driven *driven, int64_t *count)
{
    return ratio_floor(driven->counts_of, device->plant->signal[driven->index], count);
}

static const struct ailment *gauge_of(const struct device *device, size_t point)
{
    for (int i = 0; i < device->ailments; i++)
        if (device->ailment[i].kind == FAULT_GAUGE && (size_t)device->ailment[i].point == point)
            return &device->ailment[i];
    return NULL;
}

/* Whether a calibration sets this state. */
static bool bit_stands(struct device *device, size_t point)
{
    const struct ailment *calibration = device_ailment(device, FAULT_CALIBRATION);
    return calibration && (size_t)calibration->point == point;
}

/* What a point shows, in counts; false where nothing is to be written. */
static bool point_count(struct device *device, size_t index, int64_t now_ms, int64_t wall_ms, int64_t *count)
{
    const struct driven *driven = &device->driven[index];
    const struct ailment *gauge = device->ailments ? gauge_of(device, index) : NULL;
    if (gauge) {
        *count = gauge->value;
        return true;
    }
    switch (driven->source) {
    case SOURCE_NOTHING:
        return false;
    case SOURCE_DIAL:
        *count = device->dial[driven->index].dial.shown;
        return true;
    case SOURCE_SIGNAL:
        return signal_count(device, driven, count);
    case SOURCE_RUNNING:
        *count = device->plant->belt_speed > 0;
        return true;
    case SOURCE_BIT:
        *count = bit_stands(device, index);
        return true;
    case SOURCE_SERIAL:
        *count = device->serial;
        return true;
    case SOURCE_WALL:
        *count = wall_ms % 60000;
        return true;
    case SOURCE_WAVE:
        *count = noise_between(device->seed, CHANNEL_WAVE + index, (uint64_t)(now_ms / 1000), 100, 9999);
        return true;
    }
    return false;
}

void device_update(struct device *device, int64_t now_ms, int64_t wall_ms)
{
    if (!device->refresh_ms)
        show_dials(device, now_ms);
    for (size_t i = 0; i < device->profile->points; i++) {
        const struct point *point = &device->profile->point[i];
        const struct image *image = &device->image[point->table];
        int64_t count;
        if (device->ailments && is_stuck(device, i))
            continue;
        if (point_count(device, i, now_ms, wall_ms, &count))
            registers_encode(image->words + (point->address - image->first), &point->format, count);
    }
}

static bool holds(const struct request *request, const struct point *point)
{
    return point->table == request->table && point->address >= request->address &&
           point->address + point_words(point) <= request->address + request->count;
}

/* Half the registers are of another value: the half in which the two differ. */
static void tear(const struct device *device, const struct ailment *ailment, uint16_t *registers)
{
    const struct point *point = &device->profile->point[ailment->point];
    const int words = point_words(point), half = words / 2;
    uint16_t other[4] = {0};
    int64_t count = device->dial[device->driven[ailment->point].index].dial.shown;
    count += count + ailment->value < 0 ? -ailment->value : ailment->value;
    if (half == 0 || !registers_encode(other, &point->format, count))
        return;
    const bool head = memcmp(other, registers, (size_t)half * sizeof *other) != 0;
    memcpy(registers + (head ? 0 : half), other + (head ? 0 : half), (size_t)half * sizeof *other);
}

static void show_sentinel(const struct point *point, uint16_t *registers)
{
    struct registers_raw raw = {.form = RAW_SIGNED, .i = point->sentinel[0]};
    if (point->format.type == TYPE_FLOAT32 || point->format.type == TYPE_FLOAT64)
        raw = (struct registers_raw){.form = RAW_REAL, .f = (double)point->sentinel[0]};
    else if (point->format.type == TYPE_UINT16 || point->format.type == TYPE_UINT32 ||
             point->format.type == TYPE_UINT64)
        raw = (struct registers_raw){.form = RAW_UNSIGNED, .u = (uint64_t)point->sentinel[0]};
    registers_put(registers, &point->format, raw);
}

/* Faults in the registers of one answer; true when the dial there is not to be trusted. */
static bool spoil_point(struct device *device, size_t index, uint16_t *registers)
{
    bool spoiled = false;
    for (int i = device->ailments - 1; i >= 0; i--) {
        struct ailment *ailment = &device->ailment[i];
        if (ailment->point < 0 || (size_t)ailment->point != index)
            continue;
        if (ailment->kind == FAULT_TORN)
            tear(device, ailment, registers);
        else if (ailment->kind == FAULT_SENTINEL)
            show_sentinel(&device->profile->point[index], registers);
        else
            continue;
        device_ailment_used(device, ailment);
        spoiled = true;
    }
    return spoiled;
}

static void mark(struct device_dial *dial, int64_t now_ms, int64_t wall_ms)
{
    dial->last = (struct dial_mark){
        .set = true,
        .wall_ms = wall_ms,
        .sim_ms = now_ms,
        .count = dial->dial.shown,
        .advanced = dial->dial.shown_advanced,
        .calibrated = dial_calibrated(&dial->dial),
    };
    if (!dial->first.set)
        dial->first = dial->last;
}

int device_read(struct device *device, const struct request *request, bool clean, int64_t now_ms, int64_t wall_ms,
                uint16_t *out)
{
    enum { ILLEGAL_ADDRESS = 2 };
    const struct image *image = &device->image[request->table];
    if (!image->words || request->address < image->first ||
        (size_t)(request->address - image->first) + request->count > image->count)
        return ILLEGAL_ADDRESS;
    device_update(device, now_ms, wall_ms);
    memcpy(out, image->words + (request->address - image->first), request->count * sizeof *out);
    for (size_t i = 0; i < device->profile->points; i++) {
        const struct point *point = &device->profile->point[i];
        const bool dial = device->driven[i].source == SOURCE_DIAL;
        if ((!dial && !device->ailments) || !holds(request, point))
            continue;
        const bool spoiled = device->ailments && spoil_point(device, i, out + (point->address - request->address));
        if (dial && clean && !spoiled)
            mark(&device->dial[device->driven[i].index], now_ms, wall_ms);
    }
    return 0;
}

int64_t device_passed(const struct device *device)
{
    return device->drive == DRIVE_BENCH ? device->bench_grains : device->plant->passed[flows[device->drive].stream];
}

struct device_dial *device_dial_of(struct device *device, int point)
{
    for (size_t i = 0; i < device->dials; i++)
        if (point >= 0 && device->dial[i].point == (size_t)point)
            return &device->dial[i];
    return NULL;
}
