/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/config_parts.h"

enum { CANDIDATES_MAX = 1000, LISTED_BYTES = 120, QUANTITIES_MAX = 64 };

void *config_array(struct config_reader *reader, const struct yaml_node *list, size_t size, size_t *count)
{
    if (!yaml_is_list(list))
        faults_add(reader->faults, FAULT_ERROR, yaml_place(list), "expected a list, one item a line: - {name: ...}");
    *count = yaml_is_list(list) ? yaml_size(list) : 0;
    void *array = *count ? calloc(*count, size) : NULL;
    if (*count && !array) {
        reader->memory = true;
        *count = 0;
    }
    return array;
}

struct place config_place(const struct config_reader *reader, const char *list, size_t index, const char *key)
{
    const struct yaml_node *item = yaml_item(yaml_find(reader->root, list), index);
    const struct yaml_node *value = key ? yaml_find(item, key) : NULL;
    return yaml_place(value ? value : item);
}

static const char *name_at(struct config_names names, size_t index)
{
    return (const char *)names.first + index * names.stride;
}

/* A name that stands there twice is a fault of its own. */
static bool is_named_before(struct config_names names, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (strcmp(name_at(names, i), name_at(names, index)) == 0)
            return true;
    return false;
}

/* "main-shaft, north, ..." */
static void list_names(struct config_names names, char *text, size_t size)
{
    size_t length = 0;
    *text = '\0';
    for (size_t i = 0; i < names.count && length < size; i++)
        if (*name_at(names, i) && !is_named_before(names, i))
            length += (size_t)snprintf(text + length, size - length, "%s%s", length ? ", " : "", name_at(names, i));
    if (length >= size)
        strcpy(text + size - 4, "...");
}

size_t config_refer(const struct config_reader *reader, struct place place, const char *text, struct config_names names)
{
    const char *candidates[CANDIDATES_MAX + 1] = {NULL};
    size_t count = 0;
    for (size_t i = 0; i < names.count; i++) {
        if (*text && strcmp(name_at(names, i), text) == 0)
            return i;
        if (count < CANDIDATES_MAX && *name_at(names, i))
            candidates[count++] = name_at(names, i);
    }
    char listed[LISTED_BYTES];
    const char *nearest = yaml_nearest(text, candidates);
    list_names(names, listed, sizeof listed);
    if (nearest)
        faults_add(reader->faults, FAULT_ERROR, place, "no %s \"%s\"; did you mean \"%s\"?", names.kind, text, nearest);
    else if (count > 0)
        faults_add(reader->faults, FAULT_ERROR, place, "no %s \"%s\", expected one of %s", names.kind, text, listed);
    else
        faults_add(reader->faults, FAULT_ERROR, place, "no %s \"%s\": none is defined", names.kind, text);
    return CONFIG_NONE;
}

size_t config_refer_node(const struct config_reader *reader, const struct yaml_node *node, struct config_names names)
{
    char name[ID_BYTES];
    if (!yaml_read_id(node, name, sizeof name, reader->faults))
        return CONFIG_NONE;
    return config_refer(reader, yaml_place(node), name, names);
}

void config_unique(const struct config_reader *reader, const char *list, struct config_names names)
{
    for (size_t i = 0; i < names.count; i++) {
        const char *name = name_at(names, i);
        const struct place place = config_place(reader, list, i, "name");
        if (strcmp(name, "county") == 0)
            faults_add(reader->faults, FAULT_ERROR, place, "the name \"county\" is reserved, expected another");
        for (size_t j = 0; j < i && *name; j++)
            if (strcmp(name_at(names, j), name) == 0) {
                faults_add(reader->faults, FAULT_ERROR, place, "a second %s \"%s\"; the first is in line %d",
                           names.kind, name, config_place(reader, list, j, "name").line);
                break;
            }
    }
}

struct config_names config_mine_names(const struct config *config)
{
    return (struct config_names){"mine", config->mine, config->mines, sizeof *config->mine};
}

struct config_names config_bus_names(const struct config *config)
{
    return (struct config_names){"bus", config->bus, config->buses, sizeof *config->bus};
}

struct config_names config_device_names(const struct config *config)
{
    return (struct config_names){"device", config->device, config->devices, sizeof *config->device};
}

struct config_names config_meter_names(const struct config *config)
{
    return (struct config_names){"meter", config->meter, config->meters, sizeof *config->meter};
}

size_t config_only_mine(const struct config_reader *reader, struct place place, const char *what)
{
    const struct config *config = reader->config;
    char listed[LISTED_BYTES];
    if (config->mines == 1)
        return 0;
    list_names(config_mine_names(config), listed, sizeof listed);
    if (config->mines > 1)
        faults_add(reader->faults, FAULT_ERROR, place, "a %s of which mine? expected mine: and one of %s", what,
                   listed);
    return CONFIG_NONE;
}

const struct quantity *config_quantity(const struct yaml_node *node, struct faults *faults)
{
    const char *names[QUANTITIES_MAX + 1] = {NULL};
    char name[ID_BYTES];
    if (!yaml_read_text(node, name, sizeof name, faults))
        return NULL;
    const struct quantity *quantity = quantity_find(name);
    if (quantity)
        return quantity;
    for (size_t i = 0; i < quantity_count() && i < QUANTITIES_MAX; i++)
        names[i] = quantity_at(i)->name;
    const char *nearest = yaml_nearest(name, names);
    if (nearest)
        faults_add(faults, FAULT_ERROR, yaml_place(node), "no quantity \"%s\"; did you mean \"%s\"?", name, nearest);
    else
        faults_add(faults, FAULT_ERROR, yaml_place(node),
                   "no quantity \"%s\", expected one such as raw_coal, rom_coal, gas_drained, energy", name);
    return NULL;
}
