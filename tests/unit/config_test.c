/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "collector/config.h"
#include "tests/unit/seed.h"

/* A folder of its own, with the profiles that the cases name. */
static char folder[] = "/tmp/config_test.XXXXXX";
static char file[64];

static const struct {
    const char *name, *text;
} profiles[] = {
    {"scale", "profile: scale\n"
              "title: A scale\n"
              "source: made for this test\n"
              "address_base: 0\n"
              "defaults: {table: holding, type: uint32, order: ABCD, scale: 0.001, unit: t}\n"
              "points:\n"
              "  - {name: rate, kind: gauge, address: 0, unit: t/h}\n"
              "  - {name: total1, kind: counter, address: 2, resettable: true, refresh: 2s}\n"
              "  - {name: total2, kind: counter, address: 4, noise: 0.005}\n"
              "  - {name: shift-total, kind: counter, address: 6, resets_at: [\"00:00\", \"12:00\"]}\n"
              "  - {name: small, kind: counter, address: 8, type: uint16}\n"
              "  - {name: kilo, kind: counter, address: 10, scale: 1, unit: kg, modulus: 1000000000}\n"
              "  - {name: real, kind: counter, address: 12, type: float32, scale: 1, resolution: 0.01}\n"
              "  - {name: totalizing, kind: state, address: 14, type: bit, bit: 0, unit: \"\"}\n"
              "  - {name: energy, kind: counter, address: 20, type: int64, scale: 1, unit: Wh}\n"
              "  - {name: skips, kind: counter, address: 24, scale: 1, unit: skip}\n"
              "  - {name: speed, kind: gauge, address: 26, unit: m/s}\n"},
    {"guess", "profile: guess\ntitle: A guess\nsource: made for this test\naddress_base: 0\n"
              "points:\n"
              "- {name: total, kind: counter, table: input, address: 1, type: uint32, unit: t, unconfirmed: true}\n"
              "- {name: on, kind: state, table: discrete, address: 1, unconfirmed: true}\n"},
    {"inverter", "profile: inverter\ntitle: An inverter\nsource: made for this test\naddress_base: 0\n"
                 "defaults: {table: holding, unit: Wh, resolution: 1}\n"
                 "points:\n"
                 "- {name: energy, kind: counter, address: 1, type: uint32, scale_factor: sf}\n"
                 "- {name: all, kind: counter, address: 3, type: uint64, scale_factor: sf}\n"
                 "- {name: sf, kind: state, address: 7, type: int16}\n"},
    {"broken", "profile: [\n"},
};

static int folder_make(void **unused)
{
    (void)unused;
    char path[96];
    if (!mkdtemp(folder))
        return -1;
    snprintf(file, sizeof file, "%s/coaltally.yaml", folder);
    snprintf(path, sizeof path, "%s/profiles", folder);
    if (mkdir(path, 0700) != 0)
        return -1;
    for (size_t i = 0; i < sizeof profiles / sizeof *profiles; i++) {
        snprintf(path, sizeof path, "%s/profiles/%s.yaml", folder, profiles[i].name);
        FILE *out = fopen(path, "we");
        if (!out || fputs(profiles[i].text, out) < 0 || fclose(out) != 0)
            return -1;
    }
    return 0;
}

static int folder_remove(void **unused)
{
    (void)unused;
    char path[96];
    for (size_t i = 0; i < sizeof profiles / sizeof *profiles; i++) {
        snprintf(path, sizeof path, "%s/profiles/%s.yaml", folder, profiles[i].name);
        unlink(path);
    }
    snprintf(path, sizeof path, "%s/profiles", folder);
    return rmdir(path) || rmdir(folder);
}

/* Loads a text; *said gets the faults as printed, without the folder. */
static struct config *load(const char *text, char **said)
{
    size_t size;
    struct faults *faults = faults_new();
    assert_non_null(faults);
    struct config *config = config_load_text(text, strlen(text), file, faults);
    assert_int_equal(config == NULL, faults_count(faults, FAULT_ERROR) > 0);
    FILE *out = open_memstream(said, &size);
    assert_non_null(out);
    faults_print(faults, out);
    assert_int_equal(fclose(out), 0);
    faults_free(faults);
    const size_t prefix = strlen(folder) + 1;
    for (char *at = *said; (at = strstr(at, folder));)
        memmove(at, at + prefix, strlen(at + prefix) + 1);
    return config;
}

static struct config *load_good(const char *text)
{
    char *said;
    struct config *config = load(text, &said);
    if (!config || *said)
        fail_msg("%s", said);
    free(said);
    return config;
}

#define SITE     "site: {name: demo}\n"
#define CALENDAR "calendar: [{from: 2026-01-01, day: \"00:00\", shifts: {a: \"00:00\", b: \"12:00\"}}]"
#define MINES    "mines: [{name: north, " CALENDAR "}]\n"
#define BUSES    "buses: [{name: weigh, tcp: \"10.1.5.21:502\"}]\n"
#define DEVICES  "devices: [{name: scale-1, bus: weigh, unit: 1, profile: scale}]\n"
#define METERS   "meters: [{name: belt-1, quantity: raw_coal, point: scale-1.total1, role: main, max_rate: 1200 t/h}]\n"
#define ABOVE    SITE MINES BUSES DEVICES
/* A meter in line 6, column 4; `rest` begins in column 5. */
#define METER(rest)       ABOVE "meters:\n - {" rest "}\n"
#define METER_OF(p, rest) METER("name: b, quantity: raw_coal, point: scale-1." p ", role: main, " rest)

/* --- what is wrong is said, all of it, and where --- */

enum { SAID_MAX = 10 };

struct fault_case {
    const char *text;
    const char *said[SAID_MAX]; /* how each line begins, after the file's name */
};

static bool is_said(const struct fault_case *one)
{
    char *said;
    bool all = true;
    struct config *config = load(one->text, &said);
    size_t line = 0;
    char *rest = said;
    for (char *text; (text = strsep(&rest, "\n")) && *text; line++) {
        const char *expected = line < SAID_MAX ? one->said[line] : NULL;
        const size_t name = strncmp(text, "coaltally.yaml:", 15) == 0 ? 15 : 0;
        if (expected && strncmp(text + name, expected, strlen(expected)) == 0)
            continue;
        print_error("%s\nsaid      %s\nexpected  %s\n", all ? one->text : "", text + name,
                    expected ? expected : "no more");
        all = false;
    }
    if (line < SAID_MAX && one->said[line]) {
        print_error("%s\nexpected  %s\n", one->text, one->said[line]);
        all = false;
    }
    config_free(config);
    free(said);
    return all;
}

static void assert_said(const struct fault_case *cases, size_t count)
{
    size_t wrong = 0;
    for (size_t i = 0; i < count; i++)
        wrong += !is_said(&cases[i]);
    assert_int_equal(wrong, 0);
}

#define ASSERT_SAID(cases) assert_said(cases, sizeof(cases) / sizeof *(cases))

static void test_root(void **unused)
{
    (void)unused;
    static const struct fault_case cases[] = {
        {"", {" the file is empty"}},
        {"- 1\n", {"1:1: found a list, expected a map"}},
        {"site: {name: demo\n", {"2:1: not YAML"}},
        {MINES, {"1:1: the key \"site\" is missing", "1:1: warning: no meters"}},
        {SITE, {"1:1: the key \"mines\" is missing", "1:1: warning: no meters"}},
        {SITE SITE MINES BUSES DEVICES METERS, {"2:1: found the key \"site\" again"}},
        {SITE MINES BUSES DEVICES METERS "comit: 5s\n",
         {"6:1: found the unknown key \"comit\"; did you mean \"commit\"?"}},
        {SITE MINES BUSES DEVICES METERS "commit: 100ms\ngap: 5s\nclock: {wait: 2h}\nkeep_minutes: 1\n",
         {"6:9: found \"100ms\", expected a duration from 1s to 1min",
          "7:6: found \"5s\", expected a duration from 10s to 1h", "8:15: found \"2h\", expected a duration from",
          "9:15: found \"1\", expected a duration"}},
        {SITE MINES BUSES DEVICES METERS
         "alarms: {clear_after: 2d, broker_after: 5, report_within: 10s, difference: 2 t}\n",
         {"6:23: found \"2d\", expected a duration", "6:41: found \"5\", expected a duration",
          "6:59: found \"10s\", expected a duration", "6:76: found \"2 t\", expected a share"}},
        {SITE MINES BUSES DEVICES METERS "alarms: {difference: 0 %, clears_after: 1s}\n",
         {"6:22: found \"0 %\", expected a share", "6:27: found the unknown key \"clears_after\"; did you mean"}},
        {SITE MINES BUSES DEVICES METERS "limits:\n - {point: scale-1.rate}\n - {point: scale-1.total1, above: 2}\n"
                                         " - {point: scale-1.rate, above: 5 t, level: blue}\n - {below: 1}\n",
         {"7:4: no bound, expected above: or below:", "8:12: point \"total1\" is a counter, expected a gauge",
          "9:33: found", "9:45: found \"blue\", expected one of amber, red", "10:4: the key \"point\" is missing"}},
        {SITE MINES BUSES DEVICES METERS "database: ledger.db\nruntime: .\n",
         {"6:11: found \"ledger.db\", expected a whole path", "7:10: found \".\", expected a whole path"}},
        {"site: {name: county, timezone: Asia/Shanghi}\n" MINES BUSES DEVICES METERS,
         {"1:14: the name \"county\" is reserved", "1:32: no time zone \"Asia/Shanghi\" is known"}},
        {"site: {name: Demo_1}\n" MINES BUSES DEVICES METERS, {"1:14: found \"Demo_1\", expected a name of"}},
        {SITE MINES "buses: weigh\ndevices: {}\n",
         {"1:1: warning: no meters", "3:8: expected a list", "4:10: expected a list"}},
    };
    ASSERT_SAID(cases);
}

static void test_mines(void **unused)
{
    (void)unused;
#define RULES(rules)      SITE "mines: [{name: n, calendar: [\n" rules "\n]}]\n" BUSES DEVICES METERS
#define RULE(day, shifts) RULES("{from: 2026-01-01, day: \"" day "\", shifts: {" shifts "}}")
    static const struct fault_case cases[] = {
        {SITE "mines: []\nmeters: []\n", {"2:8: found no mine, expected at least one"}},
        {SITE "mines:\n - {name: a, " CALENDAR "}\n - {name: a, " CALENDAR "}\nmeters: []\n",
         {"4:11: a second mine \"a\"; the first is in line 3"}},
        {SITE "mines: [{name: county, " CALENDAR ", month_cutoff: 32}]\nmeters: []\n",
         {"2:16: the name \"county\" is reserved", "2:118: found \"32\", expected a whole number from 1 to 31"}},
        {SITE "mines: [{name: n}]\nmeters: []\n", {"2:9: the key \"calendar\" is missing"}},
        {SITE "mines: [{name: n, calendar: 3}]\nmeters: []\n", {"2:29: expected a list"}},
        {RULES("{from: 2026-02-30, day: \"24:00\", shifts: {}}"),
         {"3:8: found \"2026-02-30\", expected a date such as 2026-01-01",
          "3:25: found \"24:00\", expected a time of day", "3:42: expected 1 to 8 shifts"}},
        {RULE("-1 00:00", "a: \"00:00\""), {"3:25: found \"-1 00:00\", expected a day to start less than 24 h"}},
        {RULE("00:00", "a: \"08:00\""),
         {"3:46: the first shift, \"a\", starts at \"08:00\", expected it to start with the day"}},
        {RULE("00:00", "a: \"00:00\", b: \"16:00\", c: \"08:00\""), {"3:70: shift \"c\" starts at \"08:00\""}},
        {RULE("00:00", "a|b: \"00:00\", c: 8am"),
         {"3:43: found \"a|b\", expected a shift's name", "3:60: found \"8am\", expected a time"}},
        {RULES("{from: 2026-01-01, quantity: raw_cola, day: \"00:00\", shifts: {a: \"00:00\"}}"),
         {"3:30: no quantity \"raw_cola\"; did you mean \"raw_coal\"?"}},
        {RULES("{from: 2026-01-01, quantity: energy, day: \"00:00\", shifts: {a: \"00:00\"}}"),
         {"2:29: expected at least one rule without a quantity"}},
        {RULES("{from: 2026-01-01, day: \"00:00\", shifts: {a: \"00:00\"}},\n"
               "{from: 2026-01-01, day: \"01:00\", shifts: {a: \"01:00\"}}"),
         {"2:29: found two rules from 2026-01-01, expected one"}},
        {RULES("{from: 2026-06-01, day: \"-1 08:00\", shifts: {a: \"08:00\"}},\n"
               "{from: 2026-01-01, day: \"08:00\", shifts: {a: \"08:00\"}}"),
         {"2:29: the day before 2026-06-01 would end before it starts"}},
    };
    ASSERT_SAID(cases);
}

static void test_buses_and_devices(void **unused)
{
    (void)unused;
#define TWO_MINES "mines: [{name: a, " CALENDAR "}, {name: b, " CALENDAR "}]\n"
    static const struct fault_case cases[] = {
        {SITE MINES "buses:\n - {name: a}\n - {name: b, rtu: ttyS1}\n - {name: c, rtu_over_tcp: \"/dev/ttyS1\"}\n"
                    " - {name: d, tcp: \"::1:502\"}\n - {name: e, rtu: /dev/ttyS1, tcp: h}\nmeters: []\n",
         {"4:4: no address, expected one of tcp: \"host:port\", rtu: /dev/ttyS1, rtu_over_tcp: \"host:port\"",
          "5:19: found \"ttyS1\", expected the path of a serial line", "6:28: found \"/dev/ttyS1\", expected host:port",
          "7:19: found \"::1:502\", expected host:port", "8:19: found both tcp and rtu, expected one address"}},
        {SITE MINES "buses:\n - {name: a, rtu: /dev/ttyS1, baud: 49, parity: mark, stop_bits: 3}\n"
                    " - {name: b, tcp: h, baud: 9600, stop_bits: 1}\nmeters: []\n",
         {"4:37: found \"49\", expected a whole number from 50 to 4000000",
          "4:49: found \"mark\", expected none, even or odd", "4:66: found \"3\", expected a whole number from 1 to 2",
          "5:28: baud is of a serial line, and this bus is Modbus TCP",
          "5:45: stop_bits is of a serial line, and this bus is Modbus TCP"}},
        {SITE MINES "buses:\n - {name: a, rtu: /dev/ttyS1, retries: 6, pause: 11s}\n"
                    " - {name: b, rtu: /dev/ttyS1, pause_after_connect: 61s}\n - {name: c, rtu_over_tcp: \"h:4001\"}\n"
                    " - {name: d, tcp: \"h:4001\"}\nmeters: []\n",
         {"4:40: found \"6\", expected a whole number from 0 to 5",
          "4:50: found \"11s\", expected a duration from 0s to 10s",
          "5:19: bus \"a\" has this line too (line 4), and a line has one master",
          "5:52: found \"61s\", expected a duration from 0s to 1min", "7:19: bus \"c\" has this line too (line 6)"}},
        {SITE MINES "buses:\n - {name: a, rtu: /dev/ttyS1}\ndevices:\n - {name: s, bus: a, unit: 0, profile: scale}\n"
                    "meters: []\n",
         {"6:28: on a serial line 0 means all units"}},
        {SITE MINES "buses:\n - {name: a, tcp: h}\n - {name: a, tcp: h}\nmeters: []\n",
         {"5:11: a second bus \"a\"; the first is in line 4",
          "5:19: warning: bus \"a\" has this address too (line 4)"}},
        {SITE MINES BUSES "devices:\n - {name: s, bus: weihg, unit: 256, profile: scael}\n - {name: t, bus: x, unit: "
                          "01, profile: broken}\n"
                          " - {name: t, bus: weigh, unit: 1, profile: broken, interval: 1}\nmeters: []\n",
         {"5:19: no bus \"weihg\"; did you mean \"weigh\"?",
          "5:32: found \"256\", expected a whole number from 0 to 255",
          "5:46: no profile \"scael\"; did you mean \"scale\"?", "6:19: no bus \"x\", expected one of weigh",
          "6:28: found \"01\"", "6:41: the profile \"broken\" has faults: see profiles/broken.yaml",
          "7:11: a second device \"t\"; the first is in line 6", "7:62: found \"1\", expected a duration",
          "profiles/broken.yaml:2:1: not YAML"}},
        {SITE MINES BUSES "devices:\n - {name: s, bus: weigh, unit: 1, profile: scale, interval: 1, timeout: 0s}\n"
                          " - {name: s, bus: weigh, unit: 1, profile: scale}\nmeters: []\n",
         {"5:61: found \"1\", expected a duration", "5:73: found \"0s\", expected a duration",
          "6:11: a second device \"s\"; the first is in line 5",
          "6:32: warning: device \"s\" has unit 1 on this bus too (line 5)"}},
        {SITE MINES BUSES "devices: [{name: s, bus: weigh, unit: 1, profile: scale, interval: 60s}]\nmeters: []\n",
         {"4:68: read every 60000 ms with an alarm after 60000 ms, expected alarm_after: to be longer"}},
        {SITE TWO_MINES BUSES DEVICES "meters: []\n", {"4:11: a device of which mine? expected mine: and one of a, b"}},
        {SITE "mines: [{name: a, " CALENDAR "}, {name: a, " CALENDAR "}, {name: b, " CALENDAR "}]\n" BUSES
              "devices: [{name: s, bus: weigh, unit: 1, profile: scale, mine: x}]\nmeters: []\n",
         {"2:107: a second mine \"a\"; the first is in line 2", "4:64: no mine \"x\", expected one of a, b"}},
        {SITE TWO_MINES BUSES "devices: [{name: s, bus: weigh, unit: 1, profile: scale, mine: c}]\nmeters: []\n",
         {"4:64: no mine \"c\", expected one of a, b"}},
        {SITE MINES "defaults: {interval: 1, mine: nroth}\nmeters: []\n",
         {"3:22: found \"1\", expected a duration", "3:31: no mine \"nroth\"; did you mean \"north\"?"}},
    };
    ASSERT_SAID(cases);
}

static void test_meters(void **unused)
{
    (void)unused;
    static const struct fault_case cases[] = {
        {METER("name: b"),
         {"6:4: the key \"quantity\" is missing", "6:4: the key \"point\" is missing",
          "6:4: the key \"role\" is missing", "6:4: the key \"max_rate\" is missing"}},
        {METER("name: b, quantity: raw_cole, point: scale-1, role: mian, max_rate: 1200"),
         {"6:24: no quantity \"raw_cole\"; did you mean \"raw_coal\"?",
          "6:41: found \"scale-1\", expected a device and its point",
          "6:56: found \"mian\", expected one of main, check; did you mean \"main\"?",
          "6:72: found \"1200\", expected a number, a space and a unit"}},
        {METER("name: b, quantity: raw_coal, point: scale-2.total1, role: main, max_rate: 1 t/h"),
         {"6:41: no device \"scale-2\"; did you mean \"scale-1\"?"}},
        {METER_OF("skips", "max_rate: 1 t/h"),
         {"6:41: point \"skips\" is in \"skip\", expected a counter of raw_coal"}},
        {METER_OF("skips", "max_rate: 1 t/h, load: 12 m3"), {"6:91: found the unit \"m3\" for raw_coal"}},
        {METER_OF("total1", "max_rate: 1 t/h, load: 12 t"), {"6:92: this counter counts the quantity itself"}},
        {METER_OF("total1", "max_rate: 1 t/h, rate: scale-1.speed"),
         {"6:92: this gauge is in no rate of the quantity"}},
        {METER_OF("totl1", "max_rate: 1 t/h"), {"6:41: no scale point \"totl1\"; did you mean \"total1\"?"}},
        {METER_OF("rate", "max_rate: 1 t/h"), {"6:41: point \"rate\" is a gauge, expected a counter"}},
        {METER_OF("total1", "max_rate: 1 t/h, running: scale-1.rate, mine: south"),
         {"6:95: point \"rate\" is a gauge, expected a state", "6:115: no mine \"south\""}},
        {METER("name: b, quantity: energy, point: scale-1.total1, role: main, max_rate: 1 t/h"),
         {"6:39: point \"total1\" is in \"t\", expected a counter of energy in one of kWh, Wh, MWh, GWh, MJ, GJ"}},
        {METER_OF("total1", "max_rate: 1 m3/h, resolution: 1 L, noise: 1 Wh"),
         {"6:79: found the unit \"m3/h\" for raw_coal, expected one of t, kg, g, kt; each an /h, /min, /s or /d",
          "6:99: found the unit \"L\" for raw_coal, expected one of t, kg, g, kt",
          "6:111: found the unit \"Wh\" for raw_coal"}},
        {METER_OF("total1", "max_rate: 0 t/h, resolution: 0 t, noise: -1 t"),
         {"6:79: found \"0 t/h\", expected it to be more than 0", "6:98: found \"0 t\", expected it to be more than 0",
          "6:110: found \"-1 t\", expected it to be 0 or more"}},
        {METER_OF("total1", "max_rate: 1 t/h, drop_out: 1 t/h"), {"6:96: expected a rate: beside it"}},
        {METER_OF("total1", "max_rate: 1 t/h, rate: scale-1.rate, drop_out: 1 m3/h, creep_limit: 1 L"),
         {"6:116: found the unit \"m3/h\" for raw_coal", "6:137: found the unit \"L\" for raw_coal"}},
        {METER_OF("total1", "max_rate: 9000000000000000 t/s"), {"6:79: this rate is too large to be counted"}},
        {METER_OF("total1", "max_rate: 1 t/h, resolution: 9000000000000000000 t"),
         {"6:98: this amount is too large to be counted"}},
        {METER_OF("total1", "max_rate: 1 t/h, modulus: 4294967297"),
         {"6:95: found the modulus 4294967297, expected at most 4294967296"}},
        {METER_OF("total1", "max_rate: 1 t/h, modulus: 1"), {"6:95: found \"1\", expected a whole number from 2"}},
        {METER_OF("total1", "max_rate: 1 t/h, resets_at: \"00:00\""),
         {"6:97: expected a list of at most 6 times of day"}},
        {SITE MINES BUSES "devices: [{name: s, bus: weigh, unit: 1, profile: scale, interval: 1min, alarm_after: 1h}]\n"
                          "meters: [{name: b, quantity: raw_coal, point: s.total1, role: main, max_rate: 1 t/h}]\n",
         {"5:47: read every 60000 ms, so that each reading would end a gap of more than 60000 ms"}},
        {METER_OF("small", "max_rate: 1500 t/h"),
         {"6:78: within a gap of 60 s this rate may move the total by 35.002 t, half of its modulus"}},
        {ABOVE "meters:\n - {name: b, quantity: raw_coal, point: scale-1.total1, role: main, max_rate: 1 t/h}\n"
               " - {name: b, quantity: raw_coal, point: scale-1.total2, role: check, max_rate: 1 t/h}\n",
         {"7:11: a second meter \"b\"; the first is in line 6"}},
    };
    ASSERT_SAID(cases);
}

static void test_warnings(void **unused)
{
    (void)unused;
#define PAIR(a, b)                                                                                                     \
    ABOVE "meters:\n - {name: a, quantity: raw_coal, max_rate: 1 t/h, " a                                              \
          "}\n - {name: b, quantity: raw_coal, max_rate: 1 t/h, " b "}\n"
#define INVERTER(rest)                                                                                                 \
    SITE MINES BUSES "devices: [{name: i, bus: weigh, unit: 1, profile: inverter}]\n"                                  \
                     "meters: [{name: e, quantity: energy, role: main, max_rate: 1 MW, " rest "}]\n"
    static const struct fault_case cases[] = {
        {INVERTER("point: i.energy"),
         {"5:73: warning: where this total wraps depends on its scale factor \"sf\", so that a wrap would be taken for "
          "a "
          "reset: expected modulus: 4294967296 x 10^sf in steps of 1 Wh, or none"}},
        {INVERTER("point: i.energy, modulus: none"), {NULL}},
        {INVERTER("point: i.energy, modulus: 4294967296"), {NULL}},
        {INVERTER("point: i.all"), {NULL}},
        {METER_OF("shift-total", "max_rate: 1 t/h"), {"6:41: warning: this total clears itself"}},
        {METER_OF("total1", "max_rate: 1 t/h, resets_at: [\"08:00\"]"), {"6:41: warning: this total clears itself"}},
        {SITE MINES BUSES
         "devices: [{name: g, bus: weigh, unit: 1, profile: guess}]\n"
         "meters: [{name: b, quantity: raw_coal, point: g.total, role: main, max_rate: 1 t/h, running: g.on}]\n",
         {"5:47: warning: no source confirms where point \"total\" is",
          "5:94: warning: no source confirms where point \"on\" is"}},
        {METER_OF("real", "max_rate: 1200 t/h"),
         {"6:41: warning: this float32 total moves in steps of 1.00 t when it stands at 10519200.00 t (a year at "
          "max_rate), more than "
          "its resolution of 0.01 t"}},
        {METER_OF("small", "max_rate: 100 t/h"),
         {"6:41: warning: the longest silence that this meter survives is short: after 3"}},
        {METER_OF("total1", "max_rate: 1 t/h, refresh: 500ms"),
         {"6:95: warning: the meter is read every 1000 ms only"}},
        {PAIR("point: scale-1.total1, role: main", "point: scale-1.total2, role: main"),
         {"7:80: warning: meter \"a\" is main for raw_coal on path \"main\" too (line 6)"}},
        {PAIR("point: scale-1.total1, role: main, path: x", "point: scale-1.total2, role: main, path: y"), {NULL}},
        {PAIR("point: scale-1.total1, role: check", "point: scale-1.total2, role: check"),
         {"6:80: warning: path \"main\" has no main meter for raw_coal"}},
        {PAIR("point: scale-1.total1, role: main", "point: scale-1.total1, role: check"),
         {"7:58: warning: meter \"a\" counts this point too (line 6)"}},
        {ABOVE, {"1:1: warning: no meters"}},
    };
    ASSERT_SAID(cases);
}

/* A daemon that only gathers polls nothing, and is named after its county. */
static void test_gather(void **unused)
{
    (void)unused;
#define GATHER(county, mqtt) "county: {gather: true" county "}\n" mqtt
#define BROKER               "mqtt: {host: 127.0.0.1}\n"
    static const struct fault_case cases[] = {
        {GATHER("", BROKER),
         {"1:9: gather: true without name:, expected the county's, which its topics bear",
          "1:9: gather: true without roster:, expected the file that says which site may name which mine"}},
        {GATHER(", name: c, roster: r.yaml", ""), {"1:9: warning: gather: true without mqtt:"}},
        {GATHER(", name: c, roster: r.yaml, silent_after: 5s", BROKER),
         {"1:63: found \"5s\", expected a duration from"}},
        {GATHER(", name: c, roster: r.yaml, beside_max: 10", BROKER),
         {"1:61: found \"10\", expected a whole number from"}},
        {GATHER(", name: c, roster: r.yaml", "mqtt: {host: 127.0.0.1, county: c}\n"),
         {"2:33: found county: beside county: gather: true, expected one of them"}},
        {GATHER(", name: c, roster: r.yaml", BROKER "site: {name: county}\n"),
         {"3:14: the name \"county\" is reserved"}},
        {"county: {gather: false}\n",
         {"1:1: the key \"site\" is missing", "1:1: the key \"mines\" is missing", "1:1: warning: no meters"}},
    };
    ASSERT_SAID(cases);
    struct config *config = load_good(GATHER(", name: c, roster: r.yaml", BROKER));
    assert_true(config->county.gather);
    assert_int_equal(config->county.silent_after_ms, 15 * 60000);
    assert_int_equal(config->county.beside_max, 20000000);
    assert_string_equal(config->site, "county");
    assert_string_equal(config->mqtt.client_id, "coaltally-county-c");
    config_free(config);
    config = load_good(GATHER(", name: c, roster: r.yaml, silent_after: 1h", BROKER) ABOVE METERS);
    assert_string_equal(config->site, "demo");
    assert_int_equal(config->county.silent_after_ms, 3600000);
    config_free(config);
}

static void test_mqtt(void **unused)
{
    (void)unused;
#define MQTT(rest) SITE MINES "meters: []\nmqtt: {" rest "}\n"
    static const struct fault_case cases[] = {
        {MQTT(""), {"4:7: the key \"host\" is missing"}},
        {MQTT("host: ''"), {"4:14: found \"\", expected a name or an address alone"}},
        {MQTT("host: 10.1.1.5:1883"), {"4:14: found \"10.1.1.5:1883\", expected a name or an address alone"}},
        {MQTT("host: mqtt://h"), {"4:14: found \"mqtt://h\", expected a name or an address alone"}},
        {MQTT("host: fd00::5"), {NULL}},
        {MQTT("host: h, port: 0, version: 4, live_qos: 2, prefix: a/#, keepalive: 1s, tls: yes"),
         {"4:23: found \"0\", expected a whole number from 1 to 65535", "4:35: found \"4\", expected one of 5, 3.1.1",
          "4:48: found \"2\", expected a whole number from 0 to 1",
          "4:59: found \"a/#\", expected the first part of a topic", "4:75: found \"1s\", expected a duration",
          "4:84: found \"yes\", expected one of true, false, on, off"}},
        {MQTT("host: h, ca_file: ca.pem"), {"4:26: found \"ca.pem\", expected a whole path"}},
        {MQTT("host: localhost, ca_file: /ca.pem"), {"4:7: found a certificate or key file, and no TLS: set tls: on"}},
        {MQTT("host: h, tls: off"), {"4:7: warning: all that is published goes over the network in the clear"}},
        {MQTT("host: 127.example, tls: false"), {"4:7: warning: all that is published goes over the network"}},
        {MQTT("host: 127.0.0.2, tls: off, session: kept"), {NULL}},
        {MQTT("host: '::1', tls: off, session: forever"), {"4:40: found \"forever\", expected one of clean, kept"}},
        {MQTT("host: h, user: u, password_file: p, tls: off"),
         {"4:7: warning: the password goes over the network in the clear"}},
        {MQTT("host: h, tls: true, key_file: /k"), {"4:7: found one of cert_file and key_file, expected both or none"}},
        {MQTT("host: h, password_file: a/b"),
         {"4:7: found password_file without user", "4:32: found \"a/b\", expected a whole path"}},
        {MQTT("host: 127.0.0.1, user: u, password_file: secret"), {NULL}},
        {MQTT("host: h, county: county"), {"4:25: the name \"county\" is reserved, expected another"}},
        {MQTT("host: h, county: Liu Lin"), {"4:25: found \"Liu Lin\", expected"}},
    };
    ASSERT_SAID(cases);
}

/* --- what is right is understood --- */

static void test_alarms_and_limits(void **unused)
{
    (void)unused;
    struct config *config = load_good(
        SITE MINES BUSES DEVICES METERS
        "alarms: {clear_after: 0s, broker_after: 5min, county_after: 30min, report_within: 2h, difference: 0.5 %}\n"
        "limits:\n - {point: scale-1.rate, above: 1250.5, below: -1, after: 1min, level: red}\n"
        " - {point: scale-1.speed, below: 0.2}\n");
    assert_int_equal(config->clear_after_ms, 0);
    assert_int_equal(config->broker_after_ms, 300000);
    assert_int_equal(config->county_after_ms, 1800000);
    assert_int_equal(config->report_within_ms, 7200000);
    assert_int_equal(config->differ_ppm, 5000);
    assert_int_equal(config->limits, 2);
    const struct config_limit *limit = config->limit;
    assert_true(limit[0].has_above && limit[0].has_below && !limit[1].has_above && limit[1].has_below);
    assert_int_equal(limit[0].above.digits, 12505);
    assert_int_equal(limit[0].after_ms, 60000);
    assert_int_equal(limit[0].level, 2);
    assert_int_equal(limit[1].level, 1);
    assert_int_equal(limit[1].after_ms, 0);
    config_free(config);
}

/* A counter of skips, each so many tonnes; and the rate whose integral a total is. */
static void test_skips_and_rates(void **unused)
{
    (void)unused;
    struct config *config = load_good(
        ABOVE
        "meters:\n - {name: a, quantity: raw_coal, point: scale-1.total1, role: main, max_rate: 1200 t/h,"
        " resolution: 0.1 t, rate: scale-1.rate}\n"
        " - {name: skip, quantity: raw_coal, point: scale-1.skips, role: check, max_rate: 1200 t/h, load: 12.5 t}\n");
    const struct config_meter *belt = &config->meter[0], *skip = &config->meter[1];
    assert_int_equal(belt->rate_point, 0);
    assert_int_equal(belt->rate.times, 1); /* 0.001 t/h a count */
    assert_int_equal(belt->rate.over, 1);
    assert_int_equal(belt->step, 101); /* 0.1 t, rounded up */
    assert_true(skip->rate_device < 0);
    assert_int_equal(skip->rules.convert.times, 12500);
    assert_int_equal(skip->rules.convert.over, 1);
    assert_int_equal(skip->rules.max_rate, 96);
    assert_non_null(strstr(skip->definition, " load=12.5 t "));
    assert_null(strstr(belt->definition, "load"));
    config_free(config);
}

static void test_defaults(void **unused)
{
    (void)unused;
    struct config *config = load_good("site: {name: demo}\n" MINES BUSES "meters: []\n");
    assert_string_equal(config->site, "demo");
    assert_string_equal(config->path, file);
    assert_string_equal(config->timezone, "Asia/Shanghai");
    assert_string_equal(config->database, "/var/lib/coaltally/ledger.db");
    assert_string_equal(config->runtime, "/run/coaltally");
    assert_int_equal(config->commit_ms, 10000);
    assert_int_equal(config->gap_ms, 60000);
    assert_int_equal(config->clock_wait_ms, 60000);
    assert_int_equal(config->keep_minutes_ms, INT64_C(100) * 86400000);
    assert_int_equal(config->clear_after_ms, 5000);
    assert_int_equal(config->broker_after_ms, 60000);
    assert_int_equal(config->county_after_ms, 3600000);
    assert_int_equal(config->report_within_ms, 3600000);
    assert_int_equal(config->differ_ppm, 20000);
    assert_int_equal(config->limits, 0);
    assert_false(config->mqtt.present);
    assert_int_equal(config->bus[0].interval_ms, 1000);
    assert_int_equal(config->bus[0].timeout_ms, 1000);
    assert_int_equal(config->bus[0].alarm_after_ms, 60000);
    assert_string_equal(config->mine[0].title_zh, "north");
    assert_int_equal(config->mine[0].month_cutoff, 0);
    assert_int_equal(strlen(config->hash), 64);
    config_free(config);
}

static void test_inheritance(void **unused)
{
    (void)unused;
    struct config *config = load_good(
        SITE
        "defaults: {interval: 5s, timeout: 300ms}\n" TWO_MINES
        "buses:\n - {name: x, tcp: h}\n - {name: y, tcp: \"[::1]:1502\", interval: 2s, alarm_after: 2min, mine: b}\n"
        "devices:\n"
        " - {name: d1, bus: x, unit: 1, profile: scale, mine: a}\n"
        " - {name: d2, bus: y, unit: 0xFF, profile: scale}\n"
        " - {name: d3, bus: y, unit: 3, profile: scale, mine: a, interval: 500ms, timeout: 2s, alarm_after: 5s}\n"
        "meters:\n - {name: b, quantity: raw_coal, point: d2.total1, role: main, max_rate: 1 t/h, running: "
        "d1.totalizing}\n");
    static const struct {
        size_t bus, mine;
        int unit;
        int64_t interval_ms, timeout_ms, alarm_after_ms;
    } expected[] = {{0, 0, 1, 5000, 300, 60000}, {1, 1, 255, 2000, 300, 120000}, {1, 0, 3, 500, 2000, 5000}};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(config->device[i].bus, expected[i].bus);
        assert_int_equal(config->device[i].mine, expected[i].mine);
        assert_int_equal(config->device[i].unit, expected[i].unit);
        assert_int_equal(config->device[i].interval_ms, expected[i].interval_ms);
        assert_int_equal(config->device[i].timeout_ms, expected[i].timeout_ms);
        assert_int_equal(config->device[i].alarm_after_ms, expected[i].alarm_after_ms);
    }
    assert_int_equal(config->profiles, 1);
    assert_string_equal(config->bus[1].link.host, "::1");
    assert_int_equal(config->bus[0].link.port, 502);
    assert_int_equal(config->meter[0].mine, 1); /* its device's */
    assert_int_equal(config->meter[0].running_device, 0);
    assert_int_equal(config->meter[0].running_point, 7);
    config_free(config);
}

static void test_rules(void **unused)
{
    (void)unused;
    static const struct {
        const char *quantity, *rest;
        int64_t modulus, max_rate, resolution, noise, refresh_ms, times, over;
        const char *definition;
    } cases[] = {
        {"raw_coal", "point: scale-1.total1, max_rate: 1200 t/h", INT64_C(1) << 32, 1200000, 1, 1, 2000, 1, 1,
         "type=uint32 order=ABCD scale=0.001 modulus=4294967296 unit=t quantity=raw_coal"},
        {"raw_coal", "point: scale-1.total2, max_rate: 10 kg/s, modulus: 10000000, refresh: 30s", 10000000, 36000, 1, 5,
         30000, 1, 1, "type=uint32 order=ABCD scale=0.001 modulus=10000000 unit=t quantity=raw_coal"},
        {"rom_coal", "point: scale-1.kilo, max_rate: 0.0001 t/d, resolution: 0.0101 t, noise: 500 g", 1000000000, 1, 11,
         1, 10000, 1, 1, "type=uint32 order=ABCD scale=1 modulus=1000000000 unit=kg quantity=rom_coal"},
        {"energy", "point: scale-1.energy, max_rate: 2.5 MW, modulus: none", 0, 2500000, 1, 1, 10000, 1, 1,
         "type=int64 order=ABCDEFGH scale=1 modulus=0 unit=Wh quantity=energy"},
        {"raw_coal", "point: scale-1.real, max_rate: 1 t/h, resolution: 2 t, modulus: 1000000", 1000000, 100, 200, 200,
         10000, 10, 1, "type=float32 order=ABCD scale=1 quantum=0.01 modulus=1000000 unit=t quantity=raw_coal"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[1024], *said;
        snprintf(text, sizeof text, ABOVE "meters: [{name: b, role: main, quantity: %s, %s}]\n", cases[i].quantity,
                 cases[i].rest);
        struct config *config = load(text, &said);
        if (!config)
            fail_msg("%s", said);
        const struct config_meter *meter = &config->meter[0];
        assert_int_equal(meter->rules.modulus, cases[i].modulus);
        assert_int_equal(meter->rules.max_rate, cases[i].max_rate);
        assert_int_equal(meter->rules.resolution, cases[i].resolution);
        assert_int_equal(meter->rules.noise, cases[i].noise);
        assert_int_equal(meter->rules.refresh_ms, cases[i].refresh_ms);
        assert_int_equal(meter->rules.interval_ms, 1000);
        assert_int_equal(meter->rules.gap_limit_ms, 60000);
        assert_int_equal(meter->rules.convert.times, cases[i].times);
        assert_int_equal(meter->rules.convert.over, cases[i].over);
        assert_string_equal(meter->definition, cases[i].definition);
        assert_string_equal(meter->path, "main");
        assert_int_equal(meter->calendar.rules, 1);
        config_free(config);
        free(said);
    }
}

static void test_resets(void **unused)
{
    (void)unused;
    char *said;
    struct config *config = load(
        ABOVE
        "meters:\n"
        " - {name: a, quantity: raw_coal, point: scale-1.total1, role: main, max_rate: 1 t/h}\n"
        " - {name: b, quantity: raw_coal, point: scale-1.total2, role: check, max_rate: 1 t/h}\n"
        " - {name: c, quantity: raw_coal, point: scale-1.shift-total, role: check, max_rate: 1 t/h}\n"
        " - {name: d, quantity: rom_coal, point: scale-1.total1, role: check, max_rate: 1 t/h, resettable: false}\n"
        " - {name: e, quantity: rom_coal, point: scale-1.total2, role: check, max_rate: 1 t/h, resets_at: "
        "[\"06:30\"]}\n",
        &said);
    static const struct {
        bool resettable;
        int resets, first_s;
    } expected[] = {{true, 0, 0}, {false, 0, 0}, {true, 2, 0}, {false, 0, 0}, {true, 1, 23400}};
    if (!config)
        fail_msg("%s", said);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(config->meter[i].rules.resettable, expected[i].resettable);
        assert_int_equal(config->meter[i].rules.resets, expected[i].resets > 0);
        assert_int_equal(config->meter[i].resets, expected[i].resets);
        assert_int_equal(config->meter[i].resets_at_s[0], expected[i].first_s);
    }
    config_free(config);
    free(said);
}

static void test_calendars(void **unused)
{
    (void)unused;
    struct config *config = load_good(
        SITE
        "mines:\n"
        " - name: a\n"
        "   title: {en: A mine, zh: 甲矿}\n"
        "   simulated: true\n"
        "   month_cutoff: 25\n"
        "   calendar:\n"
        "   - {from: 2026-05-01, day: \"08:00\", shifts: {八点班: \"08:00\", 四点班: \"16:00\", 零点班: \"00:00\"}}\n"
        "   - {from: 2026-01-01, day: \"-1 20:00\", shifts: {夜: \"-1 20:00\", 早: \"04:00\", 中: \"12:00\"}}\n"
        "   - {from: 2026-01-01, quantity: energy, day: \"00:00\", shifts: {a: \"00:00\", b: \"23:59\"}}\n"
        "   - {from: 2026-09-01, day: \"-1 20:00\", shifts: {夜: \"20:00\", 早: \"04:00\"}}\n"
        "meters: []\n");
    const struct config_mine *mine = &config->mine[0];
    assert_true(mine->simulated);
    assert_string_equal(mine->title_zh, "甲矿");
    assert_int_equal(mine->month_cutoff, 25);
    struct calendar coal;
    assert_true(calendar_select(&mine->calendar, "raw_coal", &coal));
    static const struct {
        const char *from;
        int day_h, shifts, start_h[3];
    } expected[] = {
        {"2026-01-01", -4, 3, {-4, 4, 12}}, {"2026-05-01", 8, 3, {8, 16, 24}}, {"2026-09-01", -4, 2, {-4, 4, 0}}};
    assert_int_equal(coal.rules, 3);
    for (size_t i = 0; i < 3; i++) {
        char from[11];
        civil_format(coal.rule[i].from, from);
        assert_string_equal(from, expected[i].from);
        assert_int_equal(coal.rule[i].day_start_s, expected[i].day_h * 3600);
        assert_int_equal(coal.rule[i].shifts, expected[i].shifts);
        for (int shift = 0; shift < expected[i].shifts; shift++)
            assert_int_equal(coal.rule[i].shift[shift].start_s, expected[i].start_h[shift] * 3600);
    }
    assert_string_equal(coal.rule[1].shift[2].name, "零点班");
    free(coal.rule);
    config_free(config);
}

static void test_mqtt_values(void **unused)
{
    (void)unused;
    struct config *config = load_good(MQTT("host: broker.county, tls: true, version: 3.1.1, live_qos: 1, live_every: "
                                           "5s, prefix: lvliang/coal, county: liulin"));
    assert_true(config->mqtt.present);
    assert_int_equal(config->mqtt.port, 8883);
    assert_int_equal(config->mqtt.version, 3);
    assert_int_equal(config->mqtt.live_every_ms, 5000);
    assert_int_equal(config->mqtt.keepalive_ms, 30000);
    assert_string_equal(config->mqtt.client_id, "coaltally-demo");
    assert_string_equal(config->mqtt.prefix, "lvliang/coal");
    assert_string_equal(config->mqtt.county, "liulin");
    config_free(config);
}

/* Nobody has to say that the network is not to be trusted. */
static void test_tls_is_for_every_broker_but_one_s_own(void **unused)
{
    (void)unused;
    static const struct {
        const char *mqtt;
        bool tls;
        int port;
    } cases[] = {
        {MQTT("host: broker.county"), true, 8883},
        {MQTT("host: 10.1.1.5"), true, 8883},
        {MQTT("host: 10.1.1.5, port: 1883"), true, 1883},
        {MQTT("host: fd00::5"), true, 8883},
        {MQTT("host: 127.example"), true, 8883},
        {MQTT("host: 10.1.1.5, tls: off"), false, 1883},
        {MQTT("host: localhost"), false, 1883},
        {MQTT("host: 127.0.0.1"), false, 1883},
        {MQTT("host: '::1'"), false, 1883},
        {MQTT("host: 127.0.0.1, tls: on"), true, 8883},
        {MQTT("host: 127.0.0.1, tls: on, key_file: mqtt-key, cert_file: /c"), true, 8883},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct faults *faults = faults_new();
        struct config *config = config_load_text(cases[i].mqtt, strlen(cases[i].mqtt), "a.yaml", faults);
        if (!config || config->mqtt.tls != cases[i].tls || config->mqtt.port != cases[i].port)
            fail_msg("%s", cases[i].mqtt);
        assert_false(config->mqtt.kept_session);
        config_free(config);
        faults_free(faults);
    }
    struct config *config = load_good(MQTT("host: h, session: kept"));
    assert_true(config->mqtt.kept_session);
    config_free(config);
}

static void test_links(void **unused)
{
    (void)unused;
    struct config *config = load_good(
        SITE MINES "defaults: {pause: 5ms, timeout: 700ms}\n"
                   "buses:\n - {name: a, rtu: /dev/ttyUSB0}\n"
                   " - {name: b, rtu: /dev/ttyS1, baud: 31250, parity: odd, stop_bits: 2, interval: 10s, retries: 2}\n"
                   " - {name: c, rtu_over_tcp: \"[::1]:4001\", baud: 19200, parity: even, pause_after_connect: 2s}\n"
                   " - {name: d, tcp: h, pause: 20ms}\n"
                   "devices:\n - {name: a1, bus: a, unit: 1, profile: scale}\n"
                   " - {name: b1, bus: b, unit: 247, profile: scale, timeout: 300ms, retries: 0, pause: 0s}\n"
                   " - {name: c1, bus: c, unit: 1, profile: scale, pause_after_connect: 3s}\n"
                   " - {name: d0, bus: d, unit: 0, profile: scale}\nmeters: []\n");
    static const struct wire_link links[] = {
        {.kind = WIRE_RTU, .path = "/dev/ttyUSB0", .baud = 9600, .parity = 'N', .stop_bits = 1},
        {.kind = WIRE_RTU, .path = "/dev/ttyS1", .baud = 31250, .parity = 'O', .stop_bits = 2},
        {.kind = WIRE_RTU_OVER_TCP, .host = "::1", .port = 4001, .baud = 19200, .parity = 'E', .stop_bits = 1},
        {.kind = WIRE_TCP, .host = "h", .port = 502, .baud = 9600, .parity = 'N', .stop_bits = 1},
    };
    static const struct wire_unit units[] = {
        {.unit = 1, .timeout_ms = 700, .retries = 1, .pause_ms = 5},
        {.unit = 247, .timeout_ms = 300},
        {.unit = 1, .timeout_ms = 700, .retries = 1, .pause_ms = 5, .pause_after_connect_ms = 3000},
        {.unit = 0, .timeout_ms = 700, .pause_ms = 20},
    };
    static const int64_t intervals_ms[] = {5000, 10000, 5000, 1000};
    for (size_t i = 0; i < 4; i++) {
        const struct wire_link *link = &config->bus[i].link;
        const struct wire_unit unit = config_unit(&config->device[i]);
        assert_int_equal(link->kind, links[i].kind);
        assert_string_equal(link->host, links[i].host);
        assert_string_equal(link->path, links[i].path);
        assert_int_equal(link->port, links[i].port);
        assert_int_equal(link->baud, links[i].baud);
        assert_int_equal(link->parity, links[i].parity);
        assert_int_equal(link->stop_bits, links[i].stop_bits);
        assert_memory_equal(&unit, &units[i], sizeof unit);
        assert_int_equal(config->device[i].interval_ms, intervals_ms[i]);
    }
    config_free(config);
}

static void test_folders(void **unused)
{
    (void)unused;
    struct config_folders folders;
    char path[PATH_BYTES];
    assert_int_equal(setenv("COALTALLY_PROFILES", "/a::/b/c:", 1), 0);
    config_folders(file, &folders);
    assert_int_equal(unsetenv("COALTALLY_PROFILES"), 0);
    snprintf(path, sizeof path, "%s/profiles", folder);
    assert_string_equal(folders.folder[0], path);
    assert_string_equal(folders.folder[1], "/a");
    assert_string_equal(folders.folder[2], "/b/c");
    assert_string_equal(folders.folder[folders.count - 1], COALTALLY_DATA "/profiles");
    assert_true(config_profile_path(&folders, "scale", path));
    assert_false(config_profile_path(&folders, "no-such-profile", path));
}

static void test_files(void **unused)
{
    (void)unused;
    struct faults *faults = faults_new();
    assert_null(config_load("/nonexistent/coaltally.yaml", faults));
    assert_int_equal(faults_count(faults, FAULT_ERROR), 1);
    assert_null(config_load(folder, faults)); /* a folder */
    assert_int_equal(faults_count(faults, FAULT_ERROR), 2);
    faults_free(faults);
    faults = faults_new();
    FILE *out = fopen(file, "we");
    assert_non_null(out);
    assert_true(fputs(ABOVE METERS, out) >= 0);
    assert_int_equal(fclose(out), 0);
    struct config *config = config_load(file, faults);
    assert_non_null(config);
    struct config *same = config_load_text(ABOVE METERS, strlen(ABOVE METERS), file, faults);
    assert_non_null(same);
    assert_string_equal(config->hash, same->hash);
    assert_int_equal(unlink(file), 0);
    config_free(config);
    config_free(same);
    faults_free(faults);
    assert_string_equal(config_path("x"), "x");
}

/* A file may hold anything: bytes changed, cut or doubled give faults at most. */
static void test_random_damage(void **unused)
{
    (void)unused;
    static const char whole[] = ABOVE METERS "mqtt: {host: h, prefix: a}\ndefaults: {interval: 5s}\n";
    static const char bytes[] = " \n:,{}[]\"'-#0a1.|\xc3\xff\t&*!";
    for (int round = 0; round < 2000; round++) {
        char text[sizeof whole * 2];
        size_t length = sizeof whole - 1;
        memcpy(text, whole, length);
        for (long hits = 1 + random() % 4; hits > 0; hits--) {
            const size_t at = (size_t)random() % length;
            const size_t run = (size_t)random() % (length - at);
            switch (random() % 3) {
            case 0:
                text[at] = bytes[(size_t)random() % (sizeof bytes - 1)];
                break;
            case 1:
                memmove(text + at, text + at + run, length - at - run);
                length -= run;
                break;
            default:
                if (length + run < sizeof text) {
                    memmove(text + at + run, text + at, length - at);
                    length += run;
                }
            }
            length += length == 0;
        }
        struct faults *faults = faults_new();
        config_free(config_load_text(text, length, file, faults));
        faults_free(faults);
    }
}

int main(void)
{
    seed_random();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_root),
        cmocka_unit_test(test_mines),
        cmocka_unit_test(test_buses_and_devices),
        cmocka_unit_test(test_meters),
        cmocka_unit_test(test_warnings),
        cmocka_unit_test(test_gather),
        cmocka_unit_test(test_mqtt),
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_alarms_and_limits),
        cmocka_unit_test(test_skips_and_rates),
        cmocka_unit_test(test_inheritance),
        cmocka_unit_test(test_rules),
        cmocka_unit_test(test_resets),
        cmocka_unit_test(test_calendars),
        cmocka_unit_test(test_mqtt_values),
        cmocka_unit_test(test_tls_is_for_every_broker_but_one_s_own),
        cmocka_unit_test(test_links),
        cmocka_unit_test(test_folders),
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_random_damage),
    };
    return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
