/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/capacity.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collector/indicator.h"
#include "collector/pace.h"
#include "tests/unit/seed.h"

static const int64_t tonne = 1000;

static civil_day date(const char *text)
{
    civil_day day = 0;
    assert_true(civil_parse(text, &day));
    return day;
}

static struct capacity_limits *limits_read(const char *text, size_t *errors)
{
    struct faults *faults = faults_new();
    assert_non_null(faults);
    struct capacity_limits *limits = capacity_limits_load_text(text, strlen(text), "limits.yaml", faults);
    *errors = faults_count(faults, FAULT_ERROR);
    faults_free(faults);
    return limits;
}

/* Those that come with the program. */
static struct capacity_limits *limits_of_seeds(void)
{
    char path[PATH_BYTES];
    struct faults *faults = faults_new();
    assert_true(seeds_path("limits.yaml", path));
    struct capacity_limits *limits = capacity_limits_load(path, faults);
    if (!limits)
        faults_print(faults, stderr);
    assert_non_null(limits);
    faults_free(faults);
    return limits;
}

/* 1.2 Mt a year on each of so many days. */
static struct capacity_mean mean_of(int64_t tonnes_a_year, int days)
{
    struct capacity_mean mean = {0};
    for (int i = 0; i < days; i++)
        capacity_mean_add(&mean, tonnes_a_year * tonne);
    return mean;
}

/* What pace.h and plan_limit.h make of a month is the gravest line that the seeds draw for it. */
static void plans_have_the_line_of_the_seeds(void **state)
{
    struct capacity_limits *limits = limits_of_seeds();
    const struct capacity_limit *line = capacity_limit_gravest(limits, CAPACITY_MONTH, civil_from_date(2026, 10, 1));
    const struct decimal percent = decimal_reduce(line->percent);
    (void)state;
    assert_false(line->included);
    assert_int_equal(percent.digits * 10, PACE_MONTH_PERMILLE * decimal_power(percent.places));
    capacity_limits_free(limits);
}

/* --- edges --- */

static void edges_are_exact(void **state)
{
    enum { NONE = -1 };
    static const struct {
        enum capacity_measure measure;
        int64_t kg; /* of 1,200,000 t a year */
        int level;
    } edges[] = {
        {CAPACITY_MONTH, 0, NONE},
        {CAPACITY_MONTH, 107999999, NONE},
        {CAPACITY_MONTH, 108000000, NONE}, /* 9 % */
        {CAPACITY_MONTH, 108000001, JOURNAL_AMBER},
        {CAPACITY_MONTH, 120000000, JOURNAL_AMBER}, /* 10.000 % is not over 10 % */
        {CAPACITY_MONTH, 120000001, JOURNAL_RED},
        {CAPACITY_MONTH, INT64_MAX, JOURNAL_RED},
        {CAPACITY_MONTH, INT64_MIN, NONE},
        {CAPACITY_YEAR, 1200000000, NONE},
        {CAPACITY_YEAR, 1200000001, JOURNAL_AMBER},
        {CAPACITY_YEAR, 1319999999, JOURNAL_AMBER},
        {CAPACITY_YEAR, 1320000000, JOURNAL_RED}, /* 110.000 % is 110 % */
        {CAPACITY_DAY, 5454545, NONE},            /* 1,200,000 t / 330 x 1.5 is 5,454.545 t and a bit */
        {CAPACITY_DAY, 5454546, JOURNAL_AMBER},
    };
    struct capacity_limits *limits = limits_of_seeds();
    (void)state;
    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++) {
        const struct capacity_limit *limit = capacity_judge(limits, edges[i].measure, date("2026-11-22"), edges[i].kg,
                                                            mean_of(1200000, i % 2 ? 30 : 365));
        if ((limit ? (int)limit->level : NONE) != edges[i].level)
            print_error("edge %zu\n", i);
        assert_int_equal(limit ? (int)limit->level : NONE, edges[i].level);
    }
    capacity_limits_free(limits);
}

static void where_no_capacity_is_known_nothing_is_judged(void **state)
{
    struct capacity_limits *limits = limits_of_seeds();
    struct capacity_mean none = {0}, zero = {0};
    (void)state;
    assert_null(capacity_judge(limits, CAPACITY_MONTH, date("2026-11-22"), INT64_MAX, none));
    capacity_mean_add(&zero, 0); /* known, and nothing is allowed */
    assert_non_null(capacity_judge(limits, CAPACITY_MONTH, date("2026-11-22"), 1, zero));
    assert_null(capacity_judge(limits, CAPACITY_MONTH, date("2026-11-22"), 0, zero));
    assert_int_equal(capacity_share(1, none, 1), 0);
    assert_int_equal(capacity_share(1, zero, 1), 0);
    capacity_limits_free(limits);
}

static void a_limit_holds_from_its_day_to_its_day(void **state)
{
    size_t errors;
    struct capacity_limits *limits =
        limits_read("limits:\n"
                    "  - {limit: month, level: red, over: 10 %, edition: {en: old, zh: 旧}, source: a,"
                    " from: 2021-01-01, to: 2026-10-01}\n"
                    "  - {limit: month, level: red, at_least: 9.5 %, edition: {en: new, zh: 新}, source: b,"
                    " from: 2026-10-01}\n",
                    &errors);
    const struct capacity_mean capacity = mean_of(1000000, 31);
    (void)state;
    assert_non_null(limits);
    assert_null(capacity_judge(limits, CAPACITY_MONTH, date("2020-12-31"), 100001 * tonne, capacity));
    assert_string_equal(
        capacity_judge(limits, CAPACITY_MONTH, date("2026-09-30"), 100001 * tonne, capacity)->edition_en, "old");
    assert_null(capacity_judge(limits, CAPACITY_MONTH, date("2026-09-30"), 95000 * tonne, capacity));
    const struct capacity_limit *fresh =
        capacity_judge(limits, CAPACITY_MONTH, date("2026-10-01"), 95000 * tonne, capacity);
    assert_string_equal(fresh->edition_en, "new");
    assert_string_equal(fresh->edition_zh, "新");
    assert_int_equal(fresh->place.line, 3);
    assert_null(capacity_judge(limits, CAPACITY_MONTH, date("2026-10-01"), 95000 * tonne - 1, capacity));
    capacity_limits_free(limits);
}

static void a_change_of_capacity_counts_by_its_days(void **state)
{
    struct capacity_limits *limits = limits_of_seeds();
    struct capacity_mean mean = mean_of(900000, 10);
    (void)state;
    for (int i = 0; i < 20; i++)
        capacity_mean_add(&mean, 1200000 * tonne);
    /* (10 x 0.9 + 20 x 1.2) / 30 Mt = 1.1 Mt */
    assert_int_equal(capacity_mean_kg(mean), 1100000 * tonne);
    assert_int_equal(capacity_judge(limits, CAPACITY_MONTH, date("2026-11-30"), 110000 * tonne, mean)->level,
                     JOURNAL_AMBER);
    assert_int_equal(capacity_judge(limits, CAPACITY_MONTH, date("2026-11-30"), 110000 * tonne + 1, mean)->level,
                     JOURNAL_RED);
    capacity_limits_free(limits);
}

/* --- the course of a period --- */

static struct capacity_course november(int64_t complete, int64_t pace, int days)
{
    return (struct capacity_course){.days = {date("2026-11-01"), date("2026-12-01")},
                                    .to = date("2026-11-21"),
                                    .complete = complete * tonne,
                                    .done = complete * tonne,
                                    .pace = {pace * tonne, days},
                                    .capacity = mean_of(1200000, 30)};
}

static void the_day_of_reaching_is_found(void **state)
{
    static const struct {
        int64_t complete, pace, more; /* t; more: on the running day already */
        int days;
        const char *on; /* NULL: not in November */
    } cases[] = {
        {100000, 120000, 0, 30, "2026-11-26"}, /* 20,000 t at 4,000 a day: 5 days make 10 % exactly, the 6th is over */
        {100000, 120001, 0, 30, "2026-11-25"},
        {100000, 60000, 0, 30, NULL}, /* 10 days at 2,000 end at 10 % exactly */
        {100000, 60001, 0, 30, "2026-11-30"},
        {100000, 0, 0, 30, NULL},
        {100000, 120000, 0, 0, NULL},      /* no pace */
        {120000, 30, 0, 30, "2026-11-21"}, /* at 10 % exactly: a kilogram is over */
        {120000, 0, 0, 30, NULL},
        {100000, 120000, 20001, 30, "2026-11-21"}, /* over it within the running day */
        {130000, 0, 0, 0, "2026-11-21"},
        {100000, -120000, 0, 30, NULL},
    };
    struct capacity_limits *limits = limits_of_seeds();
    const struct capacity_limit *red = capacity_limit_gravest(limits, CAPACITY_MONTH, date("2026-11-21"));
    (void)state;
    assert_int_equal(red->level, JOURNAL_RED);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct capacity_course course = november(cases[i].complete, cases[i].pace, cases[i].days);
        civil_day on = 0;
        course.done += cases[i].more * tonne;
        const bool reached = capacity_reach(red, &course, &on);
        if (reached != (cases[i].on != NULL) || (reached && on != date(cases[i].on)))
            print_error("case %zu: %d, day %d of November\n", i, reached, on - date("2026-10-31"));
        assert_int_equal(reached, cases[i].on != NULL);
        assert_int_equal(on, cases[i].on ? date(cases[i].on) : 0);
    }
    struct capacity_course over = november(130000, 120000, 30);
    over.to = over.days.to; /* past: the figures say it, no forecast does */
    civil_day on;
    assert_false(capacity_reach(red, &over, &on));
    capacity_limits_free(limits);
}

static void a_forecast_is_judged_exactly(void **state)
{
    struct capacity_limits *limits = limits_of_seeds();
    struct capacity_course course = {.days = {date("2026-01-01"), date("2027-01-01")},
                                     .to = date("2026-12-29"),
                                     .complete = 1199999 * tonne,
                                     .done = 1199999 * tonne,
                                     .pace = {tonne, 3},
                                     .capacity = mean_of(1200000, 365)};
    (void)state;
    /* Three days at a third of a tonne: exactly the capacity, which no sum of rounded days is. */
    assert_int_equal(capacity_forecast(&course), 1200000 * tonne);
    assert_null(capacity_judge_forecast(limits, date("2026-12-29"), &course));
    course.pace.amount++;
    assert_int_equal(capacity_forecast(&course), 1200000 * tonne + 1);
    assert_int_equal(capacity_judge_forecast(limits, date("2026-12-29"), &course)->level, JOURNAL_AMBER);
    course.complete = course.done = 1319999 * tonne;
    course.pace.amount = tonne;
    assert_int_equal(capacity_judge_forecast(limits, date("2026-12-29"), &course)->level, JOURNAL_RED);
    course.pace.amount--;
    assert_int_equal(capacity_judge_forecast(limits, date("2026-12-29"), &course)->level, JOURNAL_AMBER);
    course.done += tonne; /* the running day has brought more than the pace would */
    assert_int_equal(capacity_judge_forecast(limits, date("2026-12-29"), &course)->level, JOURNAL_RED);
    course.to = date("2027-01-05");
    course.done = course.complete = 1200000 * tonne;
    assert_int_equal(capacity_forecast(&course), 1200000 * tonne);
    capacity_limits_free(limits);
}

/* --- against a count of each day --- */

static int64_t any(int64_t below)
{
    return below > 0 ? (int64_t)(((uint64_t)rand() << 31 | (uint64_t)rand()) % (uint64_t)below) : 0;
}

/* Adds the pace day by day, all times its days, and looks whether the limit is crossed. */
static bool naive_reach(const struct capacity_limit *limit, const struct capacity_course *course, civil_day *on)
{
    const __int128 parts = course->pace.days ? course->pace.days : 1;
    const __int128 line = (__int128)course->capacity.sum_kg * limit->percent.digits * parts;
    const __int128 scale = (__int128)course->capacity.days * 100 * decimal_power(limit->percent.places);
    __int128 sum = course->complete * parts, first = course->done * parts;
    for (civil_day day = course->to; day < course->days.to; day++) {
        sum += course->pace.days ? course->pace.amount : 0;
        const __int128 most = day == course->to && first > sum ? first : sum;
        *on = day;
        if (limit->included ? most * scale >= line : most * scale > line)
            return true;
    }
    return false;
}

static void reaching_agrees_with_a_count_of_days(void **state)
{
    (void)state;
    seed_random();
    for (int i = 0; i < 20000; i++) {
        struct capacity_limit limit = {
            .measure = CAPACITY_MONTH, .percent = {any(2000) + 1, (int)any(4)}, .included = any(2)};
        struct capacity_course course = {.days = {20000, 20000 + 28 + (int)any(4)}};
        course.to = course.days.from + (int)any(course.days.to - course.days.from);
        const int64_t round = any(2) ? 1000000 : 1;
        course.complete = any(200000000 / round) * round;
        course.done = course.complete + (any(2) ? any(8000000 / round) * round : 0);
        course.pace = (struct capacity_pace){any(200000000 / round) * round, (int)any(31)};
        if (!course.pace.days)
            course.pace.amount = 0;
        const int change = (int)any(31);
        for (int day = 0; day < 30; day++)
            capacity_mean_add(&course.capacity, (day < change ? 900000 : 1200000) * tonne);
        civil_day on = 0, naive_on = 0;
        const bool reached = capacity_reach(&limit, &course, &on), naive = naive_reach(&limit, &course, &naive_on);
        assert_int_equal(reached, naive);
        if (reached)
            assert_int_equal(on, naive_on);
    }
}

/* --- texts --- */

static void shares_never_hide_that_a_limit_is_crossed(void **state)
{
    struct capacity_limits *limits = limits_of_seeds();
    const struct capacity_limit *month = capacity_limit_gravest(limits, CAPACITY_MONTH, date("2026-11-21"));
    const struct capacity_limit *year = capacity_limit_gravest(limits, CAPACITY_YEAR, date("2026-11-21"));
    const struct capacity_limit *day = capacity_limit_gravest(limits, CAPACITY_DAY, date("2026-11-21"));
    const struct capacity_mean capacity = mean_of(1200000, 30);
    char text[CAPACITY_SHARE_BYTES];
    (void)state;
    capacity_share_show(120000001, capacity, 1, month, text);
    assert_string_equal(text, "> 10.0 %");
    capacity_share_show(121200000, capacity, 1, month, text);
    assert_string_equal(text, "10.1 %");
    capacity_share_show(119999999, capacity, 1, NULL, text);
    assert_string_equal(text, "9.9 %"); /* not yet 10: floored */
    capacity_share_show(1320000000, capacity, 2, year, text);
    assert_string_equal(text, "110.00 %");
    capacity_share_show(6000000, capacity, 1, day, text); /* 165 % of 1,200,000 t / 330 */
    assert_string_equal(text, "165.0 %");
    capacity_share_show(1, (struct capacity_mean){0}, 1, NULL, text);
    assert_string_equal(text, "0.0 %");
    capacity_limit_show(month, text);
    assert_string_equal(text, "> 10 %");
    capacity_limit_show(year, text);
    assert_string_equal(text, ">= 110 %");
    assert_int_equal(capacity_share(INT64_MAX, mean_of(1, 1), 9), INT64_MAX);
    capacity_limits_free(limits);
}

static void silence_has_its_levels(void **state)
{
    struct capacity_limits *limits = limits_of_seeds();
    const int64_t hour_ms = 3600000;
    const civil_day day = date("2026-11-21");
    (void)state;
    assert_null(capacity_judge_silence(limits, CAPACITY_NO_ENTRY, day, 12 * hour_ms));
    assert_int_equal(capacity_judge_silence(limits, CAPACITY_NO_ENTRY, day, 12 * hour_ms + 1)->level, JOURNAL_AMBER);
    assert_int_equal(capacity_judge_silence(limits, CAPACITY_NO_ENTRY, day, 60 * hour_ms + 1)->level, JOURNAL_RED);
    assert_int_equal(capacity_judge_silence(limits, CAPACITY_NO_DATA, day, 2 * hour_ms)->level, JOURNAL_AMBER);
    capacity_limits_free(limits);
}

/* --- what is no limit --- */

static void faults_of_the_file_are_told(void **state)
{
#define REST "edition: {en: a, zh: b}, source: c, from: 2021-01-01"
    static const struct {
        const char *text;
        size_t errors;
    } wrong[] = {
        {"limits:\n  - {limit: month, level: red, over: 10 %, " REST "}\n", 0},
        {"limits:\n  - {limit: day, level: red, over: 150 %, of_days: 330, " REST "}\n", 0},
        {"limits:\n  - {limit: stopped, level: red, over: 12 MWh, quantity: energy, " REST "}\n", 0},
        {"limits:\n  - {limit: stopped, level: red, over: 0 t, " REST "}\n", 0},
        {"limits:\n  - {limit: no-data, level: red, after: 60min, " REST "}\n", 0},
        {"limits: 3\n", 1},
        {"limits: []\nmore: 1\n", 1},
        {"limits:\n  - {limit: week, level: red, over: 10 %, " REST "}\n", 1},
        {"limits:\n  - {limit: month, level: pink, over: 10 %, " REST "}\n", 1},
        {"limits:\n  - {limit: month, level: red, " REST "}\n", 1},
        {"limits:\n  - {limit: month, level: red, over: 10 %, at_least: 10 %, " REST "}\n", 1},
        {"limits:\n  - {limit: month, level: red, over: 10, " REST "}\n", 1},
        {"limits:\n  - {limit: month, level: red, over: 10 t, " REST "}\n", 1},
        {"limits:\n  - {limit: month, level: red, over: -1 %, " REST "}\n", 1},
        {"limits:\n  - {limit: month, level: red, over: 10001 %, " REST "}\n", 1},
        {"limits:\n  - {limit: month, level: red, over: 0.0001 %, " REST "}\n", 1},
        {"limits:\n  - {limit: month, level: red, over: 10 %, of_days: 330, after: 1h, quantity: energy, " REST "}\n",
         3},
        {"limits:\n  - {limit: day, level: red, over: 150 %, " REST "}\n", 1},
        {"limits:\n  - {limit: day, level: red, over: 150 %, of_days: 0, " REST "}\n", 1},
        {"limits:\n  - {limit: stopped, level: red, over: 1 t, quantity: energy, " REST "}\n", 1},
        {"limits:\n  - {limit: stopped, level: red, over: 1 t, quantity: water, " REST "}\n", 1},
        {"limits:\n  - {limit: stopped, level: red, " REST "}\n", 1},
        {"limits:\n  - {limit: no-entry, level: red, " REST "}\n", 1},
        {"limits:\n  - {limit: no-entry, level: red, after: soon, " REST "}\n", 1},
        {"limits:\n  - {limit: month, level: red, over: 10 %, edition: {en: a}, source: c, from: 2021-13-01}\n", 2},
        {"limits:\n  - {limit: month, level: red, over: 10 %, to: 2020-01-01, " REST "}\n", 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        size_t errors;
        struct capacity_limits *limits = limits_read(wrong[i].text, &errors);
        if (errors != wrong[i].errors || (limits != NULL) != (errors == 0))
            print_error("text %zu: %zu faults\n", i, errors);
        assert_int_equal(errors, wrong[i].errors);
        assert_int_equal(limits != NULL, errors == 0);
        capacity_limits_free(limits);
    }
}

static void the_limits_of_the_seeds_say_where_they_come_from(void **state)
{
    struct capacity_limits *limits = limits_of_seeds();
    bool has[CAPACITY_MEASURES] = {0};
    (void)state;
    for (size_t i = 0; i < limits->count; i++) {
        const struct capacity_limit *limit = &limits->limit[i];
        has[limit->measure] = true;
        assert_true(*limit->edition_en && *limit->edition_zh && *limit->source);
        assert_true(limit->heuristic || limit->measure >= CAPACITY_STOPPED || *limit->article);
    }
    for (int measure = 0; measure < CAPACITY_MEASURES; measure++)
        assert_true(has[measure]);
    capacity_limits_free(limits);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plans_have_the_line_of_the_seeds),
        cmocka_unit_test(edges_are_exact),
        cmocka_unit_test(where_no_capacity_is_known_nothing_is_judged),
        cmocka_unit_test(a_limit_holds_from_its_day_to_its_day),
        cmocka_unit_test(a_change_of_capacity_counts_by_its_days),
        cmocka_unit_test(the_day_of_reaching_is_found),
        cmocka_unit_test(a_forecast_is_judged_exactly),
        cmocka_unit_test(reaching_agrees_with_a_count_of_days),
        cmocka_unit_test(shares_never_hide_that_a_limit_is_crossed),
        cmocka_unit_test(silence_has_its_levels),
        cmocka_unit_test(faults_of_the_file_are_told),
        cmocka_unit_test(the_limits_of_the_seeds_say_where_they_come_from),
    };
    calendar_zone("Asia/Shanghai");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
