/* SPDX-License-Identifier: Apache-2.0 */
#include "drivers/wire.h"

#include <errno.h>
#include <modbus.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/deadline.h"
#include "drivers/frame.h"
#include "drivers/stream.h"

struct wire {
    struct stream *stream;
    modbus_t *modbus;
    uint16_t transaction;
    struct question question; /* the last one, valid within wire_read */
    int timeout_ms;
    int64_t deadline;
    int exception;
    char peer[LINK_TEXT_BYTES]; /* "10.1.5.21:502" */
    char error[768];
    char received[3 * WIRE_RECEIVED_BYTES]; /* "01 83 02" */
};

struct wire *wire_new(const struct wire_link *link)
{
    struct wire *wire = calloc(1, sizeof *wire);
    if (!wire)
        return NULL;
    wire->stream = stream_new(link->host, link->port);
    wire->modbus = modbus_new_tcp(NULL, MODBUS_TCP_DEFAULT_PORT); /* a framer: it never connects */
    link_name(link, wire->peer);
    if (!wire->stream || !wire->modbus) {
        wire_free(wire);
        return NULL;
    }
    modbus_set_error_recovery(wire->modbus, MODBUS_ERROR_RECOVERY_NONE);
    /* Without a byte time-out the response time-out covers the whole answer;
     * with one, a device that drips a byte now and then could hold us for ever. */
    modbus_set_byte_timeout(wire->modbus, 0, 0);
    return wire;
}

void wire_free(struct wire *wire)
{
    if (!wire)
        return;
    if (wire->modbus)
        modbus_free(wire->modbus);
    stream_free(wire->stream);
    free(wire);
}

static const char *asked_name(enum registers_table table)
{
    static const char *const names[] = {
        [TABLE_COIL] = "coils",
        [TABLE_DISCRETE] = "discrete inputs",
        [TABLE_HOLDING] = "holding registers",
        [TABLE_INPUT] = "input registers",
    };
    return names[table];
}

/* Says what happened and, but for an answer, closes the connection. */
__attribute__((format(printf, 3, 4))) static enum wire_outcome wire_fail(struct wire *wire, enum wire_outcome outcome,
                                                                         const char *format, ...)
{
    char what[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    if (outcome != WIRE_EXCEPTION) {
        modbus_set_socket(wire->modbus, -1);
        stream_close(wire->stream);
    }
    if (stream_stopped(wire->stream)) {
        snprintf(wire->error, sizeof wire->error, "stopped while asking %s", wire->peer);
        return WIRE_STOPPED;
    }
    if (outcome == WIRE_CONNECT || outcome == WIRE_DESCRIPTOR) /* whatever was to be asked */
        snprintf(wire->error, sizeof wire->error, "%s", what);
    else
        snprintf(wire->error, sizeof wire->error, "%s (%d %s from %d)", what, wire->question.request->count,
                 asked_name(wire->question.request->table), wire->question.request->address);
    return outcome;
}

static enum wire_outcome wire_fail_errno(struct wire *wire, int error)
{
    if (error == ETIMEDOUT || error == EAGAIN)
        return wire_fail(wire, WIRE_TIMEOUT, "no answer from %s unit %d within %d ms", wire->peer, wire->question.unit,
                         wire->timeout_ms);
    if (error == EMBBADDATA)
        return wire_fail(wire, WIRE_GARBAGE, "%s unit %d answers with more bytes than an answer has", wire->peer,
                         wire->question.unit);
    char text[128];
    return wire_fail(wire, WIRE_CLOSED, "connection lost to %s while asking unit %d: %s", wire->peer,
                     wire->question.unit,
                     error == ECONNRESET ? "closed by the other side" : strerror_r(error, text, sizeof text));
}

static enum wire_outcome wire_connect(struct wire *wire)
{
    if (!stream_quiet(wire->stream))
        stream_close(wire->stream);
    switch (stream_open(wire->stream, wire->deadline)) {
    case STREAM_OPEN:
        modbus_set_socket(wire->modbus, stream_descriptor(wire->stream));
        return WIRE_OK;
    case STREAM_DESCRIPTOR:
        return wire_fail(wire, WIRE_DESCRIPTOR, "cannot connect to %s: %s", wire->peer, stream_error(wire->stream));
    case STREAM_FAILED:
    case STREAM_STOPPED:
        break;
    }
    return wire_fail(wire, WIRE_CONNECT, "cannot connect to %s within %d ms: %s", wire->peer, wire->timeout_ms,
                     stream_error(wire->stream));
}

/* libmodbus 3.1.6 sends raw requests with transaction 0 always, and its own
 * reading functions look at neither the answer's unit nor its length: so
 * frame.c writes the question and judges the answer. */
static enum wire_outcome wire_ask(struct wire *wire)
{
    uint8_t bytes[FRAME_QUESTION_BYTES];
    frame_ask(&wire->question, bytes);
    return stream_send(wire->stream, bytes, sizeof bytes) ? WIRE_OK : wire_fail_errno(wire, errno);
}

/* Takes one frame from the connection until the deadline. */
static enum wire_outcome wire_receive(struct wire *wire, uint8_t *frame, int *size)
{
    const int left_ms = deadline_left_ms(wire->deadline);
    if (left_ms == 0)
        return wire_fail_errno(wire, ETIMEDOUT);
    modbus_set_response_timeout(wire->modbus, (uint32_t)left_ms / 1000, (uint32_t)left_ms % 1000 * 1000);
    *size = modbus_receive_confirmation(wire->modbus, frame);
    if (*size < 0)
        return wire_fail_errno(wire, errno);
    return WIRE_OK;
}

static void wire_keep(struct wire *wire, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size && i < WIRE_RECEIVED_BYTES; i++)
        sprintf(wire->received + 3 * i - (i > 0), i > 0 ? " %02x" : "%02x", bytes[i]);
}

static enum wire_outcome wire_judge(struct wire *wire, const uint8_t *frame, int size, uint16_t *registers)
{
    struct frame_misfit misfit;
    switch (frame_judge(&wire->question, frame, (size_t)size, &misfit)) {
    case FRAME_ANSWER:
        frame_unpack(wire->question.request, frame, registers);
        return WIRE_OK;
    case FRAME_EXCEPTION:
        wire->exception = frame_exception(frame);
        return wire_fail(wire, WIRE_EXCEPTION, "%s unit %d refuses with exception %d, %s", wire->peer,
                         wire->question.unit, wire->exception, wire_exception_name(wire->exception));
    case FRAME_MISFIT:
        break;
    }
    wire_keep(wire, frame, (size_t)size);
    return wire_fail(wire, WIRE_GARBAGE, "%s unit %d: the answer has %s %u where %u was expected", wire->peer,
                     wire->question.unit, misfit.what, misfit.found, misfit.expected);
}

static enum wire_outcome wire_forbid(struct wire *wire)
{
    const struct request *request = wire->question.request;
    snprintf(wire->error, sizeof wire->error,
             "not asked: function %d, %d from %d of unit %d is no read that the protocol allows", (int)request->table,
             request->count, request->address, wire->question.unit);
    return WIRE_FORBIDDEN;
}

enum wire_outcome wire_read(struct wire *wire, const struct wire_unit *unit, const struct request *request,
                            uint16_t *registers)
{
    uint8_t frame[FRAME_ANSWER_BYTES_MAX];
    int size = 0;
    wire->question = (struct question){++wire->transaction, unit->unit, request};
    wire->timeout_ms = unit->timeout_ms;
    wire->deadline = deadline_after(unit->timeout_ms);
    wire->error[0] = wire->received[0] = '\0';
    if (!frame_allowed(&wire->question))
        return wire_forbid(wire);
    enum wire_outcome outcome = wire_connect(wire);
    if (outcome == WIRE_OK)
        outcome = wire_ask(wire);
    if (outcome == WIRE_OK)
        outcome = wire_receive(wire, frame, &size);
    if (outcome == WIRE_OK)
        outcome = wire_judge(wire, frame, size, registers);
    return outcome;
}

int wire_exception(const struct wire *wire)
{
    return wire->exception;
}

/* Modbus Application Protocol V1.1b3, 7. */
const char *wire_exception_name(int exception)
{
    static const char *const names[] = {
        [1] = "illegal function",
        [2] = "illegal data address",
        [3] = "illegal data value",
        [4] = "device failure",
        [5] = "acknowledged, still at work",
        [6] = "device busy",
        [7] = "negative acknowledge",
        [8] = "memory parity error",
        [10] = "gateway path unavailable",
        [11] = "device behind the gateway does not answer",
    };
    const bool known = exception > 0 && exception < (int)(sizeof names / sizeof *names) && names[exception];
    return known ? names[exception] : "a code of its own";
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
