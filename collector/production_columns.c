/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "collector/production_parts.h"

void hours_show(struct calendar_span span, char *text, size_t size)
{
    char from[INSTANT_TEXT_BYTES], to[INSTANT_TEXT_BYTES];
    instant_format(span.from_ms, from);
    instant_format(span.to_ms, to);
    const bool whole = strcmp(from + 13, ":00:00") == 0 && strcmp(to + 13, ":00:00") == 0;
    const char *last = strncmp(to + 11, "00:00", 5) == 0 ? (whole ? "24" : "24:00") : to + 11;
    snprintf(text, size, "%.*s-%.*s", whole ? 2 : 5, from + 11, whole ? 2 : 5, last);
}

void shift_show(const struct production *production, const struct calendar *calendar, int shift, char *text,
                size_t size)
{
    const struct calendar_rule *rule = calendar_rule_of(calendar, production->day);
    if (production->selection.language == LANGUAGE_ZH && *rule->shift[shift].name)
        snprintf(text, size, "%s", rule->shift[shift].name);
    else
        hours_show(calendar_shift(calendar, production->day, shift), text, size);
}

/* Both ends are days of it, and the page says so. */
static void span_show(const struct production *production, char *text, size_t size)
{
    char from[DATE_TEXT_BYTES], to[DATE_TEXT_BYTES];
    civil_format(production->own.from, from);
    civil_format(production->own.to - 1, to);
    snprintf(text, size, say(production->page.language, "%s to %s, both included"), from, to);
}

/* "2026-10/2 (11 to 20)", "2026-10 中旬（11 至 20 日）". */
static void dekad_show(const struct production *production, char *text, size_t size)
{
    static const char *const forms[] = {N_("%s/1 (%s to %s)"), N_("%s/2 (%s to %s)"), N_("%s/3 (%s to %s)")};
    const civil_dekad dekad = dekad_of(production->own.from);
    char name[10], from[DATE_TEXT_BYTES], to[DATE_TEXT_BYTES];
    dekad_format(dekad, name);
    name[strlen("2026-10")] = '\0';
    civil_format(production->own.from, from);
    civil_format(production->own.to - 1, to);
    snprintf(text, size, say(production->page.language, forms[dekad % 3]), name, from + 8, to + 8);
}

void period_show(const struct production *production, char *text, size_t size)
{
    char date[DATE_TEXT_BYTES], hours[32] = "";
    civil_format(production->own.from, date);
    if (production->kind == PRODUCTION_SPAN)
        span_show(production, text, size);
    else if (production->kind == PRODUCTION_DEKAD)
        dekad_show(production, text, size);
    else if (production->kind == PRODUCTION_YEAR)
        snprintf(text, size, "%.4s", date);
    else if (production->kind == PRODUCTION_MONTH)
        snprintf(text, size, "%.7s", date);
    else {
        if (production->plan)
            hours_show(production->span, hours, sizeof hours);
        snprintf(text, size, "%s %s", date, hours);
    }
}

void title_add(struct production *production, const char *quantity)
{
    const struct selection *selection = &production->selection;
    const enum language language = selection->language;
    const struct quantity *known = quantity_find(quantity);
    const char *unit = known ? known->unit : "";
    char title[256], period[PERIOD_SHOWN_BYTES], units[32];
    for (size_t i = 0; i < selection->roster->meters; i++)
        if (strcmp(selection->roster->meter[i].quantity, quantity) == 0)
            unit = selection->roster->meter[i].unit;
    unit_title(unit, selection->style, language, units);
    period_show(production, period, sizeof period);
    snprintf(title, sizeof title, say(language, "%s  %s, %s, %s"), period, quantity_title(quantity, language),
             word(selection_metered(selection, quantity) ? WORD_METERED : WORD_REPORTED, language), units);
    page_title_marked(&production->page, title, selection_mark(selection, language));
}

bool running_show(const struct production *production, char *text, size_t size)
{
    const int64_t now_ms = production->selection.now_ms;
    const struct calendar_span span = production->span;
    const enum language language = production->selection.language;
    char now[INSTANT_TEXT_BYTES], gone[AMOUNT_TEXT_MAX];
    *text = '\0';
    if (now_ms >= span.to_ms)
        return false;
    instant_format(now_ms, now);
    share_show(share_permille(now_ms - span.from_ms, span.to_ms - span.from_ms), gone);
    if (now_ms < span.from_ms)
        snprintf(text, size, "%s", say(language, "not begun yet"));
    else
        snprintf(text, size, say(language, "STILL RUNNING: %s of it gone at %s"), gone, now);
    return true;
}

void running_add(struct production *production)
{
    char line[160];
    if (running_show(production, line, sizeof line))
        page_line(&production->page, line);
}

void shift_title(const struct production *production, int shift, char *title, size_t size)
{
    if (production->plan)
        shift_show(production, production->plan, shift, title, size);
    else
        snprintf(title, size, "%s %d", word(WORD_SHIFT, production->selection.language), shift + 1);
}

static void shift_columns(struct production *production, struct table *table)
{
    static const char *const keys[SHIFTS_MAX] = {"shift_1", "shift_2", "shift_3", "shift_4",
                                                 "shift_5", "shift_6", "shift_7", "shift_8"};
    for (int s = 0; s < production->shifts && s < SHIFTS_MAX; s++) {
        char title[SHIFT_NAME_BYTES + 8];
        shift_title(production, s, title, sizeof title);
        table_column(table, keys[s], title, COLUMN_NUMBER, COLUMN_BOTH);
    }
}

static void amount_columns(struct production *production, struct table *table)
{
    const enum language language = production->selection.language;
    if (production->comparing) {
        const bool day = production->kind == PRODUCTION_DAY, span = production->kind == PRODUCTION_SPAN;
        table_column(table,
                     day    ? "day"
                     : span ? "amount"
                            : production->selection.command->verb->name,
                     word(day ? WORD_DAY : WORD_AMOUNT, language), COLUMN_NUMBER, COLUMN_BOTH);
        comparison_columns(production, table);
        return;
    }
    switch (production->kind) {
    case PRODUCTION_HOURS:
    case PRODUCTION_SHIFT:
        table_column(table, "from", "", COLUMN_TEXT, COLUMN_DATA);
        table_column(table, "to", "", COLUMN_TEXT, COLUMN_DATA);
        table_column(table, production->kind == PRODUCTION_SHIFT ? "shift" : "hour",
                     word(production->kind == PRODUCTION_SHIFT ? WORD_SHIFT : WORD_HOUR, language), COLUMN_TEXT,
                     COLUMN_BOTH);
        table_column(table, "amount", word(WORD_AMOUNT, language), COLUMN_NUMBER, COLUMN_BOTH);
        table_column(table, "so_far", word(WORD_RUNNING_SUM, language), COLUMN_NUMBER, COLUMN_BOTH);
        break;
    case PRODUCTION_DAY:
        shift_columns(production, table);
        table_column(table, "day", word(WORD_DAY, language), COLUMN_NUMBER, COLUMN_BOTH);
        table_column(table, "month", word(WORD_MONTH, language), COLUMN_NUMBER, COLUMN_BOTH);
        table_column(table, "year", word(WORD_YEAR, language), COLUMN_NUMBER, COLUMN_BOTH);
        break;
    case PRODUCTION_SPAN:
        table_column(table, "amount", word(WORD_AMOUNT, language), COLUMN_NUMBER, COLUMN_BOTH);
        table_column(table, "per_day", word(WORD_PER_DAY, language), COLUMN_NUMBER, COLUMN_BOTH);
        break;
    case PRODUCTION_DEKAD:
        table_column(table, "dekad", word(WORD_DEKAD, language), COLUMN_NUMBER, COLUMN_BOTH);
        table_column(table, "per_day", word(WORD_PER_DAY, language), COLUMN_NUMBER, COLUMN_BOTH);
        table_column(table, "month", word(WORD_MONTH, language), COLUMN_NUMBER, COLUMN_BOTH);
        table_column(table, "year", word(WORD_YEAR, language), COLUMN_NUMBER, COLUMN_BOTH);
        break;
    case PRODUCTION_MONTH:
        table_column(table, "month", word(WORD_MONTH, language), COLUMN_NUMBER, COLUMN_BOTH);
        table_column(table, "per_day", word(WORD_PER_DAY, language), COLUMN_NUMBER, COLUMN_BOTH);
        table_column(table, "own_month", word(WORD_OWN_MONTH, language), COLUMN_NUMBER, COLUMN_BOTH);
        table_column(table, "year", word(WORD_YEAR, language), COLUMN_NUMBER, COLUMN_BOTH);
        break;
    case PRODUCTION_YEAR:
        table_column(table, "year", word(WORD_YEAR, language), COLUMN_NUMBER, COLUMN_BOTH);
        table_column(table, "per_day", word(WORD_PER_DAY, language), COLUMN_NUMBER, COLUMN_BOTH);
        break;
    }
}

size_t columns_mine(const struct production *production)
{
    return production->kind == PRODUCTION_SPAN || production->kind == PRODUCTION_DEKAD ? 2 : 1;
}

struct table *columns_new(struct production *production)
{
    const enum language language = production->selection.language;
    struct table *table = table_new();
    if (!table)
        return NULL;
    table_column(table, "date", "", COLUMN_TEXT, COLUMN_DATA);
    if (production->kind == PRODUCTION_SPAN || production->kind == PRODUCTION_DEKAD)
        table_column(table, "last_date", "", COLUMN_TEXT, COLUMN_DATA);
    table_column(table, "mine", word(WORD_MINE, language), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "quantity", "", COLUMN_TEXT, COLUMN_DATA);
    table_column(table, "unit", "", COLUMN_TEXT, COLUMN_DATA);
    if (production->selection.meters) {
        table_column(table, "meter", word(WORD_METER, language), COLUMN_TEXT, COLUMN_BOTH);
        table_column(table, "role", "", COLUMN_TEXT, COLUMN_BOTH);
    }
    amount_columns(production, table);
    plan_columns(production, table);
    capacity_columns(production, table);
    part_columns(production, table);
    table_column(table, "read_percent", word(WORD_READ, language), COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "quality", word(WORD_QUALITY, language), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "estimated", "", COLUMN_NUMBER, COLUMN_DATA);
    table_column(table, "open_work", "", COLUMN_NUMBER, COLUMN_DATA);
    table_column(table, "since", "", COLUMN_TEXT, COLUMN_DATA);
    table_column(table, "running", "", COLUMN_SWITCH, COLUMN_DATA);
    table_column(table, "simulated", "", COLUMN_SWITCH, COLUMN_DATA);
    closed_columns(table);
    stock_columns(production, table);
    table_column(table, "as_of", "", COLUMN_TEXT, COLUMN_DATA);
    table_column(table, "catching_up", "", COLUMN_SWITCH, COLUMN_DATA);
    return table;
}
