/* SPDX-License-Identifier: Apache-2.0 */
#include "drivers/wire.h"

#include <errno.h>
#include <modbus.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/deadline.h"
#include "drivers/stream.h"

/* Modbus Messaging on TCP/IP V1.0b, 3.1.3: transaction (2), protocol (2), length
 * of what follows (2), unit (1); then the function and its data. */
enum {
    AT_TRANSACTION = 0,
    AT_PROTOCOL = 2,
    AT_LENGTH = 4,
    AT_UNIT = 6,
    AT_FUNCTION = 7,
    AT_EXCEPTION = 8,
    AT_BYTES = 8,
    AT_DATA = 9,
    QUESTION_BYTES = 12,
    BEFORE_UNIT = 6,
    EXCEPTION_BIT = 0x80
};

struct question {
    int unit;
    const struct request *request;
    int timeout_ms;
    int64_t deadline;
};

struct wire {
    struct stream *stream;
    modbus_t *modbus;
    uint16_t transaction;
    int exception;
    char *peer; /* "10.1.5.21:502" */
    char error[512];
};

static char *peer_name(const char *host, int port)
{
    char *name = NULL;
    const char *format = strchr(host, ':') ? "[%s]:%d" : "%s:%d";
    return asprintf(&name, format, host, port) < 0 ? NULL : name;
}

struct wire *wire_new(const char *host, int port)
{
    struct wire *wire = calloc(1, sizeof *wire);
    if (!wire)
        return NULL;
    wire->stream = stream_new(host, port);
    wire->modbus = modbus_new_tcp(NULL, MODBUS_TCP_DEFAULT_PORT); /* a framer: it never connects */
    wire->peer = peer_name(host, port);
    if (!wire->stream || !wire->modbus || !wire->peer) {
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
    free(wire->peer);
    free(wire);
}

static const char *table_name(enum registers_table table)
{
    static const char *const names[] = {
        [TABLE_COIL] = "coils",
        [TABLE_DISCRETE] = "discrete inputs",
        [TABLE_HOLDING] = "holding registers",
        [TABLE_INPUT] = "input registers",
    };
    return names[table];
}

static bool table_is_bits(enum registers_table table)
{
    return table == TABLE_COIL || table == TABLE_DISCRETE;
}

/* Says what happened and, but for an answer, closes the connection. */
__attribute__((format(printf, 4, 5))) static enum wire_outcome
wire_fail(struct wire *wire, const struct question *question, enum wire_outcome outcome, const char *format, ...)
{
    char what[256];
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
    snprintf(wire->error, sizeof wire->error, "%s (%d %s from %d)", what, question->request->count,
             table_name(question->request->table), question->request->address);
    return outcome;
}

static enum wire_outcome wire_fail_errno(struct wire *wire, const struct question *question, int error)
{
    if (error == ETIMEDOUT || error == EAGAIN)
        return wire_fail(wire, question, WIRE_TIMEOUT, "no answer from %s unit %d within %d ms", wire->peer,
                         question->unit, question->timeout_ms);
    if (error == EMBBADDATA)
        return wire_fail(wire, question, WIRE_GARBAGE, "%s unit %d answers with more bytes than an answer has",
                         wire->peer, question->unit);
    char text[128];
    return wire_fail(wire, question, WIRE_CLOSED, "connection lost to %s while asking unit %d: %s", wire->peer,
                     question->unit,
                     error == ECONNRESET ? "closed by the other side" : strerror_r(error, text, sizeof text));
}

static enum wire_outcome wire_connect(struct wire *wire, const struct question *question)
{
    if (!stream_quiet(wire->stream))
        stream_close(wire->stream);
    switch (stream_open(wire->stream, question->deadline)) {
    case STREAM_OPEN:
        modbus_set_socket(wire->modbus, stream_descriptor(wire->stream));
        return WIRE_OK;
    case STREAM_DESCRIPTOR:
        return wire_fail(wire, question, WIRE_DESCRIPTOR, "cannot connect to %s: %s", wire->peer,
                         stream_error(wire->stream));
    case STREAM_FAILED:
    case STREAM_STOPPED:
        break;
    }
    return wire_fail(wire, question, WIRE_CONNECT, "cannot connect to %s: %s (waited for %d ms at most)", wire->peer,
                     stream_error(wire->stream), question->timeout_ms);
}

static void put16(uint8_t *bytes, unsigned value)
{
    bytes[0] = (uint8_t)(value >> 8);
    bytes[1] = (uint8_t)value;
}

static unsigned get16(const uint8_t *bytes)
{
    return (unsigned)bytes[0] << 8 | bytes[1];
}

/* libmodbus 3.1.6 sends raw requests with transaction 0 always, and its own
 * reading functions do not look at the answer's unit and length: so the twelve
 * bytes are written here, and the answer is judged here. */
static enum wire_outcome wire_ask(struct wire *wire, const struct question *question)
{
    uint8_t bytes[QUESTION_BYTES];
    put16(bytes + AT_TRANSACTION, ++wire->transaction);
    put16(bytes + AT_PROTOCOL, 0);
    put16(bytes + AT_LENGTH, QUESTION_BYTES - BEFORE_UNIT);
    bytes[AT_UNIT] = (uint8_t)question->unit;
    bytes[AT_FUNCTION] = (uint8_t)question->request->table;
    put16(bytes + 8, question->request->address);
    put16(bytes + 10, question->request->count);
    if (!stream_send(wire->stream, bytes, sizeof bytes))
        return wire_fail_errno(wire, question, errno);
    return WIRE_OK;
}

/* Takes one frame from the connection until the deadline. */
static enum wire_outcome wire_receive(struct wire *wire, const struct question *question, uint8_t *frame, int *size)
{
    const int left_ms = deadline_left_ms(question->deadline);
    if (left_ms == 0)
        return wire_fail_errno(wire, question, ETIMEDOUT);
    modbus_set_response_timeout(wire->modbus, (uint32_t)left_ms / 1000, (uint32_t)left_ms % 1000 * 1000);
    *size = modbus_receive_confirmation(wire->modbus, frame);
    if (*size < 0)
        return wire_fail_errno(wire, question, errno);
    return WIRE_OK;
}

static enum wire_outcome wire_misfit(struct wire *wire, const struct question *question, const char *what,
                                     unsigned found, unsigned expected)
{
    return wire_fail(wire, question, WIRE_GARBAGE, "%s unit %d: the answer has %s %u where %u was expected", wire->peer,
                     question->unit, what, found, expected);
}

static enum wire_outcome wire_judge(struct wire *wire, const struct question *question, const uint8_t *frame, int size)
{
    const unsigned asked = question->request->table;
    const unsigned count = question->request->count;
    const bool refused = frame[AT_FUNCTION] == (asked | EXCEPTION_BIT);
    const unsigned bytes = table_is_bits(question->request->table) ? (count + 7) / 8 : count * 2;
    const unsigned whole = refused ? AT_EXCEPTION + 1 : AT_DATA + bytes;
    const struct {
        const char *what;
        unsigned found, expected;
    } checks[] = {
        {"transaction", get16(frame + AT_TRANSACTION), wire->transaction},
        {"protocol", get16(frame + AT_PROTOCOL), 0},
        {"unit", frame[AT_UNIT], (unsigned)question->unit},
        {"function", frame[AT_FUNCTION], refused ? asked | EXCEPTION_BIT : asked},
        {"byte count", frame[AT_BYTES], refused ? frame[AT_BYTES] : bytes},
        {"length", get16(frame + AT_LENGTH), whole - BEFORE_UNIT},
        {"size", (unsigned)size, whole},
    };
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
        if (checks[i].found != checks[i].expected)
            return wire_misfit(wire, question, checks[i].what, checks[i].found, checks[i].expected);
    if (!refused)
        return WIRE_OK;
    wire->exception = frame[AT_EXCEPTION];
    return wire_fail(wire, question, WIRE_EXCEPTION, "%s unit %d refuses with exception %d, %s", wire->peer,
                     question->unit, wire->exception, wire_exception_name(wire->exception));
}

static void answer_unpack(const struct request *request, const uint8_t *data, uint16_t *registers)
{
    for (unsigned i = 0; i < request->count; i++)
        registers[i] = table_is_bits(request->table) ? data[i / 8] >> (i % 8) & 1 : (uint16_t)get16(data + 2 * i);
}

/* The one gate to the wire: what is not a bounded read never leaves. */
static bool request_allowed(int unit, const struct request *request)
{
    const int most = table_is_bits(request->table) ? PLAN_BITS_MAX : PLAN_REGISTERS_MAX;
    return unit >= 0 && unit <= 255 && request->table >= TABLE_COIL && request->table <= TABLE_INPUT &&
           request->count >= 1 && request->count <= most && request->address + request->count <= 65536;
}

enum wire_outcome wire_read(struct wire *wire, int unit, const struct request *request, int timeout_ms,
                            uint16_t *registers)
{
    const struct question question = {unit, request, timeout_ms, deadline_after(timeout_ms)};
    uint8_t frame[MODBUS_TCP_MAX_ADU_LENGTH];
    int size = 0;
    wire->error[0] = '\0';
    if (!request_allowed(unit, request)) {
        snprintf(wire->error, sizeof wire->error,
                 "not asked: function %d, %d from %d of unit %d is no read that the protocol allows",
                 (int)request->table, request->count, request->address, unit);
        return WIRE_FORBIDDEN;
    }
    enum wire_outcome outcome = wire_connect(wire, &question);
    if (outcome == WIRE_OK)
        outcome = wire_ask(wire, &question);
    if (outcome == WIRE_OK)
        outcome = wire_receive(wire, &question, frame, &size);
    if (outcome == WIRE_OK)
        outcome = wire_judge(wire, &question, frame, size);
    if (outcome == WIRE_OK)
        answer_unpack(request, frame + AT_DATA, registers);
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
