/* SPDX-License-Identifier: Apache-2.0 */
/* The pages of the board, from head to foot. */
#include <stdlib.h>
#include <string.h>

#include "collector/board_parts.h"
#include "collector/capacity_page.h"

/* With --only, what it names: an indicator, or all of a source. */
static bool is_chosen(const struct command *command, const struct board_row *row)
{
    enum board_source source;
    const char *text;
    if (!command_given(command, "only"))
        return command_given(command, "all") || row->indicator->headline;
    for (size_t i = 0; (text = command_value(command, "only", i)); i++)
        if (strcmp(row->indicator->id, text) == 0 ||
            (board_source_parse(text, &source) &&
             (source == row->source || (source == BOARD_METERED && row->source == BOARD_MIXED))))
            return true;
    return false;
}

/* Before it is found: of a source all may be. */
static bool may_be_chosen(const struct command *command, const struct indicator *indicator)
{
    enum board_source source;
    const char *text;
    if (!command_given(command, "only"))
        return command_given(command, "all") || indicator->headline;
    for (size_t i = 0; (text = command_value(command, "only", i)); i++)
        if (strcmp(indicator->id, text) == 0 || board_source_parse(text, &source))
            return true;
    return false;
}

/* Page and table in one, or the table alone. */
static int pages_print(struct boarding *boarding)
{
    const struct selection *selection = &boarding->selection;
    if (selection->format != TABLE_PAGE) {
        text_clear(&boarding->page.out);
        return selection_print(selection, &boarding->page, boarding->table);
    }
    if (!table_render(boarding->table, TABLE_PAGE, boarding->page.colour, &boarding->page.out) ||
        boarding->below.failed)
        return command_fail(selection->command, COMMAND_COULD_NOT, "out of memory");
    for (char *line = boarding->below.at, *end; line && (end = strchr(line, '\n')); line = end + 1) {
        *end = '\0';
        page_line(&boarding->page, line);
    }
    text_add(&boarding->page.out, boarding->over.length ? boarding->over.at : "");
    return selection_print(selection, &boarding->page, NULL);
}

/* What the texts state as reached where it is not what the row shows as done: "91 % (2024/25)". */
static void stated_add(struct boarding *boarding, struct text *stated, const struct board_row *row)
{
    char figure[AMOUNT_TEXT_MAX];
    const enum language language = boarding->selection.language;
    if (row->source == BOARD_STATED || !row->reached || !row->reached->has_value)
        return;
    const struct decimal value = row->reached->value;
    amount_show(value.digits, (struct amount_style){value.places, value.places}, figure);
    text_add(stated, stated->length ? say(language, ", ") : "");
    text_format(stated, "%s %s%s (%s)", indicator_title(row->indicator, language), figure,
                strcmp(row->indicator->unit_en, "%") == 0 ? " %" : "", row->reached->of);
}

static int rows_add(struct boarding *boarding)
{
    const struct command *command = boarding->selection.command;
    const struct indicators *indicators = boarding->indicators;
    size_t *order = calloc(indicators->count + 1, sizeof *order);
    struct text stated = {0};
    bool good = order != NULL;
    if (good)
        board_order(indicators, order);
    for (size_t i = 0; good && i < indicators->count; i++) {
        const struct indicator *indicator = &indicators->indicator[order[i]];
        struct board_row row;
        if (!may_be_chosen(command, indicator))
            continue;
        good = board_row_read(boarding, indicator, &row);
        if (good && is_chosen(command, &row)) {
            board_row_add(boarding, &row);
            board_row_below(boarding, &row);
            stated_add(boarding, &stated, &row);
        }
        board_row_free(&row);
    }
    if (stated.length)
        text_format(&boarding->below, say(command->language, "stated before: %s\n"), stated.at);
    boarding->below.failed |= stated.failed;
    text_free(&stated);
    free(order);
    return good ? COMMAND_GOOD : COMMAND_COULD_NOT;
}

/* Who runs over capacity: lines below, facts of data. */
static int capacity_add(struct boarding *boarding)
{
    struct capacity_page capacity;
    struct page lines = {.language = boarding->selection.language, .colour = boarding->page.colour};
    const int status =
        capacity_page_read(&boarding->selection, boarding->report, boarding->county, boarding->day, &capacity);
    if (status == COMMAND_GOOD) {
        capacity_lines(&capacity, &lines);
        capacity_facts(&capacity, boarding->table);
        text_add(&boarding->over, lines.out.length ? lines.out.at : "");
        boarding->over.failed |= lines.out.failed;
    }
    page_free(&lines);
    capacity_page_free(&capacity);
    return status;
}

static bool any_target(const struct boarding *boarding)
{
    struct indicator_target target;
    for (size_t i = 0; i < boarding->indicators->count; i++)
        if (indicator_target(&boarding->indicators->indicator[i], boarding->year, &target))
            return true;
    return false;
}

static int board_fill(struct boarding *boarding)
{
    board_columns(boarding);
    board_head(boarding, "board", N_("board"));
    int status = rows_add(boarding);
    if (status == COMMAND_GOOD && !boarding->supposed)
        status = capacity_add(boarding);
    if (!any_target(boarding))
        text_format(&boarding->below, say(boarding->selection.language, "no target of %d is stated\n"), boarding->year);
    return status;
}

int board_print(struct boarding *boarding)
{
    const int status = board_fill(boarding);
    return status == COMMAND_GOOD ? pages_print(boarding) : status;
}

int board_data(struct boarding *boarding, struct text *out)
{
    const struct selection *selection = &boarding->selection;
    int status = board_fill(boarding);
    if (status == COMMAND_GOOD)
        status = selection_judge(selection);
    if (status == COMMAND_GOOD && !table_render(boarding->table, selection->format, false, out))
        status = command_fail(selection->command, COMMAND_COULD_NOT, "out of memory");
    return status;
}

int board_why_print(struct boarding *boarding, const char *id)
{
    struct board_row row;
    board_head(boarding, "why", N_("why"));
    const bool good = board_row_read(boarding, indicator_named(boarding->indicators, id), &row);
    if (good)
        board_why(boarding, &row);
    board_row_free(&row);
    return good ? pages_print(boarding) : COMMAND_COULD_NOT;
}

int board_projects_print(struct boarding *boarding)
{
    const struct selection *selection = &boarding->selection;
    char date[DATE_TEXT_BYTES];
    civil_format(boarding->day, date);
    table_fact(boarding->table, "report", "projects");
    table_fact(boarding->table, "date", date);
    page_title(&boarding->page, say(selection->language, "the mines that the county names"), false);
    board_projects(boarding);
    return pages_print(boarding);
}
