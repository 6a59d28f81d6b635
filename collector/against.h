/* SPDX-License-Identifier: Apache-2.0 */
/* Two ledgers' files against each other, row by row and chain by chain: a county's copy
 * against the site's own file, a ledger against its backup, the files of two counties.
 * What both are of is found by the databases' ids. Compared is what both have: all rows up
 * to the rev to which the one that is behind has come. A row that has moved on since, on
 * the other side, is not a difference. */
#ifndef COALTALLY_AGAINST_H
#define COALTALLY_AGAINST_H

#include "collector/travel.h"

enum {
    AGAINST_TOLD_MAX = 24, /* differences that are told of one database; the others are counted */
    AGAINST_VALUE_BYTES = 128
};

enum against_what { AGAINST_DIFFERS, AGAINST_ONLY_HERE, AGAINST_ONLY_THERE };

struct against_row {
    char database[TRAVEL_UID_BYTES];
    const char *table;
    enum against_what what;
    char key[200];                 /* "meter 3, bucket_ms 1791820800000", in the site's own ids */
    char meter[TRAVEL_NAME_BYTES]; /* its name; empty: of none */
    const char *column;            /* the first that differs; NULL unless AGAINST_DIFFERS */
    char here[AGAINST_VALUE_BYTES], there[AGAINST_VALUE_BYTES]; /* what it holds, cut where it is long */
};

/* One of the two files, of one database. */
struct against_side {
    struct db *db;
    int64_t number; /* there; 0: the file is the ledger itself */
    bool waits;     /* for a person to accept it: nothing counts, nothing is compared */
    char database[TRAVEL_UID_BYTES], site[TRAVEL_NAME_BYTES];
    struct replica_position at;
    char chain[TRAVEL_CHAIN_BYTES]; /* as the site said at that head */
    int64_t behind;                 /* rows that only the other one has yet */
    int64_t aside;                  /* rows that are kept, but do not count */
};

struct against {
    struct against_side here, there;
    int64_t upto;                   /* the rev up to which both are compared */
    int64_t equal, differ, only[2]; /* rows; only: here, there */
    bool parted;                    /* neither lies in the past of the other */
    bool chain_differs;             /* the journals, or what a county was told of the site's */
    int64_t chain_row;              /* up to which the journals are equal; 0: from the first on they are not */
    char chain[TRAVEL_CHAIN_BYTES]; /* the hash of that row */
};

struct against_to {
    void (*row)(void *context, const struct against_row *row);
    /* A database that both have, after its rows. */
    void (*database)(void *context, const struct against *against);
    void *context;
    void (*progress)(int done, int all); /* NULL: nobody asks */
};

/* How many databases both have; -1 where db_fault says of one of them why it could not be read. Each file is read
 * as it is at one moment, while it may be written on. */
int against_run(struct db *here, struct db *there, const struct against_to *to);

/* Whether nothing differs, up to where both have come. */
bool against_equal(const struct against *against);

#endif
