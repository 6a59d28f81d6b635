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
    bool aside;           /* the ledger keeps rows of it beside their tables */
    struct list mines;    /* struct taker_mine */
    struct list gains;    /* struct taker_gain */
    struct list again;    /* int64_t: mines whose totals are made anew */
    struct list reported; /* struct taker_reported */
    struct taken *taken;
    /* Of a switch, from taker_leave_begin to taker_settle: `again` waits for its end. */
    bool switching, leaving; /* rows leave: the roster stays as it was before */
    struct list left_meters; /* struct taker_left_meter */
    struct list left_shifts; /* struct derived: shifts that tallies left */
};

/* A meter whose row left at a switch, and where it was. */
struct taker_left_meter {
    int64_t meter, mine;
    char quantity[32];
};

/* The row of a key that stood there before. */
struct taker_former {
    bool present;
    int64_t rev, metered, good_ms;
    bool moved; /* a meter: to another mine or quantity; a calendar: its shifts */
};

/* --- store_take.c --- */

bool taker_fail_memory(struct taker *taker);
bool taker_good(const struct taker *taker);
void taker_begin(struct taker *taker, int64_t number, int64_t now_ms, struct taken *taken);
void taker_row(struct taker *taker, const struct travel_row *local);

/* --- store_take_mines.c --- */

/* Of a list of struct travel_mine. */
void taker_mines(struct taker *taker, const struct list *mines);

/* --- store_take_aside.c: by the row's key --- */

/* The rev of the row that is kept aside; 0: none. */
int64_t taker_aside_rev(struct taker *taker, const struct travel_row *local);
void taker_aside_remove(struct taker *taker, const struct travel_row *local);
void taker_aside_keep(struct taker *taker, const struct travel_row *local, const char *reason);
/* Of any database, and without counting it as refused. */
void taker_aside_write(struct taker *taker, int64_t number, const struct travel_row *local, const char *reason);
bool taker_aside_any(struct db *db, int64_t number);
/* The mines of the call's database that the ledger knows, to a list of struct travel_mine. */
void taker_mines_known(struct taker *taker, struct list *mines);

/* --- store_take_shared.c: rows that several databases tell of --- */

/* Mines and their calendars are told of by whoever knows them best: the site that runs them. */
bool taker_is_shared(enum travel_name table);
/* Whether a row takes the place of another database's of that rev. What people entered in a database counts
 * before what they entered for the same period in the one that it was accepted in place of. */
bool taker_replaces(enum travel_name table, int64_t rev);
/* The row of another database that is about to be replaced comes to lie beside. */
void taker_shadow(struct taker *taker, enum travel_name table, int64_t rev);

/* --- store_take.c --- */

struct taker_former taker_former_find(struct taker *taker, const struct travel_row *row);
/* By its key. */
void taker_row_remove(struct taker *taker, const struct travel_row *row);

/* --- store_take_follow.c --- */

/* counts: the row was taken; else the one before was taken away for one that cannot be. */
void taker_follow(struct taker *taker, const struct travel_row *row, const struct taker_former *former, bool counts);

/* --- store_take_row.c --- */

/* A row with the ledger's ids: NULL, or why it cannot be counted (then `row` is good for its key only;
 * without_key: not even that). */
const char *taker_map(const struct taker *taker, const struct travel_row *local, struct travel_row *row,
                      bool *without_key);

/* --- store_take_totals.c --- */

void taker_gain(struct taker *taker, const struct taker_gain *gain);
/* The totals of all of its meters are made anew. */
void taker_mine_again(struct taker *taker, int64_t mine);
bool taker_mine_is_again(const struct taker *taker, int64_t mine);
/* All totals as the rows now want them. */
void taker_totals(struct taker *taker);

#endif
