/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/county_page.h"

#include <string.h>

bool county_page_simulated(const struct county_view *view)
{
    for (size_t m = 0; m < view->county->mines; m++)
        if (view->mine[m] && view->county->mine[m].simulated)
            return true;
    return false;
}

/* --- cells --- */

static void value_cell(struct table *table, const struct county_view *view, enum fact_kind kind, int64_t value,
                       bool unit)
{
    struct text shown = {0}, written = {0};
    fact_value_write(kind, value, &written);
    if (fact_info(kind)->form == FACT_AMOUNT && !unit)
        fact_value_write(kind, value, &shown); /* its unit stands over the column */
    else
        fact_value_say(kind, value, view->language, &shown);
    table_cell(table, shown.at ? shown.at : "", written.at ? written.at : "");
    text_free(&shown);
    text_free(&written);
}

static void day_cell(struct table *table, civil_day day)
{
    char text[DATE_TEXT_BYTES];
    civil_format(day, text);
    if (day == COUNTY_OPEN)
        table_none(table);
    else
        table_text(table, text);
}

static void mine_cells(struct table *table, const struct county_view *view, const struct county_mine *mine)
{
    char shown[TITLE_MAX_BYTES + 64];
    snprintf(shown, sizeof shown, "%s%s%s", view->language == LANGUAGE_ZH ? mine->title_zh : mine->name,
             mine->simulated ? " " : "", mine->simulated ? word(WORD_SIMULATED, view->language) : "");
    table_cell(table, shown, mine->name);
    table_switch(table, mine->simulated);
}

static void mine_columns(struct table *table, enum language language)
{
    table_column(table, "mine", word(WORD_MINE, language), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "simulated", "", COLUMN_SWITCH, COLUMN_DATA);
}

/* --- a row a mine --- */

static void brief_cell(struct table *table, const struct county_view *view, const struct county_mine *mine,
                       enum fact_kind kind)
{
    const struct county_fact *fact = county_fact(mine, kind, view->day);
    if (!fact) {
        table_none(table);
        return;
    }
    value_cell(table, view, kind, fact->value, false);
    if (fact->supposed)
        table_mark(table, MARK_AMBER);
}

/* The approved one, or in brackets the designed one. */
static void capacity_cell(struct table *table, const struct county_view *view, const struct county_mine *mine)
{
    const struct county_fact *approved = county_fact(mine, FACT_APPROVED, view->day);
    const struct county_fact *fact = approved ? approved : county_fact(mine, FACT_DESIGNED, view->day);
    struct text shown = {0};
    if (fact) {
        text_add(&shown, approved ? "" : "(");
        fact_value_write(fact->kind, fact->value, &shown);
        text_add(&shown, approved ? "" : ")");
    }
    table_text(table, shown.at ? shown.at : "-");
    if (fact && fact->supposed)
        table_mark(table, MARK_AMBER);
    text_free(&shown);
}

static size_t smart_faces(const struct county_mine *mine, civil_day day)
{
    size_t count = 0;
    for (size_t f = 0; f < mine->faces; f++)
        count += mine->face[f].smart_from <= day;
    return count;
}

static void mine_row(const struct county_view *view, const struct county_mine *mine, struct table *table)
{
    size_t reached = 0;
    char projects[48];
    table_row(table);
    mine_cells(table, view, mine);
    capacity_cell(table, view, mine);
    for (int kind = 0; kind < FACT_KINDS; kind++)
        brief_cell(table, view, mine, (enum fact_kind)kind);
    table_integer(table, (int64_t)smart_faces(mine, view->day));
    for (size_t p = 0; p < mine->projects; p++)
        reached += county_project_reached(&mine->project[p], view->day);
    snprintf(projects, sizeof projects, "%zu/%zu", reached, mine->projects);
    table_cell(table, mine->projects ? projects : "-", projects);
}

/* Short heads: the page is 100 columns wide. */
static void brief_columns(struct table *table, enum language language)
{
    static const char *const titles[FACT_KINDS] = {
        [FACT_SAFETY] = N_("safety"),  [FACT_EFFICIENCY] = N_("efficiency"), [FACT_SMART] = N_("smart"),
        [FACT_METHOD_110] = N_("110"), [FACT_BACKFILL] = N_("fill"),         [FACT_STATE] = N_("state"),
    };
    mine_columns(table, language);
    table_column(table, "capacity", say(language, "10^4 t/a"), COLUMN_NUMBER, COLUMN_PAGE);
    for (int kind = 0; kind < FACT_KINDS; kind++) {
        const struct fact_info *info = fact_info((enum fact_kind)kind);
        table_column(table, info->key, titles[kind] ? say(language, titles[kind]) : "",
                     info->form == FACT_AMOUNT ? COLUMN_NUMBER : COLUMN_TEXT, titles[kind] ? COLUMN_BOTH : COLUMN_DATA);
    }
    table_column(table, "smart_faces", say(language, "faces"), COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "projects_reached", say(language, "projects"), COLUMN_TEXT, COLUMN_BOTH);
}

void county_page_mines(const struct county_view *view, struct table *table)
{
    brief_columns(table, view->language);
    for (int simulated = 0; simulated < 2; simulated++)
        for (size_t m = 0; m < view->county->mines; m++)
            if (view->mine[m] && view->county->mine[m].simulated == (simulated == 1))
                mine_row(view, &view->county->mine[m], table);
}

/* --- a row a fact --- */

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
    mine_cells(table, view, mine);
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
    value_cell(table, view, fact->kind, fact->value, true);
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

static void projects_add(const struct county_view *view, struct table *table, const struct county_mine *mine)
{
    for (size_t p = 0; p < mine->projects; p++) {
        const struct county_project *project = &mine->project[p];
        const bool reached = county_project_reached(project, view->day);
        char step[128];
        snprintf(step, sizeof step, say(view->language, reached ? N_("%s, reached") : N_("%s, plan")),
                 say(view->language, project->step));
        known_row(view, table, mine, reached ? "reached" : "intended", project->indicator, project->indicator);
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
    mine_columns(table, language);
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

/* --- sums --- */

void county_page_sums(const struct county_view *view, struct page *page)
{
    for (int simulated = 0; simulated < 2; simulated++) {
        size_t mines = 0, producing = 0;
        int64_t sum_kg = 0, capacity_kg = 0;
        char capacity[AMOUNT_TEXT_MAX], line[256];
        for (size_t m = 0; m < view->county->mines; m++) {
            const struct county_mine *mine = &view->county->mine[m];
            if (!view->mine[m] || mine->simulated != (simulated == 1))
                continue;
            mines++;
            if (!county_state(mine, view->day, MINE_PRODUCING))
                continue;
            producing++;
            if (county_capacity(mine, view->day, &capacity_kg))
                sum_kg = amount_add(sum_kg, capacity_kg);
        }
        if (mines == 0)
            continue;
        amount_show(sum_kg, (struct amount_style){7, 1}, capacity);
        snprintf(line, sizeof line,
                 simulated ? say(view->language, "simulated mines: %zu, %zu of them producing, capacity %s 10^4 t/a")
                           : say(view->language, "real mines: %zu, %zu of them producing, capacity %s 10^4 t/a"),
                 mines, producing, capacity);
        page_line(page, line);
    }
}
