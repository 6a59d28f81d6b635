/* SPDX-License-Identifier: Apache-2.0 */
/* What a column of amounts adds up to, exactly and as its rows are shown: where these
 * differ a page says by how much (尾差). Pure. */
#ifndef COALTALLY_COLUMN_SUM_H
#define COALTALLY_COLUMN_SUM_H

#include "collector/amount.h"
#include "collector/text.h"
#include "drivers/language.h"

/* Zero-initialised. */
struct column_sum {
    int64_t exact; /* the total: a page shows it rounded once */
    int64_t shown; /* the rows, each rounded for itself, in units of the style's last place */
    bool any;      /* a row was known */
};

/* One more row; `known`: it has a figure. */
void column_sum_add(struct column_sum *sum, int64_t amount, struct amount_style style, bool known);

/* Where the rows as shown do not add up to the total as shown, adds to `line` by how much, in the unit shown:
 * "rounded rows less totals: day +1", and of further columns ", month -2". */
void column_sum_note(const struct column_sum *sum, const char *title, struct amount_style style, enum language language,
                     struct text *line);

#endif
