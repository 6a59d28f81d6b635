/* SPDX-License-Identifier: Apache-2.0 */
/* The points of a device. */
#include <string.h>

#include "collector/page.h"
#include "collector/probe_parts.h"

static const struct page_column columns[] = {
    {"point", N_("point"), COLUMN_TEXT, COLUMN_BOTH},
    {"table", N_("table"), COLUMN_TEXT, COLUMN_BOTH},
    {"address", N_("address"), COLUMN_NUMBER, COLUMN_BOTH},
    {"type", N_("type"), COLUMN_TEXT, COLUMN_BOTH},
    {"registers", N_("registers"), COLUMN_TEXT, COLUMN_BOTH},
    {"raw", N_("raw"), COLUMN_NUMBER, COLUMN_BOTH},
    {"value", N_OF("point", "value"), COLUMN_NUMBER, COLUMN_BOTH},
    {"unit", N_("unit"), COLUMN_TEXT, COLUMN_BOTH},
    {"quality", N_OF("point", "quality"), COLUMN_TEXT, COLUMN_BOTH},
    {"text", N_("meaning"), COLUMN_TEXT, COLUMN_BOTH},
    {"why", N_("why"), COLUMN_TEXT, COLUMN_BOTH},
};

static void text_or_none(struct table *table, const char *text, bool number)
{
    if (*text && number)
        probe_cell(table, text);
    else if (*text)
        table_text(table, text);
    else
        table_none(table);
}

static void point_row(const struct probe_page *page, struct table *table, const char *device,
                      const struct point_view *view)
{
    const bool good = strcmp(view->quality, quality_name(QUALITY_GOOD)) == 0;
    probe_row(page, table);
    if (device)
        table_text(table, device);
    table_text(table, view->name);
    table_text(table, view->table);
    probe_cell(table, view->address);
    table_text(table, view->type);
    text_or_none(table, view->registers, false);
    text_or_none(table, view->raw, true);
    text_or_none(table, view->value, true);
    if (page->read)
        probe_cell(table, view->change);
    table_text(table, view->unit);
    table_cell(table, quality_title(view->quality, page->language), view->quality);
    table_mark(table, good ? MARK_NONE : MARK_AMBER);
    table_text(table, view->text);
    table_text(table, view->why);
}

void probe_points(const struct probe_page *page, const struct probe_device *device, size_t devices, struct text *out)
{
    struct table *table = probe_table(page, out);
    if (!table)
        return;
    if (devices && device[0].name)
        table_column(table, "device", "", COLUMN_TEXT, COLUMN_DATA);
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        page_columns(table, &columns[i], 1, page->language);
        if (page->read && strcmp(columns[i].key, "value") == 0)
            table_column(table, "change", say_of(page->language, "point", "change"), COLUMN_NUMBER, COLUMN_BOTH);
    }
    for (size_t d = 0; d < devices; d++)
        for (size_t i = 0; i < device[d].points; i++)
            point_row(page, table, device[d].name, &device[d].point[i]);
    probe_table_end(page, table, out);
}
