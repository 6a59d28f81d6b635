/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/probe.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/probe_parts.h"

bool probe_at(const char *text, int base, struct request *out)
{
    const char *colon = strchr(text, ':');
    if (!colon || colon[1] < '0' || colon[1] > '9')
        return false;
    char *end;
    errno = 0;
    const long address = strtol(colon + 1, &end, 10);
    if (*end != '\0' || errno != 0 || address < base || address - base > 65535)
        return false;
    const size_t length = (size_t)(colon - text);
    for (enum registers_table table = TABLE_COIL; table <= TABLE_INPUT; table++) {
        const char *name = registers_table_name(table);
        if (strlen(name) == length && memcmp(name, text, length) == 0) {
            out->table = table;
            out->address = (uint16_t)(address - base);
            return true;
        }
    }
    return false;
}

/* --- tables --- */

struct table *probe_table(const struct probe_page *page, struct text *out)
{
    struct table *table = table_new();
    out->failed = out->failed || !table;
    if (table && page->read)
        table_column(table, "read", "", COLUMN_NUMBER, COLUMN_DATA);
    return table;
}

void probe_row(const struct probe_page *page, struct table *table)
{
    table_row(table);
    if (page->read)
        probe_cell_int(table, page->read);
}

void probe_table_end(const struct probe_page *page, struct table *table, struct text *out)
{
    struct text rows = {0};
    if (!table_render(table, page->format, page->colour, &rows))
        out->failed = true;
    table_free(table);
    const char *begin = rows.at ? rows.at : "";
    const char *head = page->format == TABLE_CSV && page->read > 1 ? strchr(begin, '\n') : NULL;
    text_add(out, head ? head + 1 : begin);
    text_free(&rows);
}

static bool is_number(const char *text)
{
    return isdigit((unsigned char)text[*text == '-' || *text == '+']);
}

void probe_cell(struct table *table, const char *text)
{
    table_cell(table, text, is_number(text) ? text + (*text == '+') : NULL);
}

void probe_cell_int(struct table *table, int value)
{
    char text[16];
    snprintf(text, sizeof text, "%d", value);
    table_cell(table, text, text);
}

/* --- values before scale --- */

void probe_raw(const uint16_t *registers, const struct registers_format *format, char text[static VIEW_TEXT_BYTES])
{
    const struct registers_raw raw = registers_get(registers, format);
    *text = '\0';
    if (raw.form == RAW_SIGNED)
        snprintf(text, VIEW_TEXT_BYTES, "%" PRId64, raw.i);
    else if (raw.form == RAW_UNSIGNED)
        snprintf(text, VIEW_TEXT_BYTES, "%" PRIu64, raw.u);
    else if (raw.form == RAW_REAL)
        real_text(raw.f, format->type == TYPE_FLOAT32, text, VIEW_TEXT_BYTES);
}

static __int128 whole(const struct registers_raw *raw)
{
    return raw->form == RAW_SIGNED ? (__int128)raw->i : (__int128)raw->u;
}

void probe_raw_change(const uint16_t *now, const uint16_t *before, const struct registers_format *format,
                      char text[static VIEW_TEXT_BYTES])
{
    const struct registers_raw new = registers_get(now, format), old = registers_get(before, format);
    *text = '\0';
    if (new.form == RAW_MALFORMED || old.form == RAW_MALFORMED)
        return;
    if (new.form == RAW_REAL) {
        const double change = new.f - old.f;
        if (isfinite(change) && change != 0)
            snprintf(text, VIEW_TEXT_BYTES, "%+.*g", format->type == TYPE_FLOAT32 ? 7 : 15, change);
        return;
    }
    const __int128 change = whole(&new) - whole(&old);
    if (change != 0)
        snprintf(text, VIEW_TEXT_BYTES, "%c%" PRIu64, change > 0 ? '+' : '-',
                 (uint64_t)(change > 0 ? change : -change));
}
