/* SPDX-License-Identifier: Apache-2.0 */
/* A table as a page, as CSV, as JSON. */
#include <string.h>

#include "collector/display.h"
#include "collector/table_parts.h"

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

enum { FOLD_LEAST = 8 }; /* columns that what is folded has at least */

/* As much of a text as has room, without the space that it ends with; returns what comes after it. */
static const char *line_take(const char *shown, size_t room, struct text *line)
{
    const size_t fits = text_fit(shown, room);
    const bool ends = !shown[fits];
    text_add_bytes(line, shown, fits - (!ends && shown[fits - 1] == ' '));
    return shown + fits + strspn(shown + fits, " ");
}

/* The first line of a cell that is folded; what is left of it. */
static const char *folded_add(struct text *out, const char *shown, size_t width, size_t *pending)
{
    struct text line = {0};
    const char *rest = line_take(shown, width, &line);
    padded_add(out, line.at ? line.at : "", width, false, pending);
    out->failed |= line.failed;
    text_free(&line);
    return rest;
}

/* The lines below a row on which the cell goes on that begins in column `from`. */
static void rest_add(struct text *out, const char *rest, size_t from, size_t width)
{
    while (*rest) {
        text_add(out, "\n");
        spaces_add(out, from);
        rest = line_take(rest, width, out);
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

static size_t folded_column(const struct table *table, const size_t *width)
{
    return table->folded == TABLE_LAST ? last_shown(table, width) : table->folded;
}

/* The column that is folded has the room that the others leave. */
static void fold_width(const struct table *table, size_t *width)
{
    const size_t folded = folded_column(table, width), title = text_width(table->column[folded].title);
    size_t others = 0;
    for (size_t c = 0; c < table->columns; c++)
        others += c != folded && width[c] ? width[c] + 2 : 0;
    size_t room = table->fold > others + FOLD_LEAST ? table->fold - others : FOLD_LEAST;
    if (room < title)
        room = title;
    if (width[folded] > room)
        width[folded] = room;
}

static void page_row(const struct table *table, size_t row, const size_t *width, bool colour, struct text *out)
{
    const size_t folded = table->fold ? folded_column(table, width) : COLUMNS_MAX;
    size_t pending = 0, from = 0, rest_from = 0;
    const char *rest = "", *rest_start = "";
    for (size_t c = 0; c < table->columns; c++) {
        if (!width[c])
            continue;
        const struct cell *cell = cell_at(table, row, c);
        const bool filled = c < table->row[row].cells;
        const enum table_mark mark = cell->mark ? cell->mark : table->row[row].mark;
        const char *start = colour && mark ? mark_colour(mark) : "";
        const char *shown = cell->shown ? cell->shown : filled ? "-" : "";
        text_add(out, start);
        if (c == folded) {
            rest = folded_add(out, shown, width[c], &pending);
            rest_from = from;
            rest_start = start;
        } else {
            padded_add(out, shown, width[c], table->column[c].kind == COLUMN_NUMBER, &pending);
        }
        text_add(out, *start ? "\033[0m" : "");
        pending += 2;
        from += width[c] + 2;
    }
    text_add(out, *rest ? rest_start : "");
    rest_add(out, rest, rest_from, width[folded < COLUMNS_MAX ? folded : 0]);
    text_add(out, *rest && *rest_start ? "\033[0m\n" : "\n");
}

static void page_band(const struct table *table, const size_t *width, bool colour, struct text *out)
{
    size_t pending = 0;
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

/* The columns from `first` on that have room on a page; returns the next one. */
static size_t band_take(const struct table *table, const size_t *width, size_t first, size_t band[static COLUMNS_MAX])
{
    size_t used = 0, c = first;
    memset(band, 0, COLUMNS_MAX * sizeof *band);
    if (first > table->key) {
        band[table->key] = width[table->key];
        used = width[table->key] + 2;
    }
    for (bool any = false; c < table->columns && (!any || used + width[c] <= table->band); c++) {
        band[c] = width[c];
        used += width[c] ? width[c] + 2 : 0;
        any |= width[c] > 0;
    }
    return c;
}

static void page_render(const struct table *table, bool colour, struct text *out)
{
    size_t width[COLUMNS_MAX], band[COLUMNS_MAX];
    page_widths(table, width);
    if (table->fold)
        fold_width(table, width);
    if (!table->band) {
        page_band(table, width, colour, out);
        return;
    }
    size_t last = table->columns;
    while (last && !width[last - 1])
        last--;
    for (size_t c = 0; c < last;) {
        c = band_take(table, width, c, band);
        page_band(table, band, colour, out);
    }
}

/* --- data --- */

/* A spreadsheet would take it for a formula. */
static bool csv_formula(const char *value)
{
    return *value && strchr("=+-@\t\r", *value);
}

void csv_text_add(const char *value, struct text *out)
{
    if (!strpbrk(value, ",\"\r\n") && !csv_formula(value)) {
        text_add(out, value);
        return;
    }
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
    if (value && column->kind == COLUMN_TEXT)
        csv_text_add(value, out);
    else if (value)
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
        if (value && (column->kind == COLUMN_TEXT || column->kind == COLUMN_DATE))
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
