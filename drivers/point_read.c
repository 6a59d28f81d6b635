/* SPDX-License-Identifier: Apache-2.0 */
/* A line of a profile as it is written: see point_judge.c for what it means. */
#include <string.h>

#include "drivers/point.h"

static void read_kind(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    struct point_draft *draft = target;
    int choice;

    (void)context;
    draft->has_kind = yaml_read_choice(node, point_kinds, &choice, faults);
    if (draft->has_kind)
        draft->point.kind = (enum point_kind)choice;
}

static void read_table(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    struct point_draft *draft = target;
    int choice;

    (void)context;
    draft->has_table = yaml_read_choice(node, point_tables, &choice, faults);
    if (draft->has_table)
        draft->point.table = (enum registers_table)(TABLE_COIL + choice);
}

static void read_type(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    struct point_draft *draft = target;
    const char *types[TYPE_COUNT + 1] = {NULL};
    int choice;

    (void)context;
    for (int i = 0; i < TYPE_COUNT; i++)
        types[i] = registers_type_name((enum registers_type)i);
    draft->has_type = yaml_read_choice(node, types, &choice, faults);
    if (draft->has_type)
        draft->point.format.type = (enum registers_type)choice;
}

static void read_means(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    static const char *const meanings[] = {"calibrating", "simulating", "testing", NULL};
    int choice;

    (void)context;
    if (yaml_read_choice(node, meanings, &choice, faults))
        ((struct point_draft *)target)->point.means = (enum point_means)(MEANS_CALIBRATING + choice);
}

/* An order in `defaults` is a rule for types of all lengths: CDAB swaps the words of eight bytes too. */
static void read_default_order(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    enum registers_order *order = &((struct point_draft *)target)->point.format.order;
    const char *text = yaml_text(node);

    (void)context;
    if (!text || !(registers_order_parse(text, TYPE_UINT32, order) || registers_order_parse(text, TYPE_UINT64, order) ||
                   registers_order_parse(text, TYPE_UINT16, order)))
        faults_add(faults, FAULT_ERROR, yaml_place(node), "found \"%s\", expected one of ABCD, CDAB, BADC, DCBA",
                   text ? text : "a list or map");
}

/* A point's own order: which there are depends on its type, so it is judged later. */
static void read_order(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)node;
    (void)target;
    (void)context;
    (void)faults;
}

static void read_sentinels(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    struct point *point = &((struct point_draft *)target)->point;

    (void)context;
    point->sentinels = 0;
    if (!yaml_is_list(node) || yaml_size(node) > SENTINELS_MAX) {
        yaml_expected(node, faults, "a list of at most %d raw values, like [30004, 32767]", SENTINELS_MAX);
        return;
    }
    for (size_t i = 0; i < yaml_size(node); i++)
        if (yaml_read_integer(yaml_item(node, i), 0, 0, &point->sentinel[point->sentinels], faults))
            point->sentinels++;
}

static void read_modulus(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    struct counter *counter = &((struct point_draft *)target)->point.counter;
    const char *text = yaml_text(node);

    (void)context;
    if (text && strcmp(text, "none") == 0)
        counter->modulus = 0;
    else if (!yaml_is_plain(node) || strspn(text, "0123456789") != strlen(text))
        yaml_expected(node, faults, "the greatest total + 1 in counts, or none");
    else
        yaml_read_integer(node, 2, INT64_MAX, &counter->modulus, faults);
}

static void read_resets(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    struct counter *counter = &((struct point_draft *)target)->point.counter;

    (void)context;
    if (!yaml_is_list(node) || yaml_size(node) > RESETS_MAX) {
        yaml_expected(node, faults, "a list of at most %d times, like [\"00:00\"]", RESETS_MAX);
        return;
    }
    for (size_t i = 0; i < yaml_size(node); i++)
        if (yaml_read_time(yaml_item(node, i), &counter->resets_at_s[counter->resets], faults))
            counter->resets++;
}

/* What `defaults` may say for all points, and each point for itself. */
#define SHARED_FIELDS                                                                                                  \
    {"kind", YAML_CUSTOM, .read = read_kind}, {"table", YAML_CUSTOM, .read = read_table},                              \
        {"type", YAML_CUSTOM, .read = read_type}, {"scale", YAML_DECIMAL, YAML_AT(struct point_draft, scale)},         \
        {"resolution", YAML_DECIMAL, YAML_AT(struct point_draft, resolution)},                                         \
        {"unit", YAML_TEXT, YAML_AT(struct point_draft, point.unit)},                                                  \
        {"sentinels", YAML_CUSTOM, .read = read_sentinels},                                                            \
        {"noise", YAML_DECIMAL, YAML_AT(struct point_draft, noise)},                                                   \
        {"refresh", YAML_DURATION, YAML_AT(struct point_draft, point.counter.refresh_ms), .max = 86400000},            \
        {"resettable", YAML_BOOLEAN, YAML_AT(struct point_draft, point.counter.resettable)},                           \
        {"unconfirmed", YAML_BOOLEAN, YAML_AT(struct point_draft, point.unconfirmed)},                                 \
    {                                                                                                                  \
        "source", YAML_TEXT, YAML_AT(struct point_draft, point.source)                                                 \
    }

static const struct yaml_field default_fields[] = {
    SHARED_FIELDS,
    {"order", YAML_CUSTOM, .read = read_default_order},
    {0},
};

static const struct yaml_field point_fields[] = {
    {"name", YAML_ID, YAML_AT(struct point_draft, point.name), .required = true},
    {"address", YAML_INTEGER, YAML_AT(struct point_draft, address), .required = true, .min = 0, .max = 499999},
    {"bit", YAML_INTEGER, YAML_AT(struct point_draft, bit), .min = 0, .max = 15},
    {"order", YAML_CUSTOM, .read = read_order},
    {"means", YAML_CUSTOM, .read = read_means},
    {"min", YAML_DECIMAL, YAML_AT(struct point_draft, min)},
    {"max", YAML_DECIMAL, YAML_AT(struct point_draft, max)},
    {"modulus", YAML_CUSTOM, .read = read_modulus},
    {"resets_at", YAML_CUSTOM, .read = read_resets},
    SHARED_FIELDS,
    {0},
};

void point_defaults_read(const struct yaml_node *map, struct point_draft *draft, struct faults *faults)
{
    *draft = (struct point_draft){
        .point = {.format = {.order = ORDER_ABCD}, .counter = {.modulus = -1, .refresh_ms = 10000}},
        .address = -1,
        .scale = {1, 0},
        .noise = {-1, 0},
    };
    if (map)
        yaml_read(map, default_fields, draft, NULL, faults);
}

bool point_read(const struct yaml_node *node, const struct point_draft *defaults, int64_t base, struct point *out,
                struct faults *faults)
{
    size_t before = faults_count(faults, FAULT_ERROR);
    struct point_draft draft = *defaults;

    yaml_read(node, point_fields, &draft, NULL, faults);
    if (yaml_is_map(node))
        point_judge(node, &draft, base, faults);
    draft.point.place = yaml_place(node);
    *out = draft.point;
    return faults_count(faults, FAULT_ERROR) == before;
}
