/* SPDX-License-Identifier: Apache-2.0 */
/* The row below the others. */
#include "collector/production_parts.h"

static void total_cells_below(struct production *production, const struct row_sums *sums)
{
    const enum production_kind kind = production->kind;
    for (int s = 0; s < production->shifts && kind == PRODUCTION_DAY; s++)
        amount_cell(production, sums->shift[s].exact, sums->shift[s].any);
    amount_cell(production, sums->own.exact, sums->own.any);
    if (kind != PRODUCTION_DAY)
        amount_cell(production, sums->own.exact / days_gone(production, production->own), sums->own.any);
    if (kind == PRODUCTION_DAY || kind == PRODUCTION_DEKAD)
        amount_cell(production, sums->month.exact, sums->month.any);
    if (kind == PRODUCTION_MONTH)
        table_text(production->table, "");
    if (kind == PRODUCTION_DAY || kind == PRODUCTION_DEKAD || kind == PRODUCTION_MONTH)
        amount_cell(production, sums->year.exact, sums->year.any);
}

void total_row(struct production *production, const struct row_sums *sums)
{
    struct table *table = production->table;
    if (production->kind < PRODUCTION_DAY || table_rows(table) < 2)
        return;
    table_row(table);
    table_row_page_only(table);
    table_mark(table, MARK_STRONG);
    table_text(table, "");
    if (production->kind == PRODUCTION_SPAN || production->kind == PRODUCTION_DEKAD)
        table_text(table, "");
    table_text(table, word(WORD_TOTAL, production->selection.language));
    table_text(table, "");
    table_text(table, "");
    for (int i = 0; i < 2 && production->selection.meters; i++)
        table_text(table, "");
    if (production->comparing) {
        amount_cell(production, sums->own.exact, sums->own.any);
        comparison_total(production, sums);
    } else {
        total_cells_below(production, sums);
    }
    plan_total(production, sums);
    capacity_total(production, sums);
    part_total(production, sums);
}
