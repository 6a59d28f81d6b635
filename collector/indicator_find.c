/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/indicator_find.h"

#include <string.h>

#include "collector/criteria.h"
#include "collector/period.h"
#include "collector/quantity.h"

/* --- what kinds take --- */

static size_t quantities_read(const struct yaml_node *list, char names[][32], struct faults *faults)
{
    size_t count = 0;
    if (!yaml_is_list(list) || yaml_size(list) == 0 || yaml_size(list) > MEASURES_MAX) {
        yaml_expected(list, faults, "a list of 1 to %d quantities, like [raw_coal]", MEASURES_MAX);
        return 0;
    }
    for (size_t i = 0; i < yaml_size(list); i++) {
        const struct yaml_node *item = yaml_item(list, i);
        if (!yaml_read_text(item, names[count], 32, faults))
            continue;
        if (!quantity_find(names[count]) || strcmp(names[count], "rom_coal") == 0)
            yaml_expected(item, faults, "a quantity that is reported, like raw_coal");
        count++;
    }
    return count;
}

static void quantity_read(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    struct indicator_find *find = target;
    (void)context;
    find->quantities = quantities_read(node, find->quantity, faults);
}

static void over_read(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    struct indicator_find *find = target;
    (void)context;
    find->overs = quantities_read(node, find->over, faults);
}

static void size_read(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    struct indicator_find *find = target;
    (void)context;
    int64_t size = 1;
    if (!yaml_read_integer(node, 1, 1000000000, &find->size, faults))
        return;
    while (size < find->size)
        size *= 10;
    if (size != find->size)
        yaml_expected(node, faults, "a power of ten: 1, 10, ... 1000000000");
}

static void that_read(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)context;
    ((struct indicator_find *)target)->that = criteria_read(node, faults);
}

static void among_read(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)context;
    ((struct indicator_find *)target)->among = criteria_read(node, faults);
}

static void from_read(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    const char *text = yaml_text(node);
    (void)context;
    if (!text || strlen(text) != 10 || !period_parse_day(text, 0, &((struct indicator_price *)target)->from))
        yaml_expected(node, faults, "a date like 2026-01-01");
}

static void prices_read(const struct yaml_node *list, void *target, void *context, struct faults *faults)
{
    static const struct yaml_field fields[] = {
        {"from", YAML_CUSTOM, .read = from_read, .required = true},
        {"price", YAML_DECIMAL, YAML_AT(struct indicator_price, price), .required = true},
        {"source", YAML_TEXT, YAML_AT(struct indicator_price, source), .required = true},
        {0},
    };
    struct indicator_find *find = target;
    (void)context;
    if (!yaml_is_list(list) || yaml_size(list) == 0 || yaml_size(list) > PRICES_MAX) {
        yaml_expected(list, faults, "a list of 1 to %d prices, each {from:, price:, source:}", PRICES_MAX);
        return;
    }
    for (; find->prices < yaml_size(list); find->prices++) {
        const struct yaml_node *item = yaml_item(list, find->prices);
        struct indicator_price *price = &find->price[find->prices];
        yaml_read(item, fields, price, NULL, faults);
        if (price->price.digits < 0)
            faults_add(faults, FAULT_ERROR, yaml_place(item), "found a price below 0");
        if (find->prices && price->from <= price[-1].from)
            faults_add(faults, FAULT_ERROR, yaml_place(item), "found prices out of order, expected the earliest first");
    }
}

static void steps_read(const struct yaml_node *list, void *target, void *context, struct faults *faults)
{
    struct indicator_find *find = target;
    (void)context;
    if (!yaml_is_list(list) || yaml_size(list) == 0 || yaml_size(list) > MEASURES_MAX) {
        yaml_expected(list, faults, "a list of 1 to %d indicators whose steps count", MEASURES_MAX);
        return;
    }
    for (size_t i = 0; i < yaml_size(list); i++)
        find->steps += yaml_read_id(yaml_item(list, i), find->step[find->steps], ID_BYTES, faults);
}

/* --- the kinds --- */

#define QUANTITIES                                                                                                     \
    {                                                                                                                  \
        "quantities", YAML_CUSTOM, .read = quantity_read, .required = true                                             \
    }
#define SIZE                                                                                                           \
    {                                                                                                                  \
        "size", YAML_CUSTOM, .read = size_read, .required = true                                                       \
    }
#define THAT                                                                                                           \
    {                                                                                                                  \
        "that", YAML_CUSTOM, .read = that_read, .required = true                                                       \
    }
#define AMONG                                                                                                          \
    {                                                                                                                  \
        "among", YAML_CUSTOM, .read = among_read, .required = true                                                     \
    }
#define OTHER                                                                                                          \
    {                                                                                                                  \
        "of", YAML_ID, YAML_AT(struct indicator_find, of), .required = true                                            \
    }
#define SWITCH(name)                                                                                                   \
    {                                                                                                                  \
#name, YAML_BOOLEAN, YAML_AT(struct indicator_find, name)                                                      \
    }

static const char *const face_words[] = {"all", "mining", "heading", NULL};

static const struct yaml_field sum_fields[] = {QUANTITIES, SIZE, {0}};
static const struct yaml_field ratio_fields[] = {
    {"of", YAML_CUSTOM, .read = quantity_read, .required = true},
    {"over", YAML_CUSTOM, .read = over_read, .required = true},
    SWITCH(percent),
    SWITCH(together),
    {0},
};
static const struct yaml_field share_fields[] = {
    THAT,
    AMONG,
    {"output", YAML_CUSTOM, .read = quantity_read, .required = true},
    {0},
};
static const struct yaml_field capacity_fields[] = {THAT, SIZE, {0}};
static const struct yaml_field room_fields[] = {OTHER, THAT, SIZE, {0}};
static const struct yaml_field mines_fields[] = {THAT, SWITCH(so_far), {0}};
static const struct yaml_field faces_fields[] = {
    {"kind", YAML_CHOICE, YAML_AT(struct indicator_find, face), .choices = face_words, .required = true},
    {0},
};
static const struct yaml_field method_fields[] = {SIZE, {0}};
static const struct yaml_field priced_fields[] = {
    OTHER,
    SIZE,
    {"prices", YAML_CUSTOM, .read = prices_read, .required = true},
    {0},
};
static const struct yaml_field growth_fields[] = {OTHER, {0}};
static const struct yaml_field utilisation_fields[] = {QUANTITIES, AMONG, {0}};
static const struct yaml_field milestones_fields[] = {
    {"of", YAML_CUSTOM, .read = steps_read, .required = true},
    {0},
};
static const struct yaml_field while_fields[] = {QUANTITIES, THAT, {0}};

/* fields NULL: it takes nothing. */
static const struct {
    enum find_kind kind;
    const char *name;
    const struct yaml_field *fields;
} kinds[] = {
    {FIND_STATED, "stated", NULL},
    {FIND_SUM, "sum", sum_fields},
    {FIND_RATIO, "ratio", ratio_fields},
    {FIND_CAPACITY_SHARE, "capacity_share", share_fields},
    {FIND_CAPACITY, "capacity", capacity_fields},
    {FIND_ROOM, "room", room_fields},
    {FIND_MINES, "mines", mines_fields},
    {FIND_FACES, "faces", faces_fields},
    {FIND_METHOD_110, "method_110", method_fields},
    {FIND_PRICED, "priced", priced_fields},
    {FIND_GROWTH, "growth", growth_fields},
    {FIND_UTILISATION, "utilisation", utilisation_fields},
    {FIND_MILESTONES, "milestones", NULL},
    {FIND_MILESTONES, "milestones", milestones_fields},
    {FIND_FIGURE, "figure", NULL},
    {FIND_OUTPUT_WHILE, "output_while", while_fields},
    {FIND_READ, "read", NULL},
};

enum { KINDS = sizeof kinds / sizeof *kinds };

/* "stated, milestones, figure", or with maps the others: for messages. */
static void kinds_list(bool maps, char *text, size_t size)
{
    size_t length = 0;
    for (size_t i = 0; i < KINDS && length < size; i++)
        if (maps == (kinds[i].fields != NULL))
            length += (size_t)snprintf(text + length, size - length, "%s%s", length ? ", " : "", kinds[i].name);
}

/* Index into kinds; -1: there is none of that name and form. */
static int kind_of(const char *name, bool map)
{
    for (int i = 0; i < KINDS; i++)
        if (strcmp(kinds[i].name, name) == 0 && map == (kinds[i].fields != NULL))
            return i;
    return -1;
}

void indicator_find_read(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    struct indicator_find *find = &((struct indicator *)target)->find;
    const bool map = yaml_is_map(node) && yaml_size(node) == 1;
    const char *name = map ? yaml_key(node, 0) : yaml_text(node);
    const int kind = name ? kind_of(name, map) : -1;
    char alone[128], with[256];
    (void)context;
    *find = (struct indicator_find){.size = 1, .percent = true};
    if (kind >= 0) {
        find->kind = (int)kinds[kind].kind;
        if (map)
            yaml_read(yaml_value(node, 0), kinds[kind].fields, find, NULL, faults);
        return;
    }
    kinds_list(false, alone, sizeof alone);
    kinds_list(true, with, sizeof with);
    yaml_expected(node, faults, "one of %s, or a map of one of %s", alone, with);
}
