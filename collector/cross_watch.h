/* SPDX-License-Identifier: Apache-2.0 */
/* Judges each pair of meters once a shift: what differs is an alarm, and a row of the journal. */
#ifndef COALTALLY_CROSS_WATCH_H
#define COALTALLY_CROSS_WATCH_H

#include "collector/site.h"
#include "collector/store_cross.h"

struct cross_watch;

/* NULL when out of memory. Both must outlive it. */
struct cross_watch *cross_watch_new(const struct site *site, struct store *store);
void cross_watch_free(struct cross_watch *watch);

/* Judges what has ended; by whoever owns the store, under a clock that is believed. Cheap when nothing has. */
void cross_watch_tick(struct cross_watch *watch, struct clock_now now);

#endif
