/* SPDX-License-Identifier: Apache-2.0 */
/* What the files store_take*.c share. */
#ifndef COALTALLY_STORE_TAKE_PARTS_H
#define COALTALLY_STORE_TAKE_PARTS_H

#include "collector/store_parts.h"
#include "collector/store_roster.h"
#include "collector/store_take.h"

/* A mine that rows of the batch name. */
struct taker_mine {
    int64_t local, id; /* id 0: the ledger has none */
    bool allowed;
    char name[TRAVEL_NAME_BYTES];
};

/* What a tally changed. */
struct taker_gain {
    int64_t meter, bucket_ms, metered, good_ms;
};

/* A meter of which what is reported changes from that day on. */
struct taker_reported {
    int64_t meter;
    civil_day from;
};

struct taker {
    struct store *store;
    taker_mine_allowed *allowed;
    void *context;
    struct roster *roster; /* NULL: to be read */
    /* Of one call: */
    int64_t number, now_ms;
    bool aside;           /* the ledger keeps rows of it aside */
    struct list mines;    /* struct taker_mine */
    struct list gains;    /* struct taker_gain */
    struct list again;    /* int64_t: mines whose totals are made anew */
    struct list reported; /* struct taker_reported */
    struct taken *taken;
};

bool taker_fail_memory(struct taker *taker);

/* --- store_take_row.c --- */

/* A row with the ledger's ids: NULL, or why it cannot be counted (then `row` is good for its key only;
 * without_key: not even that). */
const char *taker_map(const struct taker *taker, const struct travel_row *local, struct travel_row *row,
                      bool *without_key);

/* --- store_take_totals.c --- */

void taker_gain(struct taker *taker, const struct taker_gain *gain);
/* What the totals owe to a row that was taken; old_*: what it was before, where there was one. */
void taker_mine_again(struct taker *taker, int64_t mine);
/* All totals as the rows now want them. */
void taker_totals(struct taker *taker);

#endif
