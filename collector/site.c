/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/site.h"

enum trust site_judge(struct site *site, enum trust trust, struct clock_now now)
{
    enum trust before = atomic_exchange(&site->trust, trust);
    atomic_store(&site->offset_ms, now.wall_ms - now.boot_ms);
    return before;
}

bool site_enter(struct site *site)
{
    atomic_fetch_add(&site->inside, 1);
    if (!atomic_load(&site->paused))
        return true;
    site_leave(site);
    return false;
}

void site_leave(struct site *site)
{
    atomic_fetch_sub(&site->inside, 1);
}

void site_pause(struct site *site)
{
    enum { LOOK_MS = 2 };
    atomic_store(&site->paused, true);
    while (atomic_load(&site->inside) > 0)
        clock_sleep_until(clock_now().boot_ms + LOOK_MS, -1);
}

void site_resume(struct site *site)
{
    atomic_store(&site->paused, false);
}

bool site_posts(const struct site *site, struct clock_now now)
{
    int64_t step_ms = now.wall_ms - now.boot_ms - atomic_load(&site->offset_ms);
    return trust_posts(atomic_load(&site->trust)) && step_ms > -CLOCK_STEP_MS && step_ms < CLOCK_STEP_MS;
}
