/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/selection.h"

#include <stdlib.h>
#include <string.h>

#include "collector/clock.h"

static int form_read(const struct command *command, struct selection *selection)
{
    const char *format = command_value(command, "format", 0), *unit = command_value(command, "unit", 0);
    selection->style = (struct amount_style){3, 0};
    if (format && !table_format_parse(format, &selection->format))
        return command_fail(command, COMMAND_USAGE, "--format %s: expected table, csv or json", format);
    if (unit && !amount_style_parse(unit, &selection->style))
        return command_fail(command, COMMAND_USAGE, "--unit %s: expected t or 10kt", unit);
    selection->meters = command_given(command, "meters");
    return COMMAND_GOOD;
}

static int name_unknown(const struct command *command, const char *what, const char *name, const char **candidates)
{
    const char *nearest = yaml_nearest(name, candidates);
    if (nearest)
        return command_fail(command, COMMAND_USAGE, "the ledger has no %s %s; did you mean %s?", what, name, nearest);
    return command_fail(command, COMMAND_USAGE, "the ledger has no %s %s", what, name);
}

static int mine_unknown(const struct selection *selection, const char *name)
{
    const struct roster *roster = selection->roster;
    const char **names = calloc(roster->mines + 1, sizeof *names);
    if (!names)
        return command_fail(selection->command, COMMAND_COULD_NOT, "out of memory");
    for (size_t i = 0; i < roster->mines; i++)
        names[i] = roster->mine[i].name;
    const int status = name_unknown(selection->command, "mine", name, names);
    free(names);
    return status;
}

static int mines_choose(struct selection *selection)
{
    const char *name;
    const bool all = !command_given(selection->command, "mine");
    for (size_t i = 0; i < selection->roster->mines; i++)
        selection->mine[i] = all;
    for (size_t i = 0; (name = command_value(selection->command, "mine", i)); i++) {
        const int mine = roster_mine(selection->roster, name);
        if (mine < 0)
            return mine_unknown(selection, name);
        selection->mine[mine] = true;
    }
    return COMMAND_GOOD;
}

/* All quantities that meters of the ledger measure, those of quantity.c first and
 * in its order. Returns how many. */
static size_t quantities_list(const struct roster *roster, const char **names)
{
    size_t count = 0;
    for (size_t q = 0; q < quantity_count() && count < QUANTITIES_MAX - 1; q++)
        for (size_t i = 0; i < roster->meters; i++)
            if (strcmp(roster->meter[i].quantity, quantity_at(q)->name) == 0) {
                names[count++] = quantity_at(q)->name;
                break;
            }
    for (size_t i = 0; i < roster->meters && count < QUANTITIES_MAX - 1; i++) {
        bool seen = quantity_find(roster->meter[i].quantity) != NULL;
        for (size_t q = 0; q < count && !seen; q++)
            seen = strcmp(names[q], roster->meter[i].quantity) == 0;
        if (!seen)
            names[count++] = roster->meter[i].quantity;
    }
    names[count] = NULL;
    return count;
}

static bool is_production(const char *name)
{
    const struct quantity *quantity = quantity_find(name);
    return quantity && quantity->production;
}

static int quantities_named(struct selection *selection, const char **names, bool *chosen, size_t count)
{
    const char *name;
    for (size_t i = 0; (name = command_value(selection->command, "quantity", i)); i++) {
        size_t q = 0;
        while (q < count && strcmp(names[q], name) != 0)
            q++;
        if (q < count)
            chosen[q] = true;
        else if (strcmp(name, "all") == 0)
            memset(chosen, true, count);
        else
            return name_unknown(selection->command, "meter of the quantity", name, names);
    }
    return COMMAND_GOOD;
}

static int quantities_choose(struct selection *selection)
{
    const char *names[QUANTITIES_MAX];
    bool chosen[QUANTITIES_MAX] = {0}, any = false;
    const size_t count = quantities_list(selection->roster, names);
    const bool named = command_given(selection->command, "quantity");
    const int status = quantities_named(selection, names, chosen, count);
    for (size_t q = 0; q < count && !named; q++)
        any |= chosen[q] = is_production(names[q]);
    for (size_t q = 0; q < count; q++)
        if (chosen[q] || (!named && !any)) /* where nothing is produced, all that is measured */
            selection->quantity[selection->quantities++] = names[q];
    return status;
}

static bool quantity_chosen(const struct selection *selection, const char *quantity)
{
    for (size_t q = 0; q < selection->quantities; q++)
        if (strcmp(selection->quantity[q], quantity) == 0)
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
        selection->meter[i] = selection->mine[meter->mine] && quantity_chosen(selection, meter->quantity) &&
                              (meter->main || selection->meters);
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
    selection->all_simulated &= !first;
    if (first)
        selection->today = civil_of_instant(selection->now_ms);
}

int selection_judge(const struct selection *selection)
{
    if (db_fault(selection->db) == DB_OK)
        return COMMAND_GOOD;
    return command_fail(selection->command, COMMAND_COULD_NOT, "%s", db_error(selection->db));
}

int selection_open(const struct command *command, struct selection *selection)
{
    *selection = (struct selection){.command = command, .language = command->language, .now_ms = clock_now().wall_ms};
    int status = form_read(command, selection);
    if (status == COMMAND_GOOD)
        status = settings_read(command, &selection->settings);
    if (status == COMMAND_GOOD)
        status = settings_ledger(command, &selection->settings, &selection->db);
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
    return known ? phrase_in((struct phrase){known->en, known->zh}, language) : quantity;
}

void unit_title(const char *unit, struct amount_style style, enum language language, char *text)
{
    static const struct phrase units[] = {{"t", "吨"}, {"m3", "立方米"}, {"kWh", "千瓦时"}, {"GJ", "吉焦"}};
    const char *title = unit;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(units[i].en, unit) == 0)
            title = phrase_in(units[i], language);
    const struct phrase ten_thousand = {"10^4 ", "万"};
    snprintf(text, 32, "%s%s", style.power == 7 ? phrase_in(ten_thousand, language) : "", title);
}
