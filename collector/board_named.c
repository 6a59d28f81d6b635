/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/board_named.h"

#include <inttypes.h>
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
        {"id", {"", ""}, COLUMN_TEXT, COLUMN_DATA},
        {"mine", {"mine", "煤矿"}, COLUMN_TEXT, COLUMN_BOTH},
        {"state", {"state", "状态"}, COLUMN_TEXT, COLUMN_BOTH},
        {"design_capacity", {"design 10^4 t/a", "设计万吨/年"}, COLUMN_NUMBER, COLUMN_BOTH},
        {"approved_capacity", {"approved 10^4 t/a", "核定万吨/年"}, COLUMN_NUMBER, COLUMN_BOTH},
        {"safety_grade", {"safety grade", "安全等级"}, COLUMN_TEXT, COLUMN_BOTH},
        {"smart_grade", {"smart grade", "智能化等级"}, COLUMN_TEXT, COLUMN_BOTH},
        {"indicator", {"", ""}, COLUMN_TEXT, COLUMN_DATA},
        {"project", {"project", "项目"}, COLUMN_TEXT, COLUMN_BOTH},
        {"step", {"step", "进展"}, COLUMN_TEXT, COLUMN_BOTH},
        {"year", {"year", "年份"}, COLUMN_TEXT, COLUMN_BOTH},
        {"document", {"", ""}, COLUMN_TEXT, COLUMN_DATA},
    };
    page_columns(table, columns, sizeof columns / sizeof *columns, language);
}

static void known_cell(struct table *table, const char *shown, const char *value)
{
    if (*value)
        table_cell(table, shown, value);
    else
        table_none(table);
}

static void capacity_cell(struct table *table, int64_t capacity)
{
    char text[24] = "";
    if (capacity)
        snprintf(text, sizeof text, "%" PRId64, capacity);
    known_cell(table, text, text);
}

static void project_row(struct table *table, const struct named_mine *mine, const struct named_project *project,
                        const struct indicators *indicators, enum language language)
{
    const struct indicator *indicator = indicator_of(indicators, project->indicator);
    const struct phrase state = {mine->state_en, mine->state_zh}, step = {project->step_en, project->step_zh};
    const struct phrase of = {indicator ? indicator->en : project->indicator,
                              indicator ? indicator->zh : project->indicator};
    table_row(table);
    table_text(table, mine->id);
    table_text(table, phrase_in((struct phrase){mine->en, mine->zh}, language));
    known_cell(table, phrase_in(state, language), state.en);
    capacity_cell(table, mine->design_capacity);
    capacity_cell(table, mine->approved_capacity);
    known_cell(table, mine->safety_grade, mine->safety_grade);
    known_cell(table, mine->smart_grade, mine->smart_grade);
    table_text(table, project->indicator);
    table_text(table, phrase_in(of, language));
    table_cell(table, phrase_in(step, language), step.en);
    table_text(table, project->year);
    table_text(table, project->source);
}

void board_named_fill(struct table *table, const struct named_mines *mines, const struct indicators *indicators,
                      enum language language)
{
    columns_add(table, language);
    for (size_t m = 0; m < mines->count; m++)
        for (size_t p = 0; p < mines->mine[m].projects; p++)
            project_row(table, &mines->mine[m], &mines->mine[m].project[p], indicators, language);
}
