/* SPDX-License-Identifier: Apache-2.0 */
/* One meter in its bus's thread: readings go in, its ledger entries come out. */
#ifndef COALTALLY_METER_H
#define COALTALLY_METER_H

#include "collector/site.h"
#include "drivers/sweep.h"

struct meter;

/* NULL when out of memory. Until meter_start it takes no reading. */
struct meter *meter_new(struct site *site, size_t index);
void meter_free(struct meter *meter);

/* Where the ledger left it: called once, from any thread, when the clock is first
 * believed. Without a saved state (NULL) its first reading opens its first segment. */
void meter_start(struct meter *meter, const struct totaliser_state *saved);

/* Whether the belt runs, by a scan of the device that the meter's `running` names;
 * called by that device's bus thread. */
void meter_see_belt(struct meter *meter, const struct scan *scan);

/* A person's hold, until so far on the boot clock: what runs is excluded. One whose time is up
 * already still counts in the next scan, so that what ran in it is. From any thread. */
void meter_hold(struct meter *meter, int64_t until_ms);
/* The hold ends now, and so does rule 9's stop. From any thread. */
void meter_release(struct meter *meter);

/* Whether its belt runs, as of the last reading, and its total has stood for too long. */
bool meter_is_stuck(const struct meter *meter);

/* Takes the meter's reading out of a scan of its device and posts what it means, but where
 * the rules ask to read it once more. */
void meter_take(struct meter *meter, const struct scan *scan);

/* After it: reads it once more, if that is asked for and was not done for another meter of the
 * device, and posts what the two mean. */
void meter_confirm(struct meter *meter, struct sweep *sweep, struct wire *wire, struct scan *scan);

#endif
