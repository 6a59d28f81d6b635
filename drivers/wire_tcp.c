/* SPDX-License-Identifier: Apache-2.0 */
/* Modbus TCP: the only file that knows libmodbus. */
#include <errno.h>
#include <modbus.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "drivers/deadline.h"
#include "drivers/wire_parts.h"

struct wire_tcp {
    modbus_t *modbus; /* a framer: it never connects */
    uint16_t transaction;
    size_t taken; /* bytes of whole answers, since the connection was opened */
    int64_t opened_us;
};

struct wire_tcp *wire_tcp_new(void)
{
    struct wire_tcp *tcp = calloc(1, sizeof *tcp);
    if (!tcp)
        return NULL;
    tcp->modbus = modbus_new_tcp(NULL, MODBUS_TCP_DEFAULT_PORT);
    if (!tcp->modbus) {
        free(tcp);
        return NULL;
    }
    modbus_set_error_recovery(tcp->modbus, MODBUS_ERROR_RECOVERY_NONE);
    /* Without a byte time-out the response time-out covers the whole answer;
     * with one, a device that drips a byte now and then could hold us for ever. */
    modbus_set_byte_timeout(tcp->modbus, 0, 0);
    return tcp;
}

void wire_tcp_free(struct wire_tcp *tcp)
{
    if (!tcp)
        return;
    modbus_free(tcp->modbus);
    free(tcp);
}

/* libmodbus 3.1.6 sends raw requests with transaction 0 always, and its own
 * reading functions look at neither the answer's unit nor its length: so
 * frame.c writes the question and judges the answer. */
static enum wire_outcome tcp_ask(struct wire *wire)
{
    uint8_t bytes[FRAME_QUESTION_BYTES];
    wire->question.transaction = ++wire->tcp->transaction;
    frame_ask(&wire->question, bytes);
    return stream_send(wire->stream, bytes, sizeof bytes) ? WIRE_OK : wire_fail_errno(wire, errno);
}

/* What came of an answer that libmodbus gave up: it does not say how much it
 * read, but the kernel does; the rest still waits. */
static size_t tcp_keep(struct wire *wire, uint8_t *frame)
{
    const size_t read = stream_read_bytes(wire->stream);
    size_t size = read > wire->tcp->taken ? read - wire->tcp->taken : 0;
    if (size > MODBUS_TCP_MAX_ADU_LENGTH)
        size = MODBUS_TCP_MAX_ADU_LENGTH;
    const ssize_t rest = stream_take(wire->stream, frame + size, MODBUS_TCP_MAX_ADU_LENGTH - size);
    size += rest > 0 ? (size_t)rest : 0;
    wire_keep(wire, frame, size);
    return size;
}

/* An answer that began and did not end: whoever looks for the fault looks elsewhere than after a silence. */
static enum wire_outcome tcp_fail_partial(struct wire *wire, int error, size_t size)
{
    const size_t whole = request_bytes(wire->question.request) - FRAME_QUESTION_BYTES;
    wire->flaw = size < whole ? FLAW_SHORT : FLAW_OTHER;
    if (error != ETIMEDOUT)
        return wire_fail_errno(wire, error);
    return wire_fail(wire, WIRE_TIMEOUT, "no whole answer from %s unit %d within %d ms: %zu of %zu bytes", wire->peer,
                     wire->unit.unit, wire->unit.timeout_ms, size, whole);
}

/* Takes one frame from the connection until the deadline. */
static enum wire_outcome tcp_receive(struct wire *wire, uint8_t *frame, int *size)
{
    struct wire_tcp *tcp = wire->tcp;
    const int left_ms = deadline_left_ms(wire->deadline);
    if (tcp->opened_us != wire->opened_us)
        tcp->taken = 0;
    tcp->opened_us = wire->opened_us;
    if (left_ms == 0)
        return wire_fail_errno(wire, ETIMEDOUT);
    modbus_set_socket(tcp->modbus, stream_descriptor(wire->stream));
    modbus_set_response_timeout(tcp->modbus, (uint32_t)left_ms / 1000, (uint32_t)left_ms % 1000 * 1000);
    *size = modbus_receive_confirmation(tcp->modbus, frame);
    const int error = errno;
    modbus_set_socket(tcp->modbus, -1);
    if (*size >= 0) {
        tcp->taken += (size_t)*size;
        return WIRE_OK;
    }
    const size_t kept = tcp_keep(wire, frame);
    if (error == EMBBADDATA)
        return wire_fail(wire, WIRE_GARBAGE, "%s unit %d answers with more bytes than an answer has", wire->peer,
                         wire->unit.unit);
    return kept > 0 ? tcp_fail_partial(wire, error, kept) : wire_fail_errno(wire, error);
}

static enum wire_outcome tcp_judge(struct wire *wire, const uint8_t *frame, int size, uint16_t *registers)
{
    struct frame_misfit misfit;
    const enum frame_verdict verdict = frame_judge(&wire->question, frame, (size_t)size, &misfit);
    if (verdict == FRAME_ANSWER) {
        frame_unpack(wire->question.request, frame, registers);
        return WIRE_OK;
    }
    wire_keep(wire, frame, (size_t)size);
    return verdict == FRAME_EXCEPTION ? wire_refused(wire, frame_exception(frame)) : wire_fail_misfit(wire, &misfit);
}

enum wire_outcome wire_tcp_exchange(struct wire *wire, uint16_t *registers)
{
    uint8_t frame[FRAME_ANSWER_BYTES_MAX] = {0};
    int size = 0;
    enum wire_outcome outcome = wire_rest(wire);
    if (outcome == WIRE_OK)
        outcome = tcp_ask(wire);
    if (outcome == WIRE_OK)
        outcome = tcp_receive(wire, frame, &size);
    if (outcome == WIRE_OK)
        outcome = tcp_judge(wire, frame, size, registers);
    wire->ended_us = deadline_now_us();
    return outcome;
}
