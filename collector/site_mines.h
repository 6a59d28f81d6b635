/* SPDX-License-Identifier: Apache-2.0 */
/* Which site may name which mine, by the county's roster (county_site). */
#ifndef COALTALLY_SITE_MINES_H
#define COALTALLY_SITE_MINES_H

#include "collector/county.h"
#include "collector/replica.h"

/* Zero but for the first three, which must outlive it. By one thread. */
struct site_mines {
    struct db *db;               /* of the ledger that gathers */
    const struct config *config; /* NULL: none; the mines that it polls itself are no site's */
    const struct county *county;
    int64_t number; /* the database that was asked for last, and its site */
    char site[REPLICA_SITE_SIZE];
};

/* A taker_mine_allowed; its context is a struct site_mines. */
bool site_mines_allowed(void *site_mines, int64_t number, const char *mine);

/* Whether the roster gives that site any mine: what sends under another name is no site of this county. */
bool site_mines_any(const struct site_mines *mines, const char *site);

#endif
