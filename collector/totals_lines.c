/* SPDX-License-Identifier: Apache-2.0 */
/* What a mine has now, a line a quantity. */
#include <string.h>

#include "collector/totals_parts.h"

struct lines {
    struct totals_line *line;
    size_t count, size;
};

static struct totals_line *line_of(struct lines *lines, const struct quantity *quantity,
                                   const struct config_meter *meter, int64_t wall_ms)
{
    for (size_t i = 0; i < lines->count; i++)
        if (lines->line[i].quantity == quantity)
            return &lines->line[i];
    if (lines->count == lines->size)
        return NULL;
    struct calendar_place place = calendar_place(&meter->calendar, wall_ms);
    const struct calendar_rule *rule = calendar_rule_of(&meter->calendar, place.day);
    struct totals_line *added = &lines->line[lines->count++];
    *added = (struct totals_line){.quantity = quantity, .date = place.day};
    memcpy(added->shift_name, rule->shift[place.shift].name, sizeof(added->shift_name));
    return added;
}

static void line_add(struct totals_line *line, const struct total *total, bool reported, int64_t fresh_ms)
{
    const struct totals_sums metered = {total->shift_sum, total->day_sum, total->month_sum, total->year_sum};
    const struct totals_sums sums = reported ? total_reported(total) : metered;
    const int64_t per_hour = total->seen_ms >= fresh_ms ? total_per_hour(total) : 0;
    bool good = total->good && total->seen_ms >= fresh_ms;

    line->reported = reported;
    line->shift += sums.shift;
    line->day += sums.day;
    line->month += sums.month;
    line->year += sums.year;
    line->metered.shift += metered.shift;
    line->metered.day += metered.day;
    line->metered.month += metered.month;
    line->metered.year += metered.year;
    line->per_hour += reported ? total_product(total, total->place.day, per_hour) : per_hour;
    if (line->meters == 0 || total->seen_ms < line->as_of_ms)
        line->as_of_ms = total->seen_ms;
    line->meters++;
    line->meters_good += good;
}

/* What people added. Another day than that it is of: what of month and year still holds, and it must be read anew. */
static void line_add_people(struct totals *totals, size_t mine, const struct calendar *calendar, int64_t wall_ms,
                            struct totals_line *line)
{
    const struct added *added = added_find(totals, mine, line->quantity);
    const struct calendar_place place = calendar_place(calendar, wall_ms);

    if (!added || !line->reported)
        return;
    const bool same_day = added->place.day == place.day;
    const int month = month_of(place.day), of = month_of(added->place.day);
    line->shift += same_day && added->place.shift == place.shift ? added->sums.shift : 0;
    line->day += same_day ? added->sums.day : 0;
    line->month += month == of ? added->sums.month : 0;
    line->year += month / 12 == of / 12 ? added->sums.year : 0;
    totals->spoilt |= !same_day || added->place.shift != place.shift;
}

/* A meter of run-of-mine coal is in two lines: as it is metered, and as raw coal. */
static void meter_lines(struct totals *totals, size_t index, int64_t wall_ms, struct lines *lines)
{
    const struct config_meter *meter = &totals->config->meter[index];
    const struct quantity *rom = quantity_find("rom_coal"), *raw = quantity_find("raw_coal");
    const struct quantity *const quantities[] = {meter->quantity, meter->quantity == rom ? raw : NULL};
    const int64_t slow_ms = 3 * meter->rules.interval_ms;

    total_roll(&totals->total[index], &meter->calendar, wall_ms);
    for (size_t i = 0; i < 2 && quantities[i]; i++) {
        const size_t before = lines->count;
        struct totals_line *of = line_of(lines, quantities[i], meter, wall_ms);
        if (!of)
            continue;
        line_add(of, &totals->total[index], quantities[i] != rom, wall_ms - (slow_ms > STALE_MS ? slow_ms : STALE_MS));
        if (lines->count > before)
            line_add_people(totals, meter->mine, &meter->calendar, wall_ms, of);
    }
}

size_t totals_lines(struct totals *totals, size_t mine, int64_t wall_ms, struct totals_line *line, size_t size)
{
    struct lines lines = {line, 0, size};

    pthread_mutex_lock(&totals->lock);
    for (size_t i = 0; i < totals->config->meters; i++) {
        const struct config_meter *meter = &totals->config->meter[i];
        if (meter->mine == mine && meter->role == ROLE_MAIN && totals->total[i].known)
            meter_lines(totals, i, wall_ms, &lines);
    }
    pthread_mutex_unlock(&totals->lock);
    return lines.count;
}
