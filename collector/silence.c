/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/silence.h"

int64_t silence_heard_ms(const struct silence_bus *bus)
{
    int64_t heard_ms = INT64_MIN;
    for (size_t i = 0; i < bus->devices; i++)
        heard_ms = bus->device[i].heard_ms > heard_ms ? bus->device[i].heard_ms : heard_ms;
    return heard_ms;
}

int64_t silence_after_ms(const struct silence_bus *bus)
{
    int64_t after_ms = INT64_MAX;
    for (size_t i = 0; i < bus->devices; i++)
        after_ms = bus->device[i].after_ms < after_ms ? bus->device[i].after_ms : after_ms;
    return after_ms;
}

/* Since when the silence of a device counts. */
static int64_t silence_since_ms(const struct silence_device *device)
{
    return device->heard_ms > device->grace_ms ? device->heard_ms : device->grace_ms;
}

bool silence_answers(const struct silence_bus *bus)
{
    for (size_t i = 0; i < bus->devices; i++)
        if (bus->device[i].answers)
            return true;
    return false;
}

/* Since when the silence of the whole bus counts; false while all its mines have a planned stop. */
static bool bus_since_ms(const struct silence_bus *bus, int64_t *since_ms)
{
    const int64_t heard_ms = silence_heard_ms(bus);
    int64_t grace_ms = INT64_MAX;
    for (size_t i = 0; i < bus->devices; i++)
        if (!bus->device[i].planned && bus->device[i].grace_ms < grace_ms)
            grace_ms = bus->device[i].grace_ms;
    *since_ms = heard_ms > grace_ms ? heard_ms : grace_ms;
    return grace_ms != INT64_MAX;
}

/* A device's alarm that was raised after the whole bus had fallen silent has the bus for its cause. */
static void bus_swallow(struct silence_bus *bus)
{
    const int64_t heard_ms = silence_heard_ms(bus);
    for (size_t i = 0; i < bus->devices; i++)
        if (bus->device[i].stands && bus->device[i].raised_ms >= heard_ms) {
            bus->device[i].stands = false;
            bus->device[i].swallowed = true;
        }
}

static void bus_judge(struct silence_bus *bus, bool silent, int64_t now_ms)
{
    int64_t since_ms;
    if (bus->stands && !silent) {
        bus->stands = false;
        for (size_t i = 0; i < bus->devices; i++)
            bus->device[i].grace_ms = now_ms;
    }
    if (silent && !bus->stands && bus_since_ms(bus, &since_ms) && now_ms - since_ms >= silence_after_ms(bus))
        bus->stands = true;
    if (bus->stands)
        bus_swallow(bus);
}

static void device_judge(struct silence_device *device, bool withheld, int64_t now_ms)
{
    if (device->planned)
        device->grace_ms = now_ms;
    if (device->answers)
        device->stands = false;
    else if (!device->stands && !withheld && !device->planned &&
             now_ms - silence_since_ms(device) >= device->after_ms) {
        device->stands = true;
        device->raised_ms = now_ms;
    }
}

void silence_judge(struct silence_bus *bus, int64_t now_ms)
{
    const bool silent = bus->devices > 1 && !silence_answers(bus);
    bus_judge(bus, silent, now_ms);
    for (size_t i = 0; i < bus->devices; i++)
        device_judge(&bus->device[i], silent, now_ms);
}
