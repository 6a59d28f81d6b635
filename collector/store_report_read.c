/* SPDX-License-Identifier: Apache-2.0 */
/* From when on a meter has been read, and up to when. */
#include "collector/state_text.h"
#include "collector/store_report.h"
#include "drivers/decimal.h"

struct report_first report_first(struct report *report, size_t meter)
{
    if (report->first_known[meter])
        return report->first[meter];
    struct report_first first = {0};
    struct db_query *query = db_query(
        report->db, "SELECT opened_ms, first, times, over FROM segment WHERE meter = ? ORDER BY segment LIMIT 1");
    db_bind_int(query, report->roster->meter[meter].id);
    if (db_next(query)) {
        const struct ratio convert = {db_int(query, 2), db_int(query, 3)};
        first.at_ms = db_int(query, 0);
        if (convert.over <= 0 || !ratio_floor(convert, db_int(query, 1), &first.amount))
            db_fail(report->db, DB_CORRUPT, "segment 1 of meter %s has no usable scale",
                    report->roster->meter[meter].name);
    }
    db_done(query);
    report->first_known[meter] = true;
    return report->first[meter] = first;
}

/* --- up to when --- */

/* By the states, which have every reading of a ledger's own meters. */
static void states_read(struct report *report)
{
    struct totaliser_state state;
    struct db_query *query = db_query(report->db, "SELECT meter, wall_ms, boot_ms, state FROM meter_state");
    while (db_next(query)) {
        const int meter = roster_meter_id(report->roster, db_int(query, 0));
        const int64_t wall_ms = db_int(query, 1), boot_ms = db_int(query, 2);
        if (meter >= 0 && state_parse(db_text(query, 3), &state) && state.started && store_time(wall_ms) &&
            store_time(boot_ms))
            report->last[meter] = wall_ms - (boot_ms - state.accepted_ms);
    }
    for (size_t i = 0; i < report->roster->meters; i++)
        report->last_known[i] = report->last[i] != 0;
}

/* Of a site's meter a county has rows and no state. Those of all meters that are read now lie side by side in the
 * ledger's newest hour; of each the newest row counts, which comes last. Where that one has no reading, or there
 * is none, the meter is looked up by itself. */
static void newest_read(struct report *report)
{
    struct db_query *query = db_query(report->db, "SELECT meter, last_at_ms FROM tally WHERE bucket_ms >="
                                                  " (SELECT max(bucket_ms) FROM tally) - 3600000 ORDER BY bucket_ms");
    while (db_next(query)) {
        const int meter = roster_meter_id(report->roster, db_int(query, 0));
        if (meter >= 0 && !report->last_known[meter])
            report->last[meter] = db_int(query, 1);
    }
    for (size_t i = 0; i < report->roster->meters; i++)
        report->last_known[i] = report->last[i] != 0;
}

/* The newest month that a meter has anything of; false: none. All meters' rows of a month lie side by side: from one
 * to the one before it each is looked up. */
static bool month_newest(struct report *report, int64_t meter, civil_month *month)
{
    struct db_query *query = db_query(
        report->db, "WITH RECURSIVE back(at) AS (SELECT max(month) FROM month_total UNION ALL"
                    " SELECT (SELECT max(month) FROM month_total WHERE month < at) FROM back"
                    " WHERE at IS NOT NULL)"
                    " SELECT at FROM back WHERE EXISTS (SELECT 1 FROM month_total WHERE month = at AND meter = ?)"
                    " LIMIT 1");
    db_bind_int(query, meter);
    const bool found = db_next(query);
    *month = found ? (civil_month)db_int(query, 0) : 0;
    db_done(query);
    return found;
}

/* The newest day before another, likewise. */
static bool day_newest(struct report *report, int64_t meter, civil_day before, civil_day *day)
{
    struct db_query *query =
        db_query(report->db, "WITH RECURSIVE back(at) AS (SELECT max(day) FROM day_total WHERE day < ?2 UNION ALL"
                             " SELECT (SELECT max(day) FROM day_total WHERE day < at) FROM back WHERE at IS NOT NULL)"
                             " SELECT at FROM back WHERE EXISTS (SELECT 1 FROM day_total WHERE day = at AND meter = ?1)"
                             " LIMIT 1");
    db_bind_int(query, meter);
    db_bind_int(query, before);
    const bool found = db_next(query);
    *day = found ? (civil_day)db_int(query, 0) : 0;
    db_done(query);
    return found;
}

/* The newest reading of a span, from one bucket to the one before it; 0: none. */
static int64_t span_newest(struct report *report, int64_t meter, struct calendar_span span)
{
    const int64_t values[] = {meter, span.from_ms, span.to_ms};
    return db_value(report->db,
                    "WITH RECURSIVE back(at) AS (SELECT max(bucket_ms) FROM tally WHERE bucket_ms < ?3 UNION ALL"
                    " SELECT (SELECT max(bucket_ms) FROM tally WHERE bucket_ms < at) FROM back WHERE at >= ?2)"
                    " SELECT last_at_ms FROM back CROSS JOIN tally ON bucket_ms = at AND meter = ?1"
                    " WHERE at >= ?2 AND last_at_ms IS NOT NULL LIMIT 1",
                    3, values);
}

/* Of a meter that is not read now. */
static int64_t last_find(struct report *report, const struct roster_meter *meter)
{
    civil_month month;
    civil_day day;
    if (!month_newest(report, meter->id, &month) || !day_newest(report, meter->id, month_days(month).to, &day))
        return 0;
    return span_newest(report, meter->id, calendar_day(meter->calendar, day));
}

int64_t report_last_ms(struct report *report, size_t meter)
{
    if (!report->lasts_read) {
        report->lasts_read = true;
        states_read(report);
        newest_read(report);
    }
    if (!report->last_known[meter]) {
        report->last_known[meter] = true;
        report->last[meter] = last_find(report, &report->roster->meter[meter]);
    }
    return report->last[meter];
}
