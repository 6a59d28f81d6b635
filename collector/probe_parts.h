/* SPDX-License-Identifier: Apache-2.0 */
/* What the pages of probe share. */
#ifndef COALTALLY_PROBE_PARTS_H
#define COALTALLY_PROBE_PARTS_H

#include "collector/probe.h"

/* A table whose first column is the number of the read where it is read repeatedly. NULL: `out` has failed. */
struct table *probe_table(const struct probe_page *page, struct text *out);

/* A row of it, with that first cell. */
void probe_row(const struct probe_page *page, struct table *table);

/* Renders and frees. Of repeated reads in CSV only the first has the head. */
void probe_table_end(const struct probe_page *page, struct table *table, struct text *out);

/* A number, as it is shown: without its +, and null where it is none, in data. */
void probe_cell(struct table *table, const char *text);
void probe_cell_int(struct table *table, int value);

/* A value before scale; "" when it is none. */
void probe_raw(const uint16_t *registers, const struct registers_format *format, char text[static VIEW_TEXT_BYTES]);

/* now - before with its sign; "" when there is no change, or one of them is no number. */
void probe_raw_change(const uint16_t *now, const uint16_t *before, const struct registers_format *format,
                      char text[static VIEW_TEXT_BYTES]);

static inline bool table_is_bits(enum registers_table table)
{
    return table == TABLE_COIL || table == TABLE_DISCRETE;
}

#endif
