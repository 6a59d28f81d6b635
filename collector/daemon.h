/* SPDX-License-Identifier: Apache-2.0 */
/* coaltallyd as a whole: what it consists of, how it starts and stops, and what main looks after once a
 * second. Called by main alone. */
#ifndef COALTALLY_DAEMON_H
#define COALTALLY_DAEMON_H

#include "collector/board_topic.h"
#include "collector/bus.h"
#include "collector/committer.h"

/* All that lives from start to stop. */
struct daemon {
    struct config *config;
    struct store *store;
    struct site site;
    struct meter **meter;
    struct bus **bus;
    size_t buses_started;
    struct committer *committer;
    struct board_topic *board; /* NULL: of no county */
    int64_t wall_minus_boot_ms;
    bool status_failed;
};

/* --- daemon.c: start and stop --- */

/* Opens the ledger and makes all parts of the site; no thread runs yet but that of the broker. `config` and `started`
 * are set. False when it cannot, with the reason in the log. */
bool daemon_make(struct daemon *daemon);

/* Starts the threads. False when one could not be started; daemon_stop in any case. */
bool daemon_start(struct daemon *daemon);
/* Ends and joins them. False when what was counted last could not be written. */
bool daemon_stop(struct daemon *daemon);
void daemon_free(struct daemon *daemon);

/* --- daemon_watch.c: once a second --- */

/* Whether each thread's loop came round or sits in a call younger than its bound; the log says which does not. A
 * slow disk is an alarm, never a reason to be killed. */
bool daemon_alive(struct daemon *daemon);
/* Judges the clock; once too before the threads start. */
void daemon_trust(struct daemon *daemon);
/* A step of the wall clock is a row of the journal. */
void daemon_clock_step(struct daemon *daemon);
/* A write that takes long is an alarm. */
void daemon_disk(struct daemon *daemon);
void daemon_status_file(struct daemon *daemon);

#endif
