/* SPDX-License-Identifier: Apache-2.0 */
/* A line of a profile judged: what contradicts itself, the device or the protocol. */
#include <inttypes.h>
#include <stdio.h>

#include "drivers/point_parts.h"

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

    return !node             ? faults_say(line->faults, "of the defaults")
           : yaml_text(node) ? yaml_text(node)
                             : faults_say(line->faults, "a list or map");
}

static bool is_real(const struct point *point)
{
    return registers_real(point->format.type);
}

static void judge_needed(const struct line *line)
{
    const struct point_draft *draft = line->draft;
    bool sum = draft->has_type && is_sum(&draft->point);

    if (!sum && !draft->point.model[0] && !says(line, "address") && !says(line, "offset"))
        FAULT(line, "address", "the key \"address\" is missing");
    if (!draft->has_kind && !says(line, "kind"))
        FAULT(line, "kind", "the key \"kind\" is missing, and the profile's defaults have none");
    if (!sum && !draft->has_table && !says(line, "table"))
        FAULT(line, "table", "the key \"table\" is missing, and the profile's defaults have none");
    if (!draft->has_type && !says(line, "type"))
        FAULT(line, "type", "the key \"type\" is missing, and the profile's defaults have none");
}

/* Counts that are no whole numbers of the register: of floats, scale factors, sums. */
static bool is_rounded(const struct line *line)
{
    return registers_real(line->draft->point.format.type) || is_sum(&line->draft->point) || says(line, "scale_factor");
}

static void judge_resolution(const struct line *line)
{
    struct point_draft *draft = line->draft;
    struct registers_format *format = &draft->point.format;

    if (draft->resolution.digits < 0 || (draft->resolution.digits == 0 && is_number(line, "resolution")))
        FAULT(line, "resolution", "found the resolution %s, expected one above 0", text_of(line, "resolution"));
    else if (is_rounded(line) && draft->resolution.digits == 0 && !says(line, "resolution"))
        FAULT(line, "resolution", "the key \"resolution\" is missing: the step to which the %s is rounded, in the unit",
              registers_type_name(format->type));
    else if (is_rounded(line) && draft->resolution.digits > 0)
        format->quantum = draft->resolution;
    if (registers_real(format->type) && format->scale.digits > 0 && format->quantum.digits > 0 &&
        !registers_format_fits(format))
        FAULT(line, "resolution", "found a resolution too far from the scale: their quotient leaves 64 bits");
}

static void judge_scale(const struct line *line)
{
    struct point_draft *draft = line->draft;
    struct registers_format *format = &draft->point.format;
    bool is_number_of = format->type != TYPE_BIT && format->type != TYPE_ASCII && format->type != TYPE_SUM;

    if (!draft->has_type)
        return;
    if (!is_number_of) {
        if (says(line, "scale") && format->type != TYPE_SUM)
            FAULT(line, "scale", "found a scale of a %s: leave it out", registers_type_name(format->type));
        draft->scale = (struct decimal){1, 0};
    }
    if (says(line, "scale_factor") && (!is_number_of || registers_real(format->type)))
        FAULT(line, "scale_factor", "found a scale factor of a %s, expected it of an integer",
              registers_type_name(format->type));
    format->scale = format->quantum = draft->scale;
    if (draft->scale.digits <= 0)
        FAULT(line, "scale", "found the scale %s, expected one above 0", text_of(line, "scale"));
    judge_resolution(line);
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
    struct point *point = &line->draft->point;
    const char *kind = point_kind_name(point->kind);

    if (!line->draft->has_kind)
        return;
    if ((point->kind == POINT_STATE || point->kind == POINT_TEXT) && !says(line, "unit"))
        point->unit[0] = '\0'; /* that of the defaults is of what is measured */
    if (line->draft->has_type && point->format.type == TYPE_BIT && point->kind != POINT_STATE)
        FAULT(line, "kind", "found a %s of one bit, expected a state", kind);
    if (line->draft->has_type && point->format.type == TYPE_BITS && point->kind == POINT_COUNTER)
        FAULT(line, "kind", "found a counter of some bits, expected a state or a gauge");
    if (line->draft->has_type && (point->format.type == TYPE_ASCII) != (point->kind == POINT_TEXT))
        FAULT(line, "kind", "found a %s of the type %s: the kind text and the type ascii belong together", kind,
              registers_type_name(point->format.type));
    if (says(line, "stale_after") && point->means != MEANS_FRESHNESS)
        FAULT(line, "stale_after", "found \"stale_after\", expected it only where \"means\" is freshness");
    if (line->draft->has_type && (is_real(point) || is_sum(point)) && point->kind == POINT_STATE)
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
    if (says(line, "resolution") && line->draft->has_type && !is_rounded(line))
        FAULT(line, "resolution", "found \"resolution\" of a %s that is no float, expected it of floats and counters",
              kind);
}

static void judge_counter(const struct line *line)
{
    struct counter *counter = &line->draft->point.counter;
    enum registers_type type = line->draft->point.format.type;
    int64_t modulus = is_rounded(line) ? 0 : registers_modulus(type);

    if (!line->draft->has_kind || !line->draft->has_type || line->draft->point.kind != POINT_COUNTER) {
        *counter = (struct counter){.noise = {-1, 0}};
        return;
    }
    if (counter->modulus < 0)
        counter->modulus = modulus;
    else if (modulus > 0 && counter->modulus > modulus)
        FAULT(line, "modulus", "found %" PRId64 ", expected at most %" PRId64 ", where a %s wraps", counter->modulus,
              modulus, registers_type_name(type));
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

    line_settle_type(&line);
    judge_needed(&line);
    line_judge_place(&line, base);
    judge_scale(&line);
    judge_range(&line);
    judge_kind(&line);
    judge_counter(&line);
    judge_sentinels(&line);
    draft->point.high_counts = draft->times;
}
