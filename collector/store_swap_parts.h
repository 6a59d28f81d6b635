/* SPDX-License-Identifier: Apache-2.0 */
/* Between the files store_swap*.c: a search for the place in the ledger that a replacement fits. */
#ifndef COALTALLY_STORE_SWAP_PARTS_H
#define COALTALLY_STORE_SWAP_PARTS_H

#include "collector/replacement.h"
#include "collector/store_swap.h"

/* A row of the journal that may be what the tally made of the swap. */
struct guess {
    int64_t journal, from_ms, to_ms, before, after, amount;
    char kind[24];
    int64_t distance_ms; /* of the stated time */
};

struct segment {
    int64_t number, first, high, wraps, modulus;
    struct ratio convert;
    bool open;
};

struct search {
    struct db *db;
    const struct replacement *replacement;
    bool waited;
};

/* --- store_swap_fit.c: whether the swap fits a row --- */

#define SEGMENT                                                                                                        \
    "SELECT segment, first, high, wraps, modulus, times, over, closed_ms IS NULL FROM segment WHERE meter = ? AND "

/* The segment of the meter that a query finds, SEGMENT with its condition; number 0: there is none. */
struct segment swap_segment(const struct search *search, const char *sql, int64_t at);
/* A count of the segment's register in thousandths. False beyond the range. */
bool swap_thousandths(const struct segment *segment, int64_t count, int64_t *amount);
/* What a reading of the register may be off by, in thousandths. */
int64_t swap_step(const struct search *search, const struct segment *segment);
/* In thousandths; more than the rate makes cannot have passed. INT64_MAX: anything. */
int64_t swap_passable(const struct search *search, int64_t from_ms, int64_t to_ms);
/* Sets fault and value; false, always. */
bool swap_fail(struct swap *swap, enum swap_fault fault, int64_t value);

/* The row says that a segment ended. */
bool guess_breaks(const struct guess *guess);
/* Whether the swap fits this row; what it makes of it then, else the fault. */
bool guess_fits(const struct search *search, const struct guess *guess, struct swap *swap);

/* --- store_swap_passed.c: no break was seen --- */

/* The total may still be the old one's, which ends with old_last: so much more can have run. Else the fault. */
bool swap_still_old(const struct search *search, struct swap *swap);
/* The old total went over into the new one, too near to it to be noticed: once the total has passed
 * what the old one ended with, it is the new one's, and their difference is what was counted wrong. */
enum replaced swap_pass_over(const struct search *search, struct swap *swap);

#endif
