/* SPDX-License-Identifier: Apache-2.0 */
/* Meters as the file names them; what follows from it: config_rules.c. */
#include <stdio.h>
#include <string.h>

#include "collector/config_parts.h"
#include "drivers/span.h"

static void read_mine(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    struct meter_draft *draft = target;
    const struct config_reader *reader = context;
    char name[ID_BYTES];
    if (yaml_read_id(node, name, sizeof name, faults))
        draft->meter.mine = config_refer(reader, yaml_place(node), name, config_mine_names(reader->config));
}

static void read_quantity(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)context;
    struct meter_draft *draft = target;
    draft->meter.quantity = config_quantity(node, faults);
}

/* "scale-1.total1": a device and one of its points, by index; otherwise a fault, and false. */
static bool point_refer(const struct config_reader *reader, const struct yaml_node *node, size_t *device, size_t *point)
{
    const struct config *config = reader->config;
    char text[ID_BYTES + NAME_MAX_BYTES];
    if (!yaml_read_text(node, text, sizeof text, reader->faults))
        return false;
    char *dot = strchr(text, '.');
    if (!dot) {
        faults_add(reader->faults, FAULT_ERROR, yaml_place(node),
                   "found \"%s\", expected a device and its point, such as scale-1.total1", text);
        return false;
    }
    *dot = '\0';
    *device = config_refer(reader, yaml_place(node), text, config_device_names(config));
    const struct profile *profile = *device == CONFIG_NONE ? NULL : config->device[*device].profile;
    if (!profile)
        return false;
    char kind[NAME_MAX_BYTES + 32];
    snprintf(kind, sizeof kind, "%s point", profile->name);
    const struct config_names points = {kind, profile->point, profile->points, sizeof *profile->point};
    *point = config_refer(reader, yaml_place(node), dot + 1, points);
    return *point != CONFIG_NONE;
}

bool config_refer_kind(const struct config_reader *reader, const struct yaml_node *node, enum point_kind kind,
                       size_t *device, size_t *point)
{
    if (!point_refer(reader, node, device, point))
        return false;
    const struct point *of = &reader->config->device[*device].profile->point[*point];
    if (of->kind != kind)
        faults_add(reader->faults, FAULT_ERROR, yaml_place(node), "point \"%s\" is a %s, expected a %s", of->name,
                   point_kind_name(of->kind), point_kind_name(kind));
    return true;
}

static void read_point(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    struct meter_draft *draft = target;
    const struct config_reader *reader = context;
    struct config_meter *meter = &draft->meter;
    if (!point_refer(reader, node, &meter->device, &meter->point))
        return;
    const struct point *point = &reader->config->device[meter->device].profile->point[meter->point];
    if (point->kind == POINT_COUNTER)
        draft->counter = point;
    else
        faults_add(faults, FAULT_ERROR, yaml_place(node),
                   "point \"%s\" is a %s, expected a counter: a total that runs on", point->name,
                   point_kind_name(point->kind));
}

static void read_running(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)faults;
    struct meter_draft *draft = target;
    const struct config_reader *reader = context;
    size_t device, index;
    if (!config_refer_kind(reader, node, POINT_STATE, &device, &index))
        return;
    draft->meter.running_device = (int)device;
    draft->meter.running_point = (int)index;
}

static void read_role(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    static const char *const roles[] = {"main", "check", NULL};
    (void)context;
    struct meter_draft *draft = target;
    int role;
    if (yaml_read_choice(node, roles, &role, faults))
        draft->meter.role = role == 0 ? ROLE_MAIN : ROLE_CHECK;
}

static void amount_read(const struct yaml_node *node, struct meter_amount *amount, int64_t least, struct faults *faults)
{
    if (!yaml_read_quantity(node, &amount->value, amount->unit, sizeof amount->unit, faults))
        return;
    if (amount->value.digits >= least)
        amount->node = node;
    else
        faults_add(faults, FAULT_ERROR, yaml_place(node), "found \"%s\", expected it to be %s", yaml_text(node),
                   least > 0 ? faults_say(faults, "more than 0") : faults_say(faults, "0 or more"));
}

static void read_max_rate(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)context;
    struct meter_draft *draft = target;
    amount_read(node, &draft->max_rate, 1, faults);
}

static void read_resolution(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)context;
    struct meter_draft *draft = target;
    amount_read(node, &draft->resolution, 1, faults);
}

static void read_noise(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)context;
    struct meter_draft *draft = target;
    amount_read(node, &draft->noise, 0, faults);
}

static void read_load(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)context;
    struct meter_draft *draft = target;
    amount_read(node, &draft->load, 1, faults);
}

static void read_rate(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)faults;
    struct meter_draft *draft = target;
    const struct config_reader *reader = context;
    size_t device, index;
    if (!config_refer_kind(reader, node, POINT_GAUGE, &device, &index))
        return;
    draft->meter.rate_device = (int)device;
    draft->meter.rate_point = (int)index;
}

static void read_drop_out(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)context;
    struct meter_draft *draft = target;
    amount_read(node, &draft->drop_out, 0, faults);
}

static void read_creep_limit(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)context;
    struct meter_draft *draft = target;
    amount_read(node, &draft->creep_limit, 0, faults);
}

static void read_modulus(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)context;
    struct meter_draft *draft = target;
    const char *text = yaml_text(node);
    if (text && strcmp(text, "none") == 0)
        draft->modulus = 0;
    else
        yaml_read_integer(node, 2, INT64_MAX, &draft->modulus, faults);
}

static void read_resets_at(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)context;
    struct meter_draft *draft = target;
    struct config_meter *meter = &draft->meter;
    if (!yaml_is_list(node) || yaml_size(node) > RESETS_MAX) {
        faults_add(faults, FAULT_ERROR, yaml_place(node), "expected a list of at most %d times of day: [\"00:00\"]",
                   RESETS_MAX);
        return;
    }
    for (size_t i = 0; i < yaml_size(node); i++)
        if (yaml_read_time(yaml_item(node, i), &meter->resets_at_s[meter->resets], faults))
            meter->resets++;
}

static void meter_read(struct config_reader *reader, const struct yaml_node *node, struct config_meter *out)
{
    static const struct yaml_field fields[] = {
        {"name", YAML_ID, YAML_AT(struct meter_draft, meter.name), .required = true},
        {"mine", YAML_CUSTOM, .read = read_mine},
        {"quantity", YAML_CUSTOM, .read = read_quantity, .required = true},
        {"point", YAML_CUSTOM, .read = read_point, .required = true},
        {"role", YAML_CUSTOM, .read = read_role, .required = true},
        {"path", YAML_ID, YAML_AT(struct meter_draft, meter.path)},
        {"max_rate", YAML_CUSTOM, .read = read_max_rate, .required = true},
        {"resolution", YAML_CUSTOM, .read = read_resolution},
        {"noise", YAML_CUSTOM, .read = read_noise},
        {"modulus", YAML_CUSTOM, .read = read_modulus},
        {"refresh", YAML_DURATION, YAML_AT(struct meter_draft, refresh_ms), .min = 1, .max = DAY_MS},
        {"resettable", YAML_BOOLEAN, YAML_AT(struct meter_draft, meter.rules.resettable)},
        {"resets_at", YAML_CUSTOM, .read = read_resets_at},
        {"running", YAML_CUSTOM, .read = read_running},
        {"load", YAML_CUSTOM, .read = read_load},
        {"rate", YAML_CUSTOM, .read = read_rate},
        {"drop_out", YAML_CUSTOM, .read = read_drop_out},
        {"creep_limit", YAML_CUSTOM, .read = read_creep_limit},
        {0},
    };
    struct config *config = reader->config;
    struct meter_draft draft = {
        .meter = {.mine = CONFIG_NONE,
                  .device = CONFIG_NONE,
                  .path = "main",
                  .running_device = -1,
                  .running_point = -1,
                  .rate_device = -1,
                  .rate_point = -1},
        .node = node,
        .modulus = -1,
        .refresh_ms = -1,
    };
    draft.meter.place = yaml_place(node);
    draft.meter.place.file = config->path;
    yaml_read(node, fields, &draft, reader, reader->faults);
    if (draft.meter.device != CONFIG_NONE && !yaml_find(node, "mine"))
        draft.meter.mine = config->device[draft.meter.device].mine;
    if (draft.counter && draft.meter.quantity)
        config_rules(reader, &draft);
    *out = draft.meter;
    if (out->mine != CONFIG_NONE && out->quantity &&
        !calendar_select(&config->mine[out->mine].calendar, out->quantity->name, &out->calendar))
        reader->memory |= faults_count(reader->faults, FAULT_ERROR) == 0; /* else the calendar has faults */
}

void config_read_meters(const struct yaml_node *list, void *target, void *context, struct faults *faults)
{
    (void)faults;
    struct config *config = target;
    config->meter = config_array(context, list, sizeof *config->meter, &config->meters);
    for (size_t i = 0; i < config->meters; i++)
        meter_read(context, yaml_item(list, i), &config->meter[i]);
    config_unique(context, "meters", config_meter_names(config));
}
