/* SPDX-License-Identifier: Apache-2.0 */
#include "drivers/sweep.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "drivers/deadline.h"
#include "drivers/language.h"
#include "drivers/mend.h"
#include "drivers/sunspec.h"
#include "drivers/watch.h"

#define NOTHING SIZE_MAX

enum { TEXTS_MS = 10 * 60 * 1000 }; /* so long what a device calls itself is not asked for again */

struct sweep {
    const struct profile *profile;
    struct wire_unit unit;
    struct mend *mend;        /* its plan */
    struct reading *readings; /* one a point */
    char **text;              /* one a point: of texts, else NULL */
    bool has_values;          /* it has more than texts */
    bool texts_due;           /* in this sweep texts are asked for too: */
    int64_t texts_until_ms;   /* because it is later than this, */
    int64_t texts_us;         /* or the link was opened since */
    struct watch *watch;      /* what the device's states say of the rest */
    uint16_t *registers;      /* of all requests, one after another */
    struct sunspec sunspec;   /* of a SunSpec profile: where its models are, */
    bool placed;              /* once that is known, */
    int64_t placed_us;        /* of the link as it was opened then, */
    unsigned try;             /* and where it is looked for next */
    char missing[256];        /* why the last request was not asked at all; else "" */
    int64_t lost_ms;          /* in this sweep, without an answer */
    size_t reread;            /* the request read once more since; NOTHING */
    struct sweep_trouble trouble;
    char refused[256];
};

/* Room for the texts of the device. */
static bool sweep_make_texts(struct sweep *sweep)
{
    sweep->text = calloc(sweep->profile->points + 1, sizeof *sweep->text);
    for (size_t i = 0; sweep->text && i < sweep->profile->points; i++) {
        const struct point *point = &sweep->profile->point[i];
        sweep->has_values = sweep->has_values || point->kind != POINT_TEXT;
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
    sweep->mend = mend_new(profile);
    sweep->registers = calloc(sweep->mend ? mend_words(sweep->mend) + 1 : 1, sizeof *sweep->registers);
    sweep->readings = calloc(profile->points + 1, sizeof *sweep->readings);
    sweep->watch = watch_new(profile);
    sweep->reread = NOTHING;
    if (!sweep->mend || !sweep->registers || !sweep->readings || !sweep->watch || !sweep_make_texts(sweep)) {
        sweep_free(sweep);
        return NULL;
    }
    return sweep;
}

void sweep_free(struct sweep *sweep)
{
    if (!sweep)
        return;
    mend_free(sweep->mend);
    free(sweep->readings);
    for (size_t i = 0; sweep->text && i < sweep->profile->points; i++)
        free(sweep->text[i]);
    free(sweep->text);
    watch_free(sweep->watch);
    free(sweep->registers);
    free(sweep);
}

const struct plan *sweep_plan(const struct sweep *sweep)
{
    return mend_plan(sweep->mend);
}

size_t sweep_requests_most(const struct sweep *sweep)
{
    const struct plan *plan = mend_plan(sweep->mend);
    size_t most = plan->requests + 2 * MEND_SPLITS;
    for (size_t i = 0; i < plan->requests; i++)
        most += plan->request[i].models ? 4 * SUNSPEC_REQUESTS_MAX + 1 : 0; /* see sweep_ask_model */
    return most;
}

const struct sweep_trouble *sweep_trouble(const struct sweep *sweep)
{
    return &sweep->trouble;
}

const char *sweep_refused(const struct sweep *sweep)
{
    return sweep->refused;
}

/* Where the words of a request are kept. */
static uint16_t *sweep_words(const struct sweep *sweep, size_t number)
{
    return sweep->registers + mend_place(sweep->mend, number);
}

const uint16_t *sweep_registers(const struct sweep *sweep, size_t point)
{
    const struct plan *plan = mend_plan(sweep->mend);
    const size_t number = plan->request_of[point];
    const struct request *request = &plan->request[number];
    const int offset = sweep->profile->point[point].address - request->address;
    return sweep_words(sweep, number) + offset * (request->wide ? 2 : 1);
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
    const size_t *request_of = mend_plan(sweep->mend)->request_of;
    int left = 1;
    for (int depth = 0; depth < POINT_DEPTHS && left > 0; depth++) {
        left = 0;
        for (size_t i = 0; i < sweep->profile->points; i++) {
            if (request_of[i] != number)
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
        if (mend_plan(sweep->mend)->request_of[i] == number)
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

static enum wire_outcome sweep_ask_placed(struct sweep *sweep, struct wire *wire, size_t number)
{
    struct request request = mend_plan(sweep->mend)->request[number];
    if (sunspec_place(&sweep->sunspec, &request))
        return wire_read(wire, &sweep->unit, &request, sweep_words(sweep, number));
    sunspec_missing(&sweep->sunspec, &request, sweep->missing, sizeof sweep->missing);
    return WIRE_EXCEPTION;
}

/* A request of a SunSpec model, where it lies on this device. What came over a link
 * that was opened only then is taken when the chain, read again, is still the same. */
static enum wire_outcome sweep_ask_model(struct sweep *sweep, struct wire *wire, size_t number)
{
    for (int tries = 0; tries < 2; tries++) {
        enum wire_outcome placed = sweep_place(sweep, wire);
        if (placed != WIRE_OK)
            return placed;
        const enum wire_outcome outcome = sweep_ask_placed(sweep, wire, number);
        if (!is_answer(outcome) || wire_opened_us(wire) == sweep->placed_us)
            return outcome;
        const struct sunspec before = sweep->sunspec;
        placed = sweep_place(sweep, wire);
        if (placed != WIRE_OK || sunspec_same(&before, &sweep->sunspec))
            return placed != WIRE_OK ? placed : outcome;
    }
    return WIRE_CLOSED;
}

static enum wire_outcome sweep_ask(struct sweep *sweep, struct wire *wire, size_t number)
{
    const struct request *request = &mend_plan(sweep->mend)->request[number];
    if (request->models)
        return sweep_ask_model(sweep, wire, number);
    return wire_read(wire, &sweep->unit, request, sweep_words(sweep, number));
}

/* The code of the last request's exception; of one that was not asked, why. */
static int sweep_exception(const struct sweep *sweep, const struct wire *wire)
{
    return *sweep->missing ? SWEEP_NO_MODEL : wire_exception(wire);
}

static void sweep_note(struct sweep *sweep, const struct wire *wire, enum wire_outcome outcome)
{
    struct sweep_trouble *trouble = &sweep->trouble;
    if (outcome <= trouble->outcome)
        return;
    trouble->outcome = outcome;
    trouble->exception = outcome == WIRE_EXCEPTION ? sweep_exception(sweep, wire) : 0;
    trouble->flaw = wire_flaw(wire);
    snprintf(trouble->error, sizeof trouble->error, "%s", *sweep->missing ? sweep->missing : wire_error(wire));
    snprintf(trouble->received, sizeof trouble->received, "%s", *sweep->missing ? "" : wire_received(wire));
}

static bool is_absent(const struct sweep *sweep, const struct wire *wire, enum wire_outcome outcome)
{
    return outcome == WIRE_EXCEPTION && wire_is_gateway_exception(sweep_exception(sweep, wire));
}

static enum wire_outcome sweep_request(struct sweep *sweep, struct wire *wire, size_t number, struct scan *scan)
{
    const int64_t begin_ms = deadline_now_ms();
    sweep->missing[0] = '\0';
    const enum wire_outcome outcome = sweep_ask(sweep, wire, number);
    if (!is_answer(outcome))
        sweep->lost_ms += deadline_now_ms() - begin_ms;
    if (is_answer(outcome) || scan->boot_ms == 0) /* what came before a silence is as old as it is */
        scan_stamp(scan);
    if (outcome == WIRE_OK)
        sweep_decode(sweep, number);
    else if (outcome == WIRE_EXCEPTION && !is_absent(sweep, wire, outcome))
        sweep_miss(sweep, number, QUALITY_EXCEPTION);
    else
        sweep_miss(sweep, number, QUALITY_TIMEOUT);
    return outcome;
}

/* Whether the device is worth another request in this sweep: it answered, or at least
 * spoke. Otherwise each request left would take a time-out of its own. */
static bool worth_asking(const struct sweep *sweep, const struct wire *wire, enum wire_outcome outcome)
{
    if (is_answer(outcome))
        return !is_absent(sweep, wire, outcome);
    return (outcome == WIRE_GARBAGE || outcome == WIRE_CLOSED) && sweep->lost_ms < sweep->unit.timeout_ms;
}

/* Takes what became of a request. True: it was split, and is to be asked again. */
static bool sweep_mends(struct sweep *sweep, const struct wire *wire, size_t number, enum wire_outcome outcome)
{
    if (outcome == WIRE_OK)
        mend_answered(sweep->mend, number);
    return outcome == WIRE_EXCEPTION && mend_refused(sweep->mend, number, sweep_exception(sweep, wire));
}

/* Names the points that are refused with this code behind the text as it is. */
static void refused_name(struct sweep *sweep, int exception)
{
    const struct plan *plan = mend_plan(sweep->mend);
    char *text = sweep->refused;
    const size_t size = sizeof sweep->refused, before = strlen(text);
    for (size_t i = 0; i < plan->points; i++) {
        const size_t length = strlen(text);
        if (mend_exception(sweep->mend, plan->request_of[i]) == exception)
            snprintf(text + length, size - length, "%s%s",
                     length > before ? ", "
                     : length        ? "; "
                                     : "",
                     sweep->profile->point[i].name);
    }
    const size_t length = strlen(text);
    if (length > before)
        snprintf(text + length, size - length, say_own(": exception %d, %s"), exception,
                 wire_exception_name(exception));
}

static bool anything_refused(const struct sweep *sweep)
{
    for (size_t number = 0; number < mend_plan(sweep->mend)->requests; number++)
        if (mend_exception(sweep->mend, number))
            return true;
    return false;
}

/* What is refused stands in the trouble too, where nothing was worse: it may not have been asked this time. */
static void sweep_tell_refused(struct sweep *sweep)
{
    struct sweep_trouble *trouble = &sweep->trouble;
    sweep->refused[0] = '\0';
    if (!anything_refused(sweep))
        return;
    for (int exception = MEND_EXCEPTION_MAX; exception > 0; exception--) {
        refused_name(sweep, exception);
        if (!*sweep->refused || trouble->outcome > WIRE_EXCEPTION)
            continue;
        trouble->exception = trouble->outcome == WIRE_OK ? exception : trouble->exception;
        trouble->outcome = WIRE_EXCEPTION;
    }
    if (*sweep->refused && trouble->outcome == WIRE_EXCEPTION)
        snprintf(trouble->error, sizeof trouble->error, say_own("refuses %s"), sweep->refused);
}

/* Nothing but texts, that are read already. */
static bool sweep_knows(const struct sweep *sweep, size_t number)
{
    for (size_t i = 0; i < sweep->profile->points && !sweep->texts_due; i++)
        if (mend_plan(sweep->mend)->request_of[i] == number &&
            (sweep->profile->point[i].kind != POINT_TEXT || sweep->readings[i].quality != QUALITY_GOOD))
            return false;
    return !sweep->texts_due;
}

static void sweep_begin_texts(struct sweep *sweep, const struct wire *wire)
{
    sweep->texts_due =
        !sweep->has_values || sweep->texts_us != wire_opened_us(wire) || deadline_now_ms() >= sweep->texts_until_ms;
}

/* Who was away may be another when he is back. */
static void sweep_end_texts(struct sweep *sweep, const struct wire *wire)
{
    if (sweep->texts_due || sweep->trouble.outcome > WIRE_EXCEPTION)
        sweep->texts_until_ms = sweep->trouble.outcome > WIRE_EXCEPTION ? 0 : deadline_after(TEXTS_MS);
    if (sweep->texts_due)
        sweep->texts_us = wire_opened_us(wire);
}

enum wire_outcome sweep_run(struct sweep *sweep, struct wire *wire, struct scan *scan)
{
    enum wire_outcome last = WIRE_OK;
    *scan = (struct scan){
        .points = sweep->profile->points, .readings = sweep->readings, .text = (const char *const *)sweep->text};
    sweep->missing[0] = '\0';
    sweep->trouble = (struct sweep_trouble){0};
    sweep->lost_ms = 0;
    sweep->reread = NOTHING;
    mend_begin(sweep->mend, wire_opened_us(wire), deadline_now_ms());
    sweep_begin_texts(sweep, wire);
    for (size_t number = 0; number < mend_plan(sweep->mend)->requests; number++) {
        if (!worth_asking(sweep, wire, last)) {
            sweep_miss(sweep, number, QUALITY_TIMEOUT);
        } else if (!mend_asks(sweep->mend, number)) {
            sweep_miss(sweep, number, QUALITY_EXCEPTION);
        } else if (!sweep_knows(sweep, number)) {
            do
                last = sweep_request(sweep, wire, number, scan);
            while (sweep_mends(sweep, wire, number, last));
            sweep_note(sweep, wire, last);
        }
    }
    sweep_tell_refused(sweep);
    sweep_end_texts(sweep, wire);
    if (sweep->trouble.outcome > WIRE_EXCEPTION)
        sweep->placed = false;
    watch_scan(sweep->watch, scan);
    return sweep->trouble.outcome;
}

enum wire_outcome sweep_reread(struct sweep *sweep, struct wire *wire, size_t point, struct scan *scan)
{
    const size_t number = mend_plan(sweep->mend)->request_of[point];
    const enum wire_outcome outcome = sweep_request(sweep, wire, number, scan);
    sweep->reread = number;
    watch_scan(sweep->watch, scan);
    return outcome;
}

bool sweep_was_reread(const struct sweep *sweep, size_t point)
{
    return sweep->reread == mend_plan(sweep->mend)->request_of[point];
}
