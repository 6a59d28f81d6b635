/* SPDX-License-Identifier: Apache-2.0 */
#include "simulators/reply.h"

#include "simulators/noise.h"
#include "simulators/script.h"
#include "tests/unit/simulated.h"

static const uint8_t read_total[] = {0x12, 0x34, 0, 0, 0, 6, 1, 3, 0, 0, 0, 2};
static const struct reply_time now = {.sim_ms = 0, .wall_ms = 1000};

static void make(struct device *device, const uint8_t *bytes, size_t length, struct reply_time at, struct reply *reply)
{
    reply_make(device, &(struct reply_request){REPLY_TCP, bytes, length}, at, reply);
}

static void obey(struct world *world, const char *line)
{
    assert_true(script_obey(world, line, stderr));
}

static void expect(const struct reply *reply, const uint8_t *bytes, size_t length)
{
    assert_int_equal(reply->length, length);
    assert_memory_equal(reply->bytes, bytes, length);
}

static void tells_how_long_a_request_is(void **state)
{
    (void)state;
    static const struct {
        uint8_t bytes[8];
        size_t have;
        int length;
    } cases[] = {
        {{0}, 0, 0},
        {{0, 1, 0, 0, 0}, 5, 0},
        {{0, 1, 0, 0, 0, 6}, 6, 12},
        {{0, 1, 0, 0, 0, 254}, 6, 260},
        {{0, 1, 0, 0, 0, 255}, 6, -1},
        {{0, 1, 0, 0, 1, 6}, 6, -1},
        {{0, 1, 0, 0, 0, 1}, 6, -1},
        {{0, 1, 0, 1, 0, 6}, 6, -1},
        {{'G', 'E', 'T', ' ', '/', ' '}, 6, -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(reply_request_length(cases[i].bytes, cases[i].have), cases[i].length);
}

static void answers_registers_and_bits(void **state)
{
    (void)state;
    struct world *world = simulated_world(1);
    struct device *device = &world->device[0];
    struct reply reply;
    obey(world, "fault scale preset 16909.060"); /* 0x01020304 kg */
    make(device, read_total, sizeof read_total, now, &reply);
    expect(&reply, (const uint8_t[]){0x12, 0x34, 0, 0, 0, 7, 1, 3, 4, 1, 2, 3, 4}, 13);
    static const uint8_t read_states[] = {0, 9, 0, 0, 0, 6, 1, 2, 0, 0, 0, 2};
    obey(world, "fault scale calibration 0");
    make(device, read_states, sizeof read_states, now, &reply);
    expect(&reply, (const uint8_t[]){0, 9, 0, 0, 0, 4, 1, 2, 1, 3}, 10);
    assert_int_equal(device->requests.asked, 2);
    assert_int_equal(device->requests.answered, 2);
    world_free(world);
}

static void refuses_what_it_must(void **state)
{
    (void)state;
    static const struct {
        uint8_t pdu[8];
        size_t length;
        uint8_t code;
        bool write;
    } cases[] = {
        {{5, 0, 0, 0xff, 0}, 5, 1, true},
        {{6, 0, 0, 0, 1}, 5, 1, true},
        {{15, 0, 0, 0, 1, 1, 1}, 7, 1, true},
        {{16, 0, 0, 0, 1, 2, 0, 1}, 8, 1, true},
        {{22, 0, 0, 0, 0, 0, 0}, 7, 1, true},
        {{23, 0, 0, 0, 1}, 5, 1, true},
        {{7}, 1, 1, false},
        {{43, 14, 1, 0}, 4, 1, false},
        {{3, 0, 0, 0, 0}, 5, 3, false},
        {{3, 0, 0, 0, 126}, 5, 3, false},
        {{2, 0, 0, 0x07, 0xd1}, 5, 3, false},
        {{3, 0, 0, 0}, 4, 3, false},
        {{3, 0, 0, 0, 125}, 5, 2, false},
        {{4, 0, 0, 0, 1}, 5, 2, false},
    };
    struct world *world = simulated_world(1);
    struct device *device = &world->device[0];
    int64_t writes = 0;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t request[20] = {0, 7, 0, 0, 0, (uint8_t)(cases[i].length + 1), 1};
        struct reply reply;
        memcpy(request + 7, cases[i].pdu, cases[i].length);
        make(device, request, 7 + cases[i].length, now, &reply);
        expect(&reply, (const uint8_t[]){0, 7, 0, 0, 0, 3, 1, (uint8_t)(cases[i].pdu[0] | 0x80), cases[i].code}, 9);
        writes += cases[i].write;
        assert_int_equal(device->requests.writes_refused, writes);
        assert_int_equal(device->requests.exceptions, i + 1);
    }
    assert_int_equal(device->requests.answered, 0);
    world_free(world);
}

static void a_gateway_misses_a_unit(void **state)
{
    (void)state;
    struct reply reply;
    make(NULL, read_total, sizeof read_total, now, &reply);
    expect(&reply, (const uint8_t[]){0x12, 0x34, 0, 0, 0, 3, 1, 0x83, 11}, 9);
}

static void faults_of_the_wire(void **state)
{
    (void)state;
    static const struct {
        const char *fault;
        size_t length;
        uint8_t bytes[16]; /* of the answer, where its length is told; total is 0 */
        int64_t delay_ms, drip_ms;
        bool close, clean;
    } cases[] = {
        {"silent", 0, {0}, 0, 0, false, false},
        {"close", 0, {0}, 0, 0, true, false},
        {"cut", 6, {0x12, 0x34, 0, 0, 0, 7}, 0, 0, true, false},
        {"exception", 9, {0x12, 0x34, 0, 0, 0, 3, 1, 0x83, 4}, 0, 0, false, false},
        {"exception 6", 9, {0x12, 0x34, 0, 0, 0, 3, 1, 0x83, 6}, 0, 0, false, false},
        {"slow 250", 13, {0x12, 0x34, 0, 0, 0, 7, 1, 3, 4, 0, 0, 0, 0}, 250, 0, false, true},
        {"late", 13, {0x12, 0x34, 0, 0, 0, 7, 1, 3, 4, 0, 0, 0, 0}, 1500, 0, false, false},
        {"drip 20", 13, {0x12, 0x34, 0, 0, 0, 7, 1, 3, 4, 0, 0, 0, 0}, 0, 20, false, false},
        {"short", 11, {0x12, 0x34, 0, 0, 0, 5, 1, 3, 2, 0, 0}, 0, 0, false, false},
        {"extra", 16, {0x12, 0x34, 0, 0, 0, 7, 1, 3, 4, 0, 0, 0, 0, 1, 2, 3}, 0, 0, false, false},
        {"wrong-unit", 13, {0x12, 0x34, 0, 0, 0, 7, 0x54, 3, 4, 0, 0, 0, 0}, 0, 0, false, false},
        {"wrong-transaction", 13, {0x12, 0x61, 0, 0, 0, 7, 1, 3, 4, 0, 0, 0, 0}, 0, 0, false, false},
        {"wrong-length", 13, {0x12, 0x34, 0, 0, 0, 7, 1, 3, 6, 0, 0, 0, 0}, 0, 0, false, false},
        {"wrong-function", 13, {0x12, 0x34, 0, 0, 0, 7, 1, 4, 4, 0, 0, 0, 0}, 0, 0, false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world *world = simulated_world(1);
        struct device *device = &world->device[0];
        struct reply reply;
        char order[64];
        obey(world, "fault scale reset");
        snprintf(order, sizeof order, "fault scale %s times 1", cases[i].fault);
        obey(world, order);
        make(device, read_total, sizeof read_total, now, &reply);
        expect(&reply, cases[i].bytes, cases[i].length);
        assert_int_equal(reply.delay_ms, cases[i].delay_ms);
        assert_int_equal(reply.drip_ms, cases[i].drip_ms);
        assert_int_equal(reply.close, cases[i].close);
        assert_int_equal(device->dial[0].first.set, cases[i].clean);
        make(device, read_total, sizeof read_total, now, &reply); /* it was for one answer */
        assert_int_equal(reply.length, 13);
        assert_int_equal(reply.delay_ms + reply.drip_ms + reply.close, 0);
        assert_true(device->dial[0].first.set);
        world_free(world);
    }
}

/* The same on a serial line, with what only that can have. */
static void faults_of_a_line(void **state)
{
    (void)state;
    static const uint8_t question[] = {1, 3, 0, 0, 0, 2, 0xc4, 0x0b};
    static const struct {
        const char *fault;
        size_t length;
        uint8_t bytes[20]; /* total is 0 */
        int64_t delay_ms, drip_ms;
        bool close, clean;
    } cases[] = {
        {"silent", 0, {0}, 0, 0, false, false},
        {"cut", 4, {1, 3, 4, 0}, 0, 0, true, false},
        {"exception 4", 5, {1, 0x83, 4, 0x40, 0xf3}, 0, 0, false, false},
        {"slow 250", 9, {1, 3, 4, 0, 0, 0, 0, 0xfa, 0x33}, 250, 0, false, true},
        {"late", 9, {1, 3, 4, 0, 0, 0, 0, 0xfa, 0x33}, 1500, 0, false, false},
        {"drip 20", 9, {1, 3, 4, 0, 0, 0, 0, 0xfa, 0x33}, 0, 20, false, false},
        {"short", 7, {1, 3, 2, 0, 0, 0xb8, 0x44}, 0, 0, false, false},
        {"extra", 12, {1, 3, 4, 0, 0, 0, 0, 0xfa, 0x33, 1, 2, 3}, 0, 0, false, false},
        {"wrong-unit", 9, {0x54, 3, 4, 0, 0, 0, 0, 0xff, 0x36}, 0, 0, false, false},
        {"wrong-function", 9, {1, 4, 4, 0, 0, 0, 0, 0xfb, 0x84}, 0, 0, false, false},
        {"wrong-length", 9, {1, 3, 6, 0, 0, 0, 0, 0x83, 0xf3}, 0, 0, false, false},
        {"bad-crc", 9, {1, 3, 4, 0, 0, 0, 0, 0xfa, 0x66}, 0, 0, false, false},
        {"lost 4", 7, {1, 3, 4, 0, 0, 0, 0x33}, 0, 0, false, false},
        {"lost 9", 8, {1, 3, 4, 0, 0, 0, 0, 0xfa}, 0, 0, false, false},
        {"lost 10", 9, {1, 3, 4, 0, 0, 0, 0, 0xfa, 0x33}, 0, 0, false, true},
        {"echo", 17, {1, 3, 0, 0, 0, 2, 0xc4, 0x0b, 1, 3, 4, 0, 0, 0, 0, 0xfa, 0x33}, 0, 0, false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world *world = simulated_world(1);
        struct reply reply;
        char order[64];
        world->port[0].kind = PORT_RTU;
        obey(world, "fault scale reset");
        snprintf(order, sizeof order, "fault scale %s", cases[i].fault);
        obey(world, order);
        reply_make(&world->device[0], &(struct reply_request){REPLY_RTU, question, sizeof question}, now, &reply);
        expect(&reply, cases[i].bytes, cases[i].length);
        assert_int_equal(reply.delay_ms, cases[i].delay_ms);
        assert_int_equal(reply.drip_ms, cases[i].drip_ms);
        assert_int_equal(reply.close, cases[i].close);
        assert_int_equal(world->device[0].dial[0].first.set, cases[i].clean);
        assert_int_equal(world->device[0].requests.spoiled + world->device[0].requests.exceptions, !cases[i].clean);
        world_free(world);
    }
}

/* Bytes are counted through all answers; those that come through whole are good ones. */
static void each_nth_byte_is_lost(void **state)
{
    (void)state;
    static const uint8_t question[] = {1, 3, 0, 0, 0, 2, 0xc4, 0x0b};
    static const uint8_t answer[] = {1, 3, 4, 0, 0, 0, 0, 0xfa, 0x33};
    enum { N = 50, ANSWERS = 100 };
    struct world *world = simulated_world(1);
    int64_t sent = 0, lost = 0;
    world->port[0].kind = PORT_RTU;
    obey(world, "fault scale reset");
    obey(world, "fault scale lost 50 times 5");
    for (int i = 0; i < ANSWERS; i++) {
        struct reply reply;
        uint8_t left[sizeof answer];
        size_t kept = 0;
        for (size_t at = 0; at < sizeof answer; at++)
            if (++sent % N != 0 || lost >= 5)
                left[kept++] = answer[at];
        lost += kept < sizeof answer;
        reply_make(&world->device[0], &(struct reply_request){REPLY_RTU, question, sizeof question}, now, &reply);
        expect(&reply, left, kept);
    }
    assert_int_equal(lost, 5);
    assert_int_equal(world->device[0].requests.spoiled, 5);
    assert_int_equal(world->device[0].requests.answered, ANSWERS - 5);
    world_free(world);
}

static void noise_in_front_of_an_answer(void **state)
{
    (void)state;
    static const uint8_t question[] = {1, 3, 0, 0, 0, 2, 0xc4, 0x0b};
    struct world *world = simulated_world(seed_take());
    struct reply reply;
    world->port[0].kind = PORT_RTU;
    obey(world, "fault scale reset");
    obey(world, "fault scale line-noise 5");
    reply_make(&world->device[0], &(struct reply_request){REPLY_RTU, question, sizeof question}, now, &reply);
    assert_int_equal(reply.length, 5 + 9);
    assert_memory_equal(reply.bytes + 5, "\1\3\4\0\0\0\0\xfa\x33", 9);
    const uint8_t first = reply.bytes[0];
    bool changes = false;
    for (int i = 1; i < 10; i++) {
        reply_make(&world->device[0], &(struct reply_request){REPLY_RTU, question, sizeof question},
                   (struct reply_time){i * 100, 0}, &reply);
        changes |= reply.bytes[0] != first;
    }
    assert_true(changes);
    world_free(world);
}

static void garbage_is_no_answer(void **state)
{
    (void)state;
    struct world *world = simulated_world(seed_take());
    struct reply reply;
    obey(world, "fault scale garbage");
    for (int i = 0; i < 50; i++) {
        make(&world->device[0], read_total, sizeof read_total, (struct reply_time){i * 100, 0}, &reply);
        assert_in_range(reply.length, 9, 200);
        assert_true(memcmp(reply.bytes, read_total, 6) != 0);
    }
    assert_int_equal(world->device[0].requests.spoiled, 50);
    world_free(world);
}

/* Whatever is asked, the answer is a frame that belongs to the question. */
static void anything_gets_a_whole_answer(void **state)
{
    (void)state;
    const uint64_t seed = seed_take();
    struct world *world = simulated_world(seed);
    for (uint64_t round = 0; round < 20000; round++) {
        uint8_t request[REPLY_FRAME_MAX];
        struct reply reply;
        const size_t length = (size_t)noise_between(seed, 1, round, 8, round % 4 ? 12 : REPLY_FRAME_MAX);
        for (size_t i = 0; i < length; i++)
            request[i] = (uint8_t)noise_between(seed, 2 + round, i, 0, i > 8 && round % 2 ? 40 : 255);
        request[2] = request[3] = 0;
        request[4] = (uint8_t)((length - 6) >> 8);
        request[5] = (uint8_t)(length - 6);
        request[7] = (uint8_t)noise_between(seed, 3, round, 0, 24);
        assert_int_equal(reply_request_length(request, length), length);
        make(&world->device[0], request, length, now, &reply);
        assert_in_range(reply.length, 9, REPLY_FRAME_MAX);
        assert_int_equal(reply_request_length(reply.bytes, reply.length), reply.length);
        assert_memory_equal(reply.bytes, request, 4);
        assert_int_equal(reply.bytes[7] & 0x7f, request[7] & 0x7f);
    }
    world_free(world);
}

/* With a point, only requests that touch it suffer. */
static void exceptions_of_one_point(void **state)
{
    (void)state;
    static const uint8_t read_swapped[] = {0, 1, 0, 0, 0, 6, 1, 3, 0, 3, 0, 1};
    struct world *world = simulated_world(1);
    struct reply reply;
    obey(world, "fault scale exception 2 point total-swapped");
    make(&world->device[0], read_total, sizeof read_total, now, &reply);
    assert_int_equal(reply.bytes[7], 3);
    make(&world->device[0], read_swapped, sizeof read_swapped, now, &reply);
    assert_int_equal(reply.bytes[7], 0x83);
    assert_int_equal(reply.bytes[8], 2);
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_how_long_a_request_is),
        cmocka_unit_test(answers_registers_and_bits),
        cmocka_unit_test(refuses_what_it_must),
        cmocka_unit_test(a_gateway_misses_a_unit),
        cmocka_unit_test(faults_of_the_wire),
        cmocka_unit_test(garbage_is_no_answer),
        cmocka_unit_test(faults_of_a_line),
        cmocka_unit_test(each_nth_byte_is_lost),
        cmocka_unit_test(noise_in_front_of_an_answer),
        cmocka_unit_test(anything_gets_a_whole_answer),
        cmocka_unit_test(exceptions_of_one_point),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
