/* SPDX-License-Identifier: Apache-2.0 */
/* Devices: what they do not say, their bus does. */
#include "collector/config_parts.h"

static void read_bus(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)faults;
    struct config_device *device = target;
    struct config_reader *reader = context;
    device->bus = config_refer_node(reader, node, config_bus_names(reader->config));
    if (device->bus == CONFIG_NONE)
        return;
    const struct config_bus *bus = &reader->config->bus[device->bus];
    device->interval_ms = bus->interval_ms;
    device->timeout_ms = bus->timeout_ms;
    device->alarm_after_ms = bus->alarm_after_ms;
    device->retries = bus->retries;
    device->pause_ms = bus->pause_ms;
    device->pause_after_connect_ms = bus->pause_after_connect_ms;
    device->mine = bus->mine;
}

static void read_mine(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)faults;
    struct config_device *device = target;
    struct config_reader *reader = context;
    device->mine = config_refer_node(reader, node, config_mine_names(reader->config));
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
        POLLING_FIELDS(struct config_device),
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
