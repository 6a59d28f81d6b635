/* SPDX-License-Identifier: Apache-2.0 */
/* Figures of hours. */
#include "collector/store_report_parts.h"

/* The first row from an instant on, before another; false: there is none. */
static bool row_next(struct report *report, int64_t meter, bool exactly, int64_t *at_ms, int64_t to_ms,
                     struct sums *sums)
{
    struct db_query *query =
        db_query(report->db,
                 exactly ? "SELECT metered, good_ms, end_ms FROM tally WHERE bucket_ms = ?1 AND meter = ?3 AND ?1 < ?2"
                         : "SELECT metered, good_ms, end_ms FROM tally WHERE bucket_ms >= ? AND bucket_ms < ?"
                           " AND meter = ? ORDER BY bucket_ms LIMIT 1");
    db_bind_int(query, *at_ms);
    db_bind_int(query, to_ms);
    db_bind_int(query, meter);
    const bool found = db_next(query);
    if (found) {
        sums_add(sums, (struct sums){db_int(query, 0), db_int(query, 1), 0, true}, 1);
        *at_ms = db_int(query, 2) > *at_ms ? db_int(query, 2) : to_ms;
    }
    db_done(query);
    return found;
}

/* Rows mostly begin with the calendar's buckets, which costs a look each. Where none does, it may have been
 * cut by a calendar that is no longer: then all within the bucket are gone through. */
static struct sums buckets_sum(struct report *report, size_t meter, struct calendar_span span)
{
    const struct roster_meter *what = &report->roster->meter[meter];
    struct sums sums = {0};
    for (int64_t at_ms = span.from_ms; at_ms < span.to_ms;) {
        const int64_t end_ms = calendar_bucket(what->calendar, at_ms).to_ms;
        bool exactly = true;
        while (at_ms < end_ms && (row_next(report, what->id, exactly, &at_ms, end_ms, &sums) ||
                                  (exactly && row_next(report, what->id, false, &at_ms, end_ms, &sums))))
            exactly = false;
        at_ms = end_ms;
    }
    return sums;
}

void report_buckets(struct report *report, size_t meter, struct calendar_span span, struct figure *figure)
{
    const struct calendar *calendar = report->roster->meter[meter].calendar;
    const struct calendar_place place = calendar_place(calendar, span.from_ms);
    const int64_t shift_ms = report_day(report, meter, place.day)->shift[place.shift].from_ms;
    const struct decimal factor = coefficients_factor(report->coefficients, meter, place.day);
    struct sums sums = buckets_sum(report, meter, span);
    const struct sums before = buckets_sum(report, meter, (struct calendar_span){shift_ms, span.from_ms});
    coefficient_part(factor, before.metered, sums.metered, &sums.reported);
    report_figure_add(report, meter, span, sums, figure);
}
