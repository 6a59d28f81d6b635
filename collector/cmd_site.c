/* SPDX-License-Identifier: Apache-2.0 */
/* The sites of a county: how their ledgers stand, and what a person decides about one that waits. */
#include <stdlib.h>
#include <string.h>

#include "collector/act_submit.h"
#include "collector/page.h"
#include "collector/site_lines.h"
#include "collector/store.h"

enum { FRESH_MS = 15000 };

struct site_view {
    const struct command *command;
    struct settings settings;
    struct page page;
    enum table_format format;
    int64_t now_ms;
    bool running;
    struct health health; /* as_of_ms 0: none */
    struct db *db;
    struct list lines;
    const char *site; /* only this one; NULL: all */
    bool superseded;  /* not how they stand, but the rows that switches put away */
};

/* --- the page --- */

static bool view_simulated(const struct site_view *view)
{
    const struct site_line *line = view->lines.at;
    for (size_t i = 0; i < view->lines.count; i++)
        if (line[i].simulated)
            return true;
    return false;
}

static struct table *view_table(const struct site_view *view)
{
    const enum language language = view->page.language;
    const struct site_line *line = view->lines.at;
    if (view->superseded)
        return site_superseded_table(view->db, &view->lines, view->site, language);
    struct table *table = site_lines_table(language);
    for (size_t i = 0; table && i < view->lines.count; i++)
        if (!view->site || strcmp(view->site, line[i].entry.database.site) == 0)
            site_lines_row(table, &line[i], language, view->now_ms);
    return table;
}

static void view_title(struct site_view *view, size_t rows, bool simulated)
{
    const enum language language = view->page.language;
    const char *form = view->superseded ? say(language, "superseded at county %s   %zu rows%s")
                                        : say(language, "sites of county %s   ledgers: %zu%s");
    char title[160];
    snprintf(title, sizeof title, form, view->settings.county.name, rows,
             view->running ? "" : say(language, "   coaltallyd does NOT run"));
    page_title(&view->page, title, simulated);
}

static bool site_print(struct site_view *view)
{
    const bool page = view->format == TABLE_PAGE, simulated = view_simulated(view);
    struct table *table = view_table(view);
    if (!table)
        return false;
    table_fact(table, "report", view->superseded ? "superseded" : "sites");
    table_fact(table, "county", view->settings.county.name);
    table_fact_json(table, "running", view->running ? "true" : "false");
    table_fact_json(table, "simulated", simulated ? "true" : "false");
    if (page)
        view_title(view, table_rows(table), simulated);
    else if (!view->superseded)
        site_waiting_fact(table, view->db, &view->lines, view->site);
    bool good = (page && !table_rows(table)) || table_render(table, view->format, view->page.colour, &view->page.out);
    if (page && good && !view->superseded) {
        good = site_waiting_add(&view->page, view->db, &view->lines, view->site);
        site_notes(&view->page, view->db, &view->lines, view->site);
    }
    table_free(table);
    return good && db_fault(view->db) == DB_OK && page_print(&view->page);
}

static void health_take(struct site_view *view)
{
    char path[PATH_BYTES + 16], why[256];
    snprintf(path, sizeof path, "%s/status.json", view->settings.runtime);
    view->running = store_running(view->settings.database);
    if (view->running && health_read(path, &view->health, why, sizeof why) &&
        view->now_ms - view->health.as_of_ms > FRESH_MS)
        health_free(&view->health);
}

static bool site_known(const struct site_view *view)
{
    const struct site_line *line = view->lines.at;
    for (size_t i = 0; i < view->lines.count; i++)
        if (!view->site || strcmp(line[i].entry.database.site, view->site) == 0)
            return true;
    return !view->site;
}

static int lines_read(struct site_view *view)
{
    if (!site_lines_read(view->db, &view->health, view->now_ms, &view->lines))
        return command_fail(view->command, COMMAND_COULD_NOT, "%s",
                            db_fault(view->db) == DB_OK ? "out of memory" : db_error(view->db));
    if (!site_known(view))
        return command_fail(view->command, COMMAND_USAGE, "--site %s: nothing has come from such a site", view->site);
    return COMMAND_GOOD;
}

static int list_run(struct command *command, bool superseded)
{
    struct site_view view = {.command = command, .now_ms = clock_now().wall_ms, .superseded = superseded};
    const char *format = command_value(command, "format", 0);
    if (format && !table_format_parse(format, &view.format))
        return command_fail(command, COMMAND_USAGE, "--format %s: expected table, csv or json", format);
    int status = settings_read(command, &view.settings);
    view.site = command_value(command, "site", 0);
    view.page = page_of(command->language, view.format);
    if (status == COMMAND_GOOD)
        status = settings_ledger(command, &view.settings, &view.db);
    if (status == COMMAND_GOOD) {
        health_take(&view);
        status = lines_read(&view);
        if (status == COMMAND_GOOD && !site_print(&view))
            status = command_fail(command, COMMAND_COULD_NOT, "cannot write the page");
    }
    if (view.db)
        db_close(view.db);
    health_free(&view.health);
    free(view.lines.at);
    page_free(&view.page);
    return status;
}

/* --- accept, reject --- */

static int decide(struct command *command)
{
    struct settings settings;
    struct act act = {0};
    if (command->operands < 2)
        return command_fail(command, COMMAND_USAGE, "%s: expected a site, or the id of a ledger that waits",
                            command->operand[0]);
    const int status = settings_read(command, &settings);
    if (status != COMMAND_GOOD)
        return status;
    act_add(&act, command->operand[0], command->operand[1]);
    act_add(&act, "reason", command_value(command, "reason", 0));
    return act_submit(command, &settings, &act);
}

static int run(struct command *command)
{
    const char *what = command->operands ? command->operand[0] : "list";
    const bool decides = strcmp(what, "accept") == 0 || strcmp(what, "reject") == 0;
    if (decides && (command_given(command, "site") || command_given(command, "format")))
        return command_fail(command, COMMAND_USAGE, "--site and --format go with the list");
    if (decides)
        return decide(command);
    const bool superseded = strcmp(what, "superseded") == 0;
    if ((strcmp(what, "list") != 0 && !superseded) || command->operands > 1)
        return command_fail(command, COMMAND_USAGE,
                            "unexpected argument %s; expected accept or reject and what, list, superseded, or nothing",
                            command->operand[command->operands - 1]);
    if (command_given(command, "by") || command_given(command, "reason"))
        return command_fail(command, COMMAND_USAGE, "--by and --reason go with accept and reject");
    return list_run(command, superseded);
}

static const struct command_option options[] = {
    {"site", "NAME", N_("only this site"), false}, OPTION_FORMAT, OPTION_BY, OPTION_REASON, {0},
};

const struct verb verb_site = {
    .name = "site",
    .summary = N_("a county's sites: how their ledgers stand, and what waits for a person"),
    .operands = "[list | superseded | accept NAME|LEDGER | reject NAME|LEDGER]",
    .operands_max = 2,
    .options = options,
    .run = run,
};
