/* SPDX-License-Identifier: Apache-2.0 */
/* A site's rows, taken into the county's ledger. A row carries all of its own state and
 * its rev, so taking it twice, or an older one after a newer one, changes nothing. Ids
 * and mines as travel.h says; totals of shifts, days and months follow in the same
 * transaction, so that pages over the county's file give the site's figures.
 *
 * A row that cannot be counted is kept aside (table replica_row) with the reason, and no
 * older version of it counts either. Without a reason, and not counted among those, the rows
 * lie there of mines, calendars and entries that another database told of later. */
#ifndef COALTALLY_STORE_TAKE_H
#define COALTALLY_STORE_TAKE_H

#include "collector/store.h"
#include "collector/travel.h"

struct taker;

/* Whether database `number` may name this mine. NULL: any. */
typedef bool taker_mine_allowed(void *context, int64_t number, const char *mine);

/* The store must outlive it. NULL when out of memory. */
struct taker *taker_new(struct store *store, taker_mine_allowed *allowed, void *context);
void taker_free(struct taker *taker);
/* The ledger's mines, meters or calendars were changed by another hand. */
void taker_forget(struct taker *taker);

struct taken {
    size_t rows;    /* taken: new, or newer than what was there */
    size_t same;    /* not newer */
    size_t refused; /* kept aside: not counted */
};

/* All within a transaction of the caller's (store_begin, store_commit), which also says where the county then
 * stands; after a failure (false; store_error) it is to be rolled back and taker_forget called. */

/* The rows of a batch of database `number`, 1 to TRAVEL_NUMBER_MAX. now_ms: what is over 400 days later than
 * that is not counted. `taken` is added to. */
bool taker_take(struct taker *taker, int64_t number, const struct travel_batch *batch, int64_t now_ms,
                struct taken *taken);

/* Rows kept aside are judged again: the roster or the clock is another one. */
bool taker_again(struct taker *taker, int64_t number, int64_t now_ms, struct taken *taken);

/* A switch of a database to another state of it, where most rows stay: begin; the rows that leave, as travel_read gave
 * them; end; the new ones by taker_take; settle, which must be called also after a failure. Then its totals are what
 * they would be had all rows been taken anew. */
bool taker_leave_begin(struct taker *taker, int64_t now_ms);
bool taker_leave(struct taker *taker, int64_t number, const struct travel_batch *batch, int64_t now_ms,
                 struct taken *taken);
bool taker_leave_end(struct taker *taker);
bool taker_settle(struct taker *taker);

/* Forgets all rows of a database and what they count; its number and its mines stay. Before another branch of it
 * is taken, in the same transaction. */
bool taker_clear(struct taker *taker, int64_t number);

/* Mines and calendars of which no row stands since rows of a database were forgotten: those that another database
 * told of count again. After its other branch was taken. */
bool taker_shared_again(struct taker *taker, int64_t now_ms, struct taken *taken);

/* How many rows of it are kept aside. */
int64_t taker_aside(struct db *db, int64_t number);

#endif
