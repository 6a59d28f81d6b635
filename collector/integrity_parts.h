/* SPDX-License-Identifier: Apache-2.0 */
/* What the files integrity*.c share. */
#ifndef COALTALLY_INTEGRITY_PARTS_H
#define COALTALLY_INTEGRITY_PARTS_H

#include "collector/integrity.h"

/* A new item of a mine at an instant of its clock; NULL: outside of what was asked for, of another
 * mine, or out of memory (db_fault is then set). */
struct integrity_item *item_at(struct integrity *integrity, enum integrity_kind kind, int mine, int64_t at_ms);
/* The same on a production day; mine from 0. */
struct integrity_item *item_on(struct integrity *integrity, enum integrity_kind kind, int mine, civil_day day);
/* Of a stretch, one for each month that it touches; each gets its part as span_ms, and that in which
 * it begins counts it. Calls `fill` on each. */
typedef void item_filler(struct integrity_item *item, struct calendar_span part, const void *context);
void items_over(struct integrity *integrity, enum integrity_kind kind, int mine, struct calendar_span span,
                item_filler *fill, const void *context);

/* Whether the meter (an index, -1: none) is one of those that report the quantity. */
bool meter_counts(const struct integrity *integrity, int meter);

/* Copies what the ledger says, fit for a screen. */
void item_texts(struct integrity_item *item, const char *what, const char *by, const char *text);

/* From the journal and open work: integrity_journal.c. */
void journal_items(struct integrity *integrity);
/* From gaps, holds and replacements: integrity_outages.c. */
void outage_items(struct integrity *integrity);
void hold_items(struct integrity *integrity);
void replaced_items(struct integrity *integrity);
/* From coefficients, adjustments and versions: integrity_acts.c. */
void coefficient_items(struct integrity *integrity);
void adjustment_items(struct integrity *integrity);
void late_items(struct integrity *integrity);

/* Days from the first month's begin to the last one's end. */
static inline struct period integrity_days(const struct integrity *integrity)
{
    return (struct period){integrity->month[0].from, integrity->month[integrity->months - 1].to};
}

/* A span that holds those of all mines. */
struct calendar_span integrity_all(const struct integrity *integrity);

#endif
