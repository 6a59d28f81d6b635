/* SPDX-License-Identifier: Apache-2.0 */
/* Between the files of the county's side alone: replica_county.c (messages), replica_accept.c (a person's word). */
#ifndef COALTALLY_REPLICA_COUNTY_PARTS_H
#define COALTALLY_REPLICA_COUNTY_PARTS_H

#include "collector/replica_county.h"

/* Does (incarnation, head) lie in the past of a copy, or is it its own? Only what the copy's rows prove. */
bool replica_reached(const struct replica_store *store, const struct replica_database *database, enum replica_part part,
                     const char *incarnation, int64_t head, bool *reached);

/* Makes a whole branch live unless it has to wait; keep_former: the live rows are kept for reject. */
bool replica_settle(const struct replica_store *store, struct replica_database *database, bool keep_former,
                    enum replica_did *did);

/* Compares the chains if the database is consistent now. */
bool replica_compare_chain(const struct replica_store *store, struct replica_database *database);

#endif
