/* SPDX-License-Identifier: Apache-2.0 */
/* What the threads of one daemon share. Each member guards itself. */
#ifndef COALTALLY_SITE_H
#define COALTALLY_SITE_H

#include <stdatomic.h>

#include "collector/config.h"
#include "collector/ledger.h"
#include "collector/trust.h"

struct live;
struct publisher;
struct scans;
struct stops;
struct totals;

struct site {
    const struct config *config;
    struct config *calendars; /* the same, for the committer to put other calendars in while all is paused */
    struct totals *totals;
    struct ledger *ledger;
    struct live *live;
    struct publisher *publisher; /* NULL: the ledger goes to no county */
    struct scans *scans;         /* NULL: nobody will ask for them */
    struct stops *stops;         /* NULL: none are planned */
    /* Set by main once a second, read by the other threads: */
    _Atomic enum trust trust;
    _Atomic int64_t offset_ms; /* wall minus boot of the clock that was judged */
    /* While `paused`, no meter steps; `inside`: threads that are in a step. */
    atomic_bool paused;
    atomic_int inside;
    int stop; /* an eventfd: readable once all shall stop */
    struct clock_now started;
};

enum {
    CLOCK_STEP_MS = 1000
}; /* what the wall clock may differ from the boot clock's line before it counts as stepped */

/* By main: what the clock is worth, judged at `now`. Returns what it was worth before. */
enum trust site_judge(struct site *site, enum trust trust, struct clock_now now);

/* Whether something of this moment may be posted: the clock is believed, and has
 * not been stepped since it was judged. */
bool site_posts(const struct site *site, struct clock_now now);

/* A meter's step, from the reading to the ledger, lies between these two. False: not now, as
 * if there had been no scan; the total heals it. */
bool site_enter(struct site *site);
void site_leave(struct site *site);

/* Until site_resume no meter steps, so that ledger and store agree and stay so. Waits for those
 * in a step, which may read once more. By one thread. */
void site_pause(struct site *site);
void site_resume(struct site *site);

#endif
