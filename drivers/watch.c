/* SPDX-License-Identifier: Apache-2.0 */
#include "drivers/watch.h"

#include <stdlib.h>

struct watch {
    const struct profile *profile;
    bool *set; /* by point: whether a state that means something was set when it was last read */
    /* The point that shows whether the device measures; NULL: none does. */
    const struct point *freshness;
    bool seen, stale;
    int64_t count, changed_ms; /* its last value, and since when */
};

struct watch *watch_new(const struct profile *profile)
{
    struct watch *watch = calloc(1, sizeof *watch);

    if (!watch)
        return NULL;
    watch->profile = profile;
    watch->set = calloc(profile->points + 1, sizeof *watch->set);
    if (!watch->set) {
        watch_free(watch);
        return NULL;
    }
    for (size_t i = 0; i < profile->points; i++)
        if (profile->point[i].means == MEANS_FRESHNESS)
            watch->freshness = &profile->point[i];
    return watch;
}

void watch_free(struct watch *watch)
{
    if (!watch)
        return;
    free(watch->set);
    free(watch);
}

static void apply_conditions(const struct watch *watch, struct scan *scan)
{
    for (size_t i = 0; i < watch->profile->points; i++)
        if (watch->profile->point[i].condition.point && scan->readings[i].quality == QUALITY_GOOD)
            scan->readings[i].quality = point_condition(watch->profile->point, i, scan->readings);
}

/* A device that is calibrated, simulates or is tested shows what it is made to show. */
static void apply_states(struct watch *watch, struct scan *scan)
{
    const struct profile *profile = watch->profile;

    scan->calibrating = false;
    for (size_t i = 0; i < profile->points; i++) {
        const enum point_means means = profile->point[i].means;
        if (means == MEANS_NOTHING || means == MEANS_FRESHNESS)
            continue;
        if (scan->readings[i].quality == QUALITY_GOOD)
            watch->set[i] = scan->readings[i].count != 0;
        scan->calibrating = scan->calibrating || watch->set[i];
    }
    for (size_t i = 0; scan->calibrating && i < profile->points; i++)
        if ((profile->point[i].kind == POINT_GAUGE || profile->point[i].kind == POINT_COUNTER) &&
            scan->readings[i].quality == QUALITY_GOOD)
            scan->readings[i].quality = QUALITY_CALIBRATING;
}

static void apply_freshness(struct watch *watch, struct scan *scan)
{
    const size_t fresh = (size_t)(watch->freshness - watch->profile->point);
    const struct reading *reading = &scan->readings[fresh];

    if (reading->quality == QUALITY_GOOD) {
        if (!watch->seen || reading->count != watch->count)
            watch->changed_ms = scan->boot_ms;
        watch->seen = true;
        watch->count = reading->count;
        watch->stale = scan->boot_ms - watch->changed_ms >= watch->freshness->stale_after_ms;
    }
    for (size_t i = 0; watch->stale && i < scan->points; i++)
        if (i != fresh &&
            (scan->readings[i].quality == QUALITY_GOOD || scan->readings[i].quality == QUALITY_CALIBRATING))
            scan->readings[i].quality = QUALITY_STALE;
}

void watch_scan(struct watch *watch, struct scan *scan)
{
    apply_conditions(watch, scan);
    apply_states(watch, scan);
    if (watch->freshness)
        apply_freshness(watch, scan);
}
