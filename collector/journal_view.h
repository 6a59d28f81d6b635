/* SPDX-License-Identifier: Apache-2.0 */
/* The journal as people see it: a table with a row for each of its rows. */
#ifndef COALTALLY_JOURNAL_VIEW_H
#define COALTALLY_JOURNAL_VIEW_H

#include "collector/selection.h"
#include "collector/store_sites.h"

/* What journal_row reads, to be selected FROM journal in this order. */
#define JOURNAL_VIEW_COLUMNS                                                                                           \
    "id, at_ms, kind, level, mine, meter, subject, bucket_ms, count, from_ms, to_ms, before, after, amount, bounded,"  \
    " low, high, " JOURNAL_WAITS("id") ", text"

/* With its columns and no rows. NULL when out of memory. */
struct table *journal_table(const struct selection *selection);

/* Adds the row at which the query stands. False when out of memory. */
bool journal_row(const struct selection *selection, struct table *table, const struct db_query *query);

#endif
