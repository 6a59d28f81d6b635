/* SPDX-License-Identifier: Apache-2.0 */
/* A page in the making: text, and the notes below it that its cells point to. */
#ifndef COALTALLY_PAGE_H
#define COALTALLY_PAGE_H

#include "collector/list.h"
#include "collector/table.h"
#include "collector/words.h"

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
    struct list notes; /* of struct note */
};

void page_free(struct page *page);

/* "title      SIMULATED": the mark is never left out, and stands out on a terminal. */
void page_title(struct page *page, const char *title, bool simulated);
void page_line(struct page *page, const char *line);

/* The number of a note, from 1; the same note has one number. 0 when out of memory. */
size_t page_note(struct page *page, const struct note *note);

/* "*1 ..." one line each. */
void page_notes(struct page *page);
/* The same as a JSON list of texts. */
void page_notes_json(const struct page *page, struct text *out);

/* Writes it to stdout. False when that, or memory, failed. */
bool page_print(struct page *page);

#endif
