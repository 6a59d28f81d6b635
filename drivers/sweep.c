/* SPDX-License-Identifier: Apache-2.0 */
#include "drivers/sweep.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "drivers/sunspec.h"
#include "drivers/watch.h"

struct sweep {
    const struct profile *profile;
    struct wire_unit unit;
    struct plan *plan;
    struct reading *readings; /* one a point */
    char **text;              /* one a point: of texts, else NULL */
    struct watch *watch;      /* what the device's states say of the rest */
    uint16_t *registers;      /* of all requests, one after another */
    size_t *first;            /* by request: where its registers begin */
    struct sunspec sunspec;   /* of a SunSpec profile: where its models are, */
    bool placed;              /* once that is known, */
    int64_t placed_us;        /* of the link as it was opened then, */
    unsigned try;             /* and where it is looked for next */
    enum wire_outcome worst;  /* of this sweep so far */
    char missing[256];        /* why the last request was not asked at all; else "" */
    char error[512];          /* of the worst outcome */
};

/* Lays the registers of all requests out one after another. */
static bool sweep_lay_out(struct sweep *sweep)
{
    size_t total = 0;
    sweep->first = calloc(sweep->plan->requests + 1, sizeof *sweep->first);
    for (size_t i = 0; sweep->first && i < sweep->plan->requests; i++) {
        sweep->first[i] = total;
        total += request_words(&sweep->plan->request[i]);
    }
    sweep->registers = calloc(total + 1, sizeof *sweep->registers);
    return sweep->first && sweep->registers;
}

/* Room for the texts of the device. */
static bool sweep_make_texts(struct sweep *sweep)
{
    sweep->text = calloc(sweep->profile->points + 1, sizeof *sweep->text);
    for (size_t i = 0; sweep->text && i < sweep->profile->points; i++) {
        const struct point *point = &sweep->profile->point[i];
        if (point->kind != POINT_TEXT)
            continue;
        sweep->text[i] = calloc((size_t)point_words(point), 2 + 1);
        if (!sweep->text[i])
            return false;
    }
    return sweep->text != NULL;
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
    sweep->watch = watch_new(profile);
    if (!sweep->plan || !sweep->readings || !sweep->watch || !sweep_lay_out(sweep) || !sweep_make_texts(sweep)) {
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
    for (size_t i = 0; sweep->text && i < sweep->profile->points; i++)
        free(sweep->text[i]);
    free(sweep->text);
    watch_free(sweep->watch);
    free(sweep->registers);
    free(sweep->first);
    free(sweep);
}

const struct plan *sweep_plan(const struct sweep *sweep)
{
    return sweep->plan;
}

size_t sweep_requests_most(const struct sweep *sweep)
{
    size_t most = sweep->plan->requests;
    for (size_t i = 0; i < sweep->plan->requests; i++)
        most += sweep->plan->request[i].models ? SUNSPEC_REQUESTS_MAX + 1 : 0;
    return most;
}

const char *sweep_error(const struct sweep *sweep)
{
    return sweep->error;
}

const uint16_t *sweep_registers(const struct sweep *sweep, size_t point)
{
    const size_t number = sweep->plan->request_of[point];
    const struct request *request = &sweep->plan->request[number];
    const int offset = sweep->profile->point[point].address - request->address;
    return sweep->registers + sweep->first[number] + offset * (request->wide ? 2 : 1);
}

static int64_t clock_ms(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void scan_stamp(struct scan *scan)
{
    scan->wall_ms = clock_ms(CLOCK_REALTIME);
    scan->boot_ms = clock_ms(CLOCK_BOOTTIME);
}

static bool is_answer(enum wire_outcome outcome)
{
    return outcome == WIRE_OK || outcome == WIRE_EXCEPTION;
}

static void sweep_decode_point(struct sweep *sweep, size_t index)
{
    const struct point *point = &sweep->profile->point[index];
    const uint16_t *registers = sweep_registers(sweep, index);
    sweep->readings[index] = point_decode_among(sweep->profile->point, index, registers, sweep->readings);
    if (point->kind == POINT_TEXT)
        registers_get_text(registers, point_words(point), point->format.order, sweep->text[index]);
}

/* All points of a request that was answered; those that rest on others after them. */
static void sweep_decode(struct sweep *sweep, size_t number)
{
    int left = 1;
    for (int depth = 0; depth < POINT_DEPTHS && left > 0; depth++) {
        left = 0;
        for (size_t i = 0; i < sweep->profile->points; i++) {
            if (sweep->plan->request_of[i] != number)
                continue;
            const int own = point_depth(&sweep->profile->point[i]);
            left += own > depth;
            if (own == depth)
                sweep_decode_point(sweep, i);
        }
    }
}

static void sweep_miss(struct sweep *sweep, size_t number, enum quality quality)
{
    for (size_t i = 0; i < sweep->profile->points; i++)
        if (sweep->plan->request_of[i] == number)
            sweep->readings[i] = (struct reading){.quality = quality};
}

/* Finds where the models of a SunSpec device are, at first and whenever it was away:
 * it may be another, or have other options now. */
static enum wire_outcome sweep_place(struct sweep *sweep, struct wire *wire)
{
    if (sweep->placed && sweep->placed_us == wire_opened_us(wire))
        return WIRE_OK;
    const enum wire_outcome outcome = sunspec_walk(wire, &sweep->unit, &sweep->try, &sweep->sunspec);
    sweep->placed = is_answer(outcome) && sweep->sunspec.base >= 0;
    sweep->placed_us = wire_opened_us(wire);
    return is_answer(outcome) ? WIRE_OK : outcome;
}

/* A request of a SunSpec model, where it lies on this device. What came over a link
 * that was opened only then is not taken: it may be another device. */
static enum wire_outcome sweep_ask_model(struct sweep *sweep, struct wire *wire, size_t number)
{
    for (int tries = 0; tries < 2; tries++) {
        struct request request = sweep->plan->request[number];
        enum wire_outcome outcome = sweep_place(sweep, wire);
        if (outcome != WIRE_OK)
            return outcome;
        if (!sunspec_place(&sweep->sunspec, &request)) {
            sunspec_missing(&sweep->sunspec, &request, sweep->missing, sizeof sweep->missing);
            return WIRE_EXCEPTION;
        }
        outcome = wire_read(wire, &sweep->unit, &request, sweep->registers + sweep->first[number]);
        if (!is_answer(outcome) || wire_opened_us(wire) == sweep->placed_us)
            return outcome;
    }
    return WIRE_CLOSED;
}

static enum wire_outcome sweep_ask(struct sweep *sweep, struct wire *wire, size_t number)
{
    const struct request *request = &sweep->plan->request[number];
    if (request->models)
        return sweep_ask_model(sweep, wire, number);
    return wire_read(wire, &sweep->unit, request, sweep->registers + sweep->first[number]);
}

static void sweep_note(struct sweep *sweep, const struct wire *wire, enum wire_outcome outcome)
{
    if (outcome <= sweep->worst)
        return;
    sweep->worst = outcome;
    snprintf(sweep->error, sizeof sweep->error, "%s", *sweep->missing ? sweep->missing : wire_error(wire));
}

static enum wire_outcome sweep_request(struct sweep *sweep, struct wire *wire, size_t number, struct scan *scan)
{
    sweep->missing[0] = '\0';
    const enum wire_outcome outcome = sweep_ask(sweep, wire, number);
    sweep_note(sweep, wire, outcome);
    if (is_answer(outcome) || scan->boot_ms == 0) /* what came before a silence is as old as it is */
        scan_stamp(scan);
    if (outcome == WIRE_OK)
        sweep_decode(sweep, number);
    else
        sweep_miss(sweep, number, outcome == WIRE_EXCEPTION ? QUALITY_EXCEPTION : QUALITY_TIMEOUT);
    return outcome;
}

/* Whether the device is worth another request in this sweep: it answered, or
 * at least spoke. Otherwise each request left would take a time-out of its own. */
static bool worth_asking(enum wire_outcome outcome)
{
    return outcome == WIRE_OK || outcome == WIRE_EXCEPTION || outcome == WIRE_GARBAGE || outcome == WIRE_CLOSED;
}

enum wire_outcome sweep_run(struct sweep *sweep, struct wire *wire, struct scan *scan)
{
    enum wire_outcome last = WIRE_OK;
    *scan = (struct scan){
        .points = sweep->profile->points, .readings = sweep->readings, .text = (const char *const *)sweep->text};
    sweep->worst = WIRE_OK;
    sweep->error[0] = '\0';
    for (size_t number = 0; number < sweep->plan->requests; number++) {
        if (!worth_asking(last)) {
            sweep_miss(sweep, number, QUALITY_TIMEOUT);
            continue;
        }
        last = sweep_request(sweep, wire, number, scan);
    }
    if (sweep->worst > WIRE_EXCEPTION)
        sweep->placed = false;
    watch_scan(sweep->watch, scan);
    return sweep->worst;
}

enum wire_outcome sweep_reread(struct sweep *sweep, struct wire *wire, size_t point, struct scan *scan)
{
    const enum wire_outcome outcome = sweep_request(sweep, wire, sweep->plan->request_of[point], scan);
    watch_scan(sweep->watch, scan);
    return outcome;
}
