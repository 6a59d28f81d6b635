/* SPDX-License-Identifier: Apache-2.0 */
/* The thread that sends the ledger to the county, by replica_site.h, over the broker.
 *
 * It reads committed rows by a connection of its own, and sleeps until something happens: the broker's connection,
 * an answer, a commit, the time at which it asks again. Whoever tells it of one of these leaves a mark and goes on:
 * neither a bus nor the committer nor the broker's thread ever waits for it. What is not confirmed lies in the
 * ledger, so an outage of any length takes no memory. */
#ifndef COALTALLY_PUBLISHER_H
#define COALTALLY_PUBLISHER_H

#include "collector/alarm.h"
#include "collector/broker.h"
#include "collector/clock.h"
#include "collector/replica_message.h"
#include "collector/replica_site.h"

struct publisher;

/* For status and alarms. */
struct publisher_report {
    struct replica_site_view view; /* its times are on the boot clock */
    int64_t answered_ms;           /* wall, of the last answer; 0: none since the start */
    int64_t others_ms;             /* boot, of the last one to what this daemon did not send; 0: none */
    /* Why the county refuses (view.refused), as it said it: */
    bool unread; /* it did not: its answer is of a version that this program does not read */
    struct replica_peer county;
    char why[REPLICA_WHY_BYTES];
    char error[256];                 /* why the ledger could not be read; empty: it could */
    char strange[REPLICA_WHY_BYTES]; /* what is wrong with what came last in place of an answer; empty: nothing did */
};

/* No thread yet, and nothing is sent: the broker may tell of its connection. config->mqtt.county is set, and the
 * configuration outlives it. NULL: out of memory. */
struct publisher *publisher_new(const struct config *config);
/* The ledger is open for writing, so that its incarnation is there. False: it is logged why. */
bool publisher_start(struct publisher *publisher, struct broker *broker, struct alarms *alarms);
/* Sends what was committed last, without waiting for answers, and ends the thread; before the broker is closed. */
void publisher_stop(struct publisher *publisher);
/* After the broker is closed. */
void publisher_free(struct publisher *publisher);

/* From any thread; they do not wait. NULL: nothing is done. */
void publisher_connected(struct publisher *publisher);
void publisher_committed(struct publisher *publisher);

/* About once a second, by main: raises and clears the alarms. */
void publisher_tick(struct publisher *publisher, struct clock_now now);
struct publisher_report publisher_report(struct publisher *publisher);
/* Why the county refuses, with what to do; empty: it does not. In the language of this process. */
void publisher_refusal_say(const struct publisher_report *report, struct text *out);
/* The boot time by which the thread must have come round; INT64_MAX while it reads: a slow disk is no reason to be
 * killed. */
int64_t publisher_alive_until_ms(const struct publisher *publisher);

#endif
