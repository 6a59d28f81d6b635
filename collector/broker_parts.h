/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the broker share: broker.c (life, messages), broker_link.c (the connection), broker_hear.c
 * (subscriptions). */
#ifndef COALTALLY_BROKER_PARTS_H
#define COALTALLY_BROKER_PARTS_H

#include <limits.h>
#include <pthread.h>
#include <time.h>

#include "collector/broker.h"
#include "collector/denials.h"
#include "collector/mqtt.h"
#include "collector/outbox.h"

enum {
    BROKER_WINDOW_MAX = 50, /* messages of QoS 1 in flight; paho's lists are linear */
    BROKER_SUBSCRIPTIONS_MAX = 8,
};

enum link { LINK_DOWN, LINK_CONNECTING, LINK_UP };

struct subscription {
    struct mqtt_end end; /* first: what the client library hands back */
    struct broker *broker;
    char *filter;
    int qos;
    broker_heard *heard; /* NULL: nobody hears any more. Under `hearing`, as the context. */
    void *context;
    int64_t due_ms; /* monotonic, when it is to be asked for; INT64_MAX: it is, or was */
};

struct broker {
    const struct config *config;
    char *will_topic, *will_payload;
    void (*on_connect)(void *context);
    void *context;
    char address[HOST_BYTES + 16]; /* "tcp://10.1.1.5:1883" */
    char client_id[ID_BYTES * 2];
    char *password;          /* NULL: none */
    char key_file[PATH_MAX]; /* "": none */
    struct mqtt *mqtt;
    pthread_t keeper;

    pthread_mutex_t hearing; /* while a subscriber hears; taken before `lock`, never after it */
    pthread_mutex_t lock;    /* over all below */
    pthread_cond_t moved;
    enum link link;
    bool announce; /* on_connect is due */
    bool closing;
    int64_t up_at_ms, retry_at_ms, retry_ms; /* monotonic */
    unsigned brief;                          /* connections in a row that were lost soon after they began */
    size_t packet_max;                       /* 0: the broker did not say */
    struct outbox outbox;
    bool delivering; /* some thread is; it takes what others add, so that the order stays */
    struct broker_health health;
    struct denials denials;
    char tls_error[120];
    size_t subscriptions; /* grows alone, under both locks */
    struct subscription *subscription[BROKER_SUBSCRIPTIONS_MAX];
};

static inline int64_t broker_now(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Waits until something moved, at most until a monotonic time. Under the lock. */
void broker_wait(struct broker *broker, int64_t at_ms);

/* --- broker_link.c --- */

/* What the client library tells, and the thread that keeps the connection: tries, subscribes, tells the owner, waits.
 */
void broker_link_events(struct broker *broker, struct mqtt_events *events);
void *broker_keep(void *broker);

/* --- broker_hear.c --- */

/* Under the lock: all are to be asked for; and when the next of them is. */
void broker_hear_again(struct broker *broker);
int64_t broker_hear_due(const struct broker *broker);
/* Under the lock, which it lets go meanwhile: asks for those that are due. */
void broker_hear_ask(struct broker *broker);
/* A message came. Under no lock of ours. */
void broker_hear_came(void *broker, const char *topic, const char *bytes, size_t length);
void broker_hear_free(struct broker *broker);

/* --- broker.c --- */

/* Under the lock: the broker refused what was for this topic or filter; or took it: where it had not let us before,
 * what is retained and what was told at the connection is lost, so the owner is told again. */
void broker_denied(struct broker *broker, const char *topic, int code);
void broker_took(struct broker *broker, const char *topic);

#endif
