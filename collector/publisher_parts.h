/* SPDX-License-Identifier: Apache-2.0 */
/* What the files publisher*.c share; nobody else includes it. */
#ifndef COALTALLY_PUBLISHER_PARTS_H
#define COALTALLY_PUBLISHER_PARTS_H

#include <pthread.h>
#include <stdatomic.h>

#include "collector/ledger_rows.h"
#include "collector/publisher.h"

/* An answer as it came, until the thread takes it. */
struct publisher_answer {
    enum replica_kind kind; /* REPLICA_ANSWER, or REPLICA_UNREAD */
    struct replica_answer answer;
    struct replica_peer county;
    char why[REPLICA_WHY_BYTES];
};

/* Twice as many as can be outstanding: of more the oldest are let go, as a broker might have lost them. */
enum { PUBLISHER_ANSWERS_MAX = 2 * REPLICA_UNANSWERED_MAX };

/* Nobody else sends any more: a copy at rest opens every 10 min. */
enum { PUBLISHER_OTHERS_MS = 30 * 60000 };

/* What the thread has not heard of yet. */
struct publisher_news {
    bool connected, committed, stop;
    bool returned; /* the county was away, and is there again */
    size_t answers;
    struct publisher_answer answer[PUBLISHER_ANSWERS_MAX];
};

/* What the county's status topic last said. */
struct publisher_county {
    bool gone;
    int64_t since_ms; /* of its daemon's start; 0: not known */
};

struct publisher {
    const struct config *config;
    struct broker *broker;
    struct alarms *alarms;
    struct clock_now started;
    pthread_t thread;
    bool running;
    _Atomic int64_t alive_until_ms;
    pthread_mutex_t lock;
    pthread_cond_t moved;
    struct publisher_news news;     /* under the lock */
    struct publisher_county county; /* under the lock */
    struct publisher_report report; /* under the lock; written by the thread */

    /* The thread's own: */
    struct ledger_rows *rows; /* NULL: could not be opened yet */
    struct replica_site *site;
    int64_t open_at_ms; /* when that is tried again */
    bool connected;
    struct text topic, payload;
    struct publisher_report now;
};

/* The answers' topic, and that of the county's status (broker_heard); context: the publisher. */
void publisher_heard(void *context, const char *topic, const char *bytes, size_t length);
void publisher_county_heard(void *context, const char *topic, const char *bytes, size_t length);

/* Takes over the news, after a wait that ends with them or at due_ms. False: it shall stop. */
bool publisher_wait(struct publisher *publisher, int64_t due_ms, struct publisher_news *news);
void publisher_tell(struct publisher *publisher);

#endif
