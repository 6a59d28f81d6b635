/* SPDX-License-Identifier: Apache-2.0 */
#include "simulators/world.h"
#include "drivers/span.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "simulators/noise.h"
#include "simulators/script.h"

/* The array with room for one more, or NULL when out of memory. */
static void *grown(void *array, size_t count, size_t size)
{
    if (count & (count - 1))
        return array; /* it doubles at powers of two */
    return realloc(array, (count ? count * 2 : 1) * size);
}

struct world *world_new(uint64_t seed, int64_t start_ms, int64_t speed)
{
    struct world *world = calloc(1, sizeof *world);
    if (!world)
        return NULL;
    world->seed = seed;
    world->start_ms = start_ms;
    world->speed = speed;
    return world;
}

void world_free(struct world *world)
{
    if (!world)
        return;
    for (size_t i = 0; i < world->devices; i++)
        device_free(&world->device[i]);
    for (size_t i = 0; i < world->mines; i++)
        free(world->mine[i]);
    for (size_t i = 0; i < world->profiles; i++)
        profile_free(world->profile[i]);
    script_free(world->script);
    free(world->device);
    free(world->mine);
    free(world->port);
    free(world->profile);
    free(world->record);
    free(world);
}

struct world_mine *world_add_mine(struct world *world, const char *name, int64_t rate_t_h)
{
    struct world_mine **larger = grown(world->mine, world->mines, sizeof *larger);
    if (!larger)
        return NULL;
    world->mine = larger;
    struct world_mine *mine = calloc(1, sizeof *mine);
    if (!mine)
        return NULL;
    snprintf(mine->name, sizeof mine->name, "%s", name);
    plant_init(&mine->plant, noise_seed(world->seed, name), world->start_ms, rate_t_h);
    world->mine[world->mines++] = mine;
    return mine;
}

int world_port(struct world *world, const char *name)
{
    for (size_t i = 0; i < world->ports; i++)
        if (strcmp(world->port[i].name, name) == 0)
            return (int)i;
    struct world_port *larger = grown(world->port, world->ports, sizeof *larger);
    if (!larger)
        return -1;
    world->port = larger;
    struct world_port *port = &world->port[world->ports];
    memset(port, 0, sizeof *port);
    snprintf(port->name, sizeof port->name, "%s", name);
    port->uart = (struct uart){.baud = 9600, .parity = PARITY_NONE, .stop_bits = 1};
    return (int)world->ports++;
}

struct device *world_add_device(struct world *world, const struct device_setup *setup)
{
    struct device *larger = grown(world->device, world->devices, sizeof *larger);
    if (!larger)
        return NULL;
    world->device = larger;
    struct device *device = &world->device[world->devices];
    if (!device_init(device, setup))
        return NULL;
    world->devices++;
    return device;
}

bool world_add_profile(struct world *world, struct profile *profile)
{
    struct profile **larger = grown(world->profile, world->profiles, sizeof *larger);
    if (!larger) {
        profile_free(profile);
        return false;
    }
    world->profile = larger;
    world->profile[world->profiles++] = profile;
    return true;
}

const struct profile *world_profile(const struct world *world, const char *name)
{
    for (size_t i = 0; i < world->profiles; i++)
        if (strcmp(world->profile[i]->name, name) == 0)
            return world->profile[i];
    return NULL;
}

/* --- time --- */

static int64_t mono_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t world_wall_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void world_start(struct world *world)
{
    world->begin_mono_us = mono_us();
    script_run_due(world->script, world);
}

/* The counter that a record is about: a flow turns all of them, the metered one stands for them. */
static struct device_dial *record_dial(struct device *device, const struct world_record *record)
{
    if (fault_form(record->order.kind)->scope == FAULT_OF_FLOW)
        return &device->dial[device->metered];
    return device_dial_of(device, record->point);
}

static void end_record(struct world *world, struct device *device, const struct ailment *ailment)
{
    struct world_record *record = &world->record[ailment->record];
    struct device_dial *dial = record_dial(device, record);
    record->ended = true;
    record->end_sim_ms = world->now_ms;
    if (!dial)
        return;
    dial_settle(&dial->dial);
    record->after = dial->dial.count;
}

static void end_due(struct world *world, struct device *device)
{
    for (int i = device->ailments - 1; i >= 0; i--)
        if (device->ailment[i].until_ms <= world->now_ms) {
            end_record(world, device, &device->ailment[i]);
            device_ailment_end(device, i);
        }
}

/* Whether a counter zeroes itself in this tick: its instants are times of the simulated day. */
static bool zeroes_itself(const struct world *world, const struct point *point)
{
    for (int i = 0; i < point->counter.resets; i++)
        if ((world->start_ms + world->now_ms + DAY_MS - point->counter.resets_at_s[i] * INT64_C(1000)) % DAY_MS <
            PLANT_TICK_MS)
            return true;
    return false;
}

static void zero_by_clock(struct world *world, struct device *device)
{
    char why[FAULT_WHY_MAX];
    for (size_t i = 0; i < device->dials; i++) {
        const struct point *point = &device->profile->point[device->dial[i].point];
        struct fault_order reset = {.kind = FAULT_RESET, .for_ms = INT64_MAX};
        if (point->counter.resets == 0 || !zeroes_itself(world, point))
            continue;
        memcpy(reset.point, point->name, sizeof point->name);
        if (!world_fault(world, device, &reset, why))
            fprintf(stderr, "minesim: %s\n", why);
    }
}

static void step(struct world *world)
{
    for (size_t i = 0; i < world->mines; i++)
        plant_step(&world->mine[i]->plant);
    world->now_ms += PLANT_TICK_MS;
    for (size_t i = 0; i < world->devices; i++) {
        struct device *device = &world->device[i];
        device_step(device, world->now_ms);
        zero_by_clock(world, device);
        if (device->ailments)
            end_due(world, device);
    }
    script_run_due(world->script, world);
}

void world_advance_to(struct world *world, int64_t sim_ms)
{
    while (world->now_ms + PLANT_TICK_MS <= sim_ms)
        step(world);
}

void world_advance(struct world *world)
{
    world_advance_to(world, (mono_us() - world->begin_mono_us) * world->speed / 1000);
}

/* --- devices and their faults --- */

struct device *world_device_at(struct world *world, size_t port, int unit)
{
    for (size_t i = 0; i < world->devices; i++)
        if (world->device[i].port == port && world->device[i].unit == unit)
            return &world->device[i];
    return NULL;
}

bool world_pulled(struct world *world, size_t port)
{
    for (size_t i = 0; i < world->devices; i++)
        if (world->device[i].port == port && device_ailment(&world->device[i], FAULT_PULL))
            return true;
    return false;
}

bool world_fault_fits(const struct world *world, const struct device *device, enum fault_kind kind, char *why)
{
    static const struct {
        bool fits[3]; /* by kind of port */
        const char *needs;
    } wires[] = {
        [FAULT_ANY_WIRE] = {{true, true, true}, ""},
        [FAULT_ON_TCP] = {{[PORT_TCP] = true}, "Modbus TCP"},
        [FAULT_ON_STREAM] = {{[PORT_TCP] = true, [PORT_RTU_OVER_TCP] = true}, "a connection"},
        [FAULT_ON_RTU] = {{[PORT_RTU] = true, [PORT_RTU_OVER_TCP] = true}, "RTU"},
        [FAULT_ON_LINE] = {{[PORT_RTU] = true}, "a serial line"},
    };
    const enum fault_wire wire = fault_wire(kind);
    const bool fits = wires[wire].fits[world->port[device->port].kind];
    if (!fits)
        snprintf(why, FAULT_WHY_MAX, "fault %s needs %s, which %s/%s is not on", fault_form(kind)->name,
                 wires[wire].needs, device->mine, device->name);
    return fits;
}

bool world_fault(struct world *world, struct device *device, const struct fault_order *order, char *why)
{
    struct device_fault_effect effect;
    if (!world_fault_fits(world, device, order->kind, why))
        return false;
    struct world_record *larger = grown(world->record, world->records, sizeof *larger);
    if (!larger) {
        snprintf(why, FAULT_WHY_MAX, "out of memory");
        return false;
    }
    world->record = larger;
    if (!device_fault(device, order, world->now_ms, world->records, &effect, why))
        return false;
    struct world_record *record = &world->record[world->records++];
    *record = (struct world_record){
        .device = (size_t)(device - world->device),
        .order = *order,
        .point = effect.point,
        .lasting = !effect.dial,
        .begin_wall_ms = world_wall_ms(),
        .begin_sim_ms = world->now_ms,
        .before = effect.before,
        .after = effect.after,
    };
    struct device_dial *dial = record_dial(device, record);
    if (!dial)
        return true;
    dial_settle(&dial->dial);
    record->dial = true;
    record->advanced = dial->dial.advanced;
    if (record->lasting)
        record->before = record->after = dial->dial.count;
    return true;
}

int world_clear(struct world *world, struct device *device, enum fault_kind kind)
{
    int cleared = 0;
    for (int i = device->ailments - 1; i >= 0; i--)
        if (kind == FAULT_KINDS || device->ailment[i].kind == kind) {
            end_record(world, device, &device->ailment[i]);
            device_ailment_end(device, i);
            cleared++;
        }
    return cleared;
}
