/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/county_page_parts.h"

bool county_page_simulated(const struct county_view *view)
{
    for (size_t m = 0; m < view->county->mines; m++)
        if (view->mine[m] && view->county->mine[m].simulated)
            return true;
    return false;
}

/* --- cells --- */

void county_value_cell(struct table *table, const struct county_view *view, enum fact_kind kind, int64_t value,
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

void county_mine_cells(struct table *table, const struct county_view *view, const struct county_mine *mine)
{
    char shown[TITLE_MAX_BYTES + 64];
    snprintf(shown, sizeof shown, "%s%s%s", view->language == LANGUAGE_ZH ? mine->title_zh : mine->name,
             mine->simulated ? " " : "", mine->simulated ? word(WORD_SIMULATED, view->language) : "");
    table_cell(table, shown, mine->name);
    table_switch(table, mine->simulated);
}

void county_mine_columns(struct table *table, enum language language)
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
    county_value_cell(table, view, kind, fact->value, false);
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
    county_mine_cells(table, view, mine);
    capacity_cell(table, view, mine);
    for (int kind = 0; kind < FACT_KINDS; kind++)
        brief_cell(table, view, mine, (enum fact_kind)kind);
    table_integer(table, (int64_t)smart_faces(mine, view->day));
    for (size_t p = 0; p < mine->projects; p++)
        reached += county_project_reached(&mine->project[p], view->day);
    snprintf(projects, sizeof projects, "%zu/%zu", reached, mine->projects);
    table_cell(table, mine->projects ? projects : "-", projects);
    table_text(table, county_site(view->county, mine->name));
}

/* Short heads: the page is 100 columns wide. */
static void brief_columns(struct table *table, enum language language)
{
    static const char *const titles[FACT_KINDS] = {
        [FACT_SAFETY] = N_("safety"),  [FACT_EFFICIENCY] = N_("efficiency"), [FACT_SMART] = N_("smart"),
        [FACT_METHOD_110] = N_("110"), [FACT_BACKFILL] = N_("fill"),         [FACT_STATE] = N_("state"),
    };
    county_mine_columns(table, language);
    table_column(table, "capacity", say(language, "10^4 t/a"), COLUMN_NUMBER, COLUMN_PAGE);
    for (int kind = 0; kind < FACT_KINDS; kind++) {
        const struct fact_info *info = fact_info((enum fact_kind)kind);
        table_column(table, info->key, titles[kind] ? say(language, titles[kind]) : "",
                     info->form == FACT_AMOUNT ? COLUMN_NUMBER : COLUMN_TEXT, titles[kind] ? COLUMN_BOTH : COLUMN_DATA);
    }
    table_column(table, "smart_faces", say(language, "faces"), COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "projects_reached", say(language, "projects"), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "site", "", COLUMN_TEXT, COLUMN_DATA);
}

void county_page_mines(const struct county_view *view, struct table *table)
{
    brief_columns(table, view->language);
    for (int simulated = 0; simulated < 2; simulated++)
        for (size_t m = 0; m < view->county->mines; m++)
            if (view->mine[m] && view->county->mine[m].simulated == (simulated == 1))
                mine_row(view, &view->county->mine[m], table);
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
