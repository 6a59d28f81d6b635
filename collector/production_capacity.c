/* SPDX-License-Identifier: Apache-2.0 */
/* The column "of cap.": the year so far as a share of the approved capacity, where the county's roster knows it. */
#include <string.h>

#include "collector/production_parts.h"

static bool has_column(const struct production *production)
{
    return production->kind >= PRODUCTION_DAY && production->kind != PRODUCTION_SPAN && !production->comparing &&
           !production->selection.meters;
}

void capacity_columns(const struct production *production, struct table *table)
{
    if (has_column(production))
        table_column(table, "of_capacity_percent", say(production->selection.language, "of cap."), COLUMN_NUMBER,
                     COLUMN_BOTH);
}

static void share_cell(struct production *production, int64_t year, int64_t capacity)
{
    const int64_t share = share_permille(year, capacity);
    if (capacity <= 0) {
        table_none(production->table);
        return;
    }
    table_share(production->table, share);
    table_mark(production->table, share > 1000 ? MARK_AMBER : MARK_NONE);
}

/* As of the page's last day, or of today where that is still to come. */
void capacity_cells(struct production *production, const struct line *line, struct row_sums *sums)
{
    const civil_day today = production->selection.today, day = production->day < today ? production->day : today;
    const char *name = production->selection.roster->mine[line->mine].name;
    const struct county_mine *mine = county_mine(production->county, name);
    int64_t capacity = 0;
    if (!has_column(production))
        return;
    if (line->metered || strcmp(line->quantity, "raw_coal") != 0 || !mine || !county_capacity(mine, day, &capacity)) {
        table_none(production->table);
        return;
    }
    const struct figure year = line_sum(production, line, (struct period){year_days(year_of(day)).from, day + 1});
    sums->capacity = amount_add(sums->capacity, capacity);
    sums->of_capacity = amount_add(sums->of_capacity, year.reported);
    share_cell(production, year.reported, capacity);
}

void capacity_total(struct production *production, const struct row_sums *sums)
{
    if (has_column(production))
        share_cell(production, sums->of_capacity, sums->capacity);
}
