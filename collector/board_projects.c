/* SPDX-License-Identifier: Apache-2.0 */
/* The mines that the county names, and what is to come of each. */
#include "collector/board_parts.h"

static void columns_add(struct table *table, enum language language)
{
    static const struct page_column columns[] = {
        {"id", "", COLUMN_TEXT, COLUMN_DATA},
        {"mine", N_("mine"), COLUMN_TEXT, COLUMN_BOTH},
        {"state", N_("state"), COLUMN_TEXT, COLUMN_BOTH},
        {"design_capacity", N_("design"), COLUMN_NUMBER, COLUMN_BOTH},
        {"approved_capacity", N_("approved"), COLUMN_NUMBER, COLUMN_BOTH},
        {"safety_grade", "", COLUMN_TEXT, COLUMN_DATA},
        {"smart_grade", "", COLUMN_TEXT, COLUMN_DATA},
        {"indicator", "", COLUMN_TEXT, COLUMN_DATA},
        {"project", N_("project"), COLUMN_TEXT, COLUMN_BOTH},
        {"step", N_("step"), COLUMN_TEXT, COLUMN_BOTH},
        {"year", N_OF("project", "year"), COLUMN_TEXT, COLUMN_BOTH},
        {"reached", N_("reached"), COLUMN_TEXT, COLUMN_BOTH},
        {"document", "", COLUMN_TEXT, COLUMN_DATA},
        {"simulated", "", COLUMN_SWITCH, COLUMN_DATA},
    };
    page_columns(table, columns, sizeof columns / sizeof *columns, language);
}

static void fact_cell(struct boarding *boarding, const struct county_mine *mine, enum fact_kind kind)
{
    const struct county_fact *fact = county_fact(mine, kind, boarding->day);
    struct text shown = {0}, value = {0};
    if (fact && fact_info(kind)->form == FACT_AMOUNT)
        fact_value_write(kind, fact->value, &shown); /* its unit stands over the column */
    else if (fact)
        fact_value_say(kind, fact->value, boarding->selection.language, &shown);
    if (fact)
        fact_value_write(kind, fact->value, &value);
    if (fact && !shown.failed && !value.failed)
        table_cell(boarding->table, shown.at, value.at);
    else
        table_none(boarding->table);
    text_free(&shown);
    text_free(&value);
}

static void project_row(struct boarding *boarding, const struct county_mine *mine, const struct county_project *project)
{
    const struct indicator *indicator = indicator_named(boarding->indicators, project->indicator);
    const enum language language = boarding->selection.language;
    struct table *table = boarding->table;
    char date[DATE_TEXT_BYTES];
    table_row(table);
    table_text(table, mine->name);
    table_text(table, either(language, mine->title_en, mine->title_zh));
    fact_cell(boarding, mine, FACT_STATE);
    fact_cell(boarding, mine, FACT_DESIGNED);
    fact_cell(boarding, mine, FACT_APPROVED);
    fact_cell(boarding, mine, FACT_SAFETY);
    fact_cell(boarding, mine, FACT_SMART);
    table_text(table, project->indicator);
    table_text(table, indicator ? indicator_title(indicator, language) : project->indicator);
    table_cell(table, say(language, project->step), project->step_word);
    table_text(table, project->year);
    civil_format(project->on, date);
    if (county_project_reached(project, boarding->day))
        table_text(table, date);
    else
        table_none(table);
    table_text(table, project->source);
    table_switch(table, mine->simulated);
}

void board_projects(struct boarding *boarding)
{
    const struct county *county = boarding->county;
    if (boarding->selection.format == TABLE_PAGE)
        page_line(&boarding->page, say(boarding->selection.language, "capacities in 10^4 t a year"));
    columns_add(boarding->table, boarding->selection.language);
    for (size_t m = 0; m < county->mines; m++)
        for (size_t p = 0; p < county->mine[m].projects; p++)
            project_row(boarding, &county->mine[m], &county->mine[m].project[p]);
}
