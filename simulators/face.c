/* SPDX-License-Identifier: Apache-2.0 */
#include "simulators/face.h"
#include "drivers/span.h"

#include "simulators/noise.h"

enum { PASS_MS = 45 * MINUTE_MS, RAMP_MS = MINUTE_MS, WINDOW_MS = 20 * MINUTE_MS };
enum { CALM_MS = 10 * MINUTE_MS }; /* a simulation begins with running belts */
enum { CHANNEL_LATE = 1, CHANNEL_LENGTH, CHANNEL_LOST, CHANNEL_ROCK, CHANNEL_STOP, CHANNEL_STOP_AT, CHANNEL_STOP_LONG };

static int64_t day_time(const struct face *face, int64_t at_ms)
{
    return (face->start_ms + at_ms) % DAY_MS;
}

bool face_repairs(const struct face *face, int64_t at_ms)
{
    const int64_t hour = day_time(face, at_ms) / HOUR_MS;
    return hour >= FACE_REPAIR_FROM_H && hour < FACE_REPAIR_TO_H;
}

/* 0 to 1000 over the first and the last minute of a pass. */
static int64_t ramp(int64_t since_ms, int64_t left_ms)
{
    const int64_t edge_ms = since_ms < left_ms ? since_ms : left_ms;
    return edge_ms >= RAMP_MS ? 1000 : edge_ms * 1000 / RAMP_MS;
}

int64_t face_cutting(const struct face *face, int64_t at_ms)
{
    const int64_t clock_ms = face->start_ms + at_ms;
    const uint64_t pass = (uint64_t)(clock_ms / PASS_MS);
    const int64_t late_ms = noise_between(face->seed, CHANNEL_LATE, pass, 0, 8) * MINUTE_MS;
    const int64_t long_ms = noise_between(face->seed, CHANNEL_LENGTH, pass, 26, 35) * MINUTE_MS;
    const int64_t since_ms = clock_ms % PASS_MS - late_ms;
    if (face_repairs(face, at_ms) || since_ms < 0 || since_ms >= long_ms)
        return 0;
    if (noise_between(face->seed, CHANNEL_LOST, pass, 1, 20) == 1)
        return 0;
    const int64_t rock = 850 + noise_smooth(face->seed, CHANNEL_ROCK, clock_ms, 20000) * 150 / 1000;
    return ramp(since_ms, long_ms - since_ms) * rock / 1000;
}

bool face_belt_runs(const struct face *face, int64_t at_ms)
{
    const int64_t clock_ms = face->start_ms + at_ms;
    const uint64_t window = (uint64_t)(clock_ms / WINDOW_MS);
    if (face_repairs(face, at_ms) && day_time(face, at_ms) >= FACE_REPAIR_FROM_H * HOUR_MS + HOUR_MS / 2)
        return false;
    if (at_ms < CALM_MS || noise_between(face->seed, CHANNEL_STOP, window, 1, 7) > 1)
        return true;
    const int64_t from_ms = noise_between(face->seed, CHANNEL_STOP_AT, window, 0, 15) * MINUTE_MS;
    const int64_t long_ms = noise_between(face->seed, CHANNEL_STOP_LONG, window, 60, 240) * 1000;
    const int64_t within_ms = clock_ms % WINDOW_MS;
    return within_ms < from_ms || within_ms >= from_ms + long_ms;
}
