/* SPDX-License-Identifier: Apache-2.0 */
/* How well a figure is known, in a word, with the notes that say why. */
#ifndef COALTALLY_ASSESS_H
#define COALTALLY_ASSESS_H

#include "collector/page.h"
#include "collector/selection.h"
#include "collector/store_report.h"

/* In the order of weight: the first that holds is the word of the row. */
enum standing {
    STANDING_NOT_YET,   /* the period has not begun */
    STANDING_BEFORE,    /* it was over before its meters were first read */
    STANDING_NO_DATA,   /* nothing was recorded */
    STANDING_OPEN_WORK, /* a person must decide something in it */
    STANDING_LATE,      /* it runs, and the meter is not being read now */
    STANDING_SINCE,     /* a meter began inside it */
    STANDING_ESTIMATED, /* an edge of it cuts a gap */
    STANDING_PARTS,     /* only edges of shifts inside it cut gaps */
    STANDING_BY_HAND,   /* people entered it: no meter gives it */
    STANDING_MEASURED,
    STANDING_COUNT
};

enum { ASSESS_NOTES_MAX = 8 }; /* further ones are below the page, but not beside the row */

struct assessment {
    enum standing standing;
    int64_t at_ms; /* LATE, SINCE: the instant */
    size_t notes;
    size_t note[ASSESS_NOTES_MAX]; /* numbers on the page */
};

/* For the data, in every language the same: "measured", "open-work", ... */
const char *standing_name(enum standing standing);

/* Begin, then add each meter over each span, parts (shifts) last. */
void assess_begin(struct assessment *assessment, const struct figure *figure, bool begun, bool before);
/* Points to a note that does not change the word. */
void assess_point(struct assessment *assessment, size_t number);
void assess_meter(struct assessment *assessment, struct page *page, struct report *report, size_t meter,
                  struct calendar_span span, bool part);

/* "estimated *1", "OPEN WORK *2"; `day`: on it an instant needs no date. `text` holds 128 bytes. */
void assess_show(const struct assessment *assessment, civil_day day, enum language language, char *text);
enum table_mark assess_mark(const struct assessment *assessment);

/* An instant without its year: "10-12 09:42:05". `text` holds 24 bytes. */
void instant_brief(int64_t at_ms, char *text);

#endif
