/* SPDX-License-Identifier: Apache-2.0 */
/* What the files against*.c share. */
#ifndef COALTALLY_AGAINST_PARTS_H
#define COALTALLY_AGAINST_PARTS_H

#include "collector/against.h"

/* --- against_side.c --- */

/* The databases of a file, its own first. A list of struct against_side; false with db_fault set. */
bool against_sides(struct db *db, struct list *sides);

/* The side's position was reached by what the other one holds. */
bool against_passed(const struct against_side *side, const struct against_side *other);

/* Of rows with revs in (from, to]. */
int64_t against_count(const struct against_side *side, int64_t from, int64_t to);

/* The rev of the row of this key there, local, also where it is kept aside; 0: there is none. *elsewhere: what
 * stands there another site has told of since. */
int64_t against_rev(const struct against_side *side, const struct travel_row *row, bool *elsewhere);

/* --- against_row.c --- */

/* Rows of one table with one key. */
bool against_same_key(const struct travel_row *a, const struct travel_row *b);
/* The column that differs first; -1: none does. */
int against_column(const struct travel_row *a, const struct travel_row *b);
/* `there` NULL: only `here` has it, and the other way round. */
void against_row_fill(struct against_row *row, const struct against_side *side, const struct travel_row *here,
                      const struct travel_row *there);

#endif
