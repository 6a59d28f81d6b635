/* SPDX-License-Identifier: Apache-2.0 */
#include "simulators/setup.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "simulators/bench.h"

enum { PATH_BYTES = 4096 };

/* One site: all that is simulated, or what one mine has. */
struct site {
    const struct world *world;
    const struct options *options;
    const char *mine; /* NULL: all */
    const char *name, *database, *runtime;
};

static bool of_site(const struct site *site, const char *mine)
{
    return !site->mine || strcmp(mine, site->mine) == 0;
}

static void print_broker(const struct options *options, FILE *out)
{
    const char *colon = strrchr(options->mqtt, ':');
    const int length = colon ? (int)(colon - options->mqtt) : (int)strlen(options->mqtt);
    const char *port = colon ? colon + 1 : "1883";
    fprintf(out, "mqtt: {host: \"%.*s\", port: %s, tls: %s", length, options->mqtt, port,
            strcmp(port, "8883") == 0 ? "on" : "off");
    if (options->county)
        fprintf(out, ", county: %s", options->county);
    fprintf(out, "}\n");
}

static void print_site(const struct site *site, FILE *out)
{
    const struct options *options = site->options;
    fprintf(out,
            "# SPDX-License-Identifier: Apache-2.0\n"
            "# Written by minesim: these mines are SIMULATED.\n"
            "site: {name: %s, timezone: %s}\n"
            "clock: {wait: 0s}\n",
            site->name, options->timezone);
    if (site->database)
        fprintf(out, "database: \"%s\"\n", site->database);
    if (site->runtime)
        fprintf(out, "runtime: \"%s\"\n", site->runtime);
    if (options->commit)
        fprintf(out, "commit: %s\n", options->commit);
    if (options->mqtt)
        print_broker(options, out);
    fprintf(out, "defaults: {interval: %s, timeout: %s}\n", options->interval, options->timeout);
}

static void print_mine(const struct world_mine *mine, FILE *out)
{
    fprintf(out,
            "  - name: %s\n"
            "    title: {en: \"%s\", zh: \"%s\"}\n"
            "    simulated: true\n"
            "    calendar:\n"
            "      - {from: 2026-01-01, day: \"00:00\",\n"
            "         shifts: {零点班: \"00:00\", 八点班: \"08:00\", 四点班: \"16:00\"}}\n",
            mine->name, mine->title_en[0] ? mine->title_en : mine->name,
            mine->title_zh[0] ? mine->title_zh : mine->name);
}

static void print_mines(const struct site *site, FILE *out)
{
    fprintf(out, "mines:\n");
    for (size_t i = 0; i < site->world->mines; i++)
        if (of_site(site, site->world->mine[i]->name))
            print_mine(site->world->mine[i], out);
}

static void print_bus(const struct world_port *port, const struct options *options, FILE *out)
{
    const struct uart *uart = &port->uart;
    if (port->kind == PORT_TCP) {
        fprintf(out, "  - {name: %s, tcp: \"%s:%d\"}\n", port->name, options->listen, port->number);
        return;
    }
    if (port->kind == PORT_RTU)
        fprintf(out, "  - {name: %s, rtu: \"%s\"", port->name, port->link);
    else
        fprintf(out, "  - {name: %s, rtu_over_tcp: \"%s:%d\"", port->name, options->listen, port->number);
    fprintf(out, ", baud: %" PRId64 ", parity: %s, stop_bits: %" PRId64 "}\n", uart->baud,
            uart_parity_names[uart->parity], uart->stop_bits);
}

/* Whether a device of the site is behind a port. */
static bool port_of_site(const struct site *site, size_t port)
{
    for (size_t i = 0; i < site->world->devices; i++)
        if (site->world->device[i].port == port && of_site(site, site->world->device[i].mine))
            return true;
    return false;
}

static void print_wires(const struct site *site, FILE *out)
{
    const struct world *world = site->world;
    fprintf(out, "buses:\n");
    for (size_t i = 0; i < world->ports; i++)
        if (port_of_site(site, i))
            print_bus(&world->port[i], site->options, out);
    fprintf(out, "devices:\n");
    for (size_t i = 0; i < world->devices; i++) {
        const struct device *device = &world->device[i];
        if (of_site(site, device->mine))
            fprintf(out, "  - {name: %s, bus: %s, unit: %d, mine: %s, profile: %s}\n", device->name,
                    world->port[device->port].name, device->unit, device->mine, device->profile->name);
    }
}

/* The meter of a device's total; its limit lies well above what the plant
 * makes at a rate of so many t/h. */
static const struct meter_form {
    const char *quantity, *role, *path, *unit;
    int64_t rate_percent; /* of the mine's rate in t/h, in `unit` */
} meter_forms[DRIVE_COUNT] = {
    [DRIVE_MAIN_BELT] = {"raw_coal", "main", "main-belt", "t/h", 150},
    [DRIVE_CHECK_BELT] = {"raw_coal", "check", "main-belt", "t/h", 150},
    [DRIVE_GAS] = {"gas_drained", "main", "drainage", "m3/h", 800},
    [DRIVE_POWER] = {"energy", "main", "feeder", "kW", 400},
    [DRIVE_BENCH] = {"raw_coal", "main", NULL, "t/h", 800},
};

bool setup_has_meter(const struct device *device)
{
    return device->drive != DRIVE_BENCH && meter_forms[device->drive].quantity && device->dials > 0;
}

/* A state that surely says whether the belt runs, or NULL. */
static const char *running_of(const struct device *device)
{
    for (size_t i = 0; i < device->profile->points; i++)
        if (device->driven[i].source == SOURCE_RUNNING && !device->profile->point[i].unconfirmed)
            return device->profile->point[i].name;
    return NULL;
}

static void print_meter(const struct world *world, const struct device *device, size_t dial, FILE *out)
{
    const struct meter_form *form = &meter_forms[device->drive];
    const struct point *point = &device->profile->point[device->dial[dial].point];
    const char *running = device->drive == DRIVE_BENCH ? NULL : running_of(device);
    int64_t rate_t_h = 1000;
    for (size_t i = 0; i < world->mines; i++)
        if (&world->mine[i]->plant == device->plant)
            rate_t_h = world->mine[i]->plant.rate_t_h;
    fprintf(out, "  - {name: %s", device->name);
    if (device->drive == DRIVE_BENCH)
        fprintf(out, "-%zu, path: %s-%zu", dial + 1, device->name, dial + 1);
    else
        fprintf(out, ", path: %s", form->path);
    fprintf(out, ", mine: %s, quantity: %s, point: %s.%s, role: %s, max_rate: %" PRId64 " %s", device->mine,
            form->quantity, device->name, point->name, form->role, rate_t_h * form->rate_percent / 100, form->unit);
    if (running)
        fprintf(out, ", running: %s.%s", device->name, running);
    fprintf(out, "}\n");
}

static void print_meters_of(const struct world *world, const struct device *device, FILE *out)
{
    const size_t dials = device->drive == DRIVE_BENCH ? device->dials : device->dials > 0;
    for (size_t dial = 0; meter_forms[device->drive].quantity && dial < dials; dial++)
        print_meter(world, device, device->drive == DRIVE_BENCH ? dial : device->metered, out);
}

static void print_meters(const struct site *site, FILE *out)
{
    fprintf(out, "meters:\n");
    for (size_t i = 0; i < site->world->devices; i++)
        if (of_site(site, site->world->device[i].mine))
            print_meters_of(site->world, &site->world->device[i], out);
}

/* The bench's profile, in profiles/ beside the configuration. */
static bool write_profile(const char *config)
{
    char folder[PATH_BYTES];
    const char *slash = strrchr(config, '/');
    const int length = slash ? (int)(slash - config) : 1;
    if ((size_t)snprintf(folder, sizeof folder, "%.*s/profiles", length, slash ? config : ".") >= sizeof folder)
        return false;
    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        return false;
    return bench_write_profile(folder);
}

static bool write_config(const struct site *site, const char *path)
{
    const struct options *options = site->options;
    FILE *out = fopen(path, "w");
    bool failed = !out;
    if (out) {
        print_site(site, out);
        print_mines(site, out);
        print_wires(site, out);
        print_meters(site, out);
        failed = ferror(out);
        failed |= fclose(out) != 0;
    }
    if (!failed && (options->bench || options->bench_line))
        failed = !write_profile(path);
    if (failed)
        fprintf(stderr, "minesim: cannot write %s: %s\n", path, strerror(errno));
    return !failed;
}

/* A site of one mine, in a folder of its name. */
static bool write_mine(const struct world *world, const struct options *options, const char *mine)
{
    char folder[PATH_BYTES], database[PATH_BYTES + 16], path[PATH_BYTES + 16];
    const struct site site = {world, options, mine, mine, database, folder};
    if ((size_t)snprintf(folder, sizeof folder, "%s/%s", options->sites, mine) >= sizeof folder ||
        (mkdir(folder, 0777) != 0 && errno != EEXIST)) {
        fprintf(stderr, "minesim: cannot make the folder %s/%s: %s\n", options->sites, mine, strerror(errno));
        return false;
    }
    snprintf(database, sizeof database, "%s/ledger.db", folder);
    snprintf(path, sizeof path, "%s/coaltally.yaml", folder);
    return write_config(&site, path);
}

bool setup_write(const struct world *world, const struct options *options)
{
    const struct site all = {world, options, NULL, options->site, options->database, options->runtime};
    bool written = !options->config_out || write_config(&all, options->config_out);
    for (size_t i = 0; written && options->sites && i < world->mines; i++)
        written = write_mine(world, options, world->mine[i]->name);
    return written;
}
