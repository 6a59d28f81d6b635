/* SPDX-License-Identifier: Apache-2.0 */
/* Applies what waits in the spool: each act in a transaction of its own, once. By
 * whoever holds the ledger's lock. */
#ifndef COALTALLY_ACTS_H
#define COALTALLY_ACTS_H

#include "collector/act.h"

struct acts_listener {
    void *context; /* of `applied` */
    bool daemon;
    /* After the commit of an act that was done. NULL: nobody needs to know. */
    void (*applied)(void *context, const struct act *act);
    /* Of an act that takes long; NULL: nobody looks. */
    void (*progress)(int done, int all);
};

/* Whether anything waits; cheap. */
bool acts_wait(const char *database);

/* Applies all that waits, in the order of their names, which is that of time. wall_ms: as
 * of store_write. What is no act is moved aside and journalled. listener: NULL for none. False when the ledger could
 * not be written: store_error says why, and the rest waits. */
bool acts_drain(struct store *store, const struct config *config, const char *database, int64_t wall_ms,
                const struct acts_listener *listener);

/* The row of an act that its command has done itself, within the transaction that it was done in:
 * import, which is too much for the spool, and restore, which changes no figure of what it restores. */
void acts_record(struct store *store, const struct act *act, int64_t now_ms, const char *answer);

/* After acts_record, of a store with its configuration: closed periods of any of its mines that are
 * not what they were get a new version. */
void acts_follow(struct store *store, const struct act *act, int64_t now_ms);

#endif
