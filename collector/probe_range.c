/* SPDX-License-Identifier: Apache-2.0 */
/* A range of registers, in every type and order. */
#include <stdio.h>

#include "collector/probe_parts.h"

struct range_column {
    const char *key, *change_key;
    enum registers_type type;
};

/* The types of a row: those of 64 bits need a table of their own on a page. */
static const struct range_column narrow[] = {
    {"uint16", "uint16_change", TYPE_UINT16},    {"int16", "int16_change", TYPE_INT16},
    {"uint32", "uint32_change", TYPE_UINT32},    {"int32", "int32_change", TYPE_INT32},
    {"float32", "float32_change", TYPE_FLOAT32},
};
static const struct range_column wide[] = {
    {"uint64", "uint64_change", TYPE_UINT64},
    {"int64", "int64_change", TYPE_INT64},
    {"float64", "float64_change", TYPE_FLOAT64},
};
enum { NARROW = sizeof narrow / sizeof *narrow, WIDE = sizeof wide / sizeof *wide };

/* What is shown, and what it is compared with. */
struct range {
    const struct probe_page *page;
    const struct request *request;
    const uint16_t *now, *before; /* before: NULL at the first read */
};

static bool is_page(const struct range *range)
{
    return range->page->format == TABLE_PAGE;
}

/* A page without a row is left out. */
static bool range_end(const struct range *range, struct table *table, struct text *out)
{
    const bool any = table_rows(table) > 0;
    if (any || !is_page(range))
        probe_table_end(range->page, table, out);
    else
        table_free(table);
    return any;
}

/* A page of changes. */
static bool has_changes_only(const struct range *range)
{
    return is_page(range) && range->before;
}

/* On a page the address stands once, before its rows, where all rows are there. */
static void address_add(const struct range *range, struct table *table, int address, enum registers_order order)
{
    char text[16];
    snprintf(text, sizeof text, "%d", address);
    table_cell(table, order == ORDER_ABCD || has_changes_only(range) ? text : "", text);
}

static void columns_add(const struct range *range, struct table *table, const struct range_column *columns,
                        size_t count)
{
    for (size_t i = 0; i < count; i++)
        table_column(table, columns[i].key, columns[i].key, COLUMN_NUMBER, COLUMN_BOTH);
    for (size_t i = 0; i < count && range->page->read; i++)
        table_column(table, columns[i].change_key, "", COLUMN_NUMBER, COLUMN_DATA);
}

/* Words swapped, a 16-bit value is the same, so it is shown in the two byte orders only. */
static bool order_differs(enum registers_type type, enum registers_order order)
{
    return registers_words(type) > 1 || order == ORDER_ABCD || order == ORDER_BADC;
}

static void change_text(const struct range *range, int place, const struct registers_format *format,
                        char text[static VIEW_TEXT_BYTES])
{
    *text = '\0';
    if (range->before)
        probe_raw_change(range->now + place, range->before + place, format, text);
}

/* The values of the columns, or on a page of changes those; then in data the changes. */
static void cells_add(const struct range *range, struct table *table, const struct range_column *columns, size_t count,
                      int place, enum registers_order order)
{
    const size_t cells = range->page->read && !is_page(range) ? 2 * count : count;
    for (size_t i = 0; i < cells; i++) {
        const struct registers_format format = {.type = columns[i % count].type, .order = order};
        const bool fits = range->request->count - place >= registers_words(format.type);
        char text[VIEW_TEXT_BYTES] = "";
        if (fits && order_differs(format.type, order) && (i >= count || has_changes_only(range)))
            change_text(range, place, &format, text);
        else if (fits && order_differs(format.type, order))
            probe_raw(range->now + place, &format, text);
        probe_cell(table, text);
    }
}

/* Whether a row of these columns has something to show. */
static bool has_row(const struct range *range, const struct range_column *columns, size_t count, int place,
                    enum registers_order order)
{
    char text[VIEW_TEXT_BYTES] = "";
    bool fits = false;
    for (size_t i = 0; i < count && !*text; i++) {
        const struct registers_format format = {.type = columns[i].type, .order = order};
        if (range->request->count - place < registers_words(format.type) || !order_differs(format.type, order))
            continue;
        fits = true;
        if (has_changes_only(range))
            change_text(range, place, &format, text);
    }
    return has_changes_only(range) ? *text != '\0' : fits;
}

static void hex_add(struct table *table, uint16_t value, enum registers_order order)
{
    char text[8] = "";
    if (order == ORDER_ABCD)
        snprintf(text, sizeof text, "%04X", value);
    else if (order == ORDER_BADC)
        snprintf(text, sizeof text, "%02X%02X", value & 0xFFu, value >> 8);
    table_cell(table, text, *text ? text : NULL);
}

/* One row an address and order: its values of 16 and 32 bits; in data also of 64. False when there is no row. */
static bool range_narrow(const struct range *range, struct text *out)
{
    const size_t wides = is_page(range) ? 0 : WIDE;
    struct table *table = probe_table(range->page, out);
    if (!table)
        return false;
    table_column(table, "address", say(range->page->language, "address"), COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "hex", "hex", COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "order", say(range->page->language, "order"), COLUMN_TEXT, COLUMN_BOTH);
    columns_add(range, table, narrow, NARROW);
    columns_add(range, table, wide, wides);
    for (int i = 0; i < range->request->count; i++)
        for (enum registers_order order = 0; order < ORDER_COUNT; order++) {
            if (!has_row(range, narrow, NARROW, i, order))
                continue;
            probe_row(range->page, table);
            address_add(range, table, range->request->address + i, order);
            hex_add(table, range->now[i], order);
            table_text(table, registers_order_name(order, TYPE_UINT32));
            cells_add(range, table, narrow, NARROW, i, order);
            cells_add(range, table, wide, wides, i, order);
        }
    return range_end(range, table, out);
}

static void range_wide(const struct range *range, struct text *out)
{
    struct table *table = probe_table(range->page, out);
    if (!table)
        return;
    table_column(table, "address", say(range->page->language, "address"), COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "order", say(range->page->language, "order"), COLUMN_TEXT, COLUMN_BOTH);
    columns_add(range, table, wide, WIDE);
    for (int i = 0; i + registers_words(TYPE_UINT64) <= range->request->count; i++)
        for (enum registers_order order = 0; order < ORDER_COUNT; order++) {
            if (!has_row(range, wide, WIDE, i, order))
                continue;
            probe_row(range->page, table);
            address_add(range, table, range->request->address + i, order);
            table_text(table, registers_order_name(order, TYPE_UINT64));
            cells_add(range, table, wide, WIDE, i, order);
        }
    if (table_rows(table) > 0) {
        text_add(out, "\n");
        probe_table_end(range->page, table, out);
    } else {
        table_free(table);
    }
}

static bool range_bits(const struct range *range, struct text *out)
{
    struct table *table = probe_table(range->page, out);
    if (!table)
        return false;
    table_column(table, "address", say(range->page->language, "address"), COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "bit", say(range->page->language, "bit"), COLUMN_NUMBER, COLUMN_BOTH);
    if (range->page->read)
        table_column(table, "bit_change", "", COLUMN_NUMBER, COLUMN_DATA);
    for (int i = 0; i < range->request->count; i++) {
        const int change = range->before ? range->now[i] - range->before[i] : 0;
        if (has_changes_only(range) && change == 0)
            continue;
        probe_row(range->page, table);
        probe_cell_int(table, range->request->address + i);
        probe_cell_int(table, range->now[i]);
        if (range->before)
            probe_cell_int(table, change);
    }
    return range_end(range, table, out);
}

void probe_range(const struct probe_page *page, const struct request *request, const uint16_t *registers,
                 const uint16_t *before, struct text *out)
{
    const struct range range = {page, request, registers, before};
    bool any;
    if (table_is_bits(request->table)) {
        any = range_bits(&range, out);
    } else {
        any = range_narrow(&range, out);
        if (is_page(&range))
            range_wide(&range, out);
    }
    if (!any && is_page(&range))
        text_add(out, say(page->language, "nothing has changed\n"));
}
