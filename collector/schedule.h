/* SPDX-License-Identifier: Apache-2.0 */
/* Which device of a bus is asked next, and when. Pure; all times are of the boot clock.
 *
 * Those that answer are asked on a grid of instants that all devices of one
 * interval share. One that does not is asked ever less often, and only when its
 * time-out harms none of the others. */
#ifndef COALTALLY_SCHEDULE_H
#define COALTALLY_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SCHEDULE_CAP_MS = 30000 };

/* One device's turn. */
struct turn {
    int64_t interval_ms;
    int64_t silence_ms; /* what its bus loses when it is asked and says nothing */
    int failures;       /* in a row; 0: it answers */
    int64_t due_ms;     /* when it is asked next; one that fails: from when on it may be */
    int64_t latest_ms;  /* of one that fails: when it is asked though the others wait */
    bool cut_off;       /* it could not even be asked: the bus itself was away */
};

/* After the device was asked, or before it first is (answered). The next instant is the
 * first of its grid after now; with each failure the grid is twice as wide, up to
 * SCHEDULE_CAP_MS or the device's own interval, if that is longer. The first answer
 * makes all good. */
void schedule_note(struct turn *turn, bool answered, int64_t now_ms);

/* The bus is there again: those that were cut off are asked at once, as if they had never failed. */
void schedule_rejoin(struct turn *turn, size_t turns, int64_t now_ms);

/* Who is asked at *at_ms, which may be past. Those that answer come in the order of
 * their instants. One that fails has its turn when its whole time-out fits before
 * the next of them; if it never does, at its cap, once nobody else is due; on a bus
 * that is never idle, after twice the cap. `turns` must not be 0. */
size_t schedule_next(const struct turn *turn, size_t turns, int64_t now_ms, int64_t *at_ms);

#endif
