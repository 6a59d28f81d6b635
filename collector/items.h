/* SPDX-License-Identifier: Apache-2.0 */
/* What people enter by hand, in one table: each quantity of quantity.h by its own name
 * ("raw_coal" of a mine that is not connected), and the items of items.c. */
#ifndef COALTALLY_ITEMS_H
#define COALTALLY_ITEMS_H

#include "collector/period.h"
#include "collector/quantity.h"
#include "collector/words.h"

enum item_value {
    ITEM_AMOUNT, /* a number, not negative, in thousandths of the unit */
    ITEM_WORDS   /* a text: a milestone's state, why a stop is planned */
};

enum item_subject {
    SUBJECT_NONE,
    SUBJECT_NAME,    /* a name of its own: the milestone's */
    SUBJECT_QUANTITY /* one of quantity.h, whose unit it has: what is planned */
};

struct item {
    const char *name;
    const char *unit;  /* "" for words, and where the subject has it */
    const char *title; /* to be said in the reader's language */
    enum item_value value;
    enum item_subject subject;
    unsigned kinds; /* ITEM_KIND(k) of the periods that it takes; ITEM_CLOCK: also --from, --to */
    bool ahead;     /* may speak of what is still to come */
};

#define ITEM_KIND(kind) (1u << (kind))
#define ITEM_CLOCK      1u

/* By name; false when there is none. */
bool item_find(const char *name, struct item *out);

/* The names that are no quantities, for messages: "heading_advance, ..." Returns the length. */
size_t item_names(char *text, size_t size);

/* "84300", "84300t", "84.3 kt" -> thousandths of the unit; `unit`: of the item, or of its subject. False
 * with what was found and expected in `text`: no number, negative, too large, a finer part than a thousandth. */
bool item_amount(const char *value, const char *unit, int64_t *out, enum language language, char *text, size_t size);

#endif
