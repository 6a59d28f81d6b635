/* SPDX-License-Identifier: Apache-2.0 */
/* The limits of capacity that are crossed as of now, out of the ledger. */
#ifndef COALTALLY_STORE_CAPACITY_H
#define COALTALLY_STORE_CAPACITY_H

#include "collector/capacity_read.h"
#include "collector/store.h"

/* Tells of each finding; `mine`: of the configuration, by index, -1: it does not have it. What it points to is
 * valid within the call. */
typedef void capacity_teller(void *context, int mine, const struct capacity_finding *finding);

/* False when the ledger could not be read (store_error), or when memory ran out: then nothing was told. */
bool store_capacity(struct store *store, const struct county *county, const struct capacity_limits *limits,
                    int64_t now_ms, capacity_teller *tell, void *context);

#endif
