/* SPDX-License-Identifier: Apache-2.0 */
/* What alarms go by, and the limits of gauges. */
#include <stdio.h>
#include <string.h>

#include "collector/config_parts.h"
#include "collector/ledger.h"

void config_read_alarms(const struct yaml_node *map, void *target, void *context, struct faults *faults)
{
    static const struct yaml_field fields[] = {
        {"clear_after", YAML_DURATION, YAML_AT(struct config, clear_after_ms), .max = POLL_DAY_MS},
        {"broker_after", YAML_DURATION, YAML_AT(struct config, broker_after_ms), .max = POLL_DAY_MS},
        /* A county that is well answers every ten minutes, also where nothing is new. */
        {"county_after", YAML_DURATION, YAML_AT(struct config, county_after_ms), .min = 15 * 60 * POLL_SECOND_MS,
         .max = 31 * (int64_t)POLL_DAY_MS},
        {"report_within", YAML_DURATION, YAML_AT(struct config, report_within_ms), .min = 60 * POLL_SECOND_MS,
         .max = 31 * (int64_t)POLL_DAY_MS},
        {"difference", YAML_SHARE, YAML_AT(struct config, differ_ppm), .min = 1},
        {0},
    };
    yaml_read(map, fields, target, context, faults);
}

/* --- limits --- */

static void read_point(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)faults;
    struct config_limit *limit = target;
    const struct config_reader *reader = context;
    size_t device, index;
    if (!config_refer_kind(reader, node, POINT_GAUGE, &device, &index))
        return;
    limit->device = device;
    limit->point = index;
}

static void read_level(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    static const char *const levels[] = {"amber", "red", NULL};
    (void)context;
    int level;
    if (yaml_read_choice(node, levels, &level, faults))
        ((struct config_limit *)target)->level = level == 0 ? JOURNAL_AMBER : JOURNAL_RED;
}

static void limit_read(struct config_reader *reader, const struct yaml_node *node, struct config_limit *limit)
{
    static const struct yaml_field fields[] = {
        {"point", YAML_CUSTOM, .read = read_point, .required = true},
        {"above", YAML_DECIMAL, YAML_AT(struct config_limit, above)},
        {"below", YAML_DECIMAL, YAML_AT(struct config_limit, below)},
        {"after", YAML_DURATION, YAML_AT(struct config_limit, after_ms), .max = POLL_DAY_MS},
        {"level", YAML_CUSTOM, .read = read_level},
        {0},
    };
    *limit = (struct config_limit){.device = CONFIG_NONE, .level = JOURNAL_AMBER, .place = yaml_place(node)};
    limit->place.file = reader->config->path;
    yaml_read(node, fields, limit, reader, reader->faults);
    limit->has_above = yaml_find(node, "above") != NULL;
    limit->has_below = yaml_find(node, "below") != NULL;
    if (yaml_is_map(node) && !limit->has_above && !limit->has_below)
        faults_add(reader->faults, FAULT_ERROR, yaml_place(node), "no bound, expected above: or below: and a number");
}

void config_read_limits(const struct yaml_node *list, void *target, void *context, struct faults *faults)
{
    (void)faults;
    struct config *config = target;
    config->limit = config_array(context, list, sizeof *config->limit, &config->limits);
    for (size_t i = 0; i < config->limits; i++)
        limit_read(context, yaml_item(list, i), &config->limit[i]);
}
