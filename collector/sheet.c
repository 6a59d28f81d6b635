/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/sheet.h"

#include <inttypes.h>

#include "collector/display.h"
#include "collector/page.h"

struct table *sheet_new(const struct command *command, const struct sheet_column *columns)
{
    struct table *table = table_new();
    for (; table && columns->title; columns++)
        table_column(table, columns->title, say(command->language, columns->title), columns->kind, COLUMN_PAGE);
    if (table && columns[-1].kind == COLUMN_TEXT)
        table_fold(table, PAGE_COLUMNS);
    if (table)
        table_band(table, PAGE_COLUMNS, 0);
    return table;
}

void sheet_number(struct table *table, size_t number)
{
    char text[24];
    snprintf(text, sizeof text, "%zu", number);
    table_cell(table, text, text);
}

static void span_show(int64_t ms, char text[static 32])
{
    static const struct {
        int64_t ms;
        const char *unit;
    } units[] = {{INT64_C(31557600000), "y"}, {86400000, "d"}, {3600000, "h"}, {60000, "min"}, {1000, "s"}, {1, "ms"}};
    size_t i = 0;
    while (units[i].ms > 1 && ms < 10 * units[i].ms && (ms == 0 || ms % units[i].ms != 0))
        i++;
    snprintf(text, 32, "%" PRId64 " %s", ms / units[i].ms, units[i].unit);
}

void sheet_span(struct table *table, int64_t ms)
{
    char text[32];
    span_show(ms, text);
    table_cell(table, text, text);
}

void sheet_ms(struct table *table, int64_t ms)
{
    char shown[32], value[24];
    span_show(ms, shown);
    snprintf(value, sizeof value, "%" PRId64, ms);
    table_cell(table, shown, value);
}

bool sheet_print(struct table *table)
{
    struct text out = {0};
    const bool good = table && table_render(table, TABLE_PAGE, colour_wanted(stdout), &out);
    if (good && table_rows(table) > 0)
        printf("%s\n", out.at);
    text_free(&out);
    table_free(table);
    return good;
}
