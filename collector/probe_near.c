/* SPDX-License-Identifier: Apache-2.0 */
/* An address and its neighbours: whose manual counts from 1, and who took it for 0, is one off. */
#include <stdio.h>

#include "collector/probe_parts.h"

static const enum registers_type types[] = {TYPE_UINT16,  TYPE_INT16,  TYPE_UINT32, TYPE_INT32,
                                            TYPE_FLOAT32, TYPE_UINT64, TYPE_INT64,  TYPE_FLOAT64};
static const char *const place_keys[NEAR_PLACES] = {"minus_1", "here", "plus_1"};
static const char *const change_keys[NEAR_PLACES] = {"minus_1_change", "here_change", "plus_1_change"};

/* Orders of a value of one register: as it is, and its bytes swapped. */
static bool order_differs(enum registers_type type, enum registers_order order)
{
    return registers_words(type) > 1 || order == ORDER_ABCD || order == ORDER_BADC;
}

static void places_add(struct table *table, int address)
{
    static const char *const marks[NEAR_PLACES] = {" (-1)", "", " (+1)"}, *const bare[NEAR_PLACES] = {"-1", "0", "+1"};
    char title[32];
    for (int i = 0; i < NEAR_PLACES; i++) {
        const int at = address - 1 + i;
        snprintf(title, sizeof title, at < 0 || at > 65535 ? "-" : "%d%s", at, marks[i]);
        table_column(table, place_keys[i], address >= 0 ? title : bare[i], COLUMN_NUMBER, COLUMN_BOTH);
    }
}

static void raw_at(const struct probe_place *place, const struct registers_format *format,
                   char text[static VIEW_TEXT_BYTES])
{
    *text = '\0';
    if (place->words >= registers_words(format->type))
        probe_raw(place->registers, format, text);
}

static void change_at(const struct probe_place *now, const struct probe_place *before,
                      const struct registers_format *format, char text[static VIEW_TEXT_BYTES])
{
    *text = '\0';
    if (now->words >= registers_words(format->type) && before->words >= registers_words(format->type))
        probe_raw_change(now->registers, before->registers, format, text);
}

static void near_row(const struct probe_page *page, struct table *table, const struct probe_near *now,
                     const struct probe_near *before, const struct registers_format *format)
{
    char raw[NEAR_PLACES][VIEW_TEXT_BYTES], change[NEAR_PLACES][VIEW_TEXT_BYTES] = {""};
    bool any = false;
    for (int i = 0; i < NEAR_PLACES; i++) {
        raw_at(&now->place[i], format, raw[i]);
        if (before)
            change_at(&now->place[i], &before->place[i], format, change[i]);
        any = any || *(before && page->format == TABLE_PAGE ? change[i] : raw[i]);
    }
    if (!any)
        return;
    probe_row(page, table);
    table_text(table, registers_type_name(format->type));
    table_text(table, registers_order_name(format->order, format->type));
    for (int i = 0; i < NEAR_PLACES; i++)
        probe_cell(table, before && page->format == TABLE_PAGE ? change[i] : raw[i]);
    for (int i = 0; i < NEAR_PLACES && page->read; i++)
        probe_cell(table, change[i]);
}

void probe_near(const struct probe_page *page, const struct probe_near *now, const struct probe_near *before,
                struct text *out)
{
    struct table *table = probe_table(page, out);
    if (!table)
        return;
    table_column(table, "type", say(page->language, "type"), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "order", say(page->language, "order"), COLUMN_TEXT, COLUMN_BOTH);
    places_add(table, now->address);
    for (int i = 0; i < NEAR_PLACES && page->read; i++)
        table_column(table, change_keys[i], "", COLUMN_NUMBER, COLUMN_DATA);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        for (enum registers_order order = 0; order < ORDER_COUNT; order++) {
            const struct registers_format format = {.type = types[i], .order = order};
            if (order_differs(types[i], order))
                near_row(page, table, now, before, &format);
        }
    if (page->format == TABLE_PAGE && before && table_rows(table) == 0)
        text_add(out, say(page->language, "nothing has changed\n"));
    if (page->format == TABLE_PAGE && table_rows(table) == 0)
        table_free(table);
    else
        probe_table_end(page, table, out);
}

/* --- points --- */

static void value_at(const struct probe_near_point *near, int place, char text[static VIEW_TEXT_BYTES])
{
    const struct point *point = near->point;
    struct decimal value = point->format.quantum;
    *text = '\0';
    if (near->place[place].words < point_words(point))
        return;
    const struct reading reading = point_decode(point, near->place[place].registers);
    if (reading.quality == QUALITY_GOOD && !__builtin_mul_overflow(reading.count, value.digits, &value.digits))
        decimal_format(value, text);
    else
        snprintf(text, VIEW_TEXT_BYTES, "%s", quality_name(reading.quality));
}

void probe_near_points(const struct probe_page *page, const struct probe_near_point *near, size_t points,
                       struct text *out)
{
    struct table *table = probe_table(page, out);
    char text[VIEW_TEXT_BYTES];
    if (!table)
        return;
    table_column(table, "point", say(page->language, "point"), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "table", say(page->language, "table"), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "address", say(page->language, "address"), COLUMN_NUMBER, COLUMN_BOTH);
    places_add(table, -1);
    table_column(table, "unit", say(page->language, "unit"), COLUMN_TEXT, COLUMN_BOTH);
    for (size_t i = 0; i < points; i++) {
        probe_row(page, table);
        table_text(table, near[i].point->name);
        table_text(table, registers_table_name(near[i].point->table));
        probe_cell_int(table, near[i].point->address);
        for (int place = 0; place < NEAR_PLACES; place++) {
            value_at(&near[i], place, text);
            if (*text)
                probe_cell(table, text);
            else
                table_none(table);
        }
        table_text(table, near[i].point->unit);
    }
    probe_table_end(page, table, out);
}
