/* SPDX-License-Identifier: Apache-2.0 */
/* What a mine reports of a quantity. */
#include <string.h>

#include "collector/amount.h"
#include "collector/store_report.h"

const char *reported_quantity(const char *measured)
{
    return strcmp(measured, "rom_coal") == 0 ? "raw_coal" : measured;
}

bool meter_reports(const struct roster_meter *meter, const char *quantity)
{
    return meter->main && strcmp(reported_quantity(meter->quantity), quantity) == 0;
}

/* Whether any meter that reports the quantity has something in a period. */
static bool period_metered(struct report *report, const struct addition *addition)
{
    const struct roster *roster = report->roster;
    struct figure figure = {0};
    for (size_t i = 0; i < roster->meters && !figure.any; i++) {
        if (roster->meter[i].mine != addition->mine || !meter_reports(&roster->meter[i], addition->quantity))
            continue;
        if (addition->shift < 0)
            report_sum(report, i, addition->days, &figure);
        else
            figure.any |= sums_of_shift(&report->sums, i, addition->days.from, addition->shift).any;
    }
    return figure.any;
}

/* Of what was entered the longest of a time counts, and nothing that meters counted. */
static bool addition_counts(struct report *report, struct additions_walk *walk, const struct addition *addition)
{
    if (!addition_within(addition, walk->days, walk->shift))
        return false;
    if (!addition->by_hand)
        return true;
    if (walk->entered && addition_overlaps(addition, walk->entered))
        return false;
    if (period_metered(report, addition)) {
        walk->refused++;
        return false;
    }
    walk->entered = addition;
    return true;
}

const struct addition *report_addition_next(struct report *report, struct additions_walk *walk)
{
    if (!walk->year)
        walk->year = year_of(walk->days.from);
    for (; walk->year <= year_of(walk->days.to - 1); walk->year++, walk->next = 0) {
        const struct addition *addition = NULL;
        const bool day = walk->days.to - walk->days.from == 1;
        const size_t count = additions_of(&report->additions, walk->mine, walk->quantity,
                                          day ? walk->days : year_days(walk->year), &addition);
        while (walk->next < count)
            if (addition_counts(report, walk, &addition[walk->next++]))
                return &addition[walk->next - 1];
    }
    return NULL;
}

const struct addition *report_addition_across(struct report *report, struct additions_walk *walk)
{
    const struct period days = walk->days;
    if (!walk->year)
        walk->year = year_of(days.from - 1);
    for (; walk->year <= year_of(days.to - 1); walk->year++, walk->next = 0) {
        const struct addition *addition = NULL;
        const size_t count =
            additions_of(&report->additions, walk->mine, walk->quantity, year_days(walk->year), &addition);
        while (walk->next < count) {
            const struct addition *at = &addition[walk->next++];
            const bool within = at->days.from >= days.from && at->days.to <= days.to;
            const bool apart = at->days.to <= days.from || at->days.from >= days.to;
            if (!at->by_hand && !within && !apart)
                return at;
        }
    }
    return NULL;
}

void report_additions(struct report *report, size_t mine, const char *quantity, struct period days, int shift,
                      struct figure *figure)
{
    struct additions_walk walk = {.mine = mine, .quantity = quantity, .days = days, .shift = shift};
    for (const struct addition *addition; (addition = report_addition_next(report, &walk));) {
        int64_t *part = addition->by_hand ? &figure->by_hand : &figure->adjusted;
        *part = amount_add(*part, addition->amount);
        figure->reported = amount_add(figure->reported, addition->amount);
        figure->any = true;
    }
    figure->refused += walk.refused;
}

void report_mine(struct report *report, size_t mine, const char *quantity, struct period days, int shift,
                 struct figure *figure)
{
    const struct roster *roster = report->roster;
    for (size_t i = 0; i < roster->meters; i++) {
        if (roster->meter[i].mine != mine || !meter_reports(&roster->meter[i], quantity))
            continue;
        if (shift < 0)
            report_days(report, i, days, figure);
        else
            report_shift(report, i, days.from, shift, figure);
    }
    report_additions(report, mine, quantity, days, shift, figure);
}

void report_mine_sum(struct report *report, size_t mine, const char *quantity, struct period days,
                     struct figure *figure)
{
    const struct roster *roster = report->roster;
    for (size_t i = 0; i < roster->meters; i++)
        if (roster->meter[i].mine == mine && meter_reports(&roster->meter[i], quantity))
            report_sum(report, i, days, figure);
    report_additions(report, mine, quantity, days, -1, figure);
}
