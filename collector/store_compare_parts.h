/* SPDX-License-Identifier: Apache-2.0 */
/* What the files store_compare*.c share. */
#ifndef COALTALLY_STORE_COMPARE_PARTS_H
#define COALTALLY_STORE_COMPARE_PARTS_H

#include "collector/store_parts.h"

enum { COLUMNS_MAX = 9, VALUE_BYTES = 320 };

struct compare {
    struct store *store;
    int64_t now_ms;
};

/* One fact of the configuration, as the ledger's column of that name should hold it. */
struct column {
    const char *name;
    char value[VALUE_BYTES];
};

void column_set(struct column *column, const char *name, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Binds the values in turn. */
void columns_bind(struct db_query *query, const struct column *column, int columns);

/* A row of the journal that says what changed, and by which configuration. mine and
 * meter are indexes, -1: none. */
void compare_note(const struct compare *compare, const char *kind, int mine, int meter, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* A note for each column of `query` (from `first` on) that differs: "belt-1: role
 * check -> main". True when any does. */
bool compare_columns(const struct compare *compare, const struct db_query *query, int first,
                     const struct column *column, int columns, int mine, int meter, const char *name);

/* The id that `sql` finds by a text; 0: none. */
int64_t compare_id(struct db *db, const char *sql, const char *text);

/* The id of a text that is kept as a definition, by its SHA-256; written where it is new. */
int64_t compare_text(struct store *store, const char *text);

void compare_county(const struct compare *compare);
void compare_meter(const struct compare *compare, size_t index);
void compare_definition(const struct compare *compare, size_t index);
/* Writes what the configuration changes of the mine's calendar from now on; what would correct the past waits.
 * From when on days run otherwise; INT64_MAX: nothing changed. */
int64_t compare_calendar(const struct compare *compare, size_t mine);

#endif
