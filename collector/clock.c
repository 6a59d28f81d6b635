/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/clock.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/timex.h>
#include <time.h>

static int64_t clock_ms(clockid_t id)
{
    struct timespec now;
    clock_gettime(id, &now); /* cannot fail for a clock that exists */
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct clock_now clock_now(void)
{
    return (struct clock_now){.wall_ms = clock_ms(CLOCK_REALTIME), .boot_ms = clock_ms(CLOCK_BOOTTIME)};
}

bool clock_boot_id(char id[static 37])
{
    FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");
    if (!file)
        return false;
    bool good = fgets(id, 37, file) && strlen(id) == 36;
    fclose(file);
    return good;
}

bool clock_synchronised(void)
{
    struct timex timex = {0}; /* modes 0: only asks */
    return adjtimex(&timex) != TIME_ERROR && !(timex.status & STA_UNSYNC);
}

static int first_readable(const struct pollfd *wait, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (wait[i].revents)
            return (int)i;
    return -1;
}

/* To the nanosecond, so that all who sleep until one instant wake in one interrupt. */
int clock_wait(int64_t boot_ms, const int *wake, size_t count)
{
    struct pollfd wait[CLOCK_WAKES_MAX] = {0};
    const int64_t longest_ns = INT64_C(60000000000);
    for (size_t i = 0; i < count; i++)
        wait[i] = (struct pollfd){.fd = wake[i], .events = POLLIN};
    for (;;) {
        struct timespec now;
        clock_gettime(CLOCK_BOOTTIME, &now);
        int64_t left_ns = boot_ms * 1000000 - (int64_t)now.tv_sec * 1000000000 - now.tv_nsec;
        int64_t bound_ns = left_ns < 0 ? 0 : left_ns > longest_ns ? longest_ns : left_ns;
        struct timespec bound = {.tv_sec = bound_ns / 1000000000, .tv_nsec = bound_ns % 1000000000};
        int ready = ppoll(wait, count, &bound, NULL);
        if (ready > 0)
            return first_readable(wait, count);
        if (ready == 0 && left_ns <= bound_ns)
            return -1;
    }
}

bool clock_sleep_until(int64_t boot_ms, int wake)
{
    return clock_wait(boot_ms, &wake, 1) >= 0;
}
