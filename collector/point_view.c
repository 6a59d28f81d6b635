/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/point_view.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/display.h"

void real_text(double real, bool single, char *text, size_t size)
{
    for (int digits = single ? 6 : 15; digits <= 17; digits++) {
        snprintf(text, size, "%.*g", digits, real);
        if (single ? strtof(text, NULL) == (float)real : strtod(text, NULL) == real)
            break;
    }
}

/* --- as it came --- */

static void view_place(const struct point *point, struct point_view *view)
{
    if (point->format.type == TYPE_SUM)
        return;
    if (point->model[0])
        snprintf(view->table, sizeof view->table, "model %u", point->model[0]);
    else
        snprintf(view->table, sizeof view->table, "%s", registers_table_name(point->table));
    snprintf(view->address, sizeof view->address, "%u", point->address);
}

static void view_registers(const struct point *point, const uint16_t *registers, struct point_view *view)
{
    const int words = point_words(point);
    size_t length = 0;
    for (int i = 0; i < words && length + 6 <= sizeof view->registers; i++)
        length += (size_t)snprintf(view->registers + length, sizeof view->registers - length, i ? " %04X" : "%04X",
                                   registers[i]);
}

static void view_raw(const struct point *point, const uint16_t *registers, struct point_view *view)
{
    const struct registers_raw raw = registers_get(registers, &point->format);
    if (raw.form == RAW_SIGNED)
        snprintf(view->raw, sizeof view->raw, "%" PRId64, raw.i);
    else if (raw.form == RAW_UNSIGNED)
        snprintf(view->raw, sizeof view->raw, "%" PRIu64, raw.u);
    else if (raw.form == RAW_REAL)
        real_text(raw.f, point->format.type == TYPE_FLOAT32, view->raw, sizeof view->raw);
    if (point->kind == POINT_STATE && (raw.form == RAW_SIGNED || raw.form == RAW_UNSIGNED)) {
        char meaning[MEANINGS_MAX_BYTES];
        point_meaning(point, raw.i, meaning);
        text_clean(meaning, view->text, sizeof view->text);
    }
}

/* A text stands there as it came: nothing that a screen or a file would obey. */
static void view_letters(const struct point *point, const uint16_t *registers, struct point_view *view)
{
    char letters[2 * TEXT_REGISTERS_MAX + 1];
    registers_get_text(registers, point_words(point), point->format.order, letters);
    text_clean(letters, view->text, sizeof view->text);
}

/* --- what it means --- */

static bool has_value(struct reading reading)
{
    return reading.quality == QUALITY_GOOD || reading.quality == QUALITY_CALIBRATING;
}

/* "" when it is beyond 64 bits. */
static void count_text(const struct point *point, int64_t count, char *text)
{
    struct decimal value = point->format.quantum;
    *text = '\0';
    if (!__builtin_mul_overflow(count, value.digits, &value.digits))
        decimal_format(value, text);
}

/* --- why not --- */

static bool is_sentinel(const struct point *point, const char *raw)
{
    char text[24];
    for (int i = 0; i < point->sentinels; i++) {
        snprintf(text, sizeof text, "%" PRId64, point->sentinel[i]);
        if (strcmp(text, raw) == 0)
            return true;
    }
    return false;
}

/* One of the points that this one rests on has no value. */
static const struct point *culprit(const struct profile *profile, const struct point *point,
                                   const struct reading *readings)
{
    const struct point *const others[] = {point->high_part, point->low_part, point->factor, point->condition.point};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (others[i] && !has_value(readings[others[i] - profile->point]))
            return others[i];
    return NULL;
}

static void why_sentinel(const struct point *point, enum language language, struct point_view *view)
{
    if (is_sentinel(point, view->raw))
        snprintf(view->why, sizeof view->why, say(language, "%s is the device's word for \"no value\""), view->raw);
    else
        snprintf(view->why, sizeof view->why, say(language, "the device's own %s says so"),
                 point->condition.point ? point->condition.point->name : "?");
}

static void why_range(const struct point *point, const uint16_t *registers, enum language language,
                      struct point_view *view)
{
    char low[DECIMAL_TEXT_MAX] = "", high[DECIMAL_TEXT_MAX] = "";
    const bool own = point->format.type != TYPE_SUM && point->format.type != TYPE_ASCII;
    if (own && registers_decode(registers, &point->format).quality != QUALITY_GOOD) {
        snprintf(view->why, sizeof view->why,
                 say(language, "not a number as %s has them: another type, order or address?"), view->type);
        return;
    }
    if (point->low != INT64_MIN)
        count_text(point, point->low, low);
    if (point->high != INT64_MAX)
        count_text(point, point->high, high);
    snprintf(view->why, sizeof view->why, say(language, "outside of what the profile allows: %s to %s"),
             *low ? low : "-", *high ? high : "-");
}

static const char *const reasons[QUALITY_COUNT] = {
    [QUALITY_STUCK] = N_("it does not move though it should"),
    [QUALITY_CALIBRATING] = N_("the device says that it is calibrated, tested or simulating"),
    [QUALITY_STALE] = N_("the device does not measure any more: what it counts to show that stands"),
};

static void view_why(const struct profile *profile, const struct point *point, const uint16_t *registers,
                     const struct reading *readings, const char *error, enum language language, struct point_view *view)
{
    const enum quality quality = readings[point - profile->point].quality;
    const struct point *other = culprit(profile, point, readings);
    if (quality == QUALITY_GOOD)
        return;
    if (other)
        snprintf(view->why, sizeof view->why, say(language, "%s, which it rests on, has no value"), other->name);
    else if (quality == QUALITY_TIMEOUT || quality == QUALITY_EXCEPTION)
        text_clean(error, view->why, sizeof view->why);
    else if (quality == QUALITY_SENTINEL)
        why_sentinel(point, language, view);
    else if (quality == QUALITY_RANGE)
        why_range(point, registers, language, view);
    else
        snprintf(view->why, sizeof view->why, "%s", say(language, reasons[quality]));
}

/* --- the whole --- */

void point_view(const struct profile *profile, size_t index, const uint16_t *registers, const struct reading *readings,
                const char *error, enum language language, struct point_view *view)
{
    const struct point *point = &profile->point[index];
    const struct reading reading = readings[index];
    *view = (struct point_view){0};
    snprintf(view->name, sizeof view->name, "%s", point->name);
    snprintf(view->type, sizeof view->type, "%s", registers_type_name(point->format.type));
    snprintf(view->unit, sizeof view->unit, "%s", point->unit);
    snprintf(view->quality, sizeof view->quality, "%s", quality_name(reading.quality));
    view_place(point, view);
    if (reading.quality != QUALITY_TIMEOUT && reading.quality != QUALITY_EXCEPTION) {
        view_registers(point, registers, view);
        if (point->format.type == TYPE_ASCII)
            view_letters(point, registers, view);
        else if (point->format.type != TYPE_SUM)
            view_raw(point, registers, view);
        if (has_value(reading) && point->format.type != TYPE_ASCII)
            count_text(point, reading.count, view->value);
    }
    view_why(profile, point, registers, readings, error, language, view);
}

void point_view_change(const struct point *point, struct reading before, struct reading now, struct point_view *view)
{
    int64_t change;
    char text[DECIMAL_TEXT_MAX];
    view->change[0] = '\0';
    if (!has_value(before) || !has_value(now) || point->format.type == TYPE_ASCII ||
        __builtin_sub_overflow(now.count, before.count, &change))
        return;
    count_text(point, change, text);
    snprintf(view->change, sizeof view->change, "%s%s", change > 0 && *text ? "+" : "", text);
}
