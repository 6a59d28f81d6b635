/* SPDX-License-Identifier: Apache-2.0 */
/* Buses, and what they have from `defaults`. */
#include <string.h>

#include "collector/config_parts.h"

/* --- defaults --- */

static void read_default_mine(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)faults;
    struct config_defaults *defaults = target;
    struct config_reader *reader = context;
    defaults->mine = config_refer_node(reader, node, config_mine_names(reader->config));
}

void config_read_defaults(const struct yaml_node *map, void *target, void *context, struct faults *faults)
{
    static const struct yaml_field fields[] = {
        POLLING_FIELDS(struct config_defaults),
        {"mine", YAML_CUSTOM, .read = read_default_mine},
        {0},
    };
    (void)target;
    struct config_reader *reader = context;
    yaml_read(map, fields, &reader->defaults, reader, faults);
}

/* --- where a bus is --- */

static void read_host(const struct yaml_node *node, struct wire_link *link, enum wire_kind kind, struct faults *faults)
{
    char text[LINK_HOST_BYTES];
    link->kind = kind;
    if (yaml_read_text(node, text, sizeof text, faults) && !link_parse_host(text, link))
        faults_add(faults, FAULT_ERROR, yaml_place(node),
                   "found \"%s\", expected host:port, such as \"10.1.5.21:502\" or \"[::1]:502\"", text);
}

static void read_tcp(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)context;
    read_host(node, &((struct config_bus *)target)->link, WIRE_TCP, faults);
}

static void read_rtu_over_tcp(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)context;
    read_host(node, &((struct config_bus *)target)->link, WIRE_RTU_OVER_TCP, faults);
}

static void read_rtu(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)context;
    struct wire_link *link = &((struct config_bus *)target)->link;
    char text[LINK_PATH_BYTES];
    link->kind = WIRE_RTU;
    if (!yaml_read_text(node, text, sizeof text, faults))
        return;
    if (*text == '/')
        strcpy(link->path, text);
    else
        faults_add(faults, FAULT_ERROR, yaml_place(node),
                   "found \"%s\", expected the path of a serial line, such as /dev/ttyS1 or /dev/serial/by-id/...",
                   text);
}

static void read_baud(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)context;
    struct wire_link *link = &((struct config_bus *)target)->link;
    int64_t baud;
    if (yaml_read_integer(node, LINK_BAUD_MIN, LINK_BAUD_MAX, &baud, faults))
        link->baud = (int)baud;
}

static void read_parity(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)context;
    struct wire_link *link = &((struct config_bus *)target)->link;
    char text[16];
    if (yaml_read_text(node, text, sizeof text, faults) && !link_parse_parity(text, &link->parity))
        faults_add(faults, FAULT_ERROR, yaml_place(node), "found \"%s\", expected none, even or odd", text);
}

static void read_stop_bits(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)context;
    struct wire_link *link = &((struct config_bus *)target)->link;
    int64_t bits;
    if (yaml_read_integer(node, 1, 2, &bits, faults))
        link->stop_bits = (int)bits;
}

/* One address, and nothing of a serial line where there is none. */
static void place_judge(const struct yaml_node *node, struct faults *faults)
{
    static const char *const addresses[] = {"tcp", "rtu", "rtu_over_tcp"}, *const settings[] = {"baud", "parity",
                                                                                                "stop_bits"};
    const char *found = NULL;
    for (size_t i = 0; i < 3; i++) {
        const struct yaml_node *address = yaml_find(node, addresses[i]);
        if (address && found)
            faults_add(faults, FAULT_ERROR, yaml_place(address), "found both %s and %s, expected one address", found,
                       addresses[i]);
        found = address ? addresses[i] : found;
    }
    if (!found)
        faults_add(faults, FAULT_ERROR, yaml_place(node),
                   "no address, expected one of tcp: \"host:port\", rtu: /dev/ttyS1, rtu_over_tcp: \"host:port\"");
    for (size_t i = 0; i < 3 && yaml_find(node, "tcp"); i++)
        if (yaml_find(node, settings[i]))
            faults_add(
                faults, FAULT_ERROR, yaml_place(yaml_find(node, settings[i])),
                "%s is of a serial line, and this bus is Modbus TCP: expected none, or rtu_over_tcp:", settings[i]);
}

/* --- buses --- */

static void read_bus_mine(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)faults;
    struct config_bus *bus = target;
    struct config_reader *reader = context;
    bus->mine = config_refer_node(reader, node, config_mine_names(reader->config));
}

static void bus_inherit(struct config_bus *bus, const struct config_defaults *defaults)
{
    bus->interval_ms = defaults->interval_ms;
    bus->timeout_ms = defaults->timeout_ms;
    bus->alarm_after_ms = defaults->alarm_after_ms;
    bus->retries = defaults->retries;
    bus->pause_ms = defaults->pause_ms;
    bus->pause_after_connect_ms = defaults->pause_after_connect_ms;
    bus->mine = defaults->mine;
}

/* A serial line is slow, and a bit falls over on it now and then. */
static void bus_complete(struct config_bus *bus)
{
    const bool serial = link_is_serial(&bus->link);
    if (bus->interval_ms < 0)
        bus->interval_ms = serial ? 5 * POLL_SECOND_MS : POLL_SECOND_MS;
    if (bus->retries < 0)
        bus->retries = serial ? 1 : 0;
}

static void bus_read(struct config_reader *reader, const struct yaml_node *node, struct config_bus *bus)
{
    static const struct yaml_field fields[] = {
        {"name", YAML_ID, YAML_AT(struct config_bus, name), .required = true},
        {"tcp", YAML_CUSTOM, .read = read_tcp},
        {"rtu", YAML_CUSTOM, .read = read_rtu},
        {"rtu_over_tcp", YAML_CUSTOM, .read = read_rtu_over_tcp},
        {"baud", YAML_CUSTOM, .read = read_baud},
        {"parity", YAML_CUSTOM, .read = read_parity},
        {"stop_bits", YAML_CUSTOM, .read = read_stop_bits},
        {"mine", YAML_CUSTOM, .read = read_bus_mine},
        POLLING_FIELDS(struct config_bus),
        {0},
    };
    bus->link = (struct wire_link){LINK_DEFAULTS};
    bus->place = yaml_place(node);
    bus->place.file = reader->config->path;
    bus_inherit(bus, &reader->defaults);
    yaml_read(node, fields, bus, reader, reader->faults);
    bus_complete(bus);
    if (yaml_is_map(node))
        place_judge(node, reader->faults);
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
