/* SPDX-License-Identifier: Apache-2.0 */
#include "drivers/frame.h"
#include "drivers/language.h"

#include <string.h>

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

/* How many bytes of values answer a request. */
static unsigned value_bytes(const struct request *request)
{
    return table_is_bits(request->table) ? (request->count + 7u) / 8 : 2 * (unsigned)request_words(request);
}

static void values_unpack(const struct request *request, const uint8_t *data, uint16_t *registers)
{
    const bool bits = table_is_bits(request->table);
    for (unsigned i = 0; i < request_words(request); i++)
        registers[i] = (uint16_t)(bits ? (unsigned)data[i / 8] >> (i % 8) & 1 : get16(data + 2 * i));
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
        *misfit = (struct frame_misfit){N_("size"), (unsigned)size, SMALLEST};
        return FRAME_MISFIT;
    }
    const unsigned asked = question->request->table;
    const unsigned bytes = value_bytes(question->request);
    const bool exception = frame[AT_FUNCTION] == (asked | EXCEPTION_BIT);
    const unsigned whole = exception ? SMALLEST : AT_DATA + bytes;
    const struct frame_misfit checks[] = {
        {N_("transaction"), get16(frame + AT_TRANSACTION), question->transaction},
        {N_("protocol"), get16(frame + AT_PROTOCOL), 0},
        {N_("unit"), frame[AT_UNIT], (unsigned)question->unit},
        {N_("function"), frame[AT_FUNCTION], exception ? asked | EXCEPTION_BIT : asked},
        {N_("byte count"), frame[AT_BYTES], exception ? frame[AT_EXCEPTION] : bytes},
        {N_("length"), get16(frame + AT_LENGTH), whole - BEFORE_UNIT},
        {N_("size"), (unsigned)size, whole},
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
    values_unpack(request, frame + AT_DATA, registers);
}

/* --- on a serial line: unit (1), function (1), data, checksum (2, low byte first) --- */

enum {
    LINE_UNIT = 0,
    LINE_FUNCTION = 1,
    LINE_ADDRESS = 2,   /* of a question */
    LINE_COUNT = 4,     /* of a question */
    LINE_EXCEPTION = 2, /* of an exception */
    LINE_BYTES = 2,     /* of an answer */
    LINE_DATA = 3,      /* of an answer */
    LINE_CHECKSUM_BYTES = 2
};

static const char CHECKSUM[] = "checksum";

uint16_t frame_checksum(const uint8_t *bytes, size_t size)
{
    unsigned checksum = 0xFFFF;
    for (size_t i = 0; i < size; i++) {
        checksum ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            checksum = checksum & 1 ? checksum >> 1 ^ 0xA001 : checksum >> 1;
    }
    return (uint16_t)checksum;
}

size_t frame_line_answer_bytes(const struct question *question)
{
    return LINE_DATA + value_bytes(question->request) + LINE_CHECKSUM_BYTES;
}

void frame_line_ask(const struct question *question, uint8_t bytes[static FRAME_LINE_QUESTION_BYTES])
{
    bytes[LINE_UNIT] = (uint8_t)question->unit;
    bytes[LINE_FUNCTION] = (uint8_t)question->request->table;
    put16(bytes + LINE_ADDRESS, question->request->address);
    put16(bytes + LINE_COUNT, question->request->count);
    const uint16_t checksum = frame_checksum(bytes, FRAME_LINE_QUESTION_BYTES - LINE_CHECKSUM_BYTES);
    bytes[FRAME_LINE_QUESTION_BYTES - 2] = (uint8_t)checksum;
    bytes[FRAME_LINE_QUESTION_BYTES - 1] = (uint8_t)(checksum >> 8);
}

/* Judges the frame that would begin here: FRAME_NOT_YET when all fits so far. */
static enum frame_verdict line_judge(const struct question *question, const uint8_t *bytes, size_t size,
                                     struct frame_misfit *misfit)
{
    static const char *const names[] = {N_("unit"), "function", "byte count"};
    const unsigned asked = question->request->table;
    const bool exception = size > LINE_EXCEPTION && bytes[LINE_FUNCTION] == (asked | EXCEPTION_BIT);
    const unsigned head[] = {(unsigned)question->unit, exception ? asked | EXCEPTION_BIT : asked,
                             exception ? bytes[LINE_EXCEPTION] : value_bytes(question->request)};
    const size_t whole = exception ? FRAME_LINE_EXCEPTION_BYTES : frame_line_answer_bytes(question);
    for (size_t i = 0; i < LINE_DATA && i < size; i++)
        if (bytes[i] != head[i]) {
            *misfit = (struct frame_misfit){names[i], bytes[i], head[i]};
            return FRAME_MISFIT;
        }
    if (size < whole) {
        *misfit = (struct frame_misfit){N_("size"), (unsigned)size, (unsigned)whole};
        return FRAME_NOT_YET;
    }
    const unsigned checksum = frame_checksum(bytes, whole - LINE_CHECKSUM_BYTES);
    const unsigned found = bytes[whole - 2] | (unsigned)bytes[whole - 1] << 8;
    *misfit = (struct frame_misfit){CHECKSUM, found, checksum};
    if (found != checksum)
        return FRAME_MISFIT;
    return exception ? FRAME_EXCEPTION : FRAME_ANSWER;
}

/* How many of the bytes here are the question come back. */
static size_t line_echo(const uint8_t *asked, const uint8_t *bytes, size_t size)
{
    const size_t most = size < FRAME_LINE_QUESTION_BYTES ? size : FRAME_LINE_QUESTION_BYTES;
    return memcmp(asked, bytes, most) == 0 ? most : 0;
}

enum frame_verdict frame_line_find(const struct question *question, const uint8_t *bytes, size_t size, size_t *at,
                                   struct frame_misfit *misfit)
{
    uint8_t asked[FRAME_LINE_QUESTION_BYTES];
    bool told = false, growing = false, broken = false;
    frame_line_ask(question, asked);
    *misfit = (struct frame_misfit){N_("size"), 0, (unsigned)frame_line_answer_bytes(question)};
    for (size_t i = 0, echo; i < size; i += echo ? echo : 1) {
        struct frame_misfit here;
        echo = line_echo(asked, bytes + i, size - i);
        if (echo == FRAME_LINE_QUESTION_BYTES)
            continue;
        enum frame_verdict verdict = line_judge(question, bytes + i, size - i, &here);
        if (echo) /* its first bytes are never taken for an answer, whatever they fit */
            verdict = FRAME_NOT_YET;
        if (verdict == FRAME_ANSWER || verdict == FRAME_EXCEPTION) {
            *at = i;
            return verdict;
        }
        growing = growing || verdict == FRAME_NOT_YET;
        const bool breaks = verdict == FRAME_MISFIT && here.what == CHECKSUM;
        if (!told || (breaks && !broken)) /* of the first bytes, but a broken frame before all */
            *misfit = here;
        told = true;
        broken = broken || breaks;
    }
    return broken && !growing ? FRAME_MISFIT : FRAME_NOT_YET;
}

bool frame_line_is_echo(const struct question *question, const uint8_t *bytes, size_t size)
{
    uint8_t asked[FRAME_LINE_QUESTION_BYTES];
    frame_line_ask(question, asked);
    return size == 0 || (size == sizeof asked && memcmp(asked, bytes, size) == 0);
}

int frame_line_exception(const uint8_t *frame)
{
    return frame[LINE_EXCEPTION];
}

void frame_line_unpack(const struct request *request, const uint8_t *frame, uint16_t *registers)
{
    values_unpack(request, frame + LINE_DATA, registers);
}
