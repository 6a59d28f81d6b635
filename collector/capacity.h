/* SPDX-License-Identifier: Apache-2.0 */
/* How much of its capacity a mine mines, judged against limits that are data (seeds/limits.yaml). Pure, and
 * exact: no share is rounded before it is compared. 10.000 % of a limit "over 10 %" is not over it, 110.000 % of
 * one "at least 110 %" is.
 *
 * What is judged is the raw coal that is reported in calendar months and years, whatever the mine's own
 * cut-off. Where a capacity changed within the period it is judged by the mean of its days: a mine that runs at
 * 100 % of what was approved on each day ends at 100 %, neither a rise late in the period hides what was mined
 * before it, nor does a cut condemn what was allowed. Days on which no capacity is known are left out of the
 * mean; where none is known of any day, nothing is judged. */
#ifndef COALTALLY_CAPACITY_H
#define COALTALLY_CAPACITY_H

#include "collector/ledger.h"
#include "collector/period.h"
#include "drivers/decimal.h"
#include "drivers/faults.h"

enum { CAPACITY_TEXT_BYTES = 192, CAPACITY_SHARE_BYTES = 40 };

/* What is judged. */
enum capacity_measure {
    CAPACITY_MONTH,    /* raw coal of a calendar month, as a share of the capacity of a year */
    CAPACITY_YEAR,     /* of a calendar year so far */
    CAPACITY_FORECAST, /* what a calendar year comes to at the present pace */
    CAPACITY_DAY,      /* of a production day, as a share of capacity / days of work */
    CAPACITY_STOPPED,  /* of a mine that the roster holds for stopped or closed */
    CAPACITY_NO_DATA,  /* of a mine with meters, how long nothing has come */
    CAPACITY_NO_ENTRY, /* of one whose output people enter, how late it is */
    CAPACITY_MEASURES
};

/* "month", "year", "forecast", "day", "stopped", "no-data", "no-entry". */
const char *capacity_measure_name(enum capacity_measure measure);

/* One limit, as an edition of a rule states it. */
struct capacity_limit {
    enum capacity_measure measure;
    enum journal_level level; /* AMBER or RED */
    struct decimal percent;   /* MONTH to DAY */
    bool included;            /* the figure itself is over it ("at least"), else only what is more */
    int64_t of_days;          /* DAY: capacity / so many days of work a year, 1 to 366 */
    int64_t after_ms;         /* NO_DATA: since the last reading; NO_ENTRY: since the end of the period that is due */
    const struct quantity *quantity; /* STOPPED: what is looked at, raw coal or another quantity */
    int64_t more_than;               /* STOPPED: thousandths; of raw coal in all, of another quantity a day */
    bool heuristic;                  /* no rule says it: a hint for people */
    char edition_en[CAPACITY_TEXT_BYTES], edition_zh[CAPACITY_TEXT_BYTES], article[64], source[CAPACITY_TEXT_BYTES];
    civil_day from, to; /* in force on days [from, to) */
    struct place place;
};

struct capacity_limits {
    size_t count;
    struct capacity_limit *limit; /* as in the file */
    char path[PATH_BYTES];
};

/* Reads the file. All faults go to `faults`; NULL when any is an error, or when memory ran out. */
struct capacity_limits *capacity_limits_load(const char *path, struct faults *faults);
struct capacity_limits *capacity_limits_load_text(const char *text, size_t length, const char *name,
                                                  struct faults *faults);
/* Those that the configuration names, else those of seeds/limits.yaml, wherever it was installed. */
struct capacity_limits *capacity_limits_open(const struct config_county *config, struct faults *faults);
void capacity_limits_free(struct capacity_limits *limits);

/* The capacity of a period: the sum of that of its days (kg a year) over how many they are. */
struct capacity_mean {
    int64_t sum_kg;
    int32_t days; /* 0: not known on any of them */
};
/* Adds a day's. */
void capacity_mean_add(struct capacity_mean *mean, int64_t kg_a_year);
/* kg a year, floored; 0 where it is not known. */
int64_t capacity_mean_kg(struct capacity_mean mean);

/* What the last complete days came to; days 0: there is no pace. */
struct capacity_pace {
    int64_t amount;
    int32_t days;
};

/* How a calendar month or year runs. Amounts in kg. */
struct capacity_course {
    struct period days;
    civil_day to;     /* known to the end of the day before; within `days`, or beyond where the period is over */
    int64_t complete; /* of its days before `to` */
    int64_t done;     /* with what is known of the day `to` and later ones */
    struct capacity_pace pace;
    bool has_forecast; /* of what it comes to there is a forecast (forecast.h); else the pace says it */
    int64_t forecast;
    struct capacity_mean capacity;
};

/* What the period comes to: its forecast, else at the present pace what is complete and the pace for the days that
 * are left; no less than what is done. Floored. Without a pace: what is done. */
int64_t capacity_forecast(const struct capacity_course *course);

/* Whether an amount is over a limit. False where the capacity is not known. */
bool capacity_over(const struct capacity_limit *limit, int64_t amount, struct capacity_mean capacity);

/* The day at whose end the course is over the limit if it goes on at the present pace; the first that is not
 * complete where it is over it already. False: not within its period. */
bool capacity_reach(const struct capacity_limit *limit, const struct capacity_course *course, civil_day *on);

/* The gravest limit that is crossed, of those in force on a day; NULL: none, or the capacity is not known. */
const struct capacity_limit *capacity_judge(const struct capacity_limits *limits, enum capacity_measure measure,
                                            civil_day day, int64_t amount, struct capacity_mean capacity);
const struct capacity_limit *capacity_judge_forecast(const struct capacity_limits *limits, civil_day day,
                                                     const struct capacity_course *course);
/* Of NO_DATA and NO_ENTRY: longer than after_ms. */
const struct capacity_limit *capacity_judge_silence(const struct capacity_limits *limits, enum capacity_measure measure,
                                                    civil_day day, int64_t silent_ms);
/* The gravest of a measure that is in force on a day; NULL: there is none. */
const struct capacity_limit *capacity_limit_gravest(const struct capacity_limits *limits, enum capacity_measure measure,
                                                    civil_day day);

/* An amount's share of a capacity in units of 10^-places percent, floored, held at the ends of int64; 0 where
 * the capacity is not known. */
int64_t capacity_share(int64_t amount, struct capacity_mean capacity, int places);
/* "100.7 %"; "> 10.0 %" where the share is over that limit (NULL: none) and the rounded text would not show it. */
void capacity_share_show(int64_t amount, struct capacity_mean capacity, int places, const struct capacity_limit *limit,
                         char text[static CAPACITY_SHARE_BYTES]);
/* "> 10 %", ">= 110 %". */
void capacity_limit_show(const struct capacity_limit *limit, char text[static CAPACITY_SHARE_BYTES]);

#endif
