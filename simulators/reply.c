/* SPDX-License-Identifier: Apache-2.0 */
#include "simulators/reply.h"

#include <string.h>

#include "drivers/frame.h"

enum { ILLEGAL_FUNCTION = 1, ILLEGAL_VALUE = 3, NO_TARGET = 11, EXCEPTION_BIT = 0x80 };
enum { READ_PDU = 5, TCP_LENGTH_AT = 4, TCP_LENGTH_END = 6 };

static const struct framing {
    size_t unit_at, function_at, tail;
} framings[] = {[REPLY_TCP] = {6, 7, 0}, [REPLY_RTU] = {0, 1, 2}};

size_t reply_unit_at(enum reply_framing framing)
{
    return framings[framing].unit_at;
}

size_t reply_function_at(enum reply_framing framing)
{
    return framings[framing].function_at;
}

size_t reply_tail(enum reply_framing framing)
{
    return framings[framing].tail;
}

static unsigned big(const uint8_t *bytes)
{
    return (unsigned)bytes[0] << 8 | bytes[1];
}

static void put_big(uint8_t *bytes, size_t value)
{
    bytes[0] = (uint8_t)(value >> 8);
    bytes[1] = (uint8_t)value;
}

int reply_request_length(const uint8_t *bytes, size_t have)
{
    if (have < TCP_LENGTH_END)
        return 0;
    const unsigned follows = big(bytes + TCP_LENGTH_AT);
    if (big(bytes + 2) != 0 || follows < 2 || follows > REPLY_FRAME_MAX - TCP_LENGTH_END)
        return -1;
    return (int)follows + TCP_LENGTH_END;
}

bool reply_frame_is_whole(const uint8_t *bytes, size_t count)
{
    /* what follows its own CRC makes the CRC of all 0 */
    return count >= 4 && frame_checksum(bytes, count) == 0;
}

void reply_finish(struct reply *reply, enum reply_framing framing, size_t end)
{
    reply->length = end + framings[framing].tail;
    if (framing == REPLY_TCP) {
        put_big(reply->bytes + TCP_LENGTH_AT, end - TCP_LENGTH_END);
        return;
    }
    const uint16_t crc = frame_checksum(reply->bytes, end);
    reply->bytes[end] = (uint8_t)crc;
    reply->bytes[end + 1] = (uint8_t)(crc >> 8);
}

static void refuse(struct reply *reply, enum reply_framing framing, int code)
{
    uint8_t *function = reply->bytes + framings[framing].function_at;
    function[0] |= EXCEPTION_BIT;
    function[1] = (uint8_t)code;
    reply_finish(reply, framing, framings[framing].function_at + 2);
}

static bool is_write(int function)
{
    return function == 5 || function == 6 || function == 15 || function == 16 || function == 22 || function == 23;
}

/* The question of a read; the exception code where it is none. */
static int parse_read(const struct reply_request *from, struct request *request)
{
    const struct framing *framing = &framings[from->framing];
    const uint8_t *pdu = from->bytes + framing->function_at;
    if (pdu[0] < TABLE_COIL || pdu[0] > TABLE_INPUT)
        return ILLEGAL_FUNCTION;
    if (from->length != framing->function_at + READ_PDU + framing->tail)
        return ILLEGAL_VALUE;
    request->table = (enum registers_table)pdu[0];
    request->address = (uint16_t)big(pdu + 1);
    request->count = (uint16_t)big(pdu + 3);
    return request->count == 0 ? ILLEGAL_VALUE : 0;
}

/* Bytes of data in a good answer. */
static size_t data_size(const struct request *request)
{
    const bool bits = request->table == TABLE_COIL || request->table == TABLE_DISCRETE;
    return bits ? ((size_t)request->count + 7) / 8 : request_words(request) * 2;
}

static void pack(struct reply *reply, enum reply_framing framing, const struct request *request, const uint16_t *words)
{
    const size_t size = data_size(request), size_at = framings[framing].function_at + 1;
    uint8_t *data = reply->bytes + size_at + 1;
    memset(data, 0, size);
    if (request->table == TABLE_HOLDING || request->table == TABLE_INPUT)
        for (size_t i = 0; i < request_words(request); i++)
            put_big(data + 2 * i, words[i]);
    else
        for (size_t i = 0; i < request->count; i++)
            data[i / 8] = (uint8_t)(data[i / 8] | (words[i] ? 1U << i % 8 : 0U));
    reply->bytes[size_at] = (uint8_t)size;
    reply_finish(reply, framing, size_at + 1 + size);
}

/* Every Nth byte is lost, through all answers: one may come through whole. */
static bool loses_nothing(struct ailment *ailment, size_t length)
{
    if (ailment->kind != FAULT_LOST || ailment->rest + (int64_t)length >= ailment->value)
        return false;
    ailment->rest += (int64_t)length;
    return true;
}

/* The fault of the wire that an answer of this length suffers, the last one given first. */
static bool take_wire_fault(struct device *device, const struct request *request, size_t length, struct ailment *fault)
{
    for (int i = device->ailments - 1; i >= 0; i--) {
        struct ailment *ailment = &device->ailment[i];
        if (fault_form(ailment->kind)->scope != FAULT_OF_WIRE ||
            (ailment->point >= 0 && !device_touches(device, ailment->point, request)) || loses_nothing(ailment, length))
            continue;
        *fault = *ailment;
        if (ailment->kind == FAULT_LOST)
            ailment->rest = (ailment->rest + (int64_t)length) % ailment->value;
        device_ailment_used(device, ailment);
        return true;
    }
    return false;
}

static void count_answer(struct device *device, bool refused, const struct ailment *fault)
{
    struct device_requests *requests = &device->requests;
    if (refused && (!fault || fault->kind == FAULT_EXCEPTION))
        requests->exceptions++;
    else if (!fault || fault->kind == FAULT_SLOW)
        requests->answered++;
    else
        requests->spoiled++;
}

static void answer_read(struct device *device, const struct reply_request *from, const struct request *request,
                        struct reply_time at, struct reply *reply)
{
    uint16_t words[PLAN_BITS_MAX];
    struct ailment taken;
    const struct framing *framing = &framings[from->framing];
    const size_t length = framing->function_at + 2 + data_size(request) + framing->tail;
    const struct ailment *fault = take_wire_fault(device, request, length, &taken) ? &taken : NULL;
    const bool clean = !fault || fault->kind == FAULT_SLOW;
    int code = fault && fault->kind == FAULT_EXCEPTION ? (int)fault->value : 0;
    if (!code)
        code = device_read(device, request, clean, at.sim_ms, at.wall_ms, words);
    if (code)
        refuse(reply, from->framing, code);
    else
        pack(reply, from->framing, request, words);
    if (fault)
        reply_spoil(reply, from, device, fault, at.sim_ms);
    count_answer(device, code != 0, fault);
}

void reply_make(struct device *device, const struct reply_request *request, struct reply_time at, struct reply *reply)
{
    const size_t function_at = framings[request->framing].function_at;
    struct request read = {0};
    reply->length = 0;
    reply->delay_ms = reply->drip_ms = 0;
    reply->close = false;
    memcpy(reply->bytes, request->bytes, function_at + 1);
    if (!device) {
        if (request->framing == REPLY_TCP)
            refuse(reply, request->framing, NO_TARGET);
        return;
    }
    device->requests.asked++;
    int code = parse_read(request, &read);
    if (code == 0) { /* registers of 4 bytes are told by their addresses */
        images_find(device->image, &read);
        if (read.count > request_most(&read))
            code = ILLEGAL_VALUE;
    }
    if (code == 0) {
        answer_read(device, request, &read, at, reply);
        return;
    }
    device->requests.exceptions++;
    device->requests.writes_refused += is_write(request->bytes[function_at]);
    refuse(reply, request->framing, code);
}
