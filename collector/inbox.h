/* SPDX-License-Identifier: Apache-2.0 */
/* What came through the broker and waits for the thread that owns the store. It is bounded in messages and bytes, and
 * each sender has its share, so that one who floods loses nobody's messages but his own. What does not fit is dropped
 * and counted: the protocol sends it again (replica_site.h). */
#ifndef COALTALLY_INBOX_H
#define COALTALLY_INBOX_H

#include "collector/clock.h"
#include "collector/config.h"

enum inbox_kind { INBOX_LEDGER, INBOX_STATUS };

struct inbox_limits {
    size_t messages, bytes;       /* in all */
    size_t of_sender, sent_bytes; /* of one sender; sent_bytes: or one message, however long */
};

struct inbox_letter {
    struct inbox_letter *next; /* of the inbox */
    char sender[ID_BYTES];
    enum inbox_kind kind;
    struct clock_now came;
    size_t length;
    char bytes[]; /* no NUL behind them */
};

struct inbox_count {
    size_t messages, bytes; /* waiting */
    uint64_t dropped;       /* since the start */
    char sender[ID_BYTES];  /* of the last that was dropped */
};

struct inbox;

/* NULL when out of memory, or of descriptors. */
struct inbox *inbox_new(const struct inbox_limits *limits);
void inbox_free(struct inbox *inbox);

/* From any thread; does not block but for a short lock. The bytes are copied. False: dropped. */
bool inbox_put(struct inbox *inbox, const char *sender, enum inbox_kind kind, const char *bytes, size_t length);

/* The oldest, to be freed with free(); NULL: there is none. */
struct inbox_letter *inbox_take(struct inbox *inbox);

/* A descriptor that can be read while something waits. */
int inbox_wake(const struct inbox *inbox);

/* What waits, and what was dropped. */
struct inbox_count inbox_count(struct inbox *inbox);

#endif
