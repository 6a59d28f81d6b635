/* SPDX-License-Identifier: Apache-2.0 */
/* What answers a question of Modbus, written once more from the specifications and
 * by none of the code under test. */
#ifndef COALTALLY_FUZZ_VALID_H
#define COALTALLY_FUZZ_VALID_H

#include <stdbool.h>

#include "drivers/frame.h"

enum valid { VALID_NOT, VALID_EXCEPTION, VALID_VALUES };

/* The checksum of serial lines as polynomial division: x^16 + x^15 + x^2 + 1, the
 * lowest bit of each byte first, begun with all ones. */
static inline unsigned valid_checksum(const uint8_t *bytes, size_t size)
{
    unsigned rest = 0xFFFF, turned = 0;
    for (size_t bit = 0; bit < 8 * size; bit++) {
        const unsigned in = (unsigned)bytes[bit / 8] >> bit % 8 & 1;
        const unsigned out = rest >> 15 & 1;
        rest = (rest << 1 & 0xFFFF) ^ (in != out ? 0x8005u : 0);
    }
    for (int bit = 0; bit < 16; bit++)
        turned |= (rest >> bit & 1) << (15 - bit);
    return turned;
}

/* Function, byte count and values: *size becomes what they take. */
static inline enum valid valid_body(const struct request *request, const uint8_t *body, size_t left, size_t *size,
                                    uint16_t *values)
{
    const bool bits = request->table == TABLE_COIL || request->table == TABLE_DISCRETE;
    const size_t bytes = bits ? (request->count + 7u) / 8 : request->count * (request->wide ? 4u : 2u);
    *size = 2;
    if (left >= 2 && body[0] == 0x80 + (int)request->table)
        return VALID_EXCEPTION;
    *size = 2 + bytes;
    if (left < *size || body[0] != request->table || body[1] != bytes)
        return VALID_NOT;
    for (size_t i = 0; i < (bits ? request->count : bytes / 2); i++)
        values[i] = bits ? (body[2 + i / 8] >> i % 8) % 2 : (uint16_t)(body[2 + 2 * i] * 256 + body[3 + 2 * i]);
    return VALID_VALUES;
}

/* The frame on TCP that begins here, of `size` bytes or more. */
static inline enum valid valid_tcp(const struct question *question, const uint8_t *bytes, size_t size, size_t *whole,
                                   uint16_t *values)
{
    size_t body;
    if (size < 8)
        return VALID_NOT;
    const enum valid valid = valid_body(question->request, bytes + 7, size - 7, &body, values);
    *whole = 7 + body;
    const bool head = bytes[0] * 256 + bytes[1] == question->transaction && bytes[2] == 0 && bytes[3] == 0 &&
                      bytes[4] * 256u + bytes[5] == body + 1 && bytes[6] == question->unit;
    return head && size >= *whole ? valid : VALID_NOT;
}

/* The frame on a serial line that begins here. */
static inline enum valid valid_line(const struct question *question, const uint8_t *bytes, size_t size, size_t *whole,
                                    uint16_t *values)
{
    size_t body;
    if (size < 1 || bytes[0] != question->unit)
        return VALID_NOT;
    const enum valid valid = valid_body(question->request, bytes + 1, size - 1, &body, values);
    *whole = 1 + body + 2;
    if (size < *whole || bytes[*whole - 2] + 256u * bytes[*whole - 1] != valid_checksum(bytes, *whole - 2))
        return VALID_NOT;
    return valid;
}

#endif
