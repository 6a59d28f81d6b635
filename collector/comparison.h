/* SPDX-License-Identifier: Apache-2.0 */
/* What a period is compared with: the one before it (环比), or the same a year before (同比). Pure. */
#ifndef COALTALLY_COMPARISON_H
#define COALTALLY_COMPARISON_H

#include "collector/period.h"

enum comparison_with { COMPARISON_PREVIOUS, COMPARISON_YEAR };

/* "previous", "year". */
bool comparison_parse(const char *text, enum comparison_with *out);

struct comparison {
    struct period now;  /* of the period itself: its days that are over; none: from = to */
    struct period then; /* whole days as well; as many as `now` has, or fewer where that period was shorter */
    bool running;       /* the period is not over */
};

/* `kind`: not a shift. today: the production day that runs. A period that is over is compared
 * whole, however long the other was (28 days of February with 31 of January); of one that runs
 * the days that are over, with the first as many of the other.
 *
 * Before: the day, dekad, month or year before, or the span of the same length that ends
 * where this one begins. A year before: the same dekad, month or the same dates; what would
 * begin or end on 29 February does on the 28th. */
struct comparison comparison_of(enum period_kind kind, struct period days, enum comparison_with with, civil_day today);

enum { PERCENT_TEXT_BYTES = 32 };

/* A change in percent of what was before, to tenths, rounded half away from zero: "+6.9 %" for people, "6.9"
 * in data. False where there was nothing before. */
bool comparison_percent(int64_t change, int64_t then, char shown[static PERCENT_TEXT_BYTES],
                        char value[static PERCENT_TEXT_BYTES]);

#endif
