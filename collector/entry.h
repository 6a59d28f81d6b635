/* SPDX-License-Identifier: Apache-2.0 */
/* An entry by hand, as the arguments of its act say it. */
#ifndef COALTALLY_ENTRY_H
#define COALTALLY_ENTRY_H

#include "collector/act.h"
#include "collector/items.h"

enum { ENTRY_SUBJECT_BYTES = 128, ENTRY_WORDS_BYTES = 256 };

struct entry {
    struct item item;
    char subject[ENTRY_SUBJECT_BYTES]; /* empty where the item has none */
    struct period_name period;         /* kind 0: of the clock; days: those that it touches, midnight to midnight */
    int64_t from_ms, to_ms;            /* of the clock; else 0 */
    int64_t value;                     /* of ITEM_AMOUNT */
    const char *unit;
    char words[ENTRY_WORDS_BYTES], source[ENTRY_WORDS_BYTES];
};

/* Reads item, name, period (or from and to), value and source; what "today" is, is no matter of
 * an act. False with what was found and expected in `text`. */
bool entry_read(const struct act *act, struct entry *out, enum language language, char *text, size_t size);

/* Its period as people write it; `text` holds 48 bytes. */
void entry_period(const struct entry *entry, char *text);

#endif
