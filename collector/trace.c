/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/trace.h"

#include <inttypes.h>

#include "collector/amount.h"

#define SEGMENT_READ                                                                                                   \
    "SELECT segment, opened_ms, ifnull(closed_ms, 0), first, high, wraps, modulus, times, over,"                       \
    " base, counted FROM segment WHERE meter = ?"

struct trace_segment trace_segment(struct report *report, size_t meter, int64_t number, int64_t at_ms)
{
    struct trace_segment segment = {0};
    struct db_query *query =
        db_query(report->db, number ? SEGMENT_READ " AND segment = ?"
                                    : SEGMENT_READ " AND opened_ms <= ? ORDER BY segment DESC LIMIT 1");
    db_bind_int(query, report->roster->meter[meter].id);
    db_bind_int(query, number ? number : at_ms);
    if (db_next(query))
        segment = (struct trace_segment){.segment = db_int(query, 0),
                                         .opened_ms = db_int(query, 1),
                                         .closed_ms = db_int(query, 2),
                                         .first = db_int(query, 3),
                                         .high = db_int(query, 4),
                                         .wraps = db_int(query, 5),
                                         .modulus = db_int(query, 6),
                                         .convert = {db_int(query, 7), db_int(query, 8)},
                                         .base = db_int(query, 9),
                                         .counted = db_int(query, 10)};
    db_done(query);
    return segment;
}

bool trace_count(const struct trace_segment *segment, int64_t *count)
{
    int64_t turned, total, first, counted;
    if (segment->convert.over <= 0 || __builtin_mul_overflow(segment->wraps, segment->modulus, &turned) ||
        __builtin_add_overflow(turned, segment->high, &turned) || !ratio_floor(segment->convert, turned, &total) ||
        !ratio_floor(segment->convert, segment->first, &first) || __builtin_sub_overflow(total, first, &counted))
        return false;
    return !__builtin_add_overflow(segment->base, counted, count);
}

static void reading_count(struct report *report, size_t meter, struct trace_reading *reading)
{
    if (!trace_count(&reading->segment, &reading->count))
        db_fail(report->db, DB_CORRUPT, "segment %" PRId64 " of meter %s leads to no count", reading->segment.segment,
                report->roster->meter[meter].name);
}

/* A ledger that comes to a county has its tallies first: a segment changes with each, and so is among the newest. */
static void segment_missing(struct report *report, size_t meter, int64_t number)
{
    db_fail(report->db, DB_OTHER,
            "segment %" PRId64 " of meter %s is not here, so nothing of it can be traced: where a site's ledger is "
            "catching up, trace once it is complete (coaltally site list)",
            number, report->roster->meter[meter].name);
}

/* A: the last reading of the last bucket before the edge in which there was one. */
static struct trace_reading reading_before(struct report *report, size_t meter, int64_t edge_ms)
{
    struct trace_reading reading = {0};
    int64_t number = 0, high = 0, wraps = 0;
    struct db_query *query =
        db_query(report->db, "SELECT last_at_ms, last_raw, segment, high, wraps FROM tally WHERE meter = ?"
                             " AND bucket_ms < ? AND last_at_ms IS NOT NULL ORDER BY bucket_ms DESC LIMIT 1");
    db_bind_int(query, report->roster->meter[meter].id);
    db_bind_int(query, edge_ms);
    if (db_next(query)) {
        reading = (struct trace_reading){.present = true, .at_ms = db_int(query, 0), .raw = db_int(query, 1)};
        number = db_int(query, 2);
        high = db_int(query, 3);
        wraps = db_int(query, 4);
    }
    db_done(query);
    if (!reading.present)
        return reading;
    reading.segment = trace_segment(report, meter, number, 0);
    if (!reading.segment.segment)
        segment_missing(report, meter, number);
    reading.segment.high = high;
    reading.segment.wraps = wraps;
    reading_count(report, meter, &reading);
    return reading;
}

/* B, before its segment is known: it is at most the one that its bucket ended in. */
static struct trace_reading reading_after(struct report *report, size_t meter, int64_t edge_ms, int64_t *newest)
{
    struct trace_reading reading = {0};
    struct db_query *query = db_query(report->db, "SELECT first_at_ms, first_raw, segment FROM tally WHERE meter = ?"
                                                  " AND bucket_ms >= ? AND first_at_ms IS NOT NULL"
                                                  " ORDER BY bucket_ms LIMIT 1");
    db_bind_int(query, report->roster->meter[meter].id);
    db_bind_int(query, edge_ms);
    if (db_next(query)) {
        reading = (struct trace_reading){.present = true, .at_ms = db_int(query, 0), .raw = db_int(query, 1)};
        *newest = db_int(query, 2);
    }
    db_done(query);
    return reading;
}

/* The running count at the edge, as it was written. */
static int64_t count_recorded(struct report *report, size_t meter, int64_t edge_ms)
{
    const int64_t values[] = {report->roster->meter[meter].id, edge_ms};
    return db_value(report->db,
                    "SELECT end_count FROM tally WHERE meter = ? AND bucket_ms < ? ORDER BY bucket_ms DESC LIMIT 1", 2,
                    values);
}

static bool edge_explains(struct trace_edge *edge)
{
    edge->crossing = edge->after.count - edge->before.count;
    edge->part = amount_before(edge->crossing, edge->before.at_ms, edge->after.at_ms, edge->at_ms);
    return edge->crossing >= 0 && edge->before.count + edge->part == edge->count;
}

/* What B's reading did: the total went on, or turned over, or stayed where it was
 * (a reading below the highest). The row tells only the state at its bucket's end, so
 * the one is taken that leads to the recorded count. */
static bool same_segment(struct report *report, size_t meter, struct trace_edge *edge)
{
    struct trace_reading *after = &edge->after;
    after->segment = edge->before.segment;
    if (after->raw >= after->segment.high) {
        after->segment.high = after->raw;
        reading_count(report, meter, after);
        return edge_explains(edge);
    }
    reading_count(report, meter, after);
    if (after->segment.modulus == 0 || edge_explains(edge))
        return edge_explains(edge);
    after->segment.high = after->raw;
    after->segment.wraps++;
    reading_count(report, meter, after);
    return edge_explains(edge);
}

/* B opened this segment. */
static bool new_segment(struct report *report, size_t meter, struct trace_edge *edge, int64_t number)
{
    struct trace_reading *after = &edge->after;
    after->segment = trace_segment(report, meter, number, 0);
    if (after->segment.segment == 0)
        return false;
    after->segment.high = after->raw;
    after->segment.wraps = 0;
    reading_count(report, meter, after);
    return edge_explains(edge);
}

/* The first reading of all counts nothing: it is where counting begins. */
static struct trace_edge edge_before_all(struct report *report, size_t meter, struct trace_edge edge)
{
    const int64_t first =
        db_value(report->db, "SELECT min(segment) FROM segment WHERE meter = ?", 1, &report->roster->meter[meter].id);
    if (edge.after.present)
        new_segment(report, meter, &edge, first);
    edge.count = edge.after.segment.base;
    edge.crossing = edge.part = 0;
    edge.explained = true;
    return edge;
}

int64_t trace_segment_after(struct report *report, size_t meter, int64_t number)
{
    const int64_t values[] = {report->roster->meter[meter].id, number};
    const int64_t after = db_value(
        report->db, "SELECT ifnull(min(segment), 9223372036854775807) FROM segment WHERE meter = ? AND segment > ?", 2,
        values);
    return after > number ? after : INT64_MAX; /* a database that cannot be read gives 0 */
}

/* Tries B in the segment that was opened last by then, and, as the times of short
 * ones are not exact, in the others that it can have been in. */
static bool edge_explain(struct report *report, size_t meter, struct trace_edge *edge, int64_t newest)
{
    const int64_t oldest = edge->before.segment.segment;
    const int64_t likely = trace_segment(report, meter, 0, edge->after.at_ms).segment;
    if (likely > oldest && new_segment(report, meter, edge, likely))
        return true;
    if (same_segment(report, meter, edge))
        return true;
    for (int64_t number = oldest;
         (number = trace_segment_after(report, meter, number)) < INT64_MAX && number <= newest;)
        if (new_segment(report, meter, edge, number))
            return true;
    return false;
}

struct trace_edge trace_edge(struct report *report, size_t meter, int64_t at_ms)
{
    int64_t newest = 0;
    struct trace_edge edge = {.at_ms = at_ms, .before = reading_before(report, meter, at_ms)};
    edge.after = reading_after(report, meter, at_ms, &newest);
    if (!edge.before.present)
        return edge_before_all(report, meter, edge);
    edge.count = count_recorded(report, meter, at_ms);
    if (edge.after.present)
        edge.explained = edge_explain(report, meter, &edge, newest);
    else
        edge.explained = edge.count == edge.before.count;
    return edge;
}
