/* SPDX-License-Identifier: Apache-2.0 */
/* One client of the MQTT library, and what it tells. The only file that knows paho is mqtt.c.
 *
 * Facts about paho 1.3.12 that those who call it stand on: its callbacks come from its own threads while it holds
 * its own lock, so that nothing of it may be called under a lock that a callback takes; it tells of the end of
 * every message that it took, also of those lost with a connection; its automatic reconnection would hide why an
 * attempt failed, so that attempts are made one by one; and once more messages of QoS 1 wait in it than the broker
 * takes at a time (MQTT 5: mosquitto says 20), it sends the others only when it next wakes, a second later, so that
 * they had better wait outside. */
#ifndef COALTALLY_MQTT_H
#define COALTALLY_MQTT_H

#include "collector/config.h"

enum {
    MQTT_DENIED = 0x80,               /* reason codes from here on are refusals; SUBACK of 3.1.1: this one */
    MQTT_NOT_AUTHORISED = 0x87,       /* MQTT 5, table 2-6 */
    MQTT_TOO_LARGE = 0x95,            /* the same */
    MQTT_PACKET_BYTES_MAX = 24 << 20, /* what is taken of a broker: the largest batch, and its envelope */
};

struct mqtt;

/* What a broker said as it took the connection; 0: nothing. */
struct mqtt_terms {
    unsigned window;   /* messages of QoS 1 that it takes at a time */
    size_t packet_max; /* bytes of a message with its topic and envelope */
};

/* All are called on the library's threads, under its lock. */
struct mqtt_events {
    void *context;
    void (*connected)(void *context, const struct mqtt_terms *terms);
    /* An attempt failed. code: the broker's, above 0; else `message` has the library's words, or is NULL. */
    void (*not_connected)(void *context, int code, const char *message);
    void (*lost)(void *context);
    /* MQTT 5: why the broker is about to end the connection. */
    void (*ending)(void *context, int code);
    /* A line of OpenSSL's error queue, during an attempt. */
    void (*tls_failed)(void *context, const char *line, size_t length);
    /* A message of a topic that was subscribed. */
    void (*came)(void *context, const char *topic, const char *bytes, size_t length);
};

/* How a sending, or a subscribing, ended: stands first in what its owner keeps of it, and stays until it was
 * called or the client is freed. code: the broker's; 0: none. */
struct mqtt_end {
    void (*tell)(struct mqtt_end *end, bool done, int code);
};

/* config, address ("ssl://10.1.1.5:8883") and client_id as they are used later; `events` is copied, the rest must
 * outlive the client. buffered_max: messages that wait in the library. NULL with the reason in `text`. */
struct mqtt *mqtt_new(const struct config_mqtt *config, const char *address, const char *client_id,
                      const struct mqtt_events *events, int buffered_max, char *text, size_t size);
/* With a DISCONNECT, so that the last will is not sent. */
void mqtt_free(struct mqtt *mqtt);

struct mqtt_login {
    const char *will_topic, *will_payload; /* retained, QoS 1 */
    const char *password, *key_file;       /* NULL: none */
    int seconds;                           /* for the attempt */
    int window;                            /* messages of QoS 1 in flight at most */
};

/* Begins an attempt; connected or not_connected follows, maybe before this returns. */
void mqtt_connect(struct mqtt *mqtt, const struct mqtt_login *login);

/* False: `end` will not be told. What is given is copied. */
bool mqtt_send(struct mqtt *mqtt, const char *topic, const char *payload, size_t length, int qos, bool retained,
               struct mqtt_end *end);
bool mqtt_subscribe(struct mqtt *mqtt, const char *filter, int qos, struct mqtt_end *end);

#endif
