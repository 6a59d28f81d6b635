/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "collector/health.h"

static char folder[64], path[96], beside[96];

static int make_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/coaltally-health-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/status.json", folder);
    snprintf(beside, sizeof beside, "%s.new", path);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    unlink(path);
    unlink(beside);
    return rmdir(folder);
}

static void comes_back_as_it_was(void **state)
{
    (void)state;
    struct health_device device[] = {
        {"scale-1",
         "sim-a",
         true,
         "tcp 10.1.5.21:502",
         1,
         1000,
         true,
         false,
         5,
         6,
         0,
         0,
         91,
         "",
         {.outcome = {7, 1, 91, 2, 3, 4, [OUTCOME_UNIT] = 8, [OUTCOME_CODE + 11] = 9},
          .last_bad_ms = 4,
          .last_bad = OUTCOME_CODE + 2,
          .error = "refuses",
          .received = "01 83 02",
          .missing = "rate: exception",
          .texts = "serial \"A7\""}},
        {"ch4-3",
         "sim-b",
         false,
         "tcp [fd00::3]:502",
         247,
         5000,
         false,
         true,
         8,
         0,
         10,
         9,
         0,
         "no \"answer\"\n毛煤",
         {.bad = true}},
    };
    struct health_alarm alarm[] = {
        {"sim-a",
         {-1, "scale-1-no-data", "scale-1", "no-data", JOURNAL_AMBER, 11, 12, 13,
          "error=\"no answer\" cause=\"timeout\"", "no data: no answer", "41 min", "1 min"}}};
    struct health_output output[] = {{"sim-a", "raw_coal", 612000, 1760000000001, 2, 1}};
    struct health_site gathered[] = {{"north", true, true, false, 41, "1.0", 42, 43, 44, 45},
                                     {"what", false, false, false, 0, "", 46, 1, 0, 1}};
    struct health health = {
        .county = "liulin",
        .inbox = {51, 52, 53},
        .sites = 2,
        .gathered = gathered,
        .as_of_ms = 1760000000123,
        .started_ms = 1760000000000,
        .version = "0.1.0",
        .site = "north",
        .pid = 4711,
        .simulated = true,
        .clock_trusted = true,
        .clock_synchronised = false,
        .config_path = "/etc/coaltally/coaltally.yaml",
        .config_hash = "7f3a91",
        .config_at_ms = 3,
        .ledger = {4, 5, "disk full"},
        .mqtt_present = true,
        .mqtt_address = "10.1.1.5:8883",
        .mqtt = {true, 21, UINT64_C(1) << 40, 23, "refused", 2, 24, "coaltally/north/ledger", "not authorised"},
        .goes_to = "liulin",
        .publisher = {.view = {.connected = true,
                               .known = true,
                               .confirmed = {"0123456789abcdef0123456789abcdef", 31, 29},
                               .staged = true,
                               .standing = REPLICA_REPLACED,
                               .refused = REPLICA_VERSION},
                      .answered_ms = 32,
                      .unread = true,
                      .county = {.least = 8, .most = 9, .program = "9.0"},
                      .why = "a message of version 9",
                      .error = "locked",
                      .strange = "not an object"},
        .disk_free = 88,
        .devices = 2,
        .device = device,
        .alarms = 1,
        .alarm = alarm,
        .outputs = 1,
        .output = output,
    };
    struct health read;
    char text[256];
    assert_true(health_write(path, &health, text, sizeof text));
    assert_true(health_read(path, &read, text, sizeof text));
    assert_int_equal(read.devices, 2);
    assert_int_equal(read.alarms, 1);
    assert_int_equal(read.outputs, 1);
    assert_memory_equal(read.device, device, sizeof device);
    assert_memory_equal(read.output, output, sizeof output);
    assert_string_equal(read.county, "liulin");
    assert_memory_equal(&read.inbox, &health.inbox, sizeof read.inbox);
    assert_int_equal(read.sites, 2);
    assert_memory_equal(read.gathered, gathered, sizeof gathered);
    assert_memory_equal(&read.alarm[0].alarm, &alarm[0].alarm, sizeof alarm[0].alarm);
    assert_string_equal(read.alarm[0].mine, "sim-a");
    struct health flat = read;
    flat.device = device;
    flat.alarm = alarm;
    assert_int_equal(flat.as_of_ms, health.as_of_ms);
    assert_int_equal(flat.started_ms, health.started_ms);
    assert_string_equal(flat.version, "0.1.0");
    assert_string_equal(flat.site, "north");
    assert_int_equal(flat.pid, 4711);
    assert_true(flat.simulated && flat.clock_trusted && !flat.clock_synchronised);
    assert_string_equal(flat.config_path, health.config_path);
    assert_string_equal(flat.config_hash, "7f3a91");
    assert_int_equal(flat.config_at_ms, 3);
    assert_int_equal(flat.ledger.committed_ms, 4);
    assert_int_equal(flat.ledger.waiting, 5);
    assert_string_equal(flat.ledger.error, "disk full");
    assert_true(flat.mqtt_present && flat.mqtt.connected);
    assert_string_equal(flat.mqtt_address, "10.1.1.5:8883");
    assert_int_equal(flat.mqtt.since_ms, 21);
    assert_int_equal(flat.mqtt.sent, UINT64_C(1) << 40);
    assert_int_equal(flat.mqtt.dropped, 23);
    assert_string_equal(flat.mqtt.error, "refused");
    assert_string_equal(flat.goes_to, "liulin");
    assert_memory_equal(&flat.publisher, &health.publisher, sizeof flat.publisher);
    assert_int_equal(flat.mqtt.denied, 2);
    assert_int_equal(flat.mqtt.denied_since_ms, 24);
    assert_string_equal(flat.mqtt.denied_topic, "coaltally/north/ledger");
    assert_string_equal(flat.mqtt.denied_reason, "not authorised");
    assert_int_equal(flat.disk_free, 88);
    health_free(&read);
}

static void is_for_owner_and_group(void **state)
{
    (void)state;
    struct health health = {.as_of_ms = 1};
    struct stat status;
    char text[256];
    mode_t mask = umask(0077);
    assert_true(health_write(path, &health, text, sizeof text));
    umask(mask);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0640);
    assert_int_equal(access(beside, F_OK), -1);
    assert_true(health_write(path, &health, text, sizeof text)); /* again, over it */
}

static void leaves_the_old_when_it_cannot(void **state)
{
    (void)state;
    struct health health = {.as_of_ms = 1}, read;
    char text[256];
    assert_true(health_write(path, &health, text, sizeof text));
    assert_int_equal(mkdir(beside, 0700), 0); /* stands where the neighbour would */
    health.as_of_ms = 2;
    assert_false(health_write(path, &health, text, sizeof text));
    assert_non_null(strstr(text, path));
    assert_int_equal(rmdir(beside), 0);
    assert_true(health_read(path, &read, text, sizeof text));
    assert_int_equal(read.as_of_ms, 1);
    assert_false(read.mqtt_present);
    assert_int_equal(read.devices, 0);
    health_free(&read);
}

static void put(const char *content)
{
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_true(fputs(content, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void doubts_what_it_reads(void **state)
{
    (void)state;
    static const struct {
        const char *content, *says;
    } cases[] = {
        {"", "not what coaltallyd writes"},
        {"{\"as_of\":1", "not what coaltallyd writes"},
        {"[]", "not what coaltallyd writes"},
        {"{\"as_of\":\"1\"}", "as_of"},
        {"{\"as_of\":1,\"devices\":{},\"alarms\":7,\"clock\":[],\"mqtt\":1,\"disk_free\":\"x\",\"site\":3}", NULL},
        {"{\"as_of\":1,\"devices\":[1,{\"name\":2,\"outcomes_24h\":[]}],\"alarms\":[{\"level\":\"?\"}]}", NULL},
    };
    struct health read;
    char text[256];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        put(cases[i].content);
        assert_true(health_read(path, &read, text, sizeof text) == !cases[i].says);
        if (cases[i].says)
            assert_non_null(strstr(text, cases[i].says));
        health_free(&read);
    }
    unlink(path);
    assert_false(health_read(path, &read, text, sizeof text));
    assert_non_null(strstr(text, "does not run"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comes_back_as_it_was),
        cmocka_unit_test(is_for_owner_and_group),
        cmocka_unit_test(leaves_the_old_when_it_cannot),
        cmocka_unit_test(doubts_what_it_reads),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
