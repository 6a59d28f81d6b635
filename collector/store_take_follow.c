/* SPDX-License-Identifier: Apache-2.0 */
/* What follows from a row that was taken, before the totals are made. */
#include "collector/store_take_parts.h"

enum { METER_MINE = 2 };
enum { TALLY_METER, TALLY_BUCKET, TALLY_METERED = 3, TALLY_GOOD };
enum { COEFFICIENT_METER, COEFFICIENT_FROM };

static void tally_follow(struct taker *taker, const struct travel_row *row, const struct taker_former *former,
                         bool counts)
{
    const struct travel_value *value = row->value;
    const struct taker_gain gain = {value[TALLY_METER].number, value[TALLY_BUCKET].number,
                                    (counts ? value[TALLY_METERED].number : 0) - former->metered,
                                    (counts ? value[TALLY_GOOD].number : 0) - former->good_ms};
    if (taker->leaving || !former->present || gain.metered || gain.good_ms)
        taker_gain(taker, &gain);
}

/* What leaves was counted by the roster as it was. */
static void roster_changed(struct taker *taker)
{
    if (!taker->leaving)
        taker_forget(taker);
}

static void calendar_follow(struct taker *taker, int64_t mine, const struct taker_former *former, bool counts)
{
    roster_changed(taker);
    if (former->present && !former->moved && counts)
        return;
    if (db_value(taker->store->db, "SELECT 1 FROM replica_mine WHERE mine = ? AND derived = 1", 1, &mine))
        taker_mine_again(taker, mine);
}

static void meter_follow(struct taker *taker, const struct travel_row *row, const struct taker_former *former)
{
    const int64_t meter = row->value[0].number;
    taker_forget(taker);
    const bool owed = db_value(taker->store->db, "DELETE FROM replica_meter WHERE meter = ? RETURNING 1", 1, &meter);
    if (owed || former->moved)
        taker_mine_again(taker, row->value[METER_MINE].number);
}

static void coefficient_follow(struct taker *taker, const struct travel_row *row)
{
    struct taker_reported *reported = list_add(&taker->reported);
    if (reported)
        *reported = (struct taker_reported){row->value[COEFFICIENT_METER].number,
                                            (civil_day)row->value[COEFFICIENT_FROM].number};
    else
        taker_fail_memory(taker);
}

void taker_follow(struct taker *taker, const struct travel_row *row, const struct taker_former *former, bool counts)
{
    switch (row->table) {
    case TRAVEL_tally:
        tally_follow(taker, row, former, counts);
        break;
    case TRAVEL_calendar:
        calendar_follow(taker, row->value[0].number, former, counts);
        break;
    case TRAVEL_mine:
        roster_changed(taker);
        break;
    case TRAVEL_meter:
        meter_follow(taker, row, former);
        break;
    case TRAVEL_coefficient:
        coefficient_follow(taker, row);
        break;
    default:
        break;
    }
}
