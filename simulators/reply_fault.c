/* SPDX-License-Identifier: Apache-2.0 */
/* What faults of the wire make of an answer. */
#include <string.h>

#include "simulators/noise.h"
#include "simulators/reply.h"

enum { CHANNEL_GARBAGE = 80 };

static void fill_with_chance(uint8_t *bytes, size_t count, const struct device *device, int64_t at_ms)
{
    for (size_t i = 0; i < count; i++)
        bytes[i] = (uint8_t)noise_hash(device->seed, CHANNEL_GARBAGE + (uint64_t)at_ms, i);
}

/* Makes room in front of the answer. */
static void push_back(struct reply *reply, size_t count)
{
    memmove(reply->bytes + count, reply->bytes, reply->length);
    reply->length += count;
}

/* `before` bytes of other answers have gone since the last that was lost. */
static void lose_each_nth(struct reply *reply, int64_t n, int64_t before)
{
    size_t kept = 0;
    for (size_t i = 0; i < reply->length; i++)
        if (++before % n != 0)
            reply->bytes[kept++] = reply->bytes[i];
    reply->length = kept;
}

/* Faults inside the frame, which is whole in itself all the same. */
static void spoil_frame(struct reply *reply, enum reply_framing framing, enum fault_kind kind)
{
    const size_t function_at = reply_function_at(framing);
    const bool refusal = reply->bytes[function_at] & 0x80; /* has no byte count */
    size_t end = reply->length - reply_tail(framing);
    if (kind == FAULT_WRONG_UNIT)
        reply->bytes[reply_unit_at(framing)] ^= 0x55;
    else if (kind == FAULT_WRONG_FUNCTION)
        reply->bytes[function_at] ^= 0x07;
    else if (kind == FAULT_WRONG_LENGTH && !refusal)
        reply->bytes[function_at + 1] = (uint8_t)(reply->bytes[function_at + 1] + 2);
    else if (kind == FAULT_SHORT && !refusal && reply->bytes[function_at + 1] >= 2) {
        reply->bytes[function_at + 1] = (uint8_t)(reply->bytes[function_at + 1] - 2);
        end -= 2;
    }
    reply_finish(reply, framing, end);
}

void reply_spoil(struct reply *reply, const struct reply_request *request, const struct device *device,
                 const struct ailment *fault, int64_t at_ms)
{
    switch (fault->kind) {
    case FAULT_EXCEPTION:
        return;
    case FAULT_SLOW:
    case FAULT_LATE:
        reply->delay_ms = fault->value;
        return;
    case FAULT_DRIP:
        reply->drip_ms = fault->value;
        return;
    case FAULT_GARBAGE:
        reply->length = (size_t)noise_between(device->seed, CHANNEL_GARBAGE, (uint64_t)at_ms, 9, 200);
        fill_with_chance(reply->bytes, reply->length, device, at_ms);
        return;
    case FAULT_CUT:
        reply->length /= 2;
        reply->close = true;
        return;
    case FAULT_CLOSE:
        reply->length = 0;
        reply->close = true;
        return;
    case FAULT_EXTRA:
        memcpy(reply->bytes + reply->length, "\1\2\3", 3);
        reply->length += 3;
        return;
    case FAULT_WRONG_TRANSACTION:
        reply->bytes[1] ^= 0x55;
        return;
    case FAULT_SHORT:
    case FAULT_WRONG_UNIT:
    case FAULT_WRONG_FUNCTION:
    case FAULT_WRONG_LENGTH:
        spoil_frame(reply, request->framing, fault->kind);
        return;
    case FAULT_BAD_CRC:
        reply->bytes[reply->length - 1] ^= 0x55;
        return;
    case FAULT_LOST:
        lose_each_nth(reply, fault->value, fault->rest);
        return;
    case FAULT_ECHO:
        push_back(reply, request->length);
        memcpy(reply->bytes, request->bytes, request->length);
        return;
    case FAULT_LINE_NOISE:
        push_back(reply, (size_t)fault->value);
        fill_with_chance(reply->bytes, (size_t)fault->value, device, at_ms);
        return;
    default: /* silent; the rest is not of the wire */
        reply->length = 0;
        return;
    }
}
