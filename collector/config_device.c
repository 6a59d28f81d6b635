/* SPDX-License-Identifier: Apache-2.0 */
/* Buses and devices: defaults -> bus -> device. */
#include <stdlib.h>
#include <string.h>

#include "collector/config_parts.h"

enum { SECOND_MS = 1000, DAY_MS = 86400 * SECOND_MS };

/* Bounds of polling, the same wherever it is set. */
#define INTERVAL_FIELD(type)                                                                                           \
    {                                                                                                                  \
        "interval", YAML_DURATION, YAML_AT(type, interval_ms), .min = 20, .max = DAY_MS                                \
    }
#define TIMEOUT_FIELD(type)                                                                                            \
    {                                                                                                                  \
        "timeout", YAML_DURATION, YAML_AT(type, timeout_ms), .min = 10, .max = 60 * SECOND_MS                          \
    }
#define ALARM_FIELD(type)                                                                                              \
    {                                                                                                                  \
        "alarm_after", YAML_DURATION, YAML_AT(type, alarm_after_ms), .min = SECOND_MS, .max = DAY_MS                   \
    }

/* A name that stands alone at a node. */
static size_t refer(struct config_reader *reader, const struct yaml_node *node, struct config_names names)
{
    char name[ID_BYTES];
    if (!yaml_read_id(node, name, sizeof name, reader->faults))
        return CONFIG_NONE;
    return config_refer(reader, yaml_place(node), name, names);
}

/* --- defaults --- */

static void read_default_mine(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)faults;
    struct config_defaults *defaults = target;
    struct config_reader *reader = context;
    defaults->mine = refer(reader, node, config_mine_names(reader->config));
}

void config_read_defaults(const struct yaml_node *map, void *target, void *context, struct faults *faults)
{
    static const struct yaml_field fields[] = {
        INTERVAL_FIELD(struct config_defaults),
        TIMEOUT_FIELD(struct config_defaults),
        ALARM_FIELD(struct config_defaults),
        {"mine", YAML_CUSTOM, .read = read_default_mine},
        {0},
    };
    (void)target;
    struct config_reader *reader = context;
    yaml_read(map, fields, &reader->defaults, reader, faults);
}

/* --- buses --- */

static void read_tcp(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)context;
    struct config_bus *bus = target;
    char text[LINK_HOST_BYTES];
    if (yaml_read_text(node, text, sizeof text, faults) && !link_parse_host(text, &bus->link))
        faults_add(faults, FAULT_ERROR, yaml_place(node),
                   "found \"%s\", expected host:port, such as \"10.1.5.21:502\" or \"[::1]:502\"", text);
}

static void read_serial(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)target, (void)context;
    faults_add(faults, FAULT_ERROR, yaml_place(node), "serial lines are not supported by this version; expected tcp:");
}

static void read_bus_mine(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)faults;
    struct config_bus *bus = target;
    struct config_reader *reader = context;
    bus->mine = refer(reader, node, config_mine_names(reader->config));
}

static void bus_read(struct config_reader *reader, const struct yaml_node *node, struct config_bus *bus)
{
    static const struct yaml_field fields[] = {
        {"name", YAML_ID, YAML_AT(struct config_bus, name), .required = true},
        {"tcp", YAML_CUSTOM, .read = read_tcp},
        {"rtu", YAML_CUSTOM, .read = read_serial},
        {"rtu_over_tcp", YAML_CUSTOM, .read = read_serial},
        {"mine", YAML_CUSTOM, .read = read_bus_mine},
        INTERVAL_FIELD(struct config_bus),
        TIMEOUT_FIELD(struct config_bus),
        ALARM_FIELD(struct config_bus),
        {0},
    };
    const struct config_defaults *defaults = &reader->defaults;
    bus->interval_ms = defaults->interval_ms;
    bus->timeout_ms = defaults->timeout_ms;
    bus->alarm_after_ms = defaults->alarm_after_ms;
    bus->mine = defaults->mine;
    bus->place = yaml_place(node);
    bus->place.file = reader->config->path;
    yaml_read(node, fields, bus, reader, reader->faults);
    if (yaml_is_map(node) && !yaml_find(node, "tcp") && !yaml_find(node, "rtu") && !yaml_find(node, "rtu_over_tcp"))
        faults_add(reader->faults, FAULT_ERROR, yaml_place(node), "the key \"tcp\" is missing: tcp: \"host:port\"");
}

void config_read_buses(const struct yaml_node *list, void *target, void *context, struct faults *faults)
{
    (void)faults;
    struct config *config = target;
    config->bus = config_array(context, list, sizeof *config->bus, &config->buses);
    for (size_t i = 0; i < config->buses; i++)
        bus_read(context, yaml_item(list, i), &config->bus[i]);
    config_unique(context, "buses", config_bus_names(config));
}

/* --- devices --- */

static void read_bus(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)faults;
    struct config_device *device = target;
    struct config_reader *reader = context;
    device->bus = refer(reader, node, config_bus_names(reader->config));
    if (device->bus == CONFIG_NONE)
        return;
    const struct config_bus *bus = &reader->config->bus[device->bus];
    device->interval_ms = bus->interval_ms;
    device->timeout_ms = bus->timeout_ms;
    device->alarm_after_ms = bus->alarm_after_ms;
    device->mine = bus->mine;
}

static void read_mine(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)faults;
    struct config_device *device = target;
    struct config_reader *reader = context;
    device->mine = refer(reader, node, config_mine_names(reader->config));
}

static void read_unit(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)context;
    struct config_device *device = target;
    int64_t unit;
    if (yaml_read_integer(node, 0, 255, &unit, faults))
        device->unit = (int)unit;
}

static void read_profile(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    struct config_device *device = target;
    char name[NAME_MAX_BYTES];
    if (yaml_read_id(node, name, sizeof name, faults))
        device->profile = config_profile(context, yaml_place(node), name);
}

static void device_read(struct config_reader *reader, const struct yaml_node *node, struct config_device *device)
{
    static const struct yaml_field fields[] = {
        {"name", YAML_ID, YAML_AT(struct config_device, name), .required = true},
        {"bus", YAML_CUSTOM, .read = read_bus, .required = true}, /* before what it hands down */
        {"unit", YAML_CUSTOM, .read = read_unit, .required = true},
        {"mine", YAML_CUSTOM, .read = read_mine},
        {"profile", YAML_CUSTOM, .read = read_profile, .required = true},
        INTERVAL_FIELD(struct config_device),
        TIMEOUT_FIELD(struct config_device),
        ALARM_FIELD(struct config_device),
        {0},
    };
    *device = (struct config_device){.bus = CONFIG_NONE, .mine = CONFIG_NONE, .place = yaml_place(node)};
    device->place.file = reader->config->path;
    yaml_read(node, fields, device, reader, reader->faults);
    if (device->mine == CONFIG_NONE && device->bus != CONFIG_NONE && !yaml_find(node, "mine"))
        device->mine = config_only_mine(reader, yaml_place(node), "device");
}

struct wire_unit config_unit(const struct config_device *device)
{
    return (struct wire_unit){
        .unit = device->unit,
        .timeout_ms = (int)device->timeout_ms,
        .retries = (int)device->retries,
        .pause_ms = (int)device->pause_ms,
        .pause_after_connect_ms = (int)device->pause_after_connect_ms,
    };
}

void config_read_devices(const struct yaml_node *list, void *target, void *context, struct faults *faults)
{
    (void)faults;
    struct config *config = target;
    config->device = config_array(context, list, sizeof *config->device, &config->devices);
    for (size_t i = 0; i < config->devices; i++)
        device_read(context, yaml_item(list, i), &config->device[i]);
    config_unique(context, "devices", config_device_names(config));
}
