/* SPDX-License-Identifier: Apache-2.0 */
/* What a person's word makes of a row of open work. Pure.
 *
 * What such a row means by its amount hangs on its kind (struct totaliser_event):
 *   gap, wrap, wraps-unknown, reset: the amount was counted. To count it is to confirm it, to
 *     discard it takes it back; another amount is the truth of that stretch.
 *   jump, below-a-day: the amount is what the register skipped, or what it must make up
 *     before it counts again; none of it was counted.
 *   unknown: what the register shows of a time in which the meter was stopped or defined
 *     otherwise; it is an amount only where it lies within the bound.
 *   breaks, and whatever else stands open: speaks of no amount; it can only be discarded. */
#ifndef COALTALLY_RESOLUTION_H
#define COALTALLY_RESOLUTION_H

#include <stdbool.h>
#include <stdint.h>

/* As in the journal; amounts in thousandths. */
struct resolution_row {
    const char *kind;
    int64_t amount;
    bool bounded;
    int64_t low, high;
};

struct resolution_word {
    bool count; /* else discard */
    bool given; /* how much of it: --amount; with count alone */
    int64_t amount;
};

enum resolution_fault {
    RESOLUTION_GOOD,
    RESOLUTION_NOTHING, /* the row speaks of no amount */
    RESOLUTION_UNKNOWN, /* its amount is not known: it must be given */
    RESOLUTION_BEYOND   /* what was given lies outside of low to high */
};

struct resolution {
    int64_t counted;   /* what is held to have passed in the row's stretch, besides what its neighbours hold */
    int64_t posted;    /* to post: `counted` less what the tally has counted of it already */
    bool bounded;      /* where not, any amount from 0 up may be given */
    int64_t low, high; /* what may be given */
};

enum resolution_fault resolution_judge(const struct resolution_row *row, const struct resolution_word *word,
                                       struct resolution *out);

/* How far what the tallies have of the row's stretch may lie from what passed in it, while nobody has
 * decided: from the least to the greatest of its bound and of what was counted. Of a row that is bounded. */
int64_t resolution_unknown(const struct resolution_row *row);

#endif
