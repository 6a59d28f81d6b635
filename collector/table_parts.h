/* SPDX-License-Identifier: Apache-2.0 */
/* A table inside: table.c fills it, table_render.c, table_sheet.c and xlsx.c show it; nobody else includes this. */
#ifndef COALTALLY_TABLE_PARTS_H
#define COALTALLY_TABLE_PARTS_H

#include "collector/table.h"

struct column {
    const char *key;
    char *title;
    enum column_kind kind;
    enum column_where where;
};

struct cell {
    char *shown; /* on a page; NULL: nothing known */
    char *value; /* in data; NULL: null */
    int power;   /* the page shows value / 10^power */
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
    size_t folded;     /* the column that is folded then */
    size_t band, key;  /* the same of a page in bands, and the column that each begins with */
    struct text facts; /* the JSON object up to its rows */
    bool failed;
};

/* Columns of data, and those that no row fills, are not on a page. */
bool table_column_shown(const struct table *table, size_t column);

/* A text of CSV: quoted where it must be, and a ' before what a spreadsheet would take for a formula. */
void csv_text_add(const char *value, struct text *out);

#endif
