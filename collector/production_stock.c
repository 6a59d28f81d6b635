/* SPDX-License-Identifier: Apache-2.0 */
/* Stock and sales (库存、外运) of a day, below its coal: by meters and as people entered them. */
#include <string.h>

#include "collector/production_parts.h"

enum term { TERM_SHIPPED, TERM_LOSS, TERM_STOCK, TERMS };

/* Whole, or by its ways: never both. */
static struct figure shipped_of(struct production *production, size_t mine)
{
    struct figure whole = {0}, ways = {0};
    report_mine(production->report, mine, "shipped", production->own, -1, &whole);
    if (whole.reported)
        return whole;
    report_mine(production->report, mine, "shipped_rail", production->own, -1, &ways);
    report_mine(production->report, mine, "shipped_road", production->own, -1, &ways);
    return ways.any ? ways : whole;
}

static bool terms_read(struct production *production, size_t mine, struct figure term[TERMS])
{
    memset(term, 0, TERMS * sizeof *term);
    term[TERM_SHIPPED] = shipped_of(production, mine);
    report_additions(production->report, mine, "loss", production->own, -1, &term[TERM_LOSS]);
    report_additions(production->report, mine, "stock", production->own, -1, &term[TERM_STOCK]);
    return term[TERM_SHIPPED].any || term[TERM_LOSS].any || term[TERM_STOCK].any;
}

/* --- data --- */

static const char *const keys[TERMS] = {[TERM_SHIPPED] = "shipped", [TERM_LOSS] = "loss", [TERM_STOCK] = "stock"};

void stock_columns(const struct production *production, struct table *table)
{
    for (int i = 0; i < TERMS && production->kind == PRODUCTION_DAY; i++)
        table_column(table, keys[i], "", COLUMN_NUMBER, COLUMN_DATA);
}

void stock_cells(struct production *production, const struct line *line)
{
    struct figure term[TERMS];
    if (production->kind != PRODUCTION_DAY || production->selection.format == TABLE_PAGE)
        return;
    const bool coal = !production->selection.meters && strcmp(line->quantity, "raw_coal") == 0 &&
                      terms_read(production, line->mine, term);
    for (int i = 0; i < TERMS; i++)
        if (coal && term[i].any)
            table_amount(production->table, term[i].reported, production->selection.style);
        else
            table_none(production->table);
}

/* --- page --- */

static struct table *stock_table(const struct production *production)
{
    const enum language language = production->page.language;
    const char *const titles[TERMS] = {[TERM_SHIPPED] = say(language, "shipped"),
                                       [TERM_LOSS] = say(language, "loss"),
                                       [TERM_STOCK] = say(language, "stock at the day's end")};
    struct table *table = table_new();
    if (!table)
        return NULL;
    table_column(table, "mine", word(WORD_MINE, language), COLUMN_TEXT, COLUMN_BOTH);
    for (int i = 0; i < TERMS; i++)
        table_column(table, keys[i], titles[i], COLUMN_NUMBER, COLUMN_BOTH);
    return table;
}

static void term_cells(const struct production *production, struct table *table, const struct column_sum term[TERMS])
{
    for (int i = 0; i < TERMS; i++)
        if (term[i].any)
            table_amount(table, term[i].exact, production->selection.style);
        else
            table_none(table);
}

static void mine_row(struct production *production, struct table *table, size_t mine, struct column_sum sum[TERMS])
{
    const struct selection *selection = &production->selection;
    struct figure term[TERMS];
    struct column_sum shown[TERMS] = {0};
    if (!selection->mine[mine] || !terms_read(production, mine, term))
        return;
    for (int i = 0; i < TERMS; i++) {
        sum_add(production, &shown[i], term[i].reported, term[i].any);
        if (selection_counts(selection, mine))
            sum_add(production, &sum[i], term[i].reported, term[i].any);
    }
    table_row(table);
    mine_cell(production, table, mine);
    term_cells(production, table, shown);
}

bool stock_add(struct production *production, const char *quantity)
{
    const enum language language = production->page.language;
    struct column_sum sum[TERMS] = {0};
    if (production->kind != PRODUCTION_DAY || production->comparing || strcmp(quantity, "raw_coal") != 0)
        return true;
    struct table *table = stock_table(production);
    for (size_t m = 0; table && m < production->selection.roster->mines; m++)
        mine_row(production, table, m, sum);
    const size_t rows = table ? table_rows(table) : 0;
    if (rows > 1) {
        table_row(table);
        table_mark(table, MARK_STRONG);
        table_text(table, word(WORD_TOTAL, language));
        term_cells(production, table, sum);
    }
    if (rows)
        page_line(&production->page, say(language, "stock and sales:"));
    const bool good =
        table && (!rows || table_render(table, TABLE_PAGE, production->page.colour, &production->page.out));
    table_free(table);
    return good;
}
