/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger of a site, made again out of the rows that a county holds of it. */
#ifndef COALTALLY_TRAVEL_COPY_H
#define COALTALLY_TRAVEL_COPY_H

#include "collector/travel.h"

/* All rows of database `number` as the site sent them, those kept aside too, with the site's own ids, in a ledger
 * of this process alone; of its other tables only the totals, made from them. To be closed with db_close; its
 * db_fault says what stood in the way, NULL when out of memory. `refused` gets how many rows of its tables would not
 * stand beside another. Within one read transaction of the caller's. */
struct db *travel_copy(struct db *from, int64_t number, int64_t *refused);

#endif
