/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/schedule.h"

static int64_t turn_cap_ms(const struct turn *turn)
{
    return turn->interval_ms > SCHEDULE_CAP_MS ? turn->interval_ms : SCHEDULE_CAP_MS;
}

void schedule_note(struct turn *turn, bool answered, int64_t now_ms)
{
    const int64_t cap_ms = turn_cap_ms(turn);
    int64_t wait_ms = turn->interval_ms;
    turn->failures = answered ? 0 : turn->failures + 1;
    for (int i = 0; i < turn->failures && wait_ms < cap_ms; i++)
        wait_ms *= 2;
    if (wait_ms > cap_ms)
        wait_ms = cap_ms;
    turn->due_ms = (now_ms / wait_ms + 1) * wait_ms;
    turn->latest_ms = now_ms + cap_ms;
}

void schedule_rejoin(struct turn *turn, size_t turns, int64_t now_ms)
{
    for (size_t i = 0; i < turns; i++) {
        if (!turn[i].cut_off)
            continue;
        turn[i].cut_off = false;
        turn[i].failures = 0;
        turn[i].due_ms = now_ms;
    }
}

/* The first that answers; `turns` when none does. */
static size_t first_answering(const struct turn *turn, size_t turns)
{
    size_t first = turns;
    for (size_t i = 0; i < turns; i++)
        if (turn[i].failures == 0 && (first == turns || turn[i].due_ms < turn[first].due_ms))
            first = i;
    return first;
}

static int64_t later(int64_t one_ms, int64_t other_ms)
{
    return one_ms > other_ms ? one_ms : other_ms;
}

/* When one that fails is asked, if nobody is asked before, the others being due at others_ms. */
static int64_t turn_chance_ms(const struct turn *turn, int64_t others_ms, int64_t now_ms)
{
    const int64_t from_ms = later(turn->due_ms, now_ms);
    if (others_ms == INT64_MAX || from_ms + turn->silence_ms <= others_ms)
        return from_ms;
    const int64_t latest_ms = later(turn->latest_ms, now_ms);
    return latest_ms < others_ms ? latest_ms : turn->latest_ms + turn_cap_ms(turn);
}

size_t schedule_next(const struct turn *turn, size_t turns, int64_t now_ms, int64_t *at_ms)
{
    size_t next = first_answering(turn, turns);
    const int64_t others_ms = next < turns ? turn[next].due_ms : INT64_MAX;
    *at_ms = others_ms;
    for (size_t i = 0; i < turns; i++) {
        if (turn[i].failures == 0)
            continue;
        const int64_t chance_ms = turn_chance_ms(&turn[i], others_ms, now_ms);
        const bool sooner = next == turns || chance_ms < *at_ms ||
                            (turn[next].failures && chance_ms == *at_ms && turn[i].due_ms < turn[next].due_ms);
        if (!sooner)
            continue;
        next = i;
        *at_ms = chance_ms;
    }
    return next;
}
