/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/selection_parts.h"

#include <stdlib.h>
#include <string.h>

#include "collector/clock.h"

static bool option_known(const struct command *command, const char *name)
{
    const struct command_option *option = command->verb->options;
    while (option && option->name && strcmp(option->name, name) != 0)
        option++;
    return option && option->name;
}

static int figure_read(const struct command *command, struct selection *selection)
{
    static const char *const names[] = {
        [FIGURE_METERED] = "metered", [FIGURE_REPORTED] = "reported", [FIGURE_ALL] = "all"};
    const char *figure = command_value(command, "figure", 0);
    selection->figure =
        option_known(command, "figure") || option_known(command, "output") ? FIGURE_REPORTED : FIGURE_METERED;
    for (size_t i = 0; figure && i < sizeof names / sizeof *names; i++)
        if (strcmp(figure, names[i]) == 0) {
            selection->figure = (enum figure_shown)i;
            return COMMAND_GOOD;
        }
    if (figure)
        return command_fail(command, COMMAND_USAGE, "--figure %s: expected reported, metered or all", figure);
    return COMMAND_GOOD;
}

static int form_read(const struct command *command, struct selection *selection)
{
    const char *format = command_value(command, "format", 0), *unit = command_value(command, "unit", 0);
    selection->style = (struct amount_style){3, 0};
    if (format && !option_known(command, "output") && !table_format_parse(format, &selection->format))
        return command_fail(command, COMMAND_USAGE, "--format %s: expected table, csv or json", format);
    if (unit && !amount_style_parse(unit, &selection->style))
        return command_fail(command, COMMAND_USAGE, "--unit %s: expected t or 10kt", unit);
    selection->meters = command_given(command, "meters");
    return figure_read(command, selection);
}

/* --- quantities --- */

static const char *const run_of_mine = "rom_coal", *const raw = "raw_coal";

bool selection_metered(const struct selection *selection, const char *quantity)
{
    return selection->figure == FIGURE_METERED || strcmp(quantity, run_of_mine) == 0;
}

bool selection_fits(const struct selection *selection, const char *quantity, const struct roster_meter *meter)
{
    const bool converted = !selection_metered(selection, quantity) && strcmp(meter->quantity, run_of_mine) == 0;
    return strcmp(converted ? raw : meter->quantity, quantity) == 0;
}

struct names {
    const char *name[QUANTITIES_MAX];
    size_t count;
};

static void name_add(struct names *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->name[i], name) == 0)
            return;
    if (names->count < QUANTITIES_MAX - 1)
        names->name[names->count++] = name;
}

/* What people entered or adjusted: quantities that no meter may measure. */
static void names_added(struct db *db, struct names *names)
{
    /* From each name to the next one, by the indexes: there are many rows and few names. */
    struct db_query *query = db_query(
        db, "WITH RECURSIVE entered(name) AS (SELECT min(item) FROM entry UNION ALL"
            " SELECT (SELECT min(item) FROM entry WHERE item > name) FROM entered WHERE name IS NOT NULL),"
            " adjusted(name) AS (SELECT min(quantity) FROM adjustment UNION ALL"
            " SELECT (SELECT min(quantity) FROM adjustment WHERE quantity > name) FROM adjusted WHERE name IS NOT NULL)"
            " SELECT name FROM entered WHERE name IS NOT NULL UNION SELECT name FROM adjusted WHERE name IS NOT NULL");
    while (db_next(query)) {
        const struct quantity *quantity = quantity_find(db_text(query, 0));
        if (quantity)
            name_add(names, quantity->name);
    }
}

/* Those of quantity.c first and in its order. */
static void names_sort(struct names *names)
{
    const struct names all = *names;
    names->count = 0;
    for (size_t q = 0; q < quantity_count(); q++)
        for (size_t i = 0; i < all.count; i++)
            if (strcmp(all.name[i], quantity_at(q)->name) == 0)
                name_add(names, all.name[i]);
    for (size_t i = 0; i < all.count; i++)
        name_add(names, all.name[i]);
}

/* All quantities that meters of the ledger measure and, of reported figures, those that
 * come of them or of people. */
static void quantities_list(const struct selection *selection, struct names *names)
{
    const struct roster *roster = selection->roster;
    for (size_t i = 0; i < roster->meters; i++) {
        name_add(names, roster->meter[i].quantity);
        if (selection_fits(selection, raw, &roster->meter[i]))
            name_add(names, raw);
    }
    if (selection->figure != FIGURE_METERED)
        names_added(selection->db, names);
    names_sort(names);
}

/* Among reported figures run-of-mine coal is there only where it is asked for. */
static bool is_shown(const struct selection *selection, const char *name)
{
    return selection->figure == FIGURE_METERED || strcmp(name, run_of_mine) != 0;
}

static bool is_production(const char *name)
{
    const struct quantity *quantity = quantity_find(name);
    return quantity && quantity->production;
}

static int quantities_named(const struct selection *selection, struct names *names, bool *chosen)
{
    const char *name;
    for (size_t i = 0; (name = command_value(selection->command, "quantity", i)); i++) {
        size_t q = 0;
        while (q < names->count && strcmp(names->name[q], name) != 0)
            q++;
        if (q < names->count)
            chosen[q] = true;
        else if (strcmp(name, "all") != 0)
            return name_unknown(selection->command, say(selection->command->language, "meter of the quantity"), name,
                                names->name);
        for (q = 0; q < names->count && strcmp(name, "all") == 0; q++)
            chosen[q] |= is_shown(selection, names->name[q]);
    }
    return COMMAND_GOOD;
}

static int quantities_choose(struct selection *selection)
{
    struct names names = {0};
    bool chosen[QUANTITIES_MAX] = {0}, any = false;
    quantities_list(selection, &names);
    const bool named = command_given(selection->command, "quantity");
    const int status = quantities_named(selection, &names, chosen);
    for (size_t q = 0; q < names.count && !named; q++)
        any |= chosen[q] = is_production(names.name[q]) && is_shown(selection, names.name[q]);
    for (size_t q = 0; q < names.count; q++)
        if (chosen[q] || (!named && !any)) /* where nothing is produced, all that is measured */
            selection->quantity[selection->quantities++] = names.name[q];
    return status;
}

static bool quantity_chosen(const struct selection *selection, const struct roster_meter *meter)
{
    for (size_t q = 0; q < selection->quantities; q++)
        if (selection_fits(selection, selection->quantity[q], meter))
            return true;
    return false;
}

static void meters_choose(struct selection *selection)
{
    const struct roster *roster = selection->roster;
    const struct calendar *calendar = NULL;
    bool first = true;
    selection->all_simulated = true;
    for (size_t i = 0; i < roster->meters; i++) {
        const struct roster_meter *meter = &roster->meter[i];
        selection->meter[i] =
            selection->mine[meter->mine] && quantity_chosen(selection, meter) && (meter->main || selection->meters);
        if (!selection->meter[i])
            continue;
        selection->simulated |= roster->mine[meter->mine].simulated;
        selection->all_simulated &= roster->mine[meter->mine].simulated;
        if (meter->calendar == calendar)
            continue;
        calendar = meter->calendar;
        const civil_day day = calendar_place(calendar, selection->now_ms).day;
        selection->today = first || day < selection->today ? day : selection->today;
        first = false;
    }
    /* What people entered is of mines that may have no meter. */
    for (size_t i = 0; i < roster->mines && selection->figure != FIGURE_METERED; i++)
        if (selection->mine[i] && roster->mine[i].active) {
            selection->simulated |= roster->mine[i].simulated;
            selection->all_simulated &= roster->mine[i].simulated;
        }
    selection->all_simulated &= selection->simulated;
    if (first)
        selection->today = civil_of_instant(selection->now_ms);
}

int64_t selection_number(const struct selection *selection)
{
    const struct roster *roster = selection->roster;
    int64_t number = -1;
    for (size_t m = 0; m < roster->mines; m++)
        if (selection->mine[m] && number != roster->mine[m].number) {
            if (number >= 0)
                return NUMBER_SEVERAL;
            number = roster->mine[m].number;
        }
    return number < 0 ? 0 : number;
}

int selection_judge(const struct selection *selection)
{
    if (db_fault(selection->db) == DB_OK)
        return COMMAND_GOOD;
    return command_fail(selection->command, COMMAND_COULD_NOT, "%s", db_error(selection->db));
}

int selection_print(const struct selection *selection, struct page *page, const struct table *table)
{
    const bool good = !table || table_render(table, selection->format, page->colour, &page->out);
    const int status = selection_judge(selection);
    if (status == COMMAND_GOOD && (!good || !page_print(page)))
        return command_fail(selection->command, COMMAND_COULD_NOT, "cannot write the page");
    return status;
}

static int selection_begin(const struct command *command, struct selection *selection)
{
    *selection = (struct selection){.command = command, .language = command->language, .now_ms = clock_now().wall_ms};
    return form_read(command, selection);
}

/* By its settings: the ledger, and what of it is chosen. */
static int selection_read(const struct command *command, struct selection *selection)
{
    int status = settings_ledger(command, &selection->settings, &selection->db);
    if (status != COMMAND_GOOD)
        return status;
    db_run(selection->db, "BEGIN");
    selection->roster = roster_read(selection->db);
    if (!selection->roster)
        return selection_judge(selection);
    selection->mine = calloc(selection->roster->mines + 1, sizeof *selection->mine);
    selection->meter = calloc(selection->roster->meters + 1, sizeof *selection->meter);
    if (!selection->mine || !selection->meter)
        return command_fail(command, COMMAND_COULD_NOT, "out of memory");
    status = mines_choose(selection);
    if (status == COMMAND_GOOD)
        status = quantities_choose(selection);
    if (status == COMMAND_GOOD)
        meters_choose(selection);
    return status;
}

int selection_open(const struct command *command, struct selection *selection)
{
    int status = selection_begin(command, selection);
    if (status == COMMAND_GOOD)
        status = settings_read(command, &selection->settings);
    return status == COMMAND_GOOD ? selection_read(command, selection) : status;
}

int selection_open_by(const struct command *command, const struct settings *settings, struct selection *selection)
{
    const int status = selection_begin(command, selection);
    selection->settings = *settings;
    return status == COMMAND_GOOD ? selection_read(command, selection) : status;
}

void selection_close(struct selection *selection)
{
    free(selection->mine);
    free(selection->meter);
    roster_free(selection->roster);
    if (selection->db)
        db_close(selection->db);
}

const char *mine_title(const struct roster_mine *mine, enum language language)
{
    const char *title = language == LANGUAGE_ZH ? mine->title_zh : mine->name;
    return *title ? title : mine->name;
}

const char *quantity_title(const char *quantity, enum language language)
{
    const struct quantity *known = quantity_find(quantity);
    return known ? say(language, known->title) : quantity;
}

void unit_title(const char *unit, struct amount_style style, enum language language, char *text)
{
    static const char *const units[] = {N_("t"), N_("m3"), N_("kWh"), N_("GJ")};
    const char *title = unit;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(units[i], unit) == 0)
            title = say(language, units[i]);
    snprintf(text, 32, "%s%s", style.power == 7 ? say(language, "10^4 ") : "", title);
}
