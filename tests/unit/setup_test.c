/* SPDX-License-Identifier: Apache-2.0 */
/* What minesim writes for the daemon, read as the daemon reads it. */
#include "simulators/setup.h"

#include <getopt.h>
#include <unistd.h>

#include "collector/config.h"
#include "simulators/bench.h"
#include "simulators/demo.h"
#include "tests/unit/simulated.h"

static char folder[64], path[80];

static int make_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/setup.XXXXXX");
    snprintf(path, sizeof path, "%s", mkdtemp(folder));
    snprintf(path + strlen(path), sizeof path - strlen(path), "/a.yaml");
    return setenv("COALTALLY_PROFILES", "drivers/profiles", 1);
}

static int remove_folder(void **state)
{
    (void)state;
    char profile[120];
    snprintf(profile, sizeof profile, "%s/profiles/" BENCH_PROFILE ".yaml", folder);
    unlink(profile);
    snprintf(profile, sizeof profile, "%s/profiles", folder);
    rmdir(profile);
    unlink(path);
    return rmdir(folder);
}

/* The options of a command line; the verdict. */
static enum options_verdict parse(struct options *options, int count, const char *const *words)
{
    char *argv[20] = {(char *)"minesim"};
    for (int i = 0; i < count; i++)
        argv[i + 1] = (char *)words[i];
    optind = 0; /* once more from the beginning */
    return options_parse(count + 1, argv, options);
}

static struct config *load(size_t *warnings)
{
    struct faults *faults = faults_new();
    struct config *config = config_load(path, faults);
    *warnings = faults_count(faults, FAULT_WARNING);
    if (!config)
        faults_print(faults, stderr);
    faults_free(faults);
    assert_non_null(config);
    return config;
}

static void the_usual_mines(void **state)
{
    (void)state;
    static const char *const words[] = {"--site", "here",   "--database",   "/tmp/l.db", "--runtime",
                                        "/tmp/r", "--mqtt", "localhost:99", "--commit",  "2s"};
    struct options options;
    struct faults *faults = faults_new();
    struct world *world = world_new(1, 0, 1);
    size_t warnings;
    assert_int_equal(parse(&options, sizeof words / sizeof *words, words), OPTIONS_RUN);
    options.config_out = path;
    assert_true(demo_add(world, 3, NULL, faults));
    for (size_t i = 0; i < world->ports; i++)
        world->port[i].number = 20000 + (int)i;
    assert_true(setup_write(world, &options));
    struct config *config = load(&warnings);
    assert_string_equal(config->site, "here");
    assert_string_equal(config->database, "/tmp/l.db");
    assert_string_equal(config->mqtt.host, "localhost");
    assert_int_equal(config->mqtt.port, 99);
    assert_int_equal(config->commit_ms, 2000);
    assert_int_equal(config->clock_wait_ms, 0);
    assert_int_equal(config->mines, 3);
    assert_int_equal(config->devices, 18);
    assert_int_equal(config->meters, 12);
    for (size_t i = 0; i < config->mines; i++)
        assert_true(config->mine[i].simulated);
    for (size_t i = 0; i < config->buses; i++)
        assert_int_equal(config->bus[i].link.port, 20000 + i);
    assert_string_equal(config->meter[0].name, "a-scale-1");
    assert_string_equal(config->meter[0].quantity->name, "raw_coal");
    assert_int_equal(config->meter[0].role, ROLE_MAIN);
    assert_int_equal(config->meter[1].role, ROLE_CHECK);
    config_free(config);
    faults_free(faults);
    world_free(world);
}

/* Reads the configuration of a mine's own site, and removes what --sites made of it. */
static struct config *load_site(const char *mine)
{
    char kept[80], made[120];
    size_t warnings;
    strcpy(kept, path);
    snprintf(path, sizeof path, "%s/%s/coaltally.yaml", folder, mine);
    struct config *config = load(&warnings);
    unlink(path);
    strcpy(path, kept);
    snprintf(made, sizeof made, "%s/%s", folder, mine);
    assert_int_equal(rmdir(made), 0);
    return config;
}

static void each_mine_a_site_of_its_own(void **state)
{
    (void)state;
    const char *const words[] = {"--sites", folder, "--mqtt", "localhost:99", "--county", "liulin"};
    struct options options;
    struct faults *faults = faults_new();
    struct world *world = world_new(1, 0, 1);
    assert_int_equal(parse(&options, sizeof words / sizeof *words, words), OPTIONS_RUN);
    assert_true(demo_add(world, 2, NULL, faults));
    for (size_t i = 0; i < world->ports; i++)
        world->port[i].number = 20000 + (int)i;
    assert_true(setup_write(world, &options));
    for (size_t i = 0; i < 2; i++) {
        const char *name = world->mine[i]->name;
        struct config *config = load_site(name);
        assert_string_equal(config->site, name);
        assert_string_equal(config->mine[0].name, name);
        assert_string_equal(config->mqtt.county, "liulin");
        assert_int_equal(config->mines, 1);
        assert_int_equal(config->buses, world->ports / 2);
        assert_int_equal(config->devices, 6);
        assert_int_equal(config->meters, 4);
        assert_non_null(strstr(config->database, name));
        assert_int_equal(config->bus[0].link.port, 20000 + i * world->ports / 2);
        config_free(config);
    }
    faults_free(faults);
    world_free(world);
}

static void the_bench(void **state)
{
    (void)state;
    static const char *const words[] = {"--bench", "7"};
    struct options options;
    struct faults *faults = faults_new();
    struct world *world = world_new(1, 0, 1);
    size_t warnings;
    assert_int_equal(parse(&options, 2, words), OPTIONS_RUN);
    options.config_out = path;
    assert_true(bench_add(world, options.bench, faults));
    for (size_t i = 0; i < world->ports; i++)
        world->port[i].number = 20000 + (int)i;
    assert_true(setup_write(world, &options));
    struct config *config = load(&warnings);
    assert_int_equal(warnings, 0);
    assert_int_equal(config->devices, 7);
    assert_int_equal(config->meters, 14);
    assert_int_equal(config->device[0].profile->points, 98);
    config_free(config);
    faults_free(faults);
    world_free(world);
}

static void the_bench_on_a_line(void **state)
{
    (void)state;
    static const char *const words[] = {"--bench-line", "20", "--baud", "9600"};
    struct options options;
    struct faults *faults = faults_new();
    struct world *world = world_new(1, 0, 1);
    size_t warnings;
    assert_int_equal(parse(&options, 4, words), OPTIONS_RUN);
    options.config_out = path;
    options.interval = "10s";
    assert_true(bench_add_line(world, options.bench_line, options.baud, faults));
    assert_true(bench_add(world, 1, faults)); /* and one by itself, of the same profile */
    world->port[0].uart.parity = PARITY_EVEN;
    strcpy(world->port[0].link, "/tmp/bench-line");
    world->port[1].kind = PORT_RTU_OVER_TCP;
    world->port[1].number = 4001;
    assert_true(setup_write(world, &options));
    struct config *config = load(&warnings);
    assert_int_equal(config->buses, 2);
    assert_int_equal(config->bus[0].link.kind, WIRE_RTU);
    assert_string_equal(config->bus[0].link.path, "/tmp/bench-line");
    assert_int_equal(config->bus[0].link.baud, 9600);
    assert_int_equal(config->bus[0].link.parity, 'E');
    assert_int_equal(config->bus[0].link.stop_bits, 1);
    assert_int_equal(config->bus[1].link.kind, WIRE_RTU_OVER_TCP);
    assert_int_equal(config->bus[1].link.port, 4001);
    assert_int_equal(config->bus[1].link.baud, 9600);
    assert_int_equal(config->devices, 21);
    assert_int_equal(config->device[19].bus, 0);
    assert_int_equal(config->device[19].unit, 20);
    config_free(config);
    faults_free(faults);
    world_free(world);
}

static void bad_options_are_refused(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"--mines", "27"},        {"--mines", "x"},     {"--seed", "-1"},        {"--speed", "0"},
        {"--speed", "10001"},     {"--start", "24:00"}, {"--start", "16:4x"},    {"--truth-every", "5"},
        {"--port-base", "70000"}, {"--bench", "0"},     {"--bench-line", "248"}, {"--baud", "0"},
        {"--bogus", "1"},         {"stray", "word"},
    };
    struct options options;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(parse(&options, 2, cases[i]), OPTIONS_BAD);
    assert_int_equal(parse(&options, 1, (const char *const[]){"--seed"}), OPTIONS_BAD);
    assert_int_equal(parse(&options, 2, (const char *const[]){"--send", "/tmp/c"}), OPTIONS_BAD);
}

static void good_options_are_taken(void **state)
{
    (void)state;
    static const char *const words[] = {"--seed", "7", "--speed", "60", "--start", "06:30", "--truth-every", "500ms"};
    static const char *const send[] = {"--send", "/tmp/c", "fault", "a-scale-1", "jump", "-5"};
    struct options options;
    assert_int_equal(parse(&options, 8, words), OPTIONS_RUN);
    assert_int_equal(options.seed, 7);
    assert_int_equal(options.speed, 60);
    assert_int_equal(options.start_ms, (6 * 60 + 30) * 60000);
    assert_int_equal(options.truth_every_ms, 500);
    assert_int_equal(parse(&options, 6, send), OPTIONS_RUN);
    assert_string_equal(options.send_to, "/tmp/c");
    assert_string_equal(options.send_line, "fault a-scale-1 jump -5");
    assert_int_equal(parse(&options, 2, (const char *const[]){"--start", "now"}), OPTIONS_RUN);
    assert_int_equal(options.start_ms, -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_usual_mines, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(each_mine_a_site_of_its_own, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(the_bench, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(the_bench_on_a_line, make_folder, remove_folder),
        cmocka_unit_test(bad_options_are_refused),
        cmocka_unit_test(good_options_are_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
