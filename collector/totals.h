/* SPDX-License-Identifier: Apache-2.0 */
/* Running totals by mine and quantity, in memory, for the totals topic. */
#ifndef COALTALLY_TOTALS_H
#define COALTALLY_TOTALS_H

#include "collector/config.h"

struct totals;

/* What a mine has of one quantity now, in thousandths; main meters only. */
struct totals_line {
    const struct quantity *quantity;
    int64_t per_hour; /* over the last minute of readings */
    int64_t shift, day, month, year;
    civil_day date; /* the production day */
    char shift_name[SHIFT_NAME_BYTES];
    int64_t as_of_ms;           /* wall time of the oldest last reading of its meters; 0: none yet */
    size_t meters, meters_good; /* its main meters, and how many of them read well just now */
};

struct totals *totals_new(const struct config *config);
void totals_free(struct totals *totals);

/* Sums up to now, at start: read from the store by the caller. */
void totals_set(struct totals *totals, size_t meter, int64_t wall_ms, int64_t shift, int64_t day, int64_t month,
                int64_t year);

/* What an act changed in the ledger's sums of the shift, day, month and year of wall_ms. */
struct totals_sums {
    int64_t shift, day, month, year;
};
void totals_change(struct totals *totals, size_t meter, int64_t wall_ms, const struct totals_sums *by);

/* An amount of a meter in one bucket, as it is posted. */
void totals_add(struct totals *totals, size_t meter, int64_t bucket_ms, int64_t amount, int64_t wall_ms);

/* A reading of a meter was accepted, or not. */
void totals_seen(struct totals *totals, size_t meter, bool good, int64_t wall_ms);

/* Lines of one mine as of wall_ms (which may have moved on to another shift or
 * day), without meters that totals_set has not told of yet; returns how many, at
 * most `size`. */
size_t totals_lines(struct totals *totals, size_t mine, int64_t wall_ms, struct totals_line *line, size_t size);

#endif
