/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/display.h"
#include "collector/table_parts.h"
#include "drivers/decimal.h"

bool table_format_parse(const char *text, enum table_format *out)
{
    static const char *const names[] = {"table", "csv", "json"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(text, names[i]) == 0) {
            *out = (enum table_format)i;
            return true;
        }
    }
    return false;
}

struct table *table_new(void)
{
    return calloc(1, sizeof(struct table));
}

void table_free(struct table *table)
{
    if (!table)
        return;
    for (size_t i = 0; i < table->rows * table->columns; i++) {
        free(table->cell[i].shown);
        free(table->cell[i].value);
    }
    for (size_t i = 0; i < table->columns; i++)
        free(table->column[i].title);
    free(table->row);
    free(table->cell);
    text_free(&table->facts);
    free(table);
}

/* A copy that is fit for a screen. */
static char *copy(struct table *table, const char *text)
{
    const size_t size = strlen(text) + 1;
    char *clean = malloc(size);
    if (clean)
        text_clean(text, clean, size);
    else
        table->failed = true;
    return clean;
}

void table_column(struct table *table, const char *key, const char *title, enum column_kind kind,
                  enum column_where where)
{
    if (table->rows || table->columns == COLUMNS_MAX) {
        table->failed = true;
        return;
    }
    table->column[table->columns++] = (struct column){key, copy(table, title), kind, where};
}

static bool table_grow(struct table *table)
{
    const size_t room = table->room ? table->room * 2 : 16;
    struct row *row = realloc(table->row, room * sizeof *row);
    if (row)
        table->row = row;
    struct cell *cell = realloc(table->cell, room * table->columns * sizeof *cell);
    if (cell)
        table->cell = cell;
    if (!row || !cell)
        return false;
    table->room = room;
    return true;
}

void table_row(struct table *table)
{
    if (table->failed || table->columns == 0 || (table->rows == table->room && !table_grow(table))) {
        table->failed = true;
        return;
    }
    memset(table->cell + table->rows * table->columns, 0, table->columns * sizeof *table->cell);
    table->row[table->rows++] = (struct row){0};
}

static void cell_add(struct table *table, const char *shown, const char *value)
{
    if (table->failed || table->rows == 0 || table->row[table->rows - 1].cells == table->columns) {
        table->failed = true;
        return;
    }
    struct row *row = &table->row[table->rows - 1];
    struct cell *cell = &table->cell[(table->rows - 1) * table->columns + row->cells++];
    cell->shown = shown ? copy(table, shown) : NULL;
    cell->value = value ? copy(table, value) : NULL;
}

void table_text(struct table *table, const char *text)
{
    cell_add(table, text, text);
}

void table_cell(struct table *table, const char *shown, const char *value)
{
    cell_add(table, shown, value);
}

void table_amount(struct table *table, int64_t amount, struct amount_style style)
{
    char shown[AMOUNT_TEXT_MAX], value[AMOUNT_TEXT_MAX];
    amount_show(amount, style, shown);
    amount_plain(amount, value);
    cell_add(table, shown, value);
    if (!table->failed)
        table->cell[(table->rows - 1) * table->columns + table->row[table->rows - 1].cells - 1].power = style.power - 3;
}

void table_share(struct table *table, int64_t permille)
{
    char shown[AMOUNT_TEXT_MAX], value[DECIMAL_TEXT_MAX];
    share_show(permille, shown);
    decimal_format((struct decimal){permille, 1}, value);
    cell_add(table, shown, value);
}

void table_integer(struct table *table, int64_t value)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, value);
    table_text(table, text);
}

void table_switch(struct table *table, bool value)
{
    cell_add(table, NULL, value ? "true" : "false");
}

void table_none(struct table *table)
{
    cell_add(table, NULL, NULL);
}

void table_mark(struct table *table, enum table_mark mark)
{
    if (table->failed || table->rows == 0)
        return;
    struct row *row = &table->row[table->rows - 1];
    if (row->cells)
        table->cell[(table->rows - 1) * table->columns + row->cells - 1].mark = mark;
    else
        row->mark = mark;
}

void table_row_page_only(struct table *table)
{
    if (!table->failed && table->rows)
        table->row[table->rows - 1].page_only = true;
}

void table_fold(struct table *table, size_t width)
{
    table_fold_column(table, width, TABLE_LAST);
}

void table_fold_column(struct table *table, size_t width, size_t column)
{
    table->fold = width;
    table->folded = column;
}

void table_band(struct table *table, size_t width, size_t key)
{
    table->band = width;
    table->key = key;
}

bool table_column_shown(const struct table *table, size_t column)
{
    if (table->column[column].where == COLUMN_DATA)
        return false;
    for (size_t row = 0; row < table->rows; row++) {
        const char *shown = table->cell[row * table->columns + column].shown;
        if (shown && *shown)
            return true;
    }
    return false;
}

size_t table_rows(const struct table *table)
{
    return table->rows;
}

static void facts_open(struct table *table)
{
    if (table->facts.length == 0)
        text_add(&table->facts, "{");
}

void table_fact(struct table *table, const char *key, const char *text)
{
    facts_open(table);
    text_member(&table->facts, key, text);
}

void table_fact_json(struct table *table, const char *key, const char *json)
{
    facts_open(table);
    text_key(&table->facts, key);
    text_add(&table->facts, json);
}
