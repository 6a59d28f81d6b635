/* SPDX-License-Identifier: Apache-2.0 */
/* Tables on the screen only: pages for setting up, which nobody reads by program. */
#ifndef COALTALLY_SHEET_H
#define COALTALLY_SHEET_H

#include "collector/command.h"
#include "collector/table.h"

struct sheet_column {
    const char *title; /* NULL ends a list */
    enum column_kind kind;
};

/* NULL when out of memory. */
struct table *sheet_new(const struct command *command, const struct sheet_column *columns);

/* The next cell of a row. */
void sheet_number(struct table *table, size_t number);
/* A stretch of time in the unit that suits it: "21 ms", "149 d". */
void sheet_span(struct table *table, int64_t ms);
/* The same, and in data the milliseconds. */
void sheet_ms(struct table *table, int64_t ms);

/* Prints the table with an empty line after it, or nothing when it has no rows,
 * and frees it (NULL too). False when out of memory. */
bool sheet_print(struct table *table);

#endif
