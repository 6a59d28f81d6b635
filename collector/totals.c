/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/totals.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum {
    WINDOW_MS = 60 * 1000, /* what t/h are taken over */
    SPACING_MS = 1000,     /* between two samples */
    SAMPLES = WINDOW_MS / SPACING_MS + 4,
    STALE_MS = 2 * WINDOW_MS
};

/* What a meter had counted since the start, at a reading. */
struct sample {
    int64_t wall_ms;
    int64_t counted;
};

struct total {
    struct calendar_span span; /* of the shift that the sums are of */
    struct calendar_place place;
    int month; /* year * 12 + month - 1 */
    int64_t shift_sum, day_sum, month_sum, year_sum;
    bool known; /* the sums are those of the ledger: totals_set */
    bool good;
    int64_t seen_ms; /* the last good reading; 0: none yet */
    int64_t counted; /* since the start */
    size_t samples;
    struct sample sample[SAMPLES]; /* the oldest first */
};

struct totals {
    const struct config *config;
    pthread_mutex_t lock;
    struct total *total; /* by meter */
};

struct totals *totals_new(const struct config *config)
{
    struct totals *totals = calloc(1, sizeof(*totals));
    if (!totals)
        return NULL;
    totals->config = config;
    totals->total = calloc(config->meters + 1, sizeof(*totals->total));
    if (!totals->total || pthread_mutex_init(&totals->lock, NULL) != 0) {
        free(totals->total);
        free(totals);
        return NULL;
    }
    return totals;
}

void totals_free(struct totals *totals)
{
    if (!totals)
        return;
    pthread_mutex_destroy(&totals->lock);
    free(totals->total);
    free(totals);
}

/* --- periods --- */

static int month_of(civil_day day)
{
    int year, month, day_of_month;
    civil_to_date(day, &year, &month, &day_of_month);
    return year * 12 + month - 1;
}

static void total_place(struct total *total, const struct calendar *calendar, int64_t wall_ms)
{
    total->place = calendar_place(calendar, wall_ms);
    total->span = calendar_shift(calendar, total->place.day, total->place.shift);
    total->month = month_of(total->place.day);
}

/* Periods that are over begin anew. Only forward: after a clock that was set back
 * the sums stay those of the later period. */
static void total_roll(struct total *total, const struct calendar *calendar, int64_t wall_ms)
{
    const struct total old = {.place = total->place, .month = total->month};

    if (wall_ms < total->span.to_ms)
        return;
    total_place(total, calendar, wall_ms);
    total->shift_sum = 0;
    if (total->place.day != old.place.day)
        total->day_sum = 0;
    if (total->month != old.month)
        total->month_sum = 0;
    if (total->month / 12 != old.month / 12)
        total->year_sum = 0;
}

void totals_set(struct totals *totals, size_t meter, int64_t wall_ms, int64_t shift, int64_t day, int64_t month,
                int64_t year)
{
    struct total *total = &totals->total[meter];

    pthread_mutex_lock(&totals->lock);
    total_place(total, &totals->config->meter[meter].calendar, wall_ms);
    total->known = true;
    total->shift_sum = shift;
    total->day_sum = day;
    total->month_sum = month;
    total->year_sum = year;
    pthread_mutex_unlock(&totals->lock);
}

void totals_change(struct totals *totals, size_t meter, int64_t wall_ms, const struct totals_sums *by)
{
    struct total *total = &totals->total[meter];
    const struct calendar *calendar = &totals->config->meter[meter].calendar;
    const struct calendar_place place = calendar_place(calendar, wall_ms);
    const int month = month_of(place.day);

    pthread_mutex_lock(&totals->lock);
    total_roll(total, calendar, wall_ms);
    bool same_day = place.day == total->place.day;
    total->shift_sum += same_day && place.shift == total->place.shift ? by->shift : 0;
    total->day_sum += same_day ? by->day : 0;
    total->month_sum += month == total->month ? by->month : 0;
    total->year_sum += month / 12 == total->month / 12 ? by->year : 0;
    pthread_mutex_unlock(&totals->lock);
}

static void total_add(struct total *total, const struct calendar *calendar, int64_t bucket_ms, int64_t amount)
{
    struct calendar_place place = total->place;
    int month = total->month;

    if (bucket_ms < total->span.from_ms || bucket_ms >= total->span.to_ms) {
        place = calendar_place(calendar, bucket_ms);
        month = month_of(place.day);
    }
    bool same_day = place.day == total->place.day;
    total->shift_sum += same_day && place.shift == total->place.shift ? amount : 0;
    total->day_sum += same_day ? amount : 0;
    total->month_sum += month == total->month ? amount : 0;
    total->year_sum += month / 12 == total->month / 12 ? amount : 0;
    total->counted += amount;
}

void totals_add(struct totals *totals, size_t meter, int64_t bucket_ms, int64_t amount, int64_t wall_ms)
{
    struct total *total = &totals->total[meter];
    const struct calendar *calendar = &totals->config->meter[meter].calendar;

    pthread_mutex_lock(&totals->lock);
    total_roll(total, calendar, wall_ms);
    total_add(total, calendar, bucket_ms, amount);
    pthread_mutex_unlock(&totals->lock);
}

/* --- rate --- */

/* Keeps the samples of the last minute and one from before it. */
static void total_sample(struct total *total, int64_t wall_ms)
{
    const struct sample *newest = &total->sample[total->samples ? total->samples - 1 : 0];

    if (total->samples && wall_ms < newest->wall_ms)
        total->samples = 0; /* the clock was set back */
    if (total->samples && wall_ms - newest->wall_ms < SPACING_MS)
        return;
    size_t old = 0;
    while (total->samples - old > 1 && total->sample[old + 1].wall_ms <= wall_ms - WINDOW_MS)
        old++;
    if (total->samples - old == SAMPLES)
        old++;
    total->samples -= old;
    memmove(total->sample, total->sample + old, total->samples * sizeof(*total->sample));
    total->sample[total->samples++] = (struct sample){wall_ms, total->counted};
}

void totals_seen(struct totals *totals, size_t meter, bool good, int64_t wall_ms)
{
    struct total *total = &totals->total[meter];

    pthread_mutex_lock(&totals->lock);
    total->good = good;
    if (good) {
        total->seen_ms = wall_ms;
        total_sample(total, wall_ms);
    }
    pthread_mutex_unlock(&totals->lock);
}

static int64_t total_per_hour(const struct total *total)
{
    if (total->samples < 2)
        return 0;
    const struct sample *first = &total->sample[0], *last = &total->sample[total->samples - 1];
    __int128 hour = (__int128)(last->counted - first->counted) * 3600000;
    return (int64_t)(hour / (last->wall_ms - first->wall_ms));
}

/* --- lines --- */

static struct totals_line *line_of(struct totals_line *line, size_t *lines, size_t size,
                                   const struct config_meter *meter, int64_t wall_ms)
{
    for (size_t i = 0; i < *lines; i++)
        if (line[i].quantity == meter->quantity)
            return &line[i];
    if (*lines == size)
        return NULL;
    struct calendar_place place = calendar_place(&meter->calendar, wall_ms);
    const struct calendar_rule *rule = calendar_rule_of(&meter->calendar, place.day);
    struct totals_line *added = &line[(*lines)++];
    *added = (struct totals_line){.quantity = meter->quantity, .date = place.day};
    memcpy(added->shift_name, rule->shift[place.shift].name, sizeof(added->shift_name));
    return added;
}

static void line_add(struct totals_line *line, const struct total *total, int64_t fresh_ms)
{
    bool good = total->good && total->seen_ms >= fresh_ms;

    line->shift += total->shift_sum;
    line->day += total->day_sum;
    line->month += total->month_sum;
    line->year += total->year_sum;
    line->per_hour += total->seen_ms >= fresh_ms ? total_per_hour(total) : 0;
    if (line->meters == 0 || total->seen_ms < line->as_of_ms)
        line->as_of_ms = total->seen_ms;
    line->meters++;
    line->meters_good += good;
}

size_t totals_lines(struct totals *totals, size_t mine, int64_t wall_ms, struct totals_line *line, size_t size)
{
    size_t lines = 0;

    pthread_mutex_lock(&totals->lock);
    for (size_t i = 0; i < totals->config->meters; i++) {
        const struct config_meter *meter = &totals->config->meter[i];
        if (meter->mine != mine || meter->role != ROLE_MAIN || !totals->total[i].known)
            continue;
        struct totals_line *of = line_of(line, &lines, size, meter, wall_ms);
        if (!of)
            continue;
        int64_t slow_ms = 3 * meter->rules.interval_ms;
        total_roll(&totals->total[i], &meter->calendar, wall_ms);
        line_add(of, &totals->total[i], wall_ms - (slow_ms > STALE_MS ? slow_ms : STALE_MS));
    }
    pthread_mutex_unlock(&totals->lock);
    return lines;
}
