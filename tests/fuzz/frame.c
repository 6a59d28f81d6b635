/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as the answer to any question: judged as the specifications have it. */
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/valid.h"

static struct request take_request(struct input *input)
{
    struct request request = {.table = 1 + take8(input) % 4, .address = take16(input), .count = take16(input) % 2048};
    request.wide = request.table >= TABLE_HOLDING && take8(input) % 8 == 0;
    return request;
}

static void must_judge_tcp(const struct question *question, const uint8_t *bytes, size_t size)
{
    uint16_t values[PLAN_BITS_MAX] = {0}, expected[PLAN_BITS_MAX];
    struct frame_misfit misfit = {0};
    size_t whole = 0;
    enum valid valid = valid_tcp(question, bytes, size, &whole, expected);
    if (size != whole)
        valid = VALID_NOT;
    switch (frame_judge(question, bytes, size, &misfit)) {
    case FRAME_ANSWER:
        MUST(valid == VALID_VALUES);
        frame_unpack(question->request, bytes, values);
        const size_t words = request_words(question->request);
        MUST(memcmp(values, expected, words * sizeof *values) == 0);
        break;
    case FRAME_EXCEPTION:
        MUST(valid == VALID_EXCEPTION && frame_exception(bytes) == bytes[8]);
        break;
    case FRAME_MISFIT:
        MUST(valid == VALID_NOT && misfit.what && misfit.found != misfit.expected);
        break;
    case FRAME_NOT_YET:
        MUST(size == 0 && size == 1); /* on TCP a frame is whole when it is judged */
    }
}

/* Whether a byte belongs to the question come back, or to its beginning at the end of what came. */
static bool in_echo(const struct question *question, const uint8_t *bytes, size_t size, size_t at)
{
    uint8_t asked[FRAME_LINE_QUESTION_BYTES];
    frame_line_ask(question, asked);
    for (size_t i = at < sizeof asked ? 0 : at - sizeof asked + 1; i <= at; i++)
        if (memcmp(asked, bytes + i, size - i < sizeof asked ? size - i : sizeof asked) == 0)
            return true;
    return false;
}

/* On a serial line it may begin anywhere, and the question may have come back before it. */
static void must_find(const struct question *question, const uint8_t *bytes, size_t size)
{
    uint16_t values[PLAN_BITS_MAX] = {0}, expected[PLAN_BITS_MAX];
    struct frame_misfit misfit = {0};
    size_t at = SIZE_MAX, whole = 0;
    const enum frame_verdict verdict = frame_line_find(question, bytes, size, &at, &misfit);
    if (verdict == FRAME_ANSWER || verdict == FRAME_EXCEPTION) {
        MUST(at < size);
        const enum valid valid = valid_line(question, bytes + at, size - at, &whole, expected);
        MUST(valid == (verdict == FRAME_ANSWER ? VALID_VALUES : VALID_EXCEPTION));
        if (verdict == FRAME_EXCEPTION)
            return;
        frame_line_unpack(question->request, bytes + at, values);
        MUST(memcmp(values, expected, request_words(question->request) * sizeof *values) == 0);
        return;
    }
    MUST(misfit.what);
    for (size_t i = 0; i < size; i++) /* none is overlooked */
        MUST(valid_line(question, bytes + i, size - i, &whole, expected) == VALID_NOT ||
             in_echo(question, bytes, size, i));
}

static void put_checksum(uint8_t *bytes, size_t size)
{
    const unsigned checksum = valid_checksum(bytes, size - 2);
    bytes[size - 2] = (uint8_t)checksum;
    bytes[size - 1] = (uint8_t)(checksum >> 8);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {data, size};
    const struct request request = take_request(&input);
    const struct question question = {.transaction = take16(&input), .unit = take8(&input), .request = &request};
    if (!frame_allowed(&question))
        return 0;
    const size_t mended = take8(&input);
    MUST(valid_checksum(input.at, input.left) == frame_checksum(input.at, input.left));
    /* Copied, so that a byte too far is noticed. */
    uint8_t *bytes = malloc(input.left + (input.left == 0));
    MUST(bytes);
    if (input.left > 0)
        memcpy(bytes, input.at, input.left);
    const size_t end = mended < input.left ? mended : input.left;
    if (end >= 4) /* chance finds no checksums */
        put_checksum(bytes, end);
    must_judge_tcp(&question, bytes, input.left);
    must_find(&question, bytes, input.left);
    free(bytes);
    return 0;
}
