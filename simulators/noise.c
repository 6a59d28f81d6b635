/* SPDX-License-Identifier: Apache-2.0 */
#include "simulators/noise.h"

/* The finaliser of splitmix64 (Steele, Lea, Flood: Fast splittable pseudorandom
 * number generators, 2014). */
static uint64_t mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
    return x ^ (x >> 31);
}

uint64_t noise_hash(uint64_t seed, uint64_t channel, uint64_t index)
{
    const uint64_t golden = 0x9e3779b97f4a7c15U;
    return mix(mix(mix(seed + golden) + channel * golden) + (index + 1) * golden);
}

int64_t noise_between(uint64_t seed, uint64_t channel, uint64_t index, int64_t low, int64_t high)
{
    return low + (int64_t)(noise_hash(seed, channel, index) % (uint64_t)(high - low + 1));
}

int64_t noise_smooth(uint64_t seed, uint64_t channel, int64_t at_ms, int64_t period_ms)
{
    const int64_t step = at_ms / period_ms, within_ms = at_ms % period_ms;
    const int64_t from = noise_between(seed, channel, (uint64_t)step, -1000, 1000);
    const int64_t to = noise_between(seed, channel, (uint64_t)step + 1, -1000, 1000);
    return from + (to - from) * within_ms / period_ms;
}

uint64_t noise_seed(uint64_t seed, const char *name)
{
    uint64_t hash = seed;
    for (; *name; name++)
        hash = noise_hash(hash, (unsigned char)*name, 0);
    return hash;
}
