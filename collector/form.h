/* SPDX-License-Identifier: Apache-2.0 */
/* A formal report, to be printed and signed (报表): what stands above, in and below its
 * tables, said already, in the reader's language. Who makes one fills the fields; form.c
 * writes it as a page, CSV or JSON, xlsx.c as a workbook. */
#ifndef COALTALLY_FORM_H
#define COALTALLY_FORM_H

#include "collector/digest.h"
#include "collector/table.h"
#include "drivers/language.h"

enum { FORM_LINE_BYTES = 256, FORM_PARTS_MAX = 512 }; /* each quantity in each shift of a day */

/* One table: of a quantity, or all there is. */
struct form_part {
    char heading[FORM_LINE_BYTES]; /* "raw coal, reported"; may be empty */
    char sheet[FORM_LINE_BYTES];   /* what it is called in a workbook, in 31 characters; empty: as the heading */
    char unit[32];                 /* of its amounts: "t", "万吨"; empty: the columns say it */
    struct text above;             /* lines that end with \n: who closed it, what is not reportable */
    size_t key;                    /* the column that says what a row is of: a wide page repeats it */
    struct table *table;           /* its last rows, for pages only and strong, are totals */
    struct text below;             /* the same: of which mines it is whole, rounding, coefficients */
};

/* Zero-initialised; freed with form_free. */
struct form {
    enum language language;
    const char *report;               /* for programs: "day", "integrity" */
    char title[FORM_LINE_BYTES];      /* "Daily report", "日报" */
    char place[FORM_LINE_BYTES];      /* the county, or the site, and the mine if it is one; may be empty */
    char period[FORM_LINE_BYTES];     /* "2026-10-13 00-24" */
    char unfinished[FORM_LINE_BYTES]; /* "STILL RUNNING: 41.2 % of it gone at ...: not to be signed"; empty: over */
    const char *mark;                 /* selection_mark; never left out */
    size_t parts;
    struct form_part part[FORM_PARTS_MAX];
    struct text notes; /* lines that end with \n, "*1 ..." */
    /* the footer */
    char prepared_by[FORM_LINE_BYTES], checked_by[FORM_LINE_BYTES]; /* empty: a blank to sign on */
    char made[32];                                                  /* when it was made, and as an instant */
    int64_t made_ms;
    char chain[DIGEST_HEX_BYTES]; /* the head of the journal's chain; may be empty */
};

enum form_format { FORM_PAGE, FORM_CSV, FORM_JSON, FORM_SPREADSHEET, FORM_XLSX };

/* With its tables and texts. */
void form_free(struct form *form);

/* Adds all to `out`, of any format but FORM_XLSX. CSV has the rows of all parts one after another, under the
 * columns of the first. SPREADSHEET is CSV as people open it: a byte order mark, the page's lines,
 * headings and figures, no cell a formula. False when memory ran out, here or before. */
bool form_render(const struct form *form, enum form_format format, bool colour, struct text *out);

#endif
