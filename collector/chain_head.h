/* SPDX-License-Identifier: Apache-2.0 */
/* The head of a journal's chain: who has written it down sees whether what came before was changed. */
#ifndef COALTALLY_CHAIN_HEAD_H
#define COALTALLY_CHAIN_HEAD_H

#include "collector/db.h"
#include "collector/digest.h"

struct chain_head {
    char hash[DIGEST_HEX_BYTES]; /* empty: the journal has no row */
    int64_t row;                 /* its newest one, as that ledger numbers it */
};

/* Of database `number` (travel.h), 0: of the ledger's own; none of a number below 0. Faults are kept in db. */
struct chain_head chain_head(struct db *db, int64_t number);

#endif
