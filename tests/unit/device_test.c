/* SPDX-License-Identifier: Apache-2.0 */
#include "simulators/device.h"

#include "simulators/noise.h"
#include "simulators/script.h"
#include "tests/unit/simulated.h"

static void obey(struct world *world, const char *line)
{
    char *said = NULL;
    size_t size;
    FILE *out = open_memstream(&said, &size);
    const bool obeyed = script_obey(world, line, out);
    fclose(out);
    if (!obeyed)
        print_message("# %s: %s", line, said);
    free(said);
    assert_true(obeyed);
}

static void refuses(struct world *world, const char *line, const char *reason)
{
    char *said = NULL;
    size_t size;
    FILE *out = open_memstream(&said, &size);
    assert_false(script_obey(world, line, out));
    fclose(out);
    assert_non_null(strstr(said, reason));
    free(said);
}

/* What the belt has carried since the start, in kg. */
static int64_t carried_kg(const struct world *world)
{
    return world->mine[0]->plant.passed[STREAM_MAIN] / 1000;
}

/* Totals of every type move with the belt, exactly, however often they are read. */
static void totals_follow_the_belt(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int64_t grains, modulus; /* of one count; where it wraps */
    } totals[] = {
        {"total1", 1000, INT64_C(1) << 32},
        {"total-swapped", 1000, INT64_C(1) << 32},
        {"total-short", 1000, 65536},
        {"total-long", 1, 0},
    };
    enum { TOTALS = sizeof totals / sizeof *totals };
    const uint64_t seed = seed_take();
    struct world *world = simulated_world(seed);
    const int64_t early_g = world->mine[0]->plant.passed[STREAM_MAIN]; /* before the device was there */
    int64_t first[TOTALS];
    for (int i = 0; i < TOTALS; i++)
        first[i] = simulated_read(world, totals[i].name);
    for (uint64_t round = 1; round < 200; round++) {
        world_advance_to(world, world->now_ms + noise_between(seed, 1, round, 100, 30000));
        const int64_t passed_g = world->mine[0]->plant.passed[STREAM_MAIN] - early_g;
        for (int i = 0; i < TOTALS; i++) {
            int64_t expected = first[i] + passed_g / totals[i].grains;
            if (totals[i].modulus)
                expected %= totals[i].modulus;
            assert_int_equal(simulated_read(world, totals[i].name), expected);
        }
    }
    world_free(world);
}

static void polling_changes_nothing(void **state)
{
    (void)state;
    static const char *const names[] = {"total1", "total-float", "total-coarse", "total-long"};
    const uint64_t seed = seed_take();
    struct world *polled = simulated_world(seed), *left = simulated_world(seed);
    for (size_t i = 0; i < 4; i++)
        simulated_read(left, names[i]);
    for (int round = 0; round <= 300; round++) {
        for (size_t i = 0; i < 4; i++)
            simulated_read(polled, names[i]);
        world_advance_to(polled, round * 100);
    }
    world_advance_to(left, 30000);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(simulated_read(polled, names[i]), simulated_read(left, names[i]));
        assert_int_equal(simulated_dial(polled, names[i])->advanced, simulated_dial(left, names[i])->advanced);
    }
    world_free(polled);
    world_free(left);
}

static void gauges_and_states_show_the_mine(void **state)
{
    (void)state;
    struct world *world = simulated_world(seed_take());
    world_advance_to(world, 5000);
    const struct plant *plant = &world->mine[0]->plant;
    assert_int_equal(simulated_read(world, "rate"), plant->signal[SIGNAL_MAIN_RATE] / 1000);
    assert_int_equal(simulated_read(world, "load"), plant->signal[SIGNAL_MAIN_LOAD] / 100000);
    assert_int_equal(simulated_read(world, "odd"), 0);
    assert_int_equal(simulated_read(world, "total-reverse"), 0);
    assert_int_equal(simulated_read(world, "totalizing"), 1);
    assert_int_equal(simulated_read(world, "calibrating"), 0);
    obey(world, "belts stop");
    world_advance_to(world, 5100);
    assert_int_equal(simulated_read(world, "rate"), 0);
    assert_int_equal(simulated_read(world, "totalizing"), 0);
    const int64_t total = simulated_read(world, "total1");
    world_advance_to(world, 60000);
    assert_int_equal(simulated_read(world, "total1"), total);
    world_free(world);
}

static void coarse_totals_move_by_their_step(void **state)
{
    (void)state;
    struct world *world = simulated_world(seed_take());
    const int64_t first = simulated_read(world, "total-coarse");
    int64_t moves = 0, before = first;
    for (int round = 1; round <= 600; round++) {
        world_advance_to(world, round * 1000);
        const int64_t now = simulated_read(world, "total-coarse");
        assert_true(now == before || now == before + 10000);
        moves += now != before;
        before = now;
    }
    assert_in_range(moves, 3, 20); /* 10 minutes of 400 to 900 t/h */
    world_free(world);
}

static void a_total_zeroes_itself_by_the_clock(void **state)
{
    (void)state;
    struct world *world = simulated_world(seed_take()); /* begins at 16:45, zeroes itself at 16:46 */
    world_advance_to(world, 59900);
    assert_true(simulated_read(world, "total-shift") > 100);
    const int64_t total1 = simulated_read(world, "total1");
    world_advance_to(world, 60000);
    assert_int_equal(simulated_read(world, "total-shift"), 0);
    assert_true(simulated_read(world, "total1") >= total1);
    assert_int_equal(world->records, 1);
    assert_int_equal(world->record[0].after, 0);
    world_free(world);
}

static void slow_meters_show_old_totals(void **state)
{
    (void)state;
    struct world *world = simulated_world(seed_take());
    obey(world, "refresh scale 10s");
    world_advance_to(world, 10000);
    const int64_t at_10s = simulated_read(world, "total1"), kg_at_10s = carried_kg(world);
    world_advance_to(world, 19900);
    assert_int_equal(simulated_read(world, "total1"), at_10s);
    world_advance_to(world, 20000);
    const int64_t moved = simulated_read(world, "total1") - at_10s - (carried_kg(world) - kg_at_10s);
    assert_in_range(moved + 1, 0, 2); /* two floors */
    world_free(world);
}

static void faults_of_the_meter(void **state)
{
    (void)state;
    static const struct {
        const char *order;
        int64_t after; /* count; -1: what it was, and added */
        int64_t added;
    } cases[] = {
        {"fault scale reset", 0, 0},
        {"fault scale preset 12.345", 12345, 0},
        {"fault scale preset 12.345678", 12345, 0},
        {"fault scale wrap 7", 4294967289, 0},
        {"fault scale replaced 1.5", 1500, 0},
        {"fault scale jump 2.5", -1, 2500},
        {"fault scale jump -0.001", -1, -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world *world = simulated_world(seed_take());
        world_advance_to(world, 3000);
        const int64_t before = simulated_read(world, "total1");
        const int64_t advanced = simulated_dial(world, "total1")->advanced;
        obey(world, cases[i].order);
        const int64_t after = cases[i].after < 0 ? before + cases[i].added : cases[i].after;
        assert_int_equal(simulated_read(world, "total1"), after);
        assert_int_equal(simulated_dial(world, "total1")->advanced, advanced);
        assert_int_equal(world->record[0].before, before);
        assert_int_equal(world->record[0].after, after);
        world_free(world);
    }
}

/* After `wrap`, the belt carries it over, and the truth counts on. */
static void wraps_by_itself(void **state)
{
    (void)state;
    struct world *world = simulated_world(seed_take());
    obey(world, "fault scale wrap 100");
    const int64_t first = simulated_read(world, "total1");
    world_advance_to(world, 20000);
    const int64_t now = simulated_read(world, "total1");
    const int64_t moved = simulated_dial(world, "total1")->advanced;
    assert_true(moved > 100);
    assert_int_equal(now, first + moved - (INT64_C(1) << 32));
    assert_int_equal(simulated_dial(world, "total1")->wraps, 1);
    world_free(world);
}

static void torn_reads(void **state)
{
    (void)state;
    static const char *const names[] = {"total1", "total-swapped"};
    for (size_t i = 0; i < 2; i++) {
        struct world *world = simulated_world(seed_take());
        char order[100];
        const int64_t whole = simulated_read(world, names[i]);
        snprintf(order, sizeof order, "fault scale torn point %s", names[i]);
        obey(world, order);
        assert_int_equal(simulated_read(world, names[i]), whole - 65536);
        assert_int_equal(simulated_read(world, names[i]), whole); /* once */
        snprintf(order, sizeof order, "fault scale torn 65536 point %s times 2", names[i]);
        obey(world, order);
        assert_int_equal(simulated_read(world, names[i]), whole + 65536);
        assert_int_equal(simulated_read(world, names[i]), whole + 65536);
        assert_int_equal(simulated_read(world, names[i]), whole);
        world_free(world);
    }
}

static void glitches_and_twins(void **state)
{
    (void)state;
    struct world *world = simulated_world(seed_take());
    const int64_t true_total = simulated_read(world, "total1");
    obey(world, "fault scale glitch 0.005 point total1");
    assert_int_equal(simulated_read(world, "total1"), 5);
    assert_int_equal(simulated_read(world, "total1"), true_total);
    obey(world, "fault scale twin 77.000");
    for (int i = 0; i < 5; i++) {
        assert_int_equal(simulated_read(world, "total1"), 77000);
        assert_int_equal(simulated_read(world, "total1"), true_total);
    }
    assert_int_equal(world->device[0].dial[0].last.count, true_total);
    world_free(world);
}

static void torn_readings_are_no_marks(void **state)
{
    (void)state;
    struct world *world = simulated_world(seed_take());
    const struct device_dial *dial = &world->device[0].dial[0];
    obey(world, "fault scale torn");
    simulated_read(world, "total1");
    assert_false(dial->first.set);
    const int64_t whole = simulated_read(world, "total1");
    assert_true(dial->first.set);
    assert_int_equal(dial->first.count, whole);
    world_advance_to(world, 5000);
    const int64_t later = simulated_read(world, "total1");
    assert_int_equal(dial->first.count, whole);
    assert_int_equal(dial->last.count, later);
    assert_int_equal(dial->last.advanced - dial->first.advanced, later - whole);
    obey(world, "forget scale");
    assert_false(dial->first.set);
    world_free(world);
}

static void stuck_registers_stand_while_the_meter_goes_on(void **state)
{
    (void)state;
    struct world *world = simulated_world(seed_take());
    const int64_t first = simulated_read(world, "total1");
    simulated_read(world, "rate");
    obey(world, "fault scale stuck for 10s");
    const int64_t rate = simulated_read(world, "rate");
    world_advance_to(world, 9900);
    assert_int_equal(simulated_read(world, "total1"), first);
    assert_int_equal(simulated_read(world, "rate"), rate);
    assert_true(simulated_dial(world, "total1")->grains > 0);
    world_advance_to(world, 10000);
    const int64_t now = simulated_read(world, "total1");
    assert_true(now > first);
    assert_int_equal(now, first + simulated_dial(world, "total1")->advanced);
    world_free(world);
}

static void sentinels_gauges_and_noise(void **state)
{
    (void)state;
    struct world *world = simulated_world(seed_take());
    obey(world, "fault scale sentinel point load for 1s");
    assert_true(simulated_read(world, "load") == INT64_MIN);
    obey(world, "fault scale gauge 123.456 point rate for 1s");
    assert_int_equal(simulated_read(world, "rate"), 123456);
    world_advance_to(world, 1000);
    assert_true(simulated_read(world, "load") != INT64_MIN);
    assert_true(simulated_read(world, "rate") != 123456);
    obey(world, "belts stop");
    world_advance_to(world, 2000);
    const int64_t still = simulated_read(world, "total1");
    obey(world, "fault scale noise 3");
    int64_t below = 0;
    for (int i = 0; i < 100; i++) {
        world_advance_to(world, world->now_ms + 100);
        const int64_t shown = simulated_read(world, "total1");
        assert_in_range(still - shown, 0, 3);
        below += shown < still;
    }
    assert_in_range(below, 20, 99);
    world_free(world);
}

/* Test material turns the register, and the truth keeps it apart. */
static void calibrations_are_not_coal(void **state)
{
    (void)state;
    struct world *world = simulated_world(seed_take());
    obey(world, "belts stop");
    world_advance_to(world, 1000);
    const int64_t first = simulated_read(world, "total1");
    obey(world, "fault scale calibration 360 for 10s");
    world_advance_to(world, 6000);
    assert_int_equal(simulated_read(world, "calibrating"), 1);
    assert_int_equal(simulated_read(world, "testing"), 0);
    world_advance_to(world, 20000);
    assert_int_equal(simulated_read(world, "calibrating"), 0);
    assert_int_equal(simulated_read(world, "total1"), first + 1000); /* 360 t/h for 10 s */
    assert_int_equal(dial_calibrated(simulated_dial(world, "total1")), 1000);
    assert_int_equal(world->record[0].before, first);
    assert_int_equal(world->record[0].after, first + 1000);
    obey(world, "fault scale calibration 0 point testing");
    assert_int_equal(simulated_read(world, "testing"), 1);
    assert_int_equal(simulated_read(world, "calibrating"), 0);
    obey(world, "clear scale calibration");
    assert_int_equal(simulated_read(world, "testing"), 0);
    world_free(world);
}

static void belts_run_back(void **state)
{
    (void)state;
    struct world *world = simulated_world(seed_take());
    const int64_t first = simulated_read(world, "total1");
    obey(world, "fault scale back 36 for 10s");
    world_advance_to(world, 10000);
    assert_in_range(first - simulated_read(world, "total1"), 99, 101);
    assert_in_range(simulated_dial(world, "total1")->fell, 99, 101);
    world_advance_to(world, 20000);
    assert_true(simulated_read(world, "total1") > first);
    world_free(world);
}

static void what_a_device_cannot_have(void **state)
{
    (void)state;
    static const struct {
        const char *line, *reason;
    } cases[] = {
        {"fault scale reset point nowhere", "has no point 'nowhere'"},
        {"fault scale reset point rate", "has no such counter"},
        {"fault scale wrap point total-long", "never wraps"},
        {"fault scale torn point rate", "has no such counter"},
        {"fault scale twin 5 point rate", "has no such counter"},
        {"fault scale sentinel point rate", "has no sentinel there"},
        {"fault scale gauge 1 point total1", "is no gauge or state"},
        {"fault scale calibration point totalizing", "has no state that means"},
        {"fault scale preset 9999999999999999999999", "does not fit"},
        {"fault elsewhere reset", "no device 'elsewhere'"},
        {"fault", "no device ''"},
        {"refresh scale soon", "refresh needs a duration"},
        {"clear scale bogus", "'bogus' is no fault"},
        {"belts sideways", "expected 'belts stop'"},
        {"flows stop sim-z", "no mine 'sim-z'"},
        {"dance", "'dance' is no command"},
        {"", "expected a command"},
    };
    struct world *world = simulated_world(1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        refuses(world, cases[i].line, cases[i].reason);
    assert_int_equal(world->records, 0);
    assert_int_equal(world->device[0].ailments, 0);
    for (int i = 0; i < AILMENTS_MAX; i++)
        obey(world, "fault scale silent");
    refuses(world, "fault scale silent", "has 16 faults already");
    obey(world, "clear sim-t/*");
    assert_int_equal(world->device[0].ailments, 0);
    world_free(world);
}

static void reads_outside_its_registers_are_refused(void **state)
{
    (void)state;
    static const struct {
        enum registers_table table;
        uint16_t address, count;
        int code;
    } cases[] = {
        {TABLE_HOLDING, 0, 32, 0}, {TABLE_HOLDING, 31, 1, 0},    {TABLE_HOLDING, 31, 2, 2}, {TABLE_HOLDING, 32, 1, 2},
        {TABLE_DISCRETE, 0, 2, 0}, {TABLE_DISCRETE, 1, 2, 2},    {TABLE_INPUT, 0, 1, 2},    {TABLE_COIL, 0, 1, 2},
        {TABLE_HOLDING, 0, 33, 2}, {TABLE_HOLDING, 65535, 1, 2},
    };
    struct world *world = simulated_world(1);
    uint16_t words[200];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct request request = {.table = cases[i].table, .address = cases[i].address, .count = cases[i].count};
        assert_int_equal(device_read(&world->device[0], &request, true, 0, 0, words), cases[i].code);
    }
    world_free(world);
}

static void units_tell_what_a_profile_measures(void **state)
{
    (void)state;
    static const struct {
        const char *file;
        enum drive drive;
        size_t dials;
    } cases[] = {
        {"drivers/profiles/siemens-bw500.yaml", DRIVE_MAIN_BELT, 2},
        {"drivers/profiles/coaltally-simulated-scale.yaml", DRIVE_MAIN_BELT, 8},
        {"drivers/profiles/krohne-altosonic-v12.yaml", DRIVE_GAS, 1},
        {"drivers/profiles/eastron-sdm72d-m.yaml", DRIVE_POWER, 4},
        {"drivers/profiles/pemtech-pt2008.yaml", DRIVE_METHANE, 0},
        {"drivers/profiles/vega-vegapuls.yaml", DRIVE_BUNKER, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct faults *faults = faults_new();
        struct profile *profile = profile_load(cases[i].file, faults);
        assert_non_null(profile);
        assert_int_equal(drive_of_profile(profile), cases[i].drive);
        struct plant plant;
        plant_init(&plant, 1, 0, 800);
        struct device device;
        const struct device_setup setup = {
            .mine = "m", .name = "d", .profile = profile, .plant = &plant, .drive = cases[i].drive};
        assert_true(device_init(&device, &setup));
        assert_int_equal(device.dials, cases[i].dials);
        device_free(&device);
        profile_free(profile);
        faults_free(faults);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(totals_follow_the_belt),
        cmocka_unit_test(polling_changes_nothing),
        cmocka_unit_test(gauges_and_states_show_the_mine),
        cmocka_unit_test(coarse_totals_move_by_their_step),
        cmocka_unit_test(a_total_zeroes_itself_by_the_clock),
        cmocka_unit_test(slow_meters_show_old_totals),
        cmocka_unit_test(faults_of_the_meter),
        cmocka_unit_test(wraps_by_itself),
        cmocka_unit_test(torn_reads),
        cmocka_unit_test(glitches_and_twins),
        cmocka_unit_test(torn_readings_are_no_marks),
        cmocka_unit_test(stuck_registers_stand_while_the_meter_goes_on),
        cmocka_unit_test(sentinels_gauges_and_noise),
        cmocka_unit_test(calibrations_are_not_coal),
        cmocka_unit_test(belts_run_back),
        cmocka_unit_test(what_a_device_cannot_have),
        cmocka_unit_test(reads_outside_its_registers_are_refused),
        cmocka_unit_test(units_tell_what_a_profile_measures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
