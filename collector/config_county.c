/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "collector/config_parts.h"
#include "collector/replica.h"
#include "drivers/span.h"

enum { BESIDE_LEAST = 1000, BESIDE_MOST = 1000 * 1000 * 1000 };

struct county_reading {
    struct config_county *county;
    const char *path;
};

/* A path that does not begin with / is looked for beside the configuration file. */
static void read_path(const struct yaml_node *node, void *context, char out[static PATH_BYTES], struct faults *faults)
{
    const struct county_reading *reading = context;
    char text[PATH_BYTES];
    const char *slash = strrchr(reading->path, '/');
    const int folder = slash ? (int)(slash - reading->path) + 1 : 0;
    if (!yaml_read_text(node, text, sizeof text, faults))
        return;
    if (snprintf(out, PATH_BYTES, "%.*s%s", *text == '/' ? 0 : folder, reading->path, text) < PATH_BYTES)
        return;
    *out = '\0';
    yaml_expected(node, faults, "a path of less than %d bytes", PATH_BYTES);
}

static void read_roster(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    read_path(node, context, ((struct config_county *)target)->roster, faults);
}

static void read_indicators(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    read_path(node, context, ((struct config_county *)target)->indicators, faults);
}

static void read_limits(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    read_path(node, context, ((struct config_county *)target)->limits, faults);
}

static void gather_judge(const struct config_county *county, const struct yaml_node *map, struct faults *faults)
{
    if (county->gather && !yaml_find(map, "name"))
        faults_add(faults, FAULT_ERROR, yaml_place(map),
                   "gather: true without name:, expected the county's, which its topics bear");
    if (county->gather && !yaml_find(map, "roster"))
        faults_add(faults, FAULT_ERROR, yaml_place(map),
                   "gather: true without roster:, expected the file that says which site may name which mine");
}

void config_county_read(const struct yaml_node *map, const char *path, struct config_county *county,
                        struct faults *faults)
{
    static const struct yaml_field title[] = {
        {"en", YAML_TEXT, YAML_AT(struct config_county, title_en)},
        {"zh", YAML_TEXT, YAML_AT(struct config_county, title_zh)},
        {0},
    };
    static const struct yaml_field fields[] = {
        {"name", YAML_ID, YAML_AT(struct config_county, name)},
        {"title", YAML_MAP, .fields = title},
        {"roster", YAML_CUSTOM, .read = read_roster},
        {"indicators", YAML_CUSTOM, .read = read_indicators},
        {"limits", YAML_CUSTOM, .read = read_limits},
        {"gather", YAML_BOOLEAN, YAML_AT(struct config_county, gather)},
        {"silent_after", YAML_DURATION, YAML_AT(struct config_county, silent_after_ms), .min = MINUTE_MS,
         .max = SILENT_MAX_MS},
        {"beside_max", YAML_INTEGER, YAML_AT(struct config_county, beside_max), .min = BESIDE_LEAST,
         .max = BESIDE_MOST},
        {0},
    };
    struct county_reading reading = {county, path};
    county->present = true;
    county->silent_after_ms = SILENT_AFTER_MS;
    county->beside_max = REPLICA_BESIDE_MAX;
    county->place = yaml_place(map);
    county->place.file = path;
    yaml_read(map, fields, county, &reading, faults);
    gather_judge(county, map, faults);
    if (!*county->title_en)
        strcpy(county->title_en, county->name);
    if (!*county->title_zh)
        strcpy(county->title_zh, county->title_en);
}

void config_read_county(const struct yaml_node *map, void *target, void *context, struct faults *faults)
{
    struct config *config = target;
    (void)context;
    config_county_read(map, config->path, &config->county, faults);
}
