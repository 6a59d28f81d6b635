/* SPDX-License-Identifier: Apache-2.0 */
/* What people add to what meters count: adjustments, and output entered by hand where
 * no meter gives it; and what they plan. Each belongs to its own period: a longer one counts all that lie
 * within it, and none inside is changed by it. */
#ifndef COALTALLY_STORE_ADDITIONS_H
#define COALTALLY_STORE_ADDITIONS_H

#include "collector/list.h"
#include "collector/period.h"
#include "collector/store_roster.h"

struct addition {
    size_t mine;       /* index */
    char quantity[32]; /* what is reported */
    bool by_hand;      /* entered output; else an adjustment, or of plans_of a plan */
    enum period_kind kind;
    struct period days; /* whole days, or of one day */
    int shift;          /* the shift; -1: all */
    int64_t amount;     /* thousandths of the quantity's unit */
    int64_t act;        /* that brought it */
};

/* As of one moment; both must outlive it. Start it with {db, roster}, end it with additions_free. */
struct additions {
    struct db *db;
    const struct roster *roster;
    struct list pages; /* struct additions_page; read when asked for */
};

void additions_free(struct additions *known);

/* Those of a mine and a quantity whose period begins within these days, the earliest first and of one beginning
 * the longest; of what was entered the newest versions. What is asked for is read for all mines and kept: ask for
 * whole years, or for single days where only these are wanted. Returns how many. Faults are kept in db. */
size_t additions_of(struct additions *known, size_t mine, const char *quantity, struct period begins,
                    const struct addition **first);

/* The plans whose period touches these days, likewise; they count in no figure. */
size_t plans_of(struct additions *known, size_t mine, const char *quantity, struct period days,
                const struct addition **first);

/* Whether a period lies within production days, or (shift from 0) within one shift of a day. */
bool addition_within(const struct addition *addition, struct period days, int shift);
/* Whether it begins before another one ends that was counted already: then it is part of that. */
bool addition_overlaps(const struct addition *addition, const struct addition *before);

/* Who made it, and why: the reason of an adjustment, the source of what was entered. Clean, for a page;
 * empty where the ledger does not say. */
struct addition_words {
    char actor[128], why[256];
};
struct addition_words addition_words(struct db *db, const struct addition *addition);

#endif
