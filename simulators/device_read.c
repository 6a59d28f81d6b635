/* SPDX-License-Identifier: Apache-2.0 */
/* What a device shows its clients: from dials and signals to the registers of one
 * answer. */
#include <string.h>

#include "simulators/device.h"
#include "simulators/noise.h"

enum { CHANNEL_NOISE = 70, CHANNEL_WAVE };

static bool is_stuck(struct device *device, size_t point)
{
    for (int i = 0; i < device->ailments; i++)
        if (device->ailment[i].kind == FAULT_STUCK &&
            (device->ailment[i].point < 0 || (size_t)device->ailment[i].point == point))
            return true;
    return false;
}

void device_show_dials(struct device *device, int64_t now_ms)
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
        device_show_dials(device, now_ms);
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

/* What one fault makes of a point's registers in one answer; false: nothing. */
static bool spoil(const struct device *device, struct ailment *ailment, const struct point *point, uint16_t *registers)
{
    switch (ailment->kind) {
    case FAULT_TORN:
        tear(device, ailment, registers);
        return true;
    case FAULT_TWIN:
        ailment->rest = !ailment->rest;
        if (!ailment->rest)
            return false;
        return registers_encode(registers, &point->format, ailment->value);
    case FAULT_GLITCH:
        return registers_encode(registers, &point->format, ailment->value);
    case FAULT_SENTINEL:
        show_sentinel(point, registers);
        return true;
    default:
        return false;
    }
}

/* Faults in the registers of one answer; true when the dial there is not to be trusted. */
static bool spoil_point(struct device *device, size_t index, uint16_t *registers)
{
    bool spoiled = false;
    for (int i = device->ailments - 1; i >= 0; i--) {
        struct ailment *ailment = &device->ailment[i];
        if (ailment->point < 0 || (size_t)ailment->point != index)
            continue;
        if (!spoil(device, ailment, &device->profile->point[index], registers))
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
