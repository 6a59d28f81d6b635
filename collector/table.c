/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/table.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "collector/display.h"

struct column {
    const char *key;
    char *title;
    enum column_kind kind;
    enum column_where where;
};

struct cell {
    char *shown; /* on a page; NULL: nothing known */
    char *value; /* in data; NULL: null */
    enum table_mark mark;
};

struct row {
    size_t cells; /* filled so far */
    bool page_only;
    enum table_mark mark;
};

struct table {
    size_t columns, rows, room;
    struct column column[COLUMNS_MAX];
    struct row *row;
    struct cell *cell; /* columns of them a row */
    size_t fold;       /* width of a page; 0: any */
    struct text facts; /* the JSON object up to its rows */
    bool failed;
};

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
    table->fold = width;
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

static const struct cell *cell_at(const struct table *table, size_t row, size_t column)
{
    return &table->cell[row * table->columns + column];
}

/* --- the page --- */

/* Display width of each column; 0: left out. */
static void page_widths(const struct table *table, size_t width[static COLUMNS_MAX])
{
    for (size_t c = 0; c < table->columns; c++) {
        width[c] = 0;
        for (size_t r = 0; r < table->rows && table->column[c].where != COLUMN_DATA; r++) {
            const char *shown = cell_at(table, r, c)->shown;
            const size_t wide = shown ? text_width(shown) : 0;
            if (wide > width[c])
                width[c] = wide;
        }
        const size_t title = text_width(table->column[c].title);
        if (width[c] && title > width[c])
            width[c] = title;
    }
}

static void spaces_add(struct text *out, size_t count)
{
    static const char blank[] = "                                ";
    for (; count >= sizeof blank; count -= sizeof blank - 1)
        text_add(out, blank);
    text_add_bytes(out, blank, count);
}

/* Trailing spaces are never written: `pending` holds those that a further cell would need. */
static void padded_add(struct text *out, const char *shown, size_t width, bool right, size_t *pending)
{
    const size_t pad = width - text_width(shown);
    if (*shown == '\0') {
        *pending += width;
        return;
    }
    spaces_add(out, *pending + (right ? pad : 0));
    text_add(out, shown);
    *pending = right ? 0 : pad;
}

static const char *mark_colour(enum table_mark mark)
{
    static const char *const colours[] = {"", "\033[1m", "\033[33m", "\033[1;31m"};
    return colours[mark];
}

enum { FOLD_LEAST = 20 }; /* columns that the last one has at least */

/* The last cell of a row of a page that is folded; it begins in column `from`. */
static void folded_add(struct text *out, const char *shown, size_t from, size_t width, size_t *pending)
{
    const size_t room = width > from + FOLD_LEAST ? width - from : FOLD_LEAST;
    if (*shown)
        spaces_add(out, *pending);
    while (*shown) {
        const size_t fits = text_fit(shown, room);
        const bool ends = !shown[fits];
        text_add_bytes(out, shown, fits - (!ends && shown[fits - 1] == ' '));
        shown += fits;
        while (*shown == ' ')
            shown++;
        if (*shown) {
            text_add(out, "\n");
            spaces_add(out, from);
        }
    }
}

/* The column after which no other is on the page. */
static size_t last_shown(const struct table *table, const size_t *width)
{
    size_t last = table->columns;
    while (last && !width[last - 1])
        last--;
    return last ? last - 1 : 0;
}

static void page_row(const struct table *table, size_t row, const size_t *width, bool colour, struct text *out)
{
    const size_t last = last_shown(table, width);
    size_t pending = 0, from = 0;
    for (size_t c = 0; c < table->columns; c++) {
        if (!width[c])
            continue;
        const struct cell *cell = cell_at(table, row, c);
        const bool filled = c < table->row[row].cells;
        const enum table_mark mark = cell->mark ? cell->mark : table->row[row].mark;
        const char *start = colour && mark ? mark_colour(mark) : "";
        const char *shown = cell->shown ? cell->shown : filled ? "-" : "";
        text_add(out, start);
        if (table->fold && c == last)
            folded_add(out, shown, from, table->fold, &pending);
        else
            padded_add(out, shown, width[c], table->column[c].kind == COLUMN_NUMBER, &pending);
        text_add(out, *start ? "\033[0m" : "");
        pending += 2;
        from += width[c] + 2;
    }
    text_add(out, "\n");
}

static void page_render(const struct table *table, bool colour, struct text *out)
{
    size_t width[COLUMNS_MAX], pending = 0;
    page_widths(table, width);
    text_add(out, colour ? "\033[1m" : "");
    for (size_t c = 0; c < table->columns; c++) {
        if (!width[c])
            continue;
        padded_add(out, table->column[c].title, width[c], table->column[c].kind == COLUMN_NUMBER, &pending);
        pending += 2;
    }
    text_add(out, colour ? "\033[0m\n" : "\n");
    for (size_t r = 0; r < table->rows; r++)
        page_row(table, r, width, colour, out);
}

/* --- data --- */

/* A spreadsheet would take it for a formula. */
static bool csv_formula(const char *value)
{
    return *value && strchr("=+-@", *value);
}

static void csv_text(const char *value, struct text *out)
{
    text_add(out, csv_formula(value) ? "\"'" : "\"");
    for (const char *quote; (quote = strchr(value, '"')); value = quote + 1) {
        text_add_bytes(out, value, (size_t)(quote - value));
        text_add(out, "\"\"");
    }
    text_add(out, value);
    text_add(out, "\"");
}

static void csv_cell(const struct column *column, const char *value, struct text *out)
{
    if (!value)
        return;
    if (column->kind == COLUMN_TEXT && (strpbrk(value, ",\"\r\n") || csv_formula(value)))
        csv_text(value, out);
    else
        text_add(out, value);
}

static void csv_render(const struct table *table, struct text *out)
{
    for (size_t r = 0; r <= table->rows; r++) {
        if (r && table->row[r - 1].page_only)
            continue;
        const char *comma = "";
        for (size_t c = 0; c < table->columns; c++) {
            if (table->column[c].where == COLUMN_PAGE)
                continue;
            text_add(out, comma);
            if (r == 0)
                text_add(out, table->column[c].key);
            else
                csv_cell(&table->column[c], cell_at(table, r - 1, c)->value, out);
            comma = ",";
        }
        text_add(out, "\r\n");
    }
}

static void json_row(const struct table *table, size_t row, struct text *out)
{
    text_add(out, "{");
    for (size_t c = 0; c < table->columns; c++) {
        const struct column *column = &table->column[c];
        const char *value = cell_at(table, row, c)->value;
        if (column->where == COLUMN_PAGE)
            continue;
        text_key(out, column->key);
        if (value && column->kind == COLUMN_TEXT)
            text_add_json(out, value);
        else
            text_add(out, value ? value : "null");
    }
    text_add(out, "}");
}

static void json_render(const struct table *table, struct text *out)
{
    text_add(out, table->facts.length ? table->facts.at : "{");
    text_key(out, "rows");
    text_add(out, "[");
    const char *comma = "\n";
    for (size_t r = 0; r < table->rows; r++) {
        if (table->row[r].page_only)
            continue;
        text_add(out, comma);
        json_row(table, r, out);
        comma = ",\n";
    }
    text_add(out, "]}\n");
}

bool table_render(const struct table *table, enum table_format format, bool colour, struct text *out)
{
    if (table->failed || table->facts.failed)
        return false;
    if (format == TABLE_CSV)
        csv_render(table, out);
    else if (format == TABLE_JSON)
        json_render(table, out);
    else
        page_render(table, colour, out);
    return !out->failed;
}
