/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger's coefficients: of all meters at once for reports and checks, of one meter
 * and day for what is written. */
#ifndef COALTALLY_STORE_COEFFICIENT_H
#define COALTALLY_STORE_COEFFICIENT_H

#include "collector/coefficient.h"
#include "collector/store_roster.h"

/* Those of one meter, sorted; of each day only the one stated last. */
struct meter_coefficients {
    size_t count;
    struct coefficient *at;
};

struct coefficient_book {
    size_t meters;
    struct meter_coefficients *meter; /* as in the roster */
};

/* NULL with db_fault set when it cannot. The caller frees it. */
struct coefficient_book *coefficients_read(struct db *db, const struct roster *roster);
void coefficients_free(struct coefficient_book *book);

/* What holds for a meter (index) on a day; NULL: nothing is stated, it reports what it counts. */
const struct coefficient *coefficients_of(const struct coefficient_book *book, size_t meter, civil_day day);
struct decimal coefficients_factor(const struct coefficient_book *book, size_t meter, civil_day day);

/* The same, asked of the ledger by a meter's id. */
struct decimal coefficient_stored(struct db *db, int64_t meter, civil_day day);

#endif
