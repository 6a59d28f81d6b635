/* SPDX-License-Identifier: Apache-2.0 */
/* Sweeps over devices that describe themselves, and over registers of 4 bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "drivers/sunspec.h"
#include "tests/unit/sweep_fixture.h"

enum { LAST = 65535 };
enum { MAKER, POWER, POWER_FACTOR, ENERGY, ENERGY_FACTOR, INVERTER_POINTS };

static const char inverter[] = "profile: p\ntitle: T\nsource: s\naddress_base: 0\ndefaults: {table: holding}\npoints:\n"
                               "- {name: maker, kind: text, model: 1, offset: 2, registers: 16}\n"
                               "- {name: power, kind: gauge, model: [101, 102, 103], offset: 14, type: int16, "
                               "scale_factor: power-sf, resolution: 0.1, unit: W, sentinels: [-32768]}\n"
                               "- {name: power-sf, kind: gauge, model: [101, 102, 103], offset: 15, type: int16, "
                               "sentinels: [-32768]}\n"
                               "- {name: energy, kind: counter, model: [101, 102, 103], offset: 24, type: uint32, "
                               "scale_factor: energy-sf, resolution: 1, unit: Wh}\n"
                               "- {name: energy-sf, kind: gauge, model: [101, 102, 103], offset: 26, type: int16}\n";

/* What the device holds. It is written between scans, while nobody asks. */
static uint16_t image[LAST + 1];

static uint16_t image_value(int table, int address)
{
    return table == TABLE_HOLDING && address <= LAST ? image[address] : 0;
}

/* There is nothing where the image is 0 from the first register asked for on. */
static bool answer_image(struct fake_device *device, int peer, const uint8_t *question)
{
    const int address = question[8] << 8 | question[9], count = question[10] << 8 | question[11];
    if (question[6] != UNIT)
        return true;
    for (int i = 0; i < count; i++)
        if (address + i <= LAST && image[address + i])
            return answer_good(device, peer, question);
    return answer_exception(device, peer, question);
}

static bool answer_and_close(struct fake_device *device, int peer, const uint8_t *question)
{
    answer_image(device, peer, question);
    return false;
}

static void put(int address, const uint16_t *registers, int count)
{
    for (int i = 0; i < count && address + i <= LAST; i++)
        image[address + i] = registers[i];
}

/* A chain of a common model of some length, one that nobody knows, an inverter, and an end. */
static void put_chain(int base, uint16_t common, uint16_t inverter_id)
{
    const int unknown = base + 2 + 2 + common, at = unknown + 2 + 10;
    memset(image, 0, sizeof image);
    put(base, (const uint16_t[]){0x5375, 0x6e53, 1, common, 0x4d61, 0x6b65, 0x7200}, 7); /* "Maker" */
    put(unknown, (const uint16_t[]){64001, 10}, 2);
    put(at, (const uint16_t[]){inverter_id, 50}, 2);
    put(at + 14, (const uint16_t[]){12345, 0xffff}, 2);
    put(at + 24, (const uint16_t[]){0xffff, 0xffff, 1}, 3);
    put(at + 52, (const uint16_t[]){0xffff, 0}, 2);
}

static int start_inverter(void **state)
{
    return fixture_start(state, inverter, answer_image, image_value);
}

static enum wire_outcome run(struct fixture *fixture)
{
    fixture->device.questions = 0;
    return sweep_run(fixture->sweep, fixture->wire, &fixture->scan);
}

/* Whether a connection that the device closes is seen before the next question or by
 * it is chance: then the scan says so, and the one after connects anew. */
static enum wire_outcome run_anew(struct fixture *fixture)
{
    enum wire_outcome outcome = run(fixture);
    for (int tries = 0; outcome == WIRE_CLOSED && tries < 20; tries++)
        outcome = run(fixture);
    return outcome;
}

static void assert_reading(const struct fixture *fixture, size_t point, enum quality quality, int64_t count)
{
    const struct reading *reading = &fixture->scan.readings[point];
    assert_string_equal(quality_name(reading->quality), quality_name(quality));
    if (quality == QUALITY_GOOD)
        assert_int_equal(reading->count, count);
}

/* 1234.5 W; 42949672950 Wh, more than its 32 bits hold. */
static void assert_inverter(struct fixture *fixture)
{
    assert_int_equal(run(fixture), WIRE_OK);
    assert_string_equal(sweep_trouble(fixture->sweep)->error, "");
    assert_reading(fixture, MAKER, QUALITY_GOOD, 0);
    assert_string_equal(fixture->scan.text[MAKER], "Maker");
    assert_null(fixture->scan.text[POWER]);
    assert_reading(fixture, POWER, QUALITY_GOOD, 12345);
    assert_reading(fixture, POWER_FACTOR, QUALITY_GOOD, -1);
    assert_reading(fixture, ENERGY, QUALITY_GOOD, 42949672950);
}

static void finds_models_wherever_they_are(void **state)
{
    static const struct {
        int base;
        uint16_t common, inverter;
    } cases[] = {{40000, 65, 101}, {40000, 66, 103}, {50000, 66, 102}, {0, 65, 103}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        put_chain(cases[i].base, cases[i].common, cases[i].inverter);
        assert_int_equal(start_inverter(state), 0);
        struct fixture *fixture = *state;
        assert_inverter(fixture);
        assert_inverter(fixture);
        assert_int_equal(fixture->device.questions, 1); /* where they are is known now, and what they are called */
        fixture_stop(state);
    }
}

static bool answer_nothing_to(struct fake_device *device, int peer, const uint8_t *question)
{
    (void)device, (void)peer, (void)question;
    return true;
}

/* What a device calls itself is asked for once, and again when it was away: it may be another. */
static void asks_again_who_it_is_after_an_absence(void **state)
{
    struct fixture *fixture = *state;
    put_chain(40000, 66, 103);
    assert_inverter(fixture);
    assert_inverter(fixture);
    assert_int_equal(fixture->device.questions, 1);
    put(40000 + 2 + 2, (const uint16_t[]){0x4f74, 0x6865, 0x7200}, 3); /* "Other" */
    assert_inverter(fixture);                                          /* nobody looks */
    atomic_store(&fixture->device.answer, answer_nothing_to);
    sweep_free(fixture->sweep);
    fixture->sweep = sweep_new(fixture->profile, (struct wire_unit){.unit = UNIT, .timeout_ms = 50});
    assert_int_equal(run(fixture), WIRE_TIMEOUT);
    atomic_store(&fixture->device.answer, answer_image);
    assert_int_equal(run(fixture), WIRE_OK);
    assert_string_equal(fixture->scan.text[MAKER], "Other");
    put(40000 + 2 + 2, (const uint16_t[]){0x4d61, 0x6b65}, 2); /* "Maker" */
    atomic_store(&fixture->device.answer, answer_nothing_to);
    assert_int_equal(run(fixture), WIRE_TIMEOUT);
    assert_reading(fixture, POWER, QUALITY_TIMEOUT, 0);
    atomic_store(&fixture->device.answer, answer_image);
    assert_int_equal(run(fixture), WIRE_OK);
    assert_string_equal(fixture->scan.text[MAKER], "Maker");
    assert_int_equal(run(fixture), WIRE_OK);
    assert_int_equal(fixture->device.questions, 1);
}

static void says_which_model_is_missing(void **state)
{
    struct fixture *fixture = *state;
    put_chain(40000, 66, 111);
    assert_int_equal(run(fixture), WIRE_EXCEPTION);
    assert_reading(fixture, MAKER, QUALITY_GOOD, 0);
    assert_reading(fixture, POWER, QUALITY_EXCEPTION, 0);
    assert_int_equal(sweep_trouble(fixture->sweep)->exception, SWEEP_NO_MODEL);
    assert_string_equal(sweep_trouble(fixture->sweep)->error,
                        "SunSpec model 101 with 27 registers is not there: the chain at 40000 has 1 (68), 64001 (12), "
                        "111 (52)");
}

/* A model that is shorter than the profile takes it to be is another. */
static void takes_nothing_beyond_a_model(void **state)
{
    struct fixture *fixture = *state;
    put_chain(40000, 66, 103);
    image[40000 + 2 + 68 + 12 + 1] = 24; /* its length; the energy is at 24 to 26 */
    put(40000 + 2 + 68 + 12 + 26, (const uint16_t[]){0xffff, 0}, 2);
    assert_int_equal(run(fixture), WIRE_EXCEPTION);
    assert_reading(fixture, ENERGY, QUALITY_EXCEPTION, 0);
}

static void a_chain_may_break(void **state)
{
    struct fixture *fixture = *state;
    put_chain(40000, 66, 103);
    image[40000 + 2 + 68 + 1] = 5000; /* the unknown model's length leads into nothing */
    assert_int_equal(run(fixture), WIRE_EXCEPTION);
    assert_reading(fixture, MAKER, QUALITY_GOOD, 0);
    assert_reading(fixture, POWER, QUALITY_EXCEPTION, 0);
    assert_string_equal(
        sweep_trouble(fixture->sweep)->error,
        "SunSpec model 101 with 27 registers is not there: the chain at 40000 breaks off after 1 (68), 64001 (5002)");
    image[40000 + 2 + 68 + 1] = 65535; /* beyond all registers */
    assert_int_equal(run(fixture), WIRE_EXCEPTION);
    assert_reading(fixture, POWER, QUALITY_EXCEPTION, 0);
}

static void a_chain_without_end_ends(void **state)
{
    struct fixture *fixture = *state;
    memset(image, 0, sizeof image);
    put(40000, (const uint16_t[]){0x5375, 0x6e53}, 2);
    for (int i = 40002; i < LAST; i += 2)
        image[i] = 777; /* of no length */
    assert_int_equal(run(fixture), WIRE_EXCEPTION);
    assert_in_range(fixture->device.questions, SUNSPEC_MODELS_MAX, SUNSPEC_REQUESTS_MAX);
    assert_reading(fixture, POWER, QUALITY_EXCEPTION, 0);
    run(fixture); /* and is not walked again */
    assert_int_equal(fixture->device.questions, 0);
}

static void says_that_there_is_no_marker(void **state)
{
    struct fixture *fixture = *state;
    memset(image, 0, sizeof image);
    put(40000, (const uint16_t[]){0x5375, 0x6e54}, 2);
    assert_int_equal(run(fixture), WIRE_EXCEPTION);
    assert_string_equal(sweep_trouble(fixture->sweep)->error,
                        "no SunSpec device: the marker \"SunS\" is not at 40000, 50000 or 0");
    put_chain(0, 65, 103); /* until there is one */
    assert_inverter(fixture);
}

/* Behind a new connection there may be another device, or other firmware. */
static void walks_again_after_a_reconnect(void **state)
{
    struct fixture *fixture = *state;
    put_chain(40000, 66, 103);
    assert_inverter(fixture);
    fixture->device.answer = answer_and_close;
    run(fixture);
    fixture->device.answer = answer_image;
    put_chain(40000, 65, 101);
    assert_int_equal(run_anew(fixture), WIRE_OK);
    assert_inverter(fixture);
}

static const char power_only[] = "profile: p\ntitle: T\nsource: s\naddress_base: 0\npoints:\n"
                                 "- {name: power, kind: gauge, table: holding, model: 103, offset: 14, type: int16}\n";

static int start_power(void **state)
{
    return fixture_start(state, power_only, answer_image, image_value);
}

/* The very first value over the new connection is of where the model is now. */
static void takes_nothing_from_where_a_model_was(void **state)
{
    struct fixture *fixture = *state;
    put_chain(40000, 66, 103);
    assert_int_equal(run(fixture), WIRE_OK);
    fixture->device.answer = answer_and_close; /* the one answer of the next scan is the last */
    assert_int_equal(run(fixture), WIRE_OK);
    assert_int_equal(fixture->device.questions, 1);
    assert_reading(fixture, 0, QUALITY_GOOD, 12345);
    put_chain(40000, 65, 103);
    fixture->device.answer = answer_image;
    assert_int_equal(run_anew(fixture), WIRE_OK);
    assert_reading(fixture, 0, QUALITY_GOOD, 12345);
}

static void a_silent_device_costs_one_time_out(void **state)
{
    struct fixture *fixture = *state;
    sweep_free(fixture->sweep);
    fixture->sweep = sweep_new(fixture->profile, (struct wire_unit){.unit = UNIT, .timeout_ms = 100});
    assert_non_null(fixture->sweep);
    put_chain(50000, 66, 103);
    fixture->device.answer = answer_nothing;
    assert_int_equal(run(fixture), WIRE_TIMEOUT);
    assert_int_equal(fixture->device.questions, 1);
    assert_reading(fixture, POWER, QUALITY_TIMEOUT, 0);
    assert_true(fixture->scan.boot_ms > 0);
    fixture->device.answer = answer_image;
    assert_inverter(fixture);
}

/* --- registers of 4 bytes --- */

static const char enron[] =
    "profile: p\ntitle: T\nsource: s\naddress_base: 0\ndefaults: {table: holding, register_bytes: 4}\npoints:\n"
    "- {name: volume, kind: counter, address: 5007, type: uint32, unit: m3}\n"
    "- {name: mass, kind: counter, address: 5006, type: int32, order: CDAB, unit: kg}\n"
    "- {name: long, kind: counter, address: 5009, type: int64, unit: m3}\n"
    "- {name: plain, kind: gauge, address: 5011, type: uint16, register_bytes: 2}\n";

/* 5006 on: four bytes an address; else two. */
static bool answer_enron(struct fake_device *device, int peer, const uint8_t *question)
{
    static const uint8_t bytes[] = {0x33, 0x44, 0x11, 0x22, 0xff, 0xff, 0xff, 0xfe, 9,    9,
                                    9,    9,    0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe};
    const int address = question[8] << 8 | question[9], count = question[10] << 8 | question[11];
    uint8_t answer[ANSWER_BYTES_MAX];
    if (address == 5011)
        return answer_good(device, peer, question);
    memcpy(answer, question, 8);
    answer[4] = 0;
    answer[5] = (uint8_t)(3 + 4 * count);
    answer[8] = (uint8_t)(4 * count);
    memcpy(answer + 9, bytes + 4 * (address - 5006), 4 * (size_t)count);
    return fake_send(peer, answer, 9 + 4 * (size_t)count);
}

static int start_enron(void **state)
{
    return fixture_start(state, enron, answer_enron, image_value);
}

static void reads_registers_of_four_bytes(void **state)
{
    struct fixture *fixture = *state;
    image[5011] = 4711;
    assert_int_equal(run(fixture), WIRE_OK);
    assert_int_equal(fixture->device.questions, 2);
    assert_int_equal(sweep_plan(fixture->sweep)->requests, 2);
    assert_reading(fixture, 0, QUALITY_GOOD, 0xfffffffe);
    assert_reading(fixture, 1, QUALITY_GOOD, 0x11223344);
    assert_reading(fixture, 2, QUALITY_GOOD, INT64_MAX - 1);
    assert_reading(fixture, 3, QUALITY_GOOD, 4711);
}

/* What answers with two bytes a register is not understood, and nothing of it is taken. */
static void wants_four_bytes(void **state)
{
    struct fixture *fixture = *state;
    fixture->device.answer = answer_good;
    assert_int_equal(run(fixture), WIRE_GARBAGE);
    for (size_t i = 0; i < 3; i++)
        assert_reading(fixture, i, QUALITY_TIMEOUT, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_models_wherever_they_are),
        cmocka_unit_test_setup_teardown(asks_again_who_it_is_after_an_absence, start_inverter, fixture_stop),
        cmocka_unit_test_setup_teardown(says_which_model_is_missing, start_inverter, fixture_stop),
        cmocka_unit_test_setup_teardown(takes_nothing_beyond_a_model, start_inverter, fixture_stop),
        cmocka_unit_test_setup_teardown(a_chain_may_break, start_inverter, fixture_stop),
        cmocka_unit_test_setup_teardown(a_chain_without_end_ends, start_inverter, fixture_stop),
        cmocka_unit_test_setup_teardown(says_that_there_is_no_marker, start_inverter, fixture_stop),
        cmocka_unit_test_setup_teardown(walks_again_after_a_reconnect, start_inverter, fixture_stop),
        cmocka_unit_test_setup_teardown(takes_nothing_from_where_a_model_was, start_power, fixture_stop),
        cmocka_unit_test_setup_teardown(a_silent_device_costs_one_time_out, start_inverter, fixture_stop),
        cmocka_unit_test_setup_teardown(reads_registers_of_four_bytes, start_enron, fixture_stop),
        cmocka_unit_test_setup_teardown(wants_four_bytes, start_enron, fixture_stop),
    };
    return cmocka_run_group_tests_name("sunspec", tests, NULL, NULL);
}
