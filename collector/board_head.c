/* SPDX-License-Identifier: Apache-2.0 */
/* What stands above the rows of the board: of when it is, whose, and what is missing. */
#include <stdio.h>

#include "collector/board_parts.h"
#include "collector/complete.h"
#include "collector/gathered.h"

static void complete_add(struct boarding *boarding)
{
    struct complete complete;
    struct text line = {0};
    boarding->page.out.failed |= !complete_judge(&boarding->selection, boarding->report, NULL,
                                                 complete_year(boarding->as_of_ms), boarding->as_of_ms, &complete);
    complete_show(&complete, &boarding->selection, &line);
    complete_facts(&complete, boarding->table);
    page_line(&boarding->page, line.at ? line.at : "");
    const struct complete_late *late = complete.late.at;
    for (size_t i = 0; i < complete.late.count; i++) {
        text_add(&boarding->late, i ? say(boarding->selection.language, ", ") : "");
        text_add(&boarding->late, late[i].title);
    }
    text_free(&line);
    complete_free(&complete);
}

static void supposed_add(struct boarding *boarding)
{
    const struct command *command = boarding->selection.command;
    struct text line = {0}, list = {0};
    char date[DATE_TEXT_BYTES];
    const char *text;
    if (!boarding->supposed)
        return;
    civil_format(boarding->what_if.roster_day, date);
    text_format(&line, say(command->language, "SUPPOSED, not so: what would be on %s with "), date);
    for (size_t i = 0; (text = command_value(command, "if", i)); i++) {
        text_add(&line, i ? ", " : "");
        text_add(&line, text);
        text_add(&list, i ? ", " : "[");
        text_add_json(&list, text);
    }
    text_add(&list, "]");
    page_line(&boarding->page, line.at ? line.at : "");
    table_fact_json(boarding->table, "supposed", list.failed ? "null" : list.at);
    table_fact(boarding->table, "supposed_on", date);
    text_free(&line);
    text_free(&list);
}

void board_head(struct boarding *boarding, const char *report, const char *title)
{
    char date[DATE_TEXT_BYTES], text[128];
    civil_format(boarding->day, date);
    snprintf(text, sizeof text, "%s  %s", say(boarding->selection.language, title), date);
    table_fact(boarding->table, "report", report);
    table_fact(boarding->table, "date", date);
    table_fact_json(boarding->table, "simulated", boarding->simulated ? "true" : "false");
    page_title(&boarding->page, text, boarding->simulated);
    complete_add(boarding);
    gathered_add(&boarding->selection, &boarding->page, boarding->table);
    supposed_add(boarding);
}
