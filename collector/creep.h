/* SPDX-License-Identifier: Apache-2.0 */
/* Creep: what a total gains while its belt stands, or carries less than the meter can weigh.
 * It stays counted; it is summed apart, and too much of it in an hour is an alarm. Pure. */
#ifndef COALTALLY_CREEP_H
#define COALTALLY_CREEP_H

#include <stdbool.h>
#include <stdint.h>

/* All zero at the start. */
struct creep {
    bool idle; /* the belt stands, or runs empty, since idle_ms */
    int64_t idle_ms;
    int64_t bucket_ms; /* whose creep `sum` is */
    int64_t sum;
};

/* What a scan says of the belt, before creep_amount of the same scan. Times are those of the boot
 * clock. Not known (a state that was not read) is not idle. */
void creep_see(struct creep *creep, bool idle, int64_t at_ms);

/* What of an amount that came over [from_ms, at_ms) crept: all of it, where the belt had been idle
 * for longer than the total takes to show what ran before; else 0. Adds it to the bucket's sum. */
int64_t creep_amount(struct creep *creep, int64_t from_ms, int64_t refresh_ms, int64_t bucket_ms, int64_t amount);

#endif
