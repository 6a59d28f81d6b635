/* SPDX-License-Identifier: Apache-2.0 */
/* What is derived, after rows were taken. */
#include <stdlib.h>

#include "collector/amount.h"
#include "collector/store_take_parts.h"

void taker_gain(struct taker *taker, const struct taker_gain *gain)
{
    struct taker_gain *kept = list_add(&taker->gains);
    if (kept)
        *kept = *gain;
    else
        taker_fail_memory(taker);
}

bool taker_mine_is_again(const struct taker *taker, int64_t mine)
{
    for (size_t i = 0; i < taker->again.count; i++)
        if (((const int64_t *)taker->again.at)[i] == mine)
            return true;
    return false;
}

void taker_mine_again(struct taker *taker, int64_t mine)
{
    if (taker_mine_is_again(taker, mine))
        return;
    int64_t *kept = list_add(&taker->again);
    if (kept)
        *kept = mine;
    else
        taker_fail_memory(taker);
}

/* The totals of a meter that has no row yet are owed until that comes. */
static void meter_owed(struct taker *taker, int64_t meter)
{
    db_value(taker->store->db, "INSERT OR IGNORE INTO replica_meter(meter) VALUES(?)", 1, &meter);
}

static void mine_derived(struct taker *taker, int64_t mine, int64_t *last)
{
    if (mine == *last)
        return;
    *last = mine;
    db_value(taker->store->db, "UPDATE replica_mine SET derived = 1 WHERE mine = ? AND derived = 0", 1, &mine);
}

static int derived_order(const void *a, const void *b)
{
    const struct derived *one = a, *other = b;
    if (one->meter != other->meter)
        return one->meter < other->meter ? -1 : 1;
    if (one->place.day != other->place.day)
        return one->place.day < other->place.day ? -1 : 1;
    return one->place.shift - other->place.shift;
}

static bool derived_same(const struct derived *one, const struct derived *other)
{
    return derived_order(one, other) == 0;
}

/* The gains by the shifts in which they lie. */
static void gains_place(struct taker *taker, struct list *shifts)
{
    const struct roster *roster = taker->roster;
    int64_t last = 0;
    for (size_t i = 0; i < taker->gains.count; i++) {
        const struct taker_gain *gain = &((const struct taker_gain *)taker->gains.at)[i];
        const int index = roster_meter_id(roster, gain->meter);
        if (index < 0) {
            meter_owed(taker, gain->meter);
            continue;
        }
        const struct roster_meter *meter = &roster->meter[index];
        mine_derived(taker, roster->mine[meter->mine].id, &last);
        if (taker_mine_is_again(taker, roster->mine[meter->mine].id))
            continue;
        struct derived *shift = list_add(shifts);
        if (!shift) {
            taker_fail_memory(taker);
            return;
        }
        *shift = (struct derived){gain->meter, calendar_place(meter->calendar, gain->bucket_ms), gain->metered,
                                  gain->good_ms};
    }
}

static void shift_left(struct taker *taker, const struct derived *shift)
{
    struct derived *left = taker->leaving ? list_add(&taker->left_shifts) : NULL;
    if (left)
        *left = *shift;
    else if (taker->leaving)
        taker_fail_memory(taker);
}

static void shifts_derive(struct taker *taker, struct list *shifts)
{
    struct derived *shift = shifts->at;
    if (shifts->count > 1)
        qsort(shift, shifts->count, sizeof *shift, derived_order);
    for (size_t i = 0; i < shifts->count; i++) {
        if (i + 1 < shifts->count && derived_same(&shift[i], &shift[i + 1])) {
            shift[i + 1].metered = amount_add(shift[i + 1].metered, shift[i].metered);
            shift[i + 1].good_ms = amount_add(shift[i + 1].good_ms, shift[i].good_ms);
            continue;
        }
        store_derive(taker->store->db, &shift[i]);
        shift_left(taker, &shift[i]);
    }
}

static void reported_again(struct taker *taker)
{
    for (size_t i = 0; i < taker->reported.count; i++) {
        const struct taker_reported *of = &((const struct taker_reported *)taker->reported.at)[i];
        store_report_again(taker->store->db, of->meter, of->from);
    }
}

void taker_totals(struct taker *taker)
{
    struct db *db = taker->store->db;
    struct list shifts = {.size = sizeof(struct derived)};
    if (!taker->roster && db_fault(db) == DB_OK)
        taker->roster = roster_read(db);
    if (!taker->roster || db_fault(db) != DB_OK)
        return;
    gains_place(taker, &shifts);
    for (size_t i = 0; !taker->switching && i < taker->again.count; i++)
        store_derive_again(db, ((const int64_t *)taker->again.at)[i]);
    shifts_derive(taker, &shifts);
    free(shifts.at);
    reported_again(taker);
}
