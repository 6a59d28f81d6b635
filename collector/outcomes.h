/* SPDX-License-Identifier: Apache-2.0 */
/* How a device's scans ended over the last 24 hours, by the hour, and why the last
 * bad one was bad. Pure. */
#ifndef COALTALLY_OUTCOMES_H
#define COALTALLY_OUTCOMES_H

#include "drivers/sweep.h"

enum { OUTCOMES_HOURS = 24, OUTCOMES_CODES = 12 };

/* What is counted: each scan once by its worst outcome (enum wire_outcome), and once
 * more by each of these that it shows. */
enum outcome_detail {
    OUTCOME_SHORT = WIRE_OUTCOMES,                     /* garbage: shorter than an answer is */
    OUTCOME_UNIT,                                      /* garbage: of another unit */
    OUTCOME_SENTINEL,                                  /* some point has "no value", */
    OUTCOME_RANGE,                                     /* or one that it cannot have, */
    OUTCOME_STUCK,                                     /* or does not move though it should */
    OUTCOME_CODE,                                      /* exception with a code of its own; + n: with code n */
    OUTCOMES = (int)OUTCOME_CODE + (int)OUTCOMES_CODES /* 1 to 11 */
};

/* "ok", "timeout", ... as wire_outcome_name(); "short", "wrong_unit", "sentinel", "range",
 * "stuck", "exception_other", "exception_1", ... */
const char *outcomes_name(size_t outcome);

/* Zero-initialised. */
struct outcomes {
    int64_t hour; /* since 1970, of the newest slot */
    uint32_t count[OUTCOMES_HOURS][OUTCOMES];
    uint32_t before[OUTCOMES]; /* the sum of all slots but the newest */
};

/* Takes one scan into account. */
void outcomes_add(struct outcomes *outcomes, const struct sweep_trouble *trouble, const struct scan *scan,
                  int64_t at_ms);

/* Sums as of at_ms into sum[OUTCOMES]. */
void outcomes_sum(const struct outcomes *outcomes, int64_t at_ms, uint32_t sum[static OUTCOMES]);

/* Why there is no data. */
struct diagnosis {
    uint32_t outcome[OUTCOMES];             /* of the last 24 hours */
    bool bad;                               /* the last scan was not whole */
    int64_t last_bad_ms;                    /* wall: the last that was not; 0: none since the start */
    char error[200];                        /* what was wrong with that one */
    char received[3 * WIRE_RECEIVED_BYTES]; /* what came for an answer then, in hex; "": nothing */
};

#endif
