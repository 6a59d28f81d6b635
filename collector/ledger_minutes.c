/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/ledger_parts.h"
#include "drivers/span.h"

#include <stdlib.h>

enum {
    LATE_MS = 2000,   /* a scan may be posted this long after its time */
    KEPT_MINUTES = 10 /* how much waits for a disk that stalls; later ones are dropped, and said */
};

/* A place for each point of a device that may be a gauge, and each belt. */
static size_t series_most(const struct config *config)
{
    size_t most = config->meters;
    for (size_t device = 0; device < config->devices; device++)
        most += config->device[device].profile->points;
    return most;
}

static void gauges_start(struct minutes *minutes, const struct config *config, size_t device)
{
    const struct profile *profile = config->device[device].profile;
    for (size_t point = 0; point < profile->points; point++)
        if (profile->point[point].kind == POINT_GAUGE)
            minutes->series[minutes->count++].row = (struct ledger_minute){.device = device, .point = point};
}

/* Those that this device tells of, be it not the meter's own. */
static void belts_start(struct minutes *minutes, const struct config *config, size_t device)
{
    for (size_t meter = 0; meter < config->meters; meter++) {
        struct ledger_minute row = {.belt = true, .meter = meter};
        enum belt_source source;
        if (belt_of(&config->meter[meter], &source, &row.device, &row.point) && row.device == device)
            minutes->series[minutes->count++] =
                (struct minute_series){.row = row, .meter = &config->meter[meter], .source = source};
    }
}

bool minutes_start(struct minutes *minutes, const struct config *config)
{
    *minutes = (struct minutes){.over.size = sizeof(struct ledger_minute)};
    minutes->series = calloc(series_most(config) + 1, sizeof(*minutes->series));
    minutes->first = calloc(config->devices + 1, sizeof(*minutes->first));
    if (!minutes->series || !minutes->first)
        return false;
    for (size_t device = 0; device < config->devices; device++) {
        minutes->first[device] = minutes->count;
        gauges_start(minutes, config, device);
        belts_start(minutes, config, device);
    }
    minutes->first[config->devices] = minutes->count;
    return true;
}

void minutes_free(struct minutes *minutes)
{
    free(minutes->series);
    free(minutes->first);
    free(minutes->over.at);
}

/* A total tells of whole minutes: those in which it moved. */
static void count_end(struct ledger_minute *row)
{
    if (row->sum == 0)
        return;
    row->min = row->max = row->last = 1;
    row->sum = row->count;
}

static void series_end(struct minutes *minutes, struct minute_series *series)
{
    struct ledger_minute *over = NULL, *row = &series->row;

    if (series->meter && series->source == BELT_COUNT)
        count_end(row);
    if (minutes->over.count == 0) /* most often all follow: room for them at once, without doubling up to it */
        list_reserve(&minutes->over, minutes->count);
    if (minutes->over.count < KEPT_MINUTES * minutes->count)
        over = list_add(&minutes->over);
    if (over)
        *over = *row;
    else
        minutes->dropped++;
    *row = (struct ledger_minute){.device = row->device, .point = row->point, .belt = row->belt, .meter = row->meter};
}

/* By a good reading: whether the belt runs, as 0 or 1. False where it does not say. */
static bool belt_value(struct minute_series *series, int64_t count, int64_t *value)
{
    const struct config_meter *meter = series->meter;
    const bool begun = series->begun;
    int64_t rate = 0;

    switch (series->source) {
    case BELT_RUNNING:
        *value = count != 0;
        return true;
    case BELT_RATE:
        *value = ratio_floor(meter->rate, count, &rate) && rate > meter->drop_out_milli;
        return true;
    default:
        *value = count != series->before;
        series->before = count;
        series->begun = true;
        return begun;
    }
}

static void value_add(struct ledger_minute *row, int64_t value)
{
    int64_t sum;

    if (__builtin_add_overflow(row->sum, value, &sum)) {
        row->bad++;
        return;
    }
    if (row->count == 0 || value < row->min)
        row->min = value;
    if (row->count == 0 || value > row->max)
        row->max = value;
    row->last = value;
    row->sum = sum;
    row->count++;
}

static void series_add(struct minute_series *series, const struct reading *reading)
{
    int64_t value = reading->count;

    if (reading->quality != QUALITY_GOOD) {
        series->row.bad++;
        series->begun = false;
    } else if (!series->meter || belt_value(series, reading->count, &value)) {
        value_add(&series->row, value);
    }
}

void minutes_scan(struct minutes *minutes, size_t device, const struct scan *scan)
{
    int64_t minute_ms = scan->wall_ms - scan->wall_ms % MINUTE_MS;

    for (size_t i = minutes->first[device]; i < minutes->first[device + 1]; i++) {
        struct minute_series *series = &minutes->series[i];
        if (series->row.minute_ms != minute_ms && series->row.count + series->row.bad > 0)
            series_end(minutes, series);
        series->row.minute_ms = minute_ms;
        series_add(series, &scan->readings[series->row.point]);
    }
}

void minutes_ripen(struct minutes *minutes, int64_t wall_ms, bool all)
{
    for (size_t i = 0; i < minutes->count; i++) {
        struct minute_series *series = &minutes->series[i];
        if (series->row.count + series->row.bad == 0)
            continue;
        if (all || series->row.minute_ms + MINUTE_MS + LATE_MS <= wall_ms)
            series_end(minutes, series);
    }
}
