/* SPDX-License-Identifier: Apache-2.0 */
/* A page in the making: text, and the notes below it that its cells point to. */
#ifndef COALTALLY_PAGE_H
#define COALTALLY_PAGE_H

#include "collector/list.h"
#include "collector/table.h"
#include "collector/words.h"

enum { PAGE_COLUMNS = 100 };

enum note_kind { NOTE_SINCE, NOTE_GAP, NOTE_SPLIT, NOTE_WORK, NOTE_LATE, NOTE_ADJUSTED, NOTE_REFUSED, NOTE_DIFFERS };

struct note {
    enum note_kind kind;
    size_t meter; /* ADJUSTED, REFUSED: the mine */
    int64_t key;  /* with kind and meter: which one it is */
    char text[512];
};

/* Zero-initialised, freed with page_free. */
struct page {
    struct text out;
    enum language language;
    bool colour;
    bool data;         /* for programs */
    struct list notes; /* of struct note */
};

/* An empty page: in colour where it goes to a terminal that wants it. */
struct page page_of(enum language language, enum table_format format);
void page_free(struct page *page);

/* "title      SIMULATED": the mark is never left out, and stands out on a terminal. */
void page_title(struct page *page, const char *title, bool simulated);
/* The same with a mark in words of its own; NULL: none. */
void page_title_marked(struct page *page, const char *title, const char *mark);
/* A line; what is beyond PAGE_COLUMNS goes on below, a little to the right of where it begins. */
void page_line(struct page *page, const char *line);
/* The same for a text of many lines. One in colour stays as it is: a table's, or folded before. */
void page_fold(const char *lines, struct text *out);
/* Straight to stdout, folded so: for what is told as it is found. */
void page_tell(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A column as of table_column, its title in each language; key and titles live as long
 * as the table. */
struct page_column {
    const char *key;
    const char *title; /* "": of data only */
    enum column_kind kind;
    enum column_where where;
};

/* Adds them in this order, before the first row. */
void page_columns(struct table *table, const struct page_column *column, size_t columns, enum language language);

/* The next cell of a row: "10-14 07:31" on a page, the whole in data; nothing for 0. */
void page_instant(struct table *table, int64_t at_ms);
/* The same with the whole on the page too. */
void page_instant_whole(struct table *table, int64_t at_ms);

/* The number of a note, from 1; the same note has one number. 0 when out of memory. */
size_t page_note(struct page *page, const struct note *note);

/* "*1 ..." one line each. */
void page_notes(struct page *page);
/* The same as a JSON list of texts. */
void page_notes_json(const struct page *page, struct text *out);

/* Writes it to stdout, folded unless it is data. False when that, or memory, failed. */
bool page_print(struct page *page);

#endif
