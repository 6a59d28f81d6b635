/* SPDX-License-Identifier: Apache-2.0 */
/* Whole maps read by tables of fields. */
#include <string.h>

#include "drivers/yaml.h"

enum { LIST_MAX = 400, FIELDS_MAX = 64 };

static void field_read(const struct yaml_node *node, const struct yaml_field *field, void *target, void *context,
                       struct faults *faults)
{
    void *member = (char *)target + field->offset;

    switch (field->kind) {
    case YAML_TEXT:
        yaml_read_text(node, member, field->size, faults);
        return;
    case YAML_ID:
        yaml_read_id(node, member, field->size, faults);
        return;
    case YAML_INTEGER:
        yaml_read_integer(node, field->min, field->max, member, faults);
        return;
    case YAML_BOOLEAN:
        yaml_read_boolean(node, member, faults);
        return;
    case YAML_DURATION:
        yaml_read_duration(node, field->min, field->max, member, faults);
        return;
    case YAML_DECIMAL:
        yaml_read_decimal(node, member, faults);
        return;
    case YAML_SHARE:
        yaml_read_share(node, field->min, member, faults);
        return;
    case YAML_CHOICE:
        yaml_read_choice(node, field->choices, member, faults);
        return;
    case YAML_MAP:
        yaml_read(node, field->fields, member, context, faults);
        return;
    case YAML_CUSTOM:
        field->read(node, target, context, faults);
        return;
    }
}

static void unknown_key(const struct yaml_node *map, size_t index, const struct yaml_field *fields,
                        struct faults *faults)
{
    const char *keys[FIELDS_MAX + 1] = {NULL};
    char list[LIST_MAX];

    for (size_t i = 0; i < FIELDS_MAX && fields[i].key; i++)
        keys[i] = fields[i].key;
    yaml_join(keys, list, sizeof list);
    const char *nearest = yaml_nearest(yaml_key(map, index), keys);
    if (nearest)
        faults_add(faults, FAULT_ERROR, yaml_key_place(map, index),
                   "found the unknown key \"%s\"; did you mean \"%s\"?", yaml_key(map, index), nearest);
    else
        faults_add(faults, FAULT_ERROR, yaml_key_place(map, index), "found the unknown key \"%s\", expected one of %s",
                   yaml_key(map, index), list);
}

static bool is_known(const struct yaml_field *fields, const char *key)
{
    while (fields->key && strcmp(fields->key, key) != 0)
        fields++;
    return fields->key != NULL;
}

void yaml_read(const struct yaml_node *map, const struct yaml_field *fields, void *target, void *context,
               struct faults *faults)
{
    if (!yaml_is_map(map)) {
        yaml_expected(map, faults, "a map, like {%s: ...}", fields->key);
        return;
    }
    for (size_t i = 0; i < yaml_size(map); i++)
        if (!is_known(fields, yaml_key(map, i)))
            unknown_key(map, i, fields, faults);
    for (; fields->key; fields++) {
        const struct yaml_node *node = yaml_find(map, fields->key);
        if (node)
            field_read(node, fields, target, context, faults);
        else if (fields->required)
            faults_add(faults, FAULT_ERROR, yaml_place(map), "the key \"%s\" is missing", fields->key);
    }
}
