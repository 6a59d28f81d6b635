/* SPDX-License-Identifier: Apache-2.0 */
/* What the files county_page*.c share; nobody else includes it. */
#ifndef COALTALLY_COUNTY_PAGE_PARTS_H
#define COALTALLY_COUNTY_PAGE_PARTS_H

#include "collector/county_page.h"

/* The columns that say which mine a row is of, and their cells. */
void county_mine_columns(struct table *table, enum language language);
void county_mine_cells(struct table *table, const struct county_view *view, const struct county_mine *mine);

/* A value as people read it, with its unit where no head of a column says it. */
void county_value_cell(struct table *table, const struct county_view *view, enum fact_kind kind, int64_t value,
                       bool unit);

#endif
