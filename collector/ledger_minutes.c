/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/ledger_parts.h"

#include <stdlib.h>

enum {
    MINUTE_MS = 60 * 1000,
    LATE_MS = 2000,   /* a scan may be posted this long after its time */
    KEPT_MINUTES = 10 /* how much waits for a disk that stalls; later ones are dropped, and said */
};

bool minutes_start(struct minutes *minutes, const struct config *config)
{
    *minutes = (struct minutes){.over.size = sizeof(struct ledger_minute)};
    for (size_t device = 0; device < config->devices; device++)
        minutes->gauges += config->device[device].profile->points;
    minutes->gauge = calloc(minutes->gauges + 1, sizeof(*minutes->gauge));
    minutes->first = calloc(config->devices + 1, sizeof(*minutes->first));
    if (!minutes->gauge || !minutes->first)
        return false;
    size_t gauge = 0;
    for (size_t device = 0; device < config->devices; device++) {
        const struct profile *profile = config->device[device].profile;
        minutes->first[device] = gauge;
        for (size_t point = 0; point < profile->points; point++)
            if (profile->point[point].kind == POINT_GAUGE)
                minutes->gauge[gauge++] = (struct ledger_minute){.device = device, .point = point};
    }
    minutes->first[config->devices] = gauge;
    minutes->gauges = gauge;
    return true;
}

void minutes_free(struct minutes *minutes)
{
    free(minutes->gauge);
    free(minutes->first);
    free(minutes->over.at);
}

static void gauge_end(struct minutes *minutes, struct ledger_minute *gauge)
{
    struct ledger_minute *over = NULL;

    if (minutes->over.count == 0) /* most often all follow: room for them at once, without doubling up to it */
        list_reserve(&minutes->over, minutes->gauges);
    if (minutes->over.count < KEPT_MINUTES * minutes->gauges)
        over = list_add(&minutes->over);
    if (over)
        *over = *gauge;
    else
        minutes->dropped++;
    *gauge = (struct ledger_minute){.device = gauge->device, .point = gauge->point};
}

static void gauge_add(struct ledger_minute *gauge, const struct reading *reading)
{
    int64_t sum;

    if (reading->quality != QUALITY_GOOD || __builtin_add_overflow(gauge->sum, reading->count, &sum)) {
        gauge->bad++;
        return;
    }
    if (gauge->count == 0 || reading->count < gauge->min)
        gauge->min = reading->count;
    if (gauge->count == 0 || reading->count > gauge->max)
        gauge->max = reading->count;
    gauge->last = reading->count;
    gauge->sum = sum;
    gauge->count++;
}

void minutes_scan(struct minutes *minutes, size_t device, const struct scan *scan)
{
    int64_t minute_ms = scan->wall_ms - scan->wall_ms % MINUTE_MS;

    for (size_t i = minutes->first[device]; i < minutes->first[device + 1]; i++) {
        struct ledger_minute *gauge = &minutes->gauge[i];
        if (gauge->minute_ms != minute_ms && gauge->count + gauge->bad > 0)
            gauge_end(minutes, gauge);
        gauge->minute_ms = minute_ms;
        gauge_add(gauge, &scan->readings[gauge->point]);
    }
}

void minutes_ripen(struct minutes *minutes, int64_t wall_ms, bool all)
{
    for (size_t i = 0; i < minutes->gauges; i++) {
        struct ledger_minute *gauge = &minutes->gauge[i];
        if (gauge->count + gauge->bad == 0)
            continue;
        if (all || gauge->minute_ms + MINUTE_MS + LATE_MS <= wall_ms)
            gauge_end(minutes, gauge);
    }
}
