/* SPDX-License-Identifier: Apache-2.0 */
/* What a mine reports of a quantity. */
#include <string.h>

#include "collector/amount.h"
#include "collector/store_report.h"

bool meter_reports(const struct roster_meter *meter, const char *quantity)
{
    const bool run_of_mine = strcmp(meter->quantity, "rom_coal") == 0;
    return meter->main && strcmp(run_of_mine ? "raw_coal" : meter->quantity, quantity) == 0;
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

static void addition_add(struct report *report, const struct addition *addition, const struct addition **counted,
                         struct figure *figure)
{
    if (!addition->by_hand)
        figure->adjusted = amount_add(figure->adjusted, addition->amount);
    else if (*counted && addition_overlaps(addition, *counted))
        return;
    else if (period_metered(report, addition)) {
        figure->refused++;
        return;
    } else {
        figure->by_hand = amount_add(figure->by_hand, addition->amount);
        *counted = addition;
    }
    figure->reported = amount_add(figure->reported, addition->amount);
    figure->any = true;
}

void report_additions(struct report *report, size_t mine, const char *quantity, struct period days, int shift,
                      struct figure *figure)
{
    const struct addition *counted = NULL;
    for (int year = year_of(days.from); year <= year_of(days.to - 1); year++) {
        const struct addition *addition = NULL;
        const size_t count = additions_of_year(&report->additions, year, &addition);
        for (size_t i = 0; i < count; i++)
            if (addition[i].mine == mine && addition_within(&addition[i], days, shift) &&
                strcmp(addition[i].quantity, quantity) == 0)
                addition_add(report, &addition[i], &counted, figure);
    }
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
