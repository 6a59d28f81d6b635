/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers that look like chance and are a function of their arguments alone, so
 * that a simulated mine is the same however and whenever it is asked. Pure. */
#ifndef COALTALLY_NOISE_H
#define COALTALLY_NOISE_H

#include <stdint.h>

/* Well-mixed 64 bits. */
uint64_t noise_hash(uint64_t seed, uint64_t channel, uint64_t index);

/* From low to high, both included; low <= high. */
int64_t noise_between(uint64_t seed, uint64_t channel, uint64_t index, int64_t low, int64_t high);

/* A line through random points, one every period_ms: -1000 to 1000. at_ms >= 0. */
int64_t noise_smooth(uint64_t seed, uint64_t channel, int64_t at_ms, int64_t period_ms);

/* A seed of its own for a thing with a name. */
uint64_t noise_seed(uint64_t seed, const char *name);

#endif
