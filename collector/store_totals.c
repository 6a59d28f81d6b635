/* SPDX-License-Identifier: Apache-2.0 */
/* What the ledger holds of shifts, days, months and years, told to the totals in memory. */
#include <string.h>

#include "collector/store_parts.h"
#include "collector/store_report.h"

/* --- metered --- */

static int64_t sum_of(struct store *store, const char *sql, int64_t meter, int64_t first, int64_t second)
{
    const int64_t values[] = {meter, first, second};
    return db_value(store->db, sql, second < 0 ? 2 : 3, values);
}

static struct totals_sums sums_of(struct store *store, size_t meter, int64_t wall_ms)
{
    const int64_t id = store->meter[meter];
    struct calendar_place place = calendar_place(&store->config->meter[meter].calendar, wall_ms);
    int month = month_of_day(place.day);
    struct totals_sums sums = {
        .shift = sum_of(store, "SELECT metered FROM shift_total WHERE meter = ? AND day = ? AND shift = ?", id,
                        place.day, place.shift),
        .day = sum_of(store, "SELECT metered FROM day_total WHERE meter = ? AND day = ?", id, place.day, -1),
        .month = sum_of(store, "SELECT metered FROM month_total WHERE meter = ? AND month = ?", id, month, -1),
    };
    for (int m = month - month % 12; m <= month; m++)
        sums.year += sum_of(store, "SELECT metered FROM month_total WHERE meter = ? AND month = ?", id, m, -1);
    return sums;
}

bool store_totals(struct store *store, struct totals *totals, int64_t wall_ms)
{
    db_clear(store->db);
    for (size_t i = 0; i < store->config->meters; i++) {
        struct totals_sums sums = sums_of(store, i, wall_ms);
        totals_set(totals, i, wall_ms, sums.shift, sums.day, sums.month, sums.year);
    }
    return db_fault(store->db) == DB_OK;
}

bool store_sums(struct store *store, int64_t wall_ms, struct totals_sums *sums)
{
    db_clear(store->db);
    for (size_t i = 0; i < store->config->meters; i++)
        sums[i] = sums_of(store, i, wall_ms);
    return db_fault(store->db) == DB_OK;
}

/* --- reported --- */

struct teller {
    struct store *store;
    struct totals *totals;
    struct report *report;
    int64_t wall_ms;
};

static bool tell_meter(const struct teller *teller, size_t meter)
{
    const int index = roster_meter_id(teller->report->roster, teller->store->meter[meter]);
    const struct calendar_place place = calendar_place(&teller->store->config->meter[meter].calendar, teller->wall_ms);
    if (index < 0)
        return true;
    const size_t of = (size_t)index;
    struct sums_known *sums = &teller->report->sums;
    const civil_month month = month_of(place.day);
    struct totals_sums ledger = {sums_of_shift(sums, of, place.day, place.shift).reported,
                                 sums_of_day(sums, of, place.day).reported, sums_of_month(sums, of, month).reported, 0};
    for (civil_month m = month - month % 12; m <= month; m++)
        ledger.year += sums_of_month(sums, of, m).reported;
    const struct meter_coefficients *stated = &teller->report->coefficients->meter[of];
    return totals_set_reported(teller->totals, meter, teller->wall_ms, &ledger, stated->at, stated->count);
}

static int64_t added(const struct teller *teller, size_t mine, const char *quantity, struct period days, int shift)
{
    struct figure figure = {0};
    report_additions(teller->report, mine, quantity, days, shift, &figure);
    return figure.reported;
}

/* To a quantity that the meter reports: once for each meter of it, as there are few. */
static bool tell_added(const struct teller *teller, size_t meter)
{
    const struct config_meter *of = &teller->store->config->meter[meter];
    const struct quantity *quantity =
        strcmp(of->quantity->name, "rom_coal") == 0 ? quantity_find("raw_coal") : of->quantity;
    const struct calendar_place place = calendar_place(&of->calendar, teller->wall_ms);
    const civil_day end = place.day + 1;
    const int mine = roster_mine_id(teller->report->roster, teller->store->mine[of->mine]);
    if (mine < 0)
        return true;
    const struct totals_sums sums = {
        added(teller, (size_t)mine, quantity->name, (struct period){place.day, end}, place.shift),
        added(teller, (size_t)mine, quantity->name, (struct period){place.day, end}, -1),
        added(teller, (size_t)mine, quantity->name, (struct period){month_days(month_of(place.day)).from, end}, -1),
        added(teller, (size_t)mine, quantity->name, (struct period){year_days(year_of(place.day)).from, end}, -1)};
    return totals_set_added(teller->totals, of->mine, quantity, place, &sums);
}

bool store_totals_reported(struct store *store, struct totals *totals, int64_t wall_ms)
{
    db_clear(store->db);
    struct roster *roster = roster_read(store->db);
    struct report *report = roster ? report_new(store->db, roster, wall_ms, wall_ms, wall_ms) : NULL;
    const struct teller teller = {store, totals, report, wall_ms};
    bool told = report != NULL;
    for (size_t i = 0; told && i < store->config->meters; i++)
        told = tell_meter(&teller, i) && tell_added(&teller, i);
    told &= db_fault(store->db) == DB_OK;
    report_free(report);
    roster_free(roster);
    return told;
}
