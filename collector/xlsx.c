/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/xlsx.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <xlsxwriter.h>

#include "collector/calendar.h"
#include "collector/display.h"
#include "collector/table_parts.h"
#include "collector/xlsx_parts.h"

enum { WIDTH_LEAST = 8, WIDTH_MOST = 44, WIDTH_TOGETHER = 72, LINE_POINTS = 15, ROW_POINTS = 18, HEADING_LINES = 3 };
enum { NAME_CHARACTERS = 31, NAME_BYTES = 4 * NAME_CHARACTERS + 1, FORMATS_MAX = 64 };

/* How a cell looks. Of ints and one array alone, so that it has no padding and is compared whole. */
struct look {
    int align, points, mark; /* points 0: 11; mark: enum table_mark */
    int bold, border, heading, wrap, alarm;
    char number[XLSX_FORMAT_BYTES];
};

struct workbook {
    lxw_workbook *workbook;
    enum language language;
    lxw_error error; /* the first one */
    size_t formats;
    struct {
        struct look look;
        lxw_format *format;
    } format[FORMATS_MAX];
};

/* A sheet in the making, from above to below. */
struct page_writer {
    struct workbook *book;
    lxw_worksheet *worksheet;
    const struct xlsx_sheet *sheet;
    size_t places, column[COLUMNS_MAX]; /* those of the table that are shown */
    size_t wide[COLUMNS_MAX], width;    /* each, and together, in characters */
    lxw_row_t row, headings;
};

static void judge(struct workbook *book, lxw_error error)
{
    if (book->error == LXW_NO_ERROR)
        book->error = error;
}

/* --- formats: one for each look, made when first wanted --- */

static lxw_format *format_new(struct workbook *book, const struct look *look)
{
    static const lxw_color_t fill[] = {[MARK_AMBER] = 0xFFE699, [MARK_RED] = 0xFF9C9C};
    lxw_format *format = workbook_add_format(book->workbook);
    if (!format)
        return NULL;
    format_set_font_name(format, book->language == LANGUAGE_ZH ? "宋体" : "Calibri");
    format_set_font_size(format, look->points ? look->points : 11);
    format_set_align(format, (uint8_t)look->align);
    format_set_align(format, LXW_ALIGN_VERTICAL_CENTER);
    if (look->number[0])
        format_set_num_format(format, look->number);
    if (look->bold || look->mark == MARK_STRONG)
        format_set_bold(format);
    if (look->wrap)
        format_set_text_wrap(format);
    if (look->border)
        format_set_border(format, LXW_BORDER_THIN);
    if (look->border && look->align == LXW_ALIGN_LEFT)
        format_set_indent(format, 1);
    if (look->mark == MARK_AMBER || look->mark == MARK_RED)
        format_set_bg_color(format, fill[look->mark]);
    else if (look->heading)
        format_set_bg_color(format, 0xE7E6E6);
    if (look->alarm)
        format_set_font_color(format, 0xC00000);
    return format;
}

static lxw_format *format_of(struct workbook *book, const struct look *look)
{
    for (size_t i = 0; i < book->formats; i++)
        if (memcmp(&book->format[i].look, look, sizeof *look) == 0)
            return book->format[i].format;
    lxw_format *format = format_new(book, look);
    if (!format) {
        judge(book, LXW_ERROR_MEMORY_MALLOC_FAILED);
    } else if (book->formats < FORMATS_MAX) {
        book->format[book->formats].look = *look;
        book->format[book->formats++].format = format;
    }
    return format;
}

/* --- cells --- */

static void string_write(struct page_writer *at, size_t column, const char *text, const struct look *look)
{
    judge(at->book, worksheet_write_string(at->worksheet, at->row, (lxw_col_t)column, text, format_of(at->book, look)));
}

/* A text over the columns first to last. */
static void band_write(struct page_writer *at, size_t first, size_t last, const char *text, const struct look *look)
{
    if (first == last)
        string_write(at, first, text, look);
    else
        judge(at->book, worksheet_merge_range(at->worksheet, at->row, (lxw_col_t)first, at->row, (lxw_col_t)last, text,
                                              format_of(at->book, look)));
}

static bool date_write(struct page_writer *at, size_t column, const char *value, struct look look)
{
    civil_day day;
    char date[DATE_TEXT_BYTES];
    int hour = 0, minute = 0, second = 0, year, month, day_of_month, length = 0;
    snprintf(date, sizeof date, "%s", value);
    if (!civil_parse(date, &day))
        return false;
    const char *rest = value + strlen(date);
    if (*rest && (sscanf(rest, " %2d:%2d:%2d%n", &hour, &minute, &second, &length) != 3 || rest[length]))
        return false;
    civil_to_date(day, &year, &month, &day_of_month);
    if (year < 1900)
        return false; /* spreadsheets begin there */
    snprintf(look.number, sizeof look.number, "%s", *rest ? "yyyy-mm-dd hh:mm:ss" : "yyyy-mm-dd");
    lxw_datetime datetime = {year, month, day_of_month, hour, minute, second};
    judge(at->book,
          worksheet_write_datetime(at->worksheet, at->row, (lxw_col_t)column, &datetime, format_of(at->book, &look)));
    return true;
}

static bool number_write(struct page_writer *at, size_t column, const struct cell *cell, struct look look)
{
    double number;
    if (!xlsx_number(cell->shown, cell->value, cell->power, &number, look.number))
        return false;
    look.align = LXW_ALIGN_RIGHT;
    judge(at->book,
          worksheet_write_number(at->worksheet, at->row, (lxw_col_t)column, number, format_of(at->book, &look)));
    return true;
}

static void cell_write(struct page_writer *at, size_t place, size_t column, size_t row)
{
    const struct table *table = at->sheet->table;
    const struct cell *cell = &table->cell[row * table->columns + column];
    const enum column_kind kind = table->column[column].kind;
    struct look look = {.border = true, .align = LXW_ALIGN_LEFT, .wrap = kind == COLUMN_TEXT};
    look.mark = (int)(cell->mark ? cell->mark : table->row[row].mark);
    look.bold = table->row[row].page_only || table->row[row].mark == MARK_STRONG;
    if (kind == COLUMN_NUMBER && cell->shown && number_write(at, place, cell, look))
        return;
    if (kind == COLUMN_DATE && cell->value && date_write(at, place, cell->value, look))
        return;
    if (kind == COLUMN_NUMBER)
        look.align = LXW_ALIGN_RIGHT;
    if (cell->shown && *cell->shown)
        string_write(at, place, cell->shown, &look);
    else
        judge(at->book, worksheet_write_blank(at->worksheet, at->row, (lxw_col_t)place, format_of(at->book, &look)));
}

/* --- the parts of a sheet, from above to below --- */

static void head_write(struct page_writer *at)
{
    const struct xlsx_sheet *sheet = at->sheet;
    const size_t last = at->places - 1;
    judge(at->book, worksheet_set_row(at->worksheet, at->row, 2 * LINE_POINTS, NULL));
    band_write(at, 0, last, sheet->title, &(struct look){.bold = true, .points = 16, .align = LXW_ALIGN_CENTER});
    at->row++;
    if (sheet->simulated) {
        band_write(at, 0, last, word(WORD_SIMULATED, at->book->language),
                   &(struct look){.bold = true, .alarm = true, .points = 12, .align = LXW_ALIGN_CENTER});
        at->row++;
    }
    if (!sheet->period && !sheet->unit)
        return;
    char unit[64] = "";
    const size_t middle = at->places / 2;
    if (sheet->unit)
        snprintf(unit, sizeof unit, say(at->book->language, "unit: %s"), sheet->unit);
    if (last == 0) {
        string_write(at, 0, sheet->period ? sheet->period : unit, &(struct look){.align = LXW_ALIGN_LEFT});
    } else {
        band_write(at, 0, middle - 1, sheet->period ? sheet->period : "", &(struct look){.align = LXW_ALIGN_LEFT});
        band_write(at, middle, last, unit, &(struct look){.align = LXW_ALIGN_RIGHT});
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
        judge(at->book, worksheet_set_row(at->worksheet, at->row, (double)(lines * LINE_POINTS + 3), NULL));
}

static void headings_write(struct page_writer *at)
{
    size_t lines = 1;
    for (size_t place = 0; place < at->places; place++) {
        const char *title = at->sheet->table->column[at->column[place]].title;
        const size_t needed = lines_of(title, at->wide[place] - 1);
        lines = needed > lines ? needed : lines;
        string_write(
            at, place, title,
            &(struct look){.bold = true, .border = true, .heading = true, .wrap = true, .align = LXW_ALIGN_CENTER});
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
    band_write(at, 0, at->places - 1, text, &(struct look){.wrap = true, .points = 10, .align = LXW_ALIGN_LEFT});
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
    const enum language language = at->book->language;
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
        judge(at->book, worksheet_set_row(at->worksheet, at->row, 1.6 * LINE_POINTS, NULL));
        band_write(at, first, last, text, &(struct look){.align = LXW_ALIGN_LEFT});
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
        while (at[word] > ' ')
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
        judge(at->book,
              worksheet_set_column(at->worksheet, (lxw_col_t)place, (lxw_col_t)place, (double)at->wide[place], NULL));
    }
}

static void print_setup(struct page_writer *at)
{
    enum { A4 = 9 };
    char head[64];
    worksheet_set_landscape(at->worksheet);
    worksheet_set_paper(at->worksheet, A4);
    worksheet_fit_to_pages(at->worksheet, 1, 0);
    worksheet_center_horizontally(at->worksheet);
    worksheet_set_margins(at->worksheet, 0.4, 0.4, 0.6, 0.6);
    worksheet_freeze_panes(at->worksheet, at->headings + 1, 0);
    judge(at->book, worksheet_repeat_rows(at->worksheet, at->headings, at->headings));
    judge(at->book, worksheet_set_footer(at->worksheet, "&C&P / &N"));
    snprintf(head, sizeof head, "&R&B%s", word(WORD_SIMULATED, at->book->language));
    if (at->sheet->simulated)
        judge(at->book, worksheet_set_header(at->worksheet, head));
}

/* No []:*?/\ and no ' at its ends, at most 31 characters, and none twice. */
static void name_of(const struct xlsx_sheet *sheet, size_t number, char out[static NAME_BYTES])
{
    size_t length = 0, characters = 0;
    for (const char *c = sheet->name ? sheet->name : ""; *c && length + 1 < NAME_BYTES; c++) {
        characters += ((unsigned char)*c & 0xC0) != 0x80;
        if (characters > NAME_CHARACTERS)
            break;
        out[length++] = strchr("[]:*?/\\'", *c) ? '-' : *c;
    }
    out[length] = '\0';
    if (length == 0)
        snprintf(out, NAME_BYTES, "Sheet%zu", number + 1);
}

/* What a page would show; of a table without rows all that it could. */
static void columns_find(struct page_writer *at)
{
    const struct table *table = at->sheet->table;
    for (size_t c = 0; c < table->columns; c++)
        if (table->rows ? table_column_shown(table, c) : table->column[c].where != COLUMN_DATA)
            at->column[at->places++] = c;
    if (at->places == 0)
        judge(at->book, LXW_ERROR_NULL_PARAMETER_IGNORED);
}

static void sheet_write(struct workbook *book, const struct xlsx_sheet *sheet, size_t number)
{
    char name[NAME_BYTES];
    struct page_writer at = {.book = book, .sheet = sheet};
    columns_find(&at);
    name_of(sheet, number, name);
    judge(book, workbook_validate_sheet_name(book->workbook, name));
    if (book->error)
        return;
    at.worksheet = workbook_add_worksheet(book->workbook, name);
    if (!at.worksheet) {
        judge(book, LXW_ERROR_MEMORY_MALLOC_FAILED);
        return;
    }
    worksheet_set_default_row(at.worksheet, ROW_POINTS, LXW_FALSE);
    widths_set(&at);
    head_write(&at);
    headings_write(&at);
    rows_write(&at);
    foot_write(&at);
    print_setup(&at);
}

/* --- the workbook --- */

static bool failed(struct table const *table)
{
    return table->failed || table->facts.failed;
}

/* What the XML of all cells takes, more rather than less: the library does not notice a full disk. */
static int64_t size_bound(const struct xlsx_sheet *sheet, size_t sheets)
{
    enum { CELL_BYTES = 64, ESCAPED = 6, REST = 65536 };
    int64_t bytes = REST;
    for (size_t s = 0; s < sheets; s++) {
        const struct table *table = sheet[s].table;
        for (size_t i = 0; i < table->rows * table->columns; i++)
            bytes += CELL_BYTES + ESCAPED * (int64_t)(table->cell[i].shown ? strlen(table->cell[i].shown) : 0);
    }
    return bytes;
}

static void properties_set(struct workbook *book, const struct xlsx_sheet *sheet, int64_t as_of_ms)
{
    lxw_doc_properties properties = {.created = (time_t)(as_of_ms / 1000)};
    char title[256], author[128];
    snprintf(title, sizeof title, "%s", sheet->title);
    snprintf(author, sizeof author, "%s", sheet->prepared_by ? sheet->prepared_by : "coaltally");
    properties.title = title;
    properties.author = author;
    judge(book, workbook_set_properties(book->workbook, &properties));
}

/* Writes to a file of that name, which exists already and is ours. */
static lxw_error book_write(const char *path, const char *folder, const struct xlsx_sheet *sheet, size_t sheets,
                            enum language language, int64_t as_of_ms)
{
    char temporary[PATH_MAX];
    lxw_workbook_options options = {.tmpdir = temporary};
    struct workbook *book = calloc(1, sizeof *book);
    lxw_error error = LXW_ERROR_MEMORY_MALLOC_FAILED;
    snprintf(temporary, sizeof temporary, "%s", folder);
    if (!book || !(book->workbook = workbook_new_opt(path, &options)))
        goto cleanup;
    book->language = language;
    properties_set(book, sheet, as_of_ms);
    for (size_t i = 0; i < sheets && !book->error; i++)
        sheet_write(book, &sheet[i], i);
    error = book->error;
    if (error)
        lxw_workbook_free(book->workbook);
    else
        error = workbook_close(book->workbook);
cleanup:
    free(book);
    return error;
}

bool xlsx_write(const struct xlsx_sheet *sheet, size_t sheets, enum language language, int64_t as_of_ms,
                const char *path, char *why, size_t size)
{
    struct xlsx_place place;
    for (size_t i = 0; i < sheets; i++) {
        if (failed(sheet[i].table)) {
            snprintf(why, size, "%s", say(language, "out of memory"));
            return false;
        }
    }
    if (!xlsx_place_open(&place, path, size_bound(sheet, sheets), language, why, size))
        return false;
    const lxw_error error = book_write(place.beside, place.folder, sheet, sheets, language, as_of_ms);
    if (error) {
        snprintf(why, size, say(language, "%s: the workbook could not be written: %s"), place.beside,
                 lxw_strerror(error));
        xlsx_place_drop(&place);
        return false;
    }
    return xlsx_place_keep(&place, path, language, why, size);
}
