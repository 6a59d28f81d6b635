/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/totals_parts.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "collector/amount.h"

struct totals *totals_new(const struct config *config)
{
    struct totals *totals = calloc(1, sizeof(*totals));
    if (!totals)
        return NULL;
    totals->config = config;
    totals->added.size = sizeof(struct added);
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
    for (size_t i = 0; i < totals->config->meters; i++)
        free(totals->total[i].coefficient);
    free(totals->added.at);
    free(totals->total);
    free(totals);
}

/* --- periods --- */

static void total_place(struct total *total, const struct calendar *calendar, int64_t wall_ms)
{
    total->place = calendar_place(calendar, wall_ms);
    total->span = calendar_shift(calendar, total->place.day, total->place.shift);
    total->month = month_of(total->place.day);
}

/* --- what is reported --- */

int64_t total_product(const struct total *total, civil_day day, int64_t amount)
{
    const struct coefficient *stated = coefficient_of(total->coefficient, total->coefficients, day);
    int64_t reported;

    coefficient_apply(stated ? stated->factor : coefficient_none(), amount, &reported);
    return reported;
}

struct totals_sums total_reported(const struct total *total)
{
    const int64_t shift = total_product(total, total->place.day, total->shift_sum);
    return (struct totals_sums){shift, amount_add(total->rest.day, shift), amount_add(total->rest.month, shift),
                                amount_add(total->rest.year, shift)};
}

/* Periods that are over begin anew. Only forward: after a clock that was set back
 * the sums stay those of the later period. */
void total_roll(struct total *total, const struct calendar *calendar, int64_t wall_ms)
{
    const struct total old = *total;

    if (wall_ms < total->span.to_ms)
        return;
    total_place(total, calendar, wall_ms);
    total->rest = total_reported(&old);
    total->shift_sum = 0;
    if (total->place.day != old.place.day)
        total->day_sum = total->rest.day = 0;
    if (total->month != old.month)
        total->month_sum = total->rest.month = 0;
    if (total->month / 12 != old.month / 12)
        total->year_sum = total->rest.year = 0;
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
    if (!total->coefficient)
        total->rest = (struct totals_sums){0, day - shift, month - shift, year - shift};
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
    totals->spoilt = true;
    pthread_mutex_unlock(&totals->lock);
}

bool totals_set_reported(struct totals *totals, size_t meter, int64_t wall_ms, const struct totals_sums *ledger,
                         const struct coefficient *sorted, size_t count)
{
    struct total *total = &totals->total[meter];
    struct coefficient *copy = calloc(count + 1, sizeof(*copy));

    if (!copy)
        return false;
    for (size_t i = 0; i < count; i++)
        copy[i] = sorted[i];
    pthread_mutex_lock(&totals->lock);
    total_roll(total, &totals->config->meter[meter].calendar, wall_ms);
    free(total->coefficient);
    total->coefficient = copy;
    total->coefficients = count;
    total->rest =
        (struct totals_sums){0, amount_less(ledger->day, ledger->shift), amount_less(ledger->month, ledger->shift),
                             amount_less(ledger->year, ledger->shift)};
    pthread_mutex_unlock(&totals->lock);
    return true;
}

struct added *added_find(struct totals *totals, size_t mine, const struct quantity *quantity)
{
    struct added *added = totals->added.at;

    for (size_t i = 0; i < totals->added.count; i++)
        if (added[i].mine == mine && added[i].quantity == quantity)
            return &added[i];
    return NULL;
}

bool totals_set_added(struct totals *totals, size_t mine, const struct quantity *quantity, struct calendar_place place,
                      const struct totals_sums *sums)
{
    pthread_mutex_lock(&totals->lock);
    struct added *added = added_find(totals, mine, quantity);
    if (!added)
        added = list_add(&totals->added);
    if (added)
        *added = (struct added){mine, quantity, place, *sums};
    pthread_mutex_unlock(&totals->lock);
    return added != NULL;
}

void totals_spoil(struct totals *totals)
{
    pthread_mutex_lock(&totals->lock);
    totals->spoilt = true;
    pthread_mutex_unlock(&totals->lock);
}

bool totals_spoilt(struct totals *totals)
{
    pthread_mutex_lock(&totals->lock);
    const bool spoilt = totals->spoilt;
    totals->spoilt = false;
    pthread_mutex_unlock(&totals->lock);
    return spoilt;
}

/* Whether the amount is of the running shift. What is reported of another one is but near
 * until it is read from the ledger, which rounds the whole of it. */
static bool total_add(struct total *total, const struct calendar *calendar, int64_t bucket_ms, int64_t amount)
{
    struct calendar_place place = total->place;
    int month = total->month;

    if (bucket_ms < total->span.from_ms || bucket_ms >= total->span.to_ms) {
        place = calendar_place(calendar, bucket_ms);
        month = month_of(place.day);
    }
    bool same_day = place.day == total->place.day;
    bool running = same_day && place.shift == total->place.shift;
    const int64_t late = running ? 0 : total_product(total, place.day, amount);
    total->shift_sum += running ? amount : 0;
    total->day_sum += same_day ? amount : 0;
    total->month_sum += month == total->month ? amount : 0;
    total->year_sum += month / 12 == total->month / 12 ? amount : 0;
    total->rest.day += same_day ? late : 0;
    total->rest.month += month == total->month ? late : 0;
    total->rest.year += month / 12 == total->month / 12 ? late : 0;
    total->counted += amount;
    return running;
}

void totals_add(struct totals *totals, size_t meter, int64_t bucket_ms, int64_t amount, int64_t wall_ms)
{
    struct total *total = &totals->total[meter];
    const struct calendar *calendar = &totals->config->meter[meter].calendar;

    pthread_mutex_lock(&totals->lock);
    total_roll(total, calendar, wall_ms);
    totals->spoilt |= !total_add(total, calendar, bucket_ms, amount);
    pthread_mutex_unlock(&totals->lock);
}

void totals_hold(struct totals *totals)
{
    pthread_mutex_lock(&totals->lock);
}

void totals_release(struct totals *totals)
{
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

int64_t total_per_hour(const struct total *total)
{
    if (total->samples < 2)
        return 0;
    const struct sample *first = &total->sample[0], *last = &total->sample[total->samples - 1];
    __int128 hour = (__int128)(last->counted - first->counted) * 3600000;
    return (int64_t)(hour / (last->wall_ms - first->wall_ms));
}
