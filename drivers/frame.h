/* SPDX-License-Identifier: Apache-2.0 */
/* Questions and answers of Modbus TCP as bytes. Pure. Only reads can be written. */
#ifndef COALTALLY_FRAME_H
#define COALTALLY_FRAME_H

#include "drivers/plan.h"

enum { FRAME_QUESTION_BYTES = 12, FRAME_ANSWER_BYTES_MAX = 260 };

/* What is asked of whom. */
struct question {
    uint16_t transaction;
    int unit;
    const struct request *request;
};

/* Whether it is a read of one of the four tables within the protocol's bounds. */
bool frame_allowed(const struct question *question);

/* Writes the bytes of a question that is allowed. */
void frame_ask(const struct question *question, uint8_t bytes[static FRAME_QUESTION_BYTES]);

enum frame_verdict { FRAME_ANSWER, FRAME_EXCEPTION, FRAME_MISFIT };

/* What does not fit: "unit" 3 where 1 was expected. */
struct frame_misfit {
    const char *what;
    unsigned found, expected;
};

/* Judges every byte of an answer's head and its whole size against the question;
 * *misfit is set with FRAME_MISFIT. An exception's code is frame_exception(). */
enum frame_verdict frame_judge(const struct question *question, const uint8_t *frame, size_t size,
                               struct frame_misfit *misfit);
int frame_exception(const uint8_t *frame);

/* Takes the values out of a FRAME_ANSWER: registers, or bits, one a uint16_t. */
void frame_unpack(const struct request *request, const uint8_t *frame, uint16_t *registers);

#endif
