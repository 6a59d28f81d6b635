/* SPDX-License-Identifier: Apache-2.0 */
/* Where in the ledger a replacement takes place, and what it changes there. */
#ifndef COALTALLY_STORE_REPLACEMENT_H
#define COALTALLY_STORE_REPLACEMENT_H

#include "collector/store_parts.h"
#include "collector/store_roster.h"

enum { REPLACEMENT_NEAR_MS = 15 * 60 * 1000 }; /* how far a person's clock may be off the break */

/* A row of table replacement. */
struct replacement {
    int64_t act;
    const struct roster_meter *meter;
    const struct totaliser_rules *rules; /* NULL: not known; the rate then judges nothing */
    int64_t at_ms;
    int64_t old_last, new_first; /* thousandths */
};

enum replaced {
    REPLACED_DONE,
    REPLACED_WAITS,  /* nothing of the new instrument has been read yet */
    REPLACED_NOWHERE /* `fault` says why */
};

enum swap_fault {
    SWAP_NO_BREAK,  /* none was seen near that time, and the totals do not go over into each other */
    SWAP_OLD_LAST,  /* below `value`, the last reading taken of the old one */
    SWAP_NEW_FIRST, /* above `value`, the first reading of the new one */
    SWAP_RANGE,     /* below 0, or beyond what the register can show */
    SWAP_RATE,      /* more would have passed than the meter's max_rate makes in that time: at most `value` */
    SWAP_LACKING    /* `value` of what it takes away was never counted there */
};

/* What it took the place of: a row of table swap. */
struct swap {
    int64_t journal; /* 0: no break was seen */
    char kind[24];   /* of that row */
    struct calendar_span span;
    int64_t before, after; /* what the ledger held of that, and holds */
    bool stopped;          /* the meter was stopped meanwhile: what ran stays excluded */
    enum swap_fault fault;
    int64_t value;
};

/* Finds the place, posts the difference, closes the open work of that break. Within the
 * running transaction; where it does not take place, nothing was written. `waited`: it was
 * announced, and takes the place of the first later break that it fits. */
enum replaced store_replace(struct store *store, const struct replacement *replacement, bool waited, struct swap *swap);

/* Whether any waits; cheap. */
bool store_waiting(struct store *store);

/* All that wait, after readings were written: a transaction of its own, where any does.
 * False when the ledger could not be written. */
bool store_settle(struct store *store);

#endif
