/* SPDX-License-Identifier: Apache-2.0 */
/* Messages on their way to a broker: those that wait, and the count of those that
 * the client library has. No locks: the caller holds its own around every call. */
#ifndef COALTALLY_OUTBOX_H
#define COALTALLY_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    OUTBOX_LIVE_MAX = 100,    /* the usual live_max */
    OUTBOX_KEPT_MAX = 100000, /* retained messages that wait: far more than a site has topics */
};

/* A message that waits. */
struct message {
    struct message *next;
    int qos; /* 0 or 1 */
    bool retained;
    size_t length;
    char *payload;
    char topic[]; /* the payload stands behind it */
};

/* Zero-initialised, but for `window` and `live_max`. */
struct outbox {
    struct message *first, *last;
    unsigned waiting_kept;
    unsigned live_max;       /* live messages (not retained) not yet acknowledged; QoS 0: not yet written */
    unsigned window;         /* how many messages of QoS 1 may be in flight */
    unsigned in_flight;      /* of QoS 1 */
    unsigned unacknowledged; /* live messages, waiting or in flight */
    uint64_t sent, dropped;  /* live messages */
};

/* A copy of topic and payload; NULL when out of memory. Freed with free(). */
struct message *message_new(const char *topic, const char *payload, size_t length, int qos, bool retained);

/* Puts a message last and owns it. False, and a live one counted as dropped, when
 * there is no room, or `message` is NULL (out of memory): it stays the caller's. */
bool outbox_add(struct outbox *outbox, struct message *message, bool retained);
void outbox_refuse(struct outbox *outbox, bool retained); /* counts one that is not added for another reason */

/* The first message, if it may go now; it is then in flight, and the caller's. */
struct message *outbox_next(struct outbox *outbox);

/* The end of a message in flight: acknowledged (QoS 0: written), or lost. */
void outbox_end(struct outbox *outbox, int qos, bool retained, bool arrived);

/* Drops all that waits. */
void outbox_drop(struct outbox *outbox);
bool outbox_idle(const struct outbox *outbox); /* nothing waits, nothing is in flight */

#endif
