/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "collector/topic.h"

/* Two mines, of which one is simulated, and a device with four points. */
struct fixture {
    struct point point[4];
    struct profile profile;
    struct config_mine mine[2];
    struct config_device device[2];
    struct config config;
    struct text out;
};

static void fixture_init(struct fixture *f)
{
    static const struct {
        const char *name;
        struct decimal quantum;
    } points[] = {{"rate", {1, 1}}, {"total1", {1, 3}}, {"speed", {25, 2}}, {"running", {1, 0}}};
    *f = (struct fixture){0};
    for (size_t i = 0; i < 4; i++) {
        snprintf(f->point[i].name, sizeof f->point[i].name, "%s", points[i].name);
        f->point[i].format.quantum = points[i].quantum;
    }
    f->profile.points = 4;
    f->profile.point = f->point;
    snprintf(f->mine[0].name, sizeof f->mine[0].name, "mine-a");
    snprintf(f->mine[1].name, sizeof f->mine[1].name, "mine-b");
    f->mine[0].simulated = true;
    snprintf(f->device[0].name, sizeof f->device[0].name, "scale-1");
    snprintf(f->device[1].name, sizeof f->device[1].name, "scale-2");
    f->device[1].mine = 1;
    f->device[0].profile = f->device[1].profile = &f->profile;
    snprintf(f->config.site, sizeof f->config.site, "north");
    snprintf(f->config.mqtt.prefix, sizeof f->config.mqtt.prefix, "coal/tally");
    f->config.mines = f->config.devices = 2;
    f->config.mine = f->mine;
    f->config.device = f->device;
}

static void expect(struct fixture *f, const char *expected)
{
    assert_false(f->out.failed);
    assert_string_equal(f->out.at, expected);
    text_clear(&f->out);
}

static void names_topics(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    topic_status(&f.out, &f.config);
    expect(&f, "coal/tally/north/status");
    topic_scan(&f.out, &f.config, 1);
    expect(&f, "coal/tally/north/mine-b/scale-2/scan");
    topic_state(&f.out, &f.config, 0);
    expect(&f, "coal/tally/north/mine-a/scale-1/state");
    topic_totals(&f.out, &f.config, 1);
    expect(&f, "coal/tally/north/mine-b/totals");
    topic_alarm(&f.out, &f.config, 0, "scale-1-no-data");
    expect(&f, "coal/tally/north/mine-a/alarm/scale-1-no-data");
    topic_alarm(&f.out, &f.config, -1, "clock-untrusted");
    expect(&f, "coal/tally/north/alarm/clock-untrusted");
    text_free(&f.out);
}

static void names_the_ledgers_way(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    topic_ledger(&f.out, &f.config);
    expect(&f, "coal/tally/north/ledger");
    topic_ledgers(&f.out, &f.config);
    expect(&f, "coal/tally/+/ledger");
    topic_confirmed(&f.out, &f.config, "demo", "north");
    expect(&f, "coal/tally/county/demo/confirmed/north");
    topic_county_status(&f.out, &f.config, "demo");
    expect(&f, "coal/tally/county/demo/status");
    text_free(&f.out);
}

/* The county's own branch is no site's. */
static void a_gatherer_has_the_countys_branch(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    f.config.county.gather = true;
    snprintf(f.config.county.name, sizeof f.config.county.name, "demo");
    topic_status(&f.out, &f.config);
    expect(&f, "coal/tally/county/demo/status");
    topic_board(&f.out, &f.config);
    expect(&f, "coal/tally/county/demo/board");
    topic_alarm(&f.out, &f.config, -1, "north-silent");
    expect(&f, "coal/tally/county/demo/alarm/north-silent");
    text_free(&f.out);
}

static void knows_whose_ledger_came(void **state)
{
    (void)state;
    struct fixture f;
    char site[ID_BYTES];
    fixture_init(&f);
    assert_true(topic_ledger_site(&f.config, "coal/tally/mine-7/ledger", site));
    assert_string_equal(site, "mine-7");
    static const char *const strange[] = {
        "coal/tally/county/ledger", "coal/tally/a/b/ledger", "coal/tally//ledger",   "coal/tally/-a/ledger",
        "coal/tally/a/ledgers",     "coal/tally/A/ledger",   "coal/other/a/ledger",  "coal/tally",
        "coal/tallya/ledger",       "coal/tally/a b/ledger", "coal/tally/../ledger", "",
    };
    for (size_t i = 0; i < sizeof strange / sizeof *strange; i++)
        assert_false(topic_ledger_site(&f.config, strange[i], site));
    char longest[128] = "coal/tally/";
    memset(longest + 11, 'a', 64);
    strcpy(longest + 75, "/ledger");
    assert_false(topic_ledger_site(&f.config, longest, site));
    strcpy(longest + 74, "/ledger");
    assert_true(topic_ledger_site(&f.config, longest, site));
}

static void matches_filters(void **state)
{
    (void)state;
    static const struct {
        const char *filter, *topic;
        bool matches;
    } cases[] = {
        {"a/b", "a/b", true},
        {"a/b", "a/b/c", false},
        {"a/b/c", "a/b", false},
        {"a/+/ledger", "a/x/ledger", true},
        {"a/+/ledger", "a/x/y/ledger", false},
        {"a/+/ledger", "a//ledger", true},
        {"a/+", "a/x", true},
        {"a/+", "a", false},
        {"+", "a", true},
        {"+/b", "a/b", true},
        {"a/#", "a/b/c", true},
        {"a/#", "a", true},
        {"a/#", "ab", false},
        {"#", "a/b", true},
        {"#", "$SYS/x", false},
        {"+/x", "$SYS/x", false},
        {"$SYS/#", "$SYS/x", true},
        {"a/b", "a/bc", false},
        {"a/bc", "a/b", false},
        {"", "", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (topic_matches(cases[i].filter, cases[i].topic) != cases[i].matches)
            fail_msg("%s of %s", cases[i].topic, cases[i].filter);
}

static void writes_scans(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    struct reading good[] = {{QUALITY_GOOD, 8124}, {QUALITY_GOOD, INT64_MAX}, {QUALITY_GOOD, -3}, {QUALITY_GOOD, 1}};
    struct scan scan = {.wall_ms = 1760000000123, .points = 4, .readings = good};
    payload_scan(&f.out, &f.config, 0, &scan);
    expect(&f, "{\"time\":1760000000123,\"simulated\":true,\"values\":{\"rate\":812.4,"
               "\"total1\":9223372036854775.807,\"speed\":-0.75,\"running\":1}}");
    struct reading bad[] = {
        {QUALITY_TIMEOUT, 0}, {QUALITY_CALIBRATING, 5}, {QUALITY_GOOD, INT64_MAX}, {QUALITY_EXCEPTION, 1}};
    scan.readings = bad;
    payload_scan(&f.out, &f.config, 1, &scan);
    expect(&f, "{\"time\":1760000000123,\"simulated\":false,\"values\":{},\"missing\":{\"rate\":\"timeout\","
               "\"total1\":\"calibrating\",\"speed\":\"range\",\"running\":\"exception\"}}");
    static const char *const texts[] = {NULL, NULL, NULL, "A\"7"}; /* of a point that is a text */
    struct reading read[] = {{QUALITY_GOOD, 1}, {QUALITY_GOOD, INT64_MIN}, {QUALITY_TIMEOUT, 0}, {QUALITY_GOOD, 0}};
    scan.readings = read;
    scan.text = texts;
    payload_scan(&f.out, &f.config, 1, &scan);
    expect(&f, "{\"time\":1760000000123,\"simulated\":false,\"values\":{\"rate\":0.1,"
               "\"total1\":-9223372036854775.808,\"running\":\"A\\\"7\"},\"missing\":{\"speed\":\"timeout\"}}");
    read[3].quality = QUALITY_STALE; /* what it read before is not shown */
    payload_scan(&f.out, &f.config, 1, &scan);
    expect(&f, "{\"time\":1760000000123,\"simulated\":false,\"values\":{\"rate\":0.1,"
               "\"total1\":-9223372036854775.808},\"missing\":{\"speed\":\"timeout\",\"running\":\"stale\"}}");
    text_free(&f.out);
}

#define NOTHING_WRONG                                                                                                  \
    ",\"last_bad\":null,\"last_error\":\"\",\"last_outcome\":\"\",\"received\":\"\",\"missing\":\"\",\"texts\":\"\","  \
    "\"scans_24h\":{}}"

static void writes_status_and_state(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    payload_status(&f.out, &f.config, true, 1760000000000);
    expect(&f,
           "{\"status\":\"online\",\"simulated\":false,\"version\":\"" COALTALLY_VERSION "\",\"since\":1760000000000}");
    f.mine[1].simulated = true;
    payload_status(&f.out, &f.config, false, 1);
    expect(&f, "{\"status\":\"offline\",\"simulated\":true,\"version\":\"" COALTALLY_VERSION "\",\"since\":1}");
    struct device_state device = {0};
    payload_state(&f.out, &f.config, 0, &device);
    expect(&f,
           "{\"state\":\"unknown\",\"simulated\":true,\"since\":null,\"last_good\":null,\"error\":\"\"" NOTHING_WRONG);
    device = (struct device_state){.known = true, .online = true, .since_ms = 5, .last_good_ms = 6};
    payload_state(&f.out, &f.config, 0, &device);
    expect(&f, "{\"state\":\"online\",\"simulated\":true,\"since\":5,\"last_good\":6,\"error\":\"\"" NOTHING_WRONG);
    device = (struct device_state){.known = true,
                                   .since_ms = 5,
                                   .error = "no \"answer\"",
                                   .diagnosis = {.bad = true,
                                                 .last_bad_ms = 9,
                                                 .error = "no \"answer\"",
                                                 .last_bad = OUTCOME_CODE + 2,
                                                 .received = "01 83",
                                                 .missing = "rate: exception",
                                                 .texts = "serial \"A7\"",
                                                 .outcome = {7, 3, [OUTCOME_CODE + 2] = 3}}};
    payload_state(&f.out, &f.config, 0, &device);
    expect(&f, "{\"state\":\"offline\",\"simulated\":true,\"since\":5,\"last_good\":null,"
               "\"error\":\"no \\\"answer\\\"\",\"last_bad\":9,\"last_error\":\"no \\\"answer\\\"\","
               "\"last_outcome\":\"exception_2\",\"received\":\"01 83\",\"missing\":\"rate: exception\","
               "\"texts\":\"serial \\\"A7\\\"\",\"scans_24h\":{\"ok\":7,\"exception\":3,\"exception_2\":3}}");
    text_free(&f.out);
}

static void writes_totals(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    struct totals_line line[] = {
        {quantity_find("raw_coal"),
         812400,
         1104000,
         3364001,
         42906000,
         938000000,
         0,
         "零点班",
         1000,
         2,
         1,
         true,
         {1, 2, 3, 4}},
        {quantity_find("energy"), 0, 0, -1, 0, 0, 1, "", 0, 1, 0, false, {0}},
    };
    payload_totals(&f.out, &f.config, 0, 99, line, 2);
    expect(&f,
           "{\"time\":99,\"simulated\":true,\"totals\":{\"raw_coal\":{\"unit\":\"t\",\"per_hour\":812.400,"
           "\"date\":\"1970-01-01\",\"shift_name\":\"零点班\",\"shift\":1104.000,\"day\":3364.001,"
           "\"month\":42906.000,\"year\":938000.000,\"quality\":\"partial\",\"meters_good\":1,\"meters\":2,"
           "\"as_of\":1000,\"figure\":\"reported\",\"metered\":{\"shift\":0.001,\"day\":0.002,"
           "\"month\":0.003,\"year\":0.004}},\"energy\":{\"unit\":\"kWh\",\"per_hour\":0.000,\"date\":\"1970-01-02\","
           "\"shift_name\":\"\",\"shift\":0.000,\"day\":-0.001,\"month\":0.000,\"year\":0.000,"
           "\"quality\":\"no data\",\"meters_good\":0,\"meters\":1,\"as_of\":null,\"figure\":\"metered\","
           "\"metered\":{\"shift\":0.000,\"day\":0.000,\"month\":0.000,\"year\":0.000}}}}");
    line[0].meters_good = 2;
    payload_totals(&f.out, &f.config, 0, 99, line, 1);
    assert_non_null(strstr(f.out.at, "\"quality\":\"measured\""));
    text_clear(&f.out);
    payload_totals(&f.out, &f.config, 0, 99, NULL, 0);
    expect(&f, "{\"time\":99,\"simulated\":true,\"totals\":{}}");
    text_free(&f.out);
}

static void writes_alarms(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    struct alarm alarm = {.mine = 0,
                          .id = "scale-1-no-data",
                          .level = JOURNAL_RED,
                          .raised_ms = 5,
                          .what = "scale-1 no data",
                          .value = "41 min",
                          .limit = "1 min"};
    payload_alarm(&f.out, &f.config, &alarm);
    expect(&f, "{\"id\":\"scale-1-no-data\",\"simulated\":true,\"level\":\"red\",\"what\":\"scale-1 no data\","
               "\"value\":\"41 min\",\"limit\":\"1 min\",\"raised\":5,\"acknowledged\":null,\"cleared\":null}");
    alarm.mine = -1;
    alarm.level = JOURNAL_AMBER;
    alarm.cleared_ms = 6;
    payload_alarm(&f.out, &f.config, &alarm);
    assert_non_null(strstr(f.out.at, "\"simulated\":false,\"level\":\"amber\""));
    assert_non_null(strstr(f.out.at, "\"cleared\":6}"));
    text_free(&f.out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_topics),
        cmocka_unit_test(names_the_ledgers_way),
        cmocka_unit_test(a_gatherer_has_the_countys_branch),
        cmocka_unit_test(knows_whose_ledger_came),
        cmocka_unit_test(matches_filters),
        cmocka_unit_test(writes_scans),
        cmocka_unit_test(writes_status_and_state),
        cmocka_unit_test(writes_totals),
        cmocka_unit_test(writes_alarms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
