/* SPDX-License-Identifier: Apache-2.0 */
/* The county's side over a real broker and a real ledger; times that would take long are made up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>

#include <cmocka.h>

#include "collector/gatherer_parts.h"
#include "collector/store_parts.h"
#include "collector/totals.h"
#include "drivers/span.h"
#include "tests/unit/mosquitto_fixture.h"

#define DATABASE    "0123456789abcdef0123456789abcdef"
#define INCARNATION "fedcba9876543210fedcba9876543210"

struct rig {
    struct mosquitto_fixture broker;
    struct config *config;
    struct site site;
    struct store *store;
    struct gatherer *gatherer;
};

static void config_make(struct rig *rig)
{
    char text[1024], path[128];
    fixture_write(&rig->broker, "roster.yaml",
                  "mines:\n- {name: north}\n- {name: south, site: far}\n- {name: west, silent_after: 8d}\n");
    const int length = snprintf(text, sizeof text,
                                "database: %s/ledger.db\nmqtt: {host: 127.0.0.1, port: %d}\n"
                                "alarms: {clear_after: 0s}\n"
                                "county: {name: c, roster: roster.yaml, gather: true}\n",
                                rig->broker.folder, rig->broker.port);
    snprintf(path, sizeof path, "%s/coaltally.yaml", rig->broker.folder);
    struct faults *faults = faults_new();
    rig->config = config_load_text(text, (size_t)length, path, faults);
    faults_print(faults, stderr);
    faults_free(faults);
    assert_non_null(rig->config);
}

static void rig_open(struct rig *rig)
{
    char text[512] = "";
    *rig = (struct rig){0};
    fixture_new(&rig->broker);
    fixture_start(&rig->broker, "allow_anonymous true");
    config_make(rig);
    const struct clock_now now = clock_now();
    rig->site = (struct site){.config = rig->config, .calendars = rig->config, .stop = -1, .started = now};
    site_judge(&rig->site, TRUST_SYNCHRONISED, now);
    rig->site.totals = totals_new(rig->config);
    rig->site.ledger = ledger_new(rig->config, rig->site.totals);
    rig->site.live = live_new(&rig->site, text, sizeof text);
    assert_non_null(rig->site.live);
    assert_int_equal(store_open(rig->config, now, &rig->store, text, sizeof text), STORE_OK);
    rig->gatherer = gatherer_new(&rig->site, rig->store);
    assert_non_null(rig->gatherer);
    eventually(broker_health(live_broker(rig->site.live)).connected);
}

static void rig_close(struct rig *rig)
{
    gatherer_free(rig->gatherer);
    store_close(rig->store);
    live_free(rig->site.live, 1000);
    ledger_free(rig->site.ledger);
    totals_free(rig->site.totals);
    config_free(rig->config);
    fixture_free(&rig->broker);
}

/* As if it had come through the broker. */
static void put(struct rig *rig, const char *site, const char *text)
{
    inbox_put(rig->gatherer->inbox, site, INBOX_LEDGER, text, strlen(text));
}

static const char *opening(int session)
{
    static char text[512];
    snprintf(
        text, sizeof text,
        "{\"v\":1,\"message\":\"opening\",\"versions\":[1,1],\"program\":\"1.0\",\"now_ms\":%lld,\"database\":\"%s\","
        "\"session\":%d,\"incarnation\":\"%s\",\"head\":9}",
        (long long)clock_now().wall_ms, DATABASE, session, INCARNATION);
    return text;
}

static bool stands(struct rig *rig, const char *subject, const char *reason)
{
    size_t count;
    bool found = false;
    struct alarm *alarm = alarms_list(live_alarms(rig->site.live), &count);
    for (size_t i = 0; i < count; i++)
        found |= !alarm[i].cleared_ms && strcmp(alarm[i].subject, subject) == 0 && strcmp(alarm[i].reason, reason) == 0;
    free(alarm);
    return found;
}

static struct clock_now later(int64_t by_ms)
{
    const struct clock_now now = clock_now();
    return (struct clock_now){now.wall_ms + by_ms, now.boot_ms + by_ms};
}

static bool answered(struct rig *rig, const char *site, const char *word)
{
    char topic[128];
    snprintf(topic, sizeof topic, "coaltally/county/c/confirmed/%s", site);
    return strstr(retained(&rig->broker, topic), word);
}

static void what_comes_through_the_broker_is_answered(void **state)
{
    struct rig rig;
    (void)state;
    rig_open(&rig);
    assert_true(gatherer_turn(rig.gatherer)); /* it subscribes */
    fixture_write(&rig.broker, "opening", opening(7));
    const int64_t until_ms = now_ms() + 20000;
    while (rig.gatherer->sites.count == 0 && now_ms() < until_ms) { /* nothing came before it had subscribed */
        char line[128];
        snprintf(line, sizeof line, "mosquitto_pub -p %d -q 1 -t coaltally/north/ledger -f opening", rig.broker.port);
        shell(&rig.broker, line);
        clock_wait(clock_now().boot_ms + 200, &(const int){gatherer_wake(rig.gatherer)}, 1);
        assert_true(gatherer_turn(rig.gatherer));
    }
    eventually(answered(&rig, "north", "\"session\":7,"));
    struct list sites;
    struct health_inbox inbox;
    assert_true(gatherer_report(rig.gatherer, &sites, &inbox));
    const struct health_site *site = sites.at;
    assert_int_equal(sites.count, 1);
    assert_string_equal(site->name, "north");
    assert_true(site->known && site->messages >= 1 && !site->bad && !site->presence);
    free(sites.at);
    rig_close(&rig);
}

/* Its rows are safe at the site; what is "ten years ahead" could not be told. */
static void under_a_clock_in_doubt_nothing_is_gathered(void **state)
{
    struct rig rig;
    (void)state;
    rig_open(&rig);
    site_judge(&rig.site, TRUST_BEHIND, clock_now());
    put(&rig, "north", opening(1));
    assert_true(gatherer_turn(rig.gatherer));
    assert_null(inbox_take(rig.gatherer->inbox)); /* so nothing turns round and round */
    assert_int_equal(rig.gatherer->sites.count, 0);
    assert_false(rig.gatherer->begun);
    rig_close(&rig);
}

static void a_store_that_fails_answers_nothing_and_goes_on(void **state)
{
    struct rig rig;
    (void)state;
    rig_open(&rig);
    assert_true(gatherer_turn(rig.gatherer));
    struct db *other = db_open(rig.config->database, DB_WRITE);
    db_begin(other);
    db_run(other, "UPDATE revision SET rev = rev");
    store_hurry(rig.store);
    put(&rig, "north", opening(1));
    put(&rig, "north", opening(2));
    assert_false(gatherer_turn(rig.gatherer));
    assert_true(*store_error(rig.store));
    assert_null(inbox_take(rig.gatherer->inbox));
    assert_false(answered(&rig, "north", "session"));
    db_rollback(other);
    db_close(other);
    put(&rig, "north", opening(3));
    assert_true(gatherer_turn(rig.gatherer));
    eventually(answered(&rig, "north", "\"session\":3,"));
    rig_close(&rig);
}

static void a_site_that_falls_silent_is_told(void **state)
{
    struct rig rig;
    (void)state;
    rig_open(&rig);
    assert_true(gatherer_turn(rig.gatherer));
    gatherer_alarms(rig.gatherer, later(14 * MINUTE_MS));
    assert_false(stands(&rig, "far", "site-silent"));
    gatherer_alarms(rig.gatherer, later(16 * MINUTE_MS));
    assert_true(stands(&rig, "far", "site-silent")); /* the roster names it */
    assert_false(stands(&rig, "north", "site-silent"));
    put(&rig, "north", opening(1));
    put(&rig, "far", "no message");
    assert_true(gatherer_turn(rig.gatherer));
    gatherer_alarms(rig.gatherer, later(14 * MINUTE_MS));
    assert_false(stands(&rig, "north", "site-silent"));
    gatherer_alarms(rig.gatherer, later(16 * MINUTE_MS));
    assert_true(stands(&rig, "north", "site-silent")); /* its ledger is held here */
    put(&rig, "north", opening(2));
    assert_true(gatherer_turn(rig.gatherer));
    gatherer_alarms(rig.gatherer, later(0));
    assert_false(stands(&rig, "north", "site-silent"));

    gatherer_free(rig.gatherer);
    fixture_write(&rig.broker, "roster.yaml", "mines:\n- {name: south, site: far}\n");
    rig.gatherer = gatherer_new(&rig.site, rig.store);
    assert_non_null(rig.gatherer);
    gatherer_alarms(rig.gatherer, later(16 * MINUTE_MS));
    assert_false(stands(&rig, "north", "site-silent")); /* nobody waits for it any more */
    assert_true(stands(&rig, "far", "site-silent"));
    rig_close(&rig);
}

static void a_site_may_be_silent_for_as_long_as_the_roster_says(void **state)
{
    struct rig rig;
    (void)state;
    rig_open(&rig);
    assert_true(gatherer_turn(rig.gatherer));
    put(&rig, "west", opening(1));
    put(&rig, "far", "no message");
    assert_true(gatherer_turn(rig.gatherer));
    gatherer_alarms(rig.gatherer, later(7 * 1440 * MINUTE_MS));
    assert_false(stands(&rig, "west", "site-silent"));
    assert_true(stands(&rig, "far", "site-silent"));
    gatherer_alarms(rig.gatherer, later(9 * 1440 * MINUTE_MS));
    assert_true(stands(&rig, "west", "site-silent"));
    rig_close(&rig);
}

static void what_happened_is_told_until_it_has_not_for_a_while(void **state)
{
    struct rig rig;
    (void)state;
    rig_open(&rig);
    assert_true(gatherer_turn(rig.gatherer));
    put(&rig, "north", "{\"v\":1}");
    put(&rig, "north", "{\"v\":77,\"message\":\"opening\"}");
    put(&rig, "stranger", opening(5));
    assert_true(gatherer_turn(rig.gatherer));
    assert_true(stands(&rig, "north", "bad-messages") && stands(&rig, "north", "other-version"));
    assert_true(stands(&rig, "stranger", "unknown-site"));
    eventually(answered(&rig, "stranger", "\"reason\":\"unknown-site\""));
    gatherer_alarms(rig.gatherer, later(61 * MINUTE_MS));
    assert_true(stands(&rig, "north", "bad-messages") && stands(&rig, "stranger", "unknown-site"));
    gatherer_alarms(rig.gatherer, later(71 * MINUTE_MS));
    assert_false(stands(&rig, "north", "bad-messages") || stands(&rig, "north", "other-version"));
    assert_false(stands(&rig, "stranger", "unknown-site"));
    rig_close(&rig);
}

/* A broker that lets anybody write may bring any number of names. */
static void strangers_are_bounded(void **state)
{
    struct rig rig;
    (void)state;
    rig_open(&rig);
    assert_true(gatherer_turn(rig.gatherer));
    for (int i = 0; i < 200; i++) {
        char name[16];
        snprintf(name, sizeof name, "stranger-%d", i);
        put(&rig, name, "?");
        assert_true(gatherer_turn(rig.gatherer));
    }
    assert_int_equal(rig.gatherer->sites.count, 64);
    assert_int_equal(rig.gatherer->unknown, 200 - 64);
    put(&rig, "north", opening(1));
    assert_true(gatherer_turn(rig.gatherer));
    assert_int_equal(rig.gatherer->sites.count, 65); /* one of the county's own always has room */
    rig_close(&rig);
}

static void a_flood_is_told(void **state)
{
    struct rig rig;
    (void)state;
    rig_open(&rig);
    assert_true(gatherer_turn(rig.gatherer));
    for (int i = 0; i < 100; i++)
        put(&rig, "north", "?");
    put(&rig, "far", opening(1)); /* has its own share */
    gatherer_alarms(rig.gatherer, later(0));
    assert_true(stands(&rig, "county", "inbox-full"));
    assert_true(gatherer_turn(rig.gatherer));
    eventually(answered(&rig, "far", "\"session\":1,"));
    gatherer_alarms(rig.gatherer, later(2 * MINUTE_MS));
    assert_false(stands(&rig, "county", "inbox-full"));
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_comes_through_the_broker_is_answered),
        cmocka_unit_test(under_a_clock_in_doubt_nothing_is_gathered),
        cmocka_unit_test(a_store_that_fails_answers_nothing_and_goes_on),
        cmocka_unit_test(a_site_that_falls_silent_is_told),
        cmocka_unit_test(a_site_may_be_silent_for_as_long_as_the_roster_says),
        cmocka_unit_test(what_happened_is_told_until_it_has_not_for_a_while),
        cmocka_unit_test(strangers_are_bounded),
        cmocka_unit_test(a_flood_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
