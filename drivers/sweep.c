/* SPDX-License-Identifier: Apache-2.0 */
#include "drivers/sweep.h"

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
    unsigned try;             /* and where it is looked for next */
    char error[256];
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

/* Asks for one request where it lies on this device. */
static enum wire_outcome sweep_ask(struct sweep *sweep, struct wire *wire, size_t number)
{
    struct request request = sweep->plan->request[number];
    if (request.models && !sunspec_place(&sweep->sunspec, &request)) {
        sunspec_missing(&sweep->sunspec, &request, sweep->error, sizeof sweep->error);
        return WIRE_EXCEPTION;
    }
    return wire_read(wire, &sweep->unit, &request, sweep->registers + sweep->first[number]);
}

static enum wire_outcome sweep_request(struct sweep *sweep, struct wire *wire, size_t number, struct scan *scan)
{
    const enum wire_outcome outcome = sweep_ask(sweep, wire, number);
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

/* Finds where the models of a SunSpec device are, at first and whenever it was away:
 * it may be another, or have other options now. */
static enum wire_outcome sweep_place(struct sweep *sweep, struct wire *wire)
{
    if (sweep->placed)
        return WIRE_OK;
    const enum wire_outcome outcome = sunspec_walk(wire, &sweep->unit, &sweep->try, &sweep->sunspec);
    sweep->placed = is_answer(outcome) && sweep->sunspec.base >= 0;
    return is_answer(outcome) ? WIRE_OK : outcome;
}

static bool is_sunspec(const struct sweep *sweep)
{
    for (size_t i = 0; i < sweep->plan->requests; i++)
        if (sweep->plan->request[i].models)
            return true;
    return false;
}

enum wire_outcome sweep_run(struct sweep *sweep, struct wire *wire, struct scan *scan)
{
    enum wire_outcome worst = WIRE_OK, last = WIRE_OK;
    *scan = (struct scan){
        .points = sweep->profile->points, .readings = sweep->readings, .text = (const char *const *)sweep->text};
    sweep->error[0] = '\0';
    if (is_sunspec(sweep))
        worst = sweep_place(sweep, wire);
    if (worst != WIRE_OK) {
        last = WIRE_TIMEOUT; /* where to ask is not known: all is missed */
        scan_stamp(scan);
    }
    for (size_t number = 0; number < sweep->plan->requests; number++) {
        if (!worth_asking(last)) {
            sweep_miss(sweep, number, QUALITY_TIMEOUT);
            continue;
        }
        last = sweep_request(sweep, wire, number, scan);
        worst = last > worst ? last : worst;
    }
    if (worst > WIRE_EXCEPTION)
        sweep->placed = false;
    watch_scan(sweep->watch, scan);
    return worst;
}

enum wire_outcome sweep_reread(struct sweep *sweep, struct wire *wire, size_t point, struct scan *scan)
{
    const enum wire_outcome outcome = sweep_request(sweep, wire, sweep->plan->request_of[point], scan);
    watch_scan(sweep->watch, scan);
    return outcome;
}
