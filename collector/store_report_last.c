/* SPDX-License-Identifier: Apache-2.0 */
/* Up to when a meter has been read. */
#include "collector/store_parts.h"
#include "collector/store_report.h"

/* By its state, which has every reading; 0: none that says it. */
static int64_t last_by_state(struct report *report, int64_t meter)
{
    struct totaliser_state state;
    int64_t last_ms = 0;
    struct db_query *query = db_query(report->db, "SELECT wall_ms, boot_ms, state FROM meter_state WHERE meter = ?");
    db_bind_int(query, meter);
    if (db_next(query) && state_parse(db_text(query, 2), &state) && state.started && store_time(db_int(query, 0)) &&
        store_time(db_int(query, 1)) && store_time(state.accepted_ms))
        last_ms = db_int(query, 0) - (db_int(query, 1) - state.accepted_ms);
    db_done(query);
    return last_ms;
}

/* The newest day that a meter has anything of; false: none. All meters' rows of a month lie side by side, and all of
 * a day: from one to the one before it each is looked up. */
static bool day_newest(struct report *report, int64_t meter, int64_t *day)
{
    struct db_query *query = db_query(
        report->db, "WITH RECURSIVE back(at, here) AS (SELECT (SELECT max(day) FROM day_total), 0 UNION ALL"
                    " SELECT (SELECT max(day) FROM day_total WHERE day < at), 0 FROM back WHERE at IS NOT NULL)"
                    " SELECT at FROM back WHERE EXISTS (SELECT 1 FROM day_total WHERE day = at AND meter = ?) LIMIT 1");
    db_bind_int(query, meter);
    const bool found = db_next(query);
    *day = found ? db_int(query, 0) : 0;
    db_done(query);
    return found;
}

/* By its rows: of a site's meter a county has no state. */
static int64_t last_by_tallies(struct report *report, size_t meter)
{
    const struct roster_meter *what = &report->roster->meter[meter];
    int64_t day;
    if (!day_newest(report, what->id, &day))
        return 0;
    const struct calendar_span span = calendar_day(what->calendar, (civil_day)day);
    const int64_t values[] = {span.from_ms, span.to_ms, what->id};
    return db_value(report->db,
                    "SELECT last_at_ms FROM tally WHERE bucket_ms >= ? AND bucket_ms < ? AND meter = ?"
                    " AND last_at_ms IS NOT NULL ORDER BY bucket_ms DESC LIMIT 1",
                    3, values);
}

int64_t report_last_ms(struct report *report, size_t meter)
{
    if (report->last_known[meter])
        return report->last[meter];
    int64_t last_ms = last_by_state(report, report->roster->meter[meter].id);
    if (!last_ms)
        last_ms = last_by_tallies(report, meter);
    report->last_known[meter] = true;
    return report->last[meter] = last_ms;
}
