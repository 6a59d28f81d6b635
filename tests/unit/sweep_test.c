/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/sweep_fixture.h"

enum { TIMEOUT_MS = 250 };

/* A device of four tables, one request each. */
enum { TOTAL, RATE, HUMIDITY, RUNNING, CALIBRATION, POINTS };

static const char profile_text[] =
    "profile: four-tables\n"
    "title: A device for tests\n"
    "source: tests\n"
    "address_base: 0\n"
    "points:\n"
    "  - {name: total, kind: counter, table: holding, address: 1015, type: uint32, order: ABCD, scale: 1, unit: t}\n"
    "  - {name: rate, kind: gauge, table: holding, address: 1018, type: uint16, scale: 0.1, unit: t/h}\n"
    "  - {name: humidity, kind: gauge, table: input, address: 3, type: int16, scale: 1, unit: '%'}\n"
    "  - {name: running, kind: state, table: coil, address: 9}\n"
    "  - {name: calibration, kind: state, table: discrete, address: 30, means: calibrating}\n";
enum { REQUESTS = 4 };

/* What the device holds, and how it answers for each table; set by the tests. */
static atomic_uint total, rate, calibration;
static _Atomic(fake_answer) answers[5];

static uint16_t register_value(int table, int address)
{
    switch (table << 16 | address) {
    case TABLE_HOLDING << 16 | 1015:
        return (uint16_t)(total >> 16);
    case TABLE_HOLDING << 16 | 1016:
        return (uint16_t)(total & 0xFFFF);
    case TABLE_HOLDING << 16 | 1018:
        return (uint16_t)rate;
    case TABLE_INPUT << 16 | 3:
        return 0xFFFE;
    case TABLE_COIL << 16 | 9:
        return 1;
    case TABLE_DISCRETE << 16 | 30:
        return (uint16_t)calibration;
    default:
        return 0;
    }
}

static bool answer_by_table(struct fake_device *device, int peer, const uint8_t *question)
{
    const fake_answer answer = atomic_load(&answers[question[7] & 7]);
    return question[6] == UNIT && answer(device, peer, question);
}

static bool answer_close(struct fake_device *device, int peer, const uint8_t *question)
{
    (void)device, (void)peer, (void)question;
    return false;
}

static bool answer_garbage(struct fake_device *device, int peer, const uint8_t *question)
{
    uint8_t answer[ANSWER_BYTES_MAX];
    const size_t size = fake_build(device, question, answer);
    answer[6]++;
    return fake_send(peer, answer, size);
}

static int set_up(void **state)
{
    total = 123456789;
    rate = 815;
    calibration = 0;
    for (int table = TABLE_COIL; table <= TABLE_INPUT; table++)
        answers[table] = answer_good;
    return fixture_start(state, profile_text, answer_by_table, register_value);
}

static int64_t now_ms(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void assert_reading(const struct scan *scan, size_t point, enum quality quality, int64_t count)
{
    assert_string_equal(quality_name(scan->readings[point].quality), quality_name(quality));
    if (quality == QUALITY_GOOD || quality == QUALITY_CALIBRATING)
        assert_int_equal(scan->readings[point].count, count);
}

static void reads_every_point(void **state)
{
    struct fixture *fixture = *state;
    const int64_t wall_ms = now_ms(CLOCK_REALTIME), boot_ms = now_ms(CLOCK_BOOTTIME);
    assert_int_equal(sweep_run(fixture->sweep, fixture->wire, &fixture->scan), WIRE_OK);
    const struct scan *scan = &fixture->scan;
    assert_int_equal(scan->points, POINTS);
    assert_reading(scan, TOTAL, QUALITY_GOOD, 123456789);
    assert_reading(scan, RATE, QUALITY_GOOD, 815);
    assert_reading(scan, HUMIDITY, QUALITY_GOOD, -2);
    assert_reading(scan, RUNNING, QUALITY_GOOD, 1);
    assert_reading(scan, CALIBRATION, QUALITY_GOOD, 0);
    assert_false(scan->calibrating);
    assert_true(scan->wall_ms >= wall_ms && scan->wall_ms <= now_ms(CLOCK_REALTIME));
    assert_true(scan->boot_ms >= boot_ms && scan->boot_ms <= now_ms(CLOCK_BOOTTIME));
    assert_int_equal(sweep_plan(fixture->sweep)->requests, REQUESTS);
    assert_int_equal(fixture->device.questions, REQUESTS);
    assert_int_equal(sweep_registers(fixture->sweep, TOTAL)[0], 123456789 >> 16);
    assert_int_equal(sweep_registers(fixture->sweep, HUMIDITY)[0], 0xFFFE);
}

/* What fails is one table's points; a device that answers is asked for the rest. */
static void a_fault_is_the_fault_of_one_request(void **state)
{
    static const struct {
        fake_answer answer;
        enum wire_outcome outcome;
        enum quality quality;
        int questions;
    } cases[] = {
        {answer_garbage, WIRE_GARBAGE, QUALITY_TIMEOUT, REQUESTS},
        {answer_close, WIRE_CLOSED, QUALITY_TIMEOUT, REQUESTS},
        {answer_exception, WIRE_EXCEPTION, QUALITY_EXCEPTION, REQUESTS + 2}, /* total and rate by themselves */
    };
    struct fixture *fixture = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        answers[TABLE_HOLDING] = cases[i].answer;
        fixture->device.questions = 0;
        assert_int_equal(sweep_run(fixture->sweep, fixture->wire, &fixture->scan), cases[i].outcome);
        assert_reading(&fixture->scan, TOTAL, cases[i].quality, 0);
        assert_reading(&fixture->scan, RATE, cases[i].quality, 0);
        assert_reading(&fixture->scan, HUMIDITY, QUALITY_GOOD, -2);
        assert_reading(&fixture->scan, RUNNING, QUALITY_GOOD, 1);
        assert_int_equal(fixture->device.questions, cases[i].questions);
    }
}

/* A device that lacks what holds the rate. */
static bool answer_without_rate(struct fake_device *device, int peer, const uint8_t *question)
{
    const int begin = question[8] << 8 | question[9], count = question[10] << 8 | question[11];
    const bool lacks = begin <= 1018 && begin + count > 1018;
    return lacks ? answer_exception(device, peer, question) : answer_good(device, peer, question);
}

static int questions_of_a_sweep(struct fixture *fixture, enum wire_outcome outcome)
{
    fixture->device.questions = 0;
    assert_int_equal(sweep_run(fixture->sweep, fixture->wire, &fixture->scan), outcome);
    return fixture->device.questions;
}

static void a_refused_register_is_found_and_the_rest_is_read(void **state)
{
    struct fixture *fixture = *state;
    answers[TABLE_HOLDING] = answer_without_rate;
    assert_int_equal(questions_of_a_sweep(fixture, WIRE_EXCEPTION), REQUESTS + 2);
    for (int i = 0; i < 2; i++) {
        assert_reading(&fixture->scan, TOTAL, QUALITY_GOOD, 123456789);
        assert_reading(&fixture->scan, RATE, QUALITY_EXCEPTION, 0);
        assert_reading(&fixture->scan, HUMIDITY, QUALITY_GOOD, -2);
        assert_string_equal(sweep_refused(fixture->sweep), "rate: exception 2, illegal data address");
        assert_string_equal(sweep_trouble(fixture->sweep)->error, "refuses rate: exception 2, illegal data address");
        assert_int_equal(sweep_trouble(fixture->sweep)->exception, 2);
        assert_int_equal(sweep_registers(fixture->sweep, TOTAL)[0], 123456789 >> 16);
        assert_int_equal(questions_of_a_sweep(fixture, WIRE_EXCEPTION), REQUESTS + 1);
    }

    answers[TABLE_HOLDING] = answer_good; /* it is there now: read at once, in one request from the next sweep on */
    assert_int_equal(questions_of_a_sweep(fixture, WIRE_OK), REQUESTS + 1);
    assert_reading(&fixture->scan, RATE, QUALITY_GOOD, 815);
    assert_string_equal(sweep_refused(fixture->sweep), "");
    assert_string_equal(sweep_trouble(fixture->sweep)->error, "");
    assert_int_equal(questions_of_a_sweep(fixture, WIRE_OK), REQUESTS);
}

static void a_new_connection_asks_for_the_whole_again(void **state)
{
    struct fixture *fixture = *state;
    answers[TABLE_HOLDING] = answer_without_rate;
    questions_of_a_sweep(fixture, WIRE_EXCEPTION);
    assert_int_equal(questions_of_a_sweep(fixture, WIRE_EXCEPTION), REQUESTS + 1);
    answers[TABLE_INPUT] = answer_close;
    questions_of_a_sweep(fixture, WIRE_CLOSED);
    answers[TABLE_INPUT] = answers[TABLE_HOLDING] = answer_good;
    questions_of_a_sweep(fixture, WIRE_OK);
    assert_int_equal(questions_of_a_sweep(fixture, WIRE_OK), REQUESTS);
}

static bool answer_no_target(struct fake_device *device, int peer, const uint8_t *question)
{
    uint8_t answer[9];
    (void)device;
    memcpy(answer, question, 8);
    answer[5] = 3;
    answer[7] |= 0x80;
    answer[8] = 0x0B;
    return fake_send(peer, answer, sizeof answer);
}

/* Each answer of a gateway that it has none takes the gateway's own time-out. */
static void a_gateways_word_ends_a_sweep(void **state)
{
    struct fixture *fixture = *state;
    for (int table = TABLE_COIL; table <= TABLE_INPUT; table++)
        answers[table] = answer_no_target;
    assert_int_equal(questions_of_a_sweep(fixture, WIRE_EXCEPTION), 1);
    for (size_t point = 0; point < POINTS; point++)
        assert_reading(&fixture->scan, point, QUALITY_TIMEOUT, 0);
    assert_int_equal(sweep_trouble(fixture->sweep)->exception, 0x0B);
    assert_string_equal(sweep_refused(fixture->sweep), "");
}

/* What came for an answer is kept, and what was wrong with it. */
static void the_trouble_tells_what_came(void **state)
{
    struct fixture *fixture = *state;
    answers[TABLE_INPUT] = answer_garbage;
    questions_of_a_sweep(fixture, WIRE_GARBAGE);
    const struct sweep_trouble *trouble = sweep_trouble(fixture->sweep);
    assert_int_equal(trouble->outcome, WIRE_GARBAGE);
    assert_int_equal(trouble->flaw, FLAW_UNIT);
    assert_non_null(strstr(trouble->error, "unit"));
    assert_string_equal(trouble->received + 3 * 6, "08 04 02 ff fe");
}

/* Of a silent device one time-out is enough. */
static void silence_ends_a_sweep(void **state)
{
    struct fixture *fixture = *state;
    sweep_free(fixture->sweep);
    fixture->sweep = sweep_new(fixture->profile, (struct wire_unit){.unit = UNIT, .timeout_ms = TIMEOUT_MS});
    assert_non_null(fixture->sweep);
    for (size_t silent = 0; silent < REQUESTS; silent++) {
        const struct plan *plan = sweep_plan(fixture->sweep);
        const enum registers_table table = plan->request[silent].table;
        answers[table] = answer_nothing;
        fixture->device.questions = 0;
        assert_int_equal(sweep_run(fixture->sweep, fixture->wire, &fixture->scan), WIRE_TIMEOUT);
        assert_int_equal(fixture->device.questions, silent + 1);
        for (size_t point = 0; point < POINTS; point++)
            assert_int_equal(fixture->scan.readings[point].quality,
                             plan->request_of[point] < silent ? QUALITY_GOOD : QUALITY_TIMEOUT);
        answers[table] = answer_good;
    }
}

static void the_times_are_those_of_the_last_answer(void **state)
{
    struct fixture *fixture = *state;
    sweep_free(fixture->sweep);
    fixture->sweep = sweep_new(fixture->profile, (struct wire_unit){.unit = UNIT, .timeout_ms = TIMEOUT_MS});
    assert_non_null(fixture->sweep);
    answers[sweep_plan(fixture->sweep)->request[REQUESTS - 1].table] = answer_nothing;
    assert_int_equal(sweep_run(fixture->sweep, fixture->wire, &fixture->scan), WIRE_TIMEOUT);
    assert_true(now_ms(CLOCK_BOOTTIME) - fixture->scan.boot_ms >= TIMEOUT_MS - 1);
}

static void a_state_of_calibration_marks_the_values(void **state)
{
    struct fixture *fixture = *state;
    calibration = 1;
    assert_int_equal(sweep_run(fixture->sweep, fixture->wire, &fixture->scan), WIRE_OK);
    assert_true(fixture->scan.calibrating);
    assert_reading(&fixture->scan, TOTAL, QUALITY_CALIBRATING, 123456789);
    assert_reading(&fixture->scan, HUMIDITY, QUALITY_CALIBRATING, -2);
    assert_reading(&fixture->scan, RUNNING, QUALITY_GOOD, 1);
    assert_reading(&fixture->scan, CALIBRATION, QUALITY_GOOD, 1);

    answers[TABLE_DISCRETE] = answer_exception; /* not read: it stands as it was last */
    calibration = 0;
    assert_int_equal(sweep_run(fixture->sweep, fixture->wire, &fixture->scan), WIRE_EXCEPTION);
    assert_true(fixture->scan.calibrating);
    assert_reading(&fixture->scan, TOTAL, QUALITY_CALIBRATING, 123456789);
    assert_reading(&fixture->scan, CALIBRATION, QUALITY_EXCEPTION, 0);

    answers[TABLE_DISCRETE] = answer_good;
    assert_int_equal(sweep_run(fixture->sweep, fixture->wire, &fixture->scan), WIRE_OK);
    assert_false(fixture->scan.calibrating);
    assert_reading(&fixture->scan, TOTAL, QUALITY_GOOD, 123456789);
}

static void a_reread_asks_one_request(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(sweep_run(fixture->sweep, fixture->wire, &fixture->scan), WIRE_OK);
    const struct scan before = fixture->scan;
    assert_false(sweep_was_reread(fixture->sweep, TOTAL));
    fixture->device.questions = 0;
    total = 5;
    rate = 6;
    assert_int_equal(sweep_reread(fixture->sweep, fixture->wire, TOTAL, &fixture->scan), WIRE_OK);
    assert_int_equal(fixture->device.questions, 1);
    assert_reading(&fixture->scan, TOTAL, QUALITY_GOOD, 5);
    assert_reading(&fixture->scan, RATE, QUALITY_GOOD, 6);
    assert_reading(&fixture->scan, HUMIDITY, QUALITY_GOOD, -2);
    assert_true(fixture->scan.boot_ms >= before.boot_ms);
    assert_true(sweep_was_reread(fixture->sweep, RATE)); /* it came with the total */
    assert_false(sweep_was_reread(fixture->sweep, HUMIDITY));

    answers[TABLE_HOLDING] = answer_exception;
    assert_int_equal(sweep_reread(fixture->sweep, fixture->wire, RATE, &fixture->scan), WIRE_EXCEPTION);
    assert_reading(&fixture->scan, TOTAL, QUALITY_EXCEPTION, 0);
    assert_reading(&fixture->scan, HUMIDITY, QUALITY_GOOD, -2);
    assert_true(sweep_was_reread(fixture->sweep, TOTAL));
    sweep_run(fixture->sweep, fixture->wire, &fixture->scan);
    assert_false(sweep_was_reread(fixture->sweep, TOTAL));
}

static void a_stop_ends_a_sweep(void **state)
{
    struct fixture *fixture = *state;
    wire_stop(fixture->wire);
    assert_int_equal(sweep_run(fixture->sweep, fixture->wire, &fixture->scan), WIRE_STOPPED);
    for (size_t point = 0; point < POINTS; point++)
        assert_reading(&fixture->scan, point, QUALITY_TIMEOUT, 0);
    assert_int_equal(fixture->device.questions, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(reads_every_point, set_up, fixture_stop),
        cmocka_unit_test_setup_teardown(a_fault_is_the_fault_of_one_request, set_up, fixture_stop),
        cmocka_unit_test_setup_teardown(a_refused_register_is_found_and_the_rest_is_read, set_up, fixture_stop),
        cmocka_unit_test_setup_teardown(a_new_connection_asks_for_the_whole_again, set_up, fixture_stop),
        cmocka_unit_test_setup_teardown(a_gateways_word_ends_a_sweep, set_up, fixture_stop),
        cmocka_unit_test_setup_teardown(the_trouble_tells_what_came, set_up, fixture_stop),
        cmocka_unit_test_setup_teardown(silence_ends_a_sweep, set_up, fixture_stop),
        cmocka_unit_test_setup_teardown(the_times_are_those_of_the_last_answer, set_up, fixture_stop),
        cmocka_unit_test_setup_teardown(a_state_of_calibration_marks_the_values, set_up, fixture_stop),
        cmocka_unit_test_setup_teardown(a_reread_asks_one_request, set_up, fixture_stop),
        cmocka_unit_test_setup_teardown(a_stop_ends_a_sweep, set_up, fixture_stop),
    };
    return cmocka_run_group_tests_name("sweep", tests, NULL, NULL);
}
