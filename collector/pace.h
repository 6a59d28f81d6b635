/* SPDX-License-Identifier: Apache-2.0 */
/* How a target of a year goes, and what the approved capacity (核定生产能力) leaves room for. Pure; amounts
 * in thousandths of the quantity's unit (kg of coal), instants in ms.
 *
 * Division: shares are floored to a tenth of a percent. What time asks for is floored, so ahead is never made
 * smaller by it; what is needed a day is rounded up; what may be produced a day is rounded down. A day is 24 h. */
#ifndef COALTALLY_PACE_H
#define COALTALLY_PACE_H

#include <stdbool.h>

#include "collector/calendar.h"
#include "collector/period.h"

/* --- room: what may yet be produced this year ---
 *
 * A producing mine may bring its year up to its approved capacity, and no month above PACE_MONTH_PERMILLE
 * of that (the line of a month in seeds/limits.yaml). So of a mine
 *   usable = min(max(0, capacity - done of the year),
 *                max(0, line - done of the running month) + line x months of the year after it)
 *   line   = floor(capacity x PACE_MONTH_PERMILLE / 1000)
 * A mine that does not produce has none. One mine's excess takes nothing from another's room. */
enum { PACE_MONTH_PERMILLE = 100 };

struct pace_mine {
    bool producing, has_capacity;
    int64_t capacity;         /* a year, as of the day */
    int64_t done, done_month; /* of the year and of the running month */
};

struct pace_room {
    size_t mines;   /* producing */
    size_t unknown; /* of them without a known capacity: they are in none of the sums */
    int64_t capacity, done;
    int64_t room;    /* capacity - done; negative: more was produced than is approved */
    int64_t usable;  /* the sum of the mines' */
    int64_t per_day; /* usable over the rest of the year, rounded down; 0: no time left */
};

/* What a mine may yet produce; the running month is `month`, the year's begins with January. */
int64_t pace_usable(const struct pace_mine *mine, civil_month month);

/* Of all of them, on that day; left_ms: what is left of the year. */
struct pace_room pace_room(const struct pace_mine *mine, size_t mines, civil_day day, int64_t left_ms);

/* --- a target ---
 *
 * A needed pace above what the capacity allows is never given: where done + usable stays below the target,
 * it is out of reach, and missing says by how much at least. */
struct pace_course {
    int64_t target, done;
    struct calendar_span year; /* from its first midnight to that of the next */
    int64_t as_of_ms;          /* calendar time, to the minute or finer */
    bool has_plan;
    int64_t plan; /* what the plans of mines and months ask for by then */
    bool has_room;
    int64_t usable; /* of pace_room, where the capacity of each producing mine is known */
};

struct pace {
    int64_t of_target, of_time; /* permille */
    bool by_plan;               /* ahead is measured on the plans; else on the target's share of time */
    int64_t ahead;              /* done less that: over (+) or under (-) 超欠 */
    int64_t needed_per_day;     /* from now on; 0: reached, out of reach, or no time left */
    bool out_of_reach;
    int64_t missing; /* where out of reach */
};

struct pace pace_of(const struct pace_course *course);

/* Utilisation (产能利用率): done / (capacity x share of the year gone), permille, floored; -1: no capacity,
 * or none of the year has gone. */
int64_t pace_utilisation(int64_t done, int64_t capacity, struct calendar_span year, int64_t to_ms);

/* floor(a * b / over), held at the ends of int64; over > 0. */
int64_t pace_scaled(int64_t a, int64_t b, int64_t over);

#endif
