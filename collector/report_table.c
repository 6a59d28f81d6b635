/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of a formal report as a table: the same columns for every quantity. */
#include <inttypes.h>
#include <stdio.h>

#include "collector/report_parts.h"

static void columns_add(const struct reporting *reporting, struct table *table)
{
    static const struct page_column columns[] = {
        {"date", "", COLUMN_DATE, COLUMN_DATA},
        {"last_date", "", COLUMN_DATE, COLUMN_DATA},
        {"shift", "", COLUMN_NUMBER, COLUMN_DATA},
        {"rank", N_("rank"), COLUMN_NUMBER, COLUMN_BOTH},
        {"mine", N_("mine"), COLUMN_TEXT, COLUMN_BOTH},
        {"quantity", "", COLUMN_TEXT, COLUMN_DATA},
        {"unit", "", COLUMN_TEXT, COLUMN_DATA},
        {"plan", N_("plan"), COLUMN_NUMBER, COLUMN_BOTH},
        {"done", N_("done"), COLUMN_NUMBER, COLUMN_BOTH},
        {"done_percent", N_("done %"), COLUMN_NUMBER, COLUMN_BOTH},
        {"day", N_("day so far"), COLUMN_NUMBER, COLUMN_BOTH},
        {"month", N_("month so far"), COLUMN_NUMBER, COLUMN_BOTH},
        {"year", N_("year so far"), COLUMN_NUMBER, COLUMN_BOTH},
        {"year_ago", "", COLUMN_NUMBER, COLUMN_DATA},
        {"on_year_ago_percent", N_("on year ago %"), COLUMN_NUMBER, COLUMN_BOTH},
        {"before", "", COLUMN_NUMBER, COLUMN_DATA},
        {"on_before_percent", N_("on before %"), COLUMN_NUMBER, COLUMN_BOTH},
        {"heading_advance_m", N_("heading m"), COLUMN_NUMBER, COLUMN_BOTH},
        {"shipped", N_("shipped"), COLUMN_NUMBER, COLUMN_BOTH},
        {"stock", N_("stock"), COLUMN_NUMBER, COLUMN_BOTH},
        {"closed_version", N_("closed as"), COLUMN_NUMBER, COLUMN_BOTH},
        {"closed_at", "", COLUMN_DATE, COLUMN_DATA},
        {"prepared_by", "", COLUMN_TEXT, COLUMN_DATA},
        {"checked_by", "", COLUMN_TEXT, COLUMN_DATA},
        {"now", "", COLUMN_NUMBER, COLUMN_DATA},
        {"quality", N_("quality"), COLUMN_TEXT, COLUMN_BOTH},
        {"estimated", "", COLUMN_NUMBER, COLUMN_DATA},
        {"open_work", "", COLUMN_NUMBER, COLUMN_DATA},
        {"running", "", COLUMN_SWITCH, COLUMN_DATA},
        {"simulated", "", COLUMN_SWITCH, COLUMN_DATA},
    };
    page_columns(table, columns, sizeof columns / sizeof *columns, reporting->form.language);
}

/* --- cells --- */

static const struct amount_style metres = {3, 1};

static void amount_add_cell(struct table *table, struct report_amount amount, struct amount_style style)
{
    if (amount.known)
        table_amount(table, amount.amount, style);
    else
        table_none(table);
}

static void share_cell(struct table *table, int64_t part, struct report_amount whole)
{
    if (whole.known && whole.amount > 0)
        table_share(table, share_permille(part, whole.amount));
    else
        table_none(table);
}

/* What there was, and by how much there is more now. */
static void pair_cells(struct table *table, struct report_pair pair, struct amount_style style)
{
    char shown[PERCENT_TEXT_BYTES], value[PERCENT_TEXT_BYTES];
    amount_add_cell(table, (struct report_amount){pair.known, pair.then}, style);
    if (pair.known && comparison_percent(amount_less(pair.now, pair.then), pair.then, shown, value))
        table_cell(table, shown, value);
    else
        table_none(table);
}

static bool is_running(const struct reporting *reporting, size_t mine)
{
    const struct calendar_span span = report_span_of(reporting, mine);
    const int64_t now_ms = reporting->production.selection.now_ms;
    return now_ms >= span.from_ms && now_ms < span.to_ms;
}

static void name_cells(const struct reporting *reporting, struct table *table, const struct report_row *row)
{
    const struct selection *selection = &reporting->production.selection;
    const struct roster_mine *mine = &selection->roster->mine[row->mine];
    const struct quantity *known = quantity_find(reporting->quantity);
    const struct period days = reporting->production.own;
    char from[DATE_TEXT_BYTES], to[DATE_TEXT_BYTES], name[TITLE_MAX_BYTES + 32], value[24];
    const bool mark = selection->simulated && !selection->all_simulated && mine->simulated;
    civil_format(days.from, from);
    civil_format(days.to - 1, to);
    table_text(table, from);
    table_text(table, to);
    if (reporting->shift >= 0)
        table_integer(table, reporting->shift + 1);
    else
        table_none(table);
    snprintf(value, sizeof value, "%zu", row->rank);
    table_cell(table, row->rank ? value : NULL, row->rank ? value : NULL);
    snprintf(name, sizeof name, "%s%s%s", mine_title(mine, reporting->form.language), mark ? " " : "",
             mark ? word(WORD_SIMULATED, reporting->form.language) : "");
    table_cell(table, name, mine->name);
    table_text(table, reporting->quantity);
    table_text(table, known ? known->unit : "");
}

static void version_cells(const struct reporting *reporting, struct table *table, const struct report_row *row)
{
    const struct production *production = &reporting->production;
    char shown[32], value[24];
    if (row->closed) {
        snprintf(value, sizeof value, "%" PRId64, row->version.version);
        snprintf(shown, sizeof shown, "v%s", value);
        table_cell(table, shown, value);
        page_instant_whole(table, row->version.at_ms);
        table_text(table, row->version.prepared_by);
        table_text(table, row->version.checked_by);
        return;
    }
    const bool over = production->selection.now_ms >= report_span_of(reporting, row->mine).to_ms;
    const bool good = closing_reportable(&row->figure, production->selection.settings.unknown_ppm);
    const char *state = !over ? N_("running") : good ? N_("provisional") : N_("NOT REPORTABLE");
    table_cell(table, row->figure.any ? say(reporting->form.language, state) : NULL, NULL);
    table_mark(table, over && good ? MARK_NONE : MARK_AMBER);
    for (int i = 0; i < 3; i++)
        table_cell(table, "", NULL);
}

static struct assessment row_assess(struct reporting *reporting, const struct report_row *row)
{
    struct production *production = &reporting->production;
    const struct roster *roster = production->selection.roster;
    const struct calendar_span span = report_span_of(reporting, row->mine);
    struct assessment assessment;
    bool before = row->figure.meters > 0;
    for (size_t i = 0; i < roster->meters; i++)
        if (roster->meter[i].mine == row->mine && meter_reports(&roster->meter[i], reporting->quantity))
            before &= report_first(production->report, i).at_ms >= span.to_ms;
    assess_begin(&assessment, &row->figure, production->selection.now_ms >= span.from_ms, before);
    for (size_t i = 0; i < roster->meters; i++)
        if (roster->meter[i].mine == row->mine && meter_reports(&roster->meter[i], reporting->quantity) &&
            (roster->meter[i].active || report_first(production->report, i).at_ms))
            assess_meter(&assessment, &production->page, production->report, i, span, false);
    return assessment;
}

static void quality_cells(struct reporting *reporting, struct table *table, const struct report_row *row)
{
    const struct amount_style style = reporting->production.selection.style;
    const struct assessment assessment = row_assess(reporting, row);
    char shown[128];
    amount_add_cell(table, (struct report_amount){row->figure.any, row->figure.reported}, style);
    assess_show(&assessment, reporting->production.own.from, reporting->form.language, shown);
    table_cell(table, shown, standing_name(assessment.standing));
    table_mark(table, assess_mark(&assessment));
    table_amount(table, row->figure.estimated, style);
    table_integer(table, (int64_t)row->figure.open);
    table_switch(table, is_running(reporting, row->mine));
    table_switch(table, reporting->production.selection.roster->mine[row->mine].simulated);
}

static void row_cells(struct reporting *reporting, struct table *table, const struct report_row *row)
{
    const struct amount_style style = reporting->production.selection.style;
    table_row(table);
    name_cells(reporting, table, row);
    amount_add_cell(table, row->plan, style);
    amount_add_cell(table, row->done, style);
    share_cell(table, row->done.amount, (struct report_amount){row->done.known && row->plan.known, row->plan.amount});
    amount_add_cell(table, row->day, style);
    amount_add_cell(table, row->month, style);
    amount_add_cell(table, row->year, style);
    pair_cells(table, row->year_ago, style);
    pair_cells(table, row->before, style);
    amount_add_cell(table, row->advance, metres);
    amount_add_cell(table, row->shipped, style);
    amount_add_cell(table, row->stock, style);
    version_cells(reporting, table, row);
    quality_cells(reporting, table, row);
}

/* --- the total --- */

static void row_sum(struct report_sums *sums, const struct report_row *row, struct amount_style style)
{
    const struct {
        struct column_sum *sum;
        struct report_amount amount;
    } terms[] = {
        {&sums->done, row->done},
        {&sums->plan, row->plan},
        {&sums->planned, {row->plan.known && row->done.known, row->done.amount}},
        {&sums->day, row->day},
        {&sums->month, row->month},
        {&sums->year, row->year},
        {&sums->shipped, row->shipped},
        {&sums->stock, row->stock},
        {&sums->year_now, {row->year_ago.known, row->year_ago.now}},
        {&sums->year_then, {row->year_ago.known, row->year_ago.then}},
        {&sums->before_now, {row->before.known, row->before.now}},
        {&sums->before_then, {row->before.known, row->before.then}},
    };
    for (size_t i = 0; i < sizeof terms / sizeof *terms; i++)
        if (terms[i].amount.known)
            column_sum_add(terms[i].sum, terms[i].amount.amount, style, true);
    if (row->advance.known)
        column_sum_add(&sums->advance, row->advance.amount, metres, true);
}

static void sum_cell(struct table *table, const struct column_sum *sum, struct amount_style style)
{
    amount_add_cell(table, (struct report_amount){sum->any, sum->exact}, style);
}

static struct report_pair pair_sum(const struct column_sum *now, const struct column_sum *then)
{
    return (struct report_pair){now->any, false, now->exact, then->exact};
}

static void total_cells(const struct reporting *reporting, struct table *table, const struct report_sums *sums)
{
    const struct amount_style style = reporting->production.selection.style;
    table_row(table);
    table_row_page_only(table);
    table_mark(table, MARK_STRONG);
    for (int i = 0; i < 4; i++)
        table_text(table, "");
    table_text(table, word(WORD_TOTAL, reporting->form.language));
    table_text(table, "");
    table_text(table, "");
    sum_cell(table, &sums->plan, style);
    sum_cell(table, &sums->done, style);
    share_cell(table, sums->planned.exact, (struct report_amount){sums->plan.any, sums->plan.exact});
    sum_cell(table, &sums->day, style);
    sum_cell(table, &sums->month, style);
    sum_cell(table, &sums->year, style);
    pair_cells(table, pair_sum(&sums->year_now, &sums->year_then), style);
    pair_cells(table, pair_sum(&sums->before_now, &sums->before_then), style);
    sum_cell(table, &sums->advance, metres);
    sum_cell(table, &sums->shipped, style);
    sum_cell(table, &sums->stock, style);
}

struct table *report_table(struct reporting *reporting, struct report_sums *sums)
{
    const struct report_row *row = reporting->rows.at;
    struct table *table = table_new();
    if (!table)
        return NULL;
    columns_add(reporting, table);
    for (size_t i = 0; i < reporting->counted; i++) {
        row_cells(reporting, table, &row[i]);
        row_sum(sums, &row[i], reporting->production.selection.style);
    }
    if (reporting->counted > 1)
        total_cells(reporting, table, sums);
    for (size_t i = reporting->counted; i < reporting->rows.count; i++)
        row_cells(reporting, table, &row[i]);
    return table;
}

void report_rounding(const struct reporting *reporting, const struct report_sums *sums, struct text *line)
{
    const struct {
        const struct column_sum *sum;
        const char *title;
        struct amount_style style;
    } columns[] = {
        {&sums->plan, N_("plan"), reporting->production.selection.style},
        {&sums->done, N_("done"), reporting->production.selection.style},
        {&sums->day, N_("day so far"), reporting->production.selection.style},
        {&sums->month, N_("month so far"), reporting->production.selection.style},
        {&sums->year, N_("year so far"), reporting->production.selection.style},
        {&sums->advance, N_("heading m"), metres},
        {&sums->shipped, N_("shipped"), reporting->production.selection.style},
        {&sums->stock, N_("stock"), reporting->production.selection.style},
    };
    for (size_t i = 0; i < sizeof columns / sizeof *columns && reporting->counted > 1; i++)
        column_sum_note(columns[i].sum, say(reporting->form.language, columns[i].title), columns[i].style,
                        reporting->form.language, line);
}
