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
    char error[200];        /* why not connected, or what the broker last refused; empty: none */
};

/* will_topic and will_payload: the retained last will, QoS 1. `on_connect` is
 * called (from the broker's own thread, and never after broker_close has begun to
 * free) after each connection, so that retained topics are published again.
 * NULL with the reason in `text` when it cannot be set up (no such CA file, no
 * password ...); otherwise `text` is empty, or a warning. Connecting goes on in
 * the background for ever, with 1 to 30 s between attempts. `config` must outlive
 * the broker. */
struct broker *broker_new(const struct config *config, const char *will_topic, const char *will_payload,
                          void (*on_connect)(void *context), void *context, char *text, size_t size);

/* Queues one message; its bytes are copied. False when it was not: live messages
 * (retained false) are dropped, and counted, while there is no connection or 100
 * are unacknowledged (QoS 0: not yet written). Retained ones are refused only
 * without a connection: publish them again on connect. */
bool broker_publish(struct broker *broker, const char *topic, const char *payload, size_t length, int qos,
                    bool retained);
/* After a broker that refuses the connection for its version, error says to set
 * `version: 3.1.1`. */
struct broker_health broker_health(struct broker *broker);

/* Publishes a last retained message (the offline status), waits at most timeout_ms
 * for its acknowledgement, disconnects and frees. Nobody may publish any more. */
void broker_close(struct broker *broker, const char *topic, const char *payload, int timeout_ms);

#endif
