/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "collector/charset.h"
#include "collector/csv.h"
#include "collector/import.h"
#include "collector/stamp.h"

enum { TITLES_MAX = 10 }; /* rows above the heading */

/* A file on the way to its readings. */
struct reader {
    const struct config *config;
    struct import_faults *faults;
    struct import_file *file;
    const char *meter; /* of all rows; NULL: a column says it */
    int64_t now_ms;
    size_t columns;
    struct import_heading heading[CSV_CELLS_MAX];
    size_t column[IMPORT_COLUMNS]; /* from 1; 0: there is none */
    bool failed;                   /* out of memory */
};

#define SAY(text) say(reader->faults->language, text)

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

/* --- cells --- */

static const char *cell_of(const struct csv_row *row, size_t column)
{
    return column && column <= row->cells ? row->cell[column - 1] : "";
}

/* Of a column of times, of dates, or of both: the date, and the time of day. */
static bool time_read(struct reader *reader, const struct csv_row *row, int64_t *at_ms)
{
    const size_t time = reader->column[IMPORT_TIME], date = reader->column[IMPORT_DATE];
    const char *day = cell_of(row, date), *clock = cell_of(row, time);
    char both[128];
    snprintf(both, sizeof both, "%.60s%s%.60s", day, *day && *clock ? " " : "", clock);
    if (!stamp_parse(both, at_ms)) {
        import_fault(reader->faults, row->row, time ? time : date,
                     "\"%.60s\" is no time; expected one such as 2026-01-05 08:00, 2026/1/5 8:00 or %s", both,
                     "2026年1月5日 8:00");
        return false;
    }
    if (*at_ms <= reader->now_ms)
        return true;
    import_fault(reader->faults, row->row, time ? time : date, "%.60s is still to come: an import is of the past",
                 both);
    return false;
}

static size_t meter_read(struct reader *reader, const struct csv_row *row)
{
    const char *names[256] = {0};
    const size_t column = reader->column[IMPORT_METER];
    const char *name = column ? cell_of(row, column) : reader->meter;
    const size_t meter = import_meter(reader->config, name);
    if (meter != CONFIG_NONE)
        return meter;
    for (size_t i = 0; i < reader->config->meters && i + 1 < sizeof names / sizeof *names; i++)
        names[i] = reader->config->meter[i].name;
    const char *nearest = yaml_nearest(name, names);
    if (nearest)
        import_fault(reader->faults, row->row, column, "no meter \"%.80s\" in the configuration; did you mean %s?",
                     name, nearest);
    else
        import_fault(reader->faults, row->row, column, "no meter \"%.80s\" in the configuration", name);
    return CONFIG_NONE;
}

/* What one unit is in counts of the meter's register. */
static bool counts_of_unit(const struct config_meter *meter, const char *unit, struct ratio *counts)
{
    const struct ratio convert = meter->rules.convert;
    struct ratio factor, milli;
    int64_t over;
    return quantity_factor(meter->quantity, *unit ? unit : meter->quantity->unit, &factor) && convert.times > 0 &&
           ratio_of((struct decimal){1000, 0}, factor.times, factor.over, &milli) &&
           !__builtin_mul_overflow(milli.over, convert.times, &over) &&
           ratio_of((struct decimal){milli.times, 0}, convert.over, over, counts);
}

static bool number_read(struct reader *reader, const struct csv_row *row, size_t column, struct decimal *number)
{
    const char *cell = cell_of(row, column);
    if (number_parse(cell, number))
        return true;
    if (cell[strspn(cell, "-+.,0123456789")] == 'E' || cell[strspn(cell, "-+.,0123456789")] == 'e')
        import_fault(reader->faults, row->row, column,
                     "\"%.60s\" was rounded by a spreadsheet; give the column the format of a number and save again",
                     cell);
    else
        import_fault(reader->faults, row->row, column,
                     "\"%.60s\" is no reading; expected a number such as 1882104.311 or 1,882,104.311", cell);
    return false;
}

/* A cell's number as a count of the register. */
static bool count_read(struct reader *reader, const struct csv_row *row, size_t column, size_t index, int64_t *count)
{
    const struct config_meter *meter = &reader->config->meter[index];
    const struct import_heading *heading = &reader->heading[column - 1];
    const struct point *point = &reader->config->device[meter->device].profile->point[meter->point];
    const bool raw = heading->kind == IMPORT_RAW;
    struct ratio counts = {1, 1}, exact;
    struct decimal number;
    if (!number_read(reader, row, column, &number))
        return false;
    if (!raw && !counts_of_unit(meter, heading->unit, &counts)) {
        import_fault(reader->faults, row->row, column, "%s is counted in %s, which is not to be had from %s",
                     meter->name, meter->quantity->unit, heading->unit);
        return false;
    }
    if (!ratio_of(number, counts.times, counts.over, &exact)) {
        import_fault(reader->faults, row->row, column, "%s is beyond all totals", cell_of(row, column));
        return false;
    }
    if (exact.over != 1) {
        char quantum[DECIMAL_TEXT_MAX];
        decimal_format(point->format.quantum, quantum);
        import_fault(reader->faults, row->row, column,
                     raw ? SAY("%s is no whole number; %s counts steps of %s %s")
                         : SAY("%s is finer than the register of %s, which counts steps of %s %s"),
                     cell_of(row, column), meter->name, quantum, point->unit);
        return false;
    }
    *count = exact.times;
    if (*count >= 0 && (!meter->rules.modulus || *count < meter->rules.modulus))
        return true;
    import_fault(reader->faults, row->row, column, "%s: the register of %s goes from 0 to %" PRId64 " counts",
                 cell_of(row, column), meter->name, meter->rules.modulus ? meter->rules.modulus - 1 : INT64_MAX);
    return false;
}

/* --- rows --- */

static void reading_take(struct reader *reader, const struct csv_row *row, size_t column, size_t meter, int64_t at_ms)
{
    int64_t count;
    if (!count_read(reader, row, column, meter, &count))
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
    const bool has_reading = *cell_of(row, reading), has_raw = *cell_of(row, raw);
    if (has_reading && has_raw)
        import_fault(reader->faults, row->row, raw, "a reading and a raw one: leave one of them empty");
    else if (!has_reading && !has_raw)
        import_fault(reader->faults, row->row, reading ? reading : raw, "no reading");
    return has_reading == has_raw ? 0 : has_reading ? reading : raw;
}

static void row_read(struct reader *reader, const struct csv_row *row)
{
    int64_t at_ms = 0;
    const bool timed = time_read(reader, row, &at_ms);
    reader->file->rows++;
    if (reader->column[IMPORT_READING] || reader->column[IMPORT_RAW]) {
        const size_t meter = meter_read(reader, row), column = value_column(reader, row);
        if (timed && meter != CONFIG_NONE && column)
            reading_take(reader, row, column, meter, at_ms);
    }
    /* A meter's own column is empty where nobody read it. */
    for (size_t i = 0; i < reader->columns; i++)
        if (timed && reader->heading[i].kind == IMPORT_OWN && *cell_of(row, i + 1))
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
