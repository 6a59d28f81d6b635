/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of a file as spreadsheets save them: RFC 4180, or with semicolons or tabs
 * between the cells; rows end with CR, LF or both; a cell in double quotes may hold
 * any of these, and a doubled quote. Pure. */
#ifndef COALTALLY_CSV_H
#define COALTALLY_CSV_H

#include <stdbool.h>
#include <stddef.h>

enum { CSV_CELLS_MAX = 256 };

/* A text in memory, read from its front. */
struct csv {
    char *at, *end; /* *end is 0 */
    char separator;
    size_t row; /* of the row read last, as a spreadsheet numbers it: from 1, one for a row of several lines */
};

struct csv_row {
    size_t row;
    size_t cells;
    char *cell[CSV_CELLS_MAX]; /* closed by a NUL, without blanks around it; valid as long as the text is */
};

enum csv_outcome { CSV_ROW, CSV_END, CSV_BAD };

/* `text` holds length bytes and a closing NUL; cells are cut out of it in place. The
 * separator is the one of , ; and tab that the first row with any of them has most of. */
struct csv csv_start(char *text, size_t length);

/* The next row; one that is blank has a cell, which is empty. CSV_BAD, with a row of
 * no cells: more than CSV_CELLS_MAX cells; reading goes on behind it. A quote that nothing
 * closes lasts to the end of the text (*unclosed is set). */
enum csv_outcome csv_row(struct csv *csv, struct csv_row *row, bool *unclosed);

#endif
