/* SPDX-License-Identifier: Apache-2.0 */
/* What stands where on a sheet. */
#include "collector/xlsx.h"

#include <stdio.h>
#include <string.h>

#include "collector/calendar.h"
#include "collector/display.h"
#include "collector/table_parts.h"
#include "collector/xlsx_book.h"
#include "collector/xlsx_parts.h"

enum { WIDTH_LEAST = 8, WIDTH_MOST = 44, WIDTH_TOGETHER = 72, LINE_POINTS = 15, ROW_POINTS = 18, HEADING_LINES = 3 };

/* A sheet in the making, from above to below. */
struct page_writer {
    struct book *book;
    enum language language;
    const struct xlsx_sheet *sheet;
    size_t places, column[COLUMNS_MAX]; /* those of the table that are shown */
    size_t wide[COLUMNS_MAX], width;    /* each, and together, in characters */
    size_t row, headings;
};

/* --- cells --- */

static bool date_write(struct page_writer *at, size_t place, const char *value, struct look look)
{
    civil_day day;
    char date[DATE_TEXT_BYTES];
    int hour = 0, minute = 0, second = 0, length = 0;
    snprintf(date, sizeof date, "%s", value);
    if (!civil_parse(date, &day) || day < civil_from_date(1900, 1, 1))
        return false; /* spreadsheets begin there */
    const char *rest = value + strlen(date);
    if (*rest && (sscanf(rest, " %2d:%2d:%2d%n", &hour, &minute, &second, &length) != 3 || rest[length]))
        return false;
    snprintf(look.number, sizeof look.number, "%s", *rest ? "yyyy-mm-dd hh:mm:ss" : "yyyy-mm-dd");
    book_date(at->book, at->row, place, day, hour * 3600 + minute * 60 + second, &look);
    return true;
}

static bool number_write(struct page_writer *at, size_t place, const struct cell *cell, struct look look)
{
    double number;
    if (!xlsx_number(cell->shown, cell->value, cell->power, &number, look.number))
        return false;
    look.align = LOOK_RIGHT;
    book_number(at->book, at->row, place, number, &look);
    return true;
}

static void cell_write(struct page_writer *at, size_t place, size_t column, size_t row)
{
    const struct table *table = at->sheet->table;
    const struct cell *cell = &table->cell[row * table->columns + column];
    const enum column_kind kind = table->column[column].kind;
    struct look look = {.border = true, .align = LOOK_LEFT, .wrap = kind == COLUMN_TEXT};
    look.mark = (int)(cell->mark ? cell->mark : table->row[row].mark);
    look.bold = table->row[row].page_only || table->row[row].mark == MARK_STRONG;
    if (kind == COLUMN_NUMBER && cell->shown && number_write(at, place, cell, look))
        return;
    if (kind == COLUMN_DATE && cell->value && date_write(at, place, cell->value, look))
        return;
    if (kind == COLUMN_NUMBER)
        look.align = LOOK_RIGHT;
    if (cell->shown && *cell->shown)
        book_text(at->book, at->row, place, cell->shown, &look);
    else
        book_blank(at->book, at->row, place, &look);
}

/* --- the parts of a sheet, from above to below --- */

static void head_write(struct page_writer *at)
{
    const struct xlsx_sheet *sheet = at->sheet;
    const size_t last = at->places - 1;
    book_height(at->book, at->row, 2 * LINE_POINTS);
    book_band(at->book, at->row, 0, last, sheet->title,
              &(struct look){.bold = true, .points = 16, .align = LOOK_CENTER});
    at->row++;
    if (sheet->mark) {
        book_band(at->book, at->row, 0, last, sheet->mark,
                  &(struct look){.bold = true, .alarm = true, .points = 12, .align = LOOK_CENTER});
        at->row++;
    }
    if (!sheet->period && !sheet->unit)
        return;
    char unit[64] = "";
    const size_t middle = at->places / 2;
    if (sheet->unit)
        snprintf(unit, sizeof unit, say(at->language, "unit: %s"), sheet->unit);
    if (last == 0) {
        book_text(at->book, at->row, 0, sheet->period ? sheet->period : unit, &(struct look){.align = LOOK_LEFT});
    } else {
        book_band(at->book, at->row, 0, middle - 1, sheet->period ? sheet->period : "",
                  &(struct look){.align = LOOK_LEFT});
        book_band(at->book, at->row, middle, last, unit, &(struct look){.align = LOOK_RIGHT});
    }
    at->row++;
}

/* On how many lines of so many characters a text stands. */
static size_t lines_of(const char *text, size_t wide)
{
    size_t lines = 1;
    for (size_t fits = text_fit(text, wide); text[fits]; fits = text_fit(text, wide), lines++)
        text += fits;
    return lines;
}

/* Rows that hold wrapped text are as high as it needs: not every program finds that by itself. */
static void height_set(struct page_writer *at, size_t lines)
{
    if (lines > 1)
        book_height(at->book, at->row, (double)(lines * LINE_POINTS + 3));
}

static void headings_write(struct page_writer *at)
{
    size_t lines = 1;
    for (size_t place = 0; place < at->places; place++) {
        const char *title = at->sheet->table->column[at->column[place]].title;
        const size_t needed = lines_of(title, at->wide[place] - 1);
        lines = needed > lines ? needed : lines;
        book_text(at->book, at->row, place, title,
                  &(struct look){.bold = true, .border = true, .heading = true, .wrap = true, .align = LOOK_CENTER});
    }
    height_set(at, lines);
    at->headings = at->row++;
}

static void rows_write(struct page_writer *at)
{
    const struct table *table = at->sheet->table;
    for (size_t row = 0; row < table->rows; row++, at->row++) {
        size_t lines = 1;
        for (size_t place = 0; place < at->places; place++) {
            const char *shown = table->cell[row * table->columns + at->column[place]].shown;
            const bool wraps = shown && table->column[at->column[place]].kind == COLUMN_TEXT;
            const size_t needed = wraps ? lines_of(shown, at->wide[place] - 2) : 1;
            lines = needed > lines ? needed : lines;
            cell_write(at, place, at->column[place], row);
        }
        height_set(at, lines);
    }
}

/* A line over all columns, as high as it needs to be: merged cells do not grow by themselves. */
static void line_write(struct page_writer *at, const char *text)
{
    height_set(at, lines_of(text, at->width));
    book_band(at->book, at->row, 0, at->places - 1, text,
              &(struct look){.wrap = true, .points = 10, .align = LOOK_LEFT});
    at->row++;
}

/* Which columns are the part-th of three parts of a line of about the same width. */
static void third_of(const struct page_writer *at, size_t part, size_t *first, size_t *last)
{
    size_t edge[4] = {0, 0, 0, at->places}, wide = 0;
    for (size_t place = 0, next = 1; place < at->places && next < 3; place++) {
        wide += at->wide[place];
        if (wide * 3 >= at->width * next || at->places - place - 1 == 3 - next)
            edge[next++] = place + 1;
    }
    *first = edge[part];
    *last = edge[part + 1] - 1;
}

/* "prepared by: ____", three on a line, or one on each of three where there are too few columns. */
static void signatures_write(struct page_writer *at)
{
    enum { PARTS = 3 };
    const struct xlsx_sheet *sheet = at->sheet;
    const enum language language = at->language;
    const char *const label[PARTS] = {say(language, "prepared by:"), say(language, "checked by:"),
                                      say(language, "date:")};
    const char *const name[PARTS] = {sheet->prepared_by, sheet->checked_by, sheet->signed_on};
    at->row++;
    for (size_t i = 0; i < PARTS; i++) {
        size_t first = 0, last = at->places - 1;
        char text[256];
        if (at->places >= PARTS)
            third_of(at, i, &first, &last);
        snprintf(text, sizeof text, "%s %s", label[i], name[i] && *name[i] ? name[i] : "____________");
        book_height(at->book, at->row, 1.6 * LINE_POINTS);
        book_band(at->book, at->row, first, last, text, &(struct look){.align = LOOK_LEFT});
        at->row += at->places < PARTS || i == PARTS - 1;
    }
}

static void foot_write(struct page_writer *at)
{
    const struct xlsx_sheet *sheet = at->sheet;
    for (size_t i = 0; i < sheet->notes; i++)
        line_write(at, sheet->note[i]);
    if (sheet->signatures)
        signatures_write(at);
    if (sheet->as_of)
        line_write(at, sheet->as_of);
    if (sheet->chain)
        line_write(at, sheet->chain);
}

/* --- the sheet --- */

static size_t cell_width(const struct column *column, const struct cell *cell)
{
    if (column->kind == COLUMN_DATE && cell->value)
        return strlen(cell->value);
    return cell->shown ? text_width(cell->shown) : 0;
}

/* The least by which a title stands on a few lines with its words whole. */
static size_t heading_width(const char *title)
{
    size_t wide = WIDTH_LEAST - 3;
    for (const char *at = title; *at;) {
        size_t word = 0;
        while (at[word] > ' ' && (unsigned char)at[word] < 0x80)
            word++;
        wide = word + 1 > wide ? word + 1 : wide; /* bold takes more room */
        at += word ? word : 1;
    }
    while (lines_of(title, wide) > HEADING_LINES)
        wide++;
    return wide;
}

/* As wide as what they show; together no narrower than the lines above and below them need. */
static void widths_set(struct page_writer *at)
{
    const struct table *table = at->sheet->table;
    for (size_t place = 0; place < at->places; place++) {
        const struct column *column = &table->column[at->column[place]];
        size_t wide = heading_width(column->title);
        for (size_t row = 0; row < table->rows; row++) {
            const size_t cell = cell_width(column, &table->cell[row * table->columns + at->column[place]]);
            wide = cell > wide ? cell : wide;
        }
        wide += 3;
        at->wide[place] = wide < WIDTH_LEAST ? WIDTH_LEAST : wide > WIDTH_MOST ? WIDTH_MOST : wide;
        at->width += at->wide[place];
    }
    const size_t more = at->width < WIDTH_TOGETHER ? (WIDTH_TOGETHER - at->width) / at->places + 1 : 0;
    at->width += more * at->places;
    for (size_t place = 0; place < at->places; place++) {
        at->wide[place] += more;
        book_width(at->book, place, at->wide[place]);
    }
}

/* What a page would show; of a table without rows all that it could. */
static void columns_find(struct page_writer *at)
{
    const struct table *table = at->sheet->table;
    for (size_t c = 0; c < table->columns; c++)
        if (table->rows ? table_column_shown(table, c) : table->column[c].where != COLUMN_DATA)
            at->column[at->places++] = c;
}

void xlsx_sheet_write(struct book *book, const struct xlsx_sheet *sheet, enum language language)
{
    struct page_writer at = {.book = book, .sheet = sheet, .language = language};
    if (!book_sheet(book, sheet->name ? sheet->name : "", ROW_POINTS))
        return;
    columns_find(&at);
    widths_set(&at);
    head_write(&at);
    headings_write(&at);
    rows_write(&at);
    foot_write(&at);
    book_print(book, at.headings, sheet->mark);
}
