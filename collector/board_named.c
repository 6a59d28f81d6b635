/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/board_named.h"

#include <string.h>

#include "collector/page.h"

static const struct indicator *indicator_of(const struct indicators *indicators, const char *id)
{
    for (size_t i = 0; i < indicators->count; i++)
        if (strcmp(indicators->indicator[i].id, id) == 0)
            return &indicators->indicator[i];
    return NULL;
}

static void columns_add(struct table *table, enum language language)
{
    static const struct page_column columns[] = {
        {"id", "", COLUMN_TEXT, COLUMN_DATA},
        {"mine", N_("mine"), COLUMN_TEXT, COLUMN_BOTH},
        {"state", N_("state"), COLUMN_TEXT, COLUMN_BOTH},
        {"design_capacity", N_("design 10^4 t/a"), COLUMN_NUMBER, COLUMN_BOTH},
        {"approved_capacity", N_("approved 10^4 t/a"), COLUMN_NUMBER, COLUMN_BOTH},
        {"safety_grade", N_("safety grade"), COLUMN_TEXT, COLUMN_BOTH},
        {"smart_grade", N_("smart grade"), COLUMN_TEXT, COLUMN_BOTH},
        {"indicator", "", COLUMN_TEXT, COLUMN_DATA},
        {"project", N_("project"), COLUMN_TEXT, COLUMN_BOTH},
        {"step", N_("step"), COLUMN_TEXT, COLUMN_BOTH},
        {"year", N_OF("project", "year"), COLUMN_TEXT, COLUMN_BOTH},
        {"document", "", COLUMN_TEXT, COLUMN_DATA},
    };
    page_columns(table, columns, sizeof columns / sizeof *columns, language);
}

static void fact_cell(struct table *table, const struct county_mine *mine, enum fact_kind kind, civil_day day,
                      enum language language)
{
    const struct county_fact *fact = county_fact(mine, kind, day);
    struct text shown = {0}, value = {0};
    if (fact && fact_info(kind)->form == FACT_AMOUNT)
        fact_value_write(kind, fact->value, &shown); /* its unit stands over the column */
    else if (fact)
        fact_value_say(kind, fact->value, language, &shown);
    if (fact)
        fact_value_write(kind, fact->value, &value);
    if (fact && !shown.failed && !value.failed)
        table_cell(table, shown.at, value.at);
    else
        table_none(table);
    text_free(&shown);
    text_free(&value);
}

static void project_row(struct table *table, const struct county_mine *mine, const struct county_project *project,
                        const struct indicators *indicators, civil_day day, enum language language)
{
    const struct indicator *indicator = indicator_of(indicators, project->indicator);
    table_row(table);
    table_text(table, mine->name);
    table_text(table, either(language, mine->title_en, mine->title_zh));
    fact_cell(table, mine, FACT_STATE, day, language);
    fact_cell(table, mine, FACT_DESIGNED, day, language);
    fact_cell(table, mine, FACT_APPROVED, day, language);
    fact_cell(table, mine, FACT_SAFETY, day, language);
    fact_cell(table, mine, FACT_SMART, day, language);
    table_text(table, project->indicator);
    table_text(table, indicator ? either(language, indicator->en, indicator->zh) : project->indicator);
    table_cell(table, say(language, project->step), project->step_word);
    table_text(table, project->year);
    table_text(table, project->source);
}

void board_named_fill(struct table *table, const struct county *county, const struct indicators *indicators,
                      civil_day day, enum language language)
{
    columns_add(table, language);
    for (size_t m = 0; m < county->mines; m++)
        for (size_t p = 0; p < county->mine[m].projects; p++)
            project_row(table, &county->mine[m], &county->mine[m].project[p], indicators, day, language);
}
