/* SPDX-License-Identifier: Apache-2.0 */
/* The thread that owns the store: it writes what the ledger has gathered, and applies
 * what people do; in a daemon that gathers, what the sites of the county send, too. */
#ifndef COALTALLY_COMMITTER_H
#define COALTALLY_COMMITTER_H

#include "collector/meter.h"
#include "collector/store.h"

struct committer;

/* meter: all of the site's, by index; they are started with the states of the store and the
 * holds that people gave them: before this returns where the clock is believed by then, so that
 * a bus that starts after it finds them counting; else once it is. NULL when there is no thread
 * to be had. */
struct committer *committer_start(struct site *site, struct store *store, struct meter **meter);

/* Commits all that waits, and ends; site->stop must be readable by then. False
 * when the last commit failed. */
bool committer_stop(struct committer *committer);

struct committer_report {
    int64_t committed_ms; /* wall: the latest of all commits, also where the clock was set back since; 0: none yet */
    int64_t writing_ms;   /* boot: since when it sits in a write; 0: it does not */
    char error[200];      /* why the last one failed; empty: it did not */
};
struct committer_report committer_report(struct committer *committer);

/* NULL: this daemon gathers nothing. */
struct gatherer;
struct gatherer *committer_gatherer(const struct committer *committer);

#endif
