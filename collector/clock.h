/* SPDX-License-Identifier: Apache-2.0 */
/* The clocks, and whether the wall clock can be believed. */
#ifndef COALTALLY_CLOCK_H
#define COALTALLY_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct clock_now {
    int64_t wall_ms; /* CLOCK_REALTIME */
    int64_t boot_ms; /* CLOCK_BOOTTIME */
};

/* Both, read one after the other. */
struct clock_now clock_now(void);

/* /proc/sys/kernel/random/boot_id, 36 characters; false when it cannot be read. */
bool clock_boot_id(char id[static 37]);

/* The kernel says that the clock is synchronised (adjtimex). */
bool clock_synchronised(void);

/* Sleeps until boot_ms, or until `wake` (an eventfd, -1: none) can be read. True
 * when woken. */
bool clock_sleep_until(int64_t boot_ms, int wake);

/* The same with several of them, at most CLOCK_WAKES_MAX: the index of the first that can be read, -1: the time
 * is up. */
enum { CLOCK_WAKES_MAX = 4 };
int clock_wait(int64_t boot_ms, const int *wake, size_t count);

#endif
