/* SPDX-License-Identifier: Apache-2.0 */
/* A stock-take against the book: what the ledger knows of a mine's coal between the last
 * stock-take and this one. */
#ifndef COALTALLY_STOCK_BOOK_H
#define COALTALLY_STOCK_BOOK_H

#include "collector/stocktake.h"
#include "collector/store_report.h"
#include "collector/text.h"
#include "collector/words.h"

struct stock_book {
    size_t mine;                    /* index */
    civil_day at;                   /* closing is the stock at the end of this production day */
    civil_day opened;               /* opening that of this one's */
    int64_t opening_act;            /* that brought it */
    struct figure shipped, own_use; /* by meters, by hand */
    struct stocktake stock;
    struct stocktake_balance balance;
    struct period_name month; /* where a gain or loss is booked: the mine's own month, or the calendar's */
};

/* Reckons it; False where something is missing: `text` gets a line for each thing, with
 * what to do. Faults are kept in the report's db. */
bool stock_reckon(struct report *report, size_t mine, civil_day at, int64_t closing, enum language language,
                  struct stock_book *book, struct text *text);

/* The whole reckoning, a line a term. */
void stock_show(const struct report *report, const struct stock_book *book, enum language language, struct text *text);

#endif
