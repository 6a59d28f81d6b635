/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/travel_payload.h"

void travel_position_add(struct text *out, const char *key, const struct replica_position *position)
{
    text_key(out, key);
    if (!*position->incarnation) {
        text_add(out, "null");
        return;
    }
    text_add(out, "{");
    text_member(out, "incarnation", position->incarnation);
    text_member_int(out, "head", position->head);
    text_member_int(out, "rev", position->rev);
    text_add(out, "}");
}

static void value_add(struct text *out, const struct travel_value *value)
{
    if (value->null)
        text_add(out, "null");
    else if (value->text)
        text_add_json(out, value->text);
    else
        text_add_int(out, value->number);
}

static void row_add(struct text *out, const struct travel_row *row)
{
    text_add(out, "[");
    text_add_int(out, row->rev);
    for (int i = 0; i < travel_tables[row->table].columns; i++) {
        text_add(out, ",");
        value_add(out, &row->value[i]);
    }
    text_add(out, "]");
}

void travel_row_format(const struct travel_row *row, struct text *out)
{
    text_add(out, "{\"row\":");
    row_add(out, row);
    text_add(out, "}");
}

void travel_row_key(const struct travel_row *row, struct text *out)
{
    const struct travel_table *table = &travel_tables[row->table];
    const char *before = "[";
    for (int i = 0; i < table->columns; i++) {
        if (!table->column[i].key)
            continue;
        text_add(out, before);
        value_add(out, &row->value[i]);
        before = ",";
    }
    text_add(out, "]");
}

static size_t number_bytes(int64_t number)
{
    size_t bytes = number < 0 ? 2 : 1;
    while (number /= 10)
        bytes++;
    return bytes;
}

/* Control characters and quotes take more: the heading's allowance is for them. */
static size_t text_bytes(const char *text)
{
    size_t bytes = 2;
    for (; *text; text++)
        bytes += (unsigned char)*text < ' ' ? 6 : *text == '"' || *text == '\\' ? 2 : 1;
    return bytes;
}

size_t travel_row_bytes(const struct travel_row *row)
{
    size_t bytes = 3 + number_bytes(row->rev);
    for (int i = 0; i < travel_tables[row->table].columns; i++) {
        const struct travel_value *value = &row->value[i];
        bytes += 1 + (value->null ? 4 : value->text ? text_bytes(value->text) : number_bytes(value->number));
    }
    return bytes;
}

static void rows_add(const struct travel_batch *batch, enum travel_name table, struct text *out)
{
    bool any = false;
    for (size_t i = 0; i < batch->rows.count; i++) {
        const struct travel_row *row = travel_row_at(batch, i);
        if (row->table != table)
            continue;
        if (any)
            text_add(out, ",");
        else {
            text_key(out, travel_tables[table].name);
            text_add(out, "[");
        }
        row_add(out, row);
        any = true;
    }
    if (any)
        text_add(out, "]");
}

static void mines_add(const struct travel_batch *batch, struct text *out)
{
    const struct travel_mine *mine = batch->mines.at;
    text_key(out, "mines");
    text_add(out, "[");
    for (size_t i = 0; i < batch->mines.count; i++) {
        text_add(out, i ? ",[" : "[");
        text_add_int(out, mine[i].local);
        text_add(out, ",");
        text_add_json(out, mine[i].name);
        text_add(out, "]");
    }
    text_add(out, "]");
}

void travel_payload_members(const struct travel_batch *batch, struct text *out)
{
    text_member(out, "database", batch->database);
    text_member_int(out, "session", batch->session);
    travel_position_add(out, "from", &batch->from);
    travel_position_add(out, "to", &batch->to);
    text_member_bool(out, "whole", batch->whole);
    text_member(out, "chain", batch->chain);
    mines_add(batch, out);
    text_key(out, "rows");
    text_add(out, "{");
    for (int table = 0; table < TRAVEL_TABLE_COUNT; table++)
        rows_add(batch, (enum travel_name)table, out);
    text_add(out, "}");
}

void travel_payload(const struct travel_batch *batch, struct text *out)
{
    text_add(out, "{");
    text_member_int(out, "v", TRAVEL_VERSION);
    travel_payload_members(batch, out);
    text_add(out, "}");
}
