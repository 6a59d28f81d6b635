/* SPDX-License-Identifier: Apache-2.0 */
/* Holds: what runs over a meter until then is excluded, because a person said so. */
#ifndef COALTALLY_STORE_HOLD_H
#define COALTALLY_STORE_HOLD_H

#include "collector/store_parts.h"

struct hold {
    int64_t act, meter; /* ids */
    int64_t from_ms, until_ms;
};

/* Those that have not been ended, oldest first, also where their time is up; returns how
 * many, at most `size`. */
size_t store_holds(struct db *db, struct hold *hold, size_t size);

/* The one that stands on a meter (id). False where none does. */
bool store_hold_standing(struct db *db, int64_t meter, int64_t now_ms, struct hold *hold);

/* Ends one whose time is up, within the running transaction: at its own time, whenever that
 * is written down. */
void store_hold_lapse(struct store *store, const struct hold *hold);

#endif
