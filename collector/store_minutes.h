/* SPDX-License-Identifier: Apache-2.0 */
/* The minutes that the ledger keeps: they are found by halving, for no index is worth its pages. */
#ifndef COALTALLY_STORE_MINUTES_H
#define COALTALLY_STORE_MINUTES_H

#include "collector/belt.h"
#include "collector/db.h"

enum { MINUTES_STRAY_MS = 15 * 60 * 1000 /* a row may be written so long after its time */ };

/* The first row of a minute at or after that instant: rows stand in the order of time, but for stray ones. */
int64_t minute_row(struct db *db, int64_t at_ms);

/* A meter's belt, and what is kept of it. */
struct belt_series {
    int64_t mine;            /* the ledger's id */
    const char *meter;       /* its name */
    bool told;               /* the ledger keeps minutes of it; if so: */
    enum belt_source source; /* what told the last of them */
    struct belt belt;
};

/* Feeds the minutes of all belts to the series that begin with belt_begin, without ending them. Faults are kept
 * in the db. */
void minutes_of_belts(struct db *db, struct belt_series *series, size_t count);

#endif
