/* SPDX-License-Identifier: Apache-2.0 */
/* The arithmetic of an instrument that was swapped. Pure, all integers: thousandths of
 * the meter's unit.
 *
 * What truly passed between the last reading taken of the old instrument and the first one
 * of the new is (old_last - last reading) + (first reading - new_first). */
#ifndef COALTALLY_REPLACEMENT_H
#define COALTALLY_REPLACEMENT_H

#include <stdbool.h>
#include <stdint.h>

/* The readings on both sides. A modulus of 0: none. */
struct replacement_sides {
    int64_t old_high;  /* highest total taken of the old one: what is counted already */
    int64_t old_depth; /* how far its last reading lay below that: the belt may have run back so far */
    int64_t old_modulus;
    int64_t new_reading; /* the first one */
    int64_t new_modulus;
    int64_t step; /* what a reading may be off by: a count of the register, and its noise */
};

enum replacement_fault {
    REPLACEMENT_GOOD,
    REPLACEMENT_OLD_LAST,  /* below what was read before, and no wrap makes it fit */
    REPLACEMENT_NEW_FIRST, /* above what was read after, and no wrap makes it fit */
    REPLACEMENT_RANGE      /* below 0, beyond the modulus, or beyond all numbers */
};

/* Sets *passed; it may be below 0 by as much as the belt ran back. Less than half a
 * modulus down is no wrap. */
enum replacement_fault replacement_measure(const struct replacement_sides *sides, int64_t old_last, int64_t new_first,
                                           int64_t *passed);

#endif
