/* SPDX-License-Identifier: Apache-2.0 */
/* Where a test's cases of chance begin: at $SEED, else at the time; printed, so that a failure can be had again. */
#ifndef COALTALLY_TEST_SEED_H
#define COALTALLY_TEST_SEED_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static inline uint64_t seed_take(void)
{
    const char *given = getenv("SEED");
    const uint64_t seed = given ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);
    printf("# seed %llu\n", (unsigned long long)seed);
    fflush(stdout);
    return seed;
}

/* For random() and rand(). */
static inline void seed_random(void)
{
    const unsigned seed = (unsigned)seed_take();
    srandom(seed);
    srand(seed);
}

/* splitmix64: 0 to below - 1. */
static inline int64_t random_below(uint64_t *seed, int64_t below)
{
    uint64_t z = (*seed += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return (int64_t)((z ^ (z >> 31)) % (uint64_t)below);
}

#endif
