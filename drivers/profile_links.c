/* SPDX-License-Identifier: Apache-2.0 */
/* What the points of a profile say of each other: sums, scale factors, conditions, blocks. */
#include <stdlib.h>
#include <string.h>

#include "drivers/plan.h"
#include "drivers/profile_parts.h"

struct linker {
    struct profile *profile;
    const struct profile_lines *lines;
    struct faults *faults;
    const char **name;  /* of all points, NULL-ended */
    const char **block; /* the name of its block, by point; NULL: none */
    size_t *first;      /* by point: the first point that must be read with it */
    size_t index;       /* of the point that is linked now */
    const struct yaml_node *node;
    struct point *point;
};

#define LINK_FAULT(linker, at, ...) faults_add((linker)->faults, FAULT_ERROR, yaml_place(at), __VA_ARGS__)

/* The other point that a key names; NULL, with a fault of this line or of the other's. */
static struct point *named(const struct linker *linker, const struct yaml_node *node)
{
    const char *text = yaml_text(node);
    const int found = text ? profile_find(linker->profile, text) : -1;

    if (found >= 0 && (size_t)found != linker->index)
        return linker->lines->good[found] ? &linker->profile->point[found] : NULL;
    const char *nearest = text && found < 0 ? yaml_nearest(text, linker->name) : NULL;
    if (nearest)
        LINK_FAULT(linker, node,
                   "found \"%s\", expected the name of another point of this profile; did you mean \"%s\"?", text,
                   nearest);
    else
        LINK_FAULT(linker, node, "found \"%s\", expected the name of another point of this profile",
                   text ? text : faults_say(linker->faults, "a list or map"));
    return NULL;
}

/* An integer as it stands in its registers. */
static bool is_plain_integer(const struct point *point)
{
    return !registers_real(point->format.type) && point->format.type != TYPE_ASCII && point->format.type != TYPE_SUM;
}

/* --- blocks: the points of one have the same first --- */

static size_t first_of(const struct linker *linker, size_t index)
{
    while (linker->first[index] != index)
        index = linker->first[index];
    return index;
}

static void read_together(const struct linker *linker, size_t one, size_t other)
{
    const size_t a = first_of(linker, one), b = first_of(linker, other);

    linker->first[a > b ? a : b] = a < b ? a : b;
}

static void link_block(const struct linker *linker)
{
    const struct yaml_node *node = yaml_find(linker->node, "block");
    char name[NAME_MAX_BYTES];

    if (!node || !yaml_read_id(node, name, sizeof name, linker->faults))
        return;
    linker->block[linker->index] = yaml_text(node);
    for (size_t i = 0; i < linker->index; i++) {
        if (linker->block[i] && strcmp(linker->block[i], name) == 0) {
            read_together(linker, i, linker->index);
            return;
        }
    }
}

/* --- scale factors --- */

static void link_factor(const struct linker *linker)
{
    const struct yaml_node *node = yaml_find(linker->node, "scale_factor");
    const struct point *factor = node ? named(linker, node) : NULL;

    if (!factor)
        return;
    if (!is_plain_integer(factor) ||
        yaml_find(yaml_item(linker->lines->list, (size_t)(factor - linker->profile->point)), "scale_factor"))
        LINK_FAULT(linker, node, "found \"%s\" as a scale factor, which is no plain integer", factor->name);
    linker->point->factor = factor;
    read_together(linker, linker->index, (size_t)(factor - linker->profile->point));
}

/* --- sums --- */

/* A part of the sum: what one of its counts, `times` over, is in counts of the sum. */
static const struct point *link_part(const struct linker *linker, const char *key, int64_t times, int64_t *counts)
{
    const struct yaml_node *node = yaml_find(linker->node, key);
    const struct decimal quantum = linker->point->format.quantum;
    const struct point *part = named(linker, node);
    struct ratio ratio = {1, 1};

    *counts = 1;
    if (!part)
        return NULL;
    if (part->format.type == TYPE_SUM || part->format.type == TYPE_ASCII || part->format.type == TYPE_BIT)
        LINK_FAULT(linker, node, "found \"%s\", a %s, as a part of a sum: expected a number", part->name,
                   registers_type_name(part->format.type));
    else if (part->format.quantum.digits > 0 && quantum.digits > 0 &&
             (__builtin_mul_overflow(times, decimal_power(quantum.places), &times) ||
              !ratio_of(part->format.quantum, times, quantum.digits, &ratio) || ratio.over != 1))
        LINK_FAULT(linker, node, "found \"%s\", whose steps are no whole number of the sum's resolution", part->name);
    *counts = ratio.times;
    read_together(linker, linker->index, (size_t)(part - linker->profile->point));
    return part;
}

/* Where the high part is an integer that wraps, so does the sum. */
static int64_t sum_modulus(const struct point *sum)
{
    int64_t modulus = registers_modulus(sum->high_part->format.type);

    if (sum->high_part->factor || __builtin_mul_overflow(modulus, sum->high_counts, &modulus))
        return 0;
    return modulus;
}

static void link_sum(const struct linker *linker)
{
    struct point *sum = linker->point;

    if (sum->format.type != TYPE_SUM || !yaml_find(linker->node, "high") || !yaml_find(linker->node, "low"))
        return;
    sum->high_part = link_part(linker, "high", sum->high_counts, &sum->high_counts);
    sum->low_part = link_part(linker, "low", 1, &sum->low_counts);
    if (!sum->high_part || !sum->low_part)
        return;
    sum->table = sum->high_part->table;
    sum->address = sum->high_part->address;
    sum->wide = sum->high_part->wide;
    memcpy(sum->model, sum->high_part->model, sizeof sum->model);
    if (sum->kind == POINT_COUNTER && !yaml_find(linker->node, "modulus"))
        sum->counter.modulus = sum_modulus(sum);
}

/* --- conditions --- */

struct condition_draft {
    struct condition condition;
    int64_t bit;
    const struct yaml_node *point;
};

static void read_name(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)context;
    (void)faults;
    ((struct condition_draft *)target)->point = node;
}

static void read_equals(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    struct condition *condition = &((struct condition_draft *)target)->condition;
    const bool list = yaml_is_list(node);
    const size_t size = list ? yaml_size(node) : 1;

    (void)context;
    if (size < 1 || size > CONDITION_VALUES_MAX) {
        yaml_expected(node, faults, "a value, or a list of at most %d", CONDITION_VALUES_MAX);
        return;
    }
    for (size_t i = 0; i < size; i++)
        if (yaml_read_integer(list ? yaml_item(node, i) : node, 0, 0, &condition->value[condition->values], faults))
            condition->values++;
}

static const struct yaml_field condition_fields[] = {
    {"point", YAML_CUSTOM, .read = read_name, .required = true},
    {"bit", YAML_INTEGER, YAML_AT(struct condition_draft, bit), .min = 0, .max = 62},
    {"equals", YAML_CUSTOM, .read = read_equals},
    {0},
};

/* The condition of the line, else of the defaults, which hold for measured values only. */
static const struct yaml_node *condition_node(const struct linker *linker, const char *key)
{
    const struct yaml_node *own = yaml_find(linker->node, key);
    const bool measured = linker->point->kind == POINT_GAUGE || linker->point->kind == POINT_COUNTER;

    if (own || !linker->lines->defaults || !measured || yaml_find(linker->node, "veto") ||
        yaml_find(linker->node, "valid_if"))
        return own;
    return yaml_find(linker->lines->defaults, key);
}

static void link_condition(const struct linker *linker)
{
    const struct yaml_node *veto = condition_node(linker, "veto"), *valid = condition_node(linker, "valid_if");
    const struct yaml_node *node = veto ? veto : valid;
    struct condition_draft draft = {.condition = {.vetoes = veto != NULL, .bit = -1}, .bit = -1};

    if (!node)
        return;
    if (veto && valid)
        LINK_FAULT(linker, valid, "found \"valid_if\" besides \"veto\", expected one of them");
    yaml_read(node, condition_fields, &draft, NULL, linker->faults);
    if (draft.bit >= 0 && draft.condition.values > 0)
        LINK_FAULT(linker, yaml_find(node, "equals"), "found \"equals\" besides \"bit\", expected one of them");
    draft.condition.bit = (int)draft.bit;
    draft.condition.point = draft.point ? named(linker, draft.point) : NULL;
    const struct point *of = draft.condition.point;
    if (of && (!is_plain_integer(of) || of->kind == POINT_COUNTER))
        LINK_FAULT(linker, draft.point, "found \"%s\", expected a state, or a gauge that is an integer", of->name);
    linker->point->condition = draft.condition;
}

/* What decides on other points is decided on by none. */
static void judge_conditions(const struct linker *linker)
{
    for (size_t i = 0; i < linker->profile->points; i++) {
        const struct condition *condition = &linker->profile->point[i].condition;
        if (condition->point && condition->point->condition.point)
            LINK_FAULT(linker, yaml_item(linker->lines->list, i),
                       "\"%s\" depends on \"%s\", which depends on another point itself",
                       linker->profile->point[i].name, condition->point->name);
    }
}

/* --- all of it --- */

static bool same_space(const struct point *one, const struct point *other)
{
    return one->table == other->table && one->wide == other->wide &&
           memcmp(one->model, other->model, sizeof one->model) == 0;
}

/* One request must be able to hold a point, */
static void judge_size(const struct linker *linker, size_t index)
{
    const struct point *point = &linker->profile->point[index];
    const struct request request = {.table = point->table, .wide = point->wide};
    const int most = plan_most(linker->profile, &request);

    if (linker->lines->good[index] && point_addresses(point) > most)
        LINK_FAULT(linker, yaml_item(linker->lines->list, index),
                   "\"%s\" takes %d registers, more than the %d of one request", point->name, point_addresses(point),
                   most);
}

/* ... and a block. */
static void judge_block(const struct linker *linker, size_t first)
{
    const struct profile *profile = linker->profile;
    const struct point *head = &profile->point[first];
    const struct request request = {.table = head->table, .wide = head->wide};
    int begin = UINT16_MAX + 1, end = 0;

    for (size_t i = first; i < profile->points; i++) {
        struct point *point = &profile->point[i];
        if (first_of(linker, i) != first)
            continue;
        point->block = (int)first + 1;
        if (!same_space(point, head)) {
            LINK_FAULT(linker, yaml_item(linker->lines->list, i),
                       "\"%s\" must be read together with \"%s\", but one request reads one table, registers of one "
                       "size and one model",
                       point->name, head->name);
            return;
        }
        begin = point_words(point) > 0 && point->address < begin ? point->address : begin;
        end = point->address + point_addresses(point) > end ? point->address + point_addresses(point) : end;
    }
    if (end - begin > plan_most(profile, &request))
        LINK_FAULT(linker, yaml_item(linker->lines->list, first),
                   "\"%s\" and what must be read together with it take %d registers, more than the %d of one request",
                   head->name, end - begin, plan_most(profile, &request));
}

static void judge_blocks(const struct linker *linker)
{
    const size_t points = linker->profile->points;

    for (size_t i = 0; i < points; i++)
        judge_size(linker, i);
    for (size_t i = 0; i < points; i++)
        if (first_of(linker, i) != i && linker->profile->point[first_of(linker, i)].block == 0)
            judge_block(linker, first_of(linker, i));
}

static void judge_freshness(const struct linker *linker)
{
    const struct point *fresh = NULL;

    for (size_t i = 0; i < linker->profile->points; i++) {
        const struct point *point = &linker->profile->point[i];
        if (point->means == MEANS_FRESHNESS && fresh)
            LINK_FAULT(linker, yaml_item(linker->lines->list, i),
                       "\"%s\" means freshness, and so does \"%s\": expected one", point->name, fresh->name);
        else if (point->means == MEANS_FRESHNESS)
            fresh = point;
    }
}

static void link_all(struct linker *linker)
{
    for (size_t i = 0; i < linker->profile->points; i++) {
        linker->name[i] = linker->profile->point[i].name;
        linker->first[i] = i;
    }
    for (size_t i = 0; i < linker->profile->points; i++) {
        linker->index = i;
        linker->node = yaml_item(linker->lines->list, i);
        linker->point = &linker->profile->point[i];
        if (!linker->lines->good[i])
            continue;
        link_block(linker);
        link_factor(linker);
        link_sum(linker);
        link_condition(linker);
    }
    judge_conditions(linker);
    judge_blocks(linker);
    judge_freshness(linker);
}

void profile_link(struct profile *profile, const struct profile_lines *lines, struct faults *faults)
{
    struct linker linker = {.profile = profile, .lines = lines, .faults = faults};

    linker.name = calloc(profile->points + 1, sizeof *linker.name);
    linker.block = calloc(profile->points + 1, sizeof *linker.block);
    linker.first = calloc(profile->points + 1, sizeof *linker.first);
    if (linker.name && linker.block && linker.first)
        link_all(&linker);
    else
        faults_add(faults, FAULT_ERROR, yaml_place(lines->list), "out of memory");
    free(linker.name);
    free(linker.block);
    free(linker.first);
}
