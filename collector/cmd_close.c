/* SPDX-License-Identifier: Apache-2.0 */
/* Closes a period, and lists what was closed. */
#include <stdlib.h>
#include <string.h>

#include "collector/act_submit.h"
#include "collector/closing.h"
#include "collector/page.h"
#include "collector/selection.h"

/* --- closing --- */

static int close_period(struct command *command)
{
    static const char *const needed[] = {"mine", "period", "prepared-by", "checked-by", NULL};
    static const char *const taken[] = {"mine", "quantity", "prepared-by", "checked-by", "reason", NULL};
    struct settings settings;
    struct act act = {0};
    char period[PERIOD_TEXT_BYTES];
    const int status = settings_read(command, &settings);
    if (status != COMMAND_GOOD)
        return status;
    for (const char *const *name = needed; *name; name++)
        if (!command_value(command, *name, 0))
            return command_fail(command, COMMAND_USAGE, "--%s is needed: coaltally close --help", *name);
    act_take(&act, command, taken);
    act_add(&act, "period", act_period(command, period));
    act_add(&act, "despite", command_given(command, "despite") ? "yes" : NULL);
    return act_submit(command, &settings, &act);
}

/* --- what was closed --- */

struct closed_view {
    struct selection selection;
    struct page page;
    struct table *table;
};

static bool columns_add(struct closed_view *view)
{
    static const struct page_column columns[] = {
        {"mine", N_("mine"), COLUMN_TEXT, COLUMN_BOTH},
        {"quantity", N_("quantity"), COLUMN_TEXT, COLUMN_BOTH},
        {"period", N_("period"), COLUMN_TEXT, COLUMN_BOTH},
        {"version", N_("v"), COLUMN_NUMBER, COLUMN_BOTH},
        {"closed", N_("closed"), COLUMN_TEXT, COLUMN_BOTH},
        {"metered", "", COLUMN_NUMBER, COLUMN_DATA},
        {"adjusted", "", COLUMN_NUMBER, COLUMN_DATA},
        {"reported", N_("reported"), COLUMN_NUMBER, COLUMN_BOTH},
        {"unknown", N_("unknown"), COLUMN_NUMBER, COLUMN_BOTH},
        {"prepared_by", N_("prepared"), COLUMN_TEXT, COLUMN_BOTH},
        {"checked_by", N_("checked"), COLUMN_TEXT, COLUMN_BOTH},
        {"cause", N_("why"), COLUMN_TEXT, COLUMN_BOTH},
        {"despite", N_("despite"), COLUMN_TEXT, COLUMN_BOTH},
        {"hash", "", COLUMN_TEXT, COLUMN_DATA},
        {"chain", "", COLUMN_TEXT, COLUMN_DATA},
        {"simulated", "", COLUMN_SWITCH, COLUMN_DATA},
    };
    view->table = table_new();
    if (view->table) {
        page_columns(view->table, columns, sizeof columns / sizeof *columns, view->selection.language);
        table_fold(view->table, PAGE_COLUMNS);
    }
    return view->table != NULL;
}

static void version_row(struct closed_view *view, const struct version *version)
{
    const struct roster_mine *mine = &view->selection.roster->mine[version->key.mine];
    const enum language language = view->selection.language;
    struct table *table = view->table;
    char period[PERIOD_TEXT_BYTES], at[INSTANT_TEXT_BYTES], cause[VERSION_TEXT_BYTES];
    period_format(&version->key.period, period);
    instant_format(version->at_ms, at);
    table_row(table);
    table_cell(table, mine_title(mine, language), mine->name);
    table_cell(table, quantity_title(version->key.quantity, language), version->key.quantity);
    table_text(table, period);
    table_integer(table, version->version);
    table_text(table, at);
    table_amount(table, version->metered, view->selection.style);
    table_amount(table, version->adjusted, view->selection.style);
    table_amount(table, version->reported, view->selection.style);
    if (version->unknown < 0)
        table_cell(table, "?", "");
    else if (version->unknown == 0) /* as a rule: a column that no row fills is left out */
        table_cell(table, "", "0.000");
    else
        table_amount(table, version->unknown, view->selection.style);
    table_text(table, version->prepared_by);
    table_text(table, version->checked_by);
    version_cause_say(version, language, cause);
    table_cell(table, cause, version->cause);
    table_text(table, version->despite);
    table_text(table, version->hash);
    table_text(table, version->chain);
    table_switch(table, mine->simulated);
}

static bool wanted(const struct closed_view *view, const struct version *version, const struct period_name *period)
{
    const char *quantity = command_value(view->selection.command, "quantity", 0);
    const struct period_name *own = &version->key.period;
    if (!view->selection.mine[version->key.mine] || (quantity && strcmp(quantity, version->key.quantity) != 0))
        return false;
    return !period || (own->kind == period->kind && own->days.from == period->days.from && own->shift == period->shift);
}

static int list_print(struct closed_view *view, const struct list *versions, const struct period_name *period)
{
    const struct command *command = view->selection.command;
    const struct version *version = versions->at;
    bool simulated = false;
    char title[96];
    if (!columns_add(view))
        return command_fail(command, COMMAND_COULD_NOT, "out of memory");
    for (size_t i = 0; i < versions->count; i++)
        if (wanted(view, &version[i], period)) {
            version_row(view, &version[i]);
            simulated |= view->selection.roster->mine[version[i].key.mine].simulated;
        }
    table_fact(view->table, "report", "closed");
    table_fact_json(view->table, "simulated", simulated ? "true" : "false");
    snprintf(title, sizeof title, say(command->language, "closed periods, %zu versions"), table_rows(view->table));
    if (view->selection.format == TABLE_PAGE)
        page_title(&view->page, title, simulated);
    return selection_print(&view->selection, &view->page, view->table);
}

/* Those of one period, or of the last 45 days. */
static int list_read(struct closed_view *view)
{
    const struct selection *selection = &view->selection;
    const char *text = command_value(selection->command, "period", 0);
    struct period_name period = {.days = {selection->today - 45, selection->today + 1}};
    struct list versions = {0};
    if (text && !period_parse(text, selection->today, &period))
        return command_fail(selection->command, COMMAND_USAGE, "--period %.60s: expected %s", text,
                            say(selection->language, PERIOD_FORMS));
    int status = COMMAND_GOOD;
    if (versions_read(selection->db, selection->roster, -1, period.days, false, &versions))
        status = list_print(view, &versions, text ? &period : NULL);
    free(versions.at);
    const int judged = selection_judge(selection);
    return judged != COMMAND_GOOD ? judged : status;
}

static int list_closed(struct command *command)
{
    struct closed_view view = {0};
    int status = selection_open(command, &view.selection);
    view.page = page_of(command->language, view.selection.format);
    if (status == COMMAND_GOOD)
        status = list_read(&view);
    page_free(&view.page);
    table_free(view.table);
    selection_close(&view.selection);
    return status;
}

/* --- */

static int run(struct command *command)
{
    return command_given(command, "list") ? list_closed(command) : close_period(command);
}

static const struct command_option options[] = {
    OPTION_MINE,
    {"quantity", "NAME", N_("of this quantity; raw_coal by default"), false},
    {"period", "PERIOD", PERIOD_FORMS, false},
    {"prepared-by", "NAME", N_("who prepared the figures (needed)"), false},
    {"checked-by", "NAME", N_("who checked them: somebody else (needed)"), false},
    {"despite", NULL, N_("though too much of it is unknown; with --reason"), false},
    OPTION_REASON,
    {"by", "NAME", N_("who hands it in (default: who prepared it)"), false},
    {"list", NULL, N_("only list what was closed, all versions"), false},
    OPTION_FORMAT,
    {0},
};

const struct verb verb_close = {
    .name = "close",
    .summary = N_("close a period: what was reported stays, later changes make a new version"),
    .options = options,
    .run = run,
};
