/* SPDX-License-Identifier: Apache-2.0 */
/* Between import_read.c (a file) and import_cell.c (what stands in one cell of it). */
#ifndef COALTALLY_IMPORT_PARTS_H
#define COALTALLY_IMPORT_PARTS_H

#include "collector/csv.h"
#include "collector/import.h"

/* A file on the way to its readings. */
struct reader {
    const struct config *config;
    struct import_faults *faults;
    struct import_file *file;
    const char *meter; /* of all rows; NULL: a column says it */
    int64_t now_ms;
    size_t columns;
    struct import_heading heading[CSV_CELLS_MAX];
    size_t column[IMPORT_COLUMNS]; /* from 1; 0: there is none */
    bool failed;                   /* out of memory */
};

/* --- import_cell.c. Each adds a fault where the cell is not what it should be --- */

/* The text of a column, counted from 1; empty for 0, and where the row ends before it. */
const char *import_cell(const struct csv_row *row, size_t column);
/* Of a column of times, of dates, or of both: the date, and the time of day. */
bool import_cell_time(struct reader *reader, const struct csv_row *row, int64_t *at_ms);
/* Index of the meter of a row; CONFIG_NONE: none. */
size_t import_cell_meter(struct reader *reader, const struct csv_row *row);
/* A number as a count of the register of a meter (its index). */
bool import_cell_count(struct reader *reader, const struct csv_row *row, size_t column, size_t meter, int64_t *count);

#endif
