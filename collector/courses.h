/* SPDX-License-Identifier: Apache-2.0 */
/* What pace, forecast and ranking need of each mine of a side, as of the end of one day: read from the ledger
 * and the county's roster. Nothing is estimated: each mine's figures end where they end. */
#ifndef COALTALLY_COURSES_H
#define COALTALLY_COURSES_H

#include "collector/county.h"
#include "collector/forecast.h"
#include "collector/pace.h"
#include "collector/store_report.h"

struct courses_scope {
    struct report *report;
    const struct county *county; /* NULL: no roster */
    bool simulated;              /* the side: real and simulated mines are never added */
    civil_day day;               /* production days up to and with this one count */
    int64_t now_ms;
    size_t quantities; /* that are reported, and added up */
    const char *const *quantity;
    bool lately; /* only the last days and what is done, for a forecast without a band: neither plans nor past months */
};

struct course_plan {
    bool has;
    int64_t amount;
};

enum course_source { COURSE_NONE, COURSE_METERED, COURSE_BY_HAND, COURSE_BOTH };

struct course {
    const char *name;             /* of the mine, as ledger and roster have it */
    int ledger;                   /* index in the ledger's roster; -1: it is in the county's alone */
    const struct county_mine *of; /* NULL: it is in the ledger's alone */
    enum course_source source;    /* of what the year has */
    /* Its figures end here: metered, at the oldest last reading of its active main meters; by hand, at the end
     * of the last entry's days; at most at the day's end. 0: it has none. */
    int64_t to_ms;
    struct course_plan month, year; /* of the day's month and year: the whole of it, by report_plan */
    struct course_plan to_date;     /* whole months of the year and, by time, the month of to_ms, up to that; has:
                                       each of these months has a plan */
    bool plan_over; /* the plan of the year, or of one of its months, is above the capacity: plan_limit.h */
};

struct courses {
    size_t count;
    struct course *course;
    /* Of the same mines, in the same order. Capacity is known for raw coal alone. */
    struct pace_mine *pace;
    struct forecast_mine *forecast;
    struct calendar_span year; /* civil midnights */
    civil_day day;
    int64_t as_of_ms;   /* the end of the day, or now where that is earlier */
    size_t months_left; /* of the year, after the day; a begun one counts */
};

/* The mines of the side that are active in the ledger, or reported something this year, and those of the
 * roster that produce on that day; in the order of the ledger, then of the roster. NULL when memory ran
 * out; faults of the ledger are kept in its db. Freed with courses_free. */
struct courses *courses_read(const struct courses_scope *scope);
void courses_free(struct courses *courses);

/* --- what a county figure is made of --- */

/* Sums over the mines: what is reported of the year up to and with the day; their room; their forecasts. */
int64_t courses_done(const struct courses *courses);
struct pace_room courses_room(const struct courses *courses);
struct forecast courses_forecast(const struct courses *courses);
/* A county target, with all of that. */
struct pace courses_pace(const struct courses *courses, int64_t target);

#endif
