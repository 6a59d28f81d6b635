/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/belt.h"

#include <stdlib.h>
#include <string.h>

#include "drivers/span.h"

static const char *const sources[BELT_SOURCES] = {"running", "rate", "total"};

const char *belt_source_name(enum belt_source source)
{
    return sources[source];
}

bool belt_source_read(const char *text, enum belt_source *out)
{
    for (int i = 0; i < BELT_SOURCES; i++)
        if (strcmp(text, sources[i]) == 0) {
            *out = (enum belt_source)i;
            return true;
        }
    return false;
}

static bool is_coal(const struct quantity *quantity)
{
    return quantity && (strcmp(quantity->name, "raw_coal") == 0 || strcmp(quantity->name, "rom_coal") == 0);
}

bool belt_of(const struct config_meter *meter, enum belt_source *source, size_t *device, size_t *point)
{
    if (meter->role != ROLE_MAIN || !is_coal(meter->quantity))
        return false;
    if (meter->running_device >= 0) {
        *source = BELT_RUNNING;
        *device = (size_t)meter->running_device;
        *point = (size_t)meter->running_point;
    } else if (meter->rate.over > 0) {
        *source = BELT_RATE;
        *device = (size_t)meter->rate_device;
        *point = (size_t)meter->rate_point;
    } else {
        *source = BELT_COUNT;
        *device = meter->device;
        *point = meter->point;
    }
    return true;
}

struct belt belt_begin(struct calendar_span reach)
{
    return (struct belt){.reach = reach, .told_ms = reach.from_ms, .stretches = {.size = sizeof(struct belt_stretch)}};
}

/* Up to an instant it was in that state. */
static void belt_tell(struct belt *belt, enum belt_state state, int64_t to_ms)
{
    struct belt_stretch *last = belt->stretches.at;
    to_ms = to_ms < belt->reach.to_ms ? to_ms : belt->reach.to_ms;
    if (to_ms <= belt->told_ms)
        return;
    if (belt->stretches.count && last[belt->stretches.count - 1].state == state) {
        last[belt->stretches.count - 1].span.to_ms = to_ms;
    } else {
        struct belt_stretch *next = list_add(&belt->stretches);
        belt->failed |= !next;
        if (next)
            *next = (struct belt_stretch){state, {belt->told_ms, to_ms}};
    }
    belt->told_ms = to_ms;
}

/* It changed once at most: at the end it was what its last scan said. */
static void minute_tell(struct belt *belt)
{
    const struct belt_minute minute = belt->minute;
    const int64_t end_ms = minute.minute_ms + MINUTE_MS;
    belt->minute = (struct belt_minute){0};
    if (minute.count <= 0)
        return;
    const int64_t ran_ms = MINUTE_MS * minute.ran / minute.count;
    belt_tell(belt, BELT_UNREAD, minute.minute_ms);
    if (minute.last)
        belt_tell(belt, BELT_STOOD, end_ms - ran_ms);
    else
        belt_tell(belt, BELT_RAN, minute.minute_ms + ran_ms);
    belt_tell(belt, minute.last ? BELT_RAN : BELT_STOOD, end_ms);
}

void belt_add(struct belt *belt, const struct belt_minute *minute)
{
    if (minute->count <= 0)
        return;
    if (belt->minute.count && belt->minute.minute_ms != minute->minute_ms)
        minute_tell(belt);
    belt->minute.minute_ms = minute->minute_ms;
    belt->minute.ran += minute->ran;
    belt->minute.count += minute->count;
    belt->minute.last = minute->last;
}

void belt_end(struct belt *belt, int64_t lag_ms)
{
    minute_tell(belt);
    if (belt->told_ms > belt->reach.from_ms && belt->reach.to_ms - belt->told_ms <= lag_ms)
        belt->reach.to_ms = belt->told_ms;
    belt_tell(belt, BELT_UNREAD, belt->reach.to_ms);
}

void belt_free(struct belt *belt)
{
    free(belt->stretches.at);
    belt->stretches = (struct list){0};
}

int64_t belt_time(const struct belt *belt, enum belt_state state, struct calendar_span span)
{
    const struct belt_stretch *stretch = belt->stretches.at;
    int64_t sum_ms = 0;
    for (size_t i = 0; i < belt->stretches.count; i++) {
        const int64_t from_ms = stretch[i].span.from_ms > span.from_ms ? stretch[i].span.from_ms : span.from_ms;
        const int64_t to_ms = stretch[i].span.to_ms < span.to_ms ? stretch[i].span.to_ms : span.to_ms;
        if (stretch[i].state == state && to_ms > from_ms)
            sum_ms += to_ms - from_ms;
    }
    return sum_ms;
}

const struct belt_stretch *belt_next(const struct belt *belt, enum belt_state state, int64_t least_ms,
                                     struct calendar_span span, size_t *index)
{
    const struct belt_stretch *stretch = belt->stretches.at;
    while (*index < belt->stretches.count) {
        const struct belt_stretch *at = &stretch[(*index)++];
        if (at->state == state && at->span.to_ms - at->span.from_ms >= least_ms && at->span.from_ms < span.to_ms &&
            at->span.to_ms > span.from_ms)
            return at;
    }
    return NULL;
}
