/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>

#include "collector/gathered.h"
#include "collector/production_parts.h"

/* --- cells --- */

void amount_cell(const struct production *production, int64_t amount, bool known)
{
    if (known)
        table_amount(production->table, amount, production->selection.style);
    else
        table_cell(production->table, "-", NULL);
}

void sum_add(const struct production *production, struct column_sum *sum, int64_t amount, bool known)
{
    column_sum_add(sum, amount, production->selection.style, known);
}

void mine_cell(const struct production *production, struct table *table, size_t mine)
{
    const struct selection *selection = &production->selection;
    const struct roster_mine *of = &selection->roster->mine[mine];
    const bool mixed = selection->simulated && !selection->all_simulated && of->simulated;
    char name[TITLE_MAX_BYTES + 32];
    snprintf(name, sizeof name, "%s%s%s", mine_title(of, selection->language), mixed ? " " : "",
             mixed ? word(WORD_SIMULATED, selection->language) : "");
    table_cell(table, name, of->name);
}

static void name_cells(struct production *production, const struct line *line)
{
    const struct selection *selection = &production->selection;
    char date[DATE_TEXT_BYTES], last[DATE_TEXT_BYTES];
    civil_format(production->own.from, date);
    civil_format(production->day, last);
    table_text(production->table, date);
    if (production->kind == PRODUCTION_SPAN || production->kind == PRODUCTION_DEKAD)
        table_text(production->table, last);
    mine_cell(production, production->table, line->mine);
    table_text(production->table, line->quantity);
    table_text(production->table, line->unit);
    if (selection->meters && line->meters) {
        table_text(production->table, selection->roster->meter[line->meter[0]].name);
        table_cell(production->table, word(line->main ? WORD_ROLE_MAIN : WORD_ROLE_CHECK, selection->language),
                   line->main ? "main" : "check");
    } else if (selection->meters) {
        table_cell(production->table, word(WORD_ADDED, selection->language), "");
        table_text(production->table, "");
    }
}

static void quality_cells(struct production *production, const struct line *line, const struct figure *figure,
                          const struct assessment *assessment, struct calendar_span span)
{
    char shown[128], value[AMOUNT_TEXT_MAX], since[INSTANT_TEXT_BYTES] = "";
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

/* In data, of a site's mine: of when what the county holds of its ledger is. */
static void gathered_cells(struct production *production, const struct line *line)
{
    const struct roster *roster = production->selection.roster;
    const struct replica_entry *entry = gathered_entry(&production->gathered, roster->mine[line->mine].number);
    if (!entry) {
        table_none(production->table);
        table_none(production->table);
        return;
    }
    page_instant_whole(production->table, gathered_as_of(entry));
    table_switch(production->table, gathered_catches_up(entry));
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
    bool before = line->meters > 0;
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
    line_notes(production, line, figure, &assessment);
    return assessment;
}

static void shift_cells(struct production *production, const struct line *line, struct row_sums *sums)
{
    for (int s = 0; s < production->shifts && s < SHIFTS_MAX; s++) {
        const struct figure figure = line_shift(production, line, s);
        sum_add(production, &sums->shift[s], line_amount(line, &figure), figure.any);
        amount_cell(production, line_amount(line, &figure), figure.any);
    }
}

/* How many days of a period have gone, whole ones, and at least the one that runs. */
int64_t days_gone(const struct production *production, struct period days)
{
    const civil_day today = production->selection.today;
    const civil_day to = today + 1 < days.to ? today + 1 : days.to;
    return to > days.from ? to - days.from : 1;
}

/* The sum up to the day; not begun: there is none, unless people entered something. */
static void to_date_cell(struct production *production, const struct line *line, struct period days, bool begun,
                         struct column_sum *sum)
{
    const struct figure figure = line_sum(production, line, days);
    const int64_t amount = line_amount(line, &figure);
    const bool known = begun || figure.by_hand || figure.adjusted;
    sum_add(production, sum, amount, known);
    amount_cell(production, amount, known);
}

/* The month and the year up to the day, or to the dekad's end. */
static void to_date_cells(struct production *production, const struct line *line, bool begun, struct row_sums *sums)
{
    const civil_day end = production->day + 1;
    to_date_cell(production, line, (struct period){month_days(production->month).from, end}, begun, &sums->month);
    to_date_cell(production, line, (struct period){year_days(year_of(production->day)).from, end}, begun, &sums->year);
}

static void month_cells(struct production *production, const struct line *line, bool begun, struct row_sums *sums)
{
    const int cutoff = production->selection.roster->mine[line->mine].month_cutoff;
    const struct period year = {year_days(year_of(production->day)).from, production->day + 1};
    struct column_sum own_month = {0}; /* mines differ in its days */
    if (cutoff)
        to_date_cell(production, line, month_days_to(production->month, cutoff), true, &own_month);
    else
        table_none(production->table);
    to_date_cell(production, line, year, begun, &sums->year);
}

static void total_cells(struct production *production, const struct line *line, const struct figure *figure,
                        int64_t end_ms, struct row_sums *sums)
{
    const bool begun = line_begun(production, line, end_ms);
    const int64_t amount = line_amount(line, figure);
    sum_add(production, &sums->own, amount, figure->any);
    amount_cell(production, amount, figure->any);
    if (production->comparing) {
        comparison_cells(production, line, sums);
        return;
    }
    if (production->kind != PRODUCTION_DAY)
        amount_cell(production, amount / days_gone(production, production->own), figure->any);
    if (production->kind == PRODUCTION_DAY || production->kind == PRODUCTION_DEKAD)
        to_date_cells(production, line, begun, sums);
    if (production->kind == PRODUCTION_MONTH)
        month_cells(production, line, begun, sums);
}

static struct calendar_span line_span(const struct production *production, const struct line *line)
{
    return (struct calendar_span){calendar_day(line->calendar, production->own.from).from_ms,
                                  calendar_day(line->calendar, production->own.to - 1).to_ms};
}

/* One row of the pages of a day and of what is longer. */
static void wide_row(struct production *production, const struct line *line, struct row_sums *sums)
{
    const struct figure figure = line_days(production, line, production->own);
    const struct calendar_span span = line_span(production, line);
    struct row_sums unused = {0};
    if (figure.meters == 0 && !figure.any && !line->additions) {
        comparison_gone(production, line);
        return;
    }
    if (!line->main)
        sums = &unused;
    table_row(production->table);
    name_cells(production, line);
    if (production->kind == PRODUCTION_DAY && !production->comparing)
        shift_cells(production, line, sums);
    total_cells(production, line, &figure, span.to_ms, sums);
    plan_cells(production, line, &figure, sums);
    capacity_cells(production, line, sums);
    part_cells(production, line, &figure, sums);
    const struct assessment assessment = line_assess(production, line, &figure, span);
    quality_cells(production, line, &figure, &assessment, span);
    closed_cells(production, line, -1);
    stock_cells(production, line);
    gathered_cells(production, line);
}

static void instant_cell(struct production *production, int64_t at_ms)
{
    char text[INSTANT_TEXT_BYTES];
    instant_format(at_ms, text);
    table_text(production->table, text);
}

/* One row of the pages shift and hours. */
static void part_row(struct production *production, const struct line *line, const char *part, const char *key,
                     int shift, struct calendar_span span, const struct figure *figure, int64_t so_far)
{
    table_row(production->table);
    name_cells(production, line);
    instant_cell(production, span.from_ms);
    instant_cell(production, span.to_ms);
    table_cell(production->table, part, key);
    amount_cell(production, line_amount(line, figure), figure->any);
    amount_cell(production, so_far, figure->any);
    table_none(production->table); /* a plan, and what is done of it, are of whole days */
    table_none(production->table);
    part_cells(production, line, figure, &(struct row_sums){0});
    const struct assessment assessment = line_assess(production, line, figure, span);
    quality_cells(production, line, figure, &assessment, span);
    closed_cells(production, line, shift);
    gathered_cells(production, line);
}

static void shift_rows(struct production *production, const struct line *line)
{
    int64_t so_far = 0;
    for (int s = 0; s < calendar_rule_of(line->calendar, production->day)->shifts; s++) {
        const struct figure figure = line_shift(production, line, s);
        char part[SHIFT_NAME_BYTES + 8], key[8];
        so_far = amount_add(so_far, line_amount(line, &figure));
        if ((figure.meters == 0 && !figure.any) || (production->shift >= 0 && production->shift != s))
            continue;
        shift_show(production, line->calendar, s, part, sizeof part);
        snprintf(key, sizeof key, "%d", s + 1);
        part_row(production, line, part, key, s, calendar_shift(line->calendar, production->day, s), &figure, so_far);
    }
}

/* Clock hours; a shift that starts within one ends the row there. */
static void hour_rows(struct production *production, const struct line *line)
{
    const struct calendar_span day = calendar_day(line->calendar, production->day);
    int64_t so_far = 0;
    for (struct calendar_span span = calendar_bucket(line->calendar, day.from_ms); span.from_ms < day.to_ms;
         span = calendar_bucket(line->calendar, span.to_ms)) {
        char part[32];
        if (span.from_ms > production->selection.now_ms)
            break;
        const struct figure figure = line_buckets(production, line, span);
        if (figure.meters == 0)
            return;
        so_far = amount_add(so_far, line_amount(line, &figure));
        hours_show(span, part, sizeof part);
        part_row(production, line, part, part, -1, span, &figure, so_far);
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
