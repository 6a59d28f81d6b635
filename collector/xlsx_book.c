/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/xlsx_book.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <xlsxwriter.h>

enum { NAME_CHARACTERS = 31, NAME_BYTES = 4 * NAME_CHARACTERS + 1, FORMATS_MAX = 64, TRIES = 100 };

struct book {
    lxw_workbook *workbook;
    lxw_worksheet *worksheet;
    enum language language;
    lxw_error error; /* the first one */
    size_t sheets, formats;
    struct {
        struct look look;
        lxw_format *format;
    } format[FORMATS_MAX];
    char folder[PATH_MAX];
};

static void judge(struct book *book, lxw_error error)
{
    if (book->error == LXW_NO_ERROR)
        book->error = error;
}

/* --- the whole --- */

struct book *book_open(const char *path, const char *folder, enum language language)
{
    struct book *book = calloc(1, sizeof *book);
    if (!book)
        return NULL;
    lxw_workbook_options options = {.tmpdir = book->folder};
    snprintf(book->folder, sizeof book->folder, "%s", folder);
    book->language = language;
    book->workbook = workbook_new_opt(path, &options);
    if (book->workbook)
        return book;
    free(book);
    return NULL;
}

const char *book_close(struct book *book)
{
    lxw_error error = book->error;
    if (error)
        lxw_workbook_free(book->workbook);
    else
        error = workbook_close(book->workbook);
    free(book);
    return error ? lxw_strerror(error) : NULL;
}

void book_properties(struct book *book, const char *title, const char *author, int64_t made_ms)
{
    char title_copy[256], author_copy[128]; /* the library takes no constants */
    lxw_doc_properties properties = {.title = title_copy, .author = author_copy, .created = (time_t)(made_ms / 1000)};
    snprintf(title_copy, sizeof title_copy, "%s", title);
    snprintf(author_copy, sizeof author_copy, "%s", author);
    judge(book, workbook_set_properties(book->workbook, &properties));
}

/* --- sheets --- */

/* At most so many characters of the name, and none of []:*?/\'. */
static void name_clean(const char *name, size_t most, char out[static NAME_BYTES])
{
    size_t length = 0, characters = 0;
    for (const char *at = name; *at && length + 1 < NAME_BYTES; at++) {
        characters += ((unsigned char)*at & 0xC0) != 0x80;
        if (characters > most)
            break;
        out[length++] = strchr("[]:*?/\\'", *at) ? '-' : *at;
    }
    out[length] = '\0';
}

/* One that no sheet has yet: "name", "name 2", ... */
static lxw_error name_find(struct book *book, const char *name, char out[static NAME_BYTES])
{
    lxw_error error = LXW_ERROR_SHEETNAME_ALREADY_USED;
    for (int number = 1; error == LXW_ERROR_SHEETNAME_ALREADY_USED && number < TRIES; number++) {
        char count[8] = "";
        if (number > 1)
            snprintf(count, sizeof count, " %d", number);
        name_clean(name, NAME_CHARACTERS - strlen(count), out);
        const size_t length = strlen(out);
        snprintf(out + length, NAME_BYTES - length, "%s", count);
        error = workbook_validate_sheet_name(book->workbook, out);
    }
    return error;
}

bool book_sheet(struct book *book, const char *name, double row_points)
{
    char found[NAME_BYTES], plain[16];
    snprintf(plain, sizeof plain, "Sheet%zu", ++book->sheets);
    judge(book, name_find(book, *name ? name : plain, found));
    if (book->error)
        return false;
    book->worksheet = workbook_add_worksheet(book->workbook, found);
    if (!book->worksheet)
        judge(book, LXW_ERROR_MEMORY_MALLOC_FAILED);
    else
        worksheet_set_default_row(book->worksheet, row_points, LXW_FALSE);
    return book->worksheet != NULL;
}

/* --- looks: a format each, made when first wanted --- */

static lxw_format *format_new(struct book *book, const struct look *look)
{
    static const lxw_color_t fill[] = {[MARK_AMBER] = 0xFFE699, [MARK_RED] = 0xFF9C9C};
    static const uint8_t align[] = {
        [LOOK_LEFT] = LXW_ALIGN_LEFT, [LOOK_CENTER] = LXW_ALIGN_CENTER, [LOOK_RIGHT] = LXW_ALIGN_RIGHT};
    lxw_format *format = workbook_add_format(book->workbook);
    if (!format)
        return NULL;
    format_set_font_name(format, book->language == LANGUAGE_ZH ? "宋体" : "Calibri");
    format_set_font_size(format, look->points ? look->points : 11);
    format_set_align(format, align[look->align]);
    format_set_align(format, LXW_ALIGN_VERTICAL_CENTER);
    if (look->number[0])
        format_set_num_format(format, look->number);
    if (look->bold || look->mark == MARK_STRONG)
        format_set_bold(format);
    if (look->wrap)
        format_set_text_wrap(format);
    if (look->border)
        format_set_border(format, LXW_BORDER_THIN);
    if (look->border && look->align == LOOK_LEFT)
        format_set_indent(format, 1);
    if (look->mark == MARK_AMBER || look->mark == MARK_RED)
        format_set_bg_color(format, fill[look->mark]);
    else if (look->heading)
        format_set_bg_color(format, 0xE7E6E6);
    if (look->alarm)
        format_set_font_color(format, 0xC00000);
    return format;
}

static lxw_format *format_of(struct book *book, const struct look *look)
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

void book_text(struct book *book, size_t row, size_t column, const char *text, const struct look *look)
{
    judge(book,
          worksheet_write_string(book->worksheet, (lxw_row_t)row, (lxw_col_t)column, text, format_of(book, look)));
}

void book_band(struct book *book, size_t row, size_t first, size_t last, const char *text, const struct look *look)
{
    if (first == last)
        book_text(book, row, first, text, look);
    else
        judge(book, worksheet_merge_range(book->worksheet, (lxw_row_t)row, (lxw_col_t)first, (lxw_row_t)row,
                                          (lxw_col_t)last, text, format_of(book, look)));
}

void book_number(struct book *book, size_t row, size_t column, double number, const struct look *look)
{
    judge(book,
          worksheet_write_number(book->worksheet, (lxw_row_t)row, (lxw_col_t)column, number, format_of(book, look)));
}

void book_date(struct book *book, size_t row, size_t column, civil_day day, int second, const struct look *look)
{
    lxw_datetime datetime = {.hour = second / 3600, .min = second / 60 % 60, .sec = second % 60};
    civil_to_date(day, &datetime.year, &datetime.month, &datetime.day);
    judge(book, worksheet_write_datetime(book->worksheet, (lxw_row_t)row, (lxw_col_t)column, &datetime,
                                         format_of(book, look)));
}

void book_blank(struct book *book, size_t row, size_t column, const struct look *look)
{
    judge(book, worksheet_write_blank(book->worksheet, (lxw_row_t)row, (lxw_col_t)column, format_of(book, look)));
}

/* --- the sheet as a whole --- */

void book_height(struct book *book, size_t row, double points)
{
    judge(book, worksheet_set_row(book->worksheet, (lxw_row_t)row, points, NULL));
}

void book_width(struct book *book, size_t column, size_t characters)
{
    judge(book, worksheet_set_column(book->worksheet, (lxw_col_t)column, (lxw_col_t)column, (double)characters, NULL));
}

void book_print(struct book *book, size_t headings, const char *mark)
{
    enum { A4 = 9 };
    char head[64];
    worksheet_set_landscape(book->worksheet);
    worksheet_set_paper(book->worksheet, A4);
    worksheet_fit_to_pages(book->worksheet, 1, 0);
    worksheet_center_horizontally(book->worksheet);
    worksheet_set_margins(book->worksheet, 0.4, 0.4, 0.6, 0.6);
    worksheet_freeze_panes(book->worksheet, (lxw_row_t)headings + 1, 0);
    judge(book, worksheet_repeat_rows(book->worksheet, (lxw_row_t)headings, (lxw_row_t)headings));
    judge(book, worksheet_set_footer(book->worksheet, "&C&P / &N"));
    snprintf(head, sizeof head, "&R&B%s", mark ? mark : "");
    if (mark)
        judge(book, worksheet_set_header(book->worksheet, head));
}
