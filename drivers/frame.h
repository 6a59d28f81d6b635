/* SPDX-License-Identifier: Apache-2.0 */
/* Questions and answers of Modbus as bytes, on TCP and on serial lines. Pure. Only
 * reads can be written. */
#ifndef COALTALLY_FRAME_H
#define COALTALLY_FRAME_H

#include "drivers/plan.h"

enum {
    FRAME_QUESTION_BYTES = 12, /* on TCP */
    FRAME_ANSWER_BYTES_MAX = 260,
    FRAME_LINE_QUESTION_BYTES = 8, /* on a serial line */
    FRAME_LINE_ANSWER_BYTES_MAX = 256,
    FRAME_LINE_EXCEPTION_BYTES = 5
};

/* What is asked of whom. */
struct question {
    uint16_t transaction; /* on TCP only */
    int unit;
    const struct request *request;
};

/* Whether it is a read of one of the four tables within the protocol's bounds. */
bool frame_allowed(const struct question *question);

enum frame_verdict {
    FRAME_ANSWER,
    FRAME_EXCEPTION,
    FRAME_MISFIT, /* what came does not answer the question */
    FRAME_NOT_YET /* nor does it, but what is still to come may */
};

/* What does not fit: "unit" 3 where 1 was expected. */
struct frame_misfit {
    const char *what;
    unsigned found, expected;
};

/* --- on TCP --- */

/* Writes the bytes of a question that is allowed. */
void frame_ask(const struct question *question, uint8_t bytes[static FRAME_QUESTION_BYTES]);

/* Judges every byte of an answer's head and its whole size against the question;
 * *misfit is set with FRAME_MISFIT. An exception's code is frame_exception(). */
enum frame_verdict frame_judge(const struct question *question, const uint8_t *frame, size_t size,
                               struct frame_misfit *misfit);
int frame_exception(const uint8_t *frame);

/* Takes the values out of a FRAME_ANSWER: registers, or bits, one a uint16_t. */
void frame_unpack(const struct request *request, const uint8_t *frame, uint16_t *registers);

/* --- on a serial line: Modbus over Serial Line V1.02, 2.5.1 --- */

/* CRC-16 of Modbus; of a frame with its checksum behind it, 0. */
uint16_t frame_checksum(const uint8_t *bytes, size_t size);

/* Bytes of the whole frame that answers a question, if it is no exception. */
size_t frame_line_answer_bytes(const struct question *question);

/* The question as it goes over a serial line: address, body, checksum. */
void frame_line_ask(const struct question *question, uint8_t bytes[static FRAME_LINE_QUESTION_BYTES]);

/* Looks for the answer in all that came since the question was sent, and says
 * where it begins in *at. Before it may be noise, an echo of the question (RS-485
 * adapters do that), or the late answer of somebody else; it counts when its unit,
 * function, byte count, length and checksum all fit. FRAME_MISFIT when a whole
 * frame came that fits in all but the checksum. Without an answer *misfit says what is wrong
 * with the first bytes; size 0 when nothing but an echo came. */
enum frame_verdict frame_line_find(const struct question *question, const uint8_t *bytes, size_t size, size_t *at,
                                   struct frame_misfit *misfit);

/* Whether all that came is the question, or nothing. */
bool frame_line_is_echo(const struct question *question, const uint8_t *bytes, size_t size);

int frame_line_exception(const uint8_t *frame);
void frame_line_unpack(const struct request *request, const uint8_t *frame, uint16_t *registers);

#endif
