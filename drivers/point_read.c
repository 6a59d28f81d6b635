/* SPDX-License-Identifier: Apache-2.0 */
/* A line of a profile as it is written: see point_judge.c for what it means. */
#include <stdio.h>
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
    static const char *const meanings[] = {"calibrating", "simulating", "testing", "freshness", NULL};
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
                   text ? text : faults_say(faults, "a list or map"));
}

/* An order: which there are depends on the type. Names of other points: these are
 * known when all are read (profile_links.c). Both are judged later. */
static void read_later(const struct yaml_node *node, void *target, void *context, struct faults *faults)
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

/* "3-5" */
static void read_bits(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    struct registers_format *format = &((struct point_draft *)target)->point.format;
    const char *text = yaml_text(node);
    int low = -1, high = -1, length = 0;

    (void)context;
    if (text && strlen(text) <= 5 && sscanf(text, "%2d-%2d%n", &low, &high, &length) == 2 && text[length] == '\0' &&
        low >= 0 && low < high && high <= 15) {
        format->bit = low;
        format->width = high - low + 1;
        return;
    }
    yaml_expected(node, faults, "the lowest and the highest of 16 bits, like 3-5, 0 being the least significant");
}

static void read_model(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    struct point *point = &((struct point_draft *)target)->point;
    const bool list = yaml_is_list(node);
    const size_t size = list ? yaml_size(node) : 1;

    (void)context;
    if (size < 1 || size > MODELS_MAX) {
        yaml_expected(node, faults, "a model, or a list of at most %d that have the same layout, like [101, 102, 103]",
                      MODELS_MAX);
        return;
    }
    memset(point->model, 0, sizeof point->model);
    for (size_t i = 0; i < size; i++) {
        int64_t model;
        if (yaml_read_integer(list ? yaml_item(node, i) : node, 1, UINT16_MAX - 1, &model, faults))
            point->model[i] = (uint16_t)model;
    }
}

/* {0: stopped, 1: running} -> "0 stopped, 1 running" */
static void read_values(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    struct point *point = &((struct point_draft *)target)->point;
    size_t length = 0;

    (void)context;
    if (!yaml_is_map(node) || yaml_size(node) == 0) {
        yaml_expected(node, faults, "a map of values and what they mean, like {0: stopped, 1: running}");
        return;
    }
    for (size_t i = 0; i < yaml_size(node); i++) {
        const char *key = yaml_key(node, i), *name = yaml_text(yaml_value(node, i));
        struct decimal value;
        if (!decimal_parse(key, &value) || value.places > 0)
            faults_add(faults, FAULT_ERROR, yaml_key_place(node, i), "found \"%s\", expected a whole number", key);
        else if (!name || !*name || strpbrk(name, ",\n"))
            yaml_expected(yaml_value(node, i), faults, "what the value means, without a comma");
        else if (length < sizeof point->meanings)
            length += (size_t)snprintf(point->meanings + length, sizeof point->meanings - length, "%s%s %s",
                                       length ? ", " : "", key, name);
    }
    if (length >= sizeof point->meanings)
        yaml_expected(node, faults, "at most %d bytes in all", MEANINGS_MAX_BYTES - 1);
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
        {"register_bytes", YAML_INTEGER, YAML_AT(struct point_draft, register_bytes), .min = 2, .max = 4},             \
        {"model", YAML_CUSTOM, .read = read_model}, {"veto", YAML_CUSTOM, .read = read_later},                         \
        {"valid_if", YAML_CUSTOM, .read = read_later},                                                                 \
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
    {"address", YAML_INTEGER, YAML_AT(struct point_draft, address), .min = 0, .max = 499999},
    {"offset", YAML_INTEGER, YAML_AT(struct point_draft, offset), .min = 0, .max = UINT16_MAX},
    {"bit", YAML_INTEGER, YAML_AT(struct point_draft, bit), .min = 0, .max = 15},
    {"bits", YAML_CUSTOM, .read = read_bits},
    {"registers", YAML_INTEGER, YAML_AT(struct point_draft, registers), .min = 1, .max = TEXT_REGISTERS_MAX},
    {"order", YAML_CUSTOM, .read = read_later},
    {"high", YAML_CUSTOM, .read = read_later},
    {"times", YAML_INTEGER, YAML_AT(struct point_draft, times), .min = 1, .max = 1000000000},
    {"low", YAML_CUSTOM, .read = read_later},
    {"scale_factor", YAML_CUSTOM, .read = read_later},
    {"block", YAML_CUSTOM, .read = read_later},
    {"values", YAML_CUSTOM, .read = read_values},
    {"stale_after", YAML_DURATION, YAML_AT(struct point_draft, point.stale_after_ms), .min = 1000, .max = 86400000},
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
        .point = {.format = {.order = ORDER_ABCD},
                  .counter = {.modulus = -1, .refresh_ms = 10000},
                  .stale_after_ms = 60000},
        .address = -1,
        .offset = -1,
        .register_bytes = 2,
        .times = 1,
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
