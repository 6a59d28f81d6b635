/* SPDX-License-Identifier: Apache-2.0 */
/* Which unit ids of a line or behind a gateway answer. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/probe_parts.h"

/* "7" or "7-9", up to the comma; NULL when it is neither. */
static const char *span_parse(const char *text, bool asked[static PROBE_UNITS])
{
    char *end;
    if (*text < '0' || *text > '9')
        return NULL;
    const long from = strtol(text, &end, 10);
    long to = from;
    if (*end == '-') {
        if (end[1] < '0' || end[1] > '9')
            return NULL;
        to = strtol(end + 1, &end, 10);
    }
    if (from > to || to >= PROBE_UNITS || (*end != '\0' && *end != ','))
        return NULL;
    for (long unit = from; unit <= to; unit++)
        asked[unit] = true;
    return end;
}

bool probe_units_parse(const char *text, bool asked[static PROBE_UNITS])
{
    memset(asked, 0, PROBE_UNITS * sizeof *asked);
    for (;;) {
        text = span_parse(text, asked);
        if (!text)
            return false;
        if (*text == '\0')
            return true;
        text++;
    }
}

bool probe_unit_answered(const struct probe_unit *unit)
{
    enum { GATEWAY_PATH = 10, GATEWAY_TARGET = 11 };
    return unit->outcome == WIRE_OK ||
           (unit->outcome == WIRE_EXCEPTION && unit->exception != GATEWAY_PATH && unit->exception != GATEWAY_TARGET);
}

/* Silence, and what a gateway says of it. */
static bool is_silent(const struct probe_unit *unit)
{
    return (unit->outcome == WIRE_TIMEOUT && !*unit->received) ||
           (unit->outcome == WIRE_EXCEPTION && !probe_unit_answered(unit));
}

static void answer_text(const struct probe_unit *unit, enum language language, char *text, size_t size)
{
    if (unit->outcome == WIRE_OK)
        snprintf(text, size, say(language, "answers: %04X"), unit->value);
    else if (unit->outcome == WIRE_EXCEPTION)
        snprintf(text, size, say(language, "answers: exception %d, %s"), unit->exception,
                 wire_exception_name(unit->exception));
    else
        snprintf(text, size, "%s", unit->error);
}

static void unit_row(const struct probe_page *page, struct table *table, const struct probe_unit *unit)
{
    char text[sizeof unit->error];
    answer_text(unit, page->language, text, sizeof text);
    table_row(table);
    probe_cell_int(table, unit->unit);
    table_cell(table, text, unit->error);
    table_text(table, wire_outcome_name(unit->outcome));
    if (unit->outcome == WIRE_EXCEPTION)
        probe_cell_int(table, unit->exception);
    else
        table_cell(table, "", NULL);
    if (unit->outcome == WIRE_OK)
        probe_cell_int(table, unit->value);
    else
        table_cell(table, "", NULL);
    probe_cell_int(table, unit->took_ms);
    table_cell(table, probe_unit_answered(unit) ? "" : unit->received, unit->received);
    if (!probe_unit_answered(unit))
        table_mark(table, MARK_AMBER);
}

void probe_units(const struct probe_page *page, const struct probe_unit *unit, size_t units, struct text *out)
{
    const enum language language = page->language;
    struct table *table = probe_table(page, out);
    if (!table)
        return;
    table_column(table, "unit", say_of(language, "Modbus", "unit"), COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "error", say_of(language, "Modbus", "answer"), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "outcome", "", COLUMN_TEXT, COLUMN_DATA);
    table_column(table, "exception", "", COLUMN_NUMBER, COLUMN_DATA);
    table_column(table, "value", "", COLUMN_NUMBER, COLUMN_DATA);
    table_column(table, "took_ms", say(language, "after ms"), COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "received", say(language, "received"), COLUMN_TEXT, COLUMN_BOTH);
    for (size_t i = 0; i < units; i++)
        if (page->format != TABLE_PAGE || !is_silent(&unit[i]))
            unit_row(page, table, &unit[i]);
    if (page->format == TABLE_PAGE && table_rows(table) == 0)
        table_free(table);
    else
        probe_table_end(page, table, out);
}
