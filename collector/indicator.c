/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/indicator.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/quantity.h"
#include "drivers/data.h"

static bool is_null(const struct yaml_node *node)
{
    const char *text = yaml_text(node);
    return text && strcmp(text, "null") == 0;
}

static void value_read(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    struct indicator *indicator = target;
    (void)context;
    if (!is_null(node))
        indicator->has_value = yaml_read_decimal(node, &indicator->value, faults);
}

static size_t quantities_read(const struct yaml_node *list, char names[][32], struct faults *faults)
{
    size_t count = 0;
    if (!yaml_is_list(list) || yaml_size(list) == 0 || yaml_size(list) > MEASURES_MAX) {
        faults_add(faults, FAULT_ERROR, yaml_place(list), "expected a list of 1 to %d quantities", MEASURES_MAX);
        return 0;
    }
    for (size_t i = 0; i < yaml_size(list); i++) {
        const struct yaml_node *item = yaml_item(list, i);
        if (!yaml_read_text(item, names[count], 32, faults))
            continue;
        if (!quantity_find(names[count]))
            faults_add(faults, FAULT_ERROR, yaml_place(item), "found %s, expected a quantity", names[count]);
        count++;
    }
    return count;
}

static void over_read(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    struct indicator *indicator = target;
    (void)context;
    indicator->overs = quantities_read(node, indicator->over, faults);
}

static void quantity_read(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    struct indicator *indicator = target;
    (void)context;
    indicator->quantities = quantities_read(node, indicator->quantity, faults);
}

static void measured_read(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    static const struct yaml_field fields[] = {
        {"quantities", YAML_CUSTOM, .read = quantity_read, .required = true},
        {"size", YAML_INTEGER, YAML_AT(struct indicator, size), .required = true, .min = 1, .max = 1000000000},
        {"over", YAML_CUSTOM, .read = over_read},
        {0},
    };
    struct indicator *indicator = target;
    if (is_null(node))
        return;
    yaml_read(node, fields, target, context, faults);
    int64_t size = indicator->size;
    while (size > 1 && size % 10 == 0)
        size /= 10;
    if (size != 1)
        faults_add(faults, FAULT_ERROR, yaml_place(node), "found a size that is no power of ten");
}

static void indicator_read(const struct yaml_node *node, struct indicator *indicator, struct faults *faults)
{
    static const char *const kinds[] = {"actual", "target", "plan", NULL};
    static const struct yaml_field name[] = {
        {"en", YAML_TEXT, YAML_AT(struct indicator, en), .required = true},
        {"zh", YAML_TEXT, YAML_AT(struct indicator, zh), .required = true},
        {0},
    };
    static const struct yaml_field unit[] = {
        {"en", YAML_TEXT, YAML_AT(struct indicator, unit_en), .required = true},
        {"zh", YAML_TEXT, YAML_AT(struct indicator, unit_zh), .required = true},
        {0},
    };
    static const struct yaml_field fields[] = {
        {"id", YAML_ID, YAML_AT(struct indicator, id), .required = true},
        {"name", YAML_MAP, .fields = name, .required = true},
        {"definition", YAML_TEXT, YAML_AT(struct indicator, definition), .required = true},
        {"unit", YAML_MAP, .fields = unit, .required = true},
        {"value", YAML_CUSTOM, .read = value_read, .required = true},
        {"year", YAML_TEXT, YAML_AT(struct indicator, year), .required = true},
        {"kind", YAML_CHOICE, YAML_AT(struct indicator, kind), .choices = kinds, .required = true},
        {"floor", YAML_BOOLEAN, YAML_AT(struct indicator, floor), .required = true},
        {"how", YAML_TEXT, YAML_AT(struct indicator, how), .required = true},
        {"measured_by", YAML_CUSTOM, .read = measured_read, .required = true},
        {"source", YAML_TEXT, YAML_AT(struct indicator, source), .required = true},
        {0},
    };
    yaml_read(node, fields, indicator, NULL, faults);
}

/* The list under the one key of a file; NULL, with a fault, when it is not so. */
static const struct yaml_node *list_of(const struct yaml_document *document, const char *key, struct faults *faults)
{
    const struct yaml_node *root = yaml_root(document), *list = yaml_find(root, key);
    if (list && yaml_is_list(list) && yaml_size(root) == 1)
        return list;
    faults_add(faults, FAULT_ERROR, yaml_place(root), "expected nothing but %s: and a list", key);
    return NULL;
}

struct indicators *indicators_load(const char *path, struct faults *faults)
{
    struct yaml_document *document = yaml_load(path, faults);
    const struct yaml_node *list = document ? list_of(document, "indicators", faults) : NULL;
    struct indicators *indicators = list ? calloc(1, sizeof *indicators) : NULL;
    if (indicators && (indicators->indicator = calloc(yaml_size(list) + 1, sizeof *indicators->indicator)))
        for (; indicators->count < yaml_size(list); indicators->count++)
            indicator_read(yaml_item(list, indicators->count), &indicators->indicator[indicators->count], faults);
    yaml_unload(document);
    if (indicators && indicators->indicator && faults_count(faults, FAULT_ERROR) == 0)
        return indicators;
    indicators_free(indicators);
    return NULL;
}

void indicators_free(struct indicators *indicators)
{
    if (indicators)
        free(indicators->indicator);
    free(indicators);
}

static bool seed_in(const char *folder, const char *name, char path[static PATH_BYTES])
{
    const int length = snprintf(path, PATH_BYTES, "%s/%s", folder, name);
    return length > 0 && length < PATH_BYTES && access(path, R_OK) == 0;
}

bool seeds_path(const char *name, char path[static PATH_BYTES])
{
    char home_folder[DATA_PATH_BYTES];
    const char *folder = getenv("COALTALLY_SEEDS");
    if (folder && *folder && seed_in(folder, name, path))
        return true;
    for (int home = 0; home < DATA_HOMES; home++)
        if (data_folder(DATA_SEEDS, (enum data_home)home, home_folder) && seed_in(home_folder, name, path))
            return true;
    return false;
}
