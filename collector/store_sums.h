/* SPDX-License-Identifier: Apache-2.0 */
/* The derived sums of shifts, days and months. Those of all meters are read at
 * once and kept: a report asks for most of them, and one query along the key costs
 * a fraction of one a meter. */
#ifndef COALTALLY_STORE_SUMS_H
#define COALTALLY_STORE_SUMS_H

#include "collector/list.h"
#include "collector/period.h"
#include "collector/store_roster.h"

struct sums {
    int64_t metered, good_ms;
    int64_t reported; /* by the coefficients of its days; without what people added */
    bool any;         /* there was a row */
};

/* As of one moment; both must outlive it. Start it with {db, roster}, end it with sums_free. */
struct sums_known {
    struct db *db;
    const struct roster *roster;
    struct list pages; /* struct sums_page */
};

void sums_free(struct sums_known *known);

/* Of one meter, by its index; zero where nothing is recorded. Faults are kept in db. */
struct sums sums_of_shift(struct sums_known *known, size_t meter, civil_day day, int shift);
struct sums sums_of_day(struct sums_known *known, size_t meter, civil_day day);
struct sums sums_of_month(struct sums_known *known, size_t meter, civil_month month);
/* Over production days: of months, and of days where they are few. */
struct sums sums_of_days(struct sums_known *known, size_t meter, struct period days);

/* Adds one to another, or (sign < 0) takes it away. */
void sums_add(struct sums *sums, struct sums more, int sign);

#endif
