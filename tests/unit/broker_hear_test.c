/* SPDX-License-Identifier: Apache-2.0 */
/* Subscriptions and messages of the ledger's way, over a real mosquitto. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "collector/broker.h"
#include "tests/unit/mosquitto_fixture.h"

#define STATUS "coaltally/sim-a/status"

/* What was heard last, and how often. */
struct ear {
    pthread_mutex_t lock;
    int count;
    char topic[128];
    size_t length;
    uint64_t sum; /* of its bytes */
};

static void hear(void *context, const char *topic, const char *bytes, size_t length)
{
    struct ear *ear = context;
    pthread_mutex_lock(&ear->lock);
    ear->count++;
    snprintf(ear->topic, sizeof ear->topic, "%s", topic);
    ear->length = length;
    ear->sum = 0;
    for (size_t i = 0; i < length; i++)
        ear->sum += (unsigned char)bytes[i];
    pthread_mutex_unlock(&ear->lock);
}

static int heard(struct ear *ear)
{
    pthread_mutex_lock(&ear->lock);
    const int count = ear->count;
    pthread_mutex_unlock(&ear->lock);
    return count;
}

static atomic_int connections;

static void count_connection(void *context)
{
    (void)context;
    connections++;
}

static struct config config_of(const struct mosquitto_fixture *fixture, const char *site)
{
    struct config config = {0};
    config.mqtt = (struct config_mqtt){.present = true,
                                       .host = "127.0.0.1",
                                       .port = fixture->port,
                                       .prefix = "coaltally",
                                       .version = 5,
                                       .keepalive_ms = 20000};
    snprintf(config.site, sizeof config.site, "%s", site);
    return config;
}

static struct broker *start(const struct config *config)
{
    char text[256];
    struct broker *broker = broker_new(config, STATUS, "gone", count_connection, NULL, text, sizeof text);
    if (!broker)
        fail_msg("%s", text);
    return broker;
}

static void end(struct broker *broker)
{
    broker_close(broker, STATUS, "offline", 5000);
}

static bool up(struct broker *broker)
{
    return broker_health(broker).connected;
}

/* A site and a county at one broker. */
struct meeting {
    struct mosquitto_fixture fixture;
    struct config site_config, county_config;
    struct broker *site, *county;
};

static void meet(struct meeting *meeting, int version, const char *lines)
{
    fixture_new(&meeting->fixture);
    fixture_start(&meeting->fixture, lines);
    meeting->site_config = config_of(&meeting->fixture, "sim-a");
    meeting->county_config = config_of(&meeting->fixture, "county");
    meeting->site_config.mqtt.version = meeting->county_config.mqtt.version = version;
    meeting->site = start(&meeting->site_config);
    meeting->county = start(&meeting->county_config);
}

static void part(struct meeting *meeting)
{
    end(meeting->site);
    end(meeting->county);
    fixture_free(&meeting->fixture);
}

static bool send_text(struct broker *broker, const char *topic, const char *text)
{
    return broker_send(broker, topic, text, strlen(text));
}

/* Until it was heard: a subscription holds only some time after it was asked for. */
static bool arrives(struct broker *from, struct ear *ear)
{
    const int before = heard(ear);
    send_text(from, "coaltally/sim-a/ledger", "x");
    pause_ms(20);
    return heard(ear) > before;
}

static void check_hearing(int version)
{
    struct meeting meeting;
    struct ear ear = {.lock = PTHREAD_MUTEX_INITIALIZER}, other = {.lock = PTHREAD_MUTEX_INITIALIZER};
    meet(&meeting, version, "allow_anonymous true");
    assert_true(broker_subscribe(meeting.county, "coaltally/+/ledger", 1, hear, &ear));
    assert_true(broker_subscribe(meeting.county, "coaltally/sim-b/ledger", 0, hear, &other));
    eventually(arrives(meeting.site, &ear));
    assert_string_equal(ear.topic, "coaltally/sim-a/ledger");
    assert_int_equal(ear.length, 1);
    assert_int_equal(heard(&other), 0);
    fixture_stop(&meeting.fixture); /* without persistence: it has forgotten all when it is back */
    eventually(!up(meeting.county) && !up(meeting.site));
    assert_false(send_text(meeting.site, "coaltally/sim-a/ledger", "x"));
    fixture_start(&meeting.fixture, "allow_anonymous true");
    eventually(arrives(meeting.site, &ear));
    assert_int_equal(broker_health(meeting.site).sent, 0); /* neither sent nor dropped as live messages are */
    assert_int_equal(broker_health(meeting.site).dropped, 0);
    broker_unsubscribe(meeting.county, &ear);
    const int before = heard(&ear);
    assert_true(send_text(meeting.site, "coaltally/sim-a/ledger", "x"));
    assert_true(broker_subscribe(meeting.county, "coaltally/#", 1, hear, &other));
    eventually(arrives(meeting.site, &other));
    assert_int_equal(heard(&ear), before);
    part(&meeting);
}

static void hears_across_a_broker_that_forgets(void **state)
{
    (void)state;
    check_hearing(5);
}

static void hears_in_3_1_1(void **state)
{
    (void)state;
    check_hearing(3);
}

/* The subscription goes out before on_connect is called: what is asked for there is not answered past us. */
static struct broker *_Atomic told;

static void tell_on_connect(void *context)
{
    (void)context;
    while (!told)
        pause_ms(1);
    send_text(told, "coaltally/sim-a/ledger", "opening");
}

static void subscribes_before_it_tells_of_the_connection(void **state)
{
    (void)state;
    struct mosquitto_fixture fixture;
    struct ear ear = {.lock = PTHREAD_MUTEX_INITIALIZER};
    char text[256];
    fixture_new(&fixture);
    struct config config = config_of(&fixture, "sim-a");
    struct broker *broker = broker_new(&config, STATUS, "gone", tell_on_connect, NULL, text, sizeof text);
    assert_non_null(broker);
    assert_true(broker_subscribe(broker, "coaltally/sim-a/#", 1, hear, &ear));
    told = broker;
    fixture_start(&fixture, "allow_anonymous true");
    eventually(heard(&ear) == 1); /* its own: the broker had the subscription first */
    assert_string_equal(ear.topic, "coaltally/sim-a/ledger");
    end(broker);
    fixture_free(&fixture);
}

static void check_large(int version)
{
    static char large[20 << 20], batch[64 << 10];
    struct meeting meeting;
    struct ear ear = {.lock = PTHREAD_MUTEX_INITIALIZER};
    memset(large, 'x', sizeof large);
    memset(batch, 'y', sizeof batch);
    meet(&meeting, version, "allow_anonymous true");
    assert_true(broker_subscribe(meeting.county, "coaltally/+/ledger", 1, hear, &ear));
    eventually(arrives(meeting.site, &ear));
    pause_ms(50);
    const int before = heard(&ear);
    for (int i = 0; i < 8; i++)
        assert_true(broker_send(meeting.site, "coaltally/sim-a/ledger", batch, sizeof batch));
    assert_true(broker_send(meeting.site, "coaltally/sim-a/ledger", large, sizeof large));
    eventually(heard(&ear) == before + 9);
    assert_int_equal(ear.length, sizeof large);
    assert_int_equal(ear.sum, sizeof large * 'x');
    assert_true(up(meeting.site) && up(meeting.county));
    part(&meeting);
}

static void large_messages_pass(void **state)
{
    (void)state;
    check_large(5);
    check_large(3);
}

/* A broker that says how much it takes is not sent more: it would end the connection each time. */
static void what_the_broker_does_not_take_is_not_sent(void **state)
{
    (void)state;
    static char batch[64 << 10];
    struct meeting meeting;
    memset(batch, 'y', sizeof batch);
    meet(&meeting, 5, "allow_anonymous true\nmax_packet_size 20000");
    eventually(up(meeting.site));
    assert_false(broker_send(meeting.site, "coaltally/sim-a/ledger", batch, sizeof batch));
    const struct broker_health health = broker_health(meeting.site);
    assert_int_equal(health.denied, 1);
    assert_string_equal(health.denied_topic, "coaltally/sim-a/ledger");
    assert_non_null(strstr(health.denied_reason, "too large"));
    assert_true(broker_send(meeting.site, "coaltally/sim-a/ledger", batch, 1000));
    eventually(broker_health(meeting.site).denied == 0);
    assert_true(up(meeting.site));
    part(&meeting);
}

/* What is sent while a daemon is away is there when it comes back: the broker kept its session. */
static void check_kept(int version)
{
    struct mosquitto_fixture fixture;
    struct ear ear = {.lock = PTHREAD_MUTEX_INITIALIZER};
    fixture_new(&fixture);
    fixture_start(&fixture, "allow_anonymous true");
    struct config site_config = config_of(&fixture, "sim-a"), county_config = config_of(&fixture, "county");
    site_config.mqtt.version = county_config.mqtt.version = version;
    county_config.mqtt.kept_session = true;
    struct broker *site = start(&site_config), *county = start(&county_config);
    assert_true(broker_subscribe(county, "coaltally/+/ledger", 1, hear, &ear));
    eventually(arrives(site, &ear));
    pause_ms(50);
    end(county);
    const int before = heard(&ear);
    for (int i = 0; i < 30; i++)
        assert_true(send_text(site, "coaltally/sim-a/ledger", "meanwhile"));
    pause_ms(100);
    fixture_write(&fixture, "paused", "");
    kill(fixture.pid, SIGSTOP); /* until the subscription is there to hear */
    county = start(&county_config);
    assert_true(broker_subscribe(county, "coaltally/+/ledger", 1, hear, &ear));
    kill(fixture.pid, SIGCONT);
    eventually(heard(&ear) == before + 30);
    end(site);
    end(county);
    fixture_free(&fixture);
}

static void a_kept_session_loses_nothing_meanwhile(void **state)
{
    (void)state;
    check_kept(5);
    check_kept(3);
}

/* With a kept session what flew as the connection broke is sent again, and ends: the window does not fill up. */
static void a_kept_session_outlives_its_broker(void **state)
{
    (void)state;
    struct mosquitto_fixture fixture;
    fixture_new(&fixture);
    fixture_start(&fixture, "allow_anonymous true");
    struct config config = config_of(&fixture, "sim-a");
    config.mqtt.kept_session = true;
    for (int version = 3; version <= 5; version += 2) {
        config.mqtt.version = version;
        struct broker *broker = start(&config);
        for (int round = 0; round < 2; round++) {
            eventually(up(broker));
            kill(fixture.pid, SIGSTOP);
            for (int i = 0; i < 40; i++)
                assert_true(send_text(broker, "coaltally/sim-a/ledger", "x"));
            kill(fixture.pid, SIGKILL);
            waitpid(fixture.pid, NULL, 0);
            eventually(!up(broker));
            fixture_start(&fixture, "allow_anonymous true");
        }
        eventually(up(broker));
        for (int i = 0; i < 100; i++)
            eventually(broker_publish(broker, "live", "x", 1, 1, false));
        eventually(broker_health(broker).sent == 100);
        end(broker);
    }
    fixture_free(&fixture);
}

/* Rules of who may subscribe: mosquitto's access file has none, its plugin has. */
static const char security[] =
    "{\"defaultACLAccess\":{\"publishClientSend\":true,\"publishClientReceive\":true,\"subscribe\":%s,"
    "\"unsubscribe\":true},\"clients\":[],\"groups\":[{\"groupname\":\"all\",\"roles\":[]}],\"roles\":[],"
    "\"anonymousGroup\":\"all\"}";

static void write_security(const struct mosquitto_fixture *fixture, const char *subscribe)
{
    char content[1024];
    snprintf(content, sizeof content, security, subscribe);
    fixture_write(fixture, "security.json", content);
}

static void a_denied_subscription_is_noticed(void **state)
{
    (void)state;
    for (int version = 3; version <= 5; version += 2) {
        struct mosquitto_fixture fixture;
        struct ear ear = {.lock = PTHREAD_MUTEX_INITIALIZER};
        char lines[512];
        fixture_new(&fixture);
        snprintf(lines, sizeof lines,
                 "allow_anonymous true\nplugin /usr/lib/x86_64-linux-gnu/mosquitto_dynamic_security.so\n"
                 "plugin_opt_config_file %s/security.json",
                 fixture.folder);
        write_security(&fixture, "false");
        fixture_start(&fixture, lines);
        struct config config = config_of(&fixture, "sim-a");
        config.mqtt.version = version;
        struct broker *broker = start(&config);
        assert_true(broker_subscribe(broker, "coaltally/+/ledger", 1, hear, &ear));
        eventually(broker_health(broker).denied == 1);
        assert_string_equal(broker_health(broker).denied_topic, "coaltally/+/ledger");
        assert_true(up(broker));
        fixture_stop(&fixture);
        write_security(&fixture, "true");
        fixture_start(&fixture, lines);
        eventually(broker_health(broker).denied == 0);
        eventually(arrives(broker, &ear));
        end(broker);
        fixture_free(&fixture);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hears_across_a_broker_that_forgets),
        cmocka_unit_test(hears_in_3_1_1),
        cmocka_unit_test(subscribes_before_it_tells_of_the_connection),
        cmocka_unit_test(large_messages_pass),
        cmocka_unit_test(what_the_broker_does_not_take_is_not_sent),
        cmocka_unit_test(a_kept_session_loses_nothing_meanwhile),
        cmocka_unit_test(a_kept_session_outlives_its_broker),
        cmocka_unit_test(a_denied_subscription_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
