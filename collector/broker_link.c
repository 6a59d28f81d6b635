/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/broker_parts.h"
#include "collector/log.h"
#include "collector/refusal.h"

#include <stdio.h>
#include <string.h>

enum {
    CONNECT_SECONDS = 5,  /* one attempt */
    RETRY_MIN_MS = 1000,  /* between two attempts; doubles ... */
    RETRY_MAX_MS = 30000, /* ... up to this */
    STEADY_MS = 5000,     /* a connection that lasted this long starts again at the least wait */
    /* So many in a row that lasted no longer than that: two programs with one client id throw each other off, and
     * not every broker says so. */
    BRIEF_MS = 60000,
    BRIEF_MANY = 3,
};

void broker_wait(struct broker *broker, int64_t at_ms)
{
    if (at_ms == INT64_MAX) {
        pthread_cond_wait(&broker->moved, &broker->lock);
        return;
    }
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

/* Without a line of OpenSSL's paho does not tell a port that nobody listens on from a certificate that names
 * another host, or a handshake that the broker ended. */
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
    else if (mqtt->tls)
        snprintf(error, size,
                 "%s: no connection: check that this port answers and speaks TLS, that the certificate names this "
                 "host, and whether it wants one of ours",
                 broker->address);
    else
        snprintf(error, size, "%s: no connection (%s)", broker->address, message);
}

static void tls_failed(void *context, const char *line, size_t length)
{
    struct broker *broker = context;
    pthread_mutex_lock(&broker->lock);
    if (!broker->tls_error[0])
        refusal_tls(line, length, broker->tls_error, sizeof broker->tls_error);
    pthread_mutex_unlock(&broker->lock);
}

/* -- up and down --------------------------------------------------------- */

static void link_up(void *context, const struct mqtt_terms *terms)
{
    struct broker *broker = context;
    const bool narrow = terms->window > 0 && terms->window < BROKER_WINDOW_MAX;
    pthread_mutex_lock(&broker->lock);
    broker->outbox.window = narrow ? terms->window : BROKER_WINDOW_MAX;
    broker->packet_max = terms->packet_max;
    broker->link = LINK_UP;
    broker->announce = true;
    broker_hear_again(broker);
    broker->up_at_ms = broker_now(CLOCK_MONOTONIC);
    broker->health.connected = true;
    broker->health.since_ms = broker_now(CLOCK_REALTIME);
    broker->health.error[0] = '\0';
    pthread_cond_broadcast(&broker->moved);
    pthread_mutex_unlock(&broker->lock);
}

/* Under the lock: the next attempt is due after a wait that doubles. */
static void link_down(struct broker *broker)
{
    int64_t now_ms = broker_now(CLOCK_MONOTONIC);
    bool was_up = broker->link == LINK_UP;
    bool steady = was_up && now_ms - broker->up_at_ms >= STEADY_MS;
    broker->retry_ms = steady || !broker->retry_ms ? RETRY_MIN_MS : broker->retry_ms * 2;
    if (broker->retry_ms > RETRY_MAX_MS)
        broker->retry_ms = RETRY_MAX_MS;
    broker->retry_at_ms = now_ms + broker->retry_ms;
    broker->link = LINK_DOWN;
    if (was_up)
        broker->health.since_ms = broker_now(CLOCK_REALTIME);
    broker->health.connected = false;
    outbox_drop(&broker->outbox); /* lost with the connection */
    pthread_cond_broadcast(&broker->moved);
}

static void attempt_failed(void *context, int code, const char *message)
{
    struct broker *broker = context;
    pthread_mutex_lock(&broker->lock);
    if (code > 0)
        describe_refusal(broker, "refused the connection", code);
    else
        describe_failure(broker, message);
    link_down(broker);
    pthread_mutex_unlock(&broker->lock);
}

/* Under the lock. */
static void describe_loss(struct broker *broker)
{
    char *error = broker->health.error;
    if (*error)
        return;
    if (broker->brief < BRIEF_MANY)
        snprintf(error, sizeof broker->health.error, "%s: connection lost", broker->address);
    else
        snprintf(error, sizeof broker->health.error,
                 "%s: connection lost again and again: does another program connect as \"%s\" (mqtt: client_id)?",
                 broker->address, broker->client_id);
    if (broker->brief == BRIEF_MANY)
        log_warnx("%s", error);
}

static void link_lost(void *context)
{
    struct broker *broker = context;
    pthread_mutex_lock(&broker->lock);
    const bool brief = broker_now(CLOCK_MONOTONIC) - broker->up_at_ms < BRIEF_MS;
    broker->brief = brief ? broker->brief + 1 : 0;
    describe_loss(broker);
    link_down(broker);
    pthread_mutex_unlock(&broker->lock);
}

static void link_ending(void *context, int code)
{
    struct broker *broker = context;
    pthread_mutex_lock(&broker->lock);
    describe_refusal(broker, "ended the connection", code);
    pthread_mutex_unlock(&broker->lock);
}

void broker_link_events(struct broker *broker, struct mqtt_events *events)
{
    *events = (struct mqtt_events){.context = broker,
                                   .connected = link_up,
                                   .not_connected = attempt_failed,
                                   .lost = link_lost,
                                   .ending = link_ending,
                                   .tls_failed = tls_failed,
                                   .came = broker_hear_came};
}

/* -- the thread ---------------------------------------------------------- */

static void attempt(struct broker *broker)
{
    const struct mqtt_login login = {.will_topic = broker->will_topic,
                                     .will_payload = broker->will_payload,
                                     .password = broker->password,
                                     .key_file = broker->key_file[0] ? broker->key_file : NULL,
                                     .seconds = CONNECT_SECONDS,
                                     .window = BROKER_WINDOW_MAX + 1 /* never reached: the window is ours */};
    broker->link = LINK_CONNECTING;
    broker->tls_error[0] = '\0';
    pthread_mutex_unlock(&broker->lock);
    mqtt_connect(broker->mqtt, &login);
    pthread_mutex_lock(&broker->lock);
}

static void announce(struct broker *broker)
{
    broker->announce = false;
    pthread_mutex_unlock(&broker->lock);
    broker->on_connect(broker->context);
    pthread_mutex_lock(&broker->lock);
}

static void keep_up(struct broker *broker, int64_t now_ms)
{
    const int64_t due_ms = broker_hear_due(broker);
    if (due_ms <= now_ms)
        broker_hear_ask(broker);
    else if (broker->announce)
        announce(broker);
    else
        broker_wait(broker, due_ms);
}

void *broker_keep(void *context)
{
    struct broker *broker = context;
    pthread_mutex_lock(&broker->lock);
    while (!broker->closing) {
        const int64_t now_ms = broker_now(CLOCK_MONOTONIC);
        if (broker->link == LINK_UP)
            keep_up(broker, now_ms);
        else if (broker->link == LINK_CONNECTING)
            broker_wait(broker, INT64_MAX);
        else if (now_ms < broker->retry_at_ms)
            broker_wait(broker, broker->retry_at_ms);
        else
            attempt(broker);
    }
    pthread_mutex_unlock(&broker->lock);
    return NULL;
}
