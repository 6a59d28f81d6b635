/* SPDX-License-Identifier: Apache-2.0 */
/* What the configuration asks of its buses: requests, bytes, time, and whether it all fits. */
#include <stdlib.h>

#include "collector/burden.h"
#include "collector/display.h"
#include "collector/page.h"
#include "collector/schedule.h"
#include "collector/sheet.h"

struct plan_view {
    const struct command *command;
    enum table_format format;
    const struct config *config;
    struct burden *burdens; /* by device */
    size_t misfits;         /* devices that do not keep their interval */
};

static void percent_show(double share, char text[static 32])
{
    snprintf(text, 32, "%.1f", share * 100.0);
}

static void bus_row(const struct plan_view *view, struct table *table, size_t index)
{
    const struct config_bus *bus = &view->config->bus[index];
    const struct bus_burden sum = burden_of_bus(view->config, view->burdens, index);
    char address[LINK_TEXT_BYTES], on[LINK_TEXT_BYTES + 16], use[32];
    link_name(&bus->link, address);
    snprintf(on, sizeof on, "%s %s", link_kind_name(&bus->link), address);
    percent_show(sum.use, use);
    table_row(table);
    table_text(table, bus->name);
    table_text(table, on);
    if (link_is_serial(&bus->link))
        sheet_number(table, (size_t)bus->link.baud);
    else
        table_none(table);
    sheet_number(table, sum.devices);
    sheet_number(table, sum.requests);
    sheet_number(table, sum.bytes);
    sheet_span(table, sum.cycle_us / 1000);
    table_cell(table, use, use);
    if (sum.use > 1.0)
        table_mark(table, MARK_RED);
    sheet_span(table, sum.silent_us / 1000);
    sheet_span(table, sum.dead_us / 1000);
    if (sum.dead_us > sum.interval_ms * 1000)
        table_mark(table, MARK_AMBER); /* the others are read late */
}

static bool buses_print(const struct plan_view *view)
{
    static const struct sheet_column columns[] = {
        {N_("bus"), COLUMN_TEXT},
        {N_OF("bus", "on"), COLUMN_TEXT},
        {N_("baud"), COLUMN_NUMBER},
        {N_("devices"), COLUMN_NUMBER},
        {N_("requests"), COLUMN_NUMBER},
        {N_("bytes"), COLUMN_NUMBER},
        {N_("cycle"), COLUMN_NUMBER},
        {N_("use %"), COLUMN_NUMBER},
        {N_("falls silent"), COLUMN_NUMBER},
        {N_("is silent"), COLUMN_NUMBER},
        {NULL, COLUMN_TEXT},
    };
    struct table *table = sheet_new(view->command, columns);
    for (size_t i = 0; table && i < view->config->buses; i++)
        bus_row(view, table, i);
    return sheet_print(table);
}

/* --- devices: on pages, and with their bus's figures in data --- */

static struct table *devices_new(const struct plan_view *view)
{
    static const struct page_column columns[] = {
        {"device", N_("device"), COLUMN_TEXT, COLUMN_BOTH},
        {"bus", N_("bus"), COLUMN_TEXT, COLUMN_BOTH},
        {"unit", N_OF("Modbus", "unit"), COLUMN_NUMBER, COLUMN_BOTH},
        {"every_ms", N_("every"), COLUMN_NUMBER, COLUMN_BOTH},
        {"requests", N_("requests"), COLUMN_NUMBER, COLUMN_BOTH},
        {"bytes", N_("bytes"), COLUMN_NUMBER, COLUMN_BOTH},
        {"cycle_ms", N_("cycle"), COLUMN_NUMBER, COLUMN_BOTH},
        {"timeout_ms", N_("silent"), COLUMN_NUMBER, COLUMN_BOTH},
        {"bus_cycle_ms", N_("all at once"), COLUMN_NUMBER, COLUMN_BOTH},
        {"bus_use_percent", "", COLUMN_NUMBER, COLUMN_DATA},
        {"bus_falls_silent_ms", "", COLUMN_NUMBER, COLUMN_DATA},
        {"bus_is_silent_ms", "", COLUMN_NUMBER, COLUMN_DATA},
        {"fits", "", COLUMN_SWITCH, COLUMN_DATA},
        {"fits", N_("fits"), COLUMN_TEXT, COLUMN_PAGE},
    };
    struct table *table = table_new();
    if (table)
        page_columns(table, columns, sizeof columns / sizeof *columns, view->command->language);
    return table;
}

static void device_row(struct plan_view *view, struct table *table, size_t index)
{
    const struct config_device *device = &view->config->device[index];
    const struct burden *burden = &view->burdens[index];
    const struct bus_burden bus = burden_of_bus(view->config, view->burdens, device->bus);
    const bool fits = burden_fits(&bus, device);
    char use[32];
    percent_show(bus.use, use);
    view->misfits += !fits;
    table_row(table);
    table_text(table, device->name);
    table_text(table, view->config->bus[device->bus].name);
    sheet_number(table, (size_t)device->unit);
    sheet_ms(table, device->interval_ms);
    sheet_number(table, burden->requests);
    sheet_number(table, burden->bytes);
    sheet_ms(table, burden->cycle_us / 1000);
    sheet_ms(table, burden->once_us / 1000);
    sheet_ms(table, bus.cycle_us / 1000);
    table_cell(table, use, use);
    sheet_ms(table, bus.silent_us / 1000);
    sheet_ms(table, bus.dead_us / 1000);
    table_switch(table, fits);
    table_text(table, fits ? say(view->command->language, "yes") : say(view->command->language, "NO"));
    if (!fits)
        table_mark(table, MARK_RED);
}

static void remarks_add(const struct plan_view *view, struct text *out)
{
    text_format(out,
                say(view->command->language,
                    "\ncycle: computed from %d ms a request, and its bytes where the line is serial; not measured\n"
                    "all at once: the cycle of the bus when all its devices are due\n"
                    "falls silent: the longest cycle, with its retries, when one does; is silent: the longest of the "
                    "others then, for it is asked when the line is idle, and each %d s where its time-out never "
                    "fits\n"),
                BURDEN_REQUEST_US / 1000, SCHEDULE_CAP_MS / 1000);
    if (view->misfits)
        text_format(out, say(view->command->language, "%zu of %zu devices do not keep their interval\n"), view->misfits,
                    view->config->devices);
}

static bool view_print(struct plan_view *view)
{
    struct table *table = devices_new(view);
    struct text out = {0}, folded = {0};
    for (size_t i = 0; table && i < view->config->devices; i++)
        device_row(view, table, i);
    if (table) {
        table_fact(table, "report", "plan");
        table_fact(table, "site", view->config->site);
        table_fact_json(table, "fits", view->misfits ? "false" : "true");
    }
    bool good = table && (view->format != TABLE_PAGE || buses_print(view));
    good = good && table_render(table, view->format, view->format == TABLE_PAGE && colour_wanted(stdout), &out);
    if (good && view->format == TABLE_PAGE)
        remarks_add(view, &out);
    if (good && !out.failed && view->format == TABLE_PAGE)
        page_fold(out.at, &folded);
    const struct text *shown = view->format == TABLE_PAGE ? &folded : &out;
    good = good && !out.failed && !folded.failed && fputs(shown->at, stdout) >= 0 && fflush(stdout) == 0;
    text_free(&folded);
    text_free(&out);
    table_free(table);
    return good;
}

/* --- the verb --- */

static int planned(struct plan_view *view)
{
    view->burdens = burdens_new(view->config);
    const bool good = view->burdens && view_print(view);
    free(view->burdens);
    if (!good)
        return command_fail(view->command, COMMAND_COULD_NOT, "cannot write the plan");
    return view->misfits ? COMMAND_NOT_HELD : COMMAND_GOOD;
}

static int run(struct command *command)
{
    struct plan_view view = {.command = command};
    const char *format = command_value(command, "format", 0);
    if (format && !table_format_parse(format, &view.format))
        return command_fail(command, COMMAND_USAGE, "--format %s: expected table, csv or json", format);
    struct faults *faults = command_faults(command);
    struct config *config = faults ? config_load(command->config_file, faults) : NULL;
    view.config = config;
    int status;
    if (!faults) {
        status = command_fail(command, COMMAND_COULD_NOT, "out of memory");
    } else if (config) {
        status = planned(&view);
    } else {
        faults_print(faults, stderr);
        status = command_fail(command, COMMAND_USAGE, "%s cannot be used: see coaltally check", command->config_file);
    }
    config_free(config);
    faults_free(faults);
    return status;
}

static const struct command_option options[] = {OPTION_FORMAT, {0}};

const struct verb verb_plan = {
    .name = "plan",
    .summary = N_("requests, bytes and time a cycle on each bus, and what does not fit (1: something does not)"),
    .options = options,
    .run = run,
};
