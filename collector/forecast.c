/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/forecast.h"

#include <stdlib.h>

#include "collector/amount.h"
#include "collector/pace.h"

enum { PARTS = 1000000 }; /* of deviations */

/* --- the rest of the year --- */

static enum forecast_standing judge(const struct forecast_mine *mine)
{
    if (mine->silent || mine->left_ms <= 0)
        return FORECAST_MADE;
    if (mine->stale)
        return FORECAST_STALE;
    return mine->recent_days < FORECAST_DAYS_MIN || mine->recent_ms <= 0 ? FORECAST_FEW_DAYS : FORECAST_MADE;
}

static int64_t rest_of(const struct forecast_mine *mine)
{
    if (mine->silent || mine->left_ms <= 0)
        return 0;
    const int64_t rest = pace_scaled(mine->recent, mine->left_ms, mine->recent_ms);
    return rest > 0 ? rest : 0;
}

/* --- the band --- */

/* What a try at the end of a month of the past forecast of the `months` after it, and what came. */
static void try_at(const struct forecast_mine *mine, size_t at, size_t months, int64_t *forecast, int64_t *came)
{
    const struct forecast_month base = mine->past[at];
    int64_t work_ms = 0;
    if (base.work_ms <= 0)
        return;
    for (size_t m = at + 1; m <= at + months; m++) {
        work_ms += mine->past[m].work_ms;
        *came = amount_add(*came, mine->past[m].work_ms > 0 ? mine->past[m].amount : 0);
    }
    *forecast = amount_add(*forecast, pace_scaled(base.amount, work_ms, base.work_ms));
}

static int ascending(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* The deviations of all tries that look so far, sorted, in millionths. Returns how many. */
static size_t tries_of(const struct forecast_mine *mine, size_t mines, size_t months, int64_t *deviation)
{
    size_t count = 0;
    for (size_t at = 0; at + months < FORECAST_MONTHS; at++) {
        int64_t forecast = 0, came = 0;
        for (size_t i = 0; i < mines; i++)
            try_at(&mine[i], at, months, &forecast, &came);
        if (forecast <= 0)
            continue;
        const int64_t off = amount_less(came, forecast);
        deviation[count++] = -pace_scaled(off < 0 ? off : -off, PARTS, forecast);
    }
    qsort(deviation, count, sizeof *deviation, ascending);
    return count;
}

static void band_of(const struct forecast_mine *mine, size_t mines, size_t months, struct forecast *forecast)
{
    int64_t deviation[FORECAST_MONTHS];
    size_t tries = 0;
    while (months > 0 && (tries = tries_of(mine, mines, months, deviation)) < FORECAST_TRIES)
        months--;
    forecast->by_default = months == 0;
    forecast->tries = forecast->by_default ? 0 : tries;
    forecast->months = months;
    const int64_t parts =
        forecast->by_default ? FORECAST_DEFAULT_PERMILLE * (PARTS / 1000) : deviation[(tries * 8 + 9) / 10 - 1];
    forecast->band = -pace_scaled(-forecast->rest, parts, PARTS);
    while (forecast->within < forecast->tries && deviation[forecast->within] <= parts)
        forecast->within++;
}

struct forecast forecast_make(const struct forecast_mine *mine, size_t mines, size_t months_left)
{
    struct forecast forecast = {.standing = FORECAST_NOTHING};
    for (size_t i = 0; i < mines; i++) {
        const enum forecast_standing standing = judge(&mine[i]);
        if (standing != FORECAST_MADE)
            return (struct forecast){.standing = standing, .mine = i};
        if (!mine[i].silent)
            forecast.standing = FORECAST_MADE;
        forecast.done = amount_add(forecast.done, mine[i].done);
        forecast.rest = amount_add(forecast.rest, rest_of(&mine[i]));
    }
    forecast.total = amount_add(forecast.done, forecast.rest);
    if (forecast.rest > 0)
        band_of(mine, mines, months_left < FORECAST_MONTHS ? months_left : FORECAST_MONTHS - 1, &forecast);
    return forecast;
}
