/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <string.h>

#include "collector/import_parts.h"
#include "collector/stamp.h"

#define SAY(text) say(reader->faults->language, text)

const char *import_cell(const struct csv_row *row, size_t column)
{
    return column && column <= row->cells ? row->cell[column - 1] : "";
}

bool import_cell_time(struct reader *reader, const struct csv_row *row, int64_t *at_ms)
{
    const size_t time = reader->column[IMPORT_TIME], date = reader->column[IMPORT_DATE];
    const char *day = import_cell(row, date), *clock = import_cell(row, time);
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

size_t import_cell_meter(struct reader *reader, const struct csv_row *row)
{
    const char *names[256] = {0};
    const size_t column = reader->column[IMPORT_METER];
    const char *name = column ? import_cell(row, column) : reader->meter;
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
    const char *cell = import_cell(row, column);
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

bool import_cell_count(struct reader *reader, const struct csv_row *row, size_t column, size_t index, int64_t *count)
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
        import_fault(reader->faults, row->row, column, "%s is beyond all totals", import_cell(row, column));
        return false;
    }
    if (exact.over != 1) {
        char quantum[DECIMAL_TEXT_MAX];
        decimal_format(point->format.quantum, quantum);
        import_fault(reader->faults, row->row, column,
                     raw ? SAY("%s is no whole number; %s counts steps of %s %s")
                         : SAY("%s is finer than the register of %s, which counts steps of %s %s"),
                     import_cell(row, column), meter->name, quantum, point->unit);
        return false;
    }
    *count = exact.times;
    if (*count >= 0 && (!meter->rules.modulus || *count < meter->rules.modulus))
        return true;
    import_fault(reader->faults, row->row, column, "%s: the register of %s goes from 0 to %" PRId64 " counts",
                 import_cell(row, column), meter->name, meter->rules.modulus ? meter->rules.modulus - 1 : INT64_MAX);
    return false;
}
