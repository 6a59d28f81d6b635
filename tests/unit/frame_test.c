/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "drivers/frame.h"
#include "tests/unit/fake_device.h"

static const struct request shapes[] = {
    {.table = TABLE_COIL, .address = 0, .count = 1},          {.table = TABLE_COIL, .address = 7, .count = 9},
    {.table = TABLE_DISCRETE, .address = 100, .count = 2000}, {.table = TABLE_HOLDING, .address = 1009, .count = 1},
    {.table = TABLE_HOLDING, .address = 0, .count = 125},     {.table = TABLE_INPUT, .address = 65535, .count = 1},
    {.table = TABLE_INPUT, .address = 300, .count = 10},
};
enum { SHAPES = sizeof shapes / sizeof *shapes };

static struct question question_of(const struct request *request)
{
    return (struct question){.transaction = 0xBEEF, .unit = 17, .request = request};
}

static size_t right_answer(const struct question *question, uint8_t *answer)
{
    const struct fake_device device = {.value = NULL};
    uint8_t bytes[FRAME_QUESTION_BYTES];
    frame_ask(question, bytes);
    return fake_build(&device, bytes, answer);
}

/* The example of the Modbus Application Protocol V1.1b3, 6.3: registers 108 to 110. */
static void question_bytes(void **state)
{
    (void)state;
    const struct request request = {.table = TABLE_HOLDING, .address = 0x6B, .count = 3};
    const struct question question = {.transaction = 0x1501, .unit = 255, .request = &request};
    static const uint8_t expected[] = {0x15, 0x01, 0, 0, 0, 6, 255, 3, 0, 0x6B, 0, 3};
    uint8_t bytes[FRAME_QUESTION_BYTES];
    frame_ask(&question, bytes);
    assert_memory_equal(bytes, expected, sizeof expected);
}

static void answers_are_taken(void **state)
{
    (void)state;
    for (size_t i = 0; i < SHAPES; i++) {
        const struct question question = question_of(&shapes[i]);
        struct frame_misfit misfit;
        uint8_t answer[ANSWER_BYTES_MAX];
        uint16_t values[PLAN_BITS_MAX];
        const size_t size = right_answer(&question, answer);
        assert_int_equal(frame_judge(&question, answer, size, &misfit), FRAME_ANSWER);
        frame_unpack(&shapes[i], answer, values);
        for (int n = 0; n < shapes[i].count; n++)
            assert_int_equal(values[n], fake_register((int)shapes[i].table, shapes[i].address + n));
    }
}

static void exceptions_are_answers(void **state)
{
    (void)state;
    const struct question question = question_of(&shapes[3]);
    uint8_t answer[] = {0xBE, 0xEF, 0, 0, 0, 3, 17, 0x83, 11};
    struct frame_misfit misfit;
    assert_int_equal(frame_judge(&question, answer, sizeof answer, &misfit), FRAME_EXCEPTION);
    assert_int_equal(frame_exception(answer), 11);
    answer[7] = 0x84; /* the exception of another function */
    assert_int_equal(frame_judge(&question, answer, sizeof answer, &misfit), FRAME_MISFIT);
}

/* Each byte of the head, changed to each other value, makes the answer a misfit. */
static void every_byte_of_the_head_counts(void **state)
{
    (void)state;
    for (size_t i = 0; i < SHAPES; i++) {
        const struct question question = question_of(&shapes[i]);
        struct frame_misfit misfit;
        uint8_t answer[ANSWER_BYTES_MAX];
        const size_t size = right_answer(&question, answer);
        for (size_t at = 0; at < 9; at++)
            for (int change = 1; change < 256; change++) {
                answer[at] = (uint8_t)(answer[at] ^ change);
                assert_int_equal(frame_judge(&question, answer, size, &misfit), FRAME_MISFIT);
                assert_int_not_equal(misfit.found, misfit.expected);
                answer[at] = (uint8_t)(answer[at] ^ change);
            }
    }
}

static void every_size_but_one_is_wrong(void **state)
{
    (void)state;
    for (size_t i = 0; i < SHAPES; i++) {
        const struct question question = question_of(&shapes[i]);
        struct frame_misfit misfit;
        uint8_t answer[ANSWER_BYTES_MAX];
        const size_t whole = right_answer(&question, answer);
        for (size_t size = 0; size <= FRAME_ANSWER_BYTES_MAX; size++)
            assert_int_equal(frame_judge(&question, answer, size, &misfit),
                             size == whole ? FRAME_ANSWER : FRAME_MISFIT);
    }
}

static void only_bounded_reads_are_allowed(void **state)
{
    (void)state;
    static const struct {
        int table, address, count, unit;
        bool allowed;
    } cases[] = {
        {1, 0, 2000, 1, true},     {1, 0, 2001, 1, false}, {2, 0, 2000, 0, true},   {2, 0, 2001, 0, false},
        {3, 0, 125, 255, true},    {3, 0, 126, 1, false},  {4, 0, 125, 1, true},    {4, 0, 126, 1, false},
        {3, 0, 0, 1, false},       {3, 65535, 1, 1, true}, {3, 65535, 2, 1, false}, {3, 65411, 125, 1, true},
        {3, 65412, 125, 1, false}, {3, 0, 1, -1, false},   {3, 0, 1, 256, false},   {0, 0, 1, 1, false},
        {5, 0, 1, 1, false},       {6, 0, 1, 1, false},    {8, 0, 1, 1, false},     {15, 0, 1, 1, false},
        {16, 0, 1, 1, false},      {22, 0, 1, 1, false},   {23, 0, 1, 1, false},    {43, 0, 1, 1, false},
        {3 + 256, 0, 1, 1, false}, {0x83, 0, 1, 1, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct request request = {.table = (enum registers_table)cases[i].table,
                                        .address = (uint16_t)cases[i].address,
                                        .count = (uint16_t)cases[i].count};
        const struct question question = {.unit = cases[i].unit, .request = &request};
        assert_int_equal(frame_allowed(&question), cases[i].allowed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(question_bytes),
        cmocka_unit_test(answers_are_taken),
        cmocka_unit_test(exceptions_are_answers),
        cmocka_unit_test(every_byte_of_the_head_counts),
        cmocka_unit_test(every_size_but_one_is_wrong),
        cmocka_unit_test(only_bounded_reads_are_allowed),
    };
    return cmocka_run_group_tests_name("frame", tests, NULL, NULL);
}
