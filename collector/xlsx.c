/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/xlsx.h"

#include <stdio.h>
#include <string.h>

#include "collector/table_parts.h"
#include "collector/xlsx_book.h"
#include "collector/xlsx_parts.h"

/* A table that can be written: it is whole, and has a column. */
static bool sound(const struct table *table)
{
    bool any = false;
    for (size_t c = 0; c < table->columns; c++)
        any |= table->rows ? table_column_shown(table, c) : table->column[c].where != COLUMN_DATA;
    return any && !table->failed && !table->facts.failed;
}

/* What the XML of all cells takes, more rather than less: the library does not notice a full disk. */
static int64_t size_bound(const struct xlsx_sheet *sheet, size_t sheets)
{
    enum { CELL_BYTES = 64, ESCAPED = 6, REST = 65536 };
    int64_t bytes = REST;
    for (size_t s = 0; s < sheets; s++) {
        const struct table *table = sheet[s].table;
        for (size_t i = 0; i < table->rows * table->columns; i++)
            bytes += CELL_BYTES + ESCAPED * (int64_t)(table->cell[i].shown ? strlen(table->cell[i].shown) : 0);
    }
    return bytes;
}

/* NULL, or what went wrong. */
static const char *book_write(const struct xlsx_place *place, const struct xlsx_sheet *sheet, size_t sheets,
                              enum language language, int64_t as_of_ms)
{
    struct book *book = book_open(place->beside, place->folder, language);
    if (!book)
        return say(language, "out of memory");
    book_properties(book, sheet->title, sheet->prepared_by ? sheet->prepared_by : "coaltally", as_of_ms);
    for (size_t i = 0; i < sheets; i++)
        xlsx_sheet_write(book, &sheet[i], language);
    return book_close(book);
}

bool xlsx_write(const struct xlsx_sheet *sheet, size_t sheets, enum language language, int64_t as_of_ms,
                const char *path, char *why, size_t size)
{
    struct xlsx_place place;
    for (size_t i = 0; i < sheets; i++) {
        if (!sound(sheet[i].table)) {
            snprintf(why, size, "%s", say(language, "out of memory"));
            return false;
        }
    }
    if (!xlsx_place_open(&place, path, size_bound(sheet, sheets), language, why, size))
        return false;
    const char *error = book_write(&place, sheet, sheets, language, as_of_ms);
    if (error) {
        snprintf(why, size, say(language, "%s: the workbook could not be written: %s"), place.beside, error);
        xlsx_place_drop(&place);
        return false;
    }
    return xlsx_place_keep(&place, path, language, why, size);
}
