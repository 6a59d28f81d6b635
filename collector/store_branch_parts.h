/* SPDX-License-Identifier: Apache-2.0 */
/* What the files store_branch*.c share. */
#ifndef COALTALLY_STORE_BRANCH_PARTS_H
#define COALTALLY_STORE_BRANCH_PARTS_H

#include "collector/store_branch.h"
#include "collector/text.h"

/* A row as table replica_branch has it. */
struct branch_texts {
    struct text key, whole;
};

void branch_texts_free(struct branch_texts *texts);
void branch_texts_form(struct db *db, struct branch_texts *texts, const struct travel_row *row);

/* The rows that count, batch after batch, local revs in (from, to]. */
typedef void branch_reader(void *context, const struct travel_batch *batch);
void branch_live(struct db *db, int64_t number, int64_t from, int64_t to, branch_reader *read, void *context);

/* --- store_branch_same.c --- */

/* Of each row of the batch, whether the row that counts is this very one, its rev too. Where it costs much to know, it
 * says no. */
void branch_same(struct db *db, int64_t number, const struct travel_batch *batch, bool *same);

/* --- store_branch_leave.c --- */

/* Rows that count and are not the same in the part are told of, and count no more. */
struct branch_leaving {
    struct taker *taker;
    struct db *db;
    int64_t number, part, now_ms;
    struct taken *taken;
    branch_teller *tell;
    void *context;
    struct branch_texts texts;
};
void branch_leave(struct branch_leaving *leaving);

#endif
