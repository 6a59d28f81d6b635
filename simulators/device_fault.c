/* SPDX-License-Identifier: Apache-2.0 */
/* How faults get hold of a device, and let go of it. */
#include <stdio.h>
#include <string.h>

#include "simulators/device.h"
#include "simulators/unit.h"

struct ailment *device_ailment(struct device *device, enum fault_kind kind)
{
    for (int i = 0; i < device->ailments; i++)
        if (device->ailment[i].kind == kind)
            return &device->ailment[i];
    return NULL;
}

void device_ailment_end(struct device *device, int index)
{
    device->ailments--;
    memmove(&device->ailment[index], &device->ailment[index + 1],
            (size_t)(device->ailments - index) * sizeof *device->ailment);
}

void device_ailment_used(struct device *device, struct ailment *ailment)
{
    if (ailment->times > 0 && --ailment->times == 0)
        device_ailment_end(device, (int)(ailment - device->ailment));
}

/* The first state that stops the counting, or -1. */
static int calibration_bit(const struct device *device)
{
    for (size_t i = 0; i < device->profile->points; i++)
        if (device->driven[i].source == SOURCE_BIT)
            return (int)i;
    return -1;
}

/* The point that an order means: the named one, or the first that fits. -1: none. */
static int order_point(struct device *device, const struct fault_order *order, char *why)
{
    if (!order->point[0] && order->kind == FAULT_CALIBRATION)
        return calibration_bit(device);
    if (!order->point[0])
        return device->dials ? (int)device->dial[device->metered].point : -1;
    const int point = profile_find(device->profile, order->point);
    if (point < 0)
        snprintf(why, FAULT_WHY_MAX, "%s/%s has no point '%s'", device->mine, device->name, order->point);
    return point;
}

/* An amount in a point's unit as counts; false when it does not fit. */
static bool amount_counts(const struct point *point, struct decimal amount, int64_t *counts)
{
    const struct decimal quantum = point->format.quantum;
    struct ratio ratio;
    if (quantum.digits <= 0 || !ratio_of(amount, decimal_power(quantum.places), quantum.digits, &ratio))
        return false;
    return ratio_floor(ratio, 1, counts);
}

/* An amount in a point's unit as millionths of the base unit. */
static bool amount_grains(const struct point *point, struct decimal amount, int64_t *grains)
{
    const struct unit *unit = unit_find(point->unit);
    struct ratio ratio;
    return ratio_of(amount, unit ? unit->grains : 1000000, 1, &ratio) && ratio_floor(ratio, 1, grains);
}

static int64_t wrap_count(const struct dial *dial, int64_t margin)
{
    return dial->modulus - margin;
}

static bool hit_dial(struct device *device, const struct fault_order *order, int point,
                     struct device_fault_effect *effect, char *why)
{
    struct device_dial *dial = device_dial_of(device, point);
    int64_t amount = 0;
    if (!dial) {
        snprintf(why, FAULT_WHY_MAX, "%s/%s has no such counter", device->mine, device->name);
        return false;
    }
    const struct point *at = &device->profile->point[point];
    if (fault_form(order->kind)->value == FAULT_AMOUNT && !amount_counts(at, order->value, &amount)) {
        snprintf(why, FAULT_WHY_MAX, "the amount does not fit %s/%s %s", device->mine, device->name, at->name);
        return false;
    }
    if (order->kind == FAULT_WRAP && dial->dial.modulus == 0) {
        snprintf(why, FAULT_WHY_MAX, "%s/%s %s never wraps", device->mine, device->name, at->name);
        return false;
    }
    dial_settle(&dial->dial);
    effect->dial = true;
    effect->before = dial->dial.count;
    if (order->kind == FAULT_JUMP)
        amount += dial->dial.count;
    else if (order->kind == FAULT_WRAP)
        amount = wrap_count(&dial->dial, order->value.digits);
    else if (order->kind == FAULT_REPLACED)
        device->serial++;
    dial_set(&dial->dial, amount);
    effect->after = dial->dial.count;
    return true;
}

/* Whether a lasting fault of this kind makes sense at this point. */
static bool can_have(const struct device *device, enum fault_kind kind, int point, char *why)
{
    const char *what = NULL;
    const struct point *at = point < 0 ? NULL : &device->profile->point[point];
    if (kind == FAULT_CALIBRATION && (!at || device->driven[point].source != SOURCE_BIT))
        what = "has no state that means calibrating, simulating or testing";
    else if ((kind == FAULT_CALIBRATION || kind == FAULT_BACK || kind == FAULT_NOISE) && !device->dials)
        what = "has no counter";
    else if ((kind == FAULT_TORN || kind == FAULT_GLITCH || kind == FAULT_TWIN) &&
             (!at || device->driven[point].source != SOURCE_DIAL))
        what = "has no such counter";
    else if (kind == FAULT_SENTINEL && (!at || at->sentinels == 0))
        what = "has no sentinel there";
    else if (kind == FAULT_GAUGE && (!at || device->driven[point].source == SOURCE_DIAL))
        what = "is no gauge or state: name one with point NAME";
    if (what)
        snprintf(why, FAULT_WHY_MAX, "%s/%s %s %s", device->mine, device->name, at ? at->name : "", what);
    return !what;
}

/* The number that a lasting fault goes by: see struct ailment. */
static bool ailment_value(const struct device *device, const struct fault_order *order, int point, int64_t *value)
{
    *value = order->value.digits;
    if (fault_form(order->kind)->value != FAULT_AMOUNT)
        return true;
    const size_t counter =
        order->kind == FAULT_CALIBRATION || point < 0 ? device->dial[device->metered].point : (size_t)point;
    const struct point *at = &device->profile->point[counter];
    return fault_form(order->kind)->scope == FAULT_OF_POINT ? amount_counts(at, order->value, value)
                                                            : amount_grains(at, order->value, value);
}

static bool begin(struct device *device, const struct fault_order *order, int point, int64_t now_ms, size_t record,
                  char *why)
{
    struct ailment ailment = {
        .kind = order->kind,
        .point = point,
        .until_ms = order->for_ms > INT64_MAX - now_ms ? INT64_MAX : now_ms + order->for_ms,
        .times = order->times,
        .record = record,
    };
    if (device->ailments == AILMENTS_MAX) {
        snprintf(why, FAULT_WHY_MAX, "%s/%s has %d faults already", device->mine, device->name, AILMENTS_MAX);
        return false;
    }
    if (!can_have(device, order->kind, point, why))
        return false;
    if (!ailment_value(device, order, point, &ailment.value)) {
        snprintf(why, FAULT_WHY_MAX, "the amount does not fit %s/%s", device->mine, device->name);
        return false;
    }
    device->ailment[device->ailments++] = ailment;
    return true;
}

bool device_fault(struct device *device, const struct fault_order *order, int64_t now_ms, size_t record,
                  struct device_fault_effect *effect, char *why)
{
    const enum fault_scope scope = fault_form(order->kind)->scope;
    *effect = (struct device_fault_effect){.point = -1};
    int point = order_point(device, order, why);
    if (order->point[0] && point < 0)
        return false;
    if (scope == FAULT_OF_DIAL) {
        effect->point = point;
        return hit_dial(device, order, point, effect, why);
    }
    if (!order->point[0] &&
        (scope == FAULT_OF_WIRE || scope == FAULT_OF_LINE || order->kind == FAULT_STUCK || order->kind == FAULT_NOISE))
        point = -1;
    effect->point = point;
    return begin(device, order, point, now_ms, record, why);
}
