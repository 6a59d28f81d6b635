/* SPDX-License-Identifier: Apache-2.0 */
/* Between the files of the replacement: which place in the ledger it fits. */
#ifndef COALTALLY_STORE_SWAP_H
#define COALTALLY_STORE_SWAP_H

#include "collector/store_replacement.h"

/* Sets all of *swap but what other acts have posted there. Nothing is written. */
enum replaced swap_find(struct db *db, const struct replacement *replacement, bool waited, struct swap *swap);

#endif
