/* SPDX-License-Identifier: Apache-2.0 */
/* Which rows a page has. */
#include <stdlib.h>

#include "collector/production_parts.h"

/* The years that the page's figures are of: to date, and of what is compared. */
static bool mine_added(struct production *production, size_t mine, const char *quantity, struct period days)
{
    struct figure figure = {0};
    report_additions(production->report, mine, quantity, days, -1, &figure);
    return figure.any || figure.refused;
}

bool quantity_added(struct production *production, const char *quantity)
{
    const struct selection *selection = &production->selection;
    bool added = false;
    if (selection_metered(selection, quantity) || production->kind == PRODUCTION_HOURS)
        return false;
    for (size_t m = 0; m < selection->roster->mines && !added; m++)
        added = selection->mine[m] && mine_added(production, m, quantity, production->own);
    return added;
}

/* A year to date is on most pages, and so is who has but that. */
static bool line_added(struct production *production, size_t mine, const char *quantity)
{
    const struct period year = {year_days(year_of(production->own.from)).from, production->own.to};
    if (selection_metered(&production->selection, quantity) || production->kind == PRODUCTION_HOURS)
        return false;
    return mine_added(production, mine, quantity, production->kind == PRODUCTION_SHIFT ? production->own : year);
}

static struct line line_make(const struct production *production, size_t mine, const char *quantity,
                             const size_t *meter, size_t meters)
{
    const struct roster *roster = production->selection.roster;
    const struct roster_meter *first = meters ? &roster->meter[*meter] : NULL;
    const struct quantity *known = quantity_find(quantity);
    return (struct line){.mine = mine,
                         .quantity = quantity,
                         .calendar = first ? first->calendar : roster_calendar(roster, mine, quantity),
                         .unit = first   ? first->unit
                                 : known ? known->unit
                                         : "",
                         .main = !first || first->main,
                         .metered = selection_metered(&production->selection, quantity),
                         .meters = meters,
                         .meter = meter};
}

/* With --meters a line of each meter, and one of what people added. */
static void meter_rows(struct production *production, size_t mine, const char *quantity, const size_t *meter,
                       size_t meters, struct row_sums *sums)
{
    for (size_t i = 0; i < meters; i++) {
        const struct line line = line_make(production, mine, quantity, meter + i, 1);
        line_rows(production, &line, sums);
    }
}

static void mine_rows(struct production *production, size_t mine, const char *quantity, size_t *meter,
                      struct row_sums *sums)
{
    const struct selection *selection = &production->selection;
    size_t meters = 0;
    for (size_t i = 0; i < selection->roster->meters; i++)
        if (selection->meter[i] && selection->roster->meter[i].mine == mine &&
            selection_fits(selection, quantity, &selection->roster->meter[i]))
            meter[meters++] = i;
    const bool added = line_added(production, mine, quantity);
    if (selection->meters) {
        meter_rows(production, mine, quantity, meter, meters, sums);
        meters = 0;
    }
    struct line line = line_make(production, mine, quantity, meter, meters);
    line.additions = added;
    if (meters || added)
        line_rows(production, &line, sums);
}

void quantity_rows(struct production *production, const char *quantity, bool apart, struct row_sums *sums)
{
    const struct selection *selection = &production->selection;
    size_t *meter = calloc(selection->roster->meters + 1, sizeof *meter);
    for (size_t m = 0; m < selection->roster->mines && meter; m++)
        if (apart ? selection_apart(selection, m) : selection_counts(selection, m))
            mine_rows(production, m, quantity, meter, sums);
    production->page.out.failed |= !meter;
    free(meter);
}
