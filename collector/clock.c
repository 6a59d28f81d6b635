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

bool clock_sleep_until(int64_t boot_ms, int wake)
{
    struct pollfd wait = {.fd = wake, .events = POLLIN};
    for (;;) {
        int64_t left_ms = boot_ms - clock_ms(CLOCK_BOOTTIME);
        int bound_ms = left_ms <= 0 ? 0 : left_ms > 60000 ? 60000 : (int)left_ms;
        int ready = poll(&wait, 1, bound_ms);
        if (ready > 0)
            return true;
        if (ready == 0 && left_ms <= bound_ms)
            return false;
    }
}
