/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>

#include "collector/production_parts.h"

/* All meters of a line have one calendar and one unit. */
static const struct roster_meter *line_meter(const struct production *production, const struct line *line)
{
    return &production->selection.roster->meter[line->meter[0]];
}

/* --- cells --- */

void amount_cell(const struct production *production, int64_t amount, bool known)
{
    char shown[AMOUNT_TEXT_MAX], value[AMOUNT_TEXT_MAX];
    if (!known) {
        table_cell(production->table, "-", NULL);
        return;
    }
    amount_show(amount, production->selection.style, shown);
    amount_plain(amount, value);
    table_cell(production->table, shown, value);
}

void sum_add(const struct production *production, struct column_sum *sum, int64_t amount, bool known)
{
    sum->exact = amount_add(sum->exact, amount);
    sum->shown = amount_add(sum->shown, amount_round(amount, production->selection.style));
    sum->any |= known;
}

static void name_cells(struct production *production, const struct line *line)
{
    const struct selection *selection = &production->selection;
    const struct roster_mine *mine = &selection->roster->mine[line->mine];
    const struct roster_meter *meter = line_meter(production, line);
    char date[11], last[11], name[TITLE_MAX_BYTES + 32];
    const bool mixed = selection->simulated && !selection->all_simulated && mine->simulated;
    civil_format(production->own.from, date);
    civil_format(production->day, last);
    snprintf(name, sizeof name, "%s%s%s", mine_title(mine, selection->language), mixed ? " " : "",
             mixed ? word(WORD_SIMULATED, selection->language) : "");
    table_text(production->table, date);
    if (production->kind == PRODUCTION_SPAN || production->kind == PRODUCTION_DEKAD)
        table_text(production->table, last);
    table_cell(production->table, name, mine->name);
    table_text(production->table, line->quantity);
    table_text(production->table, meter->unit);
    if (selection->meters) {
        table_text(production->table, meter->name);
        table_text(production->table, meter->main ? "main" : "check");
    }
}

static void quality_cells(struct production *production, const struct line *line, const struct figure *figure,
                          const struct assessment *assessment, struct calendar_span span)
{
    char shown[128], value[AMOUNT_TEXT_MAX], since[20] = "";
    const int64_t now_ms = production->selection.now_ms;
    int64_t share = share_permille(figure->good_ms, figure->span_ms);
    share = share > 1000 ? 1000 : share < 0 ? 0 : share;
    share_show(share, shown);
    snprintf(value, sizeof value, "%" PRId64 ".%" PRId64, share / 10, share % 10);
    if (figure->span_ms)
        table_cell(production->table, shown, value);
    else
        table_none(production->table);
    assess_show(assessment, production->own.from, production->selection.language, shown);
    table_cell(production->table, shown, standing_name(assessment->standing));
    table_mark(production->table, assess_mark(assessment));
    amount_cell(production, figure->estimated, true);
    snprintf(value, sizeof value, "%zu", figure->open);
    table_cell(production->table, value, value);
    if (figure->since_ms)
        instant_format(figure->since_ms, since);
    table_cell(production->table, since, figure->since_ms ? since : NULL);
    table_switch(production->table, now_ms >= span.from_ms && now_ms < span.to_ms);
    table_switch(production->table, production->selection.roster->mine[line->mine].simulated);
}

/* --- rows --- */

/* Whether any meter had been read by then: before, there is no sum, not one of 0. */
static bool line_begun(struct production *production, const struct line *line, int64_t by_ms)
{
    for (size_t i = 0; i < line->meters; i++) {
        const int64_t first_ms = report_first(production->report, line->meter[i]).at_ms;
        if (first_ms && first_ms < by_ms)
            return true;
    }
    return false;
}

static struct assessment line_assess(struct production *production, const struct line *line,
                                     const struct figure *figure, struct calendar_span span)
{
    struct assessment assessment;
    bool before = true;
    for (size_t i = 0; i < line->meters; i++)
        before &= report_first(production->report, line->meter[i]).at_ms >= span.to_ms;
    assess_begin(&assessment, figure, production->selection.now_ms >= span.from_ms, before);
    for (size_t i = 0; i < line->meters; i++) {
        assess_meter(&assessment, &production->page, production->report, line->meter[i], span, false);
        if (production->kind != PRODUCTION_DAY)
            continue;
        const struct report_day day = *report_day(production->report, line->meter[i], production->day);
        for (int s = 0; s < day.shifts; s++)
            assess_meter(&assessment, &production->page, production->report, line->meter[i], day.shift[s], true);
    }
    return assessment;
}

static void shift_cells(struct production *production, const struct line *line, struct row_sums *sums)
{
    for (int s = 0; s < production->shifts && s < SHIFTS_MAX; s++) {
        struct figure figure = {0};
        for (size_t i = 0; i < line->meters; i++)
            report_shift(production->report, line->meter[i], production->day, s, &figure);
        sum_add(production, &sums->shift[s], figure.metered, figure.any);
        amount_cell(production, figure.metered, figure.any);
    }
}

static int64_t line_metered(struct production *production, const struct line *line, struct period days)
{
    int64_t metered = 0;
    for (size_t i = 0; i < line->meters; i++)
        metered = amount_add(metered, report_metered(production->report, line->meter[i], days));
    return metered;
}

/* How many days of a period have gone, whole ones, and at least the one that runs. */
static int64_t days_gone(const struct production *production, struct period days)
{
    const civil_day today = production->selection.today;
    const civil_day to = today + 1 < days.to ? today + 1 : days.to;
    return to > days.from ? to - days.from : 1;
}

/* The month and the year up to the day, or to the dekad's end. */
static void to_date_cells(struct production *production, const struct line *line, bool begun, struct row_sums *sums)
{
    const civil_day month_start = month_days(production->month).from;
    const struct period month = {month_start, production->day + 1};
    const struct period before = {year_days(year_of(production->day)).from, month_start};
    const int64_t to_date = line_metered(production, line, month);
    const int64_t year = amount_add(to_date, line_metered(production, line, before));
    sum_add(production, &sums->month, to_date, begun);
    sum_add(production, &sums->year, year, begun);
    amount_cell(production, to_date, begun);
    amount_cell(production, year, begun);
}

static void month_cells(struct production *production, const struct line *line, bool begun, struct row_sums *sums)
{
    const int cutoff = production->selection.roster->mine[line->mine].month_cutoff;
    const struct period year = {year_days(year_of(production->day)).from, production->day + 1};
    const int64_t to_date = line_metered(production, line, year);
    sum_add(production, &sums->year, to_date, begun);
    if (cutoff)
        amount_cell(production, line_metered(production, line, month_days_to(production->month, cutoff)), true);
    else
        table_none(production->table);
    amount_cell(production, to_date, begun);
}

static void total_cells(struct production *production, const struct line *line, const struct figure *figure,
                        int64_t end_ms, struct row_sums *sums)
{
    const bool begun = line_begun(production, line, end_ms);
    sum_add(production, &sums->own, figure->metered, figure->any);
    amount_cell(production, figure->metered, figure->any);
    if (production->comparing) {
        comparison_cells(production, line, sums);
        return;
    }
    if (production->kind != PRODUCTION_DAY)
        amount_cell(production, figure->metered / days_gone(production, production->own), figure->any);
    if (production->kind == PRODUCTION_DAY || production->kind == PRODUCTION_DEKAD)
        to_date_cells(production, line, begun, sums);
    if (production->kind == PRODUCTION_MONTH)
        month_cells(production, line, begun, sums);
}

/* One row of the pages of a day and of what is longer. */
static void wide_row(struct production *production, const struct line *line, struct row_sums *sums)
{
    struct figure figure = {0};
    const struct calendar_span span = report_span(production->report, line->meter[0], production->own);
    struct row_sums unused = {0};
    for (size_t i = 0; i < line->meters; i++)
        report_days(production->report, line->meter[i], production->own, &figure);
    if (figure.meters == 0) {
        comparison_gone(production, line);
        return;
    }
    if (!line_meter(production, line)->main)
        sums = &unused;
    table_row(production->table);
    name_cells(production, line);
    if (production->kind == PRODUCTION_DAY && !production->comparing)
        shift_cells(production, line, sums);
    total_cells(production, line, &figure, span.to_ms, sums);
    const struct assessment assessment = line_assess(production, line, &figure, span);
    quality_cells(production, line, &figure, &assessment, span);
}

static void instant_cell(struct production *production, int64_t at_ms)
{
    char text[20];
    instant_format(at_ms, text);
    table_text(production->table, text);
}

/* One row of the pages shift and hours. */
static void part_row(struct production *production, const struct line *line, const char *part, const char *key,
                     struct calendar_span span, const struct figure *figure, int64_t so_far)
{
    table_row(production->table);
    name_cells(production, line);
    instant_cell(production, span.from_ms);
    instant_cell(production, span.to_ms);
    table_cell(production->table, part, key);
    amount_cell(production, figure->metered, figure->any);
    amount_cell(production, so_far, figure->any);
    const struct assessment assessment = line_assess(production, line, figure, span);
    quality_cells(production, line, figure, &assessment, span);
}

static void shift_rows(struct production *production, const struct line *line)
{
    const struct roster_meter *first = line_meter(production, line);
    int64_t so_far = 0;
    for (int s = 0; s < calendar_rule_of(first->calendar, production->day)->shifts; s++) {
        struct figure figure = {0};
        char part[SHIFT_NAME_BYTES + 8], key[8];
        for (size_t i = 0; i < line->meters; i++)
            report_shift(production->report, line->meter[i], production->day, s, &figure);
        so_far = amount_add(so_far, figure.metered);
        if (figure.meters == 0 || (production->shift >= 0 && production->shift != s))
            continue;
        shift_show(production, first->calendar, s, part, sizeof part);
        snprintf(key, sizeof key, "%d", s + 1);
        part_row(production, line, part, key, calendar_shift(first->calendar, production->day, s), &figure, so_far);
    }
}

/* Clock hours; a shift that starts within one ends the row there. */
static void hour_rows(struct production *production, const struct line *line)
{
    const struct roster_meter *first = line_meter(production, line);
    const struct calendar_span day = calendar_day(first->calendar, production->day);
    int64_t so_far = 0;
    for (struct calendar_span span = calendar_bucket(first->calendar, day.from_ms); span.from_ms < day.to_ms;
         span = calendar_bucket(first->calendar, span.to_ms)) {
        struct figure figure = {0};
        char part[32];
        if (span.from_ms > production->selection.now_ms)
            break;
        for (size_t i = 0; i < line->meters; i++)
            report_buckets(production->report, line->meter[i], span, &figure);
        if (figure.meters == 0)
            return;
        so_far = amount_add(so_far, figure.metered);
        hours_show(span, part, sizeof part);
        part_row(production, line, part, part, span, &figure, so_far);
    }
}

void line_rows(struct production *production, const struct line *line, struct row_sums *sums)
{
    if (production->kind == PRODUCTION_SHIFT)
        shift_rows(production, line);
    else if (production->kind == PRODUCTION_HOURS)
        hour_rows(production, line);
    else
        wide_row(production, line, sums);
}

static void total_cells_below(struct production *production, const struct row_sums *sums)
{
    const enum production_kind kind = production->kind;
    for (int s = 0; s < production->shifts && kind == PRODUCTION_DAY; s++)
        amount_cell(production, sums->shift[s].exact, sums->shift[s].any);
    amount_cell(production, sums->own.exact, sums->own.any);
    if (kind != PRODUCTION_DAY)
        amount_cell(production, sums->own.exact / days_gone(production, production->own), sums->own.any);
    if (kind == PRODUCTION_DAY || kind == PRODUCTION_DEKAD)
        amount_cell(production, sums->month.exact, sums->month.any);
    if (kind == PRODUCTION_MONTH)
        table_text(production->table, "");
    if (kind == PRODUCTION_DAY || kind == PRODUCTION_DEKAD || kind == PRODUCTION_MONTH)
        amount_cell(production, sums->year.exact, sums->year.any);
}

void total_row(struct production *production, const struct row_sums *sums)
{
    struct table *table = production->table;
    if (production->kind < PRODUCTION_DAY || table_rows(table) < 2)
        return;
    table_row(table);
    table_row_page_only(table);
    table_mark(table, MARK_STRONG);
    table_text(table, "");
    if (production->kind == PRODUCTION_SPAN || production->kind == PRODUCTION_DEKAD)
        table_text(table, "");
    table_text(table, word(WORD_TOTAL, production->selection.language));
    table_text(table, "");
    table_text(table, "");
    for (int i = 0; i < 2 && production->selection.meters; i++)
        table_text(table, "");
    if (production->comparing) {
        amount_cell(production, sums->own.exact, sums->own.any);
        comparison_total(production, sums);
        return;
    }
    total_cells_below(production, sums);
}

bool sum_rounded(const struct production *production, const struct column_sum *sum)
{
    return amount_round(sum->exact, production->selection.style) != sum->shown;
}

bool sums_rounded(const struct production *production, const struct row_sums *sums)
{
    bool rounded = sum_rounded(production, &sums->own) || sum_rounded(production, &sums->month) ||
                   sum_rounded(production, &sums->year) || sum_rounded(production, &sums->now) ||
                   sum_rounded(production, &sums->then);
    for (int s = 0; s < SHIFTS_MAX; s++)
        rounded |= sum_rounded(production, &sums->shift[s]);
    return rounded;
}
