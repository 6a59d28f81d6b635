/* SPDX-License-Identifier: Apache-2.0 */
/* What the fuzzers share: an input taken apart from its front, and what must hold. */
#ifndef COALTALLY_FUZZ_H
#define COALTALLY_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A find: libFuzzer keeps the input. */
#define MUST(condition)                                                                                                \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition);                             \
            abort();                                                                                                   \
        }                                                                                                              \
    } while (0)

struct input {
    const uint8_t *at;
    size_t left;
};

/* The next byte; 0 for ever when the input has ended. */
static inline uint8_t take8(struct input *input)
{
    if (input->left == 0)
        return 0;
    input->left--;
    return *input->at++;
}

static inline uint16_t take16(struct input *input)
{
    const unsigned high = take8(input);
    return (uint16_t)(high << 8 | take8(input));
}

static inline uint64_t take64(struct input *input)
{
    uint64_t value = 0;
    for (int i = 0; i < 4; i++)
        value = value << 16 | take16(input);
    return value;
}

#endif
