/* SPDX-License-Identifier: Apache-2.0 */
/* Where a year will end. Pure; amounts in thousandths, integers throughout.
 *
 * The method, the same for one mine and for the county:
 *   1. rate  = what a mine reported in its last FORECAST_DAYS complete production days, over the working time
 *      of these days. Complete: its main meters were read to the day's end, or an entry by hand holds the day
 *      (an entry of a dekad or month counts as its daily mean). Working time is calendar time less that of
 *      entries `planned_stop`; days that were stopped whole are passed over.
 *   2. rest  = floor(rate x working time from where the mine's figures end to the end of the year); of a mine
 *      that does not produce: 0.
 *   3. total = done + rest; the county's is the sum of its mines'. It is not cut off at the capacity.
 *   4. band  = what 8 of 10 such forecasts of the past kept within: at the end of each of the last FORECAST_MONTHS
 *      whole months the rest of as many months as are left now (begun ones whole) is forecast from that month
 *      (its reported amount over its working time, for the 30 days), and held against what came out; the
 *      deviation is |came out - forecast| / forecast. band = rest x that deviation, rounded up, which 8 of 10 of
 *      these did not exceed (the smallest such). Overlapping tries are not independent: it is an experience,
 *      no confidence interval. With fewer than FORECAST_TRIES tries of that length, shorter rests are tried;
 *      where there are too few of those too, the band is FORECAST_DEFAULT_PERMILLE of the rest, and says so.
 * No forecast where a mine has fewer than FORECAST_DAYS_MIN complete days, or none within the last
 * FORECAST_STALE_DAYS: one mine guessed would be hidden in the county's sum. */
#ifndef COALTALLY_FORECAST_H
#define COALTALLY_FORECAST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    FORECAST_DAYS = 30,
    FORECAST_DAYS_MIN = 7,
    FORECAST_STALE_DAYS = 62,
    FORECAST_MONTHS = 24,
    FORECAST_TRIES = 6,
    FORECAST_DEFAULT_PERMILLE = 100,
};

/* A whole month of one mine; work_ms 0: nothing of it is known. */
struct forecast_month {
    int64_t amount, work_ms; /* of the days that are known */
};

struct forecast_mine {
    int64_t done;              /* of the year, up to where its figures end */
    int64_t recent, recent_ms; /* what the last complete days reported, and their working time */
    size_t recent_days;        /* how many they are */
    bool stale;                /* the last of them is too long ago */
    bool silent;               /* it has never reported anything: it counts as nothing, and is to be named */
    int64_t left_ms;           /* working time from there to the year's end; 0 of a mine that does not produce */
    struct forecast_month past[FORECAST_MONTHS]; /* the last one last */
};

enum forecast_standing {
    FORECAST_MADE,
    FORECAST_NOTHING, /* no mine has reported anything */
    FORECAST_FEW_DAYS,
    FORECAST_STALE
};

struct forecast {
    enum forecast_standing standing;
    size_t mine;               /* for whose sake there is none */
    int64_t done, rest, total; /* where made */
    int64_t band;              /* +- */
    bool by_default;           /* the band: too little past */
    size_t tries, months;      /* forecasts of the past that it comes from, and how far they looked */
    size_t within;             /* of these: how many came out within it, 8 of 10 or more */
};

/* months_left: of the year, a begun one counts (1 to 12; 0: the year is over). */
struct forecast forecast_make(const struct forecast_mine *mine, size_t mines, size_t months_left);

#endif
