/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/broker.h"

#include "collector/outbox.h"
#include "collector/refusal.h"
#include "collector/secret.h"

#include <MQTTAsync.h>
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Facts about paho 1.3.12 that this file stands on: its callbacks come from its
 * own threads while it holds its own lock, so that nothing of it may be called
 * under ours; it tells of the end of every message that it took, also of those
 * lost with a connection; its automatic reconnection would hide why an attempt
 * failed, so that the thread below makes the attempts; and once more messages of
 * QoS 1 wait in it than the broker takes at a time (MQTT 5: mosquitto says 20), it
 * sends the others only when it next wakes, a second later, so that they wait here. */

enum {
    WINDOW_MAX = 50,      /* messages of QoS 1 in flight; paho's lists are linear */
    CONNECT_SECONDS = 5,  /* one attempt */
    RETRY_MIN_MS = 1000,  /* between two attempts; doubles ... */
    RETRY_MAX_MS = 30000, /* ... up to this */
    STEADY_MS = 5000,     /* a connection that lasted this long starts again at the least wait */
    STACK_BYTES = 128 * 1024,
};

/* What paho hands back at a message's end: paho may outlive any one message. */
struct kind {
    struct broker *broker;
    int qos;
    bool retained;
};

enum link { LINK_DOWN, LINK_CONNECTING, LINK_UP };

struct broker {
    const struct config *config;
    char *will_topic, *will_payload;
    void (*on_connect)(void *context);
    void *context;
    char address[HOST_BYTES + 16]; /* "tcp://10.1.1.5:1883" */
    char client_id[ID_BYTES * 2];
    char *password; /* NULL: none */
    MQTTAsync client;
    pthread_t keeper;
    struct kind kinds[2][2]; /* by QoS, and live or retained */

    pthread_mutex_t lock; /* over all below */
    pthread_cond_t moved;
    enum link link;
    bool announce; /* on_connect is due */
    bool closing;
    int64_t up_at_ms, retry_at_ms, retry_ms; /* monotonic */
    struct outbox outbox;
    bool delivering; /* some thread is; it takes what others add, so that the order stays */
    struct broker_health health;
    char tls_error[120];
};

static int64_t milliseconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Waits until something moved, at most until a monotonic time. */
static void wait_until(struct broker *broker, int64_t at_ms)
{
    struct timespec at = {.tv_sec = (time_t)(at_ms / 1000), .tv_nsec = (long)(at_ms % 1000) * 1000000};
    pthread_cond_timedwait(&broker->moved, &broker->lock, &at);
}

/* -- what went wrong, in words ------------------------------------------- */

static void describe_refusal(struct broker *broker, const char *did, int code)
{
    char why[160];
    refusal_describe(code, why, sizeof why);
    snprintf(broker->health.error, sizeof broker->health.error, "%s %s: %s", broker->address, did, why);
}

static void describe_failure(struct broker *broker, const char *message)
{
    const struct config_mqtt *mqtt = &broker->config->mqtt;
    char *error = broker->health.error;
    size_t size = sizeof broker->health.error;
    if (broker->tls_error[0])
        snprintf(error, size, "%s: TLS: %s: check mqtt.ca_file, that the certificate names this host, and the clock",
                 broker->address, broker->tls_error);
    else if (!message)
        snprintf(error, size, "%s: no connection: cannot find or reach this host", broker->address);
    else if (strstr(message, "completion")) /* paho's words for: the stream ended before the answer */
        snprintf(error, size, "%s closed the connection instead of answering%s%s", broker->address,
                 mqtt->tls ? ": check that this port speaks TLS and wants no other certificate" : "",
                 mqtt->version == 5 ? ": if it does not speak MQTT 5, set mqtt.version: 3.1.1" : "");
    else
        snprintf(error, size, "%s: no connection (%s)%s", broker->address, message,
                 mqtt->tls ? ": check that this port speaks TLS" : "");
}

static int tls_failed(const char *line, size_t length, void *context)
{
    struct broker *broker = context;
    pthread_mutex_lock(&broker->lock);
    if (!broker->tls_error[0])
        refusal_tls(line, length, broker->tls_error, sizeof broker->tls_error);
    pthread_mutex_unlock(&broker->lock);
    return 0;
}

/* -- connecting ---------------------------------------------------------- */

static void link_up(struct broker *broker, unsigned window)
{
    pthread_mutex_lock(&broker->lock);
    broker->outbox.window = window < WINDOW_MAX ? window : WINDOW_MAX;
    broker->link = LINK_UP;
    broker->announce = true;
    broker->up_at_ms = milliseconds(CLOCK_MONOTONIC);
    broker->health.connected = true;
    broker->health.since_ms = milliseconds(CLOCK_REALTIME);
    broker->health.error[0] = '\0';
    pthread_cond_broadcast(&broker->moved);
    pthread_mutex_unlock(&broker->lock);
}

/* Under the lock: the next attempt is due after a wait that doubles. */
static void link_down(struct broker *broker)
{
    int64_t now_ms = milliseconds(CLOCK_MONOTONIC);
    bool was_up = broker->link == LINK_UP;
    bool steady = was_up && now_ms - broker->up_at_ms >= STEADY_MS;
    broker->retry_ms = steady || !broker->retry_ms ? RETRY_MIN_MS : broker->retry_ms * 2;
    if (broker->retry_ms > RETRY_MAX_MS)
        broker->retry_ms = RETRY_MAX_MS;
    broker->retry_at_ms = now_ms + broker->retry_ms;
    broker->link = LINK_DOWN;
    if (was_up)
        broker->health.since_ms = milliseconds(CLOCK_REALTIME);
    broker->health.connected = false;
    outbox_drop(&broker->outbox); /* lost with the connection */
    pthread_cond_broadcast(&broker->moved);
}

static void attempt_failed(struct broker *broker, int code, const char *message)
{
    pthread_mutex_lock(&broker->lock);
    if (code > 0)
        describe_refusal(broker, "refused the connection", code);
    else
        describe_failure(broker, message);
    link_down(broker);
    pthread_mutex_unlock(&broker->lock);
}

static void connected3(void *context, MQTTAsync_successData *data)
{
    (void)data;
    link_up(context, WINDOW_MAX);
}

static void connected5(void *context, MQTTAsync_successData5 *data)
{
    int window = MQTTProperties_getNumericValue(&data->properties, MQTTPROPERTY_CODE_RECEIVE_MAXIMUM);
    link_up(context, window > 0 ? (unsigned)window : WINDOW_MAX);
}

static void not_connected3(void *context, MQTTAsync_failureData *data)
{
    attempt_failed(context, data ? data->code : -1, data ? data->message : NULL);
}

static void not_connected5(void *context, MQTTAsync_failureData5 *data)
{
    attempt_failed(context, data ? data->code : -1, data ? data->message : NULL);
}

static void connection_lost(void *context, char *cause)
{
    struct broker *broker = context;
    (void)cause; /* paho 1.3 gives none */
    pthread_mutex_lock(&broker->lock);
    if (!broker->health.error[0])
        snprintf(broker->health.error, sizeof broker->health.error, "%s: connection lost", broker->address);
    link_down(broker);
    pthread_mutex_unlock(&broker->lock);
}

/* MQTT 5: the broker said why it is about to end the connection. */
static void disconnected(void *context, MQTTProperties *properties, enum MQTTReasonCodes code)
{
    struct broker *broker = context;
    (void)properties;
    pthread_mutex_lock(&broker->lock);
    describe_refusal(broker, "ended the connection", (int)code);
    pthread_mutex_unlock(&broker->lock);
}

static const char *text_or_null(const char *text)
{
    return text[0] ? text : NULL;
}

static void attempt(struct broker *broker)
{
    const struct config_mqtt *mqtt = &broker->config->mqtt;
    bool v5 = mqtt->version == 5;
    MQTTAsync_connectOptions options3 = MQTTAsync_connectOptions_initializer;
    MQTTAsync_connectOptions options = MQTTAsync_connectOptions_initializer5;
    MQTTAsync_willOptions will = MQTTAsync_willOptions_initializer;
    MQTTAsync_SSLOptions tls = MQTTAsync_SSLOptions_initializer;
    if (v5) {
        options.cleanstart = 1;
        options.onSuccess5 = connected5;
        options.onFailure5 = not_connected5;
    } else {
        options = options3;
        options.MQTTVersion = MQTTVERSION_3_1_1; /* explicit: else it tries 3.1 besides */
        options.cleansession = 1;
        options.onSuccess = connected3;
        options.onFailure = not_connected3;
    }
    will.topicName = broker->will_topic;
    will.message = broker->will_payload;
    will.retained = 1;
    will.qos = 1;
    tls.trustStore = text_or_null(mqtt->ca_file);
    tls.keyStore = text_or_null(mqtt->cert_file);
    tls.privateKey = text_or_null(mqtt->key_file);
    tls.verify = 1; /* the host's name in the certificate too */
    tls.ssl_error_cb = tls_failed;
    tls.ssl_error_context = broker;
    options.context = broker;
    options.keepAliveInterval = (int)(mqtt->keepalive_ms / 1000);
    options.connectTimeout = CONNECT_SECONDS;
    options.maxInflight = WINDOW_MAX + 1; /* never reached: the window is ours */
    options.will = &will;
    options.ssl = mqtt->tls ? &tls : NULL;
    options.username = text_or_null(mqtt->user);
    options.password = broker->password;
    int code = MQTTAsync_connect(broker->client, &options);
    if (code != MQTTASYNC_SUCCESS)
        attempt_failed(broker, -1, MQTTAsync_strerror(code));
}

/* The thread that keeps the connection: tries, tells the owner, waits. */
static void *keep(void *context)
{
    struct broker *broker = context;
    pthread_mutex_lock(&broker->lock);
    while (!broker->closing) {
        int64_t now_ms = milliseconds(CLOCK_MONOTONIC);
        if (broker->announce) {
            broker->announce = false;
            pthread_mutex_unlock(&broker->lock);
            broker->on_connect(broker->context);
            pthread_mutex_lock(&broker->lock);
        } else if (broker->link == LINK_DOWN && now_ms >= broker->retry_at_ms) {
            broker->link = LINK_CONNECTING;
            broker->tls_error[0] = '\0';
            pthread_mutex_unlock(&broker->lock);
            attempt(broker);
            pthread_mutex_lock(&broker->lock);
        } else if (broker->link == LINK_DOWN) {
            wait_until(broker, broker->retry_at_ms);
        } else {
            pthread_cond_wait(&broker->moved, &broker->lock);
        }
    }
    pthread_mutex_unlock(&broker->lock);
    return NULL;
}

/* -- setting up ---------------------------------------------------------- */

static bool files_readable(const struct config_mqtt *mqtt, char *text, size_t size)
{
    const struct {
        const char *key, *path;
    } files[] = {{"ca_file", mqtt->ca_file}, {"cert_file", mqtt->cert_file}, {"key_file", mqtt->key_file}};
    for (size_t i = 0; mqtt->tls && i < sizeof files / sizeof *files; i++)
        if (files[i].path[0] && access(files[i].path, R_OK) != 0) {
            snprintf(text, size, "mqtt.%s: cannot read %s: %s", files[i].key, files[i].path, strerror(errno));
            return false;
        }
    return true;
}

/* All devices of one interval publish in one burst: it has room whole. */
static unsigned live_max(const struct config *config)
{
    return config->devices > OUTBOX_LIVE_MAX ? (unsigned)config->devices : OUTBOX_LIVE_MAX;
}

static void name_broker(struct broker *broker)
{
    const struct config_mqtt *mqtt = &broker->config->mqtt;
    bool bare_v6 = strchr(mqtt->host, ':') && mqtt->host[0] != '[';
    snprintf(broker->address, sizeof broker->address, "%s://%s%s%s:%d", mqtt->tls ? "ssl" : "tcp", bare_v6 ? "[" : "",
             mqtt->host, bare_v6 ? "]" : "", (int)mqtt->port);
    if (mqtt->client_id[0])
        snprintf(broker->client_id, sizeof broker->client_id, "%s", mqtt->client_id);
    else
        snprintf(broker->client_id, sizeof broker->client_id, "coaltally-%s", broker->config->site);
}

static bool create_client(struct broker *broker, char *text, size_t size)
{
    MQTTAsync_createOptions options = MQTTAsync_createOptions_initializer5;
    options.MQTTVersion = broker->config->mqtt.version == 5 ? MQTTVERSION_5 : MQTTVERSION_3_1_1;
    options.sendWhileDisconnected = 0; /* grows for hours when it is on; the ledger waits in the database */
    options.maxBufferedMessages = WINDOW_MAX + (int)broker->outbox.live_max; /* never reached either */
    int code = MQTTAsync_createWithOptions(&broker->client, broker->address, broker->client_id,
                                           MQTTCLIENT_PERSISTENCE_NONE, NULL, &options);
    if (code == MQTTASYNC_SUCCESS)
        code = MQTTAsync_setConnectionLostCallback(broker->client, broker, connection_lost);
    if (code == MQTTASYNC_SUCCESS)
        code = MQTTAsync_setDisconnected(broker->client, broker, disconnected);
    if (code != MQTTASYNC_SUCCESS)
        snprintf(text, size, "%s: cannot set up the MQTT client: %s", broker->address, MQTTAsync_strerror(code));
    return code == MQTTASYNC_SUCCESS;
}

static bool start_keeper(struct broker *broker, char *text, size_t size)
{
    pthread_attr_t attributes;
    int code = pthread_attr_init(&attributes);
    if (code == 0) {
        code = pthread_attr_setstacksize(&attributes, STACK_BYTES);
        if (code == 0)
            code = pthread_create(&broker->keeper, &attributes, keep, broker);
        pthread_attr_destroy(&attributes);
    }
    if (code != 0)
        snprintf(text, size, "cannot start the MQTT thread: %s", strerror(code));
    return code == 0;
}

static bool prepare_lock(struct broker *broker)
{
    pthread_condattr_t monotonic;
    if (pthread_condattr_init(&monotonic) != 0)
        return false;
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    bool prepared = pthread_cond_init(&broker->moved, &monotonic) == 0;
    pthread_condattr_destroy(&monotonic);
    if (prepared && pthread_mutex_init(&broker->lock, NULL) != 0) {
        pthread_cond_destroy(&broker->moved);
        prepared = false;
    }
    return prepared;
}

static void broker_free(struct broker *broker)
{
    pthread_mutex_lock(&broker->lock);
    outbox_drop(&broker->outbox); /* so that the ends that paho now tells of ask for nothing more */
    pthread_mutex_unlock(&broker->lock);
    if (broker->client)
        MQTTAsync_destroy(&broker->client);
    secret_free(broker->password);
    free(broker->will_topic);
    free(broker->will_payload);
    pthread_cond_destroy(&broker->moved);
    pthread_mutex_destroy(&broker->lock);
    free(broker);
}

struct broker *broker_new(const struct config *config, const char *will_topic, const char *will_payload,
                          void (*on_connect)(void *context), void *context, char *text, size_t size)
{
    struct broker *broker = calloc(1, sizeof *broker);
    snprintf(text, size, "out of memory");
    if (!broker || !prepare_lock(broker)) {
        free(broker);
        return NULL;
    }
    broker->config = config;
    broker->outbox.live_max = live_max(config);
    broker->on_connect = on_connect;
    broker->context = context;
    for (int qos = 0; qos < 2; qos++)
        for (int retained = 0; retained < 2; retained++)
            broker->kinds[qos][retained] = (struct kind){broker, qos, retained};
    name_broker(broker);
    broker->will_topic = strdup(will_topic);
    broker->will_payload = strdup(will_payload);
    bool ready = broker->will_topic && broker->will_payload && files_readable(&config->mqtt, text, size);
    if (ready)
        text[0] = '\0';
    if (ready && config->mqtt.password_file[0]) {
        broker->password = secret_read(config->mqtt.password_file, text, size);
        ready = broker->password != NULL;
    }
    if (ready && create_client(broker, text, size) && start_keeper(broker, text, size))
        return broker;
    broker_free(broker);
    return NULL;
}

/* -- publishing ---------------------------------------------------------- */

static void ended3(void *context, MQTTAsync_successData *data);
static void ended5(void *context, MQTTAsync_successData5 *data);
static void lost3(void *context, MQTTAsync_failureData *data);
static void lost5(void *context, MQTTAsync_failureData5 *data);

static bool hand_over(struct broker *broker, const struct message *message)
{
    MQTTAsync_responseOptions end = MQTTAsync_responseOptions_initializer;
    end.context = &broker->kinds[message->qos][message->retained];
    if (broker->config->mqtt.version == 5) {
        end.onSuccess5 = ended5;
        end.onFailure5 = lost5;
    } else {
        end.onSuccess = ended3;
        end.onFailure = lost3;
    }
    return MQTTAsync_send(broker->client, message->topic, (int)message->length, message->payload, message->qos,
                          message->retained, &end) == MQTTASYNC_SUCCESS;
}

/* Under the lock, which it lets go meanwhile: gives paho all that may go now. */
static void deliver(struct broker *broker)
{
    if (broker->delivering)
        return;
    broker->delivering = true;
    for (struct message *message; (message = outbox_next(&broker->outbox));) {
        pthread_mutex_unlock(&broker->lock);
        bool taken = hand_over(broker, message);
        pthread_mutex_lock(&broker->lock);
        if (!taken)
            outbox_end(&broker->outbox, message->qos, message->retained, false);
        free(message);
    }
    broker->delivering = false;
}

/* A message was acknowledged (QoS 0: written), or not, for a reason of MQTT 5. */
static void message_ended(const struct kind *kind, bool arrived, int code)
{
    struct broker *broker = kind->broker;
    pthread_mutex_lock(&broker->lock);
    outbox_end(&broker->outbox, kind->qos, kind->retained, arrived);
    if (broker->closing) /* else nobody waits for this, and the keeper would wake for every message */
        pthread_cond_broadcast(&broker->moved);
    if (code >= 0x80)
        describe_refusal(broker, "refuses a message", code);
    deliver(broker);
    pthread_mutex_unlock(&broker->lock);
}

static void ended3(void *context, MQTTAsync_successData *data)
{
    (void)data;
    message_ended(context, true, 0);
}

static void ended5(void *context, MQTTAsync_successData5 *data)
{
    (void)data;
    message_ended(context, true, 0);
}

static void lost3(void *context, MQTTAsync_failureData *data)
{
    (void)data;
    message_ended(context, false, 0);
}

static void lost5(void *context, MQTTAsync_failureData5 *data)
{
    message_ended(context, false, data ? (int)data->reasonCode : 0);
}

bool broker_publish(struct broker *broker, const char *topic, const char *payload, size_t length, int qos,
                    bool retained)
{
    struct message *message = length <= INT_MAX ? message_new(topic, payload, length, qos, retained) : NULL;
    pthread_mutex_lock(&broker->lock);
    bool up = broker->link == LINK_UP;
    bool taken = up && outbox_add(&broker->outbox, message, retained);
    if (!up)
        outbox_refuse(&broker->outbox, retained);
    deliver(broker);
    pthread_mutex_unlock(&broker->lock);
    if (!taken)
        free(message);
    return taken;
}

struct broker_health broker_health(struct broker *broker)
{
    pthread_mutex_lock(&broker->lock);
    struct broker_health health = broker->health;
    health.sent = broker->outbox.sent;
    health.dropped = broker->outbox.dropped;
    pthread_mutex_unlock(&broker->lock);
    return health;
}

/* -- closing ------------------------------------------------------------- */

/* Waits until nothing is under way any more or the time is up. */
static void settle(struct broker *broker, int64_t until_ms)
{
    pthread_mutex_lock(&broker->lock);
    while (!outbox_idle(&broker->outbox) && broker->link == LINK_UP && milliseconds(CLOCK_MONOTONIC) < until_ms)
        wait_until(broker, until_ms);
    pthread_mutex_unlock(&broker->lock);
}

void broker_close(struct broker *broker, const char *topic, const char *payload, int timeout_ms)
{
    if (!broker)
        return;
    int64_t until_ms = milliseconds(CLOCK_MONOTONIC) + timeout_ms;
    pthread_mutex_lock(&broker->lock);
    broker->closing = true;
    pthread_cond_broadcast(&broker->moved);
    pthread_mutex_unlock(&broker->lock);
    pthread_join(broker->keeper, NULL);
    if (broker_publish(broker, topic, payload, strlen(payload), 1, true))
        settle(broker, until_ms);
    broker_free(broker); /* with a DISCONNECT, so that the last will is not sent */
}
