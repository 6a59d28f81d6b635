/* SPDX-License-Identifier: Apache-2.0 */
/* The roster, a row for each thing known of a mine. */
#include "collector/county_page_parts.h"

static void day_cell(struct table *table, civil_day day)
{
    char text[DATE_TEXT_BYTES];
    civil_format(day, text);
    if (day == COUNTY_OPEN)
        table_none(table);
    else
        table_text(table, text);
}

static void source_cells(struct table *table, const char *source, const char *definition)
{
    char both[2 * SOURCE_BYTES + 4];
    snprintf(both, sizeof both, "%s%s%s", source, *definition ? ": " : "", definition);
    table_text(table, definition);
    table_cell(table, both, source);
}

/* A row of any kind, up to its dates. */
static void known_row(const struct county_view *view, struct table *table, const struct county_mine *mine,
                      const char *kind, const char *title, const char *key)
{
    table_row(table);
    county_mine_cells(table, view, mine);
    table_text(table, kind);
    table_cell(table, title, key);
}

static void fact_row(const struct county_view *view, struct table *table, const struct county_mine *mine,
                     const struct county_fact *fact)
{
    const struct fact_info *info = fact_info(fact->kind);
    known_row(view, table, mine, fact->supposed ? "supposed" : "fact", say(view->language, info->title), info->key);
    if (fact->supposed)
        table_mark(table, MARK_AMBER);
    county_value_cell(table, view, fact->kind, fact->value, true);
    day_cell(table, fact->from);
    day_cell(table, fact->to);
    if (fact->supposed)
        source_cells(table, say(view->language, "supposed"), "");
    else
        source_cells(table, fact->source, fact->definition);
}

static void facts_add(const struct county_view *view, struct table *table, const struct county_mine *mine)
{
    for (size_t i = 0; i < mine->facts; i++) {
        const struct county_fact *fact = &mine->fact[i];
        if (view->fact != FACT_KINDS && fact->kind != view->fact)
            continue;
        if (view->history || county_fact(mine, fact->kind, view->day) == fact)
            fact_row(view, table, mine, fact);
    }
}

static void stretch_row(const struct county_view *view, struct table *table, const struct county_mine *mine,
                        const struct county_face *face, const struct county_stretch *stretch)
{
    char shown[AMOUNT_TEXT_MAX], exact[AMOUNT_TEXT_MAX], derived[AMOUNT_TEXT_MAX + 64], title[ID_BYTES + 64];
    snprintf(title, sizeof title, say(view->language, "%s, method 110"), face->name);
    amount_show(stretch->coal_kg, (struct amount_style){3, 0}, shown);
    amount_plain(stretch->coal_kg, exact);
    snprintf(derived, sizeof derived, say(view->language, "%s t, derived"), shown);
    known_row(view, table, mine, "method_110", title, face->name);
    table_cell(table, derived, exact);
    day_cell(table, stretch->from);
    day_cell(table, stretch->to);
    source_cells(table, face->source, face->definition);
}

static void face_row(const struct county_view *view, struct table *table, const struct county_mine *mine,
                     const struct county_face *face)
{
    char title[ID_BYTES + 64];
    const bool smart = face->smart_from != COUNTY_OPEN;
    snprintf(title, sizeof title,
             say(view->language, face->kind == FACE_MINING ? N_("mining face %s") : N_("heading face %s")), face->name);
    known_row(view, table, mine, face->kind == FACE_MINING ? "mining" : "heading", title, face->name);
    table_cell(table, smart ? say(view->language, "smart") : "-", smart ? "smart" : "");
    day_cell(table, face->smart_from);
    day_cell(table, face->closed);
    source_cells(table, face->source, face->definition);
}

static void faces_add(const struct county_view *view, struct table *table, const struct county_mine *mine)
{
    for (size_t f = 0; f < mine->faces; f++) {
        const struct county_face *face = &mine->face[f];
        const bool begun = face->smart_from == COUNTY_OPEN || face->smart_from <= view->day;
        if (view->history || (begun && view->day < face->closed))
            face_row(view, table, mine, face);
        for (size_t s = 0; s < face->stretches; s++)
            if (view->history || (face->stretch[s].from <= view->day && view->day < face->stretch[s].to))
                stretch_row(view, table, mine, face, &face->stretch[s]);
    }
}

static const char *project_title(const struct county_view *view, const struct county_project *project)
{
    const struct indicator *indicator = view->indicators ? indicator_named(view->indicators, project->indicator) : NULL;
    return indicator ? indicator_title(indicator, view->language) : project->indicator;
}

static void projects_add(const struct county_view *view, struct table *table, const struct county_mine *mine)
{
    for (size_t p = 0; p < mine->projects; p++) {
        const struct county_project *project = &mine->project[p];
        const bool reached = county_project_reached(project, view->day);
        char step[128];
        snprintf(step, sizeof step, say(view->language, reached ? N_("%s, reached") : N_("%s, plan")),
                 say(view->language, project->step));
        known_row(view, table, mine, reached ? "reached" : "intended", project_title(view, project),
                  project->indicator);
        table_cell(table, step, project->step_word);
        if (project->on == COUNTY_OPEN)
            table_text(table, project->year);
        else
            day_cell(table, project->on);
        table_none(table);
        source_cells(table, project->source, project->definition);
    }
}

static void known_columns(struct table *table, enum language language)
{
    county_mine_columns(table, language);
    table_column(table, "kind", "", COLUMN_TEXT, COLUMN_DATA);
    table_column(table, "fact", say(language, "what is known"), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "value", say(language, "value"), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "from", say(language, "from"), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "to", say(language, "until"), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "definition", "", COLUMN_TEXT, COLUMN_DATA);
    table_column(table, "source", say(language, "source"), COLUMN_TEXT, COLUMN_BOTH);
}

void county_page_facts(const struct county_view *view, struct table *table)
{
    known_columns(table, view->language);
    table_fold(table, PAGE_COLUMNS);
    for (int simulated = 0; simulated < 2; simulated++) {
        for (size_t m = 0; m < view->county->mines; m++) {
            const struct county_mine *mine = &view->county->mine[m];
            if (!view->mine[m] || mine->simulated != (simulated == 1))
                continue;
            facts_add(view, table, mine);
            if (view->fact == FACT_KINDS) {
                faces_add(view, table, mine);
                projects_add(view, table, mine);
            }
        }
    }
}
