/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "collector/status_parts.h"
#include "collector/store.h"
#include "collector/store_calendar.h"
#include "collector/travel.h"

enum { FRESH_MS = 15000 }; /* the daemon writes its status about once a second */

/* --- the page --- */

static void facts_add(struct status_view *view, struct table *table)
{
    char number[24];
    table_fact(table, "report", "status");
    table_fact_json(table, "running", view->running ? "true" : "false");
    snprintf(number, sizeof number, "%" PRId64, view->committed_ms);
    table_fact_json(table, "committed_ms", number);
    table_fact(table, "database", view->settings.database);
    snprintf(number, sizeof number, "%" PRId64, view->waiting);
    table_fact_json(table, "calendar_lines_waiting", number);
    table_fact_json(table, "simulated",
                    view->simulated || (view->has_health && view->health.simulated) ? "true" : "false");
    if (!view->has_health)
        return;
    table_fact(table, "version", view->health.version);
    table_fact(table, "site", view->health.site);
    table_fact(table, "county", *view->health.goes_to ? view->health.goes_to : view->health.county);
    table_fact(table, "config_hash", view->health.config_hash);
    table_fact_json(table, "clock_trusted", view->health.clock_trusted ? "true" : "false");
    table_fact_json(table, "mqtt_connected", view->health.mqtt.connected ? "true" : "false");
    snprintf(number, sizeof number, "%" PRIu64, view->health.mqtt.dropped);
    table_fact_json(table, "mqtt_dropped", number);
    snprintf(number, sizeof number, "%zu", view->health.alarms);
    table_fact_json(table, "alarms", number);
    county_facts(view, table);
}

static bool device_wanted(const struct status_view *view, const struct health_device *device)
{
    return !view->device || strcmp(view->device, device->name) == 0;
}

/* Whether --device names one that there is; all do while nothing is known. */
static bool device_known(const struct status_view *view)
{
    for (size_t i = 0; i < view->health.devices; i++)
        if (device_wanted(view, &view->health.device[i]))
            return true;
    return !view->has_health;
}

static struct table *devices_table(const struct status_view *view)
{
    struct table *table = devices_new(view);
    for (size_t i = 0; table && i < view->health.devices; i++)
        if (device_wanted(view, &view->health.device[i]))
            device_row(view, table, &view->health.device[i]);
    return table;
}

/* Data have one table: of a county that polls nothing, its sites. */
static bool sites_instead(const struct status_view *view)
{
    return view->gathers && (!view->health.devices || command_given(view->command, "sites"));
}

static bool status_render(struct status_view *view)
{
    const bool page = view->format == TABLE_PAGE, sites = sites_instead(view);
    struct table *table = sites ? sites_table(view) : devices_table(view);
    if (!table)
        return false;
    facts_add(view, table);
    if (page)
        status_head(view);
    const bool shown = !page || (view->running && !sites && view->health.devices);
    bool good = !shown || table_render(table, view->format, view->page.colour, &view->page.out);
    if (page && good && view->gathers)
        good = sites_add(view);
    for (size_t i = 0; page && view->running && view->device && i < view->health.devices; i++)
        if (device_wanted(view, &view->health.device[i]))
            diagnosis_add(view, &view->health.device[i]);
    if (page && view->running)
        status_alarms(view);
    table_free(table);
    return good;
}

/* --- what there is to tell --- */

static void wait_add(void *context, size_t mine, const struct calendar_change *change)
{
    struct status_view *view = context;
    calendar_wait_say(view->config->mine[mine].name, change, view->page.language, &view->waits);
    text_add(&view->waits, "\n");
    view->waiting++;
}

/* Lines of the configuration's calendars that are not in force. A faulty file is told by `check`. */
static void waits_read(struct status_view *view, struct db *db)
{
    struct faults *faults = faults_new();
    struct config *config = faults ? config_load(view->command->config_file, faults) : NULL;
    view->config = config;
    if (config)
        calendar_waits(db, config, view->now_ms, wait_add, view);
    view->config = NULL;
    config_free(config);
    faults_free(faults);
}

static void stand_read(struct status_view *view, struct db *db)
{
    struct replica_position stand;
    char chain[TRAVEL_CHAIN_BYTES];
    travel_stand(db, view->ledger, &stand, chain);
    memcpy(view->incarnation, stand.incarnation, sizeof view->incarnation);
    view->opened_ms = db_value(
        db, "SELECT opened_ms FROM incarnation WHERE rev < " TRAVEL_FOREIGN " ORDER BY rev DESC LIMIT 1", 0, NULL);
}

static int ledger_read(struct status_view *view)
{
    struct db *db;
    int status = settings_ledger(view->command, &view->settings, &db);
    if (status != COMMAND_GOOD)
        return status;
    view->committed_ms = db_value(db, "SELECT commit_ms FROM revision", 0, NULL);
    view->simulated = db_value(db, "SELECT max(simulated) FROM mine", 0, NULL) > 0;
    if (view->running && *view->health.goes_to)
        view->behind = county_rows_behind(db, view->health.publisher.view.confirmed.rev);
    stand_read(view, db);
    waits_read(view, db);
    if (view->gathers)
        status = sites_read(view, db);
    if (status == COMMAND_GOOD && db_fault(db) != DB_OK)
        status = command_fail(view->command, COMMAND_COULD_NOT, "%s", db_error(db));
    db_close(db);
    return status;
}

static void health_take(struct status_view *view)
{
    char path[PATH_BYTES + 16], why[256];
    snprintf(path, sizeof path, "%s/status.json", view->settings.runtime);
    view->has_health = health_read(path, &view->health, why, sizeof why);
    const int64_t age_ms = view->now_ms - view->health.as_of_ms;
    const bool alive = view->has_health && age_ms < FRESH_MS && view->health.pid > 0 &&
                       (kill((pid_t)view->health.pid, 0) == 0 || errno == EPERM);
    view->running = store_running(view->settings.database) || (alive && !view->command->database);
    if (view->running && !view->has_health)
        command_fail(view->command, COMMAND_COULD_NOT, "coaltallyd runs, but says nothing of itself: %s", why);
    else if (view->running && age_ms >= FRESH_MS)
        command_fail(view->command, COMMAND_COULD_NOT, "coaltallyd runs, but its status is %" PRId64 " s old",
                     age_ms / 1000);
}

static int run(struct command *command)
{
    struct status_view view = {.command = command, .now_ms = clock_now().wall_ms};
    const char *format = command_value(command, "format", 0);
    if (format && !table_format_parse(format, &view.format))
        return command_fail(command, COMMAND_USAGE, "--format %s: expected table, csv or json", format);
    view.page = page_of(command->language, view.format);
    int status = settings_read(command, &view.settings);
    if (status != COMMAND_GOOD)
        return status;
    view.gathers = view.settings.county.gather;
    if (command_given(command, "sites") && !view.gathers)
        return command_fail(command, COMMAND_USAGE, "--sites: this daemon gathers no county (county: gather: true)");
    health_take(&view);
    view.device = command_value(command, "device", 0);
    if (view.device && !device_known(&view)) {
        health_free(&view.health);
        return command_fail(command, COMMAND_USAGE, "--device %s: coaltallyd knows no such device", view.device);
    }
    status = ledger_read(&view);
    if (status != COMMAND_GOOD && !view.running && !view.has_health)
        return status; /* nothing is known: not even that it does not run */
    const bool good = status_render(&view) && page_print(&view.page);
    if (view.has_health)
        health_free(&view.health);
    page_free(&view.page);
    text_free(&view.waits);
    free(view.sites.at);
    if (!good)
        return command_fail(command, COMMAND_COULD_NOT, "cannot write the page");
    return status == COMMAND_GOOD && !view.running ? COMMAND_NOT_HELD : status;
}

static const struct command_option options[] = {
    {"device", "NAME", N_("only this device, and why there is no data of it"), false},
    {"sites", NULL, N_("in csv and json: a county's sites, also where it has devices of its own"), false},
    OPTION_FORMAT,
    {0},
};

const struct verb verb_status = {
    .name = "status",
    .summary = N_("is coaltallyd running, and how is it with its devices, ledger and broker (1: it is not running)"),
    .options = options,
    .run = run,
};
