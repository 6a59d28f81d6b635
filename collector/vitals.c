/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/vitals.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "collector/gatherer.h"
#include "collector/list.h"
#include "collector/live.h"
#include "collector/publisher.h"
#include "collector/totals.h"

enum { LINES_MAX = 64 };

static int vitals_disk_free(const char *database)
{
    struct statvfs disk;
    if (statvfs(database, &disk) || !disk.f_blocks)
        return -1;
    return (int)(disk.f_bavail * 100 / disk.f_blocks);
}

static void vitals_device(struct health_device *health, const struct site *site, struct bus *bus, size_t index,
                          int64_t wall_ms)
{
    const struct config_device *device = &site->config->device[index];
    const struct config_mine *mine = &site->config->mine[device->mine];
    const struct wire_link *link = &site->config->bus[device->bus].link;
    char where[LINK_TEXT_BYTES];
    struct device_state state = live_device_state(site->live, index);
    struct bus_report report = {0};
    link_name(link, where);
    bus_report(bus, index, wall_ms, &report);
    snprintf(health->name, sizeof(health->name), "%s", device->name);
    snprintf(health->mine, sizeof(health->mine), "%s", mine->name);
    snprintf(health->bus, sizeof(health->bus), "%s %s", link_kind_name(link), where);
    snprintf(health->error, sizeof(health->error), "%s", report.diagnosis.bad ? report.diagnosis.error : "");
    health->simulated = mine->simulated;
    health->unit = device->unit;
    health->interval_ms = device->interval_ms;
    health->online = state.online;
    health->since_ms = state.since_ms;
    health->last_good_ms = report.last_good_ms;
    health->planned = !state.online && stops_cover(site->stops, device->mine, wall_ms);
    health->report_by_ms = health->planned ? 0 : live_report_by_ms(site->live, index);
    health->next_try_ms = state.online ? 0 : report.next_ms;
    health->diagnosis = report.diagnosis;
    for (size_t i = 0; i < WIRE_OUTCOMES; i++)
        health->bad_24h += i == WIRE_OK ? 0 : report.diagnosis.outcome[i];
}

static size_t vitals_alarms(const struct site *site, struct health_alarm **out)
{
    size_t count, standing = 0;
    struct alarm *alarm = alarms_list(live_alarms(site->live), &count);
    struct health_alarm *list = calloc(count + 1, sizeof(*list));
    for (size_t i = 0; alarm && list && i < count; i++) {
        if (alarm[i].cleared_ms)
            continue;
        list[standing].alarm = alarm[i];
        if (alarm[i].mine >= 0)
            snprintf(list[standing].mine, sizeof(list[standing].mine), "%s", site->config->mine[alarm[i].mine].name);
        standing++;
    }
    free(alarm);
    *out = list;
    return standing;
}

static size_t vitals_outputs(const struct site *site, int64_t wall_ms, struct health_output **out)
{
    struct list list = {.size = sizeof(**out)};
    for (size_t mine = 0; mine < site->config->mines; mine++) {
        struct totals_line line[LINES_MAX];
        const size_t lines = totals_lines(site->totals, mine, wall_ms, line, LINES_MAX);
        for (size_t i = 0; i < lines; i++) {
            struct health_output *output = line[i].reported ? list_add(&list) : NULL;
            if (!output)
                continue;
            *output = (struct health_output){.per_hour = line[i].per_hour,
                                             .as_of_ms = line[i].as_of_ms,
                                             .meters = line[i].meters,
                                             .meters_good = line[i].meters_good};
            snprintf(output->mine, sizeof(output->mine), "%s", site->config->mine[mine].name);
            snprintf(output->quantity, sizeof(output->quantity), "%s", line[i].quantity->name);
        }
    }
    *out = list.at;
    return list.count;
}

static void vitals_site(struct health *health, const struct site *site, struct committer *committer)
{
    const struct config *config = site->config;
    enum trust trust = atomic_load(&site->trust);
    struct committer_report report = committer_report(committer);
    struct stat file;
    health->started_ms = site->started.wall_ms;
    snprintf(health->version, sizeof(health->version), "%s", COALTALLY_VERSION);
    snprintf(health->site, sizeof(health->site), "%s", config->site);
    health->pid = getpid();
    health->simulated = config->mines > 0;
    for (size_t i = 0; i < config->mines; i++)
        health->simulated = health->simulated && config->mine[i].simulated;
    health->clock_trusted = trust_posts(trust);
    health->clock_synchronised = trust == TRUST_SYNCHRONISED;
    snprintf(health->config_path, sizeof(health->config_path), "%s", config->path);
    snprintf(health->config_hash, sizeof(health->config_hash), "%s", config->hash);
    health->config_at_ms = stat(config->path, &file) ? 0 : (int64_t)file.st_mtime * 1000;
    health->ledger.committed_ms = report.committed_ms;
    health->ledger.waiting = ledger_waiting(site->ledger);
    snprintf(health->ledger.error, sizeof(health->ledger.error), "%s", report.error);
    health->mqtt_present = live_broker_health(site->live, &health->mqtt);
    if (health->mqtt_present)
        snprintf(health->mqtt_address, sizeof(health->mqtt_address), "%s:%d", config->mqtt.host,
                 (int)config->mqtt.port);
    snprintf(health->goes_to, sizeof(health->goes_to), "%s", config->mqtt.county);
    if (site->publisher)
        health->publisher = publisher_report(site->publisher);
    health->disk_free = vitals_disk_free(config->database);
}

/* False when out of memory. */
static bool vitals_county(struct health *health, const struct config *config, struct committer *committer)
{
    struct gatherer *gatherer = committer_gatherer(committer);
    struct list sites = {0};
    if (!gatherer)
        return true;
    snprintf(health->county, sizeof health->county, "%s", config->county.name);
    const bool good = gatherer_report(gatherer, &sites, &health->inbox);
    health->gathered = sites.at;
    health->sites = good ? sites.count : 0;
    for (size_t i = 0; i < health->sites && !health->mqtt.connected; i++)
        health->gathered[i].presence = false; /* nobody can say */
    return good;
}

bool vitals_write(const struct site *site, struct bus **bus, struct committer *committer, char *text, size_t size)
{
    const struct config *config = site->config;
    char path[PATH_BYTES + 16];
    struct health health = {.as_of_ms = clock_now().wall_ms};
    vitals_site(&health, site, committer);
    health.devices = config->devices;
    health.device = calloc(config->devices + 1, sizeof(*health.device));
    health.alarms = vitals_alarms(site, &health.alarm);
    health.outputs = vitals_outputs(site, health.as_of_ms, &health.output);
    bool written = false;
    if (health.device && health.alarm && vitals_county(&health, config, committer)) {
        for (size_t i = 0; i < config->devices; i++)
            vitals_device(&health.device[i], site, bus[config->device[i].bus], i, health.as_of_ms);
        snprintf(path, sizeof(path), "%s/status.json", config->runtime);
        written = health_write(path, &health, text, size);
    } else {
        snprintf(text, size, "out of memory");
    }
    free(health.device);
    free(health.alarm);
    free(health.output);
    free(health.gathered);
    return written;
}
