/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/courses.h"

#include <stdlib.h>
#include <string.h>

#include "collector/amount.h"
#include "collector/courses_parts.h"
#include "collector/plan_limit.h"

enum { LATELY_MONTHS = 3 }; /* a forecast by what is older is stale */

/* --- plans --- */

static struct course_plan plan_of(const struct course_reading *reading, struct period days)
{
    struct course_plan plan = {0};
    for (size_t q = 0; q < reading->scope->quantities; q++) {
        int64_t amount;
        if (!report_plan(reading->scope->report, reading->mine, reading->scope->quantity[q], days, &amount))
            continue;
        plan.has = true;
        plan.amount = amount_add(plan.amount, amount);
    }
    return plan;
}

static int64_t begin_of(const struct course_reading *reading, civil_day day)
{
    return calendar_day(reading->calendar, day).from_ms;
}

/* Whole months before to_ms, and of its own month the share of time. */
static struct course_plan plan_to(const struct course_reading *reading, int64_t to_ms)
{
    const civil_month last = month_of(calendar_place(reading->calendar, to_ms - 1).day);
    struct course_plan sum = {.has = true};
    for (civil_month month = month_of(year_days(year_of(reading->scope->day)).from); month <= last; month++) {
        const struct period days = month_days(month);
        const struct course_plan plan = plan_of(reading, days);
        sum.has &= plan.has;
        sum.amount = amount_add(
            sum.amount, amount_before(plan.amount, begin_of(reading, days.from), begin_of(reading, days.to), to_ms));
    }
    return sum.has ? sum : (struct course_plan){0};
}

/* Whether they go beyond the capacity that is known, as plan_limit.h has it. */
static bool plan_over(const struct course_reading *reading, const struct course *course)
{
    const civil_month january = month_of(year_days(year_of(reading->scope->day)).from);
    bool over = false;
    for (civil_month month = january; month < january + 12; month++) {
        const struct plan_capacity capacity = plan_capacity(course->of, month);
        const enum plan_line line =
            plan_judge(plan_of(reading, month_days(month)).amount, course->year.amount, capacity, month).line;
        over |= line == PLAN_OVER_MONTH || line == PLAN_OVER_YEAR;
    }
    return over;
}

/* --- one mine --- */

static struct figure figure_of(const struct course_reading *reading, struct period days)
{
    struct figure figure = {0};
    for (size_t q = 0; q < reading->scope->quantities; q++)
        report_mine_sum(reading->scope->report, reading->mine, reading->scope->quantity[q], days, &figure);
    return figure;
}

/* The end of the last entry by hand, or of what meters gave. */
static int64_t known_to(const struct course_reading *reading)
{
    const struct addition *added = reading->added.at;
    int64_t to_ms = reading->metered_to_ms;
    for (size_t i = 0; i < reading->added.count; i++) {
        if (!added[i].by_hand)
            continue;
        const int64_t end_ms = added[i].shift < 0
                                   ? begin_of(reading, added[i].days.to)
                                   : calendar_shift(reading->calendar, added[i].days.from, added[i].shift).to_ms;
        to_ms = end_ms > to_ms ? end_ms : to_ms;
    }
    return to_ms < reading->end_ms ? to_ms : reading->end_ms;
}

static void plans_read(const struct course_reading *reading, struct courses *courses, size_t at)
{
    const civil_day day = reading->scope->day;
    struct course *course = &courses->course[at];
    course->month = plan_of(reading, month_days(month_of(day)));
    course->year = plan_of(reading, year_days(year_of(day)));
    if (course->to_ms > courses->year.from_ms)
        course->to_date = plan_to(reading, course->to_ms);
    course->plan_over =
        courses->pace[at].has_capacity && (course->year.has || course->month.has) && plan_over(reading, course);
}

static void mine_read(struct course_reading *reading, struct courses *courses, size_t at)
{
    const civil_day day = reading->scope->day;
    struct course *course = &courses->course[at];
    struct pace_mine *pace = &courses->pace[at];
    course_days_read(reading);
    course->to_ms = known_to(reading);
    const struct figure year = figure_of(reading, (struct period){year_days(year_of(day)).from, day + 1});
    const struct figure month = figure_of(reading, (struct period){month_days(month_of(day)).from, day + 1});
    const bool metered = amount_less(year.reported, amount_add(year.by_hand, year.adjusted)) != 0 || year.metered;
    course->source =
        metered ? (year.by_hand ? COURSE_BOTH : COURSE_METERED) : (year.by_hand ? COURSE_BY_HAND : COURSE_NONE);
    if (course->source == COURSE_NONE && year.any)
        course->source = COURSE_METERED;
    pace->done = year.reported;
    pace->done_month = month.reported;
    if (!reading->scope->lately)
        plans_read(reading, courses, at);
    course_forecast_read(reading, course->to_ms, pace->producing, &courses->forecast[at]);
    courses->forecast[at].done = year.reported;
}

/* Only a state that is known stops a mine; one that is not known leaves its capacity unknown too, or not. */
static bool producing(const struct county_mine *mine, civil_day day, bool unless_known)
{
    return mine && county_fact(mine, FACT_STATE, day) ? county_state(mine, day, MINE_PRODUCING) : unless_known;
}

/* Capacities are of raw coal. */
static void capacity_read(const struct courses_scope *scope, struct courses *courses, size_t at)
{
    const bool coal = scope->quantities == 1 && strcmp(scope->quantity[0], "raw_coal") == 0;
    courses->pace[at].has_capacity = coal && courses->course[at].of &&
                                     county_capacity(courses->course[at].of, scope->day, &courses->pace[at].capacity);
}

static void ledger_mine(const struct courses_scope *scope, struct courses *courses, const struct list *stops,
                        size_t mine)
{
    const struct roster_mine *of = &scope->report->roster->mine[mine];
    const size_t at = courses->count++;
    struct course_reading reading = {.scope = scope, .mine = mine};
    reading.calendar = roster_calendar(scope->report->roster, mine, scope->quantity[0]);
    const int64_t end_ms = calendar_day(reading.calendar, scope->day).to_ms;
    reading.end_ms = end_ms < scope->now_ms ? end_ms : scope->now_ms;
    reading.past = month_of(scope->day + 1) - (scope->lately ? LATELY_MONTHS : FORECAST_MONTHS);
    planned_stop_spans(scope->report->db, stops, of->id, reading.calendar, &reading.stops);
    courses->course[at] = (struct course){.name = of->name, .ledger = (int)mine};
    courses->course[at].of = county_mine(scope->county, of->name);
    courses->pace[at].producing = producing(courses->course[at].of, scope->day, of->active);
    capacity_read(scope, courses, at);
    mine_read(&reading, courses, at);
    free(reading.stops.at);
    free(reading.added.at);
}

/* --- all of them --- */

static bool wanted(const struct courses *courses, size_t at, bool active)
{
    return active || courses->pace[at].done || courses->course[at].source != COURSE_NONE;
}

static void ledger_mines(const struct courses_scope *scope, struct courses *courses)
{
    const struct roster *roster = scope->report->roster;
    struct list stops;
    planned_stops_read(scope->report->db, &stops);
    for (size_t m = 0; m < roster->mines; m++) {
        if (roster->mine[m].simulated != scope->simulated)
            continue;
        ledger_mine(scope, courses, &stops, m);
        const size_t at = courses->count - 1;
        if (wanted(courses, at, roster->mine[m].active))
            continue;
        courses->pace[at] = (struct pace_mine){0};
        courses->forecast[at] = (struct forecast_mine){0};
        courses->count = at;
    }
    free(stops.at);
}

static void roster_mines(const struct courses_scope *scope, struct courses *courses)
{
    for (size_t i = 0; scope->county && i < scope->county->mines; i++) {
        const struct county_mine *mine = &scope->county->mine[i];
        if (mine->simulated != scope->simulated || roster_mine(scope->report->roster, mine->name) >= 0 ||
            !producing(mine, scope->day, false))
            continue;
        const size_t at = courses->count++;
        courses->course[at] = (struct course){.name = mine->name, .ledger = -1, .of = mine};
        courses->pace[at].producing = true;
        courses->forecast[at].silent = true;
        capacity_read(scope, courses, at);
    }
}

static struct courses *courses_new(const struct courses_scope *scope)
{
    const size_t room = scope->report->roster->mines + (scope->county ? scope->county->mines : 0) + 1;
    const struct period days = year_days(year_of(scope->day));
    const civil_month next = month_of(scope->day + 1), after = month_of(days.to);
    const int64_t end_ms = civil_instant(scope->day + 1, 0);
    struct courses *courses = calloc(1, sizeof *courses);
    if (!courses)
        return NULL;
    *courses = (struct courses){.course = calloc(room, sizeof *courses->course),
                                .pace = calloc(room, sizeof *courses->pace),
                                .forecast = calloc(room, sizeof *courses->forecast),
                                .year = {civil_instant(days.from, 0), civil_instant(days.to, 0)},
                                .day = scope->day,
                                .as_of_ms = end_ms < scope->now_ms ? end_ms : scope->now_ms,
                                .months_left = after > next ? (size_t)(after - next) : 0};
    if (courses->course && courses->pace && courses->forecast)
        return courses;
    courses_free(courses);
    return NULL;
}

struct courses *courses_read(const struct courses_scope *scope)
{
    struct courses *courses = courses_new(scope);
    if (!courses)
        return NULL;
    ledger_mines(scope, courses);
    roster_mines(scope, courses);
    return courses;
}

void courses_free(struct courses *courses)
{
    if (!courses)
        return;
    free(courses->course);
    free(courses->pace);
    free(courses->forecast);
    free(courses);
}

/* --- the county --- */

int64_t courses_done(const struct courses *courses)
{
    int64_t done = 0;
    for (size_t i = 0; i < courses->count; i++)
        done = amount_add(done, courses->pace[i].done);
    return done;
}

/* Plans up to where each mine's figures end: has only where each mine that has figures has them. */
static struct course_plan plan_to_date(const struct courses *courses)
{
    struct course_plan sum = {0};
    for (size_t i = 0; i < courses->count; i++) {
        if (!courses->course[i].to_ms)
            continue;
        if (!courses->course[i].to_date.has)
            return (struct course_plan){0};
        sum.has = true;
        sum.amount = amount_add(sum.amount, courses->course[i].to_date.amount);
    }
    return sum;
}

static int64_t left_of(const struct courses *courses)
{
    return courses->year.to_ms - courses->as_of_ms;
}

struct pace_room courses_room(const struct courses *courses)
{
    return pace_room(courses->pace, courses->count, courses->day, left_of(courses));
}

struct forecast courses_forecast(const struct courses *courses)
{
    return forecast_make(courses->forecast, courses->count, courses->months_left);
}

struct pace courses_pace(const struct courses *courses, int64_t target)
{
    const struct course_plan plan = plan_to_date(courses);
    const struct pace_room room = courses_room(courses);
    const struct pace_course course = {
        .target = target,
        .done = courses_done(courses),
        .year = courses->year,
        .as_of_ms = courses->as_of_ms,
        .has_plan = plan.has,
        .plan = plan.amount,
        .has_room = room.mines > 0 && room.unknown == 0,
        .usable = room.usable,
    };
    return pace_of(&course);
}
