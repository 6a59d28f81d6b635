/* SPDX-License-Identifier: Apache-2.0 */
/* The MQTT client. The only file that knows paho is broker.c. Nothing here blocks
 * its caller, and a broker that is away costs nothing but the live messages. */
#ifndef COALTALLY_BROKER_H
#define COALTALLY_BROKER_H

#include "collector/config.h"

struct broker;

struct broker_health {
    bool connected;
    int64_t since_ms;       /* wall: of the connection, or of its loss; 0: never connected */
    uint64_t sent, dropped; /* live messages; dropped: over 100 unacknowledged, or no connection */
    char error[200];        /* why not connected; empty: none */
};

/* will_topic and will_payload: the retained last will, QoS 1. `on_connect` is
 * called (from a thread of the library, must not block) after each connection, so
 * that retained topics are published again. NULL with `text` when it cannot be
 * set up (no such CA file, no password file ...). Connecting goes on in the
 * background for ever. */
struct broker *broker_new(const struct config *config, const char *will_topic, const char *will_payload,
                          void (*on_connect)(void *context), void *context, char *text, size_t size);

/* Queues one message; its bytes are copied. False when it was not: live messages
 * (retained false) are dropped, and counted, while there is no connection or 100
 * are unacknowledged (QoS 0: not yet written). Retained ones are refused only
 * without a connection: publish them again on connect. */
bool broker_publish(struct broker *broker, const char *topic, const char *payload, size_t length, int qos,
                    bool retained);
struct broker_health broker_health(struct broker *broker);

/* Publishes a last retained message (the offline status), disconnects within
 * timeout_ms, and frees. */
void broker_close(struct broker *broker, const char *topic, const char *payload, int timeout_ms);

#endif
