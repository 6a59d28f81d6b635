/* SPDX-License-Identifier: Apache-2.0 */
/* Run-of-mine coal at one coefficient throughout: lowering it lowers what is reported. */
#include <stdlib.h>
#include <string.h>

#include "collector/amount.h"
#include "collector/capacity_read.h"
#include "drivers/span.h"

/* A coefficient as it was stated, and as long as no other took its place. */
struct stated {
    civil_day from;
    struct decimal factor;
    int64_t applied_ms;
};

static int64_t factor_scaled(struct decimal factor)
{
    return factor.digits * decimal_power(COEFFICIENT_PLACES_MAX - factor.places);
}

static bool stated_read(struct report *report, size_t meter, struct list *list)
{
    struct db_query *query =
        db_query(report->db, "SELECT from_day, digits, places, applied_ms FROM coefficient JOIN act ON act.id = act"
                             " WHERE meter = ? ORDER BY act");
    bool good = true;
    *list = (struct list){.size = sizeof(struct stated)};
    db_bind_int(query, report->roster->meter[meter].id);
    while (good && db_next(query)) {
        const int64_t places = db_int(query, 2), digits = db_int(query, 1);
        if (!coefficient_possible(digits, places))
            continue; /* no coaltally writes that */
        struct stated *row = list_add(list);
        good = row != NULL;
        if (row)
            *row = (struct stated){(civil_day)db_int(query, 0), {digits, (int)places}, db_int(query, 3)};
    }
    db_done(query);
    if (!good)
        db_fail(report->db, DB_OTHER, "out of memory");
    return good;
}

/* Whether one row keeps another from being in force on any day of the year: it holds from the same day, or
 * both from the year's begin or before and it from the later day. */
static bool takes_place(const struct stated *row, const struct stated *of, civil_day begin)
{
    return row->from == of->from || (of->from <= begin && row->from <= begin && row->from > of->from);
}

/* Whether a row was in force for days of the year for a day at least, or still is. */
static bool stood(const struct list *list, size_t index, struct period year, civil_day day)
{
    const struct stated *row = list->at;
    const int64_t begin_ms = civil_instant(year.from, 0);
    if (row[index].from > day || row[index].from >= year.to)
        return false;
    for (size_t i = 0; i < index; i++) /* what was stated before and holds from a later day stays in force */
        if (row[i].from != row[index].from && takes_place(&row[i], &row[index], year.from))
            return false;
    for (size_t i = index + 1; i < list->count; i++)
        if (takes_place(&row[i], &row[index], year.from))
            return row[i].applied_ms > begin_ms && row[i].applied_ms - row[index].applied_ms >= DAY_MS;
    return true;
}

/* The highest of the year; what reports as it is counted where nothing is stated. */
static struct decimal highest_of(struct report *report, size_t meter, struct period year, civil_day day,
                                 struct decimal last)
{
    struct list list;
    struct decimal highest = last;
    if (stated_read(report, meter, &list)) {
        const struct stated *row = list.at;
        for (size_t i = 0; i < list.count; i++)
            if (factor_scaled(row[i].factor) > factor_scaled(highest) && stood(&list, i, year, day))
                highest = row[i].factor;
    }
    free(list.at);
    return highest;
}

/* One of several: known while they agree. */
static void factor_join(struct decimal *all, struct decimal one, bool first)
{
    if (first)
        *all = one;
    else if (all->digits && factor_scaled(*all) != factor_scaled(one))
        *all = (struct decimal){0, 0};
}

void capacity_coefficients_read(struct capacity_reader *reader, const struct capacity_mine *mine, struct period past,
                                struct capacity_figures *out)
{
    struct report *report = reader->report;
    const struct roster *roster = report->roster;
    const struct period year = year_days(year_of(past.from));
    const civil_day day = reader->day < past.to ? reader->day : past.to - 1;
    out->by_last = out->by_highest = out->course.done;
    for (size_t i = 0; i < roster->meters && past.from < past.to; i++) {
        const struct roster_meter *meter = &roster->meter[i];
        if (meter->mine != mine->mine || !meter->main || strcmp(meter->quantity, "rom_coal") != 0)
            continue;
        struct figure figure = {0};
        int64_t by_last = 0, by_highest = 0;
        const struct decimal last = coefficients_factor(report->coefficients, i, day);
        const struct decimal highest = highest_of(report, i, year, day, last);
        report_sum(report, i, past, &figure);
        coefficient_apply(last, figure.metered, &by_last);
        coefficient_apply(highest, figure.metered, &by_highest);
        out->rom = amount_add(out->rom, figure.metered);
        out->by_last = amount_add(out->by_last, amount_less(by_last, figure.reported));
        out->by_highest = amount_add(out->by_highest, amount_less(by_highest, figure.reported));
        factor_join(&out->last, last, !out->has_rom);
        factor_join(&out->highest, highest, !out->has_rom);
        out->has_rom = true;
    }
}
