/* SPDX-License-Identifier: Apache-2.0 */
/* How far a target is reached and how it will end. Pure; amounts in thousandths. */
#ifndef COALTALLY_BOARD_H
#define COALTALLY_BOARD_H

#include <stdbool.h>

#include "collector/calendar.h"
#include "collector/indicator.h"

struct board_course {
    int64_t target, done;
    struct calendar_span year;
    int64_t as_of_ms; /* `done` counts up to here */
    bool has_recent;
    int64_t recent_per_day; /* mean of the last complete days */
};

struct board_outlook {
    int64_t of_target, of_time; /* in tenths of a percent, floored */
    int64_t ahead;              /* done less the target's share of the year gone */
    int64_t needed_per_day;     /* from now on, rounded up; 0: reached, or no time left */
    bool has_forecast;
    int64_t forecast; /* done and, for the rest of the year, the recent mean */
};

/* Where a course leads by the end of its year. Pure. */
struct board_outlook board_outlook(const struct board_course *course);

/* The indicator's value in thousandths of its quantities' unit: 3600 of 10^4 t is
 * 36 000 000 000 kg. False when it has none, or it does not fit. */
bool board_target(const struct indicator *indicator, int64_t *target);

#endif
