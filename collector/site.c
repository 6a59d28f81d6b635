/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/site.h"

enum trust site_judge(struct site *site, enum trust trust, struct clock_now now)
{
    enum trust before = atomic_exchange(&site->trust, trust);
    atomic_store(&site->offset_ms, now.wall_ms - now.boot_ms);
    return before;
}

bool site_posts(const struct site *site, struct clock_now now)
{
    int64_t step_ms = now.wall_ms - now.boot_ms - atomic_load(&site->offset_ms);
    return trust_posts(atomic_load(&site->trust)) && step_ms > -CLOCK_STEP_MS && step_ms < CLOCK_STEP_MS;
}
