/* SPDX-License-Identifier: Apache-2.0 */
/* Of what the figures of a page consist: meters, what people added; and their plans. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "collector/production_parts.h"
#include "collector/travel.h"

enum { ADDED_SHOWN_BYTES = PERIOD_TEXT_BYTES + DATE_TEXT_BYTES + 4 };

/* --- figures of a line --- */

struct figure line_days(struct production *production, const struct line *line, struct period days)
{
    struct figure figure = {0};
    for (size_t i = 0; i < line->meters; i++)
        report_days(production->report, line->meter[i], days, &figure);
    if (line->additions)
        report_additions(production->report, line->mine, line->quantity, days, -1, &figure);
    return figure;
}

struct figure line_shift(struct production *production, const struct line *line, int shift)
{
    const struct period day = {production->day, production->day + 1};
    struct figure figure = {0};
    for (size_t i = 0; i < line->meters; i++)
        report_shift(production->report, line->meter[i], production->day, shift, &figure);
    if (line->additions)
        report_additions(production->report, line->mine, line->quantity, day, shift, &figure);
    return figure;
}

struct figure line_buckets(struct production *production, const struct line *line, struct calendar_span span)
{
    struct figure figure = {0};
    for (size_t i = 0; i < line->meters; i++)
        report_buckets(production->report, line->meter[i], span, &figure);
    return figure;
}

struct figure line_sum(struct production *production, const struct line *line, struct period days)
{
    struct figure figure = {0};
    for (size_t i = 0; i < line->meters; i++)
        report_sum(production->report, line->meter[i], days, &figure);
    if (line->additions)
        report_additions(production->report, line->mine, line->quantity, days, -1, &figure);
    return figure;
}

int64_t line_amount(const struct line *line, const struct figure *figure)
{
    return line->metered ? figure->metered : figure->reported;
}

/* --- its plan --- */

void plan_columns(const struct production *production, struct table *table)
{
    const enum language language = production->selection.language;
    table_column(table, "plan", word(WORD_PLAN, language), COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "done_percent", word(WORD_DONE_SHARE, language), COLUMN_NUMBER, COLUMN_BOTH);
}

/* What is done of a plan is not known where there is no amount, which is not the same as 0. */
static void plan_pair(struct production *production, const struct column_sum *plan, const struct column_sum *done)
{
    const bool known = plan->any && plan->exact > 0;
    if (known)
        amount_cell(production, plan->exact, true);
    else
        table_none(production->table);
    if (known && done->any)
        table_share(production->table, share_permille(done->exact, plan->exact));
    else
        table_none(production->table);
}

void plan_cells(struct production *production, const struct line *line, const struct figure *figure,
                struct row_sums *sums)
{
    struct column_sum plan = {0};
    const struct column_sum done = {.exact = line_amount(line, figure), .any = figure->any};
    plan.any = !line->metered && !production->selection.meters && !production->comparing &&
               report_plan(production->report, line->mine, line->quantity, production->own, &plan.exact);
    if (plan.any) {
        sum_add(production, &sums->plan, plan.exact, true);
        sum_add(production, &sums->planned, done.exact, done.any);
    }
    plan_pair(production, &plan, &done);
}

void plan_total(struct production *production, const struct row_sums *sums)
{
    plan_pair(production, &sums->plan, &sums->planned);
}

/* --- its parts --- */

void part_columns(const struct production *production, struct table *table)
{
    const enum language language = production->selection.language;
    table_column(table, "metered", word(WORD_METERED, language), COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "by_meters", word(WORD_BY_METERS, language), COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "by_hand", word(WORD_BY_HAND, language), COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "adjusted", word(WORD_ADJUSTED, language), COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "reported", "", COLUMN_NUMBER, COLUMN_DATA);
}

/* On a page only where it shows parts; in data always. */
static void part_cell(struct production *production, int64_t amount, bool known, bool shown, struct column_sum *sum)
{
    char text[AMOUNT_TEXT_MAX], value[AMOUNT_TEXT_MAX];
    amount_show(amount, production->selection.style, text);
    amount_plain(amount, value);
    table_cell(production->table, known && shown ? text : NULL, known ? value : NULL);
    if (known && shown)
        sum_add(production, sum, amount, true);
}

void part_cells(struct production *production, const struct line *line, const struct figure *figure,
                struct row_sums *sums)
{
    const bool all = production->selection.figure == FIGURE_ALL, known = figure->any && !line->metered;
    const int64_t added = amount_add(figure->by_hand, figure->adjusted);
    struct column_sum unused = {0};
    part_cell(production, figure->metered, figure->any, all && !line->metered, &sums->metered);
    part_cell(production, amount_less(figure->reported, added), known, production->parts, &sums->by_meters);
    part_cell(production, figure->by_hand, known, production->parts, &sums->by_hand);
    part_cell(production, figure->adjusted, known, production->parts, &sums->adjusted);
    part_cell(production, figure->reported, known, false, &unused);
}

void part_total(struct production *production, const struct row_sums *sums)
{
    const struct column_sum *parts[] = {&sums->metered, &sums->by_meters, &sums->by_hand, &sums->adjusted};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i]->any)
            amount_cell(production, parts[i]->exact, true);
        else
            table_none(production->table);
    table_none(production->table);
}

/* --- notes --- */

/* "2026-10", "2026-09-26 - 2026-10-25". */
static void added_show(const struct addition *addition, char text[static ADDED_SHOWN_BYTES])
{
    const struct period_name name = {addition->kind, addition->days, addition->shift};
    char last[DATE_TEXT_BYTES];
    period_format(&name, text);
    civil_format(addition->days.to - 1, last);
    if (addition->kind == PERIOD_KIND_SPAN)
        snprintf(text + strlen(text), ADDED_SHOWN_BYTES - strlen(text), " - %s", last);
}

/* `across`: it reaches over the page's own period, which does not have it. */
static void note_adjusted(struct production *production, const struct addition *addition, const char *unit, bool across,
                          struct assessment *assessment)
{
    struct note note = {.kind = NOTE_ADJUSTED, .meter = addition->mine, .key = addition->act};
    char period[ADDED_SHOWN_BYTES], amount[AMOUNT_TEXT_MAX];
    const struct addition_words words = addition_words(production->report->db, addition);
    added_show(addition, period);
    amount_exact(addition->amount, amount);
    snprintf(note.text, sizeof note.text,
             say(production->page.language, across ? N_("%s of %s adjusted by %s%s %s: %s (%s, act %" PRId64
                                                        "); over the turn of the year, so in no "
                                                        "figure of it")
                                                   : N_("%s of %s adjusted by %s%s %s: %s (%s, act %" PRId64 ")")),
             mine_title(&production->selection.roster->mine[addition->mine], production->page.language), period,
             addition->amount > 0 ? "+" : "", amount, unit, words.why, words.actor, travel_local(addition->act));
    assess_point(assessment, page_note(&production->page, &note));
}

static void note_refused(struct production *production, const struct line *line, size_t refused,
                         struct assessment *assessment)
{
    struct note note = {.kind = NOTE_REFUSED, .meter = line->mine};
    const struct quantity *quantity = quantity_find(line->quantity);
    note.key = quantity ? (int64_t)(quantity - quantity_at(0)) : -1;
    snprintf(note.text, sizeof note.text,
             say(production->page.language, "%s: %zu entered by hand do not count: its meters have these periods"),
             mine_title(&production->selection.roster->mine[line->mine], production->page.language), refused);
    assess_point(assessment, page_note(&production->page, &note));
}

void line_notes(struct production *production, const struct line *line, const struct figure *figure,
                struct assessment *assessment)
{
    const struct additions_walk own = {
        .mine = line->mine, .quantity = line->quantity, .days = production->own, .shift = -1};
    struct additions_walk walk = own, across = own;
    const struct addition *addition;
    if (production->kind == PRODUCTION_YEAR && !line->metered && !production->selection.meters)
        while ((addition = report_addition_across(production->report, &across)))
            note_adjusted(production, addition, line->unit, true, assessment);
    if (!line->additions)
        return;
    while ((addition = report_addition_next(production->report, &walk)))
        if (!addition->by_hand)
            note_adjusted(production, addition, line->unit, false, assessment);
    if (figure->refused)
        note_refused(production, line, figure->refused, assessment);
}
