/* SPDX-License-Identifier: Apache-2.0 */
/* What the board makes of indicators: which are shown and in what order, and how far each one is from its
 * target. Pure. */
#ifndef COALTALLY_BOARD_H
#define COALTALLY_BOARD_H

#include <stdbool.h>

#include "collector/indicator_value.h"

/* Where the figure of a row comes from, as --only and the data say it. */
enum board_source {
    BOARD_METERED,
    BOARD_MIXED, /* metered, and in part added by people */
    BOARD_ROSTER,
    BOARD_BY_HAND,
    BOARD_DERIVED,
    BOARD_STATED, /* nothing finds it, but a text states what was reached */
    BOARD_NO_DATA,
    BOARD_SOURCES
};

/* "metered", "mixed", "roster", "by-hand", "derived", "stated", "no-data". */
const char *board_source_text(enum board_source source);
/* False for anything else. */
bool board_source_parse(const char *text, enum board_source *out);

/* What the texts state as reached where it may stand as the figure of the board's year: what is of another year is
 * never held against a target of this one. `said` may be NULL; NULL: it may not. */
const struct indicator_stated *board_stands(const struct indicator_stated *said, bool has_target, int year);

/* said: what stands where nothing is found; NULL: nothing. */
enum board_source board_source_of(const struct indicator_value *value, const struct indicator_stated *said);

/* The indicators in the order of the board: headlines by their number, then the others as the file has them.
 * `order` holds `indicators->count` indexes. */
void board_order(const struct indicators *indicators, size_t *order);

/* value / target in tenths of a percent, floored: a target of 91 that is at 90.9999 is not at 100.0 %. False
 * where there is no value, the target is not above 0, or it does not fit. */
bool board_share(const struct indicator_value *value, struct decimal target, int64_t *permille);

/* value - target in the indicator's unit, floored to so many places. The same. */
bool board_gap(const struct indicator_value *value, struct decimal target, int places, struct decimal *gap);

/* now - then, floored to so many places; false where one of them has no value, they are the same, or it does
 * not fit. */
bool board_change(const struct indicator_value *then, const struct indicator_value *now, int places,
                  struct decimal *change);

/* All of the value where it has at most 12 decimals, else floored to 6. */
bool board_exact(const struct indicator_value *value, struct decimal *out);

/* The target as an amount of the quantities, in thousandths of their unit: 3600 of 10^4 t is 36 000 000 000 kg.
 * False where the indicator is no sum, or it does not fit. */
bool board_target_amount(const struct indicator *indicator, struct decimal target, int64_t *amount);

#endif
