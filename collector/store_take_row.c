/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a row that came from elsewhere can be counted. */
#include <string.h>

#include "collector/coefficient.h"
#include "collector/store_take_parts.h"
#include "collector/totaliser_turn.h"
#include "drivers/language.h"
#include "drivers/span.h"

#define AMOUNT_MAX INT64_C(1000000000000000) /* more no mine makes in its life, and sums of such stay numbers */
#define YEAR_MAX   INT64_C(1000000000000)    /* items.h: no mine moves a thousand million of anything in a year */
#define HOUR_MAX   INT64_C(10000000000)      /* ten million: also what a person counts of a break, all at once */
enum { BUCKET_MAX_MS = HOUR_MS, DAY_MAX = 4000000 };
#define AHEAD_MAX_MS (INT64_C(400) * 86400 * 1000)

static const struct taker_mine *mine_of(const struct taker *taker, int64_t local)
{
    const struct taker_mine *mine = taker->mines.at;
    for (size_t i = 0; i < taker->mines.count; i++)
        if (mine[i].local == local)
            return &mine[i];
    return NULL;
}

static const char *value_judge(const struct taker *taker, enum travel_kind kind, int64_t number)
{
    switch (kind) {
    case TRAVEL_AMOUNT:
        return number > AMOUNT_MAX || number < -AMOUNT_MAX ? N_("more than any mine can make") : NULL;
    case TRAVEL_TIME:
        if (!store_time(number))
            return N_("a time that is none");
        return number > taker->now_ms + AHEAD_MAX_MS ? N_("more than 400 days from now") : NULL;
    case TRAVEL_DAY:
        return number > DAY_MAX || number < -DAY_MAX ? N_("a day that is none") : NULL;
    default:
        return NULL;
    }
}

/* --- what pages could not read --- */

enum {
    SEGMENT_NUMBER = 1,
    SEGMENT_MODULUS = 3,
    SEGMENT_TIMES,
    SEGMENT_OVER,
    SEGMENT_FIRST = 8,
    SEGMENT_HIGH,
    SEGMENT_WRAPS
};
enum { TALLY_BUCKET = 1, TALLY_END, TALLY_METERED, TALLY_GOOD };
enum { ENTRY_VALUE = 10, ADJUSTMENT_AMOUNT = 7 };
enum { COEFFICIENT_DIGITS = 2, COEFFICIENT_PLACES };
enum { CALENDAR_FROM = 2, CALENDAR_START, CALENDAR_SHIFTS };
enum { MINE_NAME = 1 };

static const char *calendar_judge(const struct travel_row *row)
{
    struct calendar_rule rule = {0};
    const int64_t from = row->value[CALENDAR_FROM].number, start = row->value[CALENDAR_START].number;
    const char *shifts = row->value[CALENDAR_SHIFTS].text;
    if (from < INT32_MIN / 2 || from > INT32_MAX / 2 || start <= -86400 || start >= 86400)
        return N_("a calendar that is none");
    return *shifts && !roster_shifts(shifts, &rule) ? N_("a calendar that is none") : NULL;
}

/* The scale brings all that it was in to numbers: one that does not would end every page that has its meter. */
static const char *segment_judge(const struct travel_row *row)
{
    const struct travel_value *value = row->value;
    const struct totaliser_rules rules = {.modulus = value[SEGMENT_MODULUS].number,
                                          .convert = {value[SEGMENT_TIMES].number, value[SEGMENT_OVER].number}};
    const struct totaliser_state state = {
        .first = value[SEGMENT_FIRST].number, .high = value[SEGMENT_HIGH].number, .wraps = value[SEGMENT_WRAPS].number};
    int64_t counted;
    if (value[SEGMENT_NUMBER].number > INT32_MAX || value[SEGMENT_NUMBER].number < INT32_MIN)
        return N_("a segment that is none");
    return rules.convert.times > 0 && rules.convert.over > 0 && rules.modulus >= 0 &&
                   segment_count(&rules, &state, &counted)
               ? NULL
               : N_("a segment without a scale");
}

static const char *amount_judge(const struct travel_value *value, int64_t max)
{
    return !value->null && (value->number > max || value->number < -max) ? N_("more than any mine can make") : NULL;
}

/* A clock that was set back lets more time pass in a bucket than it is long; not years. A meter's total goes forward,
 * and an act takes away no more than there is. */
static const char *tally_judge(const struct travel_row *row)
{
    const int64_t from = row->value[TALLY_BUCKET].number, to = row->value[TALLY_END].number;
    const int64_t good_ms = row->value[TALLY_GOOD].number;
    if (to <= from || to - from > BUCKET_MAX_MS || good_ms < 0 || good_ms > AHEAD_MAX_MS)
        return N_("a bucket that is none");
    if (row->value[TALLY_METERED].number < 0)
        return N_("less than nothing");
    return amount_judge(&row->value[TALLY_METERED], HOUR_MAX);
}

static const char *row_judge(const struct taker *taker, const struct travel_row *row, const struct travel_row *local)
{
    switch (row->table) {
    case TRAVEL_tally:
        return tally_judge(row);
    case TRAVEL_segment:
        return segment_judge(row);
    case TRAVEL_entry:
        return amount_judge(&row->value[ENTRY_VALUE], YEAR_MAX);
    case TRAVEL_adjustment:
        return amount_judge(&row->value[ADJUSTMENT_AMOUNT], YEAR_MAX);
    case TRAVEL_calendar:
        return calendar_judge(row);
    case TRAVEL_coefficient:
        return coefficient_possible(row->value[COEFFICIENT_DIGITS].number, row->value[COEFFICIENT_PLACES].number)
                   ? NULL
                   : N_("a coefficient that is none");
    case TRAVEL_mine:
        return strcmp(mine_of(taker, local->value[0].number)->name, row->value[MINE_NAME].text) == 0
                   ? NULL
                   : N_("a mine by another name than it had");
    default:
        return NULL;
    }
}

const char *taker_map(const struct taker *taker, const struct travel_row *local, struct travel_row *row,
                      bool *without_key)
{
    const struct travel_table *table = &travel_tables[local->table];
    const char *reason = NULL;
    *row = *local;
    *without_key = false;
    row->rev = travel_id(taker->number, local->rev);
    for (int i = 0; i < table->columns; i++) {
        const struct travel_column *column = &table->column[i];
        struct travel_value *value = &row->value[i];
        if (value->null || column->kind == TRAVEL_TEXT)
            continue;
        if (column->kind == TRAVEL_ID) {
            value->number = travel_id(taker->number, value->number);
        } else if (column->kind == TRAVEL_MINE) {
            const struct taker_mine *mine = mine_of(taker, value->number);
            if (!mine || !mine->allowed)
                reason = N_("of a mine that is not this site's");
            value->number = mine ? mine->id : 0;
            *without_key |= column->key && value->number == 0;
        } else if (!reason) {
            reason = value_judge(taker, column->kind, value->number);
        }
    }
    return reason ? reason : row_judge(taker, row, local);
}
