/* SPDX-License-Identifier: Apache-2.0 */
/* What the files xlsx*.c share. */
#ifndef COALTALLY_XLSX_PARTS_H
#define COALTALLY_XLSX_PARTS_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "drivers/language.h"

/* --- xlsx_number.c: pure --- */

enum { XLSX_FORMAT_BYTES = 40, XLSX_DIGITS = 15 };

/* What a page shows of a number ("1,104", "-0.42 %", "+412.000"), and its value in data (NULL: as it is
 * shown), of which the page shows value / 10^power, as a number and the format that shows it so. False
 * for all else, and for what has more than XLSX_DIGITS significant digits. */
bool xlsx_number(const char *shown, const char *value, int power, double *number,
                 char format[static XLSX_FORMAT_BYTES]);

/* --- xlsx_sheet.c --- */

struct book;       /* xlsx_book.h */
struct xlsx_sheet; /* xlsx.h */

/* Adds a sheet: its head, the table as a page shows it, its foot. */
void xlsx_sheet_write(struct book *book, const struct xlsx_sheet *sheet, enum language language);

/* --- xlsx_place.c: where a workbook is written --- */

struct xlsx_place {
    char folder[PATH_MAX], beside[PATH_MAX]; /* beside: the file that is written to */
};

/* Makes an empty file in the folder of `path` (NULL: in the one for temporary files) and sees that as
 * many bytes have room there. False with the reason in `why`. */
bool xlsx_place_open(struct xlsx_place *place, const char *path, int64_t bytes, enum language language, char *why,
                     size_t size);
/* Brings what was written onto the disk and gives it its name; path NULL: to standard output. False, with
 * nothing left behind, and the reason in `why`. */
bool xlsx_place_keep(struct xlsx_place *place, const char *path, enum language language, char *why, size_t size);
/* Removes it. */
void xlsx_place_drop(struct xlsx_place *place);

#endif
