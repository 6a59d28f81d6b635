/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/broker_parts.h"
#include "collector/topic.h"

#include <stdlib.h>
#include <string.h>

enum {
    AGAIN_MS = 30000, /* after the broker refused a subscription: its rules may have changed */
    RETRY_MS = 1000,  /* after the client library did not take it */
};

/* The broker's answer to a subscription, or its loss with a connection: then it is asked for at the next. */
static void subscription_ended(struct mqtt_end *end, bool done, int code)
{
    struct subscription *subscription = (struct subscription *)end;
    struct broker *broker = subscription->broker;
    pthread_mutex_lock(&broker->lock);
    if (done)
        broker_took(broker, subscription->filter);
    if (!done && code >= MQTT_DENIED) {
        broker_denied(broker, subscription->filter, code);
        subscription->due_ms = broker_now(CLOCK_MONOTONIC) + AGAIN_MS;
        pthread_cond_broadcast(&broker->moved);
    }
    pthread_mutex_unlock(&broker->lock);
}

static struct subscription *subscription_new(struct broker *broker, const char *filter, int qos, broker_heard *heard,
                                             void *context)
{
    struct subscription *subscription = calloc(1, sizeof *subscription);
    char *copy = strdup(filter);
    if (!subscription || !copy) {
        free(subscription);
        free(copy);
        return NULL;
    }
    *subscription = (struct subscription){{subscription_ended}, broker, copy, qos, heard, context, 0};
    return subscription;
}

bool broker_subscribe(struct broker *broker, const char *filter, int qos, broker_heard *heard, void *context)
{
    struct subscription *subscription = subscription_new(broker, filter, qos, heard, context);
    if (!subscription)
        return false;
    pthread_mutex_lock(&broker->hearing);
    pthread_mutex_lock(&broker->lock);
    const bool room = broker->subscriptions < BROKER_SUBSCRIPTIONS_MAX;
    if (room)
        broker->subscription[broker->subscriptions++] = subscription;
    pthread_cond_broadcast(&broker->moved);
    pthread_mutex_unlock(&broker->lock);
    pthread_mutex_unlock(&broker->hearing);
    if (!room) {
        free(subscription->filter);
        free(subscription);
    }
    return room;
}

void broker_unsubscribe(struct broker *broker, const void *context)
{
    pthread_mutex_lock(&broker->hearing);
    pthread_mutex_lock(&broker->lock);
    for (size_t i = 0; i < broker->subscriptions; i++)
        if (broker->subscription[i]->context == context)
            broker->subscription[i]->heard = NULL;
    pthread_mutex_unlock(&broker->lock);
    pthread_mutex_unlock(&broker->hearing);
}

void broker_hear_again(struct broker *broker)
{
    for (size_t i = 0; i < broker->subscriptions; i++)
        broker->subscription[i]->due_ms = 0;
}

int64_t broker_hear_due(const struct broker *broker)
{
    int64_t due_ms = INT64_MAX;
    for (size_t i = 0; i < broker->subscriptions; i++)
        if (broker->subscription[i]->due_ms < due_ms)
            due_ms = broker->subscription[i]->due_ms;
    return due_ms;
}

void broker_hear_ask(struct broker *broker)
{
    const int64_t now_ms = broker_now(CLOCK_MONOTONIC);
    for (size_t i = 0; i < broker->subscriptions; i++) {
        struct subscription *subscription = broker->subscription[i];
        if (subscription->due_ms > now_ms)
            continue;
        subscription->due_ms = INT64_MAX;
        if (!subscription->heard) /* written under the lock, too */
            continue;
        pthread_mutex_unlock(&broker->lock);
        const bool asked = mqtt_subscribe(broker->mqtt, subscription->filter, subscription->qos, &subscription->end);
        pthread_mutex_lock(&broker->lock);
        if (!asked)
            subscription->due_ms = now_ms + RETRY_MS;
    }
}

void broker_hear_came(void *context, const char *topic, const char *bytes, size_t length)
{
    struct broker *broker = context;
    pthread_mutex_lock(&broker->hearing);
    for (size_t i = 0; i < broker->subscriptions; i++) {
        const struct subscription *subscription = broker->subscription[i];
        if (subscription->heard && topic_matches(subscription->filter, topic))
            subscription->heard(subscription->context, topic, bytes, length);
    }
    pthread_mutex_unlock(&broker->hearing);
}

void broker_hear_free(struct broker *broker)
{
    for (size_t i = 0; i < broker->subscriptions; i++) {
        free(broker->subscription[i]->filter);
        free(broker->subscription[i]);
    }
}
