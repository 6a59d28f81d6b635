/* SPDX-License-Identifier: Apache-2.0 */
#include "simulators/reply.h"

#include <string.h>

#include "simulators/noise.h"

enum { HEAD = 7, FUNCTION_AT = HEAD, DATA_AT = HEAD + 1, READ_REQUEST = 12 };
enum { ILLEGAL_FUNCTION = 1, ILLEGAL_VALUE = 3, NO_TARGET = 11, EXCEPTION_BIT = 0x80 };
enum { CHANNEL_GARBAGE = 80 };

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
    if (have < 6)
        return 0;
    const unsigned follows = big(bytes + 4);
    if (big(bytes + 2) != 0 || follows < 2 || follows > REPLY_FRAME_MAX - 6)
        return -1;
    return (int)follows + 6;
}

static void finish(struct reply *reply, size_t length)
{
    reply->length = length;
    put_big(reply->bytes + 4, length - 6);
}

static void refuse(struct reply *reply, const uint8_t *request, int code)
{
    reply->bytes[FUNCTION_AT] = (uint8_t)(request[FUNCTION_AT] | EXCEPTION_BIT);
    reply->bytes[DATA_AT] = (uint8_t)code;
    finish(reply, DATA_AT + 1);
}

static bool is_write(int function)
{
    return function == 5 || function == 6 || function == 15 || function == 16 || function == 22 || function == 23;
}

/* The question of a read; the exception code where it is none. */
static int parse_read(const uint8_t *bytes, size_t length, struct request *request)
{
    const int function = bytes[FUNCTION_AT];
    if (function < TABLE_COIL || function > TABLE_INPUT)
        return ILLEGAL_FUNCTION;
    if (length != READ_REQUEST)
        return ILLEGAL_VALUE;
    request->table = (enum registers_table)function;
    request->address = (uint16_t)big(bytes + DATA_AT);
    request->count = (uint16_t)big(bytes + DATA_AT + 2);
    const bool bits = function == TABLE_COIL || function == TABLE_DISCRETE;
    if (request->count == 0 || request->count > (bits ? PLAN_BITS_MAX : PLAN_REGISTERS_MAX))
        return ILLEGAL_VALUE;
    return 0;
}

static void pack(struct reply *reply, const struct request *request, const uint16_t *words)
{
    uint8_t *data = reply->bytes + DATA_AT + 1;
    size_t size = (size_t)request->count * 2;
    if (request->table == TABLE_HOLDING || request->table == TABLE_INPUT) {
        for (size_t i = 0; i < request->count; i++)
            put_big(data + 2 * i, words[i]);
    } else {
        size = ((size_t)request->count + 7) / 8;
        memset(data, 0, size);
        for (size_t i = 0; i < request->count; i++)
            data[i / 8] = (uint8_t)(data[i / 8] | (words[i] ? 1U << i % 8 : 0U));
    }
    reply->bytes[DATA_AT] = (uint8_t)size;
    finish(reply, DATA_AT + 1 + size);
}

/* Whether a request touches a point; any does where the fault names none. */
static bool touches(const struct device *device, const struct ailment *ailment, const struct request *request)
{
    if (ailment->point < 0)
        return true;
    const struct point *point = &device->profile->point[ailment->point];
    return point->table == request->table && point->address < request->address + request->count &&
           point->address + point_words(point) > request->address;
}

/* The fault of the wire that this answer suffers, the last one given first. */
static bool take_wire_fault(struct device *device, const struct request *request, struct ailment *fault)
{
    for (int i = device->ailments - 1; i >= 0; i--) {
        struct ailment *ailment = &device->ailment[i];
        if (fault_form(ailment->kind)->scope != FAULT_OF_WIRE || !touches(device, ailment, request))
            continue;
        *fault = *ailment;
        device_ailment_used(device, ailment);
        return true;
    }
    return false;
}

static void fill_with_garbage(struct reply *reply, const struct device *device, int64_t at_ms)
{
    reply->length = (size_t)noise_between(device->seed, CHANNEL_GARBAGE, (uint64_t)at_ms, 9, 200);
    for (size_t i = 0; i < reply->length; i++)
        reply->bytes[i] = (uint8_t)noise_hash(device->seed, CHANNEL_GARBAGE + (uint64_t)at_ms, i);
}

static void spoil(struct reply *reply, const struct device *device, const struct ailment *ailment, int64_t at_ms)
{
    switch (ailment->kind) {
    case FAULT_SLOW:
    case FAULT_LATE:
        reply->delay_ms = ailment->value;
        break;
    case FAULT_DRIP:
        reply->drip_ms = ailment->value;
        break;
    case FAULT_GARBAGE:
        fill_with_garbage(reply, device, at_ms);
        break;
    case FAULT_CUT:
        reply->length /= 2;
        reply->close = true;
        break;
    case FAULT_CLOSE:
        reply->length = 0;
        reply->close = true;
        break;
    case FAULT_SHORT:
        reply->bytes[DATA_AT] = (uint8_t)(reply->bytes[DATA_AT] - 2);
        finish(reply, reply->length - 2);
        break;
    case FAULT_EXTRA:
        memcpy(reply->bytes + reply->length, "\1\2\3", 3);
        reply->length += 3;
        break;
    case FAULT_WRONG_UNIT:
        reply->bytes[REPLY_UNIT_AT] ^= 0x55;
        break;
    case FAULT_WRONG_TRANSACTION:
        reply->bytes[1] ^= 0x55;
        break;
    case FAULT_WRONG_FUNCTION:
        reply->bytes[FUNCTION_AT] ^= 0x07;
        break;
    default: /* silent; the rest is not of the wire */
        reply->length = 0;
        break;
    }
}

static void count_answer(struct device *device, const struct reply *reply, const struct ailment *fault)
{
    struct device_requests *requests = &device->requests;
    if (reply->length > DATA_AT && reply->bytes[FUNCTION_AT] & EXCEPTION_BIT &&
        (!fault || fault->kind == FAULT_EXCEPTION))
        requests->exceptions++;
    else if (!fault || fault->kind == FAULT_SLOW)
        requests->answered++;
    else
        requests->spoiled++;
}

static void answer_read(struct device *device, const uint8_t *bytes, const struct request *request,
                        struct reply_time at, struct reply *reply)
{
    uint16_t words[PLAN_BITS_MAX];
    struct ailment taken;
    const struct ailment *fault = take_wire_fault(device, request, &taken) ? &taken : NULL;
    const bool clean = !fault || fault->kind == FAULT_SLOW;
    if (fault && fault->kind == FAULT_EXCEPTION) {
        refuse(reply, bytes, (int)fault->value);
    } else {
        const int code = device_read(device, request, clean, at.sim_ms, at.wall_ms, words);
        if (code)
            refuse(reply, bytes, code);
        else
            pack(reply, request, words);
        if (fault)
            spoil(reply, device, fault, at.sim_ms);
    }
    count_answer(device, reply, fault);
}

void reply_make(struct device *device, const uint8_t *request, size_t length, struct reply_time at, struct reply *reply)
{
    struct request read = {0};
    reply->length = 0;
    reply->delay_ms = reply->drip_ms = 0;
    reply->close = false;
    memcpy(reply->bytes, request, DATA_AT);
    if (!device) {
        refuse(reply, request, NO_TARGET);
        return;
    }
    device->requests.asked++;
    const int code = parse_read(request, length, &read);
    if (code == 0) {
        answer_read(device, request, &read, at, reply);
        return;
    }
    device->requests.exceptions++;
    device->requests.writes_refused += is_write(request[FUNCTION_AT]);
    refuse(reply, request, code);
}
