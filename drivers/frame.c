/* SPDX-License-Identifier: Apache-2.0 */
#include "drivers/frame.h"

/* Modbus Messaging on TCP/IP V1.0b, 3.1.3: transaction (2), protocol (2), length
 * of what follows (2), unit (1); then the function and its data. */
enum {
    AT_TRANSACTION = 0,
    AT_PROTOCOL = 2,
    AT_LENGTH = 4,
    AT_UNIT = 6,
    AT_FUNCTION = 7,
    AT_ADDRESS = 8,   /* of a question */
    AT_COUNT = 10,    /* of a question */
    AT_EXCEPTION = 8, /* of an exception */
    AT_BYTES = 8,     /* of an answer */
    AT_DATA = 9,      /* of an answer */
    BEFORE_UNIT = 6,
    SMALLEST = 9, /* an exception */
    EXCEPTION_BIT = 0x80
};

static void put16(uint8_t *bytes, unsigned value)
{
    bytes[0] = (uint8_t)(value >> 8);
    bytes[1] = (uint8_t)value;
}

static unsigned get16(const uint8_t *bytes)
{
    return (unsigned)bytes[0] << 8 | bytes[1];
}

static bool table_is_bits(enum registers_table table)
{
    return table == TABLE_COIL || table == TABLE_DISCRETE;
}

bool frame_allowed(const struct question *question)
{
    const struct request *request = question->request;
    return question->unit >= 0 && question->unit <= 255 && request->table >= TABLE_COIL &&
           request->table <= TABLE_INPUT && request->count >= 1 && request->count <= request_most(request) &&
           request->address + request->count <= 65536;
}

void frame_ask(const struct question *question, uint8_t bytes[static FRAME_QUESTION_BYTES])
{
    put16(bytes + AT_TRANSACTION, question->transaction);
    put16(bytes + AT_PROTOCOL, 0);
    put16(bytes + AT_LENGTH, FRAME_QUESTION_BYTES - BEFORE_UNIT);
    bytes[AT_UNIT] = (uint8_t)question->unit;
    bytes[AT_FUNCTION] = (uint8_t)question->request->table;
    put16(bytes + AT_ADDRESS, question->request->address);
    put16(bytes + AT_COUNT, question->request->count);
}

enum frame_verdict frame_judge(const struct question *question, const uint8_t *frame, size_t size,
                               struct frame_misfit *misfit)
{
    if (size < SMALLEST) {
        *misfit = (struct frame_misfit){"size", (unsigned)size, SMALLEST};
        return FRAME_MISFIT;
    }
    const unsigned asked = question->request->table;
    const struct request *request = question->request;
    const unsigned bytes =
        table_is_bits(request->table) ? (request->count + 7u) / 8 : 2 * (unsigned)request_words(request);
    const bool exception = frame[AT_FUNCTION] == (asked | EXCEPTION_BIT);
    const unsigned whole = exception ? SMALLEST : AT_DATA + bytes;
    const struct frame_misfit checks[] = {
        {"transaction", get16(frame + AT_TRANSACTION), question->transaction},
        {"protocol", get16(frame + AT_PROTOCOL), 0},
        {"unit", frame[AT_UNIT], (unsigned)question->unit},
        {"function", frame[AT_FUNCTION], exception ? asked | EXCEPTION_BIT : asked},
        {"byte count", frame[AT_BYTES], exception ? frame[AT_EXCEPTION] : bytes},
        {"length", get16(frame + AT_LENGTH), whole - BEFORE_UNIT},
        {"size", (unsigned)size, whole},
    };
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
        if (checks[i].found != checks[i].expected) {
            *misfit = checks[i];
            return FRAME_MISFIT;
        }
    return exception ? FRAME_EXCEPTION : FRAME_ANSWER;
}

int frame_exception(const uint8_t *frame)
{
    return frame[AT_EXCEPTION];
}

void frame_unpack(const struct request *request, const uint8_t *frame, uint16_t *registers)
{
    const uint8_t *data = frame + AT_DATA;
    const bool bits = table_is_bits(request->table);
    for (unsigned i = 0; i < request_words(request); i++)
        registers[i] = (uint16_t)(bits ? (unsigned)data[i / 8] >> (i % 8) & 1 : get16(data + 2 * i));
}
