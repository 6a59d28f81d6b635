/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/config_parts.h"
#include "collector/digest.h"
#include "drivers/span.h"

const char *config_path(const char *given)
{
    const char *variable = getenv("COALTALLY_CONFIG");
    if (given)
        return given;
    return variable && *variable ? variable : CONFIG_DEFAULT_PATH;
}

/* --- the root of the file --- */

/* The daemon and the commands start in different folders, so a path says it all. */
bool config_absolute(const struct yaml_node *node, char *out, size_t size, struct faults *faults)
{
    if (!yaml_read_text(node, out, size, faults))
        return false;
    if (*out != '/')
        faults_add(faults, FAULT_ERROR, yaml_place(node), "found \"%s\", expected a whole path that begins with /",
                   out);
    return *out == '/';
}

static void read_database(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)context;
    struct config *config = target;
    config_absolute(node, config->database, sizeof config->database, faults);
}

static void read_runtime(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)context;
    struct config *config = target;
    config_absolute(node, config->runtime, sizeof config->runtime, faults);
}

static void read_site(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)context;
    struct config *config = target;
    if (yaml_read_id(node, config->site, sizeof config->site, faults) && strcmp(config->site, CONFIG_COUNTY_SITE) == 0)
        faults_add(faults, FAULT_ERROR, yaml_place(node), "the name \"county\" is reserved, expected the site's own");
}

static void zone_set(const struct config_reader *reader)
{
    const char *name = reader->config->timezone;
    if (calendar_zone(name))
        return;
    const struct yaml_node *site = yaml_find(reader->root, "site");
    const struct yaml_node *node = site ? yaml_find(site, "timezone") : NULL;
    const struct place place = yaml_place(node ? node : reader->root);
    if (calendar_zones_installed())
        faults_add(reader->faults, FAULT_ERROR, place,
                   "no time zone \"%s\" is known, expected an IANA name such as Asia/Shanghai", name);
    else
        faults_add(reader->faults, FAULT_ERROR, place,
                   "time zone \"%s\" cannot be read: this system has none (install the package tzdata)", name);
}

/* A daemon that only gathers needs neither a site's name nor mines. Looked at before all is read. */
static bool gathers(const struct yaml_node *root)
{
    const struct yaml_node *county = yaml_find(root, "county");
    const struct yaml_node *gather = county ? yaml_find(county, "gather") : NULL;
    const char *text = gather ? yaml_text(gather) : NULL;
    return text && strcmp(text, "true") == 0;
}

static void gather_judge(const struct config_reader *reader)
{
    const struct config *config = reader->config;
    if (config->county.gather && !config->mqtt.present && !yaml_find(reader->root, "mqtt"))
        faults_add(reader->faults, FAULT_WARNING, config->county.place,
                   "gather: true without mqtt:, so the sites' ledgers come by file alone (coaltally ingest)");
}

static void root_read(struct config_reader *reader)
{
    const bool polls = !gathers(reader->root);
    /* In this order: config_parts.h. */
    const struct yaml_field site[] = {
        {"name", YAML_CUSTOM, .read = read_site, .required = polls},
        {"timezone", YAML_TEXT, YAML_AT(struct config, timezone)},
        {0},
    };
    static const struct yaml_field clock[] = {
        {"wait", YAML_DURATION, YAML_AT(struct config, clock_wait_ms), .max = HOUR_MS},
        {0},
    };
    const struct yaml_field fields[] = {
        {"site", YAML_MAP, .fields = site, .required = polls},
        {"database", YAML_CUSTOM, .read = read_database},
        {"runtime", YAML_CUSTOM, .read = read_runtime},
        {"commit", YAML_DURATION, YAML_AT(struct config, commit_ms), .min = SECOND_MS, .max = 60 * SECOND_MS},
        {"gap", YAML_DURATION, YAML_AT(struct config, gap_ms), .min = 10 * SECOND_MS, .max = HOUR_MS},
        {"clock", YAML_MAP, .fields = clock},
        {"closing", YAML_CUSTOM, .read = config_read_closing},
        {"keep_minutes", YAML_DURATION, YAML_AT(struct config, keep_minutes_ms), .min = HOUR_MS, .max = 36500 * DAY_MS},
        {"county", YAML_CUSTOM, .read = config_read_county},
        {"mqtt", YAML_CUSTOM, .read = config_read_mqtt},
        {"mines", YAML_CUSTOM, .read = config_read_mines, .required = polls},
        {"defaults", YAML_CUSTOM, .read = config_read_defaults},
        {"buses", YAML_CUSTOM, .read = config_read_buses},
        {"devices", YAML_CUSTOM, .read = config_read_devices},
        {"meters", YAML_CUSTOM, .read = config_read_meters},
        {"alarms", YAML_CUSTOM, .read = config_read_alarms},
        {"limits", YAML_CUSTOM, .read = config_read_limits},
        {0},
    };
    if (!polls)
        strcpy(reader->config->site, CONFIG_COUNTY_SITE);
    yaml_read(reader->root, fields, reader->config, reader, reader->faults);
    gather_judge(reader);
}

static struct config *config_new(const char *path)
{
    struct config *config = calloc(1, sizeof *config);
    if (!config)
        return NULL;
    snprintf(config->path, sizeof config->path, "%s", path);
    strcpy(config->database, CONFIG_DEFAULT_DATABASE);
    strcpy(config->runtime, CONFIG_DEFAULT_RUNTIME);
    strcpy(config->timezone, CONFIG_DEFAULT_TIMEZONE);
    config->commit_ms = 10 * SECOND_MS;
    config->gap_ms = 60 * SECOND_MS;
    config->clock_wait_ms = 60 * SECOND_MS;
    config->keep_minutes_ms = 100 * DAY_MS;
    config->clear_after_ms = 5 * SECOND_MS;
    config->broker_after_ms = 60 * SECOND_MS;
    config->county_after_ms = 3600 * SECOND_MS;
    config->report_within_ms = HOUR_MS;
    config->differ_ppm = 20000;
    config->closing = (struct config_closing){
        .shift_after_ms = HOUR_MS / 2, .day_after_ms = 2 * HOUR_MS, .unknown_ppm = CLOSING_UNKNOWN_PPM, .remind = true};
    return config;
}

static void memory_fault(struct faults *faults, const char *path)
{
    faults_add(faults, FAULT_ERROR, (struct place){path, 0, 0}, "out of memory");
}

struct config *config_load_text(const char *text, size_t length, const char *path, struct faults *faults)
{
    const size_t before = faults_count(faults, FAULT_ERROR);
    struct yaml_document *document = yaml_load_text(text, length, path, faults);
    if (!document)
        return NULL;
    struct config_reader reader = {
        .config = config_new(path),
        .faults = faults,
        .root = yaml_root(document),
        .defaults = {.interval_ms = -1,
                     .timeout_ms = SECOND_MS,
                     .alarm_after_ms = 60 * SECOND_MS,
                     .retries = -1,
                     .mine = CONFIG_NONE},
    };
    config_folders(path, &reader.folders);
    if (!reader.config || !digest_hex(text, length, reader.config->hash)) {
        reader.memory = true;
    } else {
        root_read(&reader);
        zone_set(&reader);
        config_judge(&reader);
    }
    if (reader.memory)
        memory_fault(faults, path);
    yaml_unload(document);
    if (faults_count(faults, FAULT_ERROR) == before)
        return reader.config;
    config_free(reader.config);
    return NULL;
}

/* Read once, so that the hash is that of what was understood. */
struct config *config_load(const char *path, struct faults *faults)
{
    size_t length;
    char *text = yaml_bytes(path, &length, faults);
    struct config *config = text ? config_load_text(text, length, path, faults) : NULL;
    free(text);
    return config;
}

int config_mine_index(const struct config *config, const char *name)
{
    for (size_t i = 0; i < config->mines; i++)
        if (strcmp(config->mine[i].name, name) == 0)
            return (int)i;
    return -1;
}

void config_free(struct config *config)
{
    if (!config)
        return;
    for (size_t i = 0; i < config->mines; i++)
        free(config->mine[i].calendar.rule);
    for (size_t i = 0; i < config->meters; i++)
        free(config->meter[i].calendar.rule);
    for (size_t i = 0; i < config->profiles; i++)
        profile_free(config->profile[i]);
    free(config->mine);
    free(config->bus);
    free(config->device);
    free(config->meter);
    free(config->limit);
    free(config->profile);
    free(config);
}
