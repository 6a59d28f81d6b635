/* SPDX-License-Identifier: Apache-2.0 */
#include "simulators/scenario.h"

#include <unistd.h>

#include "simulators/script.h"
#include "simulators/truth.h"
#include "tests/unit/simulated.h"

/* Loads a text as a scenario; what was wrong goes to `said`. */
static bool load(struct world *world, const char *text, char *said, size_t size)
{
    char path[] = "/tmp/scenario.XXXXXX";
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    struct faults *faults = faults_new();
    const bool good = scenario_load(world, path, "drivers/profiles", faults);
    FILE *out = fmemopen(said, size, "w");
    faults_print(faults, out);
    fclose(out);
    faults_free(faults);
    unlink(path);
    return good;
}

static const char good_text[] =
    "mines:\n"
    "  - name: north\n"
    "    rate: 600 t/h\n"
    "    devices:\n"
    "      - {name: scale-1, profile: siemens-bw500}\n"
    "      - {name: scale-2, profile: siemens-bw500, drives: check_belt, port: gate, "
    "unit: 7, refresh: 2s}\n"
    "      - {name: gas, profile: krohne-altosonic-v12, port: gate, unit: 8, meter: forward}\n"
    "  - name: south\n"
    "    devices: []\n"
    "script:\n"
    "  - {at: 2s, do: \"fault scale-1 jump 5\"}\n"
    "  - {at: 0s, do: \"fault scale-1 preset 4294967.000\"}\n"
    "  - {at: 1s, do: \"belts stop south\"}\n";

static void makes_mines_and_a_script(void **state)
{
    (void)state;
    char said[2000] = "";
    struct world *world = world_new(1, 0, 1);
    assert_true(load(world, good_text, said, sizeof said));
    assert_string_equal(said, "");
    assert_int_equal(world->mines, 2);
    assert_int_equal(world->devices, 3);
    assert_int_equal(world->ports, 2);
    assert_int_equal(world->mine[0]->plant.rate_t_h, 600);
    assert_int_equal(world->device[1].drive, DRIVE_CHECK_BELT);
    assert_int_equal(world->device[1].refresh_ms, 2000);
    assert_int_equal(world->device[2].drive, DRIVE_GAS);
    assert_ptr_equal(world_device_at(world, 1, 8), &world->device[2]);
    assert_null(world_device_at(world, 1, 1));
    world_free(world);
}

static void makes_lines(void **state)
{
    (void)state;
    static const char text[] = "mines:\n"
                               "  - name: north\n"
                               "    devices:\n"
                               "      - {name: scale-1, profile: siemens-bw500, port: line-1, unit: 247}\n"
                               "      - {name: scale-2, profile: siemens-bw500, port: server-1, unit: 1}\n"
                               "      - {name: scale-3, profile: siemens-bw500, unit: 255}\n"
                               "ports:\n"
                               "  - {name: line-1, rtu: /tmp/a, baud: 19200, parity: even, stop_bits: 2}\n"
                               "  - {name: server-1, rtu_over_tcp: true}\n"
                               "script:\n"
                               "  - {at: 1s, do: \"fault scale-1 pull for 2s\"}\n";
    char said[2000] = "";
    struct faults *faults = faults_new();
    struct world *world = world_new(1, 0, 1);
    assert_true(load(world, text, said, sizeof said));
    assert_string_equal(said, "");
    assert_int_equal(world->ports, 3);
    const struct world_port *port = world->port;
    assert_int_equal(port[0].kind, PORT_RTU);
    assert_string_equal(port[0].link, "/tmp/a");
    assert_int_equal(port[0].uart.baud, 19200);
    assert_int_equal(port[0].uart.parity, PARITY_EVEN);
    assert_int_equal(port[0].uart.stop_bits, 2);
    assert_int_equal(port[1].kind, PORT_RTU_OVER_TCP);
    assert_int_equal(port[1].uart.baud, 9600);
    assert_int_equal(port[1].uart.stop_bits, 1);
    assert_int_equal(port[2].kind, PORT_TCP);
    assert_ptr_equal(world_device_at(world, 0, 247), &world->device[0]);
    script_judge(world->script, world, "s.yaml", faults);
    assert_int_equal(faults_count(faults, FAULT_ERROR), 0);
    faults_free(faults);
    assert_false(world_pulled(world, 0));
    world_advance_to(world, 1000);
    assert_true(world_pulled(world, 0));
    assert_false(world_pulled(world, 1));
    world_advance_to(world, 3000);
    assert_false(world_pulled(world, 0));
    world_free(world);
}

static void names_what_is_wrong_with_lines(void **state)
{
    (void)state;
    static const struct {
        const char *ports, *device, *expected;
    } cases[] = {
        {"{name: line, rtu: l, rtu_over_tcp: true}", "port: line", "expected either rtu: PATH or rtu_over_tcp: true"},
        {"{name: line}", "port: line", "expected either rtu: PATH or rtu_over_tcp: true"},
        {"{name: line, rtu: l, baud: 100}", "port: line", "100"},
        {"{name: line, rtu: l, parity: mark}", "port: line", "mark"},
        {"{name: line, rtu: l, stop_bits: 3}", "port: line", "3"},
        {"{name: line, rtu: l}, {name: line, rtu: m}", "port: line", "a second port \"line\""},
        {"{name: line, rtu: l}", "port: lime", "no device has port: line"},
        {"{name: line, rtu: l}", "port: line, unit: 0", "found unit 0, expected 1 to 247"},
        {"{name: line, rtu: l}", "port: line, unit: 248", "found unit 248, expected 1 to 247"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[400], said[2000] = "";
        struct world *world = world_new(1, 0, 1);
        snprintf(text, sizeof text,
                 "ports: [%s]\nmines: [{name: north, devices: [{name: scale-1, profile: siemens-bw500, %s}]}]\n",
                 cases[i].ports, cases[i].device);
        assert_false(load(world, text, said, sizeof said));
        if (!strstr(said, cases[i].expected))
            fail_msg("no \"%s\" in:\n%s", cases[i].expected, said);
        world_free(world);
    }
}

static void obeys_its_script_in_time(void **state)
{
    (void)state;
    char said[2000];
    struct world *world = world_new(1, (16 * 60 + 45) * 60000, 1);
    assert_true(load(world, good_text, said, sizeof said));
    world_start(world);
    assert_int_equal(world->records, 1);
    assert_int_equal(world->record[0].after, 4294967000);
    world_advance_to(world, 900);
    assert_false(world->mine[1]->plant.belts_stopped);
    world_advance_to(world, 1000);
    assert_true(world->mine[1]->plant.belts_stopped);
    assert_false(world->mine[0]->plant.belts_stopped);
    assert_int_equal(world->records, 1);
    world_advance_to(world, 2000);
    assert_int_equal(world->records, 2);
    assert_int_equal(world->record[1].begin_sim_ms, 2000);
    world_free(world);
}

static void names_all_that_is_wrong(void **state)
{
    (void)state;
    static const char text[] = "mines:\n"
                               "  - name: North\n"
                               "    rate: 600 kg\n"
                               "    devices:\n"
                               "      - {name: scale-1, profile: siemens-bw5000}\n"
                               "      - {name: scale-2, profile: siemens-bw500, drives: mainbelt, colour: red}\n"
                               "      - {name: twin, profile: siemens-bw500}\n"
                               "      - {name: twin, profile: siemens-bw500, port: gate}\n"
                               "      - {name: other, profile: siemens-bw500, port: gate}\n"
                               "      - {name: third, profile: siemens-bw500, meter: rate}\n"
                               "  - {name: south}\n"
                               "script:\n"
                               "  - {at: soon, do: show}\n"
                               "speed: 5\n";
    static const char *const expected[] = {
        ":2:11: ",
        ":3:11: ",
        ":5:34: ",
        ":6:57: ",
        "colour",
        "second device \"twin\"",
        "second unit 1 behind port",
        "devices",
        ":13:10: ",
        "\"rate\" is no counter",
        "speed",
    };
    char said[8000] = "";
    struct world *world = world_new(1, 0, 1);
    assert_false(load(world, text, said, sizeof said));
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        if (!strstr(said, expected[i]))
            fail_msg("no \"%s\" in:\n%s", expected[i], said);
    world_free(world);
}

static void judges_its_script_before_it_runs(void **state)
{
    (void)state;
    static const char text[] = "mines:\n"
                               "  - {name: north, devices: [{name: scale-1, profile: siemens-bw500}]}\n"
                               "script:\n"
                               "  - {at: 1s, do: \"fault scale-1 silent\"}\n"
                               "  - {at: 2s, do: \"fault scale-2 silent\"}\n"
                               "  - {at: 0s, do: \"fault scale-1 sulky\"}\n"
                               "  - {at: 1s, do: \"belts stop south\"}\n"
                               "  - {at: 1s, do: \"clear scale-1\"}\n"
                               "  - {at: 1s, do: \"refresh scale-1 5s\"}\n";
    char said[4000] = "";
    struct world *world = world_new(1, 0, 1);
    assert_true(load(world, text, said, sizeof said));
    struct faults *faults = faults_new();
    script_judge(world->script, world, "a.yaml", faults);
    FILE *out = fmemopen(said, sizeof said, "w");
    faults_print(faults, out);
    fclose(out);
    assert_int_equal(faults_count(faults, FAULT_ERROR), 3);
    assert_non_null(strstr(said, "a.yaml:5:18: no device 'scale-2'"));
    assert_non_null(strstr(said, "a.yaml:6:18: 'sulky' is no fault"));
    assert_non_null(strstr(said, "a.yaml:7:18: no mine 'south'"));
    assert_int_equal(world->records, 0);
    assert_int_equal(world->device[0].refresh_ms, 0);
    faults_free(faults);
    world_free(world);
}

/* The scenario that comes with minesim, run to its end. */
static void all_accidents_happen(void **state)
{
    (void)state;
    struct world *world = world_new(1, (16 * 60 + 45) * 60000, 1);
    struct faults *faults = faults_new();
    assert_true(scenario_load(world, "simulators/scenarios/accidents.yaml", "drivers/profiles", faults));
    script_judge(world->script, world, "accidents.yaml", faults);
    assert_int_equal(faults_count(faults, FAULT_ERROR), 0);
    world_start(world);
    for (int64_t at_ms = 0; at_ms <= 600000; at_ms += 1000) {
        world_advance_to(world, at_ms);
        simulated_read(world, "total1");
    }
    assert_int_equal(world->records, 24);
    for (size_t i = 0; i < world->records; i++) /* all have ended; those counted in answers are not timed */
        assert_true(!world->record[i].lasting || world->record[i].ended || world->record[i].order.times);
    assert_int_equal(world->device[0].ailments, 0);
    assert_true(world->mine[0]->plant.belts_stopped);
    faults_free(faults);
    world_free(world);
}

static void a_file_that_is_not_there(void **state)
{
    (void)state;
    struct world *world = world_new(1, 0, 1);
    struct faults *faults = faults_new();
    assert_false(scenario_load(world, "/nowhere/scenario.yaml", NULL, faults));
    assert_int_equal(faults_count(faults, FAULT_ERROR), 1);
    faults_free(faults);
    world_free(world);
}

/* --- the truth about it --- */

/* One column of the line of a kind that holds `name`; columns as the truth's own '#' line names them. */
static int64_t truth_number(const char *truth, const char *kind, const char *name, const char *column)
{
    char *text = strdup(truth), *rest = text, *line, *head = NULL;
    int64_t number = INT64_MIN;
    while ((line = strsep(&rest, "\n"))) {
        const size_t length = strlen(kind);
        if (line[0] == '#' && strncmp(line + 1, kind, length) == 0 && line[1 + length] == '\t')
            head = line;
        if (strncmp(line, kind, length) != 0 || line[length] != '\t' || !strstr(line, name))
            continue;
        char *names = strdup(head), *at_name = names, *word, *value;
        while ((word = strsep(&at_name, "\t")) && (value = strsep(&line, "\t")))
            if (strcmp(word, column) == 0)
                number = strtoll(value, NULL, 10);
        free(names);
        break;
    }
    free(text);
    return number;
}

static char *truth_text(struct world *world)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    truth_print(world, out);
    fclose(out);
    return text;
}

static void tells_what_a_register_advanced(void **state)
{
    (void)state;
    struct world *world = simulated_world(seed_take());
    world_advance_to(world, 1000);
    const int64_t first = simulated_read(world, "total1");
    world_advance_to(world, 4000);
    assert_true(script_obey(world, "fault scale wrap 50", stderr));
    const int64_t before_wrap = world->record[0].before;
    world_advance_to(world, 9000);
    const int64_t last = simulated_read(world, "total1");
    world_advance_to(world, 9500);
    char *truth = truth_text(world);
    const int64_t by_hand = before_wrap - first + 50 + last; /* up to the wrap, over it, on from 0 */
    assert_int_equal(truth_number(truth, "counter", "\ttotal1\t", "first_count"), first);
    assert_int_equal(truth_number(truth, "counter", "\ttotal1\t", "last_count"), last);
    assert_int_equal(truth_number(truth, "counter", "\ttotal1\t", "read"), by_hand);
    assert_int_equal(truth_number(truth, "counter", "\ttotal1\t", "read_milli"), by_hand);
    assert_true(truth_number(truth, "counter", "\ttotal1\t", "advanced") > by_hand);
    assert_int_equal(truth_number(truth, "counter", "\ttotal1\t", "wraps"), 1);
    assert_int_equal(truth_number(truth, "counter", "\ttotal1\t", "breaks"), 1);
    assert_int_equal(truth_number(truth, "counter", "\ttotal1\t", "passed_micro"),
                     world->mine[0]->plant.passed[STREAM_MAIN]);
    assert_int_equal(truth_number(truth, "fault", "\twrap\t", "before"), before_wrap);
    assert_int_equal(truth_number(truth, "fault", "\twrap\t", "after"), (INT64_C(1) << 32) - 50);
    assert_int_equal(truth_number(truth, "fault", "\twrap\t", "begin_sim_ms"), 4000);
    assert_non_null(strstr(truth, "SIMULATED"));
    free(truth);
    world_free(world);
}

static void says_not_yet(void **state)
{
    (void)state;
    struct world *world = simulated_world(1);
    char *truth = truth_text(world);
    assert_non_null(strstr(truth, "\t-\t-\t-\t-\t-\t-\t-\t-\t-\t-\t-\t"));
    free(truth);
    world_free(world);
}

static void takes_its_place_in_one_step(void **state)
{
    (void)state;
    struct world *world = simulated_world(1);
    char folder[] = "/tmp/truth.XXXXXX", path[64], fresh[70], first[10];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/truth", folder);
    snprintf(fresh, sizeof fresh, "%s.new", path);
    assert_true(truth_write(world, path));
    assert_true(truth_write(world, path));
    assert_int_equal(access(fresh, F_OK), -1);
    FILE *file = fopen(path, "r");
    assert_non_null(fgets(first, sizeof first, file));
    assert_int_equal(first[0], '#');
    fclose(file);
    unlink(path);
    rmdir(folder);
    assert_false(truth_write(world, path));
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(makes_mines_and_a_script),       cmocka_unit_test(makes_lines),
        cmocka_unit_test(names_what_is_wrong_with_lines), cmocka_unit_test(obeys_its_script_in_time),
        cmocka_unit_test(names_all_that_is_wrong),        cmocka_unit_test(judges_its_script_before_it_runs),
        cmocka_unit_test(all_accidents_happen),           cmocka_unit_test(a_file_that_is_not_there),
        cmocka_unit_test(tells_what_a_register_advanced), cmocka_unit_test(says_not_yet),
        cmocka_unit_test(takes_its_place_in_one_step),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
