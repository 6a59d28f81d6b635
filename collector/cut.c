/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/cut.h"

#include "collector/amount.h"

/* What the meter had counted at an instant; `reading`: not just the edge of a bucket. */
struct point {
    int64_t at_ms, count;
    bool reading;
};

enum { POINTS_MAX = 4 };

/* In the order of time, counts never falling: known readings, else the edges of the bucket. */
struct line {
    size_t points;
    struct point point[POINTS_MAX];
    bool first_known; /* a point of its own, or the same as the last */
};

static void line_add(struct line *line, int64_t at_ms, int64_t count, bool reading)
{
    const struct point *newest = line->points ? &line->point[line->points - 1] : NULL;
    if (!newest || (at_ms > newest->at_ms && count >= newest->count))
        line->point[line->points++] = (struct point){at_ms, count, reading};
}

static struct line line_of(const struct cut_row *row, const struct cut_known *known)
{
    struct line line = {.first_known = known->first.known || row->first_at_ms == row->last_at_ms};
    const struct cut_reading *before = &known->before, *last = &known->last, *after = &known->after;
    if (before->known && before->at_ms < row->bucket_ms && before->count <= known->start_count)
        line_add(&line, before->at_ms, before->count, true);
    else
        line_add(&line, row->bucket_ms, known->start_count, false);
    if (row->read && known->first.known && (!last->known || known->first.count <= last->count))
        line_add(&line, known->first.at_ms, known->first.count, true);
    if (row->read && last->known && last->count <= row->end_count)
        line_add(&line, last->at_ms, last->count, true);
    if (after->known && after->at_ms >= row->end_ms && after->count >= row->end_count)
        line_add(&line, after->at_ms, after->count, true);
    else if (!known->latest || !row->read)
        line_add(&line, row->end_ms, row->end_count, false);
    return line;
}

static int64_t between(int64_t value, int64_t low, int64_t high)
{
    return value < low ? low : value > high ? high : value;
}

/* The count at a cut; *estimated where the readings around it do not follow on each other. */
static int64_t line_count(const struct line *line, const struct cut_row *row, const struct cut_known *known,
                          int64_t at_ms, bool *estimated)
{
    size_t i = 0;
    while (i < line->points && line->point[i].at_ms < at_ms)
        i++;
    if (i == line->points)
        return row->end_count;
    if (i == 0)
        return known->start_count;
    const struct point *from = &line->point[i - 1], *to = &line->point[i];
    const bool within = from->at_ms >= row->bucket_ms && to->at_ms < row->end_ms;
    const bool follow = from->reading && to->reading && !within && (to->at_ms >= row->end_ms || line->first_known);
    *estimated |= !follow && to->count > from->count;
    const int64_t count = from->count + amount_before(to->count - from->count, from->at_ms, to->at_ms, at_ms);
    return between(count, known->start_count, row->end_count);
}

/* floor(amount * part / whole); amount may be below 0. */
static int64_t share(int64_t amount, int64_t part, int64_t whole)
{
    return whole > 0 ? (int64_t)((__int128)amount * part / whole) : amount;
}

static bool holds(const struct cut_row *part, int64_t at_ms)
{
    return at_ms >= part->bucket_ms && at_ms < part->end_ms;
}

/* Which of the row's readings lie in the part, and the state after the last of them. */
static void part_reading(const struct cut_row *row, const struct cut_known *known, struct cut_row *part)
{
    const bool first = holds(part, row->first_at_ms), last = holds(part, row->last_at_ms);
    part->read = row->read && (last || (first && known->first.known));
    if (!part->read)
        return;
    if (last) {
        part->last_raw = row->last_raw;
        part->last_at_ms = row->last_at_ms;
        part->segment = row->segment;
        part->high = row->high;
        part->wraps = row->wraps;
    } else {
        part->last_raw = row->first_raw;
        part->last_at_ms = row->first_at_ms;
        part->segment = known->first.segment;
        part->high = known->first.high;
        part->wraps = known->first.wraps;
    }
    part->first_raw = first ? row->first_raw : row->last_raw;
    part->first_at_ms = first ? row->first_at_ms : row->last_at_ms;
}

/* What falls before `at_ms` of the time that good readings covered. */
static int64_t good_before(const struct cut_row *row, bool latest, int64_t at_ms)
{
    const int64_t until_ms = latest && row->read ? row->last_at_ms : row->end_ms;
    const bool fits = row->good_ms <= until_ms - row->bucket_ms;
    return amount_before(row->good_ms, row->bucket_ms, fits ? until_ms : row->end_ms, at_ms);
}

bool cut_divide(const struct cut_row *row, const struct cut_known *known, const int64_t *cut_ms, size_t cuts,
                struct cut_part part[static CUTS_MAX + 1])
{
    const struct line line = line_of(row, known);
    const int64_t counted = row->end_count - known->start_count;
    int64_t start_ms = row->bucket_ms, start_count = known->start_count, metered = 0, good_ms = 0;
    bool estimated = false;

    for (size_t i = 0; i <= cuts; i++) {
        struct cut_row *to = &part[i].row;
        *to = (struct cut_row){.bucket_ms = start_ms, .end_ms = i < cuts ? cut_ms[i] : row->end_ms};
        to->end_count = i < cuts ? line_count(&line, row, known, to->end_ms, &estimated) : row->end_count;
        part[i].counted = to->end_count - start_count;
        /* What was posted follows the count; without one it follows the time. */
        const int64_t before = counted > 0 ? share(row->metered, to->end_count - known->start_count, counted)
                                           : amount_before(row->metered, row->bucket_ms, row->end_ms, to->end_ms);
        to->metered = (i < cuts ? before : row->metered) - metered;
        to->good_ms = (i < cuts ? good_before(row, known->latest, to->end_ms) : row->good_ms) - good_ms;
        part_reading(row, known, to);
        part[i].empty = !to->metered && !part[i].counted && !to->good_ms && !to->read;
        metered += to->metered;
        good_ms += to->good_ms;
        start_count = to->end_count;
        start_ms = to->end_ms;
    }
    return estimated;
}
