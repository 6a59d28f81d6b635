/* SPDX-License-Identifier: Apache-2.0 */
/* Any text as YAML, read through a table with a field of every kind: what is read is within
 * its bounds, and of what is not there is a fault. */
#include <string.h>

#include "drivers/yaml.h"
#include "tests/fuzz/fuzz.h"

enum { TEXT_BYTES = 24, LEAST = -5, MOST = 1000, UNTOUCHED = 77 };

struct inner {
    int64_t number;
};

struct target {
    char text[TEXT_BYTES], id[64], unit[16];
    int64_t number, duration_ms;
    bool flag;
    int choice, time_s;
    struct decimal decimal, quantity;
    struct inner inner;
    size_t items; /* of the list */
};

static const char *const choices[] = {"main", "check", "none", NULL};

static void must_end(const char *text, size_t size)
{
    MUST(memchr(text, '\0', size));
}

static void read_list(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    struct target *out = target;
    (void)context;
    if (!yaml_is_list(node))
        yaml_expected(node, faults, "a list");
    for (size_t i = 0; i < yaml_size(node) && yaml_is_list(node); i++) {
        int64_t number = UNTOUCHED;
        const bool read = yaml_read_integer(yaml_item(node, i), LEAST, MOST, &number, faults);
        MUST(read ? number >= LEAST && number <= MOST : number == UNTOUCHED);
        out->items += read;
    }
}

static void read_time(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)context;
    yaml_read_time(node, &((struct target *)target)->time_s, faults);
}

static void read_quantity(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    struct target *out = target;
    (void)context;
    yaml_read_quantity(node, &out->quantity, out->unit, sizeof out->unit, faults);
}

static const struct yaml_field inner_fields[] = {
    {"number", YAML_INTEGER, YAML_AT(struct inner, number), .min = LEAST, .max = MOST, .required = true},
    {0},
};

static const struct yaml_field fields[] = {
    {"text", YAML_TEXT, YAML_AT(struct target, text)},
    {"id", YAML_ID, YAML_AT(struct target, id), .required = true},
    {"number", YAML_INTEGER, YAML_AT(struct target, number), .min = LEAST, .max = MOST},
    {"duration", YAML_DURATION, YAML_AT(struct target, duration_ms), .min = 10, .max = 60000},
    {"flag", YAML_BOOLEAN, YAML_AT(struct target, flag)},
    {"choice", YAML_CHOICE, YAML_AT(struct target, choice), .choices = choices},
    {"decimal", YAML_DECIMAL, YAML_AT(struct target, decimal)},
    {"inner", YAML_MAP, YAML_AT(struct target, inner), .fields = inner_fields},
    {"list", YAML_CUSTOM, .read = read_list},
    {"time", YAML_CUSTOM, .read = read_time},
    {"quantity", YAML_CUSTOM, .read = read_quantity},
    {0},
};

static void must_hold(const struct target *target)
{
    must_end(target->text, sizeof target->text);
    must_end(target->id, sizeof target->id);
    must_end(target->unit, sizeof target->unit);
    MUST(target->number >= LEAST && target->number <= MOST);
    MUST(target->duration_ms >= 10 && target->duration_ms <= 60000);
    MUST(target->choice >= 0 && target->choice < 3);
    MUST(target->inner.number >= LEAST && target->inner.number <= MOST);
    MUST(target->time_s >= 0 && target->time_s < 86400);
    MUST(target->decimal.places >= 0 && target->quantity.places >= 0);
}

static void must_read(const struct yaml_node *root, struct faults *faults)
{
    struct target target = {.duration_ms = 10};
    const size_t before = faults_count(faults, FAULT_ERROR);
    yaml_read(root, fields, &target, NULL, faults);
    must_hold(&target);
    if (faults_count(faults, FAULT_ERROR) > before)
        return;
    MUST(yaml_is_map(root) && target.id[0] != '\0');
    for (size_t i = 0; i < yaml_size(root); i++)
        MUST(yaml_find(root, yaml_key(root, i)) == yaml_value(root, i));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static FILE *nowhere;
    char word[TEXT_BYTES];
    int64_t ms;
    struct faults *faults = faults_new();
    struct yaml_document *document = yaml_load_text((const char *)data, size, "input", faults);
    MUST(document || faults_count(faults, FAULT_ERROR) > 0);
    if (document)
        must_read(yaml_root(document), faults);
    yaml_unload(document);
    snprintf(word, sizeof word, "%.*s", (int)(size < sizeof word ? size : sizeof word - 1), (const char *)data);
    yaml_nearest(word, choices);
    MUST(!yaml_duration_parse(word, &ms) || ms >= 0);
    if (!nowhere)
        nowhere = fopen("/dev/null", "w");
    if (nowhere)
        faults_print(faults, nowhere);
    faults_free(faults);
    return 0;
}
