/* SPDX-License-Identifier: Apache-2.0 */
#include "simulators/scenario.h"

#include <stdio.h>
#include <string.h>

#include "simulators/profiles.h"
#include "simulators/script.h"

struct reader {
    struct world *world;
    const char *profiles;
};

static void read_list(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)target;
    (void)context;
    if (!yaml_is_list(node))
        faults_add(faults, FAULT_ERROR, yaml_place(node), "expected a list: - {name: ...}");
}

/* --- ports that are not Modbus TCP --- */

struct port_draft {
    char name[NAME_MAX_BYTES], link[PORT_LINK_BYTES];
    bool over_tcp;
    struct uart uart;
};

static void port_add(struct world *world, const struct port_draft *draft, struct place place, struct faults *faults)
{
    const size_t before = world->ports;
    const int index = world_port(world, draft->name);
    if (draft->over_tcp == (draft->link[0] != '\0'))
        faults_add(faults, FAULT_ERROR, place, "expected either rtu: PATH or rtu_over_tcp: true");
    if (index < 0) {
        faults_add(faults, FAULT_ERROR, place, "out of memory");
        return;
    }
    if (world->ports == before)
        faults_add(faults, FAULT_ERROR, place, "a second port \"%s\", expected another name", draft->name);
    struct world_port *port = &world->port[index];
    port->kind = draft->over_tcp ? PORT_RTU_OVER_TCP : PORT_RTU;
    port->uart = draft->uart;
    memcpy(port->link, draft->link, sizeof port->link);
}

static void port_read(struct world *world, const struct yaml_node *node, struct faults *faults)
{
    static const struct yaml_field fields[] = {
        {"name", YAML_ID, YAML_AT(struct port_draft, name), .required = true},
        {"rtu", YAML_TEXT, YAML_AT(struct port_draft, link)},
        {"rtu_over_tcp", YAML_BOOLEAN, YAML_AT(struct port_draft, over_tcp)},
        {"baud", YAML_INTEGER, YAML_AT(struct port_draft, uart.baud), .min = UART_BAUD_MIN, .max = UART_BAUD_MAX},
        {"parity", YAML_CHOICE, YAML_AT(struct port_draft, uart.parity), .choices = uart_parity_names},
        {"stop_bits", YAML_INTEGER, YAML_AT(struct port_draft, uart.stop_bits), .min = 1, .max = 2},
        {0},
    };
    struct port_draft draft = {.uart = {.baud = 9600, .parity = PARITY_NONE, .stop_bits = 1}};
    const size_t before = faults_count(faults, FAULT_ERROR);
    yaml_read(node, fields, &draft, NULL, faults);
    if (faults_count(faults, FAULT_ERROR) == before)
        port_add(world, &draft, yaml_place(node), faults);
}

static void read_ports(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    const struct reader *reader = target;
    read_list(node, target, context, faults);
    for (size_t i = 0; yaml_is_list(node) && i < yaml_size(node); i++)
        port_read(reader->world, yaml_item(node, i), faults);
}

/* A port that nothing stands behind: its name, or a device's `port`, is misspelt. */
static void judge_ports(const struct world *world, const struct yaml_node *node, struct faults *faults)
{
    for (size_t i = 0; i < world->ports; i++) {
        bool used = false;
        for (size_t d = 0; d < world->devices; d++)
            used |= world->device[d].port == i;
        if (!used)
            faults_add(faults, FAULT_ERROR, yaml_place(node), "no device has port: %s", world->port[i].name);
    }
}

/* --- devices --- */

struct device_draft {
    char name[NAME_MAX_BYTES], port[NAME_MAX_BYTES], metered[NAME_MAX_BYTES];
    const struct profile *profile;
    int drive; /* -1: by the profile */
    int64_t unit, refresh_ms, sensor;
};

static void read_profile(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    struct device_draft *draft = target;
    struct reader *reader = context;
    char name[NAME_MAX_BYTES];
    if (yaml_read_id(node, name, sizeof name, faults))
        draft->profile = profiles_get(reader->world, reader->profiles, name, yaml_place(node), faults);
}

static void device_add(struct reader *reader, const struct world_mine *mine, const struct device_draft *draft,
                       struct place place, struct faults *faults)
{
    struct world *world = reader->world;
    const int port = world_port(world, draft->port[0] ? draft->port : draft->name);
    const struct device_setup setup = {
        .mine = mine->name,
        .name = draft->name,
        .profile = draft->profile,
        .plant = &mine->plant,
        .drive = draft->drive < 0 ? drive_of_profile(draft->profile) : (enum drive)draft->drive,
        .sensor = (int)draft->sensor - 1,
        .unit = (int)draft->unit,
        .port = (size_t)port,
        .seed = world->seed,
        .refresh_ms = draft->refresh_ms,
        .metered = draft->metered[0] ? draft->metered : NULL,
    };
    for (size_t i = 0; i < world->devices; i++)
        if (strcmp(world->device[i].name, draft->name) == 0)
            faults_add(faults, FAULT_ERROR, place, "a second device \"%s\", expected another name", draft->name);
    const int metered = setup.metered ? profile_find(draft->profile, setup.metered) : 0;
    if (setup.metered && (metered < 0 || !drive_turns(setup.drive, &draft->profile->point[metered])))
        faults_add(faults, FAULT_ERROR, place, "\"%s\" is no counter that the flow of \"%s\" turns", setup.metered,
                   drive_names[setup.drive]);
    if (port >= 0 && world_device_at(world, (size_t)port, setup.unit))
        faults_add(faults, FAULT_ERROR, place, "a second unit %d behind port \"%s\"", setup.unit,
                   world->port[port].name);
    if (port >= 0 && world->port[port].kind != PORT_TCP && (setup.unit < 1 || setup.unit > 247))
        faults_add(faults, FAULT_ERROR, place, "found unit %d, expected 1 to 247 on a serial line", setup.unit);
    if (port < 0 || !world_add_device(world, &setup))
        faults_add(faults, FAULT_ERROR, place, "out of memory");
}

static void device_read_node(struct reader *reader, const struct world_mine *mine, const struct yaml_node *node,
                             struct faults *faults)
{
    static const struct yaml_field fields[] = {
        {"name", YAML_ID, YAML_AT(struct device_draft, name), .required = true},
        {"profile", YAML_CUSTOM, .read = read_profile, .required = true},
        {"drives", YAML_CHOICE, YAML_AT(struct device_draft, drive), .choices = drive_names},
        {"port", YAML_ID, YAML_AT(struct device_draft, port)},
        {"unit", YAML_INTEGER, YAML_AT(struct device_draft, unit), .min = 0, .max = 255},
        {"meter", YAML_ID, YAML_AT(struct device_draft, metered)},
        {"refresh", YAML_DURATION, YAML_AT(struct device_draft, refresh_ms), .min = 0, .max = 3600000},
        {"sensor", YAML_INTEGER, YAML_AT(struct device_draft, sensor), .min = 1, .max = METHANE_SENSORS},
        {0},
    };
    struct device_draft draft = {.drive = -1, .unit = 1, .sensor = 1};
    const size_t before = faults_count(faults, FAULT_ERROR);
    yaml_read(node, fields, &draft, reader, faults);
    if (faults_count(faults, FAULT_ERROR) == before)
        device_add(reader, mine, &draft, yaml_place(node), faults);
}

/* --- mines --- */

struct mine_draft {
    char name[NAME_MAX_BYTES];
    struct decimal rate_t_h;
};

static void read_rate(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    struct mine_draft *draft = target;
    char unit[UNIT_MAX_BYTES];
    struct decimal rate;
    (void)context;
    if (!yaml_read_quantity(node, &rate, unit, sizeof unit, faults))
        return;
    if (strcmp(unit, "t/h") != 0 || rate.places != 0 || rate.digits < 1 || rate.digits > 20000)
        faults_add(faults, FAULT_ERROR, yaml_place(node), "found \"%s\", expected 1 t/h to 20000 t/h", yaml_text(node));
    else
        draft->rate_t_h = rate;
}

static void mine_read(struct reader *reader, const struct yaml_node *node, struct faults *faults)
{
    static const struct yaml_field fields[] = {
        {"name", YAML_ID, YAML_AT(struct mine_draft, name), .required = true},
        {"rate", YAML_CUSTOM, .read = read_rate},
        {"devices", YAML_CUSTOM, .read = read_list, .required = true}, /* once the mine is there */
        {0},
    };
    struct mine_draft draft = {.rate_t_h = {.digits = 800}};
    yaml_read(node, fields, &draft, reader, faults);
    struct world_mine *mine = world_add_mine(reader->world, draft.name, draft.rate_t_h.digits);
    if (!mine) {
        faults_add(faults, FAULT_ERROR, yaml_place(node), "out of memory");
        return;
    }
    snprintf(mine->title_en, sizeof mine->title_en, "Simulated mine %s", draft.name);
    snprintf(mine->title_zh, sizeof mine->title_zh, "模拟 %s", draft.name);
    const struct yaml_node *devices = yaml_find(node, "devices");
    for (size_t i = 0; devices && i < yaml_size(devices); i++)
        device_read_node(reader, mine, yaml_item(devices, i), faults);
}

static void read_mines(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    read_list(node, target, context, faults);
    for (size_t i = 0; yaml_is_list(node) && i < yaml_size(node); i++)
        mine_read(target, yaml_item(node, i), faults);
}

/* --- the script --- */

struct line_draft {
    int64_t at_ms;
    char text[SCRIPT_LINE_MAX];
};

static void line_read(struct reader *reader, const struct yaml_node *node, struct faults *faults)
{
    static const struct yaml_field fields[] = {
        {"at", YAML_DURATION, YAML_AT(struct line_draft, at_ms), .required = true},
        {"do", YAML_TEXT, YAML_AT(struct line_draft, text), .required = true},
        {0},
    };
    struct line_draft draft = {0};
    const size_t before = faults_count(faults, FAULT_ERROR);
    yaml_read(node, fields, &draft, reader, faults);
    if (faults_count(faults, FAULT_ERROR) == before &&
        !script_add(&reader->world->script, draft.at_ms, draft.text, yaml_place(yaml_find(node, "do"))))
        faults_add(faults, FAULT_ERROR, yaml_place(node), "out of memory");
}

static void read_script(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    read_list(node, target, context, faults);
    for (size_t i = 0; yaml_is_list(node) && i < yaml_size(node); i++)
        line_read(target, yaml_item(node, i), faults);
}

bool scenario_load(struct world *world, const char *path, const char *profiles, struct faults *faults)
{
    static const struct yaml_field fields[] = {
        {"ports", YAML_CUSTOM, .read = read_ports}, /* before the devices behind them */
        {"mines", YAML_CUSTOM, .read = read_mines},
        {"script", YAML_CUSTOM, .read = read_script},
        {0},
    };
    struct reader reader = {.world = world, .profiles = profiles};
    struct yaml_document *document = yaml_load(path, faults);
    if (!document)
        return false;
    yaml_read(yaml_root(document), fields, &reader, &reader, faults);
    if (faults_count(faults, FAULT_ERROR) == 0)
        judge_ports(world, yaml_root(document), faults);
    yaml_unload(document);
    return faults_count(faults, FAULT_ERROR) == 0;
}
