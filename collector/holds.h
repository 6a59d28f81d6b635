/* SPDX-License-Identifier: Apache-2.0 */
/* The holds of a running daemon: its meters are told of them, they warn before they end,
 * and end by themselves. Of use to the thread that commits only. */
#ifndef COALTALLY_HOLDS_H
#define COALTALLY_HOLDS_H

#include "collector/meter.h"
#include "collector/store.h"

struct holds;

/* The site, the store and the meters outlive it. NULL when out of memory. */
struct holds *holds_new(struct site *site, struct store *store, struct meter **meter);
void holds_free(struct holds *holds);

/* An act has changed them. */
void holds_changed(struct holds *holds);

/* About twice a second, once the meters count. A hold runs on the boot clock from when it is
 * first seen, so that a wall clock that is set back does not lengthen it. False when the
 * ledger could not be read or written: it is tried again. */
bool holds_tick(struct holds *holds, struct clock_now now);

#endif
