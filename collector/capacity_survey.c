/* SPDX-License-Identifier: Apache-2.0 */
/* Which limits are crossed. */
#include <stdlib.h>
#include <string.h>

#include "collector/amount.h"
#include "collector/capacity_read.h"

struct survey {
    struct capacity_reader *reader;
    const struct capacity_mine *mine;
    struct list *findings;
    bool failed; /* out of memory */
};

static void finding_add(struct survey *survey, const struct capacity_finding *finding)
{
    struct capacity_finding *slot = list_add(survey->findings);
    survey->failed |= slot == NULL;
    if (!slot)
        return;
    *slot = *finding;
    slot->mine = survey->mine;
}

/* The day whose edition of the limits counts: the period's last, or the one that runs. */
static civil_day edition_day(const struct survey *survey, struct period days)
{
    return survey->reader->day < days.to ? survey->reader->day : days.to - 1;
}

/* --- capacities --- */

/* On which day a limit will be crossed, where it is not yet. */
static void finding_reach(struct capacity_finding *finding, const struct capacity_limit *limit)
{
    const struct capacity_course *course = &finding->figures.course;
    finding->reaches = limit && !capacity_over(limit, course->done, course->capacity) &&
                       capacity_reach(limit, course, &finding->reach);
}

/* Only the highest coefficient of the year brings it over the gravest limit. */
static void hidden_judge(struct survey *survey, enum capacity_measure measure, const struct capacity_figures *figures)
{
    const struct capacity_course *course = &figures->course;
    const struct capacity_limit *gravest =
        capacity_limit_gravest(survey->reader->limits, measure, edition_day(survey, course->days));
    if (gravest && !capacity_over(gravest, course->done, course->capacity) &&
        capacity_over(gravest, figures->by_highest, course->capacity))
        finding_add(survey, &(struct capacity_finding){.measure = measure,
                                                       .limit = gravest,
                                                       .hidden = true,
                                                       .days = course->days,
                                                       .amount = figures->by_highest,
                                                       .figures = *figures});
}

static void done_judge(struct survey *survey, enum capacity_measure measure, const struct capacity_figures *figures)
{
    const struct capacity_course *course = &figures->course;
    struct capacity_finding finding = {
        .measure = measure, .days = course->days, .amount = course->done, .figures = *figures};
    finding.limit = capacity_judge(survey->reader->limits, measure, edition_day(survey, course->days), course->done,
                                   course->capacity);
    if (finding.limit) {
        finding_reach(&finding,
                      capacity_limit_gravest(survey->reader->limits, measure, edition_day(survey, course->days)));
        finding_add(survey, &finding);
    }
    hidden_judge(survey, measure, figures);
}

/* Of a year that runs. */
static void forecast_judge(struct survey *survey, const struct capacity_figures *figures)
{
    const struct capacity_course *course = &figures->course;
    struct capacity_finding finding = {
        .measure = CAPACITY_FORECAST, .days = course->days, .amount = capacity_forecast(course), .figures = *figures};
    finding.limit = capacity_judge_forecast(survey->reader->limits, edition_day(survey, course->days), course);
    if (!finding.limit || course->pace.days <= 0 || survey->reader->day >= course->days.to)
        return;
    finding_reach(&finding, finding.limit);
    finding_add(survey, &finding);
}

static void period_judge(struct survey *survey, struct period days)
{
    struct capacity_figures figures;
    const bool year = days.to - days.from > 31;
    capacity_figures_read(survey->reader, survey->mine, days, &figures);
    done_judge(survey, year ? CAPACITY_YEAR : CAPACITY_MONTH, &figures);
    if (year)
        forecast_judge(survey, &figures);
}

static void day_judge(struct survey *survey)
{
    const struct capacity_mine *mine = survey->mine;
    const struct period days = {mine->to - 1, mine->to};
    struct capacity_finding finding = {.measure = CAPACITY_DAY, .days = days};
    if (!mine->to_ms || days.from < mine->since)
        return;
    capacity_figures_read(survey->reader, mine, days, &finding.figures);
    finding.amount = finding.figures.course.done;
    finding.limit = capacity_judge(survey->reader->limits, CAPACITY_DAY, days.from, finding.amount,
                                   finding.figures.course.capacity);
    if (finding.limit)
        finding_add(survey, &finding);
}

/* --- stopped --- */

static const struct county_fact *stopped_fact(const struct survey *survey)
{
    const struct county_fact *state =
        survey->mine->county ? county_fact(survey->mine->county, FACT_STATE, survey->reader->day) : NULL;
    return state && (state->value == MINE_STOPPED || state->value == MINE_CLOSED) ? state : NULL;
}

/* What was reported, or, where that is more, run of mine: a coefficient hides none. */
static int64_t mined(const struct survey *survey, const char *quantity, struct period days)
{
    struct report *report = survey->reader->report;
    struct figure figure = {0}, rom = {0};
    report_mine_sum(report, survey->mine->mine, quantity, days, &figure);
    for (size_t i = 0; i < report->roster->meters; i++)
        if (report->roster->meter[i].mine == survey->mine->mine && meter_reports(&report->roster->meter[i], quantity))
            report_sum(report, i, days, &rom);
    return rom.metered > figure.reported ? rom.metered : figure.reported;
}

/* Since it stopped, but no longer ago than the month before this one; of other quantities the last whole day. */
static void stopped_judge(struct survey *survey)
{
    const struct capacity_reader *reader = survey->reader;
    const struct county_fact *state = stopped_fact(survey);
    const civil_day begin = month_days(month_of(reader->day) - 1).from;
    for (size_t i = 0; state && i < reader->limits->count; i++) {
        const struct capacity_limit *limit = &reader->limits->limit[i];
        const bool coal = limit->quantity && strcmp(limit->quantity->name, "raw_coal") == 0;
        struct period days = {coal ? begin : reader->day - 1, coal ? reader->day + 1 : reader->day};
        if (limit->measure != CAPACITY_STOPPED || reader->day < limit->from || reader->day >= limit->to)
            continue;
        days.from = days.from < state->from ? state->from : days.from;
        const int64_t amount = days.from < days.to ? mined(survey, limit->quantity->name, days) : 0;
        if (amount > limit->more_than)
            finding_add(survey, &(struct capacity_finding){
                                    .measure = CAPACITY_STOPPED, .limit = limit, .days = days, .amount = amount});
    }
}

/* --- nothing has come --- */

static void silence_judge(struct survey *survey)
{
    const struct capacity_reader *reader = survey->reader;
    const struct capacity_mine *mine = survey->mine;
    const enum capacity_measure measure = mine->metered ? CAPACITY_NO_DATA : CAPACITY_NO_ENTRY;
    const int64_t end_ms = civil_instant(reader->day + 1, 0), now_ms = reader->report->now_ms;
    const int64_t as_of_ms = end_ms < now_ms ? end_ms : now_ms;
    if (!county_state(mine->county, reader->day, MINE_PRODUCING))
        return;
    struct capacity_finding finding = {.measure = measure, .amount = amount_less(as_of_ms, mine->silent_ms)};
    finding.limit = capacity_judge_silence(reader->limits, measure, reader->day, finding.amount);
    if (finding.limit)
        finding_add(survey, &finding);
}

/* --- the whole --- */

static void mine_judge(struct survey *survey)
{
    const civil_day day = survey->reader->day;
    const civil_month month = month_of(day);
    if (survey->mine->mine != CONFIG_NONE) {
        period_judge(survey, month_days(month));
        period_judge(survey, month_days(month - 1));
        period_judge(survey, year_days(year_of(day)));
        if (month % 12 == 0)
            period_judge(survey, year_days(year_of(day) - 1));
        day_judge(survey);
        stopped_judge(survey);
    }
    silence_judge(survey);
}

static int in_order(const void *left, const void *right)
{
    const struct capacity_finding *a = left, *b = right;
    if (a->mine != b->mine)
        return a->mine < b->mine ? -1 : 1;
    if (a->measure != b->measure)
        return a->measure < b->measure ? -1 : 1;
    return a->days.from < b->days.from ? -1 : a->days.from > b->days.from;
}

bool capacity_survey(struct capacity_reader *reader, const struct list *mines, struct list *findings)
{
    const struct capacity_mine *mine = mines->at;
    struct survey survey = {reader, NULL, findings, false};
    *findings = (struct list){.size = sizeof(struct capacity_finding)};
    for (size_t i = 0; i < mines->count; i++) {
        survey.mine = &mine[i];
        mine_judge(&survey);
    }
    if (findings->count)
        qsort(findings->at, findings->count, sizeof(struct capacity_finding), in_order);
    return !survey.failed;
}

bool capacity_survey_period(struct capacity_reader *reader, const struct capacity_mine *mine, struct period days,
                            struct list *findings)
{
    struct survey survey = {reader, mine, findings, false};
    *findings = (struct list){.size = sizeof(struct capacity_finding)};
    if (mine->mine != CONFIG_NONE)
        period_judge(&survey, days);
    return !survey.failed;
}
