/* SPDX-License-Identifier: Apache-2.0 */
/* Judges the configuration, and says what it will cost on the wires. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "collector/burden.h"
#include "collector/capacity.h"
#include "collector/clock.h"
#include "collector/county_check.h"
#include "collector/indicator.h"
#include "collector/page.h"
#include "collector/sheet.h"
#include "collector/store.h"
#include "collector/store_calendar.h"

static bool devices_print(const struct command *command, const struct config *config, const struct burden *burdens)
{
    static const struct sheet_column columns[] = {
        {N_("device"), COLUMN_TEXT},
        {N_("profile"), COLUMN_TEXT},
        {N_("bus"), COLUMN_TEXT},
        {N_OF("Modbus", "unit"), COLUMN_NUMBER},
        {N_("every"), COLUMN_NUMBER},
        {N_("requests"), COLUMN_NUMBER},
        {N_OF("Modbus", "words"), COLUMN_NUMBER},
        {N_("bits"), COLUMN_NUMBER},
        {N_("bytes"), COLUMN_NUMBER},
        {N_("cycle"), COLUMN_NUMBER},
        {N_("serial"), COLUMN_NUMBER},
        {NULL, COLUMN_TEXT},
    };
    struct table *table = sheet_new(command, columns);
    for (size_t i = 0; table && i < config->devices; i++) {
        const struct config_device *device = &config->device[i];
        table_row(table);
        table_text(table, device->name);
        table_text(table, device->profile->name);
        table_text(table, config->bus[device->bus].name);
        sheet_number(table, (size_t)device->unit);
        sheet_span(table, device->interval_ms);
        sheet_number(table, burdens[i].requests);
        sheet_number(table, burdens[i].registers);
        sheet_number(table, burdens[i].bits);
        sheet_number(table, burdens[i].bytes);
        sheet_span(table, burdens[i].cycle_us / 1000);
        sheet_span(table, burdens[i].serial_us / 1000);
    }
    return sheet_print(table);
}

static bool buses_print(const struct command *command, const struct config *config, const struct burden *burdens)
{
    static const struct sheet_column columns[] = {
        {N_("bus"), COLUMN_TEXT},     {N_("address"), COLUMN_TEXT},  {N_("devices"), COLUMN_NUMBER},
        {N_("cycle"), COLUMN_NUMBER}, {N_("serial"), COLUMN_NUMBER}, {N_("one silent"), COLUMN_NUMBER},
        {N_("use %"), COLUMN_NUMBER}, {NULL, COLUMN_TEXT},
    };
    struct table *table = sheet_new(command, columns);
    for (size_t i = 0; table && i < config->buses; i++) {
        const struct config_bus *bus = &config->bus[i];
        const struct bus_burden sum = burden_of_bus(config, burdens, i);
        char address[LINK_TEXT_BYTES], use[32];
        link_name(&bus->link, address);
        snprintf(use, sizeof use, "%.1f", sum.use * 100.0);
        table_row(table);
        table_text(table, bus->name);
        table_text(table, address);
        sheet_number(table, sum.devices);
        sheet_span(table, sum.cycle_us / 1000);
        sheet_span(table, sum.serial_us / 1000);
        sheet_span(table, sum.silent_us / 1000);
        if (sum.devices > 1 && sum.silent_us / 1000 > sum.interval_ms)
            table_mark(table, MARK_AMBER); /* the others are read late */
        table_cell(table, use, use);
    }
    return sheet_print(table);
}

static void survives_cell(const struct command *command, struct table *table, const struct config_meter *meter,
                          const struct point *point)
{
    const struct totaliser_rules *rules = &meter->rules;
    if (rules->modulus > 0)
        sheet_span(table, totaliser_survives_ms(rules, point_step(point, rules->modulus - 1)));
    else
        table_text(table, say(command->language, "any"));
}

static bool meters_print(const struct command *command, const struct config *config)
{
    static const struct sheet_column columns[] = {
        {N_("meter"), COLUMN_TEXT},
        {N_("mine"), COLUMN_TEXT},
        {N_("quantity"), COLUMN_TEXT},
        {N_("role"), COLUMN_TEXT},
        {N_("path"), COLUMN_TEXT},
        {N_("point"), COLUMN_TEXT},
        {N_("survives silence of"), COLUMN_NUMBER},
        {NULL, COLUMN_TEXT},
    };
    struct table *table = sheet_new(command, columns);
    for (size_t i = 0; table && i < config->meters; i++) {
        const struct config_meter *meter = &config->meter[i];
        const struct config_device *device = &config->device[meter->device];
        const struct point *point = &device->profile->point[meter->point];
        char name[ID_BYTES + NAME_MAX_BYTES];
        snprintf(name, sizeof name, "%s.%s", device->name, point->name);
        table_row(table);
        table_text(table, meter->name);
        table_text(table, config->mine[meter->mine].name);
        table_text(table,
                   either(command->language, meter->quantity->name, say(command->language, meter->quantity->title)));
        table_cell(table, word(meter->role == ROLE_MAIN ? WORD_ROLE_MAIN : WORD_ROLE_CHECK, command->language),
                   meter->role == ROLE_MAIN ? "main" : "check");
        table_text(table, meter->path);
        table_text(table, name);
        survives_cell(command, table, meter, point);
    }
    return sheet_print(table);
}

static void unconfirmed_row(const struct command *command, struct table *table, const struct profile *profile)
{
    struct text points = {0};
    size_t count = 0;
    for (size_t i = 0; i < profile->points; i++)
        if (profile->point[i].unconfirmed)
            text_format(&points, "%s%s", count++ ? ", " : "", profile->point[i].name);
    if (count && !points.failed) {
        table_row(table);
        table_text(table, profile->name);
        table_text(table, count == profile->points ? say(command->language, "all of it") : points.at);
    }
    text_free(&points);
}

/* Of the profiles in use. Of points that a meter counts by, there is a warning besides. */
static bool unconfirmed_print(const struct command *command, const struct config *config)
{
    static const struct sheet_column columns[] = {
        {N_("profile"), COLUMN_TEXT},
        {N_("no source confirms: compare with the instrument"), COLUMN_TEXT},
        {NULL, COLUMN_TEXT},
    };
    struct table *table = sheet_new(command, columns);
    for (size_t i = 0; table && i < config->profiles; i++)
        unconfirmed_row(command, table, config->profile[i]);
    return sheet_print(table);
}

static bool plan_print(const struct command *command, const struct config *config, const struct burden *burdens)
{
    if (!devices_print(command, config, burdens) || !buses_print(command, config, burdens) ||
        !meters_print(command, config) || !unconfirmed_print(command, config))
        return false;
    if (config->devices > 0)
        page_tell(say(command->language,
                      "cycle: computed from %d ms a request, and its bytes where the line is serial; not measured\n"
                      "serial: the same through a gateway at 9600 baud\n"
                      "one silent: the longest cycle of the bus while one device lets its time-out pass\n\n"),
                  BURDEN_REQUEST_US / 1000);
    return true;
}

/* --- the verb --- */

/* What only the plan shows. */
static void burdens_judge(const struct config *config, const struct burden *burdens, struct faults *faults)
{
    for (size_t i = 0; i < config->buses; i++) {
        const struct bus_burden sum = burden_of_bus(config, burdens, i);
        if (sum.devices > 0 && sum.use > 1.0)
            faults_add(faults, FAULT_WARNING, config->bus[i].place,
                       "bus \"%s\" has %.0f %% of the time that it needs: expected longer intervals, or fewer devices",
                       config->bus[i].name, 100.0 / sum.use);
    }
}

/* The daemon does not start without them. What is there but not ours to read may be its own to read. */
static void files_judge(const struct config_mqtt *mqtt, struct faults *faults)
{
    const struct {
        const char *key, *path;
        bool needed;
    } files[] = {{"ca_file", mqtt->ca_file, mqtt->tls},
                 {"cert_file", mqtt->cert_file, mqtt->tls},
                 {"key_file", mqtt->key_file, mqtt->tls},
                 {"password_file", mqtt->password_file, true}};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        const bool whole = files[i].path[0] == '/'; /* else a credential, which the daemon alone has */
        if (files[i].needed && whole && access(files[i].path, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR))
            faults_add(faults, FAULT_WARNING, mqtt->place,
                       "%s: there is no %s on this machine, and coaltallyd does not start without it", files[i].key,
                       files[i].path);
    }
}

struct judging {
    const struct command *command;
    const struct config *config;
    struct faults *faults;
};

static void wait_warn(void *context, size_t mine, const struct calendar_change *change)
{
    const struct judging *judging = context;
    const struct config_mine *of = &judging->config->mine[mine];
    struct text text = {0};
    calendar_wait_say(of->name, change, judging->command->language, &text);
    faults_add(judging->faults, FAULT_WARNING, of->place, "%s", text.at ? text.at : "");
    text_free(&text);
}

/* Against the ledger, where there is one to be read: which lines of calendars are not in force, and what the
 * roster says otherwise. */
static void ledger_judge(const struct command *command, const struct config *config, const struct county *county,
                         struct faults *faults)
{
    struct judging judging = {command, config, faults};
    const char *path = command->database ? command->database : config->database;
    struct db *db = access(path, R_OK) == 0 ? store_read(path) : NULL;
    struct roster *ledger = NULL;
    if (db && db_fault(db) == DB_OK)
        calendar_waits(db, config, clock_now().wall_ms, wait_warn, &judging);
    if (db && db_fault(db) == DB_OK)
        ledger = roster_read(db);
    if (county)
        county_check(county, config, ledger, civil_of_instant(clock_now().wall_ms), faults);
    roster_free(ledger);
    if (db)
        db_close(db);
}

/* Chinese has no plural. */
static const char *plural(const struct command *command, size_t count)
{
    return command->language == LANGUAGE_EN && count != 1 ? "s" : "";
}

static int judged(struct command *command, const struct config *config, const struct county *county,
                  struct faults *faults)
{
    struct burden *burdens = burdens_new(config);
    bool good = burdens != NULL;
    if (good) {
        burdens_judge(config, burdens, faults);
        files_judge(&config->mqtt, faults);
        ledger_judge(command, config, county, faults);
        faults_print(faults, stderr);
        good = plan_print(command, config, burdens);
    }
    free(burdens);
    if (!good)
        return command_fail(command, COMMAND_COULD_NOT, "out of memory");
    page_tell(say(command->language, "configuration OK, %zu warning%s\n"), faults_count(faults, FAULT_WARNING),
              plural(command, faults_count(faults, FAULT_WARNING)));
    return COMMAND_GOOD;
}

static int faulty(const struct command *command, const struct faults *faults)
{
    const size_t errors = faults_count(faults, FAULT_ERROR), warnings = faults_count(faults, FAULT_WARNING);
    if (access(command->config_file, F_OK) != 0)
        return command_fail(command, COMMAND_USAGE,
                            "no configuration there: copy the example coaltally.yaml (of config/, installed in "
                            "share/doc/coaltally/examples) and fit it to the mine, or name another with -c");
    return command_fail(command, COMMAND_USAGE, "%zu fault%s, %zu warning%s in %s", errors, plural(command, errors),
                        warnings, plural(command, warnings), command->config_file);
}

static int run(struct command *command)
{
    struct faults *faults = command_faults(command);
    if (!faults)
        return command_fail(command, COMMAND_COULD_NOT, "out of memory");
    struct config *config = config_load(command->config_file, faults);
    const bool of_county = config && config->county.present;
    struct county *county = of_county ? county_open(&config->county, faults) : NULL;
    struct capacity_limits *limits = of_county ? capacity_limits_open(&config->county, faults) : NULL;
    struct indicators *indicators = of_county ? indicators_open(&config->county, faults) : NULL;
    int status;
    if (config && (!of_county || (county && limits && indicators))) {
        status = judged(command, config, county, faults);
    } else {
        faults_print(faults, stderr);
        status = faulty(command, faults);
    }
    indicators_free(indicators);
    capacity_limits_free(limits);
    county_free(county);
    config_free(config);
    faults_free(faults);
    return status;
}

const struct verb verb_check = {
    .name = "check",
    .summary = N_("judge the configuration: all faults at once, then the plan of polling"),
    .run = run,
};
