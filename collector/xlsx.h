/* SPDX-License-Identifier: Apache-2.0 */
/* A report as a workbook (XLSX), to be signed and filed. xlsx_book.c alone knows
 * libxlsxwriter.
 *
 * Numbers: a cell of COLUMN_NUMBER whose page text is a number becomes one, of its value in
 * data, divided as the page divides it (table_amount) and shown with as many places. A
 * spreadsheet keeps 15 significant digits, which is up to 999,999,999,999.999 t to the
 * kilogram; what has more is written as text, so that no digit is lost. COLUMN_DATE becomes
 * a date. All else is text: no cell is a formula or a link, whatever it begins with.
 * Percentages stand as they are in data, 78.6 for 78.6 %.
 *
 * The same sheets give the same bytes. */
#ifndef COALTALLY_XLSX_H
#define COALTALLY_XLSX_H

#include "collector/table.h"
#include "collector/words.h"

struct xlsx_sheet {
    const char *name;          /* of its tab; cut and cleaned as they must be. NULL: "Sheet1" */
    const char *title;         /* above all columns */
    const char *period;        /* below it, to the left; may be NULL */
    const char *unit;          /* and to the right; may be NULL */
    const char *mark;          /* "SIMULATED": below the title, and at the head of each printed page; NULL: none */
    const struct table *table; /* what it shows on a page; totals are rows of the page alone, or strong ones */
    size_t notes;
    const char *const *note;                          /* below the rows, a line each */
    bool signatures;                                  /* a line for preparer, checker and date */
    const char *prepared_by, *checked_by, *signed_on; /* where they are known; NULL: a space to write in */
    const char *as_of, *chain;                        /* the last line; each may be NULL */
};

/* Writes the sheets to a file, whole or not at all: to a neighbour, synced, renamed. path NULL: to
 * standard output. as_of_ms: when the workbook says it was made. False with what went wrong, and
 * where, in `why`. */
bool xlsx_write(const struct xlsx_sheet *sheet, size_t sheets, enum language language, int64_t as_of_ms,
                const char *path, char *why, size_t size);

#endif
