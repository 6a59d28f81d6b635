/* SPDX-License-Identifier: Apache-2.0 */
/* What the files courses*.c share. */
#ifndef COALTALLY_COURSES_PARTS_H
#define COALTALLY_COURSES_PARTS_H

#include "collector/courses.h"
#include "collector/planned_stop.h"

/* One mine of the ledger while it is read. */
struct course_reading {
    const struct courses_scope *scope;
    size_t mine; /* index in the ledger */
    const struct calendar *calendar;
    struct list stops;     /* struct calendar_span, joined */
    civil_day first, last; /* whole production days that its meters were read: [first, last) */
    int64_t metered_to_ms; /* 0: it has no meter that was read */
    int64_t end_ms;        /* of the day, or now where that is earlier */
    civil_month past;      /* the first month of forecast_mine.past */
    struct list added;     /* struct addition: what counts since then */
};

/* What was added since reading->past, and the days that meters were read. */
void course_days_read(struct course_reading *reading);
/* The last complete days, the months before, and the working time that is left. */
void course_forecast_read(struct course_reading *reading, int64_t to_ms, bool producing, struct forecast_mine *out);

#endif
