/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/probe.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool probe_at(const char *text, int base, struct request *out)
{
    const char *colon = strchr(text, ':');
    if (!colon || colon[1] < '0' || colon[1] > '9')
        return false;
    char *end;
    errno = 0;
    const long address = strtol(colon + 1, &end, 10);
    if (*end != '\0' || errno != 0 || address < base || address - base > 65535)
        return false;
    const size_t length = (size_t)(colon - text);
    for (enum registers_table table = TABLE_COIL; table <= TABLE_INPUT; table++) {
        const char *name = registers_table_name(table);
        if (strlen(name) == length && memcmp(name, text, length) == 0) {
            out->table = table;
            out->address = (uint16_t)(address - base);
            return true;
        }
    }
    return false;
}

/* --- a range of registers --- */

static void cell_text(struct table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void cell_text(struct table *table, const char *format, ...)
{
    char text[64];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    table_text(table, text);
}

static void cell_number(struct table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void cell_number(struct table *table, const char *format, ...)
{
    char text[64];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    table_cell(table, text, text);
}

/* Nothing on a page, null in data. */
static void cell_empty(struct table *table)
{
    table_cell(table, "", NULL);
}

/* The fewest digits that tell the float from its neighbours. */
static void cell_real(struct table *table, double real, bool single)
{
    char text[64];
    for (int digits = single ? 6 : 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, real);
        if (single ? strtof(text, NULL) == (float)real : strtod(text, NULL) == real)
            break;
    }
    table_cell(table, text, isfinite(real) ? text : NULL); /* data have no word for infinity */
}

static void cell_raw(struct table *table, const uint16_t *registers, const struct registers_format *format)
{
    const struct registers_raw raw = registers_get(registers, format);
    switch (raw.form) {
    case RAW_SIGNED:
        cell_number(table, "%lld", (long long)raw.i);
        return;
    case RAW_UNSIGNED:
        cell_number(table, "%llu", (unsigned long long)raw.u);
        return;
    case RAW_REAL:
        cell_real(table, raw.f, format->type == TYPE_FLOAT32);
        return;
    case RAW_MALFORMED:
        table_none(table);
        return;
    }
}

struct range_column {
    const char *key;
    enum registers_type type;
};

/* The types of a row: those of 64 bits need a table of their own on a page. */
static const struct range_column narrow[] = {
    {"uint16", TYPE_UINT16}, {"int16", TYPE_INT16},     {"uint32", TYPE_UINT32},
    {"int32", TYPE_INT32},   {"float32", TYPE_FLOAT32},
};
static const struct range_column wide[] = {{"uint64", TYPE_UINT64}, {"int64", TYPE_INT64}, {"float64", TYPE_FLOAT64}};
enum { NARROW = sizeof narrow / sizeof *narrow, WIDE = sizeof wide / sizeof *wide };

/* On a page the address stands once, before its rows. */
static void address_add(struct table *table, int address, enum registers_order order)
{
    char text[16];
    snprintf(text, sizeof text, "%d", address);
    table_cell(table, order == ORDER_ABCD ? text : "", text);
}

static void columns_add(struct table *table, const struct range_column *columns, size_t count)
{
    for (size_t i = 0; i < count; i++)
        table_column(table, columns[i].key, columns[i].key, COLUMN_NUMBER, COLUMN_BOTH);
}

/* Words swapped, a 16-bit value is the same, so it is shown in the two byte orders only. */
static bool order_differs(enum registers_type type, enum registers_order order)
{
    return registers_words(type) > 1 || order == ORDER_ABCD || order == ORDER_BADC;
}

static void cells_add(struct table *table, const struct range_column *columns, size_t count, const uint16_t *registers,
                      int words, enum registers_order order)
{
    for (size_t i = 0; i < count; i++) {
        const struct registers_format format = {.type = columns[i].type, .order = order};
        if (words >= registers_words(columns[i].type) && order_differs(columns[i].type, order))
            cell_raw(table, registers, &format);
        else
            cell_empty(table);
    }
}

static void hex_add(struct table *table, uint16_t value, enum registers_order order)
{
    if (order == ORDER_ABCD)
        cell_text(table, "%04X", value);
    else if (order == ORDER_BADC)
        cell_text(table, "%02X%02X", value & 0xFFu, value >> 8);
    else
        cell_empty(table);
}

static struct table *table_begin(struct text *out)
{
    struct table *table = table_new();
    out->failed = out->failed || !table;
    return table;
}

static void table_end(struct table *table, enum table_format format, bool colour, struct text *out)
{
    if (!table_render(table, format, colour, out))
        out->failed = true;
    table_free(table);
}

/* One row an address and order: its values of 16 and 32 bits; in data also of 64. */
static void range_narrow(const struct request *request, const uint16_t *registers, enum table_format format,
                         bool colour, struct text *out)
{
    const size_t wides = format == TABLE_PAGE ? 0 : WIDE;
    struct table *table = table_begin(out);
    if (!table)
        return;
    table_column(table, "address", "address", COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "hex", "hex", COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "order", "order", COLUMN_TEXT, COLUMN_BOTH);
    columns_add(table, narrow, NARROW);
    columns_add(table, wide, wides);
    for (int i = 0; i < request->count; i++)
        for (enum registers_order order = 0; order < ORDER_COUNT; order++) {
            const int words = request->count - i;
            if (words < 2 && !order_differs(TYPE_UINT16, order))
                continue;
            table_row(table);
            address_add(table, request->address + i, order);
            hex_add(table, registers[i], order);
            table_text(table, registers_order_name(order, TYPE_UINT32));
            cells_add(table, narrow, NARROW, registers + i, words, order);
            cells_add(table, wide, wides, registers + i, words, order);
        }
    table_end(table, format, colour, out);
}

static void range_wide(const struct request *request, const uint16_t *registers, bool colour, struct text *out)
{
    struct table *table = table_begin(out);
    if (!table)
        return;
    table_column(table, "address", "address", COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "order", "order", COLUMN_TEXT, COLUMN_BOTH);
    columns_add(table, wide, WIDE);
    for (int i = 0; i + registers_words(TYPE_UINT64) <= request->count; i++)
        for (enum registers_order order = 0; order < ORDER_COUNT; order++) {
            table_row(table);
            address_add(table, request->address + i, order);
            table_text(table, registers_order_name(order, TYPE_UINT64));
            cells_add(table, wide, WIDE, registers + i, request->count - i, order);
        }
    table_end(table, TABLE_PAGE, colour, out);
}

static void range_bits(const struct request *request, const uint16_t *bits, enum table_format format, bool colour,
                       struct text *out)
{
    struct table *table = table_begin(out);
    if (!table)
        return;
    table_column(table, "address", "address", COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "bit", "bit", COLUMN_NUMBER, COLUMN_BOTH);
    for (int i = 0; i < request->count; i++) {
        table_row(table);
        cell_number(table, "%d", request->address + i);
        cell_number(table, "%d", bits[i]);
    }
    table_end(table, format, colour, out);
}

void probe_range(const struct request *request, const uint16_t *registers, enum table_format format, bool colour,
                 struct text *out)
{
    if (request->table == TABLE_COIL || request->table == TABLE_DISCRETE) {
        range_bits(request, registers, format, colour, out);
        return;
    }
    range_narrow(request, registers, format, colour, out);
    if (format == TABLE_PAGE && request->count >= registers_words(TYPE_UINT64)) {
        text_add(out, "\n");
        range_wide(request, registers, colour, out);
    }
}

/* --- the points of a profile --- */

static void cell_registers(struct table *table, const uint16_t *registers, int words)
{
    char text[32] = "";
    size_t length = 0;
    for (int i = 0; i < words && length < sizeof text; i++)
        length += (size_t)snprintf(text + length, sizeof text - length, i ? " %04X" : "%04X", registers[i]);
    table_text(table, text);
}

static void cell_value(struct table *table, const struct point *point, const struct reading *reading)
{
    struct decimal value = point->format.quantum;
    char text[DECIMAL_TEXT_MAX];
    const bool known = reading->quality == QUALITY_GOOD || reading->quality == QUALITY_CALIBRATING;
    if (!known || __builtin_mul_overflow(reading->count, value.digits, &value.digits)) {
        table_none(table);
        return;
    }
    decimal_format(value, text);
    table_cell(table, text, text);
}

static void point_row(struct table *table, const struct point *point, const uint16_t *registers,
                      const struct reading *reading)
{
    const bool bits = point->table == TABLE_COIL || point->table == TABLE_DISCRETE;
    const bool answered = reading->quality != QUALITY_TIMEOUT && reading->quality != QUALITY_EXCEPTION;
    table_row(table);
    table_text(table, point->name);
    table_text(table, registers_table_name(point->table));
    cell_number(table, "%d", point->address);
    table_text(table, registers_type_name(point->format.type));
    if (answered) {
        cell_registers(table, registers, bits ? 1 : registers_words(point->format.type));
        cell_raw(table, registers, &point->format);
    } else {
        table_none(table);
        table_none(table);
    }
    cell_value(table, point, reading);
    table_text(table, point->unit);
    table_text(table, quality_name(reading->quality));
    if (reading->quality != QUALITY_GOOD)
        table_mark(table, MARK_AMBER);
}

void probe_points(const struct profile *profile, const struct sweep *sweep, const struct scan *scan,
                  enum table_format format, bool colour, struct text *out)
{
    struct table *table = table_begin(out);
    if (!table)
        return;
    table_column(table, "point", "point", COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "table", "table", COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "address", "address", COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "type", "type", COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "registers", "registers", COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "raw", "raw", COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "value", "value", COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "unit", "unit", COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "quality", "quality", COLUMN_TEXT, COLUMN_BOTH);
    for (size_t i = 0; i < profile->points; i++)
        point_row(table, &profile->point[i], sweep_registers(sweep, i), &scan->readings[i]);
    table_end(table, format, colour, out);
}
