/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/incident_page.h"
#include "collector/travel.h"

#include <stdlib.h>

enum { INSTANTS_MAX = 2 };

static void rows_add(struct incident_page *page, const struct incident_form *form)
{
    const struct selection *selection = &page->selection;
    const struct incident *incident = page->incidents.at;
    for (size_t i = 0; i < page->incidents.count; i++) {
        const int mine = roster_mine_id(selection->roster, incident[i].mine);
        if (mine >= 0 ? !selection->mine[mine] : command_given(selection->command, "mine"))
            continue;
        table_row(page->table);
        table_integer(page->table, travel_local(incident[i].id));
        table_text(page->table, mine >= 0 ? selection->roster->mine[mine].name : "");
        table_text(page->table, incident[i].subject);
        form->row(page, &incident[i]);
        table_switch(page->table, mine >= 0 && selection->roster->mine[mine].simulated);
        page->simulated |= mine >= 0 ? selection->roster->mine[mine].simulated : selection->all_simulated;
        page->open += incident[i].to_ms == 0;
        page->shown++;
    }
}

static int page_show(struct incident_page *page, const struct incident_form *form)
{
    const struct selection *selection = &page->selection;
    const enum language language = selection->language;
    const bool table = selection->format == TABLE_PAGE;
    char title[160];
    if (!(page->table = table_new()))
        return command_fail(selection->command, COMMAND_COULD_NOT, "out of memory");
    table_column(page->table, "id", word(WORD_NUMBER, language), COLUMN_NUMBER, COLUMN_BOTH);
    table_column(page->table, "mine", word(WORD_MINE, language), COLUMN_TEXT, COLUMN_BOTH);
    table_column(page->table, "subject", word(WORD_ABOUT, language), COLUMN_TEXT, COLUMN_BOTH);
    form->columns(page);
    table_column(page->table, "simulated", "", COLUMN_SWITCH, COLUMN_DATA);
    rows_add(page, form);
    snprintf(title, sizeof title, say(language, form->title), page->shown, page->open);
    table_fact(page->table, "report", form->report);
    table_fact_json(page->table, "simulated", page->simulated ? "true" : "false");
    if (table)
        page_title(&page->page, title, page->simulated);
    return selection_print(selection, &page->page, table && !page->shown ? NULL : page->table);
}

/* Since when the list goes. */
static int from_read(const struct command *command, const struct incident_form *form, civil_day today, int64_t *from_ms)
{
    const char *text = command_value(command, "from", 0);
    *from_ms = civil_instant(today - (civil_day)form->days, 0);
    if (text && !period_parse_instant(text, today, from_ms))
        return command_fail(command, COMMAND_USAGE, "--from %s: expected a date or an instant like 2026-10-13 07:31",
                            text);
    return COMMAND_GOOD;
}

int incident_list(const struct command *command, const struct incident_form *form)
{
    struct incident_page page = {0};
    int64_t from_ms;
    int status = selection_open(command, &page.selection);
    page.page = page_of(command->language, page.selection.format);
    if (status == COMMAND_GOOD)
        status = from_read(command, form, page.selection.today, &from_ms);
    if (status == COMMAND_GOOD) {
        incidents_read(page.selection.db, form->kinds, from_ms, &page.incidents);
        status = page_show(&page, form);
    }
    free(page.incidents.at);
    page_free(&page.page);
    table_free(page.table);
    selection_close(&page.selection);
    return status;
}

int incident_act(const struct command *command, const char *const *options)
{
    static const char *const instants[INSTANTS_MAX] = {"at", "until"};
    char fixed[INSTANTS_MAX][INSTANT_TEXT_BYTES];
    struct settings settings;
    struct act act = {0};
    const int status = settings_read(command, &settings);
    if (status != COMMAND_GOOD)
        return status;
    act_add(&act, "do", command->operand[0]);
    act_add(&act, "id", command->operands > 1 ? command->operand[1] : NULL);
    act_take(&act, command, options);
    for (size_t i = 0; i < INSTANTS_MAX; i++) {
        const char *text = command_value(command, instants[i], 0);
        int64_t at_ms;
        if (text && period_parse_instant(text, civil_of_instant(clock_now().wall_ms), &at_ms)) {
            instant_format(at_ms, fixed[i]);
            text = fixed[i];
        }
        act_add(&act, instants[i], text); /* what is wrong with it the act says */
    }
    return act_submit(command, &settings, &act);
}
