/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/trace_rows.h"

#include <stdio.h>

#include "collector/amount.h"
#include "collector/travel.h"

struct table *trace_table(void)
{
    static const struct {
        const char *key;
        enum column_kind kind;
    } columns[] = {
        {"mine", COLUMN_TEXT},      {"quantity", COLUMN_TEXT},  {"meter", COLUMN_TEXT},
        {"role", COLUMN_TEXT},      {"step", COLUMN_TEXT},      {"edge", COLUMN_TEXT},
        {"from", COLUMN_TEXT},      {"to", COLUMN_TEXT},        {"raw", COLUMN_NUMBER},
        {"segment", COLUMN_NUMBER}, {"first", COLUMN_NUMBER},   {"high", COLUMN_NUMBER},
        {"wraps", COLUMN_NUMBER},   {"modulus", COLUMN_NUMBER}, {"times", COLUMN_NUMBER},
        {"over", COLUMN_NUMBER},    {"base", COLUMN_NUMBER},    {"count", COLUMN_NUMBER},
        {"whole", COLUMN_NUMBER},   {"metered", COLUMN_NUMBER}, {"coefficient", COLUMN_NUMBER},
        {"shifts", COLUMN_NUMBER},  {"amount", COLUMN_NUMBER},  {"unit", COLUMN_TEXT},
        {"version", COLUMN_NUMBER}, {"journal", COLUMN_NUMBER}, {"act", COLUMN_NUMBER},
        {"by", COLUMN_TEXT},        {"text", COLUMN_TEXT},      {"holds", COLUMN_SWITCH},
    };
    struct table *table = table_new();
    for (size_t i = 0; table && i < sizeof columns / sizeof *columns; i++)
        table_column(table, columns[i].key, "", columns[i].kind, COLUMN_DATA);
    return table;
}

/* --- cells --- */

static void words_cell(struct table *table, const char *text)
{
    if (text && *text)
        table_text(table, text);
    else
        table_none(table);
}

void instant_exact(int64_t at_ms, char text[static 40])
{
    char second[20];
    instant_format(at_ms, second);
    snprintf(text, 40, "%s.%03d", second, (int)(((at_ms % 1000) + 1000) % 1000));
}

static void instant_cell(struct table *table, int64_t at_ms)
{
    char exact[40];
    instant_exact(at_ms, exact);
    words_cell(table, at_ms ? exact : NULL);
}

static void amount_cell(struct table *table, const int64_t *amount)
{
    if (amount)
        table_amount(table, *amount, (struct amount_style){3, 3});
    else
        table_none(table);
}

static void number_cell(struct table *table, bool there, int64_t number)
{
    if (there)
        table_integer(table, number);
    else
        table_none(table);
}

static void period_cells(struct table *table, const struct trace_step *step)
{
    if (step->from_day) {
        words_cell(table, step->from_day);
        words_cell(table, step->to_day);
    } else {
        instant_cell(table, step->from_ms);
        instant_cell(table, step->to_ms);
    }
}

/* A reading's segment is that with high and wraps as they were after it. */
static void segment_cells(struct table *table, const struct trace_step *step)
{
    const struct trace_segment *segment = step->reading ? &step->reading->segment : step->segment;
    number_cell(table, segment, segment ? segment->segment : 0);
    number_cell(table, segment, segment ? segment->first : 0);
    number_cell(table, segment, segment ? segment->high : 0);
    number_cell(table, segment, segment ? segment->wraps : 0);
    number_cell(table, segment, segment ? segment->modulus : 0);
    number_cell(table, segment, segment ? segment->convert.times : 0);
    number_cell(table, segment, segment ? segment->convert.over : 0);
    amount_cell(table, segment ? &segment->base : NULL);
}

void trace_row(struct table *table, const struct trace_step *step)
{
    if (!table)
        return;
    table_row(table);
    words_cell(table, step->mine);
    words_cell(table, step->quantity);
    words_cell(table, step->meter);
    words_cell(table, step->role);
    table_text(table, step->step);
    words_cell(table, step->edge);
    period_cells(table, step);
    number_cell(table, step->reading, step->reading ? step->reading->raw : 0);
    segment_cells(table, step);
    amount_cell(table, step->reading ? &step->reading->count : step->count);
    amount_cell(table, step->whole);
    amount_cell(table, step->metered);
    if (step->factor)
        table_cell(table, step->factor, step->factor);
    else
        table_none(table);
    number_cell(table, step->shifts, step->shifts);
    amount_cell(table, step->amount);
    words_cell(table, step->unit);
    number_cell(table, step->version, step->version);
    number_cell(table, step->journal, travel_local(step->journal));
    number_cell(table, step->act, travel_local(step->act));
    words_cell(table, step->by);
    words_cell(table, step->text);
    if (step->holds)
        table_switch(table, *step->holds);
    else
        table_none(table);
}
