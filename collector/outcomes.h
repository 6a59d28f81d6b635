/* SPDX-License-Identifier: Apache-2.0 */
/* How a device's scans ended over the last 24 hours, by the hour. Pure. */
#ifndef COALTALLY_OUTCOMES_H
#define COALTALLY_OUTCOMES_H

#include "collector/words.h"
#include "drivers/sweep.h"

enum { OUTCOMES_HOURS = 24, OUTCOMES_CODES = 12 };

/* What is counted: each scan once by its worst outcome (enum wire_outcome), and once
 * more by each of these that it shows. */
enum outcome_detail {
    OUTCOME_SHORT = WIRE_OUTCOMES,                     /* garbage, or by the time-out: shorter than an answer is */
    OUTCOME_UNIT,                                      /* garbage: of another unit */
    OUTCOME_SENTINEL,                                  /* some point has "no value", */
    OUTCOME_RANGE,                                     /* or one that it cannot have, */
    OUTCOME_STUCK,                                     /* or does not move though it should: by its own word, or */
                                                       /* that of the belt which runs */
    OUTCOME_MODEL,                                     /* exception: it lacks a SunSpec model, and was not asked */
    OUTCOME_CODE,                                      /* exception with a code of its own; + n: with code n */
    OUTCOMES = (int)OUTCOME_CODE + (int)OUTCOMES_CODES /* 1 to 11 */
};

/* "ok", "timeout", ... as wire_outcome_name(); "short", "wrong_unit", "sentinel", "range",
 * "stuck", "model_missing", "exception_other", "exception_1", ... */
const char *outcomes_name(size_t outcome);
/* The same for people: in English the name itself. */
const char *outcomes_title(size_t outcome, enum language language);
size_t outcomes_find(const char *name); /* WIRE_OK when there is no such */

/* The one of them that says most exactly how the scan ended. */
size_t outcomes_worst(const struct sweep_trouble *trouble);

/* Zero-initialised. */
struct outcomes {
    int64_t hour; /* since 1970, of the newest slot */
    uint32_t count[OUTCOMES_HOURS][OUTCOMES];
    uint32_t before[OUTCOMES]; /* the sum of all slots but the newest */
};

/* Takes one scan into account. stuck: a total of it stands though its belt runs. */
void outcomes_add(struct outcomes *outcomes, const struct sweep_trouble *trouble, const struct scan *scan, bool stuck,
                  int64_t at_ms);

/* Sums as of at_ms into sum[OUTCOMES]. */
void outcomes_sum(const struct outcomes *outcomes, int64_t at_ms, uint32_t sum[static OUTCOMES]);

#endif
