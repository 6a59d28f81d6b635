/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/import_report.h"

#include <inttypes.h>
#include <string.h>

#include "collector/amount.h"
#include "collector/page.h"
#include "collector/sheet.h"

enum { NOTES_MAX = 40, MINUTE_TEXT = 16 };

struct import_page {
    const struct command *command;
    const struct import_order *order;
    const struct import_sum *sum;
    const struct import_notes *notes;
};

#define SAY(text) say(page->command->language, text)

void import_notes_keep(struct import_notes *notes, const struct batch *batch)
{
    for (size_t i = 0; i < batch->entries; i++) {
        const bool usual = strcmp(batch->entry[i].kind, "gap") == 0 || strcmp(batch->entry[i].kind, "first") == 0;
        if (usual && !batch->entry[i].open)
            continue;
        struct journal_entry *note = notes->found++ < NOTES_MAX ? list_add(&notes->list) : NULL;
        if (note)
            *note = batch->entry[i];
    }
}

static void minute_text(int64_t at_ms, char text[static INSTANT_TEXT_BYTES])
{
    instant_format(at_ms, text);
    text[MINUTE_TEXT] = '\0';
}

/* Nothing where it is none: a column without numbers is left out. */
static void cell_count(struct table *table, size_t count)
{
    if (count)
        sheet_number(table, count);
    else
        table_text(table, "");
}

static void cell_amount(struct table *table, int64_t amount, const char *unit)
{
    char text[AMOUNT_TEXT_MAX];
    amount_exact(amount, text);
    table_text(table, text);
    table_text(table, unit);
}

static bool meters_print(const struct import_page *page)
{
    static const struct sheet_column columns[] = {
        {N_("meter"), COLUMN_TEXT},
        {N_("from"), COLUMN_TEXT},
        {N_("to"), COLUMN_TEXT},
        {N_("readings"), COLUMN_NUMBER},
        {N_("there"), COLUMN_NUMBER},
        {N_("not taken"), COLUMN_NUMBER},
        {N_("gaps"), COLUMN_NUMBER},
        {N_("wraps"), COLUMN_NUMBER},
        {N_("breaks"), COLUMN_NUMBER},
        {N_("open work"), COLUMN_NUMBER},
        {N_OF("import", "amount"), COLUMN_NUMBER},
        {"", COLUMN_TEXT},
        {NULL, COLUMN_TEXT},
    };
    struct table *table = sheet_new(page->command, columns);
    for (size_t i = 0; table && i < page->order->config->meters; i++) {
        const struct import_meter *sum = &page->sum->meter[i];
        char from[INSTANT_TEXT_BYTES], to[INSTANT_TEXT_BYTES];
        if (sum->fresh == 0)
            continue;
        minute_text(sum->from_ms, from);
        minute_text(sum->to_ms, to);
        table_row(table);
        table_text(table, page->order->config->meter[i].name);
        table_text(table, from);
        table_text(table, to);
        sheet_number(table, sum->fresh);
        cell_count(table, sum->there);
        cell_count(table, sum->fresh - sum->taken);
        cell_count(table, sum->gaps);
        cell_count(table, sum->wraps);
        cell_count(table, sum->breaks);
        cell_count(table, sum->open);
        cell_amount(table, sum->amount, page->order->config->meter[i].quantity->unit);
    }
    return sheet_print(table);
}

static bool months_print(const struct import_page *page)
{
    static const struct sheet_column columns[] = {
        {N_OF("import", "month"), COLUMN_TEXT},
        {N_("meter"), COLUMN_TEXT},
        {N_OF("import", "amount"), COLUMN_NUMBER},
        {"", COLUMN_TEXT},
        {NULL, COLUMN_TEXT},
    };
    struct table *table = sheet_new(page->command, columns);
    const struct import_month *month = page->sum->months.at;
    for (size_t i = 0; table && i < page->sum->months.count; i++) {
        char text[16];
        snprintf(text, sizeof text, "%04d-%02d", month[i].month / 12, month[i].month % 12 + 1);
        table_row(table);
        table_text(table, i && month[i - 1].month == month[i].month ? "" : text);
        table_text(table, page->order->config->meter[month[i].meter].name);
        cell_amount(table, month[i].amount, page->order->config->meter[month[i].meter].quantity->unit);
    }
    return sheet_print(table);
}

/* Breaks, readings that were not taken, and what a person must decide. */
static bool notes_print(const struct import_page *page)
{
    static const struct sheet_column columns[] = {
        {N_("when"), COLUMN_TEXT},
        {N_("meter"), COLUMN_TEXT},
        {N_("what"), COLUMN_TEXT},
        {N_OF("reading", "before"), COLUMN_NUMBER},
        {N_OF("reading", "after"), COLUMN_NUMBER},
        {N_OF("import", "amount"), COLUMN_NUMBER},
        {"", COLUMN_TEXT},
        {"", COLUMN_TEXT},
        {NULL, COLUMN_TEXT},
    };
    struct table *table = sheet_new(page->command, columns);
    const struct journal_entry *note = page->notes->list.at;
    for (size_t i = 0; table && i < page->notes->list.count; i++) {
        const struct config_meter *meter = &page->order->config->meter[note[i].meter];
        char at[INSTANT_TEXT_BYTES], before[24], after[24];
        minute_text(note[i].at_ms, at);
        snprintf(before, sizeof before, "%" PRId64, note[i].before);
        snprintf(after, sizeof after, "%" PRId64, note[i].after);
        table_row(table);
        table_text(table, at);
        table_text(table, meter->name);
        table_text(table, kind_title(note[i].kind, page->command->language));
        table_text(table, before);
        table_text(table, after);
        cell_amount(table, note[i].amount, meter->quantity->unit);
        table_text(table, note[i].open ? word(WORD_OPEN_WORK, page->command->language) : "");
    }
    const bool good = sheet_print(table);
    if (page->notes->found > page->notes->list.count)
        page_tell(SAY("... and %zu more, in the journal\n\n"), page->notes->found - page->notes->list.count);
    return good;
}

/* A history that leads to the ledger's first reading, or does not. */
static void joints_print(const struct import_page *page)
{
    for (size_t i = 0; i < page->order->config->meters; i++) {
        char first[INSTANT_TEXT_BYTES];
        if (!page->order->past[i].before || page->sum->meter[i].fresh == 0)
            continue;
        minute_text(page->order->past[i].first_at_ms, first);
        page_tell(
            page->sum->meter[i].joined
                ? SAY("%s: goes before what the ledger has, and leads to its first reading of %s\n")
                : SAY("%s: goes before what the ledger has; its first reading of %s does not follow, so nothing is"
                      " counted between\n"),
            page->order->config->meter[i].name, first);
    }
}

bool import_report(const struct command *command, const char *path, const struct import_order *order,
                   const struct import_sum *sum, const struct import_notes *notes, bool months)
{
    const struct import_page page = {command, order, sum, notes};
    bool simulated = false;
    for (size_t i = 0; i < order->config->mines; i++)
        simulated |= order->config->mine[i].simulated;
    page_tell(say(command->language, "%s: %zu rows, %zu readings, %s, SHA-256 %.12s%s%s\n\n"), path, order->file->rows,
              order->file->readings.count, order->file->charset, order->file->hash, simulated ? "   " : "",
              simulated ? word(WORD_SIMULATED, command->language) : "");
    const bool good = meters_print(&page) && (!months || months_print(&page)) && notes_print(&page);
    joints_print(&page);
    return good;
}
