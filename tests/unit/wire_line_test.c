/* SPDX-License-Identifier: Apache-2.0 */
/* The wire on serial lines: on ptys, and behind a serial server. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <sys/file.h>

#include "tests/unit/fake_line.h"

enum { TIMEOUT_MS = 120, PATIENCE_MS = 5000, LONG_MS = 60000 };

static const struct request ten = {.table = TABLE_HOLDING, .address = 1009, .count = 10};

/* --- answers that are wrong in one way each --- */

static void line_exception(struct fake_line *line, const uint8_t *question)
{
    uint8_t answer[] = {question[0], question[1] | 0x80, 11, 0, 0};
    line_close_frame(answer, 3);
    line_send(line, answer, sizeof answer);
}

static void send_changed(struct fake_line *line, const uint8_t *question, size_t at, int value)
{
    uint8_t answer[LINE_ANSWER_BYTES_MAX];
    const size_t size = line_build(question, answer);
    answer[at] = (uint8_t)value;
    line_close_frame(answer, size - 2);
    line_send(line, answer, size);
}

static void line_wrong_unit(struct fake_line *line, const uint8_t *question)
{
    send_changed(line, question, 0, question[0] + 1);
}

static void line_wrong_function(struct fake_line *line, const uint8_t *question)
{
    send_changed(line, question, 1, TABLE_INPUT);
}

static void line_write_function(struct fake_line *line, const uint8_t *question)
{
    send_changed(line, question, 1, 16);
}

static void line_other_exception(struct fake_line *line, const uint8_t *question)
{
    uint8_t answer[] = {question[0], 0x84, 2, 0, 0};
    line_close_frame(answer, 3);
    line_send(line, answer, sizeof answer);
}

static void line_bad_checksum(struct fake_line *line, const uint8_t *question)
{
    uint8_t answer[LINE_ANSWER_BYTES_MAX];
    const size_t size = line_build(question, answer);
    answer[size - 1] ^= 1;
    line_send(line, answer, size);
}

static void line_lost_byte(struct fake_line *line, const uint8_t *question)
{
    uint8_t answer[LINE_ANSWER_BYTES_MAX];
    const size_t size = line_build(question, answer);
    memmove(answer + size / 2, answer + size / 2 + 1, size - size / 2 - 1);
    line_send(line, answer, size - 1);
}

static void answer_count(struct fake_line *line, const uint8_t *question, int change)
{
    uint8_t other[LINE_QUESTION_BYTES], answer[LINE_ANSWER_BYTES_MAX];
    memcpy(other, question, sizeof other);
    other[5] = (uint8_t)(other[5] + change);
    line_send(line, answer, line_build(other, answer));
}

static void line_fewer(struct fake_line *line, const uint8_t *question)
{
    answer_count(line, question, -1);
}

static void line_more(struct fake_line *line, const uint8_t *question)
{
    answer_count(line, question, 1);
}

static void line_half(struct fake_line *line, const uint8_t *question)
{
    uint8_t answer[LINE_ANSWER_BYTES_MAX];
    line_send(line, answer, line_build(question, answer) / 2);
}

static void line_dripping(struct fake_line *line, const uint8_t *question)
{
    uint8_t answer[LINE_ANSWER_BYTES_MAX];
    const size_t size = line_build(question, answer);
    for (size_t i = 0; i < size && line_pause(line, 15); i++)
        line_send(line, answer + i, 1);
}

static void line_text(struct fake_line *line, const uint8_t *question)
{
    (void)question;
    static const char banner[] = "\r\nMoxa login: ";
    line_send(line, banner, sizeof banner - 1);
}

static void line_echo_alone(struct fake_line *line, const uint8_t *question)
{
    line_send(line, question, LINE_QUESTION_BYTES);
}

/* --- and answers that are right all the same --- */

static void line_echo_first(struct fake_line *line, const uint8_t *question)
{
    line_send(line, question, LINE_QUESTION_BYTES);
    line_pause(line, 10);
    line_good(line, question);
}

static void line_noise_first(struct fake_line *line, const uint8_t *question)
{
    static const uint8_t noise[] = {0x00, 0xFF, 0x01, 0x03};
    line_send(line, noise, sizeof noise);
    line_pause(line, 10);
    line_good(line, question);
}

static void line_noise_after(struct fake_line *line, const uint8_t *question)
{
    uint8_t answer[LINE_ANSWER_BYTES_MAX + 4];
    const size_t size = line_build(question, answer);
    memcpy(answer + size, (const uint8_t[]){0x01, 0x83, 0x00, 0xFF}, 4);
    line_send(line, answer, size + 4);
}

static void line_other_first(struct fake_line *line, const uint8_t *question)
{
    line_wrong_unit(line, question);
    line_good(line, question);
}

static void line_twice(struct fake_line *line, const uint8_t *question)
{
    uint8_t answers[2 * LINE_ANSWER_BYTES_MAX];
    const size_t size = line_build(question, answers);
    memcpy(answers + size, answers, size);
    line_send(line, answers, 2 * size);
}

static void line_in_pieces(struct fake_line *line, const uint8_t *question)
{
    uint8_t answer[LINE_ANSWER_BYTES_MAX];
    const size_t size = line_build(question, answer);
    for (size_t i = 0; i < size && line_pause(line, 2); i++)
        line_send(line, answer + i, 1);
}

/* --- helpers --- */

static struct wire *wire_on(const struct fake_line *line)
{
    struct wire *wire = wire_new(&line->link);
    assert_non_null(wire);
    return wire;
}

static enum wire_outcome read_unit(struct wire *wire, const struct request *request, int timeout_ms, uint16_t *values)
{
    return wire_read(wire, &(struct wire_unit){.unit = 1, .timeout_ms = timeout_ms}, request, values);
}

static void assert_values(const struct request *request, const uint16_t *values)
{
    for (int i = 0; i < request->count; i++)
        assert_int_equal(values[i], fake_register((int)request->table, request->address + i));
}

static void assert_reads(struct wire *wire, const struct request *request)
{
    uint16_t values[PLAN_BITS_MAX] = {0};
    const enum wire_outcome outcome = read_unit(wire, request, PATIENCE_MS, values);
    if (outcome != WIRE_OK)
        print_message("# %s: %s [%s]\n", wire_outcome_name(outcome), wire_error(wire), wire_received(wire));
    assert_int_equal(outcome, WIRE_OK);
    assert_string_equal(wire_error(wire), "");
    assert_string_equal(wire_received(wire), "");
    assert_values(request, values);
}

static void assert_says(const struct wire *wire, const char *part)
{
    if (!strstr(wire_error(wire), part))
        print_message("# \"%s\" does not hold \"%s\"\n", wire_error(wire), part);
    assert_non_null(strstr(wire_error(wire), part));
}

static const enum wire_kind kinds[] = {WIRE_RTU, WIRE_RTU_OVER_TCP};
enum { KINDS = sizeof kinds / sizeof *kinds };

/* --- tests --- */

static void reads_all_tables(void **state)
{
    (void)state;
    static const struct request requests[] = {
        {.table = TABLE_COIL, .address = 0, .count = 1},        {.table = TABLE_COIL, .address = 19, .count = 2000},
        {.table = TABLE_DISCRETE, .address = 100, .count = 13}, {.table = TABLE_HOLDING, .address = 1009, .count = 125},
        {.table = TABLE_HOLDING, .address = 0, .count = 1},     {.table = TABLE_INPUT, .address = 0x0202, .count = 1},
        {.table = TABLE_INPUT, .address = 65535, .count = 1},
    };
    for (size_t k = 0; k < KINDS; k++) {
        struct fake_line line;
        line_start(&line, kinds[k], line_good);
        struct wire *wire = wire_on(&line);
        for (size_t i = 0; i < sizeof requests / sizeof *requests; i++)
            assert_reads(wire, &requests[i]);
        assert_int_equal(line.questions, sizeof requests / sizeof *requests);
        assert_true(line.connections <= 1);
        wire_free(wire);
        line_stop(&line);
    }
}

static void an_exception_is_an_answer(void **state)
{
    (void)state;
    struct fake_line line;
    uint16_t values[10] = {0};
    line_start(&line, WIRE_RTU, line_exception);
    struct wire *wire = wire_on(&line);
    assert_int_equal(read_unit(wire, &ten, PATIENCE_MS, values), WIRE_EXCEPTION);
    assert_int_equal(wire_exception(wire), 11);
    assert_says(wire, "exception 11");
    assert_int_equal(strncmp(wire_received(wire), "01 83 0b", 8), 0);
    line.answer = line_good;
    assert_reads(wire, &ten);
    assert_int_equal(line.questions, 2); /* no fence: the unit answered */
    wire_free(wire);
    line_stop(&line);
}

/* Each fault is named, bounded, leaves the values alone, and is forgotten. */
static void faults_are_named_and_bounded(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        line_answer answer;
        enum wire_outcome outcome;
        const char *says, *received;
    } cases[] = {
        {"silent", line_nothing, WIRE_TIMEOUT, "unit 1 within 120 ms", ""},
        {"echo alone", line_echo_alone, WIRE_TIMEOUT, "the adapter echoes", ""},
        {"checksum", line_bad_checksum, WIRE_GARBAGE, "checksum", "01 03 14 "},
        {"unit", line_wrong_unit, WIRE_GARBAGE, "unit 2 where 1", "02 03 14 "},
        {"function", line_wrong_function, WIRE_GARBAGE, "function 4 where 3", "01 04 14 "},
        {"write", line_write_function, WIRE_GARBAGE, "function 16 where 3", "01 10 14 "},
        {"exception of another", line_other_exception, WIRE_GARBAGE, "function 132 where 3", "01 84 02 "},
        {"fewer", line_fewer, WIRE_GARBAGE, "byte count 18 where 20", "01 03 12 "},
        {"more", line_more, WIRE_GARBAGE, "byte count 22 where 20", "01 03 16 "},
        {"a byte lost", line_lost_byte, WIRE_GARBAGE, "size 24 where 25", "01 03 14 "},
        {"half", line_half, WIRE_GARBAGE, "size 12 where 25", "01 03 14 "},
        {"dripping", line_dripping, WIRE_GARBAGE, "where", "01"},
        {"text", line_text, WIRE_GARBAGE, "unit 13 where 1", "0d 0a 4d 6f 78 61"},
    };
    for (size_t k = 0; k < KINDS; k++)
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            struct fake_line line;
            uint16_t values[10] = {0};
            line_start(&line, kinds[k], cases[i].answer);
            struct wire *wire = wire_on(&line);
            const int64_t begin_ms = deadline_now_ms();
            const enum wire_outcome outcome = read_unit(wire, &ten, TIMEOUT_MS, values);
            if (outcome != cases[i].outcome)
                fail_msg("%s: %s, %s", cases[i].name, wire_outcome_name(outcome), wire_error(wire));
            assert_true(deadline_now_ms() - begin_ms < PATIENCE_MS);
            assert_says(wire, cases[i].says);
            assert_says(wire, "10 holding registers from 1009");
            if (strncmp(wire_received(wire), cases[i].received, strlen(cases[i].received)) != 0)
                fail_msg("%s: received %s", cases[i].name, wire_received(wire));
            for (int v = 0; v < 10; v++)
                assert_int_equal(values[v], 0);
            line.answer = line_good;
            uint16_t good[10];
            for (int tries = 0; read_unit(wire, &ten, PATIENCE_MS, good) != WIRE_OK; tries++)
                assert_true(tries < 3);
            assert_values(&ten, good);
            wire_free(wire);
            line_stop(&line);
        }
}

static void what_surrounds_an_answer_is_skipped(void **state)
{
    (void)state;
    static const line_answer answers[] = {line_echo_first,  line_noise_first, line_noise_after,
                                          line_other_first, line_twice,       line_in_pieces};
    for (size_t k = 0; k < KINDS; k++) {
        struct fake_line line;
        line_start(&line, kinds[k], line_good);
        struct wire *wire = wire_on(&line);
        for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
            line.answer = answers[i];
            for (uint16_t n = 0; n < 5; n++)
                assert_reads(wire, &(struct request){.table = TABLE_INPUT, .address = (uint16_t)(n * 300), .count = 7});
        }
        wire_free(wire);
        line_stop(&line);
    }
}

/* A frame that is broken need not be waited out. */
static void a_broken_frame_ends_the_wait(void **state)
{
    (void)state;
    struct fake_line line;
    uint16_t values[10];
    line_start(&line, WIRE_RTU, line_bad_checksum);
    struct wire *wire = wire_on(&line);
    const int64_t begin_ms = deadline_now_ms();
    assert_int_equal(read_unit(wire, &ten, LONG_MS, values), WIRE_GARBAGE);
    assert_true(deadline_now_ms() - begin_ms < LONG_MS / 2);
    wire_free(wire);
    line_stop(&line);
}

/* The answer to a question is sent when the next one comes. */
static void line_behind(struct fake_line *line, const uint8_t *question)
{
    (void)question;
    if (line->questions > 1)
        line_good(line, line->last);
}

/* The unit falls one answer behind; whatever is asked, no answer of before is
 * taken for it, and it is back as soon as it answers in time. */
static void a_late_answer_is_never_taken_for_the_next(void **state)
{
    (void)state;
    for (size_t k = 0; k < KINDS; k++) {
        struct fake_line line;
        line_start(&line, kinds[k], line_behind);
        struct wire *wire = wire_on(&line);
        for (int i = 0; i < 12; i++) {
            const struct request request = {.table = TABLE_HOLDING, .address = (uint16_t)(i * 100), .count = 10};
            uint16_t values[10];
            if (read_unit(wire, &request, 60, values) == WIRE_OK)
                assert_values(&request, values);
        }
        line.answer = line_good;
        uint16_t values[10];
        for (int tries = 0; read_unit(wire, &ten, TIMEOUT_MS, values) != WIRE_OK; tries++)
            assert_true(tries < 3);
        assert_values(&ten, values);
        wire_free(wire);
        line_stop(&line);
    }
}

/* Late by more than the time-out, then in time: the late answer comes while the
 * next question of the same shape waits. */
static void line_slow(struct fake_line *line, const uint8_t *question)
{
    if (line->questions == 1)
        line_pause(line, TIMEOUT_MS + 100);
    line_good(line, question);
}

static void a_slow_answer_is_fenced_off(void **state)
{
    (void)state;
    struct fake_line line;
    const struct request next = {.table = TABLE_HOLDING, .address = 3000, .count = 10};
    uint16_t values[10];
    line_start(&line, WIRE_RTU, line_slow);
    struct wire *wire = wire_on(&line);
    assert_int_equal(read_unit(wire, &ten, TIMEOUT_MS, values), WIRE_TIMEOUT);
    assert_reads(wire, &next);
    assert_int_equal(line.questions, 3);
    assert_int_equal(line.asked[1][0], 1); /* the fence: of the same place, another size */
    assert_int_equal(line.asked[1][1], 3);
    assert_int_equal(line.asked[1][2] << 8 | line.asked[1][3], 3000);
    assert_true(line.asked[1][5] >= 1 && line.asked[1][5] < 10);
    assert_reads(wire, &ten);
    assert_int_equal(line.questions, 4);
    wire_free(wire);
    line_stop(&line);
}

/* Of every shape, and at the table's end. */
static void a_fence_differs_in_size(void **state)
{
    (void)state;
    static const struct request shapes[] = {
        {.table = TABLE_COIL, .address = 0, .count = 1},      {.table = TABLE_COIL, .address = 65529, .count = 7},
        {.table = TABLE_DISCRETE, .address = 9, .count = 9},  {.table = TABLE_DISCRETE, .address = 0, .count = 2000},
        {.table = TABLE_HOLDING, .address = 0, .count = 1},   {.table = TABLE_HOLDING, .address = 65535, .count = 1},
        {.table = TABLE_INPUT, .address = 65534, .count = 2}, {.table = TABLE_INPUT, .address = 4, .count = 125},
    };
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        struct fake_line line;
        uint16_t values[PLAN_BITS_MAX];
        line_start(&line, WIRE_RTU, line_nothing);
        struct wire *wire = wire_on(&line);
        for (int n = 0; n < 10; n++)
            assert_int_equal(read_unit(wire, &shapes[i], 10, values), WIRE_TIMEOUT);
        line.answer = line_good;
        assert_reads(wire, &shapes[i]);
        assert_int_equal(line.questions, 12);
        for (int n = 1; n < 11; n++) {
            const int count = line.asked[n][4] << 8 | line.asked[n][5];
            const bool bits = shapes[i].table == TABLE_COIL || shapes[i].table == TABLE_DISCRETE;
            assert_int_not_equal(bits ? (count + 7) / 8 : count, bits ? (shapes[i].count + 7) / 8 : shapes[i].count);
            assert_true((line.asked[n][2] << 8 | line.asked[n][3]) + count <= 65536);
        }
        wire_free(wire);
        line_stop(&line);
    }
}

/* It knows its ten registers as a whole and nothing else. */
static void line_whole_only(struct fake_line *line, const uint8_t *question)
{
    if (question[1] == TABLE_HOLDING && question[5] == 10)
        line_good(line, question);
    else
        line_exception(line, question);
}

static void a_unit_that_refuses_fences_is_back_at_once(void **state)
{
    (void)state;
    struct fake_line line;
    uint16_t values[10];
    line_start(&line, WIRE_RTU, line_nothing);
    struct wire *wire = wire_on(&line);
    for (int lost = 1; lost < 4; lost++) {
        line.questions = 0;
        line.answer = line_nothing;
        for (int i = 0; i < lost; i++)
            assert_int_equal(read_unit(wire, &ten, 30, values), WIRE_TIMEOUT);
        line.answer = line_whole_only;
        assert_reads(wire, &ten);
        assert_int_equal(line.questions, lost + 2); /* the fence and the question */
    }
    wire_free(wire);
    line_stop(&line);
}

/* The refusal of a question is sent when the next one comes, with the question's place in its code. */
static void line_refuses_late(struct fake_line *line, const uint8_t *question)
{
    uint8_t answer[] = {line->last[0], line->last[1] | 0x80, line->last[3], 0, 0};
    line_close_frame(answer, 3);
    (void)question;
    if (line->questions > 1)
        line_send(line, answer, sizeof answer);
}

static void a_late_refusal_is_never_taken_for_the_next(void **state)
{
    (void)state;
    struct fake_line line;
    uint16_t values[10];
    line_start(&line, WIRE_RTU, line_refuses_late);
    struct wire *wire = wire_on(&line);
    int doubts = 0;
    for (uint16_t i = 1; i < 12; i++) {
        const struct request request = {.table = TABLE_HOLDING, .address = i, .count = 10};
        const enum wire_outcome outcome = read_unit(wire, &request, 60, values);
        doubts += outcome == WIRE_TIMEOUT && strstr(wire_error(wire), "may be an older one's");
        assert_true(outcome != WIRE_OK && (outcome != WIRE_EXCEPTION || wire_exception(wire) == i));
    }
    assert_true(doubts > 0);
    line.answer = line_exception;
    for (int tries = 0; read_unit(wire, &ten, PATIENCE_MS / 20, values) != WIRE_EXCEPTION; tries++)
        assert_true(tries < 3);
    assert_int_equal(wire_exception(wire), 11);
    wire_free(wire);
    line_stop(&line);
}

static void line_every_second(struct fake_line *line, const uint8_t *question)
{
    if (line->questions % 2 == 0)
        line_good(line, question);
}

static void a_retry_is_asked_at_once(void **state)
{
    (void)state;
    struct fake_line line;
    uint16_t values[10] = {0};
    line_start(&line, WIRE_RTU, line_every_second);
    struct wire *wire = wire_on(&line);
    const struct wire_unit unit = {.unit = 1, .timeout_ms = TIMEOUT_MS, .retries = 1};
    const struct wire_unit stubborn = {.unit = 2, .timeout_ms = 20, .retries = 3};
    line.answer = line_bad_checksum;
    assert_int_equal(wire_read(wire, &unit, &ten, values), WIRE_GARBAGE);
    line.answer = line_nothing;
    line.questions = 0;
    assert_int_equal(wire_read(wire, &stubborn, &ten, values), WIRE_TIMEOUT);
    assert_int_equal(line.questions, 4); /* the question, and three more */
    assert_int_equal(wire_read(wire, &stubborn, &ten, values), WIRE_TIMEOUT);
    assert_int_equal(line.questions, 5); /* it was silent before: once */
    line.answer = line_good;
    assert_int_equal(wire_read(wire, &stubborn, &ten, values), WIRE_OK);
    line.answer = line_nothing;
    line.questions = 0;
    assert_int_equal(wire_read(wire, &stubborn, &ten, values), WIRE_TIMEOUT);
    assert_int_equal(line.questions, 4);
    line.answer = line_exception;
    line.questions = 0;
    assert_int_equal(
        wire_read(wire, &(struct wire_unit){.unit = 3, .timeout_ms = PATIENCE_MS, .retries = 3}, &ten, values),
        WIRE_EXCEPTION);
    assert_int_equal(line.questions, 1); /* it is an answer */
    wire_free(wire);
    line_stop(&line);
}

/* From the first byte of an answer, which is earlier than its last. */
static void silence_is_kept_between_frames(void **state)
{
    (void)state;
    for (size_t k = 0; k < KINDS; k++) {
        struct fake_line line;
        line_start(&line, kinds[k], line_good);
        line.link.baud = 1200;
        line.link.parity = 'E';
        struct wire *wire = wire_on(&line);
        for (int i = 0; i < 6; i++)
            assert_reads(wire, &ten);
        line.answer = line_noise_after;
        for (int i = 0; i < 3; i++)
            assert_reads(wire, &ten);
        assert_true(line.earliest_us >= 32084);
        wire_free(wire);
        line_stop(&line);
    }
}

/* At 300 baud it is longer than this time-out. */
static void silence_is_no_part_of_the_timeout(void **state)
{
    (void)state;
    struct fake_line line;
    const struct request one = {.table = TABLE_HOLDING, .address = 7, .count = 1};
    uint16_t values[1];
    line_start(&line, WIRE_RTU, line_good);
    line.link.baud = 300;
    struct wire *wire = wire_on(&line);
    for (int i = 0; i < 2; i++)
        assert_int_equal(read_unit(wire, &one, 50, values), WIRE_OK);
    wire_free(wire);
    line_stop(&line);
}

static void pauses_are_kept(void **state)
{
    (void)state;
    for (size_t k = 0; k < KINDS; k++) {
        struct fake_line line;
        uint16_t values[10];
        line_start(&line, kinds[k], line_good);
        struct wire *wire = wire_on(&line);
        const struct wire_unit unit = {
            .unit = 1, .timeout_ms = PATIENCE_MS, .pause_ms = 60, .pause_after_connect_ms = 150};
        const int64_t begin_us = deadline_now_us();
        for (int i = 0; i < 3; i++)
            assert_int_equal(wire_read(wire, &unit, &ten, values), WIRE_OK);
        assert_int_equal(line.questions, 3);
        assert_true(line.asked_us[0] - begin_us >= 150000);
        assert_true(line.asked_us[1] - line.asked_us[0] >= 60000);
        assert_true(line.asked_us[2] - line.asked_us[1] >= 60000);
        line.answer = line_bad_checksum;
        assert_int_equal(wire_read(wire, &unit, &ten, values), WIRE_GARBAGE);
        line.answer = line_good;
        assert_int_equal(wire_read(wire, &unit, &ten, values), WIRE_OK);
        assert_int_equal(line.questions, 6); /* a fence among them */
        assert_true(line.asked_us[4] - line.asked_us[3] >= 60000);
        assert_true(line.asked_us[5] - line.asked_us[4] >= 60000);
        wire_free(wire);
        line_stop(&line);
    }
}

/* A second master, or a transmitter that hangs. */
static void *babble(void *argument)
{
    struct fake_line *line = argument;
    while (line->babbles && line_pause(line, 1))
        if (write(line->master, "\x55\xAA", 2) < 0)
            break;
    return NULL;
}

static void a_line_that_is_never_silent_is_said(void **state)
{
    (void)state;
    struct fake_line line;
    uint16_t values[10];
    pthread_t thread;
    line_start(&line, WIRE_RTU, line_nothing);
    line.link.baud = 300; /* 117 ms */
    line.babbles = true;
    struct wire *wire = wire_on(&line);
    assert_int_equal(pthread_create(&thread, NULL, babble, &line), 0);
    usleep(20000);
    assert_int_equal(read_unit(wire, &ten, TIMEOUT_MS, values), WIRE_GARBAGE);
    assert_says(wire, "never silent");
    assert_int_equal(line.questions, 0);
    line.babbles = false;
    pthread_join(thread, NULL);
    wire_free(wire);
    line_stop(&line);
}

static void an_adapter_is_pulled_and_put_back(void **state)
{
    (void)state;
    struct fake_line line;
    uint16_t values[10];
    line_start(&line, WIRE_RTU, line_good);
    struct wire *wire = wire_on(&line);
    for (int i = 0; i < 3; i++) {
        assert_reads(wire, &ten);
        line_pull(&line);
        for (int n = 0; n < 3; n++) {
            assert_int_equal(read_unit(wire, &ten, TIMEOUT_MS, values), WIRE_CONNECT);
            assert_says(wire, line.path);
            assert_says(wire, "is the adapter plugged in?");
        }
        line_plug(&line);
    }
    assert_reads(wire, &ten);
    wire_free(wire);
    line_stop(&line);
}

static void *pull_soon(void *argument)
{
    usleep(50000);
    line_pull(argument);
    return NULL;
}

static void an_adapter_is_pulled_while_asked(void **state)
{
    (void)state;
    struct fake_line line;
    uint16_t values[10];
    pthread_t thread;
    line_start(&line, WIRE_RTU, line_nothing);
    struct wire *wire = wire_on(&line);
    assert_int_equal(pthread_create(&thread, NULL, pull_soon, &line), 0);
    assert_int_equal(read_unit(wire, &ten, LONG_MS, values), WIRE_CLOSED);
    assert_says(wire, "adapter pulled");
    pthread_join(thread, NULL);
    wire_free(wire);
    rmdir(line.folder);
}

static void line_hang_up(struct fake_line *line, const uint8_t *question)
{
    line_good(line, question);
    shutdown(line->peer, SHUT_RDWR);
}

static void a_serial_server_closes_and_forgets(void **state)
{
    (void)state;
    struct fake_line line;
    uint16_t values[10];
    line_start(&line, WIRE_RTU_OVER_TCP, line_hang_up);
    struct wire *wire = wire_on(&line);
    assert_reads(wire, &ten);
    usleep(20000);
    line.answer = line_good;
    assert_reads(wire, &ten); /* opened anew */
    assert_int_equal(line.connections, 2);
    line.answer = line_nothing;
    assert_int_equal(read_unit(wire, &ten, 30, values), WIRE_TIMEOUT);
    assert_int_equal(read_unit(wire, &ten, 30, values), WIRE_TIMEOUT);
    line.answer = line_good;
    for (int tries = 0; read_unit(wire, &ten, PATIENCE_MS, values) != WIRE_OK; tries++)
        assert_true(tries < 3);
    assert_int_equal(line.connections, 3);
    wire_free(wire);
    line_stop(&line);
}

static void a_line_that_cannot_be_had_is_said(void **state)
{
    (void)state;
    struct fake_line line;
    uint16_t values[10];
    line_start(&line, WIRE_RTU, line_good);
    const int other = open(line.path, O_RDWR | O_NOCTTY | O_CLOEXEC);
    assert_int_equal(flock(other, LOCK_EX), 0);
    struct wire *wire = wire_on(&line);
    assert_int_equal(read_unit(wire, &ten, TIMEOUT_MS, values), WIRE_CONNECT);
    assert_says(wire, "another process holds it");
    close(other);
    assert_reads(wire, &ten);
    struct wire *second = wire_on(&line);
    assert_int_equal(read_unit(second, &ten, TIMEOUT_MS, values), WIRE_CONNECT);
    assert_says(second, "another process holds it");
    assert_reads(wire, &ten);
    wire_free(second);
    wire_free(wire);
    static const struct {
        const char *path, *says;
    } cases[] = {{"/dev/null", "this is no serial line"}, {"/nowhere/ttyS1", "is the adapter plugged in?"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct wire_link link = line.link;
        strcpy(link.path, cases[i].path);
        wire = wire_new(&link);
        assert_int_equal(read_unit(wire, &ten, TIMEOUT_MS, values), WIRE_CONNECT);
        assert_says(wire, cases[i].says);
        wire_free(wire);
    }
    line_stop(&line);
}

static void line_random(struct fake_line *line, const uint8_t *question)
{
    uint8_t bytes[LINE_ANSWER_BYTES_MAX];
    unsigned seed = line->seed++;
    const size_t size = (size_t)rand_r(&seed) % 40 + 1;
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)rand_r(&seed);
    for (size_t i = 0; i < (size_t)rand_r(&seed) % 4 && i < size; i++)
        bytes[i] = i < 2 ? question[i] : 20; /* a head that fits */
    line_send(line, bytes, size);
}

static void nothing_is_taken_from_random_bytes(void **state)
{
    (void)state;
    struct fake_line line;
    uint16_t values[10] = {0};
    line_start(&line, WIRE_RTU, line_random);
    line.seed = (unsigned)seed_take();
    line.link.baud = 115200;
    struct wire *wire = wire_on(&line);
    for (int i = 0; i < 200; i++) {
        const enum wire_outcome outcome = read_unit(wire, &ten, 5, values);
        assert_true(outcome == WIRE_GARBAGE || outcome == WIRE_TIMEOUT);
    }
    for (int v = 0; v < 10; v++)
        assert_int_equal(values[v], 0);
    wire_free(wire);
    line_stop(&line);
}

/* One way after another, at random, of several units on one line: whatever is
 * taken is right, and the line is well again in the end. What was not answered
 * at once may be answered when the next question comes. */
static void line_any(struct fake_line *line, const uint8_t *question)
{
    static const line_answer ways[] = {
        line_nothing,     line_good,  line_good,        line_good,       line_exception, line_bad_checksum,
        line_lost_byte,   line_half,  line_wrong_unit,  line_fewer,      line_random,    line_noise_first,
        line_noise_after, line_twice, line_other_first, line_echo_first,
    };
    unsigned seed = line->seed++;
    const unsigned way = (unsigned)rand_r(&seed) % (sizeof ways / sizeof *ways);
    if (line->owes)
        line_good(line, line->last);
    line->owes = way == 0 && rand_r(&seed) % 2;
    if (line->owes || rand_r(&seed) % 8)
        ways[way](line, question);
}

static void whatever_happens_no_value_is_wrong(void **state)
{
    (void)state;
    struct fake_line line;
    unsigned seed = (unsigned)seed_take();
    int taken = 0;
    line_start(&line, WIRE_RTU, line_any);
    line.seed = seed;
    line.link.baud = 115200;
    struct wire *wire = wire_on(&line);
    for (int i = 0; i < 200; i++) {
        const struct wire_unit unit = {.unit = rand_r(&seed) % 3 + 1, .timeout_ms = 20, .retries = rand_r(&seed) % 2};
        const struct request request = {.table = TABLE_HOLDING,
                                        .address = (uint16_t)(rand_r(&seed) % 60000),
                                        .count = (uint16_t)(rand_r(&seed) % 3 ? 2 : rand_r(&seed) % 12 + 1)};
        uint16_t values[12];
        if (wire_read(wire, &unit, &request, values) != WIRE_OK)
            continue;
        assert_values(&request, values);
        taken++;
    }
    print_message("# %d of 200 answers taken\n", taken);
    assert_true(taken > 20);
    line.answer = line_good;
    uint16_t values[10];
    for (int tries = 0; read_unit(wire, &ten, PATIENCE_MS, values) != WIRE_OK; tries++)
        assert_true(tries < 3);
    assert_values(&ten, values);
    wire_free(wire);
    line_stop(&line);
}

static void only_reads_leave(void **state)
{
    (void)state;
    struct fake_line line;
    uint16_t values[1];
    line_start(&line, WIRE_RTU, line_good);
    struct wire *wire = wire_on(&line);
    for (int function = -1; function < 300; function++) {
        if (function >= TABLE_COIL && function <= TABLE_INPUT)
            continue;
        const struct request request = {.table = (enum registers_table)function, .address = 0, .count = 1};
        assert_int_equal(read_unit(wire, &request, PATIENCE_MS, values), WIRE_FORBIDDEN);
    }
    assert_reads(wire, &ten);
    assert_int_equal(line.questions, 1);
    wire_free(wire);
    line_stop(&line);
}

static void *stop_soon(void *argument)
{
    usleep(50000);
    wire_stop(argument);
    return NULL;
}

static void a_stop_wakes_whatever_waits(void **state)
{
    (void)state;
    static const struct wire_unit units[] = {
        {.unit = 1, .timeout_ms = LONG_MS},
        {.unit = 1, .timeout_ms = LONG_MS, .pause_after_connect_ms = LONG_MS},
    };
    for (size_t k = 0; k < KINDS; k++)
        for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
            struct fake_line line;
            uint16_t values[10];
            pthread_t thread;
            line_start(&line, kinds[k], line_nothing);
            struct wire *wire = wire_on(&line);
            assert_int_equal(pthread_create(&thread, NULL, stop_soon, wire), 0);
            const int64_t begin_ms = deadline_now_ms();
            assert_int_equal(wire_read(wire, &units[i], &ten, values), WIRE_STOPPED);
            assert_true(deadline_now_ms() - begin_ms < LONG_MS / 4);
            assert_int_equal(wire_read(wire, &units[i], &ten, values), WIRE_STOPPED);
            pthread_join(thread, NULL);
            wire_free(wire);
            line_stop(&line);
        }
}

/* What the bytes take on the line is not the unit's time. */
static void a_long_answer_on_a_slow_line(void **state)
{
    (void)state;
    struct fake_line line;
    const struct request request = {.table = TABLE_HOLDING, .address = 0, .count = 125};
    uint16_t values[125];
    line_start(&line, WIRE_RTU, line_in_pieces); /* half a second */
    line.link.baud = 300;                        /* at which it would be over nine */
    struct wire *wire = wire_on(&line);
    const enum wire_outcome outcome = read_unit(wire, &request, TIMEOUT_MS, values);
    assert_int_equal(outcome, WIRE_OK);
    assert_values(&request, values);
    wire_free(wire);
    line_stop(&line);
}

static void bounds(void **state)
{
    (void)state;
    const struct wire_unit unit = {
        .unit = 1, .timeout_ms = 1000, .retries = 1, .pause_ms = 20, .pause_after_connect_ms = 300};
    const struct wire_link tcp = {LINK_DEFAULTS, .kind = WIRE_TCP};
    const struct wire_link tty = {LINK_DEFAULTS, .kind = WIRE_RTU};
    assert_int_equal(wire_bound_ms(&tcp, &unit), 2 * (1000 + 20 + 300));
    assert_int_equal(wire_bound_ms(&tty, &unit), 2 * (4 * 1000 + 2 * 275 + 2 * 20 + 300));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_all_tables),
        cmocka_unit_test(an_exception_is_an_answer),
        cmocka_unit_test(faults_are_named_and_bounded),
        cmocka_unit_test(what_surrounds_an_answer_is_skipped),
        cmocka_unit_test(a_broken_frame_ends_the_wait),
        cmocka_unit_test(a_late_answer_is_never_taken_for_the_next),
        cmocka_unit_test(a_slow_answer_is_fenced_off),
        cmocka_unit_test(a_fence_differs_in_size),
        cmocka_unit_test(a_unit_that_refuses_fences_is_back_at_once),
        cmocka_unit_test(a_late_refusal_is_never_taken_for_the_next),
        cmocka_unit_test(a_retry_is_asked_at_once),
        cmocka_unit_test(silence_is_kept_between_frames),
        cmocka_unit_test(silence_is_no_part_of_the_timeout),
        cmocka_unit_test(pauses_are_kept),
        cmocka_unit_test(a_line_that_is_never_silent_is_said),
        cmocka_unit_test(an_adapter_is_pulled_and_put_back),
        cmocka_unit_test(an_adapter_is_pulled_while_asked),
        cmocka_unit_test(a_serial_server_closes_and_forgets),
        cmocka_unit_test(a_line_that_cannot_be_had_is_said),
        cmocka_unit_test(nothing_is_taken_from_random_bytes),
        cmocka_unit_test(whatever_happens_no_value_is_wrong),
        cmocka_unit_test(only_reads_leave),
        cmocka_unit_test(a_stop_wakes_whatever_waits),
        cmocka_unit_test(a_long_answer_on_a_slow_line),
        cmocka_unit_test(bounds),
    };
    return cmocka_run_group_tests_name("wire_line", tests, NULL, NULL);
}
