/* SPDX-License-Identifier: Apache-2.0 */
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

static atomic_int connections;

static void count_connection(void *context)
{
    (void)context;
    connections++;
}

static struct config config_of(const struct mosquitto_fixture *fixture)
{
    struct config config = {.site = "sim-a"};
    config.mqtt = (struct config_mqtt){.present = true,
                                       .host = "127.0.0.1",
                                       .port = fixture->port,
                                       .prefix = "coaltally",
                                       .version = 5,
                                       .keepalive_ms = 20000};
    connections = 0;
    return config;
}

static struct broker *start(const struct config *config)
{
    char text[256];
    struct broker *broker = broker_new(config, STATUS, "gone", count_connection, NULL, text, sizeof text);
    if (!broker)
        fail_msg("%s", text);
    assert_string_equal(text, "");
    return broker;
}

static bool publish(struct broker *broker, const char *topic, const char *payload, int qos, bool retain)
{
    return broker_publish(broker, topic, payload, strlen(payload), qos, retain);
}

static void setup(struct mosquitto_fixture *fixture)
{
    fixture_new(fixture);
    fixture_start(fixture, "allow_anonymous true");
}

/* A broker that runs, and a connection to it. */
struct meeting {
    struct mosquitto_fixture fixture;
    struct config config;
    struct broker *broker;
};

static int meet(void **state)
{
    static struct meeting meeting;
    setup(&meeting.fixture);
    meeting.config = config_of(&meeting.fixture);
    meeting.broker = start(&meeting.config);
    eventually(connections == 1);
    *state = &meeting;
    return 0;
}

static int part(void **state)
{
    struct meeting *meeting = *state;
    broker_close(meeting->broker, STATUS, "offline", 5000);
    fixture_free(&meeting->fixture);
    return 0;
}

static bool says(struct broker *broker, const char *words)
{
    return strstr(broker_health(broker).error, words) != NULL;
}

static void check_farewell(int version)
{
    struct mosquitto_fixture fixture;
    setup(&fixture);
    struct config config = config_of(&fixture);
    config.mqtt.version = version;
    struct broker *broker = start(&config);
    eventually(connections == 1);
    assert_true(broker_health(broker).connected);
    assert_string_equal(broker_health(broker).error, "");
    assert_true(publish(broker, STATUS, "online", 1, true));
    eventually(!strcmp(retained(&fixture, STATUS), "online"));
    broker_close(broker, STATUS, "offline", 5000);
    assert_string_equal(retained(&fixture, STATUS), "offline");
    fixture_free(&fixture);
}

static void says_farewell(void **state)
{
    (void)state;
    check_farewell(5);
}

static void says_farewell_in_3_1_1(void **state)
{
    (void)state;
    check_farewell(3);
}

/* A child with a connection is killed: the broker speaks for it. */
static void leaves_a_last_will(void **state)
{
    (void)state;
    struct mosquitto_fixture fixture;
    setup(&fixture);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct config config = config_of(&fixture);
        char text[256];
        struct broker *broker = broker_new(&config, STATUS, "gone", count_connection, NULL, text, sizeof text);
        while (broker && !publish(broker, STATUS, "online", 1, true))
            pause_ms(10);
        for (;;)
            pause();
    }
    eventually(!strcmp(retained(&fixture, STATUS), "online"));
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    eventually(!strcmp(retained(&fixture, STATUS), "gone"));
    fixture_free(&fixture);
}

static void waits_for_a_late_broker_and_one_that_went_away(void **state)
{
    (void)state;
    struct mosquitto_fixture fixture;
    fixture_new(&fixture);
    struct config config = config_of(&fixture);
    struct broker *broker = start(&config);
    eventually(says(broker, "no connection"));
    assert_false(publish(broker, "live", "x", 0, false));
    assert_false(publish(broker, "kept", "x", 1, true));
    struct broker_health health = broker_health(broker);
    assert_false(health.connected);
    assert_int_equal(health.since_ms, 0);
    assert_int_equal(health.dropped, 1); /* a retained message is not a live one */
    fixture_start(&fixture, "allow_anonymous true");
    eventually(connections == 1);
    assert_string_equal(broker_health(broker).error, "");
    fixture_stop(&fixture);
    eventually(!broker_health(broker).connected);
    assert_true(broker_health(broker).error[0]);
    assert_true(broker_health(broker).since_ms > 0);
    fixture_start(&fixture, "allow_anonymous true");
    eventually(connections == 2);
    broker_close(broker, STATUS, "offline", 5000);
    fixture_free(&fixture);
}

static void counts_live_messages(void **state)
{
    struct broker *broker = ((struct meeting *)*state)->broker;
    for (int i = 0; i < 500; i++)
        eventually(publish(broker, "live", "x", i % 2, false));
    const uint64_t refused = broker_health(broker).dropped; /* and tried again, above */
    eventually(broker_health(broker).sent == 500);
    assert_int_equal(broker_health(broker).dropped, refused);
}

/* mosquitto takes 20 of QoS 1 at a time (MQTT 5, receive maximum): the others wait
 * for an acknowledgement, not for paho's next look, which comes once a second. */
static void keeps_the_pace_of_bursts(void **state)
{
    struct broker *broker = ((struct meeting *)*state)->broker;
    int64_t start_ms = now_ms();
    for (uint64_t burst = 1; burst <= 20; burst++) {
        for (int i = 0; i < 100; i++)
            assert_true(publish(broker, "live", "x", 1, false));
        eventually(broker_health(broker).sent == burst * 100);
    }
    assert_true(now_ms() - start_ms < 40000); /* 80 s where paho is left to itself */
}

/* A broker that reads nothing: what it does not take is dropped at once. */
static void drops_what_a_stalled_broker_does_not_take(void **state)
{
    struct meeting *meeting = *state;
    struct broker *broker = meeting->broker;
    kill(meeting->fixture.pid, SIGSTOP);
    for (int i = 0; i < 150; i++)
        assert_true(publish(broker, "live", "x", 1, false) == (i < 100));
    assert_int_equal(broker_health(broker).dropped, 50);
    assert_true(publish(broker, "kept", "x", 1, true));
    kill(meeting->fixture.pid, SIGCONT);
    eventually(broker_health(broker).sent == 100);
    assert_true(publish(broker, "live", "x", 1, false));
    eventually(broker_health(broker).sent == 101);
}

/* QoS 0 counts until it is written: a full socket fills the hundred too, and a
 * connection that breaks gives all of them back. */
static void bounds_unwritten_messages(void **state)
{
    struct meeting *meeting = *state;
    struct broker *broker = meeting->broker;
    static char large[200000];
    memset(large, 'x', sizeof large);
    kill(meeting->fixture.pid, SIGSTOP);
    int taken = 0;
    while (taken < 2000 && broker_publish(broker, "live", large, sizeof large, 0, false))
        taken++;
    assert_in_range(taken, 100, 1999);
    assert_int_equal(broker_health(broker).dropped, 1);
    kill(meeting->fixture.pid, SIGKILL);
    waitpid(meeting->fixture.pid, NULL, 0);
    meeting->fixture.pid = 0;
    fixture_start(&meeting->fixture, "allow_anonymous true");
    eventually(connections == 2);
    eventually(broker_health(broker).sent + broker_health(broker).dropped == (uint64_t)taken + 1);
    assert_true(publish(broker, "live", "x", 1, false));
}

static void closes_in_time_without_a_broker(void **state)
{
    (void)state;
    struct mosquitto_fixture fixture;
    setup(&fixture);
    struct config config = config_of(&fixture);
    struct broker *broker = start(&config);
    eventually(connections == 1);
    kill(fixture.pid, SIGSTOP);
    broker_close(broker, STATUS, "offline", 100); /* no acknowledgement comes */
    kill(fixture.pid, SIGCONT);
    fixture_stop(&fixture);
    broker = start(&config);
    broker_close(broker, STATUS, "offline", 5000);
    fixture_free(&fixture);
}

static void names_a_wrong_password(void **state)
{
    (void)state;
    struct mosquitto_fixture fixture;
    fixture_new(&fixture);
    shell(&fixture, "mosquitto_passwd -b -c users sim-a right");
    char lines[256], path[128];
    snprintf(lines, sizeof lines, "allow_anonymous false\npassword_file %s/users", fixture.folder);
    fixture_start(&fixture, lines);
    snprintf(path, sizeof path, "%s/password", fixture.folder);
    for (int version = 3; version <= 5; version += 2) {
        struct config config = config_of(&fixture);
        config.mqtt.version = version;
        snprintf(config.mqtt.user, sizeof config.mqtt.user, "sim-a");
        snprintf(config.mqtt.password_file, sizeof config.mqtt.password_file, "%s", path);
        fixture_write(&fixture, "password", "wrong\n");
        assert_int_equal(chmod(path, 0600), 0);
        struct broker *broker = start(&config);
        eventually(says(broker, "password_file"));
        assert_false(says(broker, "wrong"));
        broker_close(broker, STATUS, "offline", 100);
        fixture_write(&fixture, "password", "right\n");
        broker = start(&config);
        eventually(connections == 1);
        broker_close(broker, STATUS, "offline", 5000);
    }
    fixture_free(&fixture);
}

static void names_a_refused_message(void **state)
{
    (void)state;
    struct mosquitto_fixture fixture;
    fixture_new(&fixture);
    fixture_write(&fixture, "rules", "topic read #\n");
    char lines[256];
    snprintf(lines, sizeof lines, "allow_anonymous true\nacl_file %s/rules", fixture.folder);
    fixture_start(&fixture, lines);
    struct config config = config_of(&fixture);
    struct broker *broker = start(&config);
    eventually(connections == 1);
    assert_true(publish(broker, "live", "x", 1, false));
    eventually(broker_health(broker).denied == 1);
    struct broker_health health = broker_health(broker);
    assert_string_equal(health.denied_topic, "live");
    assert_non_null(strstr(health.denied_reason, "access rules"));
    assert_true(health.denied_since_ms > 0);
    assert_string_equal(health.error, "");
    assert_int_equal(broker_health(broker).dropped, 1);
    assert_int_equal(broker_health(broker).sent, 0);
    broker_close(broker, STATUS, "offline", 1000);
    fixture_free(&fixture);
}

/* A broker that takes a connection, answers one thing, and closes. */
struct one_answer {
    int listener;
    const char *bytes;
    size_t length;
};

static void *answer_once(void *context)
{
    const struct one_answer *answer = context;
    char request[1024];
    int peer = accept(answer->listener, NULL, NULL);
    if (peer >= 0 && read(peer, request, sizeof request) > 0 && answer->length > 0)
        (void)!write(peer, answer->bytes, answer->length);
    if (peer >= 0)
        close(peer);
    return NULL;
}

static void asks_for_3_1_1(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t length;
    } cases[] = {
        {"\x20\x02\x00\x01", 4},     /* CONNACK as 3.1.1 has it: unacceptable protocol version */
        {"\x20\x03\x00\x84\x00", 5}, /* CONNACK of MQTT 5: unsupported protocol version */
        {"", 0},                     /* closed in silence */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mosquitto_fixture fixture = {0};
        struct one_answer answer = {.bytes = cases[i].bytes, .length = cases[i].length};
        answer.listener = listen_anywhere(&fixture.port);
        pthread_t thread;
        assert_int_equal(pthread_create(&thread, NULL, answer_once, &answer), 0);
        struct config config = config_of(&fixture);
        struct broker *broker = start(&config);
        eventually(says(broker, "version: 3.1.1"));
        assert_int_equal(pthread_join(thread, NULL), 0);
        broker_close(broker, STATUS, "offline", 100);
        close(answer.listener);
    }
}

#define CERTIFICATE(name, subject)                                                                                     \
    "openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=" name " -keyout " name                  \
    ".key -out " name ".csr && printf 'subjectAltName=" subject "' >" name ".ext && openssl x509 -req -in " name       \
    ".csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 30 -out " name ".crt -extfile " name ".ext"
#define AUTHORITY(name)                                                                                                \
    "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=" name " -keyout " name   \
    ".key -out " name ".crt -addext keyUsage=critical,keyCertSign"

static void check_tls(const struct mosquitto_fixture *fixture, const char *ca, const char *certificate,
                      const char *expected)
{
    struct config config = config_of(fixture);
    config.mqtt.tls = true;
    snprintf(config.mqtt.ca_file, sizeof config.mqtt.ca_file, "%s/%s.crt", fixture->folder, ca);
    if (certificate) {
        snprintf(config.mqtt.cert_file, sizeof config.mqtt.cert_file, "%s/%s.crt", fixture->folder, certificate);
        snprintf(config.mqtt.key_file, sizeof config.mqtt.key_file, "%s/%s.key", fixture->folder, certificate);
    }
    struct broker *broker = start(&config);
    if (expected)
        eventually(says(broker, expected));
    else
        eventually(connections == 1);
    broker_close(broker, STATUS, "offline", expected ? 0 : 5000);
}

static void speaks_tls(void **state)
{
    (void)state;
    struct mosquitto_fixture fixture;
    char lines[512];
    fixture_new(&fixture);
    shell(&fixture, AUTHORITY("ca"));
    shell(&fixture, AUTHORITY("stranger"));
    shell(&fixture, CERTIFICATE("server", "IP:127.0.0.1"));
    shell(&fixture, CERTIFICATE("elsewhere", "DNS:elsewhere"));
    shell(&fixture, CERTIFICATE("client", "DNS:client"));
    const char *form = "allow_anonymous true\ncafile %s/ca.crt\ncertfile %s/%s.crt\nkeyfile %s/%s.key\n"
                       "require_certificate %s";
    snprintf(lines, sizeof lines, form, fixture.folder, fixture.folder, "server", fixture.folder, "server", "true");
    fixture_start(&fixture, lines);
    check_tls(&fixture, "ca", "client", NULL);
    check_tls(&fixture, "stranger", "client", "certificate verify failed");
    check_tls(&fixture, "ca", NULL, "TLS");
    fixture_stop(&fixture);
    snprintf(lines, sizeof lines, form, fixture.folder, fixture.folder, "elsewhere", fixture.folder, "elsewhere",
             "false");
    fixture_start(&fixture, lines);
    check_tls(&fixture, "ca", NULL, "the certificate names this host");
    fixture_free(&fixture);
}

static void refuses_what_cannot_be_set_up(void **state)
{
    (void)state;
    struct config config = {.site = "sim-a", .mqtt = {.host = "127.0.0.1", .port = 1, .version = 5}};
    char text[256];
    config.mqtt.tls = true;
    snprintf(config.mqtt.ca_file, sizeof config.mqtt.ca_file, "/nowhere/ca.crt");
    assert_null(broker_new(&config, STATUS, "gone", count_connection, NULL, text, sizeof text));
    assert_non_null(strstr(text, "ca_file"));
    assert_non_null(strstr(text, "/nowhere/ca.crt"));
    config.mqtt.tls = false;
    snprintf(config.mqtt.password_file, sizeof config.mqtt.password_file, "/nowhere/password");
    assert_null(broker_new(&config, STATUS, "gone", count_connection, NULL, text, sizeof text));
    assert_non_null(strstr(text, "/nowhere/password"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_farewell),
        cmocka_unit_test(says_farewell_in_3_1_1),
        cmocka_unit_test(leaves_a_last_will),
        cmocka_unit_test(waits_for_a_late_broker_and_one_that_went_away),
        cmocka_unit_test_setup_teardown(counts_live_messages, meet, part),
        cmocka_unit_test_setup_teardown(keeps_the_pace_of_bursts, meet, part),
        cmocka_unit_test_setup_teardown(drops_what_a_stalled_broker_does_not_take, meet, part),
        cmocka_unit_test_setup_teardown(bounds_unwritten_messages, meet, part),
        cmocka_unit_test(closes_in_time_without_a_broker),
        cmocka_unit_test(names_a_wrong_password),
        cmocka_unit_test(names_a_refused_message),
        cmocka_unit_test(asks_for_3_1_1),
        cmocka_unit_test(speaks_tls),
        cmocka_unit_test(refuses_what_cannot_be_set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
