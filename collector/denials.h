/* SPDX-License-Identifier: Apache-2.0 */
/* Topics that a broker does not let us write or read: what it refused, until it takes the same or nothing of it was
 * refused again for a while (a topic may never be used again). No locks: the caller holds its own. */
#ifndef COALTALLY_DENIALS_H
#define COALTALLY_DENIALS_H

#include <stdint.h>

enum {
    DENIALS_MAX = 16, /* further ones are not kept */
    DENIAL_TOPIC_BYTES = 256,
    DENIAL_KEPT_MS = 15 * 60 * 1000, /* over the 10 min between two openings of a ledger */
};

struct denial {
    char topic[DENIAL_TOPIC_BYTES]; /* cut where it is longer */
    int code;                       /* the broker's: refusal_describe */
    int64_t since_ms;               /* wall */
    int64_t last_ms;                /* monotonic */
};

struct denials { /* zero-initialised; the oldest first */
    unsigned count;
    struct denial denial[DENIALS_MAX];
};

/* Once more, or new; where there is no place it is not kept. */
void denials_note(struct denials *denials, const char *topic, int code, int64_t wall_ms, int64_t monotonic_ms);
/* This topic was taken. If it was among them, all are forgotten: a broker's rights change as a whole, and many a topic
 * is written once a connection. Its code; 0: it was not. */
int denials_clear(struct denials *denials, const char *topic);
/* Forgets what is older than DENIAL_KEPT_MS. */
void denials_expire(struct denials *denials, int64_t monotonic_ms);

#endif
