/* SPDX-License-Identifier: Apache-2.0 */
/* Any file, as a table: no crash, its cells lie in its text, and what is taken for a time or a number is one. */
#include <string.h>

#include "collector/charset.h"
#include "collector/csv.h"
#include "collector/stamp.h"
#include "tests/fuzz/fuzz.h"

static void must_be_number(const char *cell)
{
    struct decimal number, again;
    char text[DECIMAL_TEXT_MAX];
    if (!number_parse(cell, &number))
        return;
    decimal_format(number, text);
    MUST(number_parse(text, &again));
    MUST(again.digits == number.digits && again.places == number.places);
}

static void must_be_time(const char *cell)
{
    int64_t at_ms;
    if (stamp_parse(cell, &at_ms))
        MUST(at_ms >= INT64_C(-86400000) && at_ms < INT64_C(253402300800000) + 86400000);
}

static void must_be_rows(char *text, size_t length)
{
    struct csv csv = csv_start(text, length);
    struct csv_row row;
    bool unclosed;
    size_t rows = 0;
    for (enum csv_outcome outcome; (outcome = csv_row(&csv, &row, &unclosed)) != CSV_END;) {
        MUST(row.row == ++rows);
        MUST(row.cells <= CSV_CELLS_MAX && (row.cells > 0) == (outcome == CSV_ROW));
        for (size_t i = 0; i < row.cells; i++) {
            MUST(row.cell[i] >= text && row.cell[i] + strlen(row.cell[i]) <= text + length);
            must_be_number(row.cell[i]);
            must_be_time(row.cell[i]);
        }
    }
    MUST(rows <= length);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *name, *why;
    size_t length;
    char *text = charset_decode((const char *)data, size, &length, &name, &why);
    if (!text)
        return 0;
    MUST(charset_utf8(text, length) == length);
    must_be_rows(text, length);
    free(text);
    return 0;
}
