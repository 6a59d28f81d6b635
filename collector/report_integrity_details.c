/* SPDX-License-Identifier: Apache-2.0 */
/* The items, one by one, so that every sum can be traced. */
#include <stdio.h>
#include <string.h>

#include "collector/page.h"
#include "collector/report_integrity.h"
#include "collector/travel.h"
#include "drivers/decimal.h"

static void columns_add(const struct integrity_page *page, struct table *table)
{
    const enum language language = page->language;
    table_column(table, "journal", word(WORD_NUMBER, language), COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "act", "", COLUMN_NUMBER, COLUMN_DATA);
    table_column(table, "at", word(WORD_WHEN, language), COLUMN_DATE, COLUMN_BOTH);
    table_column(table, "month", "", COLUMN_TEXT, COLUMN_DATA);
    table_column(table, "mine", word(WORD_MINE, language), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "meter", word(WORD_METER, language), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "item", say(language, N_("item")), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "what", say(language, N_("of what")), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "from", "", COLUMN_DATE, COLUMN_DATA);
    table_column(table, "to", "", COLUMN_DATE, COLUMN_DATA);
    table_column(table, "count", say(language, N_("times")), COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "hours", say(language, N_("hours of it")), COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "amount", say(language, N_("amount of it")), COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "summed", "", COLUMN_SWITCH, COLUMN_DATA);
    table_column(table, "by", word(WORD_BY, language), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "text", word(WORD_WHY, language), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "simulated", "", COLUMN_SWITCH, COLUMN_DATA);
}

/* Nothing for 0, also in data. */
static void number_or_none(struct table *table, int64_t value)
{
    if (value)
        table_integer(table, value);
    else
        table_none(table);
}

static void hours_cell(struct table *table, int64_t span_ms)
{
    char text[DECIMAL_TEXT_MAX];
    decimal_format((struct decimal){integrity_hours(span_ms), 2}, text);
    if (span_ms)
        table_text(table, text);
    else
        table_none(table);
}

/* An amount that is not in the sum of its month stands in brackets. */
static void amount_cell(const struct integrity_page *page, struct table *table, const struct integrity_item *item)
{
    char shown[AMOUNT_TEXT_MAX], bracketed[AMOUNT_TEXT_MAX + 2], value[AMOUNT_TEXT_MAX];
    if (!item->known) {
        table_cell(table, item->kind == INTEGRITY_UNKNOWN || item->kind == INTEGRITY_OUTAGE ? "?" : NULL, NULL);
        return;
    }
    amount_show(item->amount, page->selection->style, shown);
    amount_plain(item->amount, value);
    snprintf(bracketed, sizeof bracketed, "(%s)", shown);
    if (item->summed)
        table_amount(table, item->amount, page->selection->style);
    else
        table_cell(table, item->kind == INTEGRITY_LATE ? bracketed : NULL, item->kind == INTEGRITY_LATE ? value : NULL);
}

/* Acts that are no rows of the journal with a kind of their own. */
static const char *what_title(const char *what, enum language language)
{
    static const char *const acts[] = {N_("coefficient"), N_("hold"), N_("replace")};
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
        if (strcmp(acts[i], what) == 0)
            return say(language, acts[i]);
    return kind_title(what, language);
}

static void names_cells(const struct integrity_page *page, struct table *table, const struct integrity_item *item)
{
    const struct roster *roster = page->selection->roster;
    const struct roster_mine *mine = item->mine >= 0 ? &roster->mine[item->mine] : NULL;
    table_cell(table, mine ? mine_title(mine, page->language) : NULL, mine ? mine->name : NULL);
    table_text(table, item->meter >= 0 ? roster->meter[item->meter].name : "");
    table_cell(table, integrity_title(item->kind, page->language), integrity_kind_name(item->kind));
    table_cell(table, what_title(item->what, page->language), item->what);
}

static void row_add(const struct integrity_page *page, struct table *table, const struct integrity_item *item)
{
    const struct roster *roster = page->selection->roster;
    char month[8];
    month_format(month_of(page->integrity.month[item->month].from), month);
    table_row(table);
    number_or_none(table, travel_local(item->journal));
    number_or_none(table, travel_local(item->act));
    page_instant(table, item->at_ms ? item->at_ms : item->from_ms);
    table_text(table, month);
    names_cells(page, table, item);
    page_instant_whole(table, item->from_ms);
    page_instant_whole(table, item->to_ms);
    char count[24];
    snprintf(count, sizeof count, "%lld", (long long)item->count);
    table_cell(table, item->kind == INTEGRITY_GLITCH ? count : NULL, count);
    hours_cell(table, item->span_ms);
    amount_cell(page, table, item);
    table_switch(table, item->known && item->summed);
    table_text(table, item->by);
    table_text(table, item->text);
    table_switch(table, item->mine >= 0 && roster->mine[item->mine].simulated);
}

struct table *integrity_details(const struct integrity_page *page)
{
    const struct integrity_item *item = page->integrity.items.at;
    struct table *table = table_new();
    if (!table)
        return NULL;
    columns_add(page, table);
    table_fold(table, PAGE_COLUMNS); /* the last column is a text */
    for (size_t i = 0; i < page->integrity.items.count; i++)
        row_add(page, table, &item[i]);
    return table;
}
