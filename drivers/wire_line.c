/* SPDX-License-Identifier: Apache-2.0 */
/* Modbus RTU, on a serial line of this machine or behind a serial server.
 *
 * Frames there bear no number, so nothing but its shape tells whose answer a
 * frame is. What protects us: only silence is asked into; an answer must fit its
 * question to the last bit (frame.h); and where an answer of the same shape is still owed,
 * something else is asked first (a fence): once that is answered, nothing older can
 * come, because a unit answers in order (owed.h).
 *
 * libmodbus 3.1.6 is no help here: it takes the first byte that comes for the
 * unit, so that noise or an echo costs the answer behind it; it looks at the unit
 * before the checksum; it does not tell what it received; and it keeps no silence. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/deadline.h"
#include "drivers/language.h"
#include "drivers/owed.h"
#include "drivers/wire_parts.h"

enum {
    HEARD_BYTES_MAX = 512, /* an answer, with noise, an echo and another's late answer before it */
    LATEST_US = WIRE_LATEST_MS * 1000,
    SILENT_MAX = 2 /* so many time-outs without a byte between them, and the serial server is asked anew */
};

struct wire_line {
    uint8_t heard[HEARD_BYTES_MAX]; /* since the question was sent */
    size_t size;
    int64_t heard_us; /* when the last byte came */
    struct owed owed[UNITS];
    int64_t owed_until_us[UNITS];
    int silent; /* time-outs in a row without a byte */
};

struct wire_line *wire_line_new(void)
{
    return calloc(1, sizeof(struct wire_line));
}

void wire_line_free(struct wire_line *line)
{
    free(line);
}

void wire_line_opened(struct wire *wire)
{
    wire->line->heard_us = deadline_now_us(); /* what came before is not known */
    wire->line->silent = 0;
}

void wire_line_refresh(struct wire *wire)
{
    uint8_t bytes[HEARD_BYTES_MAX];
    ssize_t got = 0;
    while (stream_descriptor(wire->stream) >= 0 && (got = stream_take(wire->stream, bytes, sizeof bytes)) > 0)
        wire->line->heard_us = deadline_now_us();
    if (got < 0)
        stream_close(wire->stream);
}

/* Waits until the line has been silent for long enough, and drops what comes meanwhile. */
static enum wire_outcome line_settle(struct wire *wire)
{
    struct wire_line *line = wire->line;
    const int64_t silence_us = link_silence_us(&wire->link);
    for (;;) {
        const ssize_t got = stream_take(wire->stream, line->heard, sizeof line->heard);
        const int64_t now_us = deadline_now_us();
        if (got < 0)
            return wire_fail_errno(wire, errno);
        if (got > 0)
            line->heard_us = now_us;
        if (now_us >= line->heard_us + silence_us)
            return WIRE_OK;
        if (stream_stopped(wire->stream) || now_us >= wire->deadline * 1000 + silence_us) {
            wire_keep(wire, line->heard, got > 0 ? (size_t)got : 0);
            return wire_fail(wire, WIRE_GARBAGE, "%s is never silent: a second master, or noise", wire->peer);
        }
        stream_wait(wire->stream, line->heard_us + silence_us);
    }
}

static enum wire_outcome line_ask(struct wire *wire, const struct question *question)
{
    uint8_t bytes[FRAME_LINE_QUESTION_BYTES];
    frame_line_ask(question, bytes);
    wire->line->size = 0;
    owed_asked(&wire->line->owed[question->unit], question->request);
    return stream_send(wire->stream, bytes, sizeof bytes) ? WIRE_OK : wire_fail_errno(wire, errno);
}

/* Nothing came but, at most, the question itself. */
static enum wire_outcome line_silent(struct wire *wire)
{
    const bool echoed = wire->line->size > 0;
    const enum wire_outcome outcome =
        wire_fail(wire, WIRE_TIMEOUT, "no answer from %s unit %d within %d ms%s", wire->peer, wire->unit.unit,
                  wire->unit.timeout_ms, echoed ? say_own(", only the question came back: the adapter echoes") : "");
    if (!echoed && ++wire->line->silent >= SILENT_MAX && wire->link.kind == WIRE_RTU_OVER_TCP)
        stream_close(wire->stream); /* the server may have forgotten the connection */
    return outcome;
}

/* An exception came, and another question of the same unit may be the one that it answers. */
static enum wire_outcome line_doubt(struct wire *wire)
{
    return wire_fail(wire, WIRE_TIMEOUT,
                     "no answer from %s unit %d within %d ms but an exception that may be an older one's", wire->peer,
                     wire->unit.unit, wire->unit.timeout_ms);
}

/* While an answer grows, most of what it lacks is slept through: a wake-up for
 * every byte would be most of the work. Behind a server bytes come in heaps. */
static void line_nap(struct wire *wire, const struct frame_misfit *misfit)
{
    if (wire->link.kind == WIRE_RTU && strcmp(misfit->what, "size") == 0)
        stream_sleep(wire->stream,
                     deadline_now_us() + link_bytes_us(&wire->link, misfit->expected - misfit->found) * 3 / 4);
}

/* Looks for the answer among what came from *from on. An exception that may be an older question's is skipped. */
static enum frame_verdict line_find(struct wire *wire, const struct question *question, size_t *from, size_t *at,
                                    struct frame_misfit *misfit)
{
    struct wire_line *line = wire->line;
    struct owed *owed = &line->owed[question->unit];
    for (;;) {
        size_t behind = 0;
        const enum frame_verdict verdict =
            frame_line_find(question, line->heard + *from, line->size - *from, &behind, misfit);
        if (verdict != FRAME_ANSWER && verdict != FRAME_EXCEPTION)
            return verdict;
        *at = *from + behind;
        owed_heard(owed, question->request, verdict == FRAME_EXCEPTION);
        if (!owed_has(owed, wire->question.request))
            return verdict;
        *from = *at + FRAME_LINE_EXCEPTION_BYTES;
    }
}

/* Waits for the answer: for its first byte as long as the unit may take to think,
 * for its last one as long as they take on the line besides. */
static enum wire_outcome line_listen(struct wire *wire, const struct question *question, size_t *at)
{
    struct wire_line *line = wire->line;
    const int64_t first_us = deadline_now_us() + wire->unit.timeout_ms * INT64_C(1000) +
                             link_bytes_us(&wire->link, FRAME_LINE_QUESTION_BYTES);
    const int64_t last_us = first_us + link_bytes_us(&wire->link, frame_line_answer_bytes(question));
    struct frame_misfit misfit;
    enum frame_verdict verdict = FRAME_NOT_YET;
    bool answered = false; /* more than an echo came */
    size_t from = 0;
    while (verdict == FRAME_NOT_YET && line->size < sizeof line->heard &&
           stream_wait(wire->stream, answered ? last_us : first_us)) {
        const ssize_t got = stream_take(wire->stream, line->heard + line->size, sizeof line->heard - line->size);
        if (got < 0)
            return wire_fail_errno(wire, errno);
        if (got == 0)
            continue;
        line->size += (size_t)got;
        line->heard_us = deadline_now_us();
        line->silent = 0;
        answered = !frame_line_is_echo(question, line->heard, line->size);
        verdict = line_find(wire, question, &from, at, &misfit);
        if (verdict == FRAME_NOT_YET && answered)
            line_nap(wire, &misfit);
    }
    if (verdict == FRAME_ANSWER || verdict == FRAME_EXCEPTION)
        return verdict == FRAME_ANSWER ? WIRE_OK : WIRE_EXCEPTION;
    if (!answered)
        return line_silent(wire);
    wire_keep(wire, line->heard, line->size);
    return from > 0 ? line_doubt(wire) : wire_fail_misfit(wire, &misfit);
}

static enum wire_outcome line_transact(struct wire *wire, const struct question *question, size_t *at)
{
    enum wire_outcome outcome = wire_rest(wire);
    if (outcome == WIRE_OK)
        outcome = line_settle(wire);
    if (outcome == WIRE_OK)
        outcome = line_ask(wire, question);
    if (outcome == WIRE_OK)
        outcome = line_listen(wire, question, at);
    wire->ended_us = deadline_now_us();
    wire->deadline = deadline_after(wire->unit.timeout_ms);
    return outcome;
}

/* Asks something else: once that is answered, nothing can come that has the shape of the question's answer. */
static enum wire_outcome line_fence(struct wire *wire)
{
    struct owed *owed = &wire->line->owed[wire->unit.unit];
    const struct request fence = owed_fence(owed, wire->question.request);
    const struct question before = {.unit = wire->unit.unit, .request = &fence};
    size_t at = 0;
    const enum wire_outcome outcome = line_transact(wire, &before, &at);
    if (outcome == WIRE_OK || outcome == WIRE_EXCEPTION)
        return WIRE_OK;
    if (fence.table != wire->question.request->table)
        owed->refused =
            false; /* a unit that is silent to a function that it lacks: the next fence is of another size */
    return outcome;
}

enum wire_outcome wire_line_exchange(struct wire *wire, uint16_t *registers)
{
    struct wire_line *line = wire->line;
    struct owed *owed = &line->owed[wire->unit.unit];
    enum wire_outcome outcome = WIRE_OK;
    size_t at = 0;
    if (deadline_now_us() >= line->owed_until_us[wire->unit.unit])
        *owed = (struct owed){0};
    if (owed_needs_fence(owed, wire->question.request))
        outcome = line_fence(wire);
    if (outcome == WIRE_OK)
        outcome = line_transact(wire, &wire->question, &at);
    if (outcome != WIRE_OK && outcome != WIRE_EXCEPTION)
        line->owed_until_us[wire->unit.unit] = deadline_now_us() + LATEST_US;
    if (outcome == WIRE_OK)
        frame_line_unpack(wire->question.request, line->heard + at, registers);
    if (outcome == WIRE_EXCEPTION) {
        wire_keep(wire, line->heard, line->size);
        return wire_refused(wire, frame_line_exception(line->heard + at));
    }
    return outcome;
}
