/* SPDX-License-Identifier: Apache-2.0 */
/* Messages on their way to a broker: those that wait, and those that the client
 * library has. No locks: the caller holds its own around every call. */
#ifndef COALTALLY_OUTBOX_H
#define COALTALLY_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collector/mqtt.h"

enum {
    OUTBOX_LIVE_MAX = 100,              /* the usual live_max */
    OUTBOX_KEPT_MAX = 100000,           /* retained messages that wait: far more than a site has topics */
    OUTBOX_LEDGER_MAX = 100,            /* of the ledger's way, unacknowledged: its protocol has 8 of them under way */
    OUTBOX_LEDGER_BYTES_MAX = 48 << 20, /* and their bytes, but for one alone */
};

enum outbox_kind {
    OUTBOX_LIVE,   /* dropped, and counted, when there is no room */
    OUTBOX_KEPT,   /* retained: published again at each connection */
    OUTBOX_LEDGER, /* of the ledger's way: its protocol sends again what is not answered */
    OUTBOX_KINDS
};

struct message {
    struct mqtt_end end; /* first: what the client library hands back */
    void *owner;         /* of the outbox: the caller's, for `end` */
    struct message *next, *before;
    enum outbox_kind kind;
    int qos;       /* 0 or 1 */
    size_t length; /* of the payload */
    char *payload; /* NULL once it was handed over */
    char topic[];
};

/* Zero-initialised, but for `window` and `live_max`. */
struct outbox {
    struct message *first, *last;          /* waiting */
    struct message *flying;                /* with the client library */
    unsigned waiting_kept;                 /* retained ones that wait */
    unsigned live_max;                     /* live messages not yet acknowledged; QoS 0: not yet written */
    unsigned window;                       /* how many messages of QoS 1 may be in flight */
    unsigned in_flight;                    /* of QoS 1 */
    unsigned unacknowledged[OUTBOX_KINDS]; /* waiting or flying */
    size_t ledger_bytes;                   /* of those */
    uint64_t sent, dropped;                /* live messages */
};

/* A copy of topic and payload; NULL when out of memory. */
struct message *message_new(enum outbox_kind kind, const char *topic, const char *payload, size_t length, int qos);
void message_free(struct message *message);

/* Puts a message last and owns it. False, and a live one counted as dropped, when
 * there is no room, or `message` is NULL (out of memory): it stays the caller's. */
bool outbox_add(struct outbox *outbox, struct message *message, enum outbox_kind kind);
void outbox_refuse(struct outbox *outbox, enum outbox_kind kind); /* counts one that is not added for another reason */

/* The first message, if it may go now: from now on it is flying, and still the outbox's. */
struct message *outbox_next(struct outbox *outbox);

/* The end of one that flew, which is freed: acknowledged (QoS 0: written), or lost. */
void outbox_end(struct outbox *outbox, struct message *message, bool arrived);

/* Drops all that waits. */
void outbox_drop(struct outbox *outbox);
/* And frees what flies: after the client library is gone. */
void outbox_free(struct outbox *outbox);
bool outbox_idle(const struct outbox *outbox); /* nothing waits, nothing flies */

#endif
