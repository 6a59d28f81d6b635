/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/scans.h"
#include "tests/unit/fake_device.h"

#define PROFILE                                                                                                        \
    "profile: scale\ntitle: A scale\nsource: made for this test\naddress_base: 0\n"                                    \
    "points:\n"                                                                                                        \
    "  - {name: total, kind: counter, table: holding, address: 2, type: uint32, order: ABCD, scale: 0.001, unit: t, "  \
    "sentinels: [4294967295]}\n"                                                                                       \
    "  - {name: level, kind: gauge, table: holding, address: 4, type: int16, scale: 0.1, unit: m, max: 10}\n"          \
    "  - {name: on, kind: state, table: discrete, address: 1, type: bit, values: {0: stands, 1: runs}}\n"

#define SITE                                                                                                           \
    "site: {name: demo}\ndatabase: %s/ledger.db\nruntime: %s\n"                                                        \
    "mines: [{name: north, calendar: [{from: 2026-01-01, day: \"00:00\", shifts: {a: \"00:00\", b: \"12:00\"}}]}]\n"   \
    "buses:\n  - {name: b, %s: \"127.0.0.1:%d\", mine: north}\n"                                                       \
    "devices: [{name: scale-1, bus: b, profile: scale, unit: 7}]\n"

static char folder[64];

static void write_file(const char *name, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *out = fopen(path, "we");
    assert_non_null(out);
    assert_true(fputs(text, out) >= 0);
    assert_int_equal(fclose(out), 0);
}

static int set_up(void **state)
{
    char path[128];
    (void)state;
    strcpy(folder, "/tmp/coaltally-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/profiles", folder);
    assert_int_equal(mkdir(path, 0700), 0);
    write_file("profiles/scale.yaml", PROFILE);
    return 0;
}

static int tear_down(void **state)
{
    char command[96];
    (void)state;
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

static struct config *site(const char *kind)
{
    char text[2048], path[128];
    const int length = snprintf(text, sizeof text, SITE, folder, folder, kind, 1502);
    snprintf(path, sizeof path, "%s/coaltally.yaml", folder);
    struct faults *faults = faults_new();
    struct config *config = config_load_text(text, (size_t)length, path, faults);
    if (!config)
        faults_print(faults, stderr);
    faults_free(faults);
    assert_non_null(config);
    return config;
}

static void read_back(struct last_scans *out)
{
    char path[SCANS_PATH_BYTES], why[256] = "";
    scans_path(folder, path);
    if (!last_scans_read(path, out, why, sizeof why))
        fail_msg("%s", why);
}

static uint16_t registers_of(int table, int address)
{
    static const uint16_t holding[] = {0, 0, 0x0001, 0xE240, 101};
    return table == TABLE_HOLDING && address < 5 ? holding[address] : 1;
}

static void of_a_serial_line(void **state)
{
    (void)state;
    struct config *config = site("rtu_over_tcp");
    struct scans *scans = scans_new(config);
    struct last_scans last;
    char why[256];
    assert_true(scans_write(scans, why, sizeof why));
    read_back(&last); /* not read yet */
    assert_true(last.as_of_ms > 0);
    assert_int_equal(last.devices, 1);
    assert_string_equal(last.device[0].device, "scale-1");
    assert_string_equal(last.device[0].mine, "north");
    assert_string_equal(last.device[0].profile, "scale");
    assert_string_equal(last.device[0].kind, "rtu_over_tcp");
    assert_string_equal(last.device[0].link, "127.0.0.1:1502");
    assert_int_equal(last.device[0].unit, 7);
    assert_int_equal(last.device[0].at_ms, 0);
    assert_int_equal(last.device[0].points, 0);
    last_scans_free(&last);

    struct fake_device device;
    fake_start(&device, answer_good);
    device.value = registers_of;
    struct wire *wire = fake_wire("127.0.0.1", device.port);
    struct sweep *sweep = sweep_new(config->device[0].profile, (struct wire_unit){.unit = 1, .timeout_ms = 5000});
    struct scan scan;
    assert_int_equal(sweep_run(sweep, wire, &scan), WIRE_OK);
    scans_take(scans, 0, sweep, &scan, "no\tanswer\nat all", "01 83");
    assert_true(scans_write(scans, why, sizeof why));
    read_back(&last);
    assert_int_equal(last.devices, 1);
    const struct last_scan *of = &last.device[0];
    assert_true(of->at_ms == scan.wall_ms);
    assert_string_equal(of->error, "no?answer?at all");
    assert_string_equal(of->received, "01 83");
    assert_int_equal(of->points, 3);
    static const struct point_view expected[] = {
        {.name = "total",
         .table = "holding",
         .address = "2",
         .type = "uint32",
         .registers = "0001 E240",
         .raw = "123456",
         .value = "123.456",
         .unit = "t",
         .quality = "good"},
        {.name = "level",
         .table = "holding",
         .address = "4",
         .type = "int16",
         .registers = "0065",
         .raw = "101",
         .unit = "m",
         .quality = "range",
         .why = "outside of what the profile allows: - to 10.0"},
        {.name = "on",
         .table = "discrete",
         .address = "1",
         .type = "bit",
         .registers = "0001",
         .raw = "1",
         .value = "1",
         .text = "runs",
         .quality = "good"},
    };
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(of->point[i].name, expected[i].name);
        assert_string_equal(of->point[i].table, expected[i].table);
        assert_string_equal(of->point[i].address, expected[i].address);
        assert_string_equal(of->point[i].type, expected[i].type);
        assert_string_equal(of->point[i].registers, expected[i].registers);
        assert_string_equal(of->point[i].raw, expected[i].raw);
        assert_string_equal(of->point[i].value, expected[i].value);
        assert_string_equal(of->point[i].text, expected[i].text);
        assert_string_equal(of->point[i].unit, expected[i].unit);
        assert_string_equal(of->point[i].quality, expected[i].quality);
        assert_string_equal(of->point[i].why, expected[i].why);
    }
    last_scans_free(&last);
    sweep_free(sweep);
    wire_free(wire);
    fake_stop(&device);
    scans_free(scans);
    config_free(config);
}

/* What is shared by all needs no stand-in; an old file is misleading. */
static void of_no_serial_line_there_is_no_file(void **state)
{
    (void)state;
    struct config *config = site("tcp");
    struct scans *scans = scans_new(config);
    char why[256] = "", path[SCANS_PATH_BYTES];
    write_file("scans.tsv", "scans\t1\t5\n");
    assert_true(scans_write(scans, why, sizeof why));
    scans_path(folder, path);
    assert_int_not_equal(access(path, F_OK), 0);
    assert_true(scans_write(scans, why, sizeof why));
    struct last_scans last;
    assert_false(last_scans_read(path, &last, why, sizeof why));
    assert_non_null(strstr(why, "No such file"));
    scans_free(scans);
    config_free(config);
}

static void of_other_files(void **state)
{
    (void)state;
    static const struct {
        const char *content;
        bool good;
        size_t devices, points;
    } cases[] = {
        {"", false, 0, 0},
        {"hello\n", false, 0, 0},
        {"scans\t2\t5\n", false, 0, 0},
        {"scans\t1\t5\n", true, 0, 0},
        {"scans\t1\t5\tmore\nnews\t1\npoint\tlost\ndevice\ta\npoint\tp\npoint\tq\n", true, 1, 2},
        {"scans\t1\t5\ndevice", true, 1, 0},
    };
    char path[SCANS_PATH_BYTES], why[256];
    scans_path(folder, path);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct last_scans last;
        write_file("scans.tsv", cases[i].content);
        assert_int_equal(last_scans_read(path, &last, why, sizeof why), cases[i].good);
        assert_int_equal(last.devices, cases[i].devices);
        if (last.devices)
            assert_int_equal(last.device[0].points, cases[i].points);
        last_scans_free(&last);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_a_serial_line),
        cmocka_unit_test(of_no_serial_line_there_is_no_file),
        cmocka_unit_test(of_other_files),
    };
    return cmocka_run_group_tests_name("scans", tests, set_up, tear_down);
}
