/* SPDX-License-Identifier: Apache-2.0 */
#include "simulators/history.h"
#include "drivers/span.h"

#include <string.h>
#include <time.h>

#include "simulators/setup.h"
#include "simulators/unit.h"

enum { LEAP_MS = 60000, MICRO_PLACES = 6, TIME_BYTES = 24 };

/* --- times --- */

static int64_t day_time_ms(int64_t wall_ms)
{
    const time_t at = (time_t)(wall_ms / 1000);
    struct tm local;
    localtime_r(&at, &local);
    return ((local.tm_hour * INT64_C(60) + local.tm_min) * 60 + local.tm_sec) * 1000 + wall_ms % 1000;
}

static bool time_parse(const char *text, size_t length, int64_t *wall_ms)
{
    char copy[TIME_BYTES];
    struct tm tm = {.tm_isdst = -1};
    if (length == 0 || length >= sizeof copy)
        return false;
    memcpy(copy, text, length);
    copy[length] = '\0';
    const char *end = strptime(copy, "%Y-%m-%d", &tm);
    if (end && *end)
        end = strptime(end + (*end == 'T'), "%H:%M", &tm);
    const time_t at = end && !*end ? mktime(&tm) : -1;
    *wall_ms = (int64_t)at * 1000;
    return at > 0;
}

bool history_parse(const char *text, int64_t now_ms, struct history *history)
{
    const char *dots = strstr(text, "..");
    const size_t length = dots ? (size_t)(dots - text) : 0;
    history->open = dots && !dots[2];
    history->to_ms = now_ms;
    bool good = time_parse(text, length, &history->from_ms);
    if (good && !history->open)
        good = time_parse(dots + 2, strlen(dots + 2), &history->to_ms);
    if (good && history->from_ms < history->to_ms && history->to_ms <= now_ms)
        return true;
    fprintf(stderr,
            "minesim: --history %s: expected a span of the past such as 2026-01-01..2026-06-30, \"2026-01-01 08:00..\" "
            "(up to now)\n",
            text);
    return false;
}

/* --- readings --- */

/* A total in the base unit (t, m3, kWh), exact. */
static bool reading_format(const struct point *point, int64_t count, char text[static DECIMAL_TEXT_MAX])
{
    const struct unit *unit = unit_find(point->unit);
    struct ratio micro;
    int64_t millionths;
    if (!ratio_of(point->format.quantum, unit ? unit->grains : 1000000, 1, &micro) || micro.over != 1 ||
        !ratio_floor(micro, count, &millionths))
        return false;
    decimal_format(decimal_reduce((struct decimal){millionths, MICRO_PLACES}), text);
    return true;
}

static bool print_reading(struct device *device, const struct history *history, int64_t at_ms, FILE *out)
{
    struct device_dial *at = &device->dial[device->metered];
    const struct point *point = &device->profile->point[at->point];
    const time_t second = (time_t)(at_ms / 1000);
    char text[DECIMAL_TEXT_MAX], time[TIME_BYTES];
    struct tm local;
    dial_settle(&at->dial);
    if (!reading_format(point, at->dial.count, text)) {
        fprintf(stderr, "minesim: --history: %s/%s counts in steps that no decimal has\n", device->name, point->name);
        return false;
    }
    localtime_r(&second, &local);
    strftime(time, sizeof time, "%Y-%m-%d %H:%M:%S", &local);
    fprintf(out, "%s,%s,%s\n", time, device->name, text);
    at->last = (struct dial_mark){.set = true,
                                  .wall_ms = at_ms,
                                  .sim_ms = at_ms - history->to_ms,
                                  .count = at->dial.count,
                                  .advanced = at->dial.advanced};
    if (!at->first.set)
        at->first = at->last;
    return true;
}

static bool print_readings(struct world *world, const struct history *history, int64_t at_ms, FILE *out)
{
    bool good = true;
    for (size_t i = 0; good && i < world->devices; i++)
        if (setup_has_meter(&world->device[i]))
            good = print_reading(&world->device[i], history, at_ms, out);
    return good;
}

/* --- the mines --- */

static void leap(struct world *world, int64_t ms)
{
    if (ms < PLANT_TICK_MS)
        return;
    for (size_t i = 0; i < world->mines; i++)
        plant_leap(&world->mine[i]->plant, ms / PLANT_TICK_MS);
    for (size_t i = 0; i < world->devices; i++) {
        struct device *device = &world->device[i];
        for (size_t d = 0; d < device->dials; d++)
            dial_turn(&device->dial[d].dial, device->plant->stream[drive_stream(device->drive)], false);
    }
}

static void rebegin(struct world *world, int64_t start_ms)
{
    for (size_t i = 0; i < world->mines; i++)
        plant_rebegin(&world->mine[i]->plant, start_ms);
    for (size_t i = 0; i < world->devices; i++)
        device_show_dials(&world->device[i], 0);
}

bool history_write(struct world *world, const struct history *history, FILE *out)
{
    bool good = true;
    rebegin(world, day_time_ms(history->from_ms));
    fputs("time,meter,reading\n", out);
    for (int64_t at_ms = history->from_ms; good && at_ms <= history->to_ms; at_ms += LEAP_MS) {
        if (day_time_ms(at_ms) % history->every_ms < LEAP_MS)
            good = print_readings(world, history, at_ms, out);
        const int64_t left_ms = history->to_ms - at_ms; /* what comes later is not of the past */
        leap(world, left_ms < LEAP_MS ? left_ms : LEAP_MS);
    }
    rebegin(world, world->start_ms);
    return good;
}
