/* SPDX-License-Identifier: Apache-2.0 */
/* What a device shows its clients: from dials and signals to the registers of one
 * answer. */
#include <stdio.h>
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

/* How many values a freshness counter goes through. */
static int64_t values_of(const struct point *point)
{
    if (point->format.type == TYPE_BIT || point->format.type == TYPE_BITS)
        return INT64_C(1) << (point->format.type == TYPE_BIT ? 1 : point->format.width);
    return 100;
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
    case SOURCE_FIXED:
        *count = driven->fixed;
        return true;
    case SOURCE_FRESH:
        *count = now_ms / 1000 % values_of(&device->profile->point[index]);
        return true;
    case SOURCE_TEXT:
        return false;
    case SOURCE_WAVE:
        *count = noise_between(device->seed, CHANNEL_WAVE + index, (uint64_t)(now_ms / 1000), 100, 9999);
        return true;
    }
    return false;
}

/* --- registers --- */

static void put_text(const struct device *device, const struct window *window, const struct point *point)
{
    char text[2 * TEXT_REGISTERS_MAX + 1];
    snprintf(text, sizeof text, "SIM-%lld", (long long)device->serial);
    registers_put_text(window_point(window, point), point->text_words, point->format.order, text);
}

/* A scale factor moves up until what hangs on it has room in its registers. */
static void put_factored(struct device *device, const struct window *window, const struct point *point, int64_t count)
{
    enum { EXPONENT_MAX = 10 }; /* SunSpec's sunssf */
    int *exponent = &device->exponent[point->factor - device->profile->point];
    while (!window_put(window, point, *exponent, count) && *exponent < EXPONENT_MAX)
        ++*exponent;
}

/* All points, but those that stand still. */
static void put_points(struct device *device, const struct window *window, int64_t now_ms, int64_t wall_ms)
{
    for (size_t i = 0; i < device->profile->points; i++) {
        const struct point *point = &device->profile->point[i];
        int64_t count;
        if (device->ailments && is_stuck(device, i))
            continue;
        if (device->driven[i].source == SOURCE_TEXT)
            put_text(device, window, point);
        else if (!point_count(device, i, now_ms, wall_ms, &count))
            continue;
        else if (point->factor)
            put_factored(device, window, point, count);
        else
            window_put(window, point, 0, count);
    }
}

/* What stands beside the values that hang on them. */
static void put_factors(struct device *device, const struct window *window)
{
    const struct profile *profile = device->profile;
    for (size_t i = 0; i < profile->points; i++) {
        const struct point *factor = profile->point[i].factor;
        if (!factor)
            continue;
        device->exponent[i] = device->exponent[factor - profile->point];
        window_put(window, factor, 0, device->exponent[i]);
    }
}

/* Brings the registers up to date; an answer is to be made. */
static void device_update(struct device *device, int64_t now_ms, int64_t wall_ms)
{
    const struct window whole = {
        .places = device->place, .profile = device->profile, .image = -1, .images = device->image};
    if (!device->refresh_ms)
        device_show_dials(device, now_ms);
    put_points(device, &whole, now_ms, wall_ms);
    if (!device->factored)
        return;
    put_points(device, &whole, now_ms, wall_ms); /* at the exponents that were found */
    put_factors(device, &whole);
}

/* --- faults in the registers of one answer --- */

/* The high part is of another value, or, where that is the same, the low one. */
static void tear_sum(const struct point *sum, const struct window *window, int64_t shown, int64_t other)
{
    int64_t high, low, high_now, low_now;
    point_split(sum, other, &high, &low);
    point_split(sum, shown, &high_now, &low_now);
    if (high != high_now)
        window_put(window, sum->high_part, 0, high);
    else
        window_put(window, sum->low_part, 0, low);
}

/* Half the registers are of another value: the half in which the two differ. */
static void tear(const struct device *device, const struct ailment *ailment, const struct window *window)
{
    const struct point *point = &device->profile->point[ailment->point];
    const int words = point_words(point), half = words / 2;
    const int64_t shown = device->dial[device->driven[ailment->point].index].dial.shown;
    const int64_t count = shown + (shown + ailment->value < 0 ? -ailment->value : ailment->value);
    uint16_t other[REGISTERS_WORDS_MAX] = {0}, *registers = window_point(window, point);
    if (point->high_part)
        tear_sum(point, window, shown, count);
    if (half == 0 || !registers || !point_encode(point, other, device->exponent[ailment->point], count))
        return;
    const bool head = memcmp(other, registers, (size_t)half * sizeof *other) != 0;
    memcpy(registers + (head ? 0 : half), other + (head ? 0 : half), (size_t)half * sizeof *other);
}

static void show_sentinel(const struct point *point, uint16_t *registers)
{
    struct registers_raw raw = {.form = RAW_SIGNED, .i = point->sentinel[0]};
    if (registers_real(point->format.type))
        raw = (struct registers_raw){.form = RAW_REAL, .f = (double)point->sentinel[0]};
    registers_put(registers, &point->format, raw);
}

/* What one fault makes of a point's registers in one answer; false: nothing. */
static bool spoil(const struct device *device, struct ailment *ailment, const struct window *window)
{
    const struct point *point = &device->profile->point[ailment->point];
    const int exponent = device->exponent[ailment->point];
    switch (ailment->kind) {
    case FAULT_TORN:
        tear(device, ailment, window);
        return true;
    case FAULT_TWIN:
        ailment->rest = !ailment->rest;
        return ailment->rest && window_put(window, point, exponent, ailment->value);
    case FAULT_GLITCH:
        return window_put(window, point, exponent, ailment->value);
    case FAULT_SENTINEL:
        show_sentinel(point, window_point(window, point));
        return true;
    default:
        return false;
    }
}

/* Faults of a point; true when the dial there is not to be trusted. */
static bool spoil_point(struct device *device, size_t index, const struct window *window)
{
    bool spoiled = false;
    for (int i = device->ailments - 1; i >= 0; i--) {
        struct ailment *ailment = &device->ailment[i];
        if (ailment->point < 0 || (size_t)ailment->point != index || !spoil(device, ailment, window))
            continue;
        device_ailment_used(device, ailment);
        spoiled = true;
    }
    return spoiled;
}

/* Whether an answer has all words of a point, or of its parts. */
static bool holds(const struct window *window, const struct point *point)
{
    if (point->high_part)
        return holds(window, point->high_part) && holds(window, point->low_part);
    return window_point(window, point) != NULL;
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
    struct request asked = *request;
    const int index = images_find(device->image, &asked);
    if (index < 0)
        return ILLEGAL_ADDRESS;
    const struct image *image = &device->image[index];
    const size_t from = (size_t)(asked.address - image->first) * (image->wide ? 2 : 1);
    const struct window answer = {device->place, device->profile, index, from, request_words(&asked), out, NULL};
    device_update(device, now_ms, wall_ms);
    memcpy(out, image->words + from, answer.size * sizeof *out);
    for (size_t i = 0; i < device->profile->points; i++) {
        const bool dial = device->driven[i].source == SOURCE_DIAL;
        if ((!dial && !device->ailments) || !holds(&answer, &device->profile->point[i]))
            continue;
        const bool spoiled = device->ailments && spoil_point(device, i, &answer);
        if (dial && clean && !spoiled)
            mark(&device->dial[device->driven[i].index], now_ms, wall_ms);
    }
    return 0;
}
