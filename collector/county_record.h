/* SPDX-License-Identifier: Apache-2.0 */
/* A roster as lines of text that can be kept and compared: "sim-a smart from 2022-01-01<tab>primary;
 * source", sorted. A line's beginning, up to the tab, says what it is about. */
#ifndef COALTALLY_COUNTY_RECORD_H
#define COALTALLY_COUNTY_RECORD_H

#include "collector/county.h"

/* All lines of the roster, into an empty text. */
void county_record(const struct county *county, struct text *out);

/* One that differs: what it is about ("sim-a smart from 2022-01-01"), its mine, and what stood and stands there;
 * NULL: nothing. The texts live as long as the call. */
struct county_change {
    const char *about;
    char mine[ID_BYTES];
    const char *before, *after;
};
typedef void county_change_teller(void *context, const struct county_change *change);

/* Tells each difference between two records, in their order. Returns how many; out of memory: SIZE_MAX. */
size_t county_changes(const char *before, const char *after, county_change_teller *tell, void *context);

#endif
