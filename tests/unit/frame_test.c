/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "drivers/frame.h"
#include "tests/unit/fake_line.h"

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

/* Where a register has four bytes, so has its answer; one of two bytes each is a misfit. */
static void registers_of_four_bytes(void **state)
{
    (void)state;
    const struct request wide = {.table = TABLE_HOLDING, .address = 5006, .count = 2, .wide = true};
    const struct request most = {.table = TABLE_HOLDING, .count = PLAN_WIDE_MAX, .wide = true};
    const struct request more = {.table = TABLE_HOLDING, .count = PLAN_WIDE_MAX + 1, .wide = true};
    const struct question question = question_of(&wide);
    uint8_t answer[] = {0xBE, 0xEF, 0, 0, 0, 11, 17, 3, 8, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88};
    static const uint16_t expected[] = {0x1122, 0x3344, 0x5566, 0x7788};
    struct frame_misfit misfit;
    uint16_t registers[4];
    assert_int_equal(frame_judge(&question, answer, sizeof answer, &misfit), FRAME_ANSWER);
    frame_unpack(&wide, answer, registers);
    assert_memory_equal(registers, expected, sizeof expected);
    answer[5] = 7;
    answer[8] = 4;
    assert_int_equal(frame_judge(&question, answer, 13, &misfit), FRAME_MISFIT);
    const struct question largest = question_of(&most), larger = question_of(&more);
    assert_true(frame_allowed(&largest));
    assert_false(frame_allowed(&larger));
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

/* --- on a serial line --- */

static struct question line_question_of(const struct request *request)
{
    return (struct question){.unit = 17, .request = request};
}

static size_t line_right_answer(const struct question *question, uint8_t *answer)
{
    uint8_t bytes[FRAME_LINE_QUESTION_BYTES];
    frame_line_ask(question, bytes);
    return line_build(bytes, answer);
}

/* Frames from elsewhere, with checksums that we did not compute. */
static void checksums(void **state)
{
    (void)state;
    static const struct {
        uint8_t bytes[8];
        size_t size;
    } frames[] = {
        {{0x01, 0x03, 0x00, 0x00, 0x00, 0x0A, 0xC5, 0xCD}, 8},
        {{0x11, 0x03, 0x00, 0x6B, 0x00, 0x03, 0x76, 0x87}, 8},
        {{0x11, 0x01, 0x00, 0x13, 0x00, 0x25, 0x0E, 0x84}, 8},
        {{0x0A, 0x81, 0x02, 0xB0, 0x53}, 5},
    };
    for (size_t i = 0; i < sizeof frames / sizeof *frames; i++)
        assert_int_equal(frame_checksum(frames[i].bytes, frames[i].size), 0);
}

static void line_question_bytes(void **state)
{
    (void)state;
    const struct request request = {.table = TABLE_HOLDING, .address = 0x6B, .count = 3};
    const struct question question = line_question_of(&request);
    static const uint8_t expected[] = {0x11, 0x03, 0x00, 0x6B, 0x00, 0x03, 0x76, 0x87};
    uint8_t bytes[FRAME_LINE_QUESTION_BYTES];
    frame_line_ask(&question, bytes);
    assert_memory_equal(bytes, expected, sizeof expected);
}

/* Whatever stands before it, and only when its last byte is there. */
static void line_answers_are_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < SHAPES; i++)
        for (size_t before = 0; before < 20; before++) {
            const struct question question = line_question_of(&shapes[i]);
            struct frame_misfit misfit;
            uint8_t heard[2 * LINE_ANSWER_BYTES_MAX] = {0};
            uint16_t values[PLAN_BITS_MAX];
            size_t at = 99;
            const size_t size = line_right_answer(&question, heard + before);
            assert_int_equal(frame_line_answer_bytes(&question), size);
            for (size_t have = 0; have < before + size; have++)
                assert_int_equal(frame_line_find(&question, heard, have, &at, &misfit), FRAME_NOT_YET);
            assert_int_equal(frame_line_find(&question, heard, before + size, &at, &misfit), FRAME_ANSWER);
            assert_int_equal(at, before);
            frame_line_unpack(&shapes[i], heard + at, values);
            for (int n = 0; n < shapes[i].count; n++)
                assert_int_equal(values[n], fake_register((int)shapes[i].table, shapes[i].address + n));
        }
}

/* Each byte, changed to each other value: the checksum finds what the head does not. */
static void every_byte_on_a_line_counts(void **state)
{
    (void)state;
    for (size_t i = 0; i < SHAPES; i++) {
        const struct question question = line_question_of(&shapes[i]);
        struct frame_misfit misfit;
        uint8_t answer[LINE_ANSWER_BYTES_MAX];
        size_t at;
        const size_t size = line_right_answer(&question, answer);
        for (size_t byte = 0; byte < size; byte++)
            for (int change = 1; change < 256; change++) {
                answer[byte] = (uint8_t)(answer[byte] ^ change);
                const enum frame_verdict verdict = frame_line_find(&question, answer, size, &at, &misfit);
                assert_true(verdict == FRAME_MISFIT || verdict == FRAME_NOT_YET);
                assert_true(misfit.found != misfit.expected);
                answer[byte] = (uint8_t)(answer[byte] ^ change);
            }
    }
}

/* Of each question that looks like the head of its own answer, come back whole or in part. */
static void an_echo_is_no_answer(void **state)
{
    (void)state;
    for (int address = 0x0200; address < 0x0300; address++)
        for (uint16_t unit = 0; unit < 256; unit++) {
            const struct request request = {.table = TABLE_INPUT, .address = (uint16_t)address, .count = 1};
            const struct question question = {.unit = unit, .request = &request};
            uint8_t heard[64] = {0};
            struct frame_misfit misfit;
            size_t at;
            frame_line_ask(&question, heard);
            for (size_t have = 0; have <= FRAME_LINE_QUESTION_BYTES; have++)
                assert_int_equal(frame_line_find(&question, heard, have, &at, &misfit), FRAME_NOT_YET);
            assert_true(frame_line_is_echo(&question, heard, FRAME_LINE_QUESTION_BYTES));
            uint8_t answer[LINE_ANSWER_BYTES_MAX];
            const size_t size = line_right_answer(&question, answer);
            memcpy(heard + FRAME_LINE_QUESTION_BYTES, answer, size);
            assert_false(frame_line_is_echo(&question, heard, FRAME_LINE_QUESTION_BYTES + 1));
            assert_int_equal(frame_line_find(&question, heard, FRAME_LINE_QUESTION_BYTES + size, &at, &misfit),
                             FRAME_ANSWER);
            assert_int_equal(at, FRAME_LINE_QUESTION_BYTES);
        }
}

/* A register that looks like the head of an exception ends no answer that still comes. */
static void an_answer_is_not_cut_short_by_what_it_holds(void **state)
{
    (void)state;
    const struct request request = {.table = TABLE_HOLDING, .address = 0, .count = 10};
    const struct question question = line_question_of(&request);
    uint8_t answer[LINE_ANSWER_BYTES_MAX];
    struct frame_misfit misfit;
    size_t at;
    const size_t size = line_right_answer(&question, answer);
    for (size_t i = 3; i + 5 < size; i++) {
        uint8_t heard[LINE_ANSWER_BYTES_MAX];
        memcpy(heard, answer, size);
        memcpy(heard + i, (const uint8_t[]){17, 0x83, 2}, 3);
        line_close_frame(heard, size - 2);
        for (size_t have = 0; have < size; have++)
            assert_int_equal(frame_line_find(&question, heard, have, &at, &misfit), FRAME_NOT_YET);
        assert_int_equal(frame_line_find(&question, heard, size, &at, &misfit), FRAME_ANSWER);
        assert_int_equal(at, 0);
    }
}

static void line_exceptions_are_answers(void **state)
{
    (void)state;
    const struct question question = line_question_of(&shapes[3]);
    uint8_t answer[LINE_ANSWER_BYTES_MAX] = {17, 0x83, 11};
    struct frame_misfit misfit;
    size_t at = 99;
    const size_t size = line_close_frame(answer, 3);
    assert_int_equal(frame_line_find(&question, answer, size, &at, &misfit), FRAME_EXCEPTION);
    assert_int_equal(at, 0);
    assert_int_equal(frame_line_exception(answer), 11);
    answer[1] = 0x84; /* the exception of another function */
    line_close_frame(answer, 3);
    assert_int_equal(frame_line_find(&question, answer, size, &at, &misfit), FRAME_NOT_YET);
    assert_string_equal(misfit.what, "function");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(question_bytes),
        cmocka_unit_test(answers_are_taken),
        cmocka_unit_test(exceptions_are_answers),
        cmocka_unit_test(every_byte_of_the_head_counts),
        cmocka_unit_test(every_size_but_one_is_wrong),
        cmocka_unit_test(registers_of_four_bytes),
        cmocka_unit_test(only_bounded_reads_are_allowed),
        cmocka_unit_test(checksums),
        cmocka_unit_test(line_question_bytes),
        cmocka_unit_test(line_answers_are_found),
        cmocka_unit_test(every_byte_on_a_line_counts),
        cmocka_unit_test(an_echo_is_no_answer),
        cmocka_unit_test(an_answer_is_not_cut_short_by_what_it_holds),
        cmocka_unit_test(line_exceptions_are_answers),
    };
    return cmocka_run_group_tests_name("frame", tests, NULL, NULL);
}
