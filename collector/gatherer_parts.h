/* SPDX-License-Identifier: Apache-2.0 */
/* What the files gatherer*.c share; nobody else includes it. */
#ifndef COALTALLY_GATHERER_PARTS_H
#define COALTALLY_GATHERER_PARTS_H

#include <pthread.h>

#include "collector/broker.h"
#include "collector/gatherer.h"
#include "collector/inbox.h"
#include "collector/live.h"
#include "collector/replica_message.h"
#include "collector/site_mines.h"
#include "collector/store_replica.h"

/* What a site did that is an alarm until it has not done it for a while. */
enum gathered_event {
    EVENT_BAD,     /* what it sends is no message */
    EVENT_REFUSED, /* its ledger is refused for what it is */
    EVENT_VERSION, /* it speaks a version that this program does not read */
    EVENT_UNKNOWN, /* the roster gives it no mine */
    EVENTS
};

struct gathered_site {
    struct health_site health;
    int64_t event_boot_ms[EVENTS]; /* 0: none stands */
};

struct gatherer {
    const struct site *site;
    struct store *store;
    struct county *county; /* NULL: the roster cannot be read */
    struct site_mines mines;
    struct replicas *replicas;
    struct inbox *inbox;
    struct broker *broker; /* NULL: none */
    bool again;            /* rows kept aside were judged again */
    bool begun;            /* the broker was asked for what the sites send */
    bool changed;          /* the ledger, since the last look */
    bool swept;            /* no rows of former branches are left */
    int64_t looked_boot_ms;
    struct text topic, payload;
    pthread_mutex_t lock; /* of: */
    struct list sites;    /* struct gathered_site, by name */
    size_t strangers;     /* of them, those that the roster does not know */
    uint64_t unknown;     /* messages of more such than are kept */
    /* Of the alarm about the inbox: */
    uint64_t dropped;
    int64_t dropped_boot_ms; /* 0: none stands */
};

/* --- gatherer_sites.c: under the lock --- */

/* The site of that name, added if there is room; NULL when there is not. */
struct gathered_site *gathered_site(struct gatherer *gatherer, const char *name);
/* What a site's status topic says. */
void gathered_status(struct gatherer *gatherer, const struct inbox_letter *letter);

/* --- gatherer_messages.c --- */

/* What came is applied, and answered. False when the store failed. */
bool gatherer_letter(struct gatherer *gatherer, const struct inbox_letter *letter);

/* --- gatherer_events.c: what happened --- */

/* why: a msgid, or a sentence. */
void gatherer_event(struct gatherer *gatherer, const char *site, enum gathered_event event, const char *why);
/* Those that have not happened for a while are over. */
void gatherer_events_end(struct gatherer *gatherer, struct clock_now now);
/* A branch became live. */
void gatherer_switched(struct gatherer *gatherer, const struct replica_database *database, int64_t wall_ms);
/* --- gatherer_alarms.c: what stands --- */

/* What the ledger, the clock and the silence of the sites say. */
void gatherer_alarms(struct gatherer *gatherer, struct clock_now now);

#endif
