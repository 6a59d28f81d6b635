/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "collector/charset.h"
#include "collector/import_parts.h"

enum { TITLES_MAX = 10 }; /* rows above the heading */

/* --- the heading --- */

static void heading_take(struct reader *reader, const struct csv_row *row)
{
    reader->columns = row->cells;
    for (size_t i = 0; i < row->cells; i++) {
        struct import_heading *heading = &reader->heading[i];
        *heading = import_heading(reader->config, row->cell[i]);
        size_t *column = &reader->column[heading->kind];
        if (*column && heading->kind != IMPORT_OTHER && heading->kind != IMPORT_OWN)
            import_fault(reader->faults, row->row, i + 1, "a second column \"%.100s\"; column %zu is one already",
                         row->cell[i], *column);
        *column = i + 1;
    }
}

static void heading_judge(struct reader *reader, size_t row)
{
    const size_t *column = reader->column;
    const bool values = column[IMPORT_READING] || column[IMPORT_RAW];
    if (!values && !column[IMPORT_OWN])
        import_fault(
            reader->faults, row, 0,
            "no column of readings: head one reading (%s), raw, or with the name of a meter of the configuration",
            "读数");
    if (values && !column[IMPORT_METER] && !reader->meter)
        import_fault(reader->faults, row, 0, "no column of meters: head one meter (%s), or say --meter", "计量点");
}

static bool heading_is(const struct reader *reader, const struct csv_row *row)
{
    for (size_t i = 0; i < row->cells; i++) {
        const enum import_column kind = import_heading(reader->config, row->cell[i]).kind;
        if (kind == IMPORT_TIME || kind == IMPORT_DATE)
            return true;
    }
    return false;
}

static bool is_blank_row(const struct csv_row *row)
{
    for (size_t i = 0; i < row->cells; i++)
        if (row->cell[i][0])
            return false;
    return true;
}

/* --- rows --- */

static void reading_take(struct reader *reader, const struct csv_row *row, size_t column, size_t meter, int64_t at_ms)
{
    int64_t count;
    if (!import_cell_count(reader, row, column, meter, &count))
        return;
    struct import_reading *reading = list_add(&reader->file->readings);
    if (reading)
        *reading = (struct import_reading){at_ms, meter, count, row->row, column, false};
    else
        reader->failed = true;
}

/* The one column of the two that has this row's reading; 0, after a fault, where not one has. */
static size_t value_column(struct reader *reader, const struct csv_row *row)
{
    const size_t reading = reader->column[IMPORT_READING], raw = reader->column[IMPORT_RAW];
    const bool has_reading = *import_cell(row, reading), has_raw = *import_cell(row, raw);
    if (has_reading && has_raw)
        import_fault(reader->faults, row->row, raw, "a reading and a raw one: leave one of them empty");
    else if (!has_reading && !has_raw)
        import_fault(reader->faults, row->row, reading ? reading : raw, "no reading");
    return has_reading == has_raw ? 0 : has_reading ? reading : raw;
}

static void row_read(struct reader *reader, const struct csv_row *row)
{
    int64_t at_ms = 0;
    const bool timed = import_cell_time(reader, row, &at_ms);
    reader->file->rows++;
    if (reader->column[IMPORT_READING] || reader->column[IMPORT_RAW]) {
        const size_t meter = import_cell_meter(reader, row), column = value_column(reader, row);
        if (timed && meter != CONFIG_NONE && column)
            reading_take(reader, row, column, meter, at_ms);
    }
    /* A meter's own column is empty where nobody read it. */
    for (size_t i = 0; i < reader->columns; i++)
        if (timed && reader->heading[i].kind == IMPORT_OWN && *import_cell(row, i + 1))
            reading_take(reader, row, i + 1, reader->heading[i].meter, at_ms);
}

/* The first row with a column of times; titles may stand above it. */
static bool heading_read(struct reader *reader, struct csv *csv)
{
    struct csv_row row;
    bool unclosed;
    size_t first = 0;
    for (int titles = 0; titles < TITLES_MAX && csv_row(csv, &row, &unclosed) != CSV_END;) {
        if (heading_is(reader, &row)) {
            heading_take(reader, &row);
            heading_judge(reader, row.row);
            return reader->faults->found == 0;
        }
        titles += !is_blank_row(&row);
        first = first || titles == 0 ? first : row.row;
    }
    if (first)
        import_fault(reader->faults, first, 0, "no column of times: head one time (%s) or date (%s)", "时间", "日期");
    else
        import_fault(reader->faults, 0, 0, "empty");
    return false;
}

static void rows_read(struct reader *reader, char *text, size_t length)
{
    struct csv csv = csv_start(text, length);
    struct csv_row row;
    bool unclosed;
    if (!heading_read(reader, &csv))
        return;
    for (enum csv_outcome outcome; (outcome = csv_row(&csv, &row, &unclosed)) != CSV_END && !reader->failed;) {
        if (unclosed)
            import_fault(reader->faults, row.row, row.cells, "a quote that nothing closes");
        else if (outcome == CSV_BAD)
            import_fault(reader->faults, row.row, 0, "more than %d columns", CSV_CELLS_MAX);
        else if (!is_blank_row(&row))
            row_read(reader, &row);
    }
}

/* --- order --- */

static int by_time(const void *one, const void *other)
{
    const struct import_reading *a = one, *b = other;
    if (a->at_ms != b->at_ms)
        return a->at_ms < b->at_ms ? -1 : 1;
    if (a->meter != b->meter)
        return a->meter < b->meter ? -1 : 1;
    return a->row < b->row ? -1 : a->row > b->row;
}

/* A reading that stands there twice is one; two that differ are a fault. */
static void readings_order(struct reader *reader)
{
    struct list *list = &reader->file->readings;
    struct import_reading *reading = list->at;
    size_t kept = 0;
    if (list->count)
        qsort(reading, list->count, sizeof *reading, by_time);
    for (size_t i = 0; i < list->count; i++) {
        const struct import_reading *last = kept ? &reading[kept - 1] : NULL;
        const bool again = last && last->at_ms == reading[i].at_ms && last->meter == reading[i].meter;
        if (!again)
            reading[kept++] = reading[i];
        else if (last->count == reading[i].count)
            reader->file->repeated++;
        else
            import_fault(reader->faults, reading[i].row, reading[i].column,
                         "%s: another reading at the same time than in row %zu",
                         reader->config->meter[reading[i].meter].name, last->row);
    }
    list->count = kept;
}

bool import_read(const struct config *config, const char *bytes, size_t size, const char *meter, int64_t now_ms,
                 struct import_faults *faults, struct import_file *file)
{
    struct reader *reader = calloc(1, sizeof *reader);
    const char *why = "out of memory";
    size_t length;
    *file = (struct import_file){.readings.size = sizeof(struct import_reading)};
    char *text = reader && digest_hex(bytes, size, file->hash)
                     ? charset_decode(bytes, size, &length, &file->charset, &why)
                     : NULL;
    if (text) {
        *reader = (struct reader){.config = config, .faults = faults, .file = file, .meter = meter, .now_ms = now_ms};
        rows_read(reader, text, length);
        readings_order(reader);
    }
    const bool good = text && !reader->failed;
    if (!good)
        import_fault(faults, 0, 0, "%s", why);
    free(text);
    free(reader);
    return good;
}

void import_file_free(struct import_file *file)
{
    free(file->readings.at);
    file->readings = (struct list){.size = sizeof(struct import_reading)};
}
