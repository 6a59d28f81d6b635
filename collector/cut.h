/* SPDX-License-Identifier: Apache-2.0 */
/* A bucket that a corrected calendar cuts: what it holds, divided by time between the
 * nearest readings that are known. The parts sum to the whole, and each of them is a
 * bucket that the ledger can stand by: its count lies between the readings around it. Pure. */
#ifndef COALTALLY_CUT_H
#define COALTALLY_CUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A row of table tally. */
struct cut_row {
    int64_t bucket_ms, end_ms;
    int64_t metered; /* with what acts posted */
    int64_t good_ms;
    int64_t end_count; /* the meter's own count */
    bool read;         /* then: */
    int64_t first_raw, first_at_ms, last_raw, last_at_ms, segment, high, wraps;
};

/* What a meter had counted at a reading. */
struct cut_reading {
    bool known;
    int64_t at_ms, count;
    int64_t high, wraps, segment; /* the state after it; of `first` alone */
};

/* What is known of a row besides itself. */
struct cut_known {
    int64_t start_count;       /* at the bucket's beginning */
    struct cut_reading before; /* the last reading before the bucket */
    struct cut_reading first;  /* the first one in it */
    struct cut_reading last;   /* the last one in it */
    struct cut_reading after;  /* the first one after the bucket */
    bool latest;               /* the meter has no later row: after its last reading nothing was counted yet */
};

struct cut_part {
    struct cut_row row;
    int64_t counted; /* of the meter's own count; the rest of row.metered is what acts posted */
    bool empty;      /* nothing happened in it: there need be no row */
};

enum { CUTS_MAX = 16 };

/* Divides a row at `cuts` instants (at most CUTS_MAX, ascending, within the bucket) into
 * cuts + 1 parts. True when the division is an estimate: a cut lies between readings
 * that do not follow on each other. Between two that do, time divides as at any edge of a
 * bucket: a second apart it is known, and a longer stretch is a gap, which says so itself. */
bool cut_divide(const struct cut_row *row, const struct cut_known *known, const int64_t *cut_ms, size_t cuts,
                struct cut_part part[static CUTS_MAX + 1]);

#endif
