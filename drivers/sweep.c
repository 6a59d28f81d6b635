/* SPDX-License-Identifier: Apache-2.0 */
#include "drivers/sweep.h"

#include <stdlib.h>
#include <time.h>

struct sweep {
    const struct profile *profile;
    struct wire_unit unit;
    struct plan *plan;
    struct reading *readings; /* one a point */
    bool *set;                /* by point: whether a state was set when it was last read */
    uint16_t *registers;      /* of all requests, one after another */
    size_t *first;            /* by request: where its registers begin */
};

/* Lays the registers of all requests out one after another. */
static bool sweep_lay_out(struct sweep *sweep)
{
    size_t total = 0;
    sweep->first = calloc(sweep->plan->requests + 1, sizeof *sweep->first);
    for (size_t i = 0; sweep->first && i < sweep->plan->requests; i++) {
        sweep->first[i] = total;
        total += sweep->plan->request[i].count;
    }
    sweep->registers = calloc(total + 1, sizeof *sweep->registers);
    return sweep->first && sweep->registers;
}

struct sweep *sweep_new(const struct profile *profile, struct wire_unit unit)
{
    struct sweep *sweep = calloc(1, sizeof *sweep);
    if (!sweep)
        return NULL;
    sweep->profile = profile;
    sweep->unit = unit;
    sweep->plan = plan_new(profile);
    sweep->readings = calloc(profile->points + 1, sizeof *sweep->readings);
    sweep->set = calloc(profile->points + 1, sizeof *sweep->set);
    if (!sweep->plan || !sweep->readings || !sweep->set || !sweep_lay_out(sweep)) {
        sweep_free(sweep);
        return NULL;
    }
    return sweep;
}

void sweep_free(struct sweep *sweep)
{
    if (!sweep)
        return;
    plan_free(sweep->plan);
    free(sweep->readings);
    free(sweep->set);
    free(sweep->registers);
    free(sweep->first);
    free(sweep);
}

const struct plan *sweep_plan(const struct sweep *sweep)
{
    return sweep->plan;
}

const uint16_t *sweep_registers(const struct sweep *sweep, size_t point)
{
    const size_t number = sweep->plan->request_of[point];
    const int offset = sweep->profile->point[point].address - sweep->plan->request[number].address;
    return sweep->registers + sweep->first[number] + offset;
}

static int64_t clock_ms(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* All points of a request that was answered. */
static void sweep_decode(struct sweep *sweep, size_t number)
{
    for (size_t i = 0; i < sweep->profile->points; i++) {
        if (sweep->plan->request_of[i] != number)
            continue;
        const struct point *point = &sweep->profile->point[i];
        const struct reading reading = point_decode(point, sweep_registers(sweep, i));
        sweep->readings[i] = reading;
        if (point->means != MEANS_NOTHING && reading.quality == QUALITY_GOOD)
            sweep->set[i] = reading.count != 0;
    }
}

static void sweep_miss(struct sweep *sweep, size_t number, enum quality quality)
{
    for (size_t i = 0; i < sweep->profile->points; i++)
        if (sweep->plan->request_of[i] == number)
            sweep->readings[i] = (struct reading){.quality = quality};
}

static enum wire_outcome sweep_request(struct sweep *sweep, struct wire *wire, size_t number, struct scan *scan)
{
    const struct request *request = &sweep->plan->request[number];
    const enum wire_outcome outcome = wire_read(wire, &sweep->unit, request, sweep->registers + sweep->first[number]);
    const bool answered = outcome == WIRE_OK || outcome == WIRE_EXCEPTION;
    if (answered || scan->boot_ms == 0) { /* what came before a silence is as old as it is */
        scan->wall_ms = clock_ms(CLOCK_REALTIME);
        scan->boot_ms = clock_ms(CLOCK_BOOTTIME);
    }
    if (outcome == WIRE_OK)
        sweep_decode(sweep, number);
    else
        sweep_miss(sweep, number, outcome == WIRE_EXCEPTION ? QUALITY_EXCEPTION : QUALITY_TIMEOUT);
    return outcome;
}

/* A device that is calibrated, simulates or is tested shows what it is made to show. */
static void sweep_mark(struct sweep *sweep, struct scan *scan)
{
    const struct profile *profile = sweep->profile;
    scan->calibrating = false;
    for (size_t i = 0; i < profile->points; i++)
        scan->calibrating = scan->calibrating || sweep->set[i];
    for (size_t i = 0; scan->calibrating && i < profile->points; i++)
        if (profile->point[i].kind != POINT_STATE && sweep->readings[i].quality == QUALITY_GOOD)
            sweep->readings[i].quality = QUALITY_CALIBRATING;
}

/* Whether the device is worth another request in this sweep: it answered, or
 * at least spoke. Otherwise each request left would take a time-out of its own. */
static bool worth_asking(enum wire_outcome outcome)
{
    return outcome == WIRE_OK || outcome == WIRE_EXCEPTION || outcome == WIRE_GARBAGE || outcome == WIRE_CLOSED;
}

enum wire_outcome sweep_run(struct sweep *sweep, struct wire *wire, struct scan *scan)
{
    enum wire_outcome worst = WIRE_OK, last = WIRE_OK;
    *scan = (struct scan){.points = sweep->profile->points, .readings = sweep->readings};
    for (size_t number = 0; number < sweep->plan->requests; number++) {
        if (!worth_asking(last)) {
            sweep_miss(sweep, number, QUALITY_TIMEOUT);
            continue;
        }
        last = sweep_request(sweep, wire, number, scan);
        worst = last > worst ? last : worst;
    }
    sweep_mark(sweep, scan);
    return worst;
}

enum wire_outcome sweep_reread(struct sweep *sweep, struct wire *wire, size_t point, struct scan *scan)
{
    const enum wire_outcome outcome = sweep_request(sweep, wire, sweep->plan->request_of[point], scan);
    sweep_mark(sweep, scan);
    return outcome;
}
