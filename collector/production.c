/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "collector/complete.h"
#include "collector/gathered.h"
#include "collector/production_parts.h"

/* Below the total of several mines: of how many it is whole, and to when. */
static void complete_add(struct production *production, const char *quantity)
{
    const int64_t end_ms = production->span.to_ms, now_ms = production->selection.now_ms;
    struct complete complete;
    struct text line = {0};
    if (production->kind < PRODUCTION_DAY || now_ms < production->span.from_ms)
        return;
    production->page.out.failed |= !complete_judge(&production->selection, production->report, quantity,
                                                   production->own.from, end_ms < now_ms ? end_ms : now_ms, &complete);
    complete_show(&complete, &production->selection, &line);
    if (complete.mines > 1)
        page_line(&production->page, line.at ? line.at : "");
    text_free(&line);
    complete_free(&complete);
}

static bool quantity_page(struct production *production, const char *quantity)
{
    struct row_sums sums = {0};
    struct text missing = {0}, when = {0};
    production->parts = production->selection.figure == FIGURE_ALL || quantity_added(production, quantity);
    production->table = columns_new(production);
    if (!production->table)
        return false;
    quantity_rows(production, quantity, false, &sums);
    total_row(production, &sums);
    const size_t counted = table_rows(production->table);
    quantity_rows(production, quantity, true, &(struct row_sums){0});
    const bool apart = table_rows(production->table) > counted;
    text_add(&production->page.out, production->page.out.length ? "\n" : "");
    title_add(production, quantity);
    running_add(production);
    closed_add(production, quantity);
    gathered_missing(&production->selection, production->selection.language, &missing);
    gathered_print(&production->page, &missing);
    text_free(&missing);
    table_band(production->table, PAGE_COLUMNS, columns_mine(production));
    const bool good = table_render(production->table, TABLE_PAGE, production->page.colour, &production->page.out);
    rounding_add(production, &sums);
    complete_add(production, quantity);
    gathered_when(&production->selection, production->selection.language, &when);
    gathered_print(&production->page, &when);
    text_free(&when);
    if (apart)
        page_line(&production->page,
                  say(production->selection.language, "simulated mines stand apart: they are in no total"));
    coefficients_add(production, quantity);
    comparison_notes(production);
    table_free(production->table);
    return stock_add(production, quantity) && good;
}

static bool pages_render(struct production *production)
{
    const struct selection *selection = &production->selection;
    for (size_t q = 0; q < selection->quantities && !production->handing_over; q++)
        if (!quantity_page(production, selection->quantity[q]))
            return false;
    if (selection->quantities == 0)
        page_line(&production->page, say(selection->language, "the ledger has no meters yet"));
    if (!production->handing_over)
        crossing_notes(production);
    page_notes(&production->page);
    return handover_add(production);
}

static bool data_render(struct production *production)
{
    const struct selection *selection = &production->selection;
    char period[PERIOD_SHOWN_BYTES];
    struct text notes = {0};
    production->table = columns_new(production);
    if (!production->table)
        return false;
    for (size_t q = 0; q < 2 * selection->quantities; q++)
        quantity_rows(production, selection->quantity[q / 2], q % 2 != 0, &(struct row_sums){0});
    period_show(production, period, sizeof period);
    crossing_notes(production);
    page_notes_json(&production->page, &notes);
    table_fact(production->table, "report", selection->command->verb->name);
    table_fact(production->table, "period", period);
    table_fact(production->table, "figures", selection->figure == FIGURE_METERED ? "metered" : "reported");
    comparison_facts(production);
    gathered_facts(selection, production->table);
    table_fact_json(production->table, "simulated", selection->simulated ? "true" : "false");
    table_fact(production->table, "counted", selection->side_simulated ? "simulated" : "real");
    table_fact_json(production->table, "notes", notes.at ? notes.at : "[]");
    const bool good = table_render(production->table, selection->format, false, &production->page.out);
    text_free(&notes);
    table_free(production->table);
    return good;
}

static int production_print(struct production *production)
{
    struct selection *selection = &production->selection;
    const bool page = selection->format == TABLE_PAGE;
    production->page = page_of(page ? selection->language : LANGUAGE_EN, selection->format);
    const bool rendered = page                       ? pages_render(production)
                          : production->handing_over ? handover_data(production)
                                                     : data_render(production);
    const int status = selection_judge(selection);
    if (status != COMMAND_GOOD)
        return status;
    if (!rendered || production->page.out.failed)
        return command_fail(selection->command, COMMAND_COULD_NOT, "out of memory");
    return page_print(&production->page) ? COMMAND_GOOD
                                         : command_fail(selection->command, COMMAND_COULD_NOT, "cannot write the page");
}

int production_open(struct production *production, const struct command *command, enum production_kind kind)
{
    struct selection *selection = &production->selection;
    *production = (struct production){.kind = kind};
    int status = selection_open(command, selection);
    if (status == COMMAND_GOOD)
        status = period_choose(production, command);
    if (status == COMMAND_GOOD)
        status = comparison_choose(production, command);
    if (status == COMMAND_GOOD && kind == PRODUCTION_SHIFT)
        status = handover_choose(production, command);
    if (status != COMMAND_GOOD)
        return status;
    /* A roster that has faults says so, and hides no tonne. */
    if (selection->settings.county.present && settings_county(command, &selection->settings, &production->county) == 0)
        selection->county = production->county;
    production->gathered = gathered_entries(selection);
    plan_survey(production);
    status = shift_judge(production, command);
    if (status != COMMAND_GOOD)
        return status;
    production->report = report_new(selection->db, selection->roster, selection->now_ms, production->span.from_ms,
                                    production->span.to_ms);
    return production->report ? COMMAND_GOOD : selection_judge(selection);
}

void production_close(struct production *production)
{
    text_free(&production->left_out);
    free(production->gathered.at);
    page_free(&production->page);
    report_free(production->report);
    county_free(production->county);
    selection_close(&production->selection);
}

int production_run(const struct command *command, enum production_kind kind)
{
    struct production production;
    int status = production_open(&production, command, kind);
    if (status == COMMAND_GOOD)
        status = production_print(&production);
    production_close(&production);
    return status;
}
