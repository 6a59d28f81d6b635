/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/store_cross.h"

#include <stdlib.h>
#include <string.h>

#include "collector/cross.h"
#include "collector/store_minutes.h"
#include "collector/store_parts.h"
#include "collector/store_report.h"
#include "drivers/span.h"

const char *cross_reason(enum cross_kind kind)
{
    return kind == CROSS_RATE ? "rate-differs" : "differs";
}

/* --- pairs --- */

static const struct config_meter *main_of(const struct config *config, const struct config_meter *check)
{
    for (size_t i = 0; i < config->meters; i++) {
        const struct config_meter *meter = &config->meter[i];
        if (meter->role == ROLE_MAIN && meter->mine == check->mine && meter->quantity == check->quantity &&
            strcmp(meter->path, check->path) == 0)
            return meter;
    }
    return NULL;
}

size_t cross_pairs(const struct config *config, struct cross_pair *pair)
{
    size_t count = 0;
    for (size_t i = 0; i < config->meters; i++) {
        const struct config_meter *meter = &config->meter[i];
        const struct config_meter *against = meter->role == ROLE_CHECK ? main_of(config, meter) : NULL;
        if (against)
            pair[count++] = (struct cross_pair){CROSS_METERS, i, (size_t)(against - config->meter)};
        if (meter->rate.over > 0)
            pair[count++] = (struct cross_pair){CROSS_RATE, i, i};
    }
    return count;
}

struct calendar_span cross_shift(const struct config *config, const struct cross_pair *pair, int64_t at_ms,
                                 struct calendar_place *place)
{
    const struct calendar *calendar = &config->meter[pair->own].calendar;
    const struct calendar_place runs = calendar_place(calendar, at_ms);
    *place = calendar_place(calendar, calendar_shift(calendar, runs.day, runs.shift).from_ms - 1);
    return calendar_shift(calendar, place->day, place->shift);
}

/* --- one shift --- */

struct crossing {
    struct store *store;
    const struct cross_pair *pair;
    struct calendar_place place;
    struct calendar_span span;
    struct roster *roster;
    struct report *report;
};

/* What a meter counted in the shift. */
static enum cross_outcome side_read(struct crossing *crossing, size_t meter, int64_t *amount)
{
    const int index = roster_meter(crossing->roster, 0, crossing->store->config->meter[meter].name);
    struct figure figure = {0};
    if (index < 0)
        return CROSS_NOT;
    report_shift(crossing->report, (size_t)index, crossing->place.day, crossing->place.shift, &figure);
    *amount = figure.metered;
    if (report_last_ms(crossing->report, (size_t)index) < crossing->span.to_ms)
        return CROSS_LATER;
    return figure.any && !figure.estimated && !figure.since_ms && !figure.open ? CROSS_AGREES : CROSS_NOT;
}

static enum cross_outcome rate_read(struct crossing *crossing, int64_t *amount)
{
    struct store *store = crossing->store;
    const struct config_meter *meter = &store->config->meter[crossing->pair->own];
    const struct calendar_span *span = &crossing->span;
    struct cross_integral integral = {.rate = meter->rate};
    const int64_t first = minute_row(store->db, span->from_ms - MINUTES_STRAY_MS);
    const int64_t last = minute_row(store->db, span->to_ms + MINUTES_STRAY_MS);
    struct db_query *query =
        db_query(store->db, "SELECT minute_ms, sum, count FROM minute WHERE rowid >= ? AND rowid < ? AND point = ?"
                            " AND minute_ms >= ? AND minute_ms < ? AND count > 0 ORDER BY minute_ms");
    db_bind_int(query, first);
    db_bind_int(query, last);
    db_bind_int(query, store->point[store->first_point[meter->rate_device] + (size_t)meter->rate_point]);
    db_bind_int(query, span->from_ms);
    db_bind_int(query, span->to_ms);
    while (db_next(query))
        cross_minute(&integral, db_int(query, 0), db_int(query, 1), db_int(query, 2));
    return cross_amount(&integral, (span->to_ms - span->from_ms) / MINUTE_MS, amount) ? CROSS_AGREES : CROSS_NOT;
}

/* The steps in which the two are counted; of a rate, what the shift's edges may bring. */
static int64_t crossing_slack(const struct crossing *crossing, int64_t against)
{
    const struct config *config = crossing->store->config;
    const int64_t minutes = (crossing->span.to_ms - crossing->span.from_ms) / MINUTE_MS;
    const int64_t own = config->meter[crossing->pair->own].step;
    if (crossing->pair->kind == CROSS_METERS)
        return own + config->meter[crossing->pair->against].step;
    return own + (minutes ? llabs(against) / minutes : 0);
}

static bool crossing_journalled(const struct crossing *crossing)
{
    struct db_query *query =
        db_query(crossing->store->db, "SELECT 1 FROM journal WHERE kind = ? AND meter = ? AND from_ms = ? LIMIT 1");
    db_bind_text(query, cross_reason(crossing->pair->kind));
    db_bind_int(query, crossing->store->meter[crossing->pair->own]);
    db_bind_int(query, crossing->span.from_ms);
    const bool found = db_next(query);
    db_done(query);
    return found;
}

static struct cross_result crossing_judge(struct crossing *crossing)
{
    struct cross_result result = {0};
    result.outcome = side_read(crossing, crossing->pair->own, &result.own);
    if (result.outcome == CROSS_AGREES)
        result.outcome = crossing->pair->kind == CROSS_RATE
                             ? rate_read(crossing, &result.against)
                             : side_read(crossing, crossing->pair->against, &result.against);
    if (result.outcome != CROSS_AGREES)
        return result;
    result.ppm = cross_ppm(result.own, result.against);
    if (cross_differs(result.own, result.against, crossing_slack(crossing, result.against),
                      crossing->store->config->differ_ppm)) {
        result.outcome = CROSS_DIFFERS;
        result.journalled = crossing_journalled(crossing);
    }
    return result;
}

struct cross_result store_cross(struct store *store, const struct cross_pair *pair, int64_t now_ms)
{
    struct crossing crossing = {.store = store, .pair = pair};
    struct cross_result result = {.outcome = CROSS_FAILED};
    db_clear(store->db);
    crossing.span = cross_shift(store->config, pair, now_ms, &crossing.place);
    crossing.roster = roster_read(store->db);
    if (crossing.roster)
        crossing.report = report_new(store->db, crossing.roster, now_ms, crossing.span.from_ms, crossing.span.to_ms);
    if (crossing.report)
        result = crossing_judge(&crossing);
    if (db_fault(store->db) != DB_OK)
        result.outcome = CROSS_FAILED;
    report_free(crossing.report);
    roster_free(crossing.roster);
    return result;
}
