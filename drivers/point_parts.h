/* SPDX-License-Identifier: Apache-2.0 */
/* One line of a profile under judgement, for point_judge.c, point_place.c and profile_links.c. */
#ifndef COALTALLY_POINT_PARTS_H
#define COALTALLY_POINT_PARTS_H

#include "drivers/point.h"

struct line {
    const struct yaml_node *node;
    struct point_draft *draft;
    struct faults *faults;
};

static inline bool says(const struct line *line, const char *key)
{
    return yaml_find(line->node, key) != NULL;
}

/* Where a key's value stands, or the line where it says nothing of it. */
static inline struct place place_of(const struct line *line, const char *key)
{
    const struct yaml_node *node = yaml_find(line->node, key);

    return yaml_place(node ? node : line->node);
}

#define FAULT(line, key, ...) faults_add((line)->faults, FAULT_ERROR, place_of(line, key), __VA_ARGS__)

static inline bool is_bits(const struct point *point)
{
    return point->table == TABLE_COIL || point->table == TABLE_DISCRETE;
}

static inline bool is_sum(const struct point *point)
{
    return point->format.type == TYPE_SUM;
}

/* The type where the line does not say it: bits of a table of bits, a text, a sum. */
void line_settle_type(const struct line *line);

/* Where the value lies: table, address or model, registers, bits, order. `base`: the
 * address that the profile calls the first one. */
void line_judge_place(const struct line *line, int64_t base);

#endif
