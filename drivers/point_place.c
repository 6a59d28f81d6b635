/* SPDX-License-Identifier: Apache-2.0 */
/* Where a point's value lies, judged. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "drivers/point_parts.h"

/* The type that the other keys of a line imply; TYPE_COUNT: none. */
static enum registers_type implied_type(const struct line *line)
{
    const struct point_draft *draft = line->draft;

    if (says(line, "high") || says(line, "low"))
        return TYPE_SUM;
    if ((draft->has_table && is_bits(&draft->point)) || says(line, "bit"))
        return TYPE_BIT;
    if (says(line, "bits"))
        return TYPE_BITS;
    if (says(line, "kind") && draft->has_kind && draft->point.kind == POINT_TEXT)
        return TYPE_ASCII;
    return TYPE_COUNT;
}

void line_settle_type(const struct line *line)
{
    struct point_draft *draft = line->draft;
    enum registers_type implied = says(line, "type") ? TYPE_COUNT : implied_type(line);

    if (implied != TYPE_COUNT) {
        draft->point.format.type = implied;
        draft->has_type = true;
    }
    if (draft->has_type && draft->point.format.type == TYPE_ASCII && !says(line, "kind")) {
        draft->point.kind = POINT_TEXT;
        draft->has_kind = true;
    }
}

/* The table that the maker's way of counting addresses stands for; 0: any. */
static int table_of_base(int64_t base)
{
    switch (base) {
    case 10001:
    case 100001:
        return TABLE_DISCRETE;
    case 30001:
    case 300001:
        return TABLE_INPUT;
    case 40001:
    case 400001:
        return TABLE_HOLDING;
    default:
        return 0;
    }
}

/* A sum lies where its parts do. */
static void judge_sum(const struct line *line)
{
    static const char *const places[] = {"table",     "address", "model", "offset",       "bit",           "bits",
                                         "registers", "order",   "scale", "scale_factor", "register_bytes"};

    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (says(line, places[i]))
            FAULT(line, places[i], "found \"%s\" of a sum, which has no registers of its own: leave it out", places[i]);
    for (int i = 0; i < 2; i++)
        if (!says(line, i ? "low" : "high"))
            FAULT(line, "high", "the key \"%s\" is missing: a sum is high * times + low, of two other points",
                  i ? "low" : "high");
}

/* Whether the address counts from a SunSpec model. */
static void judge_model(const struct line *line)
{
    struct point *point = &line->draft->point;
    int64_t offset = line->draft->offset;

    if (!point->model[0]) {
        if (says(line, "offset") && !says(line, "model"))
            FAULT(line, "offset",
                  "found an offset without a model: expected \"address\", or a \"model\" that it is in");
        return;
    }
    if (says(line, "address"))
        FAULT(line, "address",
              "found an address of a point in a model, expected \"offset\": that of the model's id is 0");
    else if (!says(line, "offset"))
        FAULT(line, "offset", "the key \"offset\" is missing: where it is in its model, whose id is at 0");
    if (line->draft->has_table && point->table != TABLE_HOLDING)
        FAULT(line, "table", "found the table %s, but SunSpec models are in holding registers",
              registers_table_name(point->table));
    if (offset >= 0)
        point->address = (uint16_t)offset;
}

/* How many registers there are of a text, and of what size. */
static void judge_registers(const struct line *line)
{
    struct point_draft *draft = line->draft;
    struct point *point = &draft->point;
    bool is_text = draft->has_type && point->format.type == TYPE_ASCII;

    if (is_text && !says(line, "registers"))
        FAULT(line, "registers", "the key \"registers\" is missing: how many the text takes, with two letters each");
    else if (draft->has_type && !is_text && says(line, "registers"))
        FAULT(line, "registers", "found \"registers\" of a %s, expected it of a text only",
              registers_type_name(point->format.type));
    point->text_words = is_text ? (int)draft->registers : 0;
    if (draft->register_bytes == 3)
        FAULT(line, "register_bytes", "found 3, expected 2, or 4 where one address holds four bytes");
    point->wide = draft->register_bytes == 4;
    if (point->wide && draft->has_type && (is_bits(point) || point_words(point) % 2 != 0))
        FAULT(line, "type", "found a %s in registers of 4 bytes, expected one of 4 or 8 bytes",
              registers_type_name(point->format.type));
}

static void judge_address(const struct line *line, int64_t base)
{
    struct point *point = &line->draft->point;
    int64_t address = line->draft->address - base;
    int table = table_of_base(base), words = line->draft->has_type ? point_addresses(point) : 1;

    if (line->draft->has_table && table && (int)point->table != table)
        FAULT(line, "table", "found the table %s, but addresses from %" PRId64 " on are of the table %s",
              registers_table_name(point->table), base, registers_table_name((enum registers_table)table));
    if (line->draft->address < 0 || point->model[0]) /* missing, or misread */
        return;
    if (address < 0)
        FAULT(line, "address", "found %" PRId64 ", expected at least %" PRId64 ", the profile's address_base",
              line->draft->address, base);
    else if (address + words - 1 > UINT16_MAX)
        FAULT(line, "address",
              "found %" PRId64 ", expected at most %" PRId64 ": there are 65536 addresses, and it takes %d",
              line->draft->address, base + UINT16_MAX + 1 - words, words);
    else
        point->address = (uint16_t)address;
}

static void judge_bit(const struct line *line)
{
    struct point *point = &line->draft->point;
    bool is_bit = point->format.type == TYPE_BIT;

    if (!line->draft->has_type || !line->draft->has_table)
        return;
    if (is_bits(point) && !is_bit)
        FAULT(line, "type", "found the type %s in the table %s, expected bit, or no type at all",
              registers_type_name(point->format.type), registers_table_name(point->table));
    else if (is_bits(point) && says(line, "bit"))
        FAULT(line, "bit", "found a bit of a %s, which is one bit itself: leave it out",
              point->table == TABLE_COIL ? faults_say(line->faults, "coil")
                                         : faults_say(line->faults, "discrete input"));
    else if (!is_bits(point) && is_bit && !says(line, "bit"))
        FAULT(line, "bit", "the key \"bit\" is missing: 0 to 15, 0 being the least significant");
    else if (!is_bit && says(line, "bit"))
        FAULT(line, "bit", "found a bit of a %s: leave \"type\" or \"bit\" out",
              registers_type_name(point->format.type));
    if (is_bits(point) && says(line, "bits"))
        FAULT(line, "bits", "found bits of a %s, which is one bit itself: leave them out",
              point->table == TABLE_COIL ? faults_say(line->faults, "coil")
                                         : faults_say(line->faults, "discrete input"));
    else if (point->format.type == TYPE_BITS && !says(line, "bits"))
        FAULT(line, "bits", "the key \"bits\" is missing: the lowest and the highest, like 3-5");
    else if (point->format.type != TYPE_BITS && says(line, "bits"))
        FAULT(line, "bits", "found bits of a %s: leave \"type\" or \"bits\" out",
              registers_type_name(point->format.type));
    if (point->format.type == TYPE_BIT)
        point->format.bit = (int)line->draft->bit;
}

static void judge_order(const struct line *line)
{
    struct registers_format *format = &line->draft->point.format;
    const struct yaml_node *node = yaml_find(line->node, "order");
    const char *text = node ? yaml_text(node) : NULL, *last = "";
    char known[64] = "";

    if (!node || !line->draft->has_type)
        return;
    if (line->draft->has_table && is_bits(&line->draft->point)) {
        FAULT(line, "order", "found an order of a single bit: leave it out");
        return;
    }
    if (text && registers_order_parse(text, format->type, &format->order))
        return;
    for (int i = 0; i < ORDER_COUNT; i++) {
        const char *name = registers_order_name((enum registers_order)i, format->type);
        if (strcmp(name, last) != 0)
            snprintf(known + strlen(known), sizeof known - strlen(known), "%s%s", *known ? ", " : "", name);
        last = name;
    }
    yaml_expected(node, line->faults, "one of %s for the type %s", known, registers_type_name(format->type));
}

void line_judge_place(const struct line *line, int64_t base)
{
    if (line->draft->has_type && is_sum(&line->draft->point)) {
        judge_sum(line);
        return;
    }
    judge_registers(line);
    judge_model(line);
    judge_address(line, base);
    judge_bit(line);
    judge_order(line);
}
