/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/broker.h"

#include "collector/broker_parts.h"
#include "collector/refusal.h"
#include "collector/secret.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    STACK_BYTES = 128 * 1024,
    ENVELOPE_BYTES = 64, /* of a PUBLISH beside its topic and payload */
};

/* -- setting up ---------------------------------------------------------- */

static bool files_readable(const struct broker *broker, char *text, size_t size)
{
    const struct config_mqtt *mqtt = &broker->config->mqtt;
    const struct {
        const char *key, *path;
    } files[] = {{"ca_file", mqtt->ca_file}, {"cert_file", mqtt->cert_file}, {"key_file", broker->key_file}};
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
    const int buffered_max = BROKER_WINDOW_MAX + (int)broker->outbox.live_max; /* never reached */
    struct mqtt_events events;
    broker_link_events(broker, &events);
    broker->mqtt =
        mqtt_new(&broker->config->mqtt, broker->address, broker->client_id, &events, buffered_max, text, size);
    return broker->mqtt != NULL;
}

static bool start_keeper(struct broker *broker, char *text, size_t size)
{
    pthread_attr_t attributes;
    int code = pthread_attr_init(&attributes);
    if (code == 0) {
        code = pthread_attr_setstacksize(&attributes, STACK_BYTES);
        if (code == 0)
            code = pthread_create(&broker->keeper, &attributes, broker_keep, broker);
        pthread_attr_destroy(&attributes);
    }
    if (code != 0)
        snprintf(text, size, "cannot start the MQTT thread: %s", strerror(code));
    return code == 0;
}

static bool prepare_locks(struct broker *broker)
{
    pthread_condattr_t monotonic;
    if (pthread_condattr_init(&monotonic) != 0)
        return false;
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    const bool prepared = pthread_cond_init(&broker->moved, &monotonic) == 0;
    pthread_condattr_destroy(&monotonic);
    if (prepared && pthread_mutex_init(&broker->lock, NULL) == 0) {
        if (pthread_mutex_init(&broker->hearing, NULL) == 0)
            return true;
        pthread_mutex_destroy(&broker->lock);
    }
    if (prepared)
        pthread_cond_destroy(&broker->moved);
    return false;
}

static void broker_free(struct broker *broker)
{
    pthread_mutex_lock(&broker->lock);
    outbox_drop(&broker->outbox); /* so that the ends that paho now tells of ask for nothing more */
    pthread_mutex_unlock(&broker->lock);
    mqtt_free(broker->mqtt);
    outbox_free(&broker->outbox);
    broker_hear_free(broker);
    secret_free(broker->password);
    free(broker->will_topic);
    free(broker->will_payload);
    pthread_cond_destroy(&broker->moved);
    pthread_mutex_destroy(&broker->hearing);
    pthread_mutex_destroy(&broker->lock);
    free(broker);
}

struct broker *broker_new(const struct config *config, const char *will_topic, const char *will_payload,
                          void (*on_connect)(void *context), void *context, char *text, size_t size)
{
    struct broker *broker = calloc(1, sizeof *broker);
    snprintf(text, size, "out of memory");
    if (!broker || !prepare_locks(broker)) {
        free(broker);
        return NULL;
    }
    broker->config = config;
    broker->outbox.live_max = live_max(config);
    broker->on_connect = on_connect;
    broker->context = context;
    name_broker(broker);
    if (config->mqtt.key_file[0])
        secret_path(config->mqtt.key_file, broker->key_file);
    broker->will_topic = strdup(will_topic);
    broker->will_payload = strdup(will_payload);
    bool ready = broker->will_topic && broker->will_payload && files_readable(broker, text, size);
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

static void deliver(struct broker *broker);

void broker_denied(struct broker *broker, const char *topic, int code)
{
    denials_note(&broker->denials, topic, code, broker_now(CLOCK_REALTIME), broker_now(CLOCK_MONOTONIC));
}

void broker_took(struct broker *broker, const char *topic)
{
    const int code = denials_clear(&broker->denials, topic);
    if (code != MQTT_DENIED && code != MQTT_NOT_AUTHORISED)
        return;
    broker->announce = true;
    pthread_cond_broadcast(&broker->moved);
}

/* A message was acknowledged (QoS 0: written), or not, for a reason of MQTT 5. */
static void message_ended(struct mqtt_end *end, bool arrived, int code)
{
    struct message *message = (struct message *)end;
    struct broker *broker = message->owner;
    pthread_mutex_lock(&broker->lock);
    if (code >= MQTT_DENIED)
        broker_denied(broker, message->topic, code);
    else if (arrived && message->qos > 0)
        broker_took(broker, message->topic);
    outbox_end(&broker->outbox, message, arrived);
    if (broker->closing) /* else nobody waits for this, and the keeper would wake for every message */
        pthread_cond_broadcast(&broker->moved);
    deliver(broker);
    pthread_mutex_unlock(&broker->lock);
}

/* Under the lock, which it lets go meanwhile: gives the client library all that may go now. Its end may be told, and
 * the message freed, before it is back from there. */
static void deliver(struct broker *broker)
{
    if (broker->delivering)
        return;
    broker->delivering = true;
    for (struct message *message; (message = outbox_next(&broker->outbox));) {
        char *payload = message->payload;
        const bool retained = message->kind == OUTBOX_KEPT;
        message->payload = NULL;
        pthread_mutex_unlock(&broker->lock);
        const bool taken =
            mqtt_send(broker->mqtt, message->topic, payload, message->length, message->qos, retained, &message->end);
        free(payload);
        pthread_mutex_lock(&broker->lock);
        if (!taken)
            outbox_end(&broker->outbox, message, false);
    }
    broker->delivering = false;
}

/* Under the lock. */
static bool too_large(struct broker *broker, const char *topic, size_t length)
{
    if (!broker->packet_max || length + strlen(topic) + ENVELOPE_BYTES <= broker->packet_max)
        return false;
    broker_denied(broker, topic, MQTT_TOO_LARGE);
    return true;
}

static bool add(struct broker *broker, struct message *message, enum outbox_kind kind)
{
    pthread_mutex_lock(&broker->lock);
    const bool may = broker->link == LINK_UP && message && !too_large(broker, message->topic, message->length);
    if (message) {
        message->end.tell = message_ended;
        message->owner = broker;
    }
    const bool taken = may && outbox_add(&broker->outbox, message, kind);
    if (!may)
        outbox_refuse(&broker->outbox, kind);
    deliver(broker);
    pthread_mutex_unlock(&broker->lock);
    if (!taken)
        message_free(message);
    return taken;
}

bool broker_publish(struct broker *broker, const char *topic, const char *payload, size_t length, int qos,
                    bool retained)
{
    const enum outbox_kind kind = retained ? OUTBOX_KEPT : OUTBOX_LIVE;
    return add(broker, length <= INT_MAX ? message_new(kind, topic, payload, length, qos) : NULL, kind);
}

bool broker_send(struct broker *broker, const char *topic, const char *payload, size_t length)
{
    struct message *message = length <= INT_MAX ? message_new(OUTBOX_LEDGER, topic, payload, length, 1) : NULL;
    return add(broker, message, OUTBOX_LEDGER);
}

static void health_denied(struct broker *broker, struct broker_health *health)
{
    const struct denial *first = broker->denials.denial;
    denials_expire(&broker->denials, broker_now(CLOCK_MONOTONIC));
    health->denied = broker->denials.count;
    if (health->denied == 0)
        return;
    health->denied_since_ms = first->since_ms;
    snprintf(health->denied_topic, sizeof health->denied_topic, "%s", first->topic);
    refusal_describe(first->code, health->denied_reason, sizeof health->denied_reason);
}

struct broker_health broker_health(struct broker *broker)
{
    pthread_mutex_lock(&broker->lock);
    struct broker_health health = broker->health;
    health.sent = broker->outbox.sent;
    health.dropped = broker->outbox.dropped;
    health_denied(broker, &health);
    pthread_mutex_unlock(&broker->lock);
    return health;
}

/* -- closing ------------------------------------------------------------- */

/* Waits until nothing is under way any more or the time is up. */
static void settle(struct broker *broker, int64_t until_ms)
{
    pthread_mutex_lock(&broker->lock);
    while (!outbox_idle(&broker->outbox) && broker->link == LINK_UP && broker_now(CLOCK_MONOTONIC) < until_ms)
        broker_wait(broker, until_ms);
    pthread_mutex_unlock(&broker->lock);
}

void broker_close(struct broker *broker, const char *topic, const char *payload, int timeout_ms)
{
    if (!broker)
        return;
    int64_t until_ms = broker_now(CLOCK_MONOTONIC) + timeout_ms;
    pthread_mutex_lock(&broker->lock);
    broker->closing = true;
    pthread_cond_broadcast(&broker->moved);
    pthread_mutex_unlock(&broker->lock);
    pthread_join(broker->keeper, NULL);
    if (broker_publish(broker, topic, payload, strlen(payload), 1, true))
        settle(broker, until_ms);
    broker_free(broker); /* with a DISCONNECT, so that the last will is not sent */
}
