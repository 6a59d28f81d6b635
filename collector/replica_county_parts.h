/* SPDX-License-Identifier: Apache-2.0 */
/* Between the files of the county's side alone: replica_county.c (messages), replica_switch.c (positions),
 * replica_file.c (files), replica_accept.c (a person's word). */
#ifndef COALTALLY_REPLICA_COUNTY_PARTS_H
#define COALTALLY_REPLICA_COUNTY_PARTS_H

#include "collector/replica_county.h"

/* Does (incarnation, head) lie in the past of a copy, or is it its own? Only what the copy's rows prove. */
bool replica_reached(const struct replica_store *store, const struct replica_database *database, enum replica_part part,
                     const char *incarnation, int64_t head, bool *reached);

/* The database of that id, added if it is a new one that may be; else the reason why not. */
bool replica_admit(const struct replica_store *store, const char *site, const char *id,
                   struct replica_database *database, enum replica_reason *reason);

/* What the site last stated, unless this is late. */
bool replica_state(const struct replica_store *store, struct replica_database *database, const char *incarnation,
                   int64_t head);

/* Before the first rows of a whole ledger. */
bool replica_branch_empty(const struct replica_store *store, struct replica_database *database);

/* The answer, by the database as it stands in the outcome. */
void replica_answer(struct replica_outcome *outcome, const char *id, int64_t session, enum replica_reason reason);

/* Makes a whole branch live unless it has to wait; keep_former: the live rows are kept for reject. */
bool replica_settle(const struct replica_store *store, struct replica_database *database, bool keep_former,
                    enum replica_did *did);

/* Compares the chains if the database is consistent now. */
bool replica_compare_chain(const struct replica_store *store, struct replica_database *database);

#endif
