/* SPDX-License-Identifier: Apache-2.0 */
/* What people entered under a name of their own: milestones and figures of indicators. Read once,
 * the newest versions only. */
#ifndef COALTALLY_HAND_BOOK_H
#define COALTALLY_HAND_BOOK_H

#include "collector/store_roster.h"

enum hand_item { HAND_MILESTONE, HAND_FIGURE };

struct hand_entry {
    enum hand_item item;
    size_t mine;         /* index in the ledger's roster */
    char name[ID_BYTES]; /* whose it is: the indicator's id */
    civil_day from, to;  /* its period */
    int64_t value;       /* of a figure: thousandths of the indicator's unit */
    char words[64];      /* of a milestone: its state */
    char source[96];     /* who says so */
};

struct hand_book {
    size_t count;
    struct hand_entry *entry; /* the earliest first */
};

/* NULL with db_fault set when it cannot be read. */
struct hand_book *hand_book_read(struct db *db, const struct roster *roster);
void hand_book_free(struct hand_book *book);

#endif
