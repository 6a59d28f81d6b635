/* SPDX-License-Identifier: Apache-2.0 */
/* A workbook in the making: cells and how they look, without what they mean. xlsx_book.c alone
 * knows libxlsxwriter. The first error is kept, and told by book_close; then nothing is
 * written. */
#ifndef COALTALLY_XLSX_BOOK_H
#define COALTALLY_XLSX_BOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collector/calendar.h"
#include "collector/table.h"
#include "collector/xlsx_parts.h"

enum look_align { LOOK_LEFT, LOOK_CENTER, LOOK_RIGHT };

/* How a cell looks. Of ints and one array alone, so that it has no padding and is compared whole. */
struct look {
    int align, points, mark; /* points 0: 11; mark: enum table_mark */
    int bold, border, heading, wrap, alarm;
    char number[XLSX_FORMAT_BYTES]; /* of numbers and dates; empty: as they come */
};

struct book;

/* Writes to `path`, which exists already and is ours; `folder` is for what the library needs meanwhile.
 * NULL when out of memory. */
struct book *book_open(const char *path, const char *folder, enum language language);
/* Writes the file and ends the book: NULL, or what went wrong, a text that stays. */
const char *book_close(struct book *book);

void book_properties(struct book *book, const char *title, const char *author, int64_t made_ms);

/* A new sheet, which what follows is about. Its name is cut and cleaned as it must be, and no other's;
 * empty: "Sheet1". False after an error. */
bool book_sheet(struct book *book, const char *name, double row_points);

void book_text(struct book *book, size_t row, size_t column, const char *text, const struct look *look);
/* Over the columns first to last. */
void book_band(struct book *book, size_t row, size_t first, size_t last, const char *text, const struct look *look);
void book_number(struct book *book, size_t row, size_t column, double number, const struct look *look);
/* A day of the year 1900 or later, and seconds of it. */
void book_date(struct book *book, size_t row, size_t column, civil_day day, int second, const struct look *look);
void book_blank(struct book *book, size_t row, size_t column, const struct look *look);

void book_height(struct book *book, size_t row, double points);
void book_width(struct book *book, size_t column, size_t characters);
/* A4 across, as wide as the page; the headings' row stays, and heads each page; `mark` (NULL: none) at the
 * head of each, the page's number below. */
void book_print(struct book *book, size_t headings, const char *mark);

#endif
