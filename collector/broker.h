/* SPDX-License-Identifier: Apache-2.0 */
/* The MQTT client. Nothing here blocks its caller, and a broker that is away costs
 * nothing but the live messages. */
#ifndef COALTALLY_BROKER_H
#define COALTALLY_BROKER_H

#include "collector/config.h"

struct broker;

struct broker_health {
    bool connected;
    int64_t since_ms;       /* wall: of the connection, or of its loss; 0: never connected */
    uint64_t sent, dropped; /* live messages; dropped: over 100 unacknowledged, or no connection */
    char error[200];        /* why not connected, or what the broker last refused; empty: none */
    /* Topics that the broker does not let us write or read: what it refused last, until it takes the same.
     * MQTT 3.1.1 has no word for a refused message: there only subscriptions are noticed. */
    unsigned denied;         /* how many; 0: none */
    int64_t denied_since_ms; /* wall */
    char denied_topic[256];  /* the first of them */
    char denied_reason[160]; /* and why, with what to do */
};

/* will_topic and will_payload: the retained last will, QoS 1. `on_connect` is
 * called (from the broker's own thread, and never after broker_close has begun to
 * free) after each connection, so that retained topics are published again; also once
 * the broker takes a topic that its access rules had refused.
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
/* One message of the ledger's way: QoS 1, not retained, not a live one, so never counted as such. False without a
 * connection, when 100 of its kind wait, or when it is larger than the broker takes (then it is denied, in health).
 * What is lost with a connection is not said: the other side's answer is what counts. */
bool broker_send(struct broker *broker, const char *topic, const char *payload, size_t length);

/* What came of a topic that was subscribed; `bytes` end with no NUL and are gone afterwards. It is called on the
 * client library's own thread, with its locks held: it must not block, nor call any broker_ function. */
typedef void broker_heard(void *context, const char *topic, const char *bytes, size_t length);

/* Subscribes at QoS 0 or 1 now and after each connection, before on_connect is called; what the broker refuses is in
 * health and asked for again each half minute. `heard` gets what is for this filter. With `session: kept` a message
 * may come for a subscription of an earlier run: what no filter asks for is dropped. False: no memory. */
bool broker_subscribe(struct broker *broker, const char *filter, int qos, broker_heard *heard, void *context);
/* No `heard` runs with this context once this has returned. The caller may hold no lock that it waits for. */
void broker_unsubscribe(struct broker *broker, const void *context);

/* After a broker that refuses the connection for its version, error says to set
 * `version: 3.1.1`. */
struct broker_health broker_health(struct broker *broker);

/* Publishes a last retained message (the offline status), waits at most timeout_ms
 * for its acknowledgement, disconnects and frees. Nobody may publish any more. */
void broker_close(struct broker *broker, const char *topic, const char *payload, int timeout_ms);

#endif
