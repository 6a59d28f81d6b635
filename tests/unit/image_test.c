/* SPDX-License-Identifier: Apache-2.0 */
/* What minesim makes of profiles whose points hang on each other, or lie elsewhere
 * than in plain registers; read as a client reads it. */
#include "simulators/image.h"

#include "simulators/reply.h"
#include "simulators/script.h"
#include "tests/unit/simulated.h"

#define HEAD                                                                                                           \
    "profile: test-odd\n"                                                                                              \
    "title: Odd meter of a test\n"                                                                                     \
    "source: made up\n"                                                                                                \
    "address_base: 0\n"                                                                                                \
    "defaults: {table: holding, order: ABCD}\n"                                                                        \
    "points:\n"

enum { POINTS_MAX = 10 };

/* A world with one device of a profile's points, "sim-t/odd". */
static struct world *odd_world(const char *points, enum drive drive)
{
    char text[4000];
    struct world *world = world_new(1, (16 * 60 + 45) * 60000, 1);
    snprintf(text, sizeof text, HEAD "%s", points);
    struct profile *profile = simulated_profile(text);
    assert_true(world_add_profile(world, profile));
    struct world_mine *mine = world_add_mine(world, "sim-t", 900);
    const struct device_setup setup = {.mine = "sim-t",
                                       .name = "odd",
                                       .profile = profile,
                                       .plant = &mine->plant,
                                       .drive = drive,
                                       .unit = 1,
                                       .port = (size_t)world_port(world, "odd")};
    assert_non_null(world_add_device(world, &setup));
    return world;
}

static void obey(struct world *world, const char *line)
{
    assert_true(script_obey(world, line, stderr));
}

/* Registers as they are on the wire; the exception code, or 0. */
static int ask(struct world *world, enum registers_table table, int address, int count, uint16_t *words)
{
    const struct request request = {.table = table, .address = (uint16_t)address, .count = (uint16_t)count};
    return device_read(&world->device[0], &request, true, world->now_ms, world->now_ms, words);
}

/* Reads all points out of one answer; where `address` is that of the first register. */
static void read_all(struct world *world, int address, int count, struct reading *readings)
{
    const struct profile *profile = world->profile[0];
    uint16_t words[PLAN_REGISTERS_MAX] = {0};
    assert_int_equal(ask(world, TABLE_HOLDING, address, count, words), 0);
    for (int depth = 0; depth < POINT_DEPTHS; depth++)
        for (size_t i = 0; i < profile->points; i++)
            if (point_depth(&profile->point[i]) == depth)
                readings[i] =
                    point_decode_among(profile->point, i, words + (profile->point[i].address - address), readings);
    for (size_t i = 0; i < profile->points; i++)
        if (readings[i].quality == QUALITY_GOOD)
            readings[i].quality = point_condition(profile->point, i, readings);
}

static int64_t good(const struct reading *reading)
{
    assert_int_equal(reading->quality, QUALITY_GOOD);
    return reading->count;
}

static const char sum_points[] =
    "  - {name: total, kind: counter, high: kilotonnes, low: tonnes, unit: t, resolution: 0.001}\n"
    "  - {name: kilotonnes, kind: gauge, address: 0, type: uint16, scale: 1000}\n"
    "  - {name: tonnes, kind: gauge, address: 2, type: uint32, scale: 0.001}\n";

/* The parts move as one, and one dial stands behind them. */
static void a_sum_is_shown_by_its_parts(void **state)
{
    (void)state;
    struct world *world = odd_world(sum_points, DRIVE_MAIN_BELT);
    struct reading readings[POINTS_MAX];
    assert_int_equal(world->device[0].dials, 1);
    obey(world, "fault odd preset 41999.900");
    read_all(world, 0, 4, readings);
    assert_int_equal(good(&readings[0]), 41999900);
    assert_int_equal(good(&readings[1]), 41);
    assert_int_equal(good(&readings[2]), 999900);
    world_advance_to(world, 10000);
    read_all(world, 0, 4, readings);
    const int64_t shown = world->device[0].dial[0].dial.shown;
    assert_true(shown > 42000000);
    assert_int_equal(good(&readings[0]), shown);
    assert_int_equal(good(&readings[1]), 42);
    assert_true(world->device[0].dial[0].first.set);
    world_free(world);
}

/* Half of a sum is of another instant; only an answer with both parts is a reading. */
static void a_sum_is_torn_between_its_parts(void **state)
{
    (void)state;
    struct world *world = odd_world(sum_points, DRIVE_MAIN_BELT);
    struct reading readings[POINTS_MAX];
    uint16_t words[4];
    assert_int_equal(ask(world, TABLE_HOLDING, 0, 1, words), 0);
    assert_false(world->device[0].dial[0].first.set);
    obey(world, "fault odd preset 42000.050");
    obey(world, "fault odd torn -100 times 2");
    read_all(world, 0, 4, readings);
    assert_int_equal(good(&readings[0]), 41000050);
    assert_false(world->device[0].dial[0].first.set);
    obey(world, "fault odd preset 42500.000");
    read_all(world, 0, 4, readings);
    assert_int_equal(good(&readings[0]), 42499900);
    read_all(world, 0, 4, readings);
    assert_int_equal(good(&readings[0]), 42500000);
    assert_true(world->device[0].dial[0].first.set);
    world_free(world);
}

/* The factor goes up when a value no longer fits, and stands beside what it belongs to. */
static void a_scale_factor_makes_room(void **state)
{
    (void)state;
    struct world *world = odd_world(
        "  - {name: power, kind: gauge, address: 0, type: int16, unit: W, resolution: 1, scale_factor: power-sf}\n"
        "  - {name: power-sf, kind: gauge, address: 1, type: int16}\n"
        "  - {name: limit, kind: gauge, address: 2, type: int16, unit: W, resolution: 1, scale_factor: power-sf}\n",
        DRIVE_NOTHING);
    static const struct {
        const char *order;
        int64_t power;
        uint16_t word, factor, limit;
    } cases[] = {
        {"fault odd gauge 32000 point power", 32000, 32000, 0, 5000},
        {"fault odd gauge 327680 point power", 327700, 3277, 2, 50},
        {"fault odd gauge -1234567 point power", -1234600, (uint16_t)-12346, 2, 50},
    };
    obey(world, "fault odd gauge 5000 point limit");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct reading readings[POINTS_MAX];
        uint16_t words[3];
        obey(world, cases[i].order);
        assert_int_equal(ask(world, TABLE_HOLDING, 0, 3, words), 0);
        assert_int_equal(words[0], cases[i].word);
        assert_int_equal(words[1], cases[i].factor);
        assert_int_equal(words[2], cases[i].limit);
        read_all(world, 0, 3, readings);
        assert_int_equal(good(&readings[0]), cases[i].power);
        assert_int_equal(good(&readings[2]), 5000);
        world_clear(world, &world->device[0], FAULT_KINDS);
        obey(world, "fault odd gauge 5000 point limit");
    }
    world_free(world);
}

/* States that others hang on say that all is well, until a fault says otherwise. */
static void conditions_are_fulfilled(void **state)
{
    (void)state;
    struct world *world =
        odd_world("  - {name: a, kind: gauge, address: 0, type: uint16, valid_if: {point: status, bit: 3}}\n"
                  "  - {name: b, kind: gauge, address: 1, type: uint16, veto: {point: status, bit: 0}}\n"
                  "  - {name: c, kind: gauge, address: 2, type: uint16, valid_if: {point: mode, equals: [4, 5]}}\n"
                  "  - {name: d, kind: gauge, address: 3, type: uint16, veto: {point: error, equals: [0, 1]}}\n"
                  "  - {name: e, kind: gauge, address: 4, type: uint16, valid_if: {point: present}}\n"
                  "  - {name: status, kind: state, address: 5, type: uint16}\n"
                  "  - {name: mode, kind: state, address: 6, type: uint16}\n"
                  "  - {name: error, kind: state, address: 7, type: uint16}\n"
                  "  - {name: present, kind: state, address: 8, type: uint16}\n",
                  DRIVE_NOTHING);
    struct reading readings[POINTS_MAX];
    read_all(world, 0, 9, readings);
    for (int i = 0; i < 5; i++)
        good(&readings[i]);
    obey(world, "fault odd gauge 1 point status");
    obey(world, "fault odd gauge 0 point present");
    read_all(world, 0, 9, readings);
    assert_int_equal(readings[0].quality, QUALITY_SENTINEL);
    assert_int_equal(readings[1].quality, QUALITY_SENTINEL);
    good(&readings[2]);
    assert_int_equal(readings[4].quality, QUALITY_SENTINEL);
    world_free(world);
}

/* Two totals at one address, by a setting: the first one is shown, and alone. */
static void settings_exclude_each_other(void **state)
{
    (void)state;
    struct world *world =
        odd_world("  - {name: total, kind: counter, address: 0, type: uint32, scale: 0.1, unit: t, "
                  "valid_if: {point: decimals, equals: 1}}\n"
                  "  - {name: total-fine, kind: counter, address: 0, type: uint32, scale: 0.01, unit: t, "
                  "valid_if: {point: decimals, equals: 2}}\n"
                  "  - {name: decimals, kind: state, address: 2, type: uint16}\n",
                  DRIVE_MAIN_BELT);
    struct reading readings[POINTS_MAX];
    assert_int_equal(world->device[0].dials, 1);
    obey(world, "fault odd preset 1234.5");
    read_all(world, 0, 3, readings);
    assert_int_equal(good(&readings[0]), 12345);
    assert_int_equal(readings[1].quality, QUALITY_SENTINEL);
    assert_int_equal(good(&readings[2]), 1);
    world_free(world);
}

static void freshness_moves_until_it_is_stuck(void **state)
{
    (void)state;
    struct world *world = odd_world("  - {name: beat, kind: state, address: 0, type: uint16, means: freshness}\n"
                                    "  - {name: calibrating, kind: state, address: 1, bit: 0, means: calibrating}\n",
                                    DRIVE_NOTHING);
    uint16_t words[2];
    for (int second = 1; second < 5; second++) {
        world_advance_to(world, second * 1000);
        assert_int_equal(ask(world, TABLE_HOLDING, 0, 2, words), 0);
        assert_int_equal(words[0], second);
    }
    obey(world, "fault odd stuck");
    world_advance_to(world, 9000);
    assert_int_equal(ask(world, TABLE_HOLDING, 0, 2, words), 0);
    assert_int_equal(words[0], 4);
    world_free(world);
}

/* Enron: one address is four bytes, and a request of one register has four bytes in its answer. */
static void registers_of_four_bytes(void **state)
{
    (void)state;
    struct world *world =
        odd_world("  - {name: small, kind: gauge, address: 3001, type: uint16}\n"
                  "  - {name: total, kind: counter, address: 7001, type: uint32, register_bytes: 4, unit: t}\n"
                  "  - {name: rate, kind: gauge, address: 7003, type: float32, register_bytes: 4, resolution: 0.1}\n",
                  DRIVE_MAIN_BELT);
    static const uint8_t ask_total[] = {0, 1, 0, 0, 0, 6, 1, 3, 0x1b, 0x59, 0, 1};
    static const uint8_t ask_all[] = {0, 1, 0, 0, 0, 6, 1, 3, 0x1b, 0x59, 0, 3};
    static const uint8_t ask_more[] = {0, 1, 0, 0, 0, 6, 1, 3, 0x1b, 0x59, 0, 4};
    const struct reply_time now = {0, 0};
    struct reply reply;
    obey(world, "fault odd preset 16909060");
    reply_make(&world->device[0], &(struct reply_request){REPLY_TCP, ask_total, 12}, now, &reply);
    assert_int_equal(reply.length, 13);
    assert_memory_equal(reply.bytes + 7, "\3\4\1\2\3\4", 6);
    reply_make(&world->device[0], &(struct reply_request){REPLY_TCP, ask_all, 12}, now, &reply);
    assert_int_equal(reply.length, 9 + 12);
    assert_memory_equal(reply.bytes + 7, "\3\14\1\2\3\4", 6);
    reply_make(&world->device[0], &(struct reply_request){REPLY_TCP, ask_more, 12}, now, &reply);
    assert_memory_equal(reply.bytes + 7, "\203\2", 2);
    obey(world, "fault odd exception 6 point rate");
    reply_make(&world->device[0], &(struct reply_request){REPLY_TCP, ask_total, 12}, now, &reply);
    assert_int_equal(reply.bytes[7], 3);
    reply_make(&world->device[0], &(struct reply_request){REPLY_TCP, ask_all, 12}, now, &reply);
    assert_memory_equal(reply.bytes + 7, "\203\6", 2);
    world_free(world);
}

/* The chain can be walked from its mark to its end, and the values lie where it says. */
static void a_chain_of_models(void **state)
{
    (void)state;
    static const struct {
        uint16_t id, registers;
    } expected[] = {{1, 66}, {103, 24}, {64110, 3}};
    struct world *world = odd_world(
        "  - {name: maker, kind: text, model: 1, offset: 2, registers: 16}\n"
        "  - {name: energy, kind: counter, model: [103, 102, 101], offset: 24, type: uint32, unit: kWh, scale: 0.001}\n"
        "  - {name: extra, kind: gauge, model: 64110, offset: 4, type: uint16}\n",
        DRIVE_POWER);
    uint16_t words[66];
    int address = 40002;
    obey(world, "fault odd preset 16909.060");
    assert_int_equal(ask(world, TABLE_HOLDING, 40000, 2, words), 0);
    assert_int_equal(words[0], 0x5375);
    assert_int_equal(words[1], 0x6e53);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        assert_int_equal(ask(world, TABLE_HOLDING, address, 2, words), 0);
        assert_int_equal(words[0], expected[i].id);
        assert_int_equal(words[1], expected[i].registers);
        assert_int_equal(ask(world, TABLE_HOLDING, address + 2, words[1], words), 0);
        if (expected[i].id == 1)
            assert_int_equal(words[0], 'S' << 8 | 'I');
        if (expected[i].id == 103) {
            assert_int_equal(words[22], 0x0102);
            assert_int_equal(words[23], 0x0304);
        }
        address += 2 + expected[i].registers;
    }
    assert_int_equal(ask(world, TABLE_HOLDING, address, 2, words), 0);
    assert_int_equal(words[0], 0xffff);
    assert_int_equal(words[1], 0);
    assert_int_equal(ask(world, TABLE_HOLDING, address + 2, 1, words), 2);
    assert_int_equal(ask(world, TABLE_HOLDING, 39999, 1, words), 2);
    assert_true(world->device[0].dial[0].first.set);
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sum_is_shown_by_its_parts), cmocka_unit_test(a_sum_is_torn_between_its_parts),
        cmocka_unit_test(a_scale_factor_makes_room),   cmocka_unit_test(conditions_are_fulfilled),
        cmocka_unit_test(settings_exclude_each_other), cmocka_unit_test(freshness_moves_until_it_is_stuck),
        cmocka_unit_test(registers_of_four_bytes),     cmocka_unit_test(a_chain_of_models),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
