/* SPDX-License-Identifier: Apache-2.0 */
/* Deadlines in milliseconds of CLOCK_MONOTONIC: one bound for a whole chain of waits. */
#ifndef COALTALLY_DEADLINE_H
#define COALTALLY_DEADLINE_H

#include <stdint.h>
#include <time.h>

static inline int64_t deadline_now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static inline int64_t deadline_now_ms(void)
{
    return deadline_now_us() / 1000;
}

static inline int64_t deadline_after(int timeout_ms)
{
    return deadline_now_ms() + timeout_ms;
}

/* What is left, never below 0; fits poll() because a deadline comes from an int. */
static inline int deadline_left_ms(int64_t deadline)
{
    const int64_t left_ms = deadline - deadline_now_ms();
    return left_ms > 0 ? (int)left_ms : 0;
}

static inline struct timespec deadline_timespec(int64_t deadline)
{
    return (struct timespec){.tv_sec = (time_t)(deadline / 1000), .tv_nsec = (long)(deadline % 1000) * 1000000};
}

/* A length of time, never below 0. */
static inline struct timespec timespec_of_us(int64_t us)
{
    if (us < 0)
        us = 0;
    return (struct timespec){.tv_sec = (time_t)(us / 1000000), .tv_nsec = (long)(us % 1000000) * 1000};
}

#endif
