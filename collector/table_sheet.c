/* SPDX-License-Identifier: Apache-2.0 */
/* A table as people open it in a spreadsheet. */
#include <ctype.h>
#include <string.h>

#include "collector/table_parts.h"

/* "1,104.25", "+6.9 %" -> "1104.25", "6.9"; false for what is no number. */
static bool number_of(const char *shown, char *number, size_t size)
{
    size_t length = 0;
    bool digits = false;
    shown += *shown == '+';
    for (; *shown && *shown != ' ' && length + 1 < size; shown++) {
        if (*shown == ',')
            continue;
        if (!isdigit((unsigned char)*shown) && *shown != '.' && !(*shown == '-' && length == 0))
            return false;
        digits |= isdigit((unsigned char)*shown) != 0;
        number[length++] = *shown;
    }
    number[length] = '\0';
    return digits && (!*shown || strcmp(shown, " %") == 0);
}

static void cell_add(const struct column *column, const char *shown, struct text *out)
{
    char number[64];
    if (!shown || strcmp(shown, "-") == 0)
        return; /* nothing known */
    if (column->kind == COLUMN_NUMBER && number_of(shown, number, sizeof number))
        text_add(out, number);
    else
        csv_text_add(shown, out);
}

void table_sheet_line(const char *text, struct text *out)
{
    csv_text_add(text, out);
    text_add(out, "\r\n");
}

bool table_render_sheet(const struct table *table, struct text *out)
{
    if (table->failed)
        return false;
    for (size_t r = 0; r <= table->rows; r++) {
        const char *comma = "";
        for (size_t c = 0; c < table->columns; c++) {
            if (!table_column_shown(table, c))
                continue;
            text_add(out, comma);
            if (r == 0)
                csv_text_add(table->column[c].title, out);
            else
                cell_add(&table->column[c], table->cell[(r - 1) * table->columns + c].shown, out);
            comma = ",";
        }
        text_add(out, "\r\n");
    }
    return !out->failed;
}
