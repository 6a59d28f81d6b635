/* SPDX-License-Identifier: Apache-2.0 */
/* The sums: a row for each mine and month. */
#include <stdio.h>

#include "collector/report_integrity.h"
#include "drivers/decimal.h"

/* What stands of a kind of item in a row; keys NULL: not that. */
static const struct shape {
    enum integrity_kind kind;
    const char *title; /* of the kind, and of its amounts */
    const char *count, *count_title;
    const char *hours, *amount, *percent, *unbounded;
} shapes[] = {
    {INTEGRITY_EXCLUDED, N_("excluded"), "excluded_count", NULL, NULL, "excluded", "excluded_percent", NULL},
    {INTEGRITY_DISCARDED, N_("discarded"), "discarded_count", NULL, NULL, "discarded", "discarded_percent", NULL},
    {INTEGRITY_COUNTED, N_("decided in"), "counted_count", NULL, NULL, "counted", "counted_percent", NULL},
    {INTEGRITY_UNKNOWN, N_("unknown"), "open_work", N_("open work"), NULL, "unknown", "unknown_percent", "unbounded"},
    {INTEGRITY_COEFFICIENT, N_("by coefficients"), "coefficient_changes", N_("coefficients"), NULL,
     "coefficient_effect", "coefficient_effect_percent", NULL},
    {INTEGRITY_ADJUSTED, N_("adjusted"), "adjustments", N_("adjustments"), NULL, "adjusted", "adjusted_percent", NULL},
    {INTEGRITY_LATE, N_("after closing"), "late_changes", N_("late changes"), NULL, "late", "late_percent", NULL},
    {INTEGRITY_OUTAGE, N_("in outages"), "outages", N_("outages over 1 h"), "outage_hours", "outage", "outage_percent",
     NULL},
    {INTEGRITY_HOLD, N_("holds"), "holds", N_("holds"), "hold_hours", NULL, NULL, NULL},
    {INTEGRITY_CONFIGURATION, N_("configuration"), "configuration_changes", N_("configuration"), NULL, NULL, NULL,
     NULL},
    {INTEGRITY_REPLACED, N_("meters replaced"), "replacements", N_("meters replaced"), NULL, NULL, NULL, NULL},
    {INTEGRITY_BREAK, N_("breaks"), "breaks", N_("breaks"), NULL, NULL, NULL, NULL},
    {INTEGRITY_GLITCH, N_("misread"), "glitches", N_("misread"), NULL, NULL, NULL, NULL},
    {INTEGRITY_CREEP, N_("creep"), "creep_count", NULL, NULL, "creep", "creep_percent", NULL},
};

enum { SHAPES = sizeof shapes / sizeof *shapes };

const char *integrity_title(enum integrity_kind kind, enum language language)
{
    for (size_t i = 0; i < SHAPES; i++)
        if (shapes[i].kind == kind)
            return say(language, shapes[i].title);
    return say(language, N_("ledger altered"));
}

/* --- columns --- */

static void shape_columns(struct table *table, const struct shape *shape, enum language language)
{
    table_column(table, shape->count, shape->count_title ? say(language, shape->count_title) : "", COLUMN_NUMBER,
                 shape->count_title ? COLUMN_BOTH : COLUMN_DATA);
    if (shape->hours)
        table_column(table, shape->hours, say(language, N_("hours of it")), COLUMN_NUMBER, COLUMN_BOTH);
    if (shape->amount) {
        char percent[96];
        snprintf(percent, sizeof percent, "%s %%", say(language, shape->title));
        table_column(table, shape->amount, say(language, shape->title), COLUMN_NUMBER, COLUMN_BOTH);
        table_column(table, shape->percent, percent, COLUMN_NUMBER, COLUMN_BOTH);
    }
    if (shape->unbounded)
        table_column(table, shape->unbounded, say(language, N_("without a bound")), COLUMN_NUMBER, COLUMN_BOTH);
}

static void columns_add(const struct integrity_page *page, struct table *table)
{
    const enum language language = page->language;
    table_column(table, "mine", word(WORD_MINE, language), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "month", say(language, N_("in month")), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "from", "", COLUMN_DATE, COLUMN_DATA);
    table_column(table, "to", "", COLUMN_DATE, COLUMN_DATA);
    table_column(table, "metered", word(WORD_METERED, language), COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "reported", word(WORD_REPORTED, language), COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "by_hand", word(WORD_BY_HAND, language), COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "capacity_percent", say(language, N_("of capacity")), COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "over_capacity", "", COLUMN_TEXT, COLUMN_DATA);
    table_column(table, "over_by_highest_coefficient", "", COLUMN_SWITCH, COLUMN_DATA);
    for (size_t i = 0; i < SHAPES; i++)
        shape_columns(table, &shapes[i], language);
    table_column(table, "simulated", "", COLUMN_SWITCH, COLUMN_DATA);
}

/* --- cells --- */

/* What no row has anything of is left out on a page, and stands in data. */
static void number_cell(struct table *table, int64_t value, bool shown)
{
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)value);
    table_cell(table, shown ? text : NULL, text);
}

static void hundredths_cell(struct table *table, int64_t hundredths, const char *unit, bool shown)
{
    char value[DECIMAL_TEXT_MAX], grouped[AMOUNT_TEXT_MAX], text[AMOUNT_TEXT_MAX + 4];
    decimal_format((struct decimal){hundredths, 2}, value);
    amount_show(hundredths, (struct amount_style){2, 2}, grouped);
    snprintf(text, sizeof text, "%s%s", grouped, unit);
    table_cell(table, shown ? text : NULL, value);
}

static void amount_cell(const struct integrity_page *page, struct table *table, int64_t amount, bool shown)
{
    char value[AMOUNT_TEXT_MAX];
    amount_plain(amount, value);
    if (shown)
        table_amount(table, amount, page->selection->style);
    else
        table_cell(table, NULL, value);
}

static void percent_cell(struct table *table, int64_t part, int64_t whole, bool shown)
{
    int64_t hundredths;
    if (integrity_percent(part, whole, &hundredths))
        hundredths_cell(table, hundredths, " %", shown);
    else
        table_cell(table, shown ? "-" : NULL, NULL);
}

/* Of the kinds that are somebody's doing, or that nobody has decided. */
static enum table_mark mark_of(enum integrity_kind kind, const struct integrity_sum *sum)
{
    if (kind == INTEGRITY_UNKNOWN)
        return sum->unbounded ? MARK_RED : sum->count ? MARK_AMBER : MARK_NONE;
    if (kind == INTEGRITY_COEFFICIENT)
        return sum->amount < 0 ? MARK_AMBER : MARK_NONE;
    return kind == INTEGRITY_LATE && sum->count ? MARK_AMBER : MARK_NONE;
}

static void shape_cells(const struct integrity_page *page, struct table *table, const struct shape *shape,
                        const struct integrity_row *row, bool marked)
{
    const struct integrity_sum *sum = &row->sum[shape->kind];
    const bool shown = page->present[shape->kind];
    const enum table_mark mark = marked ? mark_of(shape->kind, sum) : MARK_NONE;
    number_cell(table, sum->count, shown && shape->count_title);
    table_mark(table, mark);
    if (shape->hours)
        hundredths_cell(table, integrity_hours(sum->span_ms), "", shown);
    if (shape->amount) {
        amount_cell(page, table, sum->amount, shown);
        table_mark(table, mark);
        percent_cell(table, sum->amount, row->figure.metered, shown);
    }
    if (shape->unbounded)
        number_cell(table, sum->unbounded, shown && sum->unbounded);
}

static void figure_cells(const struct integrity_page *page, struct table *table, const struct integrity_row *row)
{
    amount_cell(page, table, row->figure.metered, true);
    amount_cell(page, table, row->figure.reported, true);
    amount_cell(page, table, row->figure.by_hand, row->figure.by_hand != 0);
}

/* Red and amber as its limits say; amber too where only a lower coefficient keeps it below one. */
static void capacity_cells(const struct integrity_page *page, struct table *table, size_t index)
{
    static const char *const levels[] = {[JOURNAL_INFO] = "", [JOURNAL_AMBER] = "amber", [JOURNAL_RED] = "red"};
    const struct integrity_judgement none = {0};
    const struct integrity_judgement *judged = page->judgement ? &page->judgement[index] : &none;
    if (judged->known)
        hundredths_cell(table, judged->hundredths, " %", true);
    else
        table_cell(table, page->judged ? "-" : NULL, NULL);
    table_mark(table, judged->level == JOURNAL_RED                       ? MARK_RED
                      : judged->level == JOURNAL_AMBER || judged->hidden ? MARK_AMBER
                                                                         : MARK_NONE);
    table_text(table, levels[judged->level]);
    table_switch(table, judged->hidden);
}

/* One that stands in no total bears the mark. */
static void mine_cell(const struct integrity_page *page, struct table *table, size_t index)
{
    const struct roster_mine *mine = &page->selection->roster->mine[index];
    char title[TITLE_MAX_BYTES + 32];
    snprintf(title, sizeof title, "%s %s", mine_title(mine, page->language), word(WORD_SIMULATED, page->language));
    table_cell(table, selection_apart(page->selection, index) ? title : mine_title(mine, page->language), mine->name);
}

static void row_add(const struct integrity_page *page, struct table *table, size_t index)
{
    const struct integrity_row *row = (const struct integrity_row *)page->integrity.rows.at + index;
    const struct roster_mine *mine = &page->selection->roster->mine[row->mine];
    const struct period days = page->integrity.month[row->month];
    char month[8], from[DATE_TEXT_BYTES], to[DATE_TEXT_BYTES];
    month_format(month_of(days.from), month);
    civil_format(days.from, from);
    civil_format(days.to - 1, to);
    table_row(table);
    mine_cell(page, table, row->mine);
    table_cell(table, page->integrity.months > 1 ? month : NULL, month);
    table_text(table, from);
    table_text(table, to);
    figure_cells(page, table, row);
    capacity_cells(page, table, index);
    for (size_t i = 0; i < SHAPES; i++)
        shape_cells(page, table, &shapes[i], row, true);
    table_switch(table, mine->simulated);
}

/* --- rows --- */

static void sum_add(struct integrity_row *total, const struct integrity_row *row)
{
    total->figure.metered = amount_add(total->figure.metered, row->figure.metered);
    total->figure.reported = amount_add(total->figure.reported, row->figure.reported);
    total->figure.by_hand = amount_add(total->figure.by_hand, row->figure.by_hand);
    for (size_t kind = 0; kind < INTEGRITY_KINDS; kind++) {
        total->sum[kind].count = amount_add(total->sum[kind].count, row->sum[kind].count);
        total->sum[kind].span_ms = amount_add(total->sum[kind].span_ms, row->sum[kind].span_ms);
        total->sum[kind].amount = amount_add(total->sum[kind].amount, row->sum[kind].amount);
        total->sum[kind].unbounded += row->sum[kind].unbounded;
    }
}

static void total_add(const struct integrity_page *page, struct table *table, const struct integrity_row *total)
{
    table_row(table);
    table_row_page_only(table);
    table_mark(table, MARK_STRONG);
    table_cell(table, word(WORD_TOTAL, page->language), "");
    table_none(table);
    table_none(table);
    table_none(table);
    figure_cells(page, table, total);
    for (int i = 0; i < 3; i++)
        table_none(table); /* capacities of different mines make no share */
    for (size_t i = 0; i < SHAPES; i++)
        shape_cells(page, table, &shapes[i], total, false);
}

struct table *integrity_table(const struct integrity_page *page)
{
    const struct integrity_row *row = page->integrity.rows.at;
    struct integrity_row total = {0};
    struct table *table = table_new();
    size_t counted = 0;
    if (!table)
        return NULL;
    columns_add(page, table);
    for (size_t i = 0; i < page->integrity.rows.count; i++)
        if (selection_counts(page->selection, row[i].mine)) {
            row_add(page, table, i);
            sum_add(&total, &row[i]);
            counted++;
        }
    if (counted > 1)
        total_add(page, table, &total);
    for (size_t i = 0; i < page->integrity.rows.count; i++)
        if (selection_apart(page->selection, row[i].mine))
            row_add(page, table, i);
    return table;
}

/* --- what is said beside it --- */

void integrity_remarks(const struct integrity_page *page, struct text *below)
{
    const struct {
        bool shown; /* the column that it speaks of */
        const char *text;
    } meanings[] = {
        {true, N_("Percentages are of what was metered; hours are summed over meters.")},
        {page->present[INTEGRITY_UNKNOWN],
         N_("Unknown: how far the tallies may be off while nobody has decided open work.")},
        {page->present[INTEGRITY_COEFFICIENT],
         N_("By coefficients: what a coefficient of this month makes reported more or less than the one before it.")},
        {page->present[INTEGRITY_LATE],
         N_("After closing: versions of the closed month; where it is not closed, of its closed days.")},
        {page->judged,
         N_("Of capacity: raw coal reported in the month, of a year's; marked by the limits of capacity, and where it "
            "crosses one by the year's highest coefficient.")},
    };
    struct text none = {0};
    for (size_t i = 0; i < SHAPES; i++)
        if (!page->present[shapes[i].kind])
            text_format(&none, "%s%s", none.length ? say(page->language, ", ") : "",
                        say(page->language, shapes[i].title));
    if (none.length) {
        text_add(below, say(page->language, N_("No mine has anything: ")));
        text_add(below, none.at);
        text_add(below, "\n");
    }
    below->failed |= none.failed;
    text_free(&none);
    for (size_t i = 0; i < page->integrity.rows.count; i++)
        if (selection_apart(page->selection, ((const struct integrity_row *)page->integrity.rows.at)[i].mine)) {
            text_format(below, "%s\n", say(page->language, "simulated mines stand apart: they are in no total"));
            break;
        }
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
        if (meanings[i].shown)
            text_format(below, "%s\n", say(page->language, meanings[i].text));
}
