/* SPDX-License-Identifier: Apache-2.0 */
/* The checks between meters of a shift that is over, out of the ledger. */
#ifndef COALTALLY_STORE_CROSS_H
#define COALTALLY_STORE_CROSS_H

#include "collector/store.h"

enum cross_kind { CROSS_METERS, CROSS_RATE };

enum cross_outcome {
    CROSS_LATER,   /* one of them has not been read since the shift ended */
    CROSS_NOT,     /* cannot be compared: one began inside it, has open work in it, was not read over an edge of it */
    CROSS_AGREES,  /* within the limit */
    CROSS_DIFFERS, /* beyond it */
    CROSS_FAILED   /* the ledger could not be read: store_error */
};

struct cross_pair {
    enum cross_kind kind;
    size_t own;     /* a check meter; of CROSS_RATE any meter with a rate */
    size_t against; /* the main meter of its path; of CROSS_RATE the same meter */
};

/* Fills `pair` (room for 2 * config->meters) with all that the configuration lets compare; returns how many. */
size_t cross_pairs(const struct config *config, struct cross_pair *pair);

/* The shift of such a pair that was the last to end by at_ms. */
struct calendar_span cross_shift(const struct config *config, const struct cross_pair *pair, int64_t at_ms,
                                 struct calendar_place *place);

struct cross_result {
    enum cross_outcome outcome;
    int64_t own, against, ppm; /* of AGREES and DIFFERS: thousandths; how far own lies from against */
    bool journalled;           /* that they differ stands in the journal already */
};

struct cross_result store_cross(struct store *store, const struct cross_pair *pair, int64_t now_ms);

/* "differs", "rate-differs": the reason of the alarm, the kind of the journal's row. */
const char *cross_reason(enum cross_kind kind);

#endif
