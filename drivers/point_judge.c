/* SPDX-License-Identifier: Apache-2.0 */
/* A line of a profile judged: what contradicts itself, the device or the protocol. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "drivers/point.h"

/* One line under judgement. */
struct line {
    const struct yaml_node *node;
    struct point_draft *draft;
    struct faults *faults;
};

static bool says(const struct line *line, const char *key)
{
    return yaml_find(line->node, key) != NULL;
}

/* Where a key's value stands, or the line where it says nothing of it. */
static struct place place_of(const struct line *line, const char *key)
{
    const struct yaml_node *node = yaml_find(line->node, key);

    return yaml_place(node ? node : line->node);
}

/* Says something of it that could not be read, which is a fault already. */
static bool is_misread(const struct line *line, const char *key)
{
    const struct yaml_node *node = yaml_find(line->node, key);

    return node && !(yaml_text(node) && *yaml_text(node) == '\0' && !yaml_is_plain(node));
}

static bool is_number(const struct line *line, const char *key)
{
    const struct yaml_node *node = yaml_find(line->node, key);
    struct decimal number;

    return node && yaml_is_plain(node) && decimal_parse(yaml_text(node), &number);
}

/* The text of a key's value, as the line has it or as it is inherited. */
static const char *text_of(const struct line *line, const char *key)
{
    const struct yaml_node *node = yaml_find(line->node, key);

    return !node ? "of the defaults" : yaml_text(node) ? yaml_text(node) : "a list or map";
}

#define FAULT(line, key, ...) faults_add((line)->faults, FAULT_ERROR, place_of(line, key), __VA_ARGS__)

static bool is_bits(const struct point *point)
{
    return point->table == TABLE_COIL || point->table == TABLE_DISCRETE;
}

static bool is_real(const struct point *point)
{
    return registers_real(point->format.type);
}

static void judge_needed(const struct line *line)
{
    const struct point_draft *draft = line->draft;

    if (!draft->has_kind && !says(line, "kind"))
        FAULT(line, "kind", "the key \"kind\" is missing, and the profile's defaults have none");
    if (!draft->has_table && !says(line, "table"))
        FAULT(line, "table", "the key \"table\" is missing, and the profile's defaults have none");
    if (!draft->has_type && !says(line, "type"))
        FAULT(line, "type", "the key \"type\" is missing, and the profile's defaults have none");
}

/* Coils and discrete inputs hold bits; so does a point with `bit`. */
static void settle_type(const struct line *line)
{
    struct point_draft *draft = line->draft;

    if (!says(line, "type") && ((draft->has_table && is_bits(&draft->point)) || says(line, "bit"))) {
        draft->point.format.type = TYPE_BIT;
        draft->has_type = true;
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

static void judge_address(const struct line *line, int64_t base)
{
    struct point *point = &line->draft->point;
    int64_t address = line->draft->address - base;
    int table = table_of_base(base), words = line->draft->has_type ? point_words(point) : 1;

    if (line->draft->has_table && table && (int)point->table != table)
        FAULT(line, "table", "found the table %s, but addresses from %" PRId64 " on are of the table %s",
              registers_table_name(point->table), base, registers_table_name((enum registers_table)table));
    if (line->draft->address < 0) /* missing, or misread */
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
              point->table == TABLE_COIL ? "coil" : "discrete input");
    else if (!is_bits(point) && is_bit && !says(line, "bit"))
        FAULT(line, "bit", "the key \"bit\" is missing: 0 to 15, 0 being the least significant");
    else if (!is_bit && says(line, "bit"))
        FAULT(line, "bit", "found a bit of a %s: leave \"type\" or \"bit\" out",
              registers_type_name(point->format.type));
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

static void judge_scale(const struct line *line)
{
    struct point_draft *draft = line->draft;
    struct registers_format *format = &draft->point.format;

    if (!draft->has_type)
        return;
    if (format->type == TYPE_BIT) {
        if (says(line, "scale"))
            FAULT(line, "scale", "found a scale of a bit: leave it out");
        draft->scale = (struct decimal){1, 0};
    }
    format->scale = format->quantum = draft->scale;
    if (draft->scale.digits <= 0)
        FAULT(line, "scale", "found the scale %s, expected one above 0", text_of(line, "scale"));
    if (draft->resolution.digits < 0 || (draft->resolution.digits == 0 && is_number(line, "resolution")))
        FAULT(line, "resolution", "found the resolution %s, expected one above 0", text_of(line, "resolution"));
    else if (is_real(&draft->point) && draft->resolution.digits == 0 && !says(line, "resolution"))
        FAULT(line, "resolution", "the key \"resolution\" is missing: the step to which the %s is rounded, in the unit",
              registers_type_name(format->type));
    else if (is_real(&draft->point) && draft->resolution.digits > 0)
        format->quantum = draft->resolution;
    if (is_real(&draft->point) && format->scale.digits > 0 && format->quantum.digits > 0 &&
        !registers_format_fits(format))
        FAULT(line, "resolution", "found a resolution too far from the scale: their quotient leaves 64 bits");
}

/* floor(value / quantum) */
static bool counts_floor(struct decimal value, struct decimal quantum, int64_t *out)
{
    struct ratio ratio;

    return ratio_of(value, decimal_power(quantum.places), quantum.digits, &ratio) && ratio_floor(ratio, 1, out);
}

static void judge_range(const struct line *line)
{
    struct point *point = &line->draft->point;
    struct decimal min = line->draft->min;
    int64_t floor;

    point->low = INT64_MIN;
    point->high = INT64_MAX;
    if (point->format.quantum.digits <= 0)
        return;
    if (says(line, "min")) {
        min.digits = min.digits == INT64_MIN ? INT64_MAX : -min.digits; /* ceil(x) = -floor(-x) */
        if (counts_floor(min, point->format.quantum, &floor) && floor > INT64_MIN)
            point->low = -floor;
        else
            FAULT(line, "min", "found a limit that is beyond 64 bits in counts of the scale");
    }
    if (says(line, "max") && !counts_floor(line->draft->max, point->format.quantum, &point->high))
        FAULT(line, "max", "found a limit that is beyond 64 bits in counts of the scale");
    if (point->low > point->high)
        FAULT(line, "min", "found a min above the max");
}

static void judge_kind(const struct line *line)
{
    static const char *const of_counters[] = {"modulus", "noise", "refresh", "resettable", "resets_at"};
    const struct point *point = &line->draft->point;
    const char *kind = point_kind_name(point->kind);

    if (!line->draft->has_kind)
        return;
    if (line->draft->has_type && point->format.type == TYPE_BIT && point->kind != POINT_STATE)
        FAULT(line, "kind", "found a %s of one bit, expected a state", kind);
    if (line->draft->has_type && is_real(point) && point->kind == POINT_STATE)
        FAULT(line, "kind", "found a state of the type %s, expected a bit or an integer",
              registers_type_name(point->format.type));
    if (point->kind != POINT_STATE && says(line, "means"))
        FAULT(line, "means", "found a meaning of a %s, expected it of a state only", kind);
    if (point->kind == POINT_COUNTER && point->unit[0] == '\0' && !is_misread(line, "unit"))
        FAULT(line, "unit", "found no unit, expected what the counter counts in, like t or kWh");
    if (point->kind == POINT_COUNTER)
        return;
    for (size_t i = 0; i < sizeof of_counters / sizeof *of_counters; i++)
        if (says(line, of_counters[i]))
            FAULT(line, of_counters[i], "found \"%s\" of a %s, expected it of a counter only", of_counters[i], kind);
    if (says(line, "resolution") && line->draft->has_type && !is_real(point))
        FAULT(line, "resolution", "found \"resolution\" of a %s that is no float, expected it of floats and counters",
              kind);
}

static void judge_counter(const struct line *line)
{
    struct counter *counter = &line->draft->point.counter;
    enum registers_type type = line->draft->point.format.type;

    if (!line->draft->has_kind || !line->draft->has_type || line->draft->point.kind != POINT_COUNTER) {
        *counter = (struct counter){.noise = {-1, 0}};
        return;
    }
    if (counter->modulus < 0)
        counter->modulus = registers_modulus(type);
    else if (registers_modulus(type) > 0 && counter->modulus > registers_modulus(type))
        FAULT(line, "modulus", "found %" PRId64 ", expected at most %" PRId64 ", where a %s wraps", counter->modulus,
              registers_modulus(type), registers_type_name(type));
    if (says(line, "noise") && line->draft->noise.digits < 0)
        FAULT(line, "noise", "found the noise %s, expected 0 or more", text_of(line, "noise"));
    counter->resolution = line->draft->resolution;
    counter->noise = line->draft->noise;
}

/* Inherited sentinels that the type cannot hold are no matter. */
static void judge_sentinels(const struct line *line)
{
    struct point *point = &line->draft->point;
    uint16_t registers[REGISTERS_WORDS_MAX];
    int kept = 0;

    if (!line->draft->has_type)
        return;
    for (int i = 0; i < point->sentinels; i++) {
        int64_t sentinel = point->sentinel[i];
        if (point->format.type != TYPE_BIT && (is_real(point) || registers_encode(registers, &point->format, sentinel)))
            point->sentinel[kept++] = sentinel;
        else if (says(line, "sentinels"))
            FAULT(line, "sentinels", "found %" PRId64 ", which is no raw value of a %s", sentinel,
                  registers_type_name(point->format.type));
    }
    point->sentinels = kept;
}

void point_judge(const struct yaml_node *node, struct point_draft *draft, int64_t base, struct faults *faults)
{
    const struct line line = {node, draft, faults};

    settle_type(&line);
    judge_needed(&line);
    judge_address(&line, base);
    judge_bit(&line);
    judge_order(&line);
    judge_scale(&line);
    judge_range(&line);
    judge_kind(&line);
    judge_counter(&line);
    judge_sentinels(&line);
}
