/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>

#include "collector/amount.h"
#include "collector/store_verify_parts.h"
#include "collector/travel.h"
#include "drivers/span.h"

/* What the buckets that begin in (after, before) and end after `from` hold, but for what acts took from them. */
static int64_t held_between(struct verify *verify, int64_t meter, int64_t after_ms, int64_t before_ms, int64_t from_ms)
{
    const int64_t values[] = {after_ms, before_ms, from_ms, meter};
    const int64_t metered = db_value(verify->db,
                                     "SELECT sum(metered) FROM tally WHERE bucket_ms > ? AND bucket_ms < ?"
                                     " AND end_ms > ? AND meter = ?",
                                     4, values);
    const int64_t taken = db_value(verify->db,
                                   "SELECT -sum(amount) FROM posting WHERE bucket_ms > ? AND bucket_ms < ?"
                                   " AND end_ms > ? AND meter = ? AND amount < 0",
                                   4, values);
    return amount_add(metered, taken);
}

/* A gap's amount is part of what the buckets that it touches hold; buckets are an hour at most. One that a
 * corrected calendar cut was divided by time, whatever gap lay in it: then the whole hour holds it. */
static int64_t gap_tallied(struct verify *verify, int64_t meter, int64_t from_ms, int64_t to_ms)
{
    const int64_t around[] = {from_ms - HOUR_MS, to_ms + HOUR_MS, meter};
    if (db_value(verify->db,
                 "SELECT count(*) FROM tally WHERE bucket_ms > ? AND bucket_ms < ? AND meter = ?"
                 " AND split_act IS NOT NULL",
                 3, around))
        return held_between(verify, meter, from_ms - HOUR_MS, to_ms + HOUR_MS, INT64_MIN);
    return held_between(verify, meter, from_ms - HOUR_MS, to_ms + 1, from_ms);
}

static void judge_gap(struct verify *verify, struct verify_meter *meter, int64_t from_ms, int64_t to_ms, int64_t amount)
{
    char look[128];

    snprintf(look, sizeof(look), "SELECT * FROM gap WHERE meter = %" PRId64 " AND from_ms = %" PRId64,
             verify_id(verify, meter->roster->id), from_ms);
    if (!store_time(from_ms) || !store_time(to_ms) || from_ms > to_ms || amount < 0 || from_ms < meter->gap_to_ms) {
        verify_find(verify, meter, CHECK_GAP, look,
                    "gap %" PRId64 " to %" PRId64 ", amount %" PRId64 ": ends before it begins or before the last one",
                    from_ms, to_ms, amount);
        return;
    }
    int64_t tallied = gap_tallied(verify, meter->roster->id, from_ms, to_ms);
    if (amount > tallied)
        verify_find(verify, meter, CHECK_GAP, look,
                    "gap %" PRId64 " to %" PRId64 ": amount %" PRId64 ", but its buckets hold %" PRId64, from_ms, to_ms,
                    amount, tallied);
    meter->gap_to_ms = to_ms;
}

void verify_gaps(struct verify *verify)
{
    struct db_query *query =
        db_query(verify->db, "SELECT meter, from_ms, to_ms, amount FROM gap WHERE meter < " TRAVEL_FOREIGN
                             " ORDER BY from_ms, meter");
    while (db_next(query)) {
        struct verify_meter *meter = verify_meter(verify, CHECK_GAP, db_int(query, 0));
        if (meter)
            judge_gap(verify, meter, db_int(query, 1), db_int(query, 2), db_int(query, 3));
        verify->result.gaps++;
        verify_row(verify);
    }
    db_done(query);
}
