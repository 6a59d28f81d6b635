/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of a report: as a page whose columns align by display width, as CSV, as
 * JSON. The same rows in each; what a page rounds, the data give in full. */
#ifndef COALTALLY_TABLE_H
#define COALTALLY_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collector/amount.h"
#include "collector/text.h"

enum table_format { TABLE_PAGE, TABLE_CSV, TABLE_JSON };

/* "table", "csv", "json"; false for anything else. */
bool table_format_parse(const char *text, enum table_format *out);

enum column_kind {
    COLUMN_TEXT,   /* to the left; in JSON a string */
    COLUMN_NUMBER, /* to the right; in JSON a number */
    COLUMN_SWITCH, /* in JSON true or false; data only */
    COLUMN_DATE    /* as text, but in a workbook a date: "2026-10-13", "2026-10-13 07:31:05" in data */
};

enum column_where { COLUMN_BOTH, COLUMN_PAGE, COLUMN_DATA };

enum table_mark { MARK_NONE, MARK_STRONG, MARK_AMBER, MARK_RED };

struct table;

enum { COLUMNS_MAX = 48 };

/* NULL when out of memory. Out of memory later on: kept, and told by table_render. */
struct table *table_new(void);
void table_free(struct table *table);

/* All columns before the first row. `key` names it in CSV and JSON and must live
 * as long as the table; `title` heads it on a page and is copied. */
void table_column(struct table *table, const char *key, const char *title, enum column_kind kind,
                  enum column_where where);

/* Starts a row; its cells follow in the order of the columns. Cells that are left
 * out are empty. */
void table_row(struct table *table);
void table_text(struct table *table, const char *text);
/* `shown` on a page ("1,104", "实测"), `value` in data ("1104.250", "measured"). */
void table_cell(struct table *table, const char *shown, const char *value);
/* An amount in thousandths: rounded in the style on a page, all of it in data. */
void table_amount(struct table *table, int64_t amount, struct amount_style style);
/* Tenths of a percent: "78.6 %" on a page, 78.6 in data. */
void table_share(struct table *table, int64_t permille);
void table_integer(struct table *table, int64_t value);
void table_switch(struct table *table, bool value);
/* Nothing known: "-" on a page, empty in CSV, null in JSON. */
void table_none(struct table *table);
/* Marks the cell just added, or the row when it has none yet. */
void table_mark(struct table *table, enum table_mark mark);
/* The row just started sums up others: it is on pages only. */
void table_row_page_only(struct table *table);

enum { TABLE_LAST = COLUMNS_MAX };

/* Pages are to be no wider than so many columns: what is longer of the column of that number (TABLE_LAST: the last
 * one on the page), a text, goes on below itself. 0 (at first): as wide as it is. */
void table_fold(struct table *table, size_t width);
void table_fold_column(struct table *table, size_t width, size_t column);

/* Pages are to be no wider than so many columns: what has no room beside the others goes into a further
 * table below, which begins with column `key` again. */
void table_band(struct table *table, size_t width, size_t key);

/* How many rows were begun, those of pages only too. */
size_t table_rows(const struct table *table);

/* What stands beside the rows in JSON: {"report": "day", ..., "rows": [...]}. Both are
 * copied; `json` is a value that is JSON already. */
void table_fact(struct table *table, const char *key, const char *text);
void table_fact_json(struct table *table, const char *key, const char *json);

/* Adds all to `out`. Page: columns that no row fills are left out. CSV: RFC 4180 in
 * UTF-8, with a ' before a text that a spreadsheet would take for a formula. False
 * when memory ran out, here or when a cell was added. */
bool table_render(const struct table *table, enum table_format format, bool colour, struct text *out);

/* As people open it in a spreadsheet: the columns and rows of a page under its headings; numbers without
 * commas and signs of their unit; no text a formula. CSV lines, each ends with CR LF. */
bool table_render_sheet(const struct table *table, struct text *out);
/* One line of a single text in such a file. */
void table_sheet_line(const char *text, struct text *out);

#endif
