/* SPDX-License-Identifier: Apache-2.0 */
/* The mines that the county's texts name, as a table: a row a project. */
#ifndef COALTALLY_BOARD_NAMED_H
#define COALTALLY_BOARD_NAMED_H

#include "collector/county.h"
#include "collector/indicator.h"
#include "collector/table.h"
#include "collector/words.h"

/* Columns and rows of a new table. What nothing is said of is left empty. */
void board_named_fill(struct table *table, const struct county *county, const struct indicators *indicators,
                      civil_day day, enum language language);

#endif
