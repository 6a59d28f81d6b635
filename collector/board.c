/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/board.h"

#include <string.h>

/* --- sources --- */

static const char *const sources[BOARD_SOURCES] = {
    [BOARD_METERED] = "metered", [BOARD_MIXED] = "mixed",   [BOARD_ROSTER] = "roster",   [BOARD_BY_HAND] = "by-hand",
    [BOARD_DERIVED] = "derived", [BOARD_STATED] = "stated", [BOARD_NO_DATA] = "no-data",
};

const char *board_source_text(enum board_source source)
{
    return sources[source];
}

bool board_source_parse(const char *text, enum board_source *out)
{
    for (int i = 0; i < BOARD_SOURCES; i++)
        if (strcmp(sources[i], text) == 0) {
            *out = (enum board_source)i;
            return true;
        }
    return false;
}

const struct indicator_stated *board_stands(const struct indicator_stated *said, bool has_target, int year)
{
    return said && (!has_target || said->year == year) ? said : NULL;
}

enum board_source board_source_of(const struct indicator_value *value, const struct indicator_stated *said)
{
    static const enum board_source of[ORIGINS] = {
        [ORIGIN_NONE] = BOARD_NO_DATA,    [ORIGIN_METERED] = BOARD_METERED, [ORIGIN_ROSTER] = BOARD_ROSTER,
        [ORIGIN_BY_HAND] = BOARD_BY_HAND, [ORIGIN_DERIVED] = BOARD_DERIVED,
    };
    if (!value->has)
        return said && said->has_value ? BOARD_STATED : BOARD_NO_DATA;
    return value->origin == ORIGIN_METERED && value->by_people ? BOARD_MIXED : of[value->origin];
}

/* --- order --- */

static int64_t place_of(const struct indicator *indicator)
{
    return indicator->headline ? indicator->headline : INT64_MAX;
}

void board_order(const struct indicators *indicators, size_t *order)
{
    for (size_t i = 0; i < indicators->count; i++) {
        size_t at = i;
        for (; at > 0 && place_of(&indicators->indicator[i]) < place_of(&indicators->indicator[order[at - 1]]); at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
}

/* --- a value against its target --- */

/* floor(a / b) into int64; b > 0. */
static bool floor_fits(__int128 a, __int128 b, int64_t *out)
{
    const __int128 floor = a / b - (a % b < 0);
    *out = (int64_t)floor;
    return floor >= INT64_MIN && floor <= INT64_MAX;
}

bool board_share(const struct indicator_value *value, struct decimal target, int64_t *permille)
{
    __int128 top, bottom;
    if (!value->has || target.digits <= 0)
        return false;
    if (__builtin_mul_overflow((__int128)value->top * value->times * 1000, (__int128)decimal_power(target.places),
                               &top))
        return false;
    bottom = (__int128)value->bottom * target.digits;
    return floor_fits(top, bottom, permille);
}

bool board_gap(const struct indicator_value *value, struct decimal target, int places, struct decimal *gap)
{
    const int common = target.places > places ? target.places : places;
    __int128 top, asked;
    if (!value->has ||
        __builtin_mul_overflow((__int128)value->top * value->times, (__int128)decimal_power(common), &top) ||
        __builtin_mul_overflow((__int128)target.digits * decimal_power(common - target.places), (__int128)value->bottom,
                               &asked))
        return false;
    gap->places = places;
    return floor_fits(top - asked, (__int128)value->bottom * decimal_power(common - places), &gap->digits);
}

bool board_change(const struct indicator_value *then, const struct indicator_value *now, int places,
                  struct decimal *change)
{
    __int128 left, right, scaled;
    const __int128 bottom = (__int128)then->bottom * now->bottom;
    if (!then->has || !now->has ||
        __builtin_mul_overflow((__int128)now->top * now->times, (__int128)then->bottom, &left) ||
        __builtin_mul_overflow((__int128)then->top * then->times, (__int128)now->bottom, &right) || left == right ||
        __builtin_mul_overflow(left - right, (__int128)decimal_power(places), &scaled))
        return false;
    change->places = places;
    return floor_fits(scaled, bottom, &change->digits);
}

bool board_exact(const struct indicator_value *value, struct decimal *out)
{
    const int exact_places = 12, floor_places = 6;
    struct decimal exact;
    if (indicator_value_floor(value, exact_places, &exact) && indicator_value_compare(value, exact) == 0)
        *out = decimal_reduce(exact);
    else if (indicator_value_floor(value, floor_places, &exact))
        *out = exact;
    else
        return indicator_value_floor(value, 0, out);
    return true;
}

bool board_target_amount(const struct indicator *indicator, struct decimal target, int64_t *amount)
{
    const __int128 exact = (__int128)target.digits * indicator->find.size * 1000;
    const int64_t over = decimal_power(target.places);
    *amount = (int64_t)(exact / over);
    return indicator->find.kind == FIND_SUM && exact >= 0 && exact % over == 0 && exact / over <= INT64_MAX;
}
