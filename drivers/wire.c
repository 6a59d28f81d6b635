/* SPDX-License-Identifier: Apache-2.0 */
#include "drivers/wire.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/deadline.h"
#include "drivers/language.h"
#include "drivers/wire_parts.h"

struct wire *wire_new(const struct wire_link *link)
{
    struct wire *wire = calloc(1, sizeof *wire);
    if (!wire)
        return NULL;
    wire->link = *link;
    link_name(link, wire->peer);
    wire->stream = stream_new(link);
    if (link->kind == WIRE_TCP)
        wire->tcp = wire_tcp_new();
    else
        wire->line = wire_line_new();
    if (!wire->stream || (!wire->tcp && !wire->line)) {
        wire_free(wire);
        return NULL;
    }
    return wire;
}

void wire_free(struct wire *wire)
{
    if (!wire)
        return;
    wire_tcp_free(wire->tcp);
    wire_line_free(wire->line);
    stream_free(wire->stream);
    free(wire);
}

/* --- failures --- */

static const char *asked_name(enum registers_table table)
{
    static const char *const names[] = {
        [TABLE_COIL] = N_("coils"),
        [TABLE_DISCRETE] = N_("discrete inputs"),
        [TABLE_HOLDING] = N_("holding registers"),
        [TABLE_INPUT] = N_("input registers"),
    };
    return say_own(names[table]);
}

enum wire_outcome wire_fail(struct wire *wire, enum wire_outcome outcome, const char *format, ...)
{
    char what[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, say_own(format), arguments);
    va_end(arguments);
    if (outcome == WIRE_CLOSED || (wire->tcp && outcome != WIRE_EXCEPTION))
        stream_close(wire->stream);
    if (stream_stopped(wire->stream)) {
        snprintf(wire->error, sizeof wire->error, say_own("stopped while asking %s"), wire->peer);
        return WIRE_STOPPED;
    }
    if (outcome == WIRE_CONNECT || outcome == WIRE_DESCRIPTOR) /* whatever was to be asked */
        snprintf(wire->error, sizeof wire->error, "%s", what);
    else
        snprintf(wire->error, sizeof wire->error, say_own("%s (%d %s from %d)"), what, wire->question.request->count,
                 asked_name(wire->question.request->table), wire->question.request->address);
    return outcome;
}

enum wire_outcome wire_fail_errno(struct wire *wire, int error)
{
    if (error == ETIMEDOUT || error == EAGAIN)
        return wire_fail(wire, WIRE_TIMEOUT, "no answer from %s unit %d within %d ms", wire->peer, wire->unit.unit,
                         wire->unit.timeout_ms);
    if (wire->link.kind == WIRE_RTU)
        return wire_fail(wire, WIRE_CLOSED, "line %s lost while asking unit %d: adapter pulled or at fault (%s)",
                         wire->peer, wire->unit.unit, say_error(error));
    return wire_fail(wire, WIRE_CLOSED, "connection lost to %s while asking unit %d: %s", wire->peer, wire->unit.unit,
                     error == ECONNRESET ? say_own("closed by the other side") : say_error(error));
}

static enum wire_flaw misfit_flaw(const struct frame_misfit *misfit)
{
    const bool sizes = strcmp(misfit->what, "size") == 0 || strcmp(misfit->what, "byte count") == 0;
    if (strcmp(misfit->what, "unit") == 0)
        return FLAW_UNIT;
    return sizes && misfit->found < misfit->expected ? FLAW_SHORT : FLAW_OTHER;
}

enum wire_outcome wire_fail_misfit(struct wire *wire, const struct frame_misfit *misfit)
{
    wire->flaw = misfit_flaw(misfit);
    return wire_fail(wire, WIRE_GARBAGE, "%s unit %d: the answer has %s %u where %u was expected", wire->peer,
                     wire->unit.unit, say_own(misfit->what), misfit->found, misfit->expected);
}

enum wire_outcome wire_refused(struct wire *wire, int exception)
{
    wire->exception = exception;
    return wire_fail(wire, WIRE_EXCEPTION, "%s unit %d refuses with exception %d, %s", wire->peer, wire->unit.unit,
                     exception, wire_exception_name(exception));
}

static enum wire_outcome wire_forbid(struct wire *wire)
{
    const struct request *request = wire->question.request;
    snprintf(wire->error, sizeof wire->error,
             say_own("not asked: function %d, %d from %d of unit %d is no read that the protocol allows"),
             (int)request->table, request->count, request->address, wire->question.unit);
    return WIRE_FORBIDDEN;
}

void wire_keep(struct wire *wire, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size && i < WIRE_RECEIVED_BYTES; i++)
        sprintf(wire->received + 3 * i - (i > 0), i > 0 ? " %02x" : "%02x", bytes[i]);
}

/* --- asking --- */

/* Opens the link where it is closed, or gone, or (on TCP) holds what nobody asked for. */
static enum wire_outcome wire_connect(struct wire *wire)
{
    if (wire->line)
        wire_line_refresh(wire);
    else if (!stream_quiet(wire->stream))
        stream_close(wire->stream);
    const bool open = stream_descriptor(wire->stream) >= 0;
    switch (stream_open(wire->stream, wire->deadline)) {
    case STREAM_OPEN:
        if (!open)
            wire->opened_us = deadline_now_us();
        if (!open && wire->line)
            wire_line_opened(wire);
        return WIRE_OK;
    case STREAM_DESCRIPTOR:
        return wire_fail(wire, WIRE_DESCRIPTOR, "cannot connect to %s: %s", wire->peer, stream_error(wire->stream));
    case STREAM_FAILED:
    case STREAM_STOPPED:
        break;
    }
    if (wire->link.kind == WIRE_RTU)
        return wire_fail(wire, WIRE_CONNECT, "cannot open %s: %s", wire->peer, stream_error(wire->stream));
    return wire_fail(wire, WIRE_CONNECT, "cannot connect to %s within %d ms: %s", wire->peer, wire->unit.timeout_ms,
                     stream_error(wire->stream));
}

enum wire_outcome wire_rest(struct wire *wire)
{
    const int64_t now_us = deadline_now_us();
    const int64_t connected_us = wire->opened_us + wire->unit.pause_after_connect_ms * INT64_C(1000);
    const int64_t ended_us = wire->ended_us + wire->unit.pause_ms * INT64_C(1000);
    const int64_t until_us = connected_us > ended_us ? connected_us : ended_us;
    if (until_us <= now_us)
        return WIRE_OK;
    wire->deadline += (until_us - now_us + 999) / 1000;
    return stream_sleep(wire->stream, until_us) ? WIRE_OK : wire_fail(wire, WIRE_STOPPED, "stopped");
}

static enum wire_outcome wire_try(struct wire *wire, uint16_t *registers)
{
    wire->error[0] = wire->received[0] = '\0';
    wire->flaw = FLAW_NONE;
    wire->deadline = deadline_after(wire->unit.timeout_ms);
    enum wire_outcome outcome = wire_connect(wire);
    if (outcome == WIRE_OK)
        outcome = wire->tcp ? wire_tcp_exchange(wire, registers) : wire_line_exchange(wire, registers);
    return outcome;
}

static bool worth_a_retry(enum wire_outcome outcome)
{
    return outcome == WIRE_TIMEOUT || outcome == WIRE_GARBAGE;
}

enum wire_outcome wire_read(struct wire *wire, const struct wire_unit *unit, const struct request *request,
                            uint16_t *registers)
{
    wire->unit = *unit;
    wire->question = (struct question){.unit = unit->unit, .request = request};
    wire->received[0] = '\0';
    if (!frame_allowed(&wire->question))
        return wire_forbid(wire);
    /* One that was silent before may be dead, and would cost the others of its bus twice. */
    bool *const failing = &wire->failing[unit->unit];
    int retries = *failing ? 0 : unit->retries;
    enum wire_outcome outcome;
    do
        outcome = wire_try(wire, registers);
    while (worth_a_retry(outcome) && retries-- > 0);
    *failing = worth_a_retry(outcome);
    if (outcome == WIRE_GARBAGE && wire->flaw == FLAW_NONE)
        wire->flaw = FLAW_OTHER;
    return outcome;
}

int64_t wire_bound_ms(const struct wire_link *link, const struct wire_unit *unit)
{
    int64_t once_ms = unit->timeout_ms + unit->pause_ms;
    if (link_is_serial(link)) /* to open and find silence, to be answered: for a fence, and for the question */
        once_ms = 4 * unit->timeout_ms + 2 * unit->pause_ms +
                  2 * link_bytes_us(link, FRAME_LINE_QUESTION_BYTES + FRAME_LINE_ANSWER_BYTES_MAX) / 1000;
    return (unit->retries + 1) * (once_ms + unit->pause_after_connect_ms);
}

int64_t wire_opened_us(const struct wire *wire)
{
    return wire->opened_us;
}

int wire_exception(const struct wire *wire)
{
    return wire->exception;
}

bool wire_is_gateway_exception(int exception)
{
    return exception == 0x0A || exception == 0x0B;
}

enum wire_flaw wire_flaw(const struct wire *wire)
{
    return wire->flaw;
}

/* Modbus Application Protocol V1.1b3, 7. */
const char *wire_exception_name(int exception)
{
    static const char *const names[] = {
        [1] = N_("illegal function"),
        [2] = N_("illegal data address"),
        [3] = N_("illegal data value"),
        [4] = N_("device failure"),
        [5] = N_("acknowledged, still at work"),
        [6] = N_("device busy"),
        [7] = N_("negative acknowledge"),
        [8] = N_("memory parity error"),
        [10] = N_("gateway path unavailable"),
        [11] = N_("device behind the gateway does not answer"),
    };
    const bool known = exception > 0 && exception < (int)(sizeof names / sizeof *names) && names[exception];
    return say_own(known ? names[exception] : N_("a code of its own"));
}

const char *wire_error(const struct wire *wire)
{
    return wire->error;
}

const char *wire_received(const struct wire *wire)
{
    return wire->received;
}

const char *wire_outcome_name(enum wire_outcome outcome)
{
    static const char *const names[WIRE_OUTCOMES] = {
        "ok", "exception", "timeout", "connect", "garbage", "closed", "descriptor", "forbidden", "stopped",
    };
    return (unsigned)outcome < WIRE_OUTCOMES ? names[outcome] : "?";
}

void wire_stop(struct wire *wire)
{
    stream_stop(wire->stream);
}
