/* SPDX-License-Identifier: Apache-2.0 */
/* From what each meter goes on: its newest tally, which holds what it read last and all that it had counted by then. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "collector/regain_parts.h"
#include "collector/totaliser_turn.h"

struct baseline {
    bool read;
    int64_t bucket_ms, segment, last_raw, last_at_ms, high, wraps;
    int64_t total; /* by the tally, then by the register: total_of */
};

struct open_segment {
    bool known, open;
    int64_t first, base, modulus;
    struct ratio convert;
};

static struct baseline baseline_read(struct db *db, int64_t meter)
{
    struct baseline baseline = {0};
    struct db_query *query =
        db_query(db, "SELECT bucket_ms, segment, last_raw, last_at_ms, high, wraps, end_count FROM tally"
                     " WHERE meter = ? AND last_raw IS NOT NULL ORDER BY bucket_ms DESC LIMIT 1");
    db_bind_int(query, meter);
    if (db_next(query))
        baseline = (struct baseline){.read = true,
                                     .bucket_ms = db_int(query, 0),
                                     .segment = db_int(query, 1),
                                     .last_raw = db_int(query, 2),
                                     .last_at_ms = db_int(query, 3),
                                     .high = db_int(query, 4),
                                     .wraps = db_int(query, 5),
                                     .total = db_int(query, 6)};
    db_done(query);
    return baseline;
}

static struct open_segment segment_read(struct db *db, int64_t meter, int64_t segment)
{
    struct open_segment found = {0};
    struct db_query *query = db_query(db, "SELECT closed_ms IS NULL, first, base, modulus, times, over FROM segment"
                                          " WHERE meter = ? AND segment = ?");
    db_bind_int(query, meter);
    db_bind_int(query, segment);
    if (db_next(query))
        found = (struct open_segment){true,
                                      db_int(query, 0) != 0,
                                      db_int(query, 1),
                                      db_int(query, 2),
                                      db_int(query, 3),
                                      {db_int(query, 4), db_int(query, 5)}};
    db_done(query);
    return found;
}

/* What the meter had counted at the reading, by the register. */
static bool total_of(const struct open_segment *segment, struct baseline *baseline)
{
    const struct totaliser_rules rules = {.modulus = segment->modulus, .convert = segment->convert};
    const struct totaliser_state state = {.first = segment->first, .high = baseline->high, .wraps = baseline->wraps};
    int64_t counted;
    if (segment->convert.over <= 0 || !segment_count(&rules, &state, &counted) ||
        __builtin_add_overflow(segment->base, counted, &counted))
        return false;
    baseline->total = counted;
    return true;
}

/* A copy that was catching up may have a segment of another commit than the tally: the tally's counts, or what lies
 * between the two would be lost. What comes after the tally its next reading finds again. */
static void segment_fit(struct store *store, int64_t meter, const struct baseline *baseline,
                        struct open_segment *segment)
{
    const int64_t newer[] = {meter, baseline->segment};
    if (db_value(store->db, "DELETE FROM segment WHERE meter = ? AND segment > ? RETURNING 1", 2, newer))
        segment->open = true;
    const int64_t values[] = {baseline->high,   baseline->wraps,  baseline->total - segment->base,
                              !segment->open,   store_rev(store), meter,
                              baseline->segment};
    db_value(store->db,
             "UPDATE segment SET high = ?1, wraps = ?2, counted = ?3, closed_ms = iif(?4, closed_ms, NULL), rev = ?5"
             " WHERE meter = ?6 AND segment = ?7 AND (high <> ?1 OR wraps <> ?2 OR counted <> ?3 OR"
             " (?4 = 0 AND closed_ms IS NOT NULL))",
             7, values);
}

struct excess {
    int64_t bucket_ms, amount;
};

static void excess_find(struct db *db, int64_t meter, const struct baseline *baseline, struct list *found)
{
    int64_t counted = baseline->total;
    struct db_query *query = db_query(db, "SELECT bucket_ms, end_count FROM tally WHERE meter = ? AND bucket_ms >= ?"
                                          " ORDER BY bucket_ms");
    db_bind_int(query, meter);
    db_bind_int(query, baseline->bucket_ms);
    while (db_next(query)) {
        const struct excess excess = {db_int(query, 0), db_int(query, 1) - counted};
        struct excess *slot = excess.amount > 0 ? list_add(found) : NULL;
        if (slot)
            *slot = excess;
        else if (excess.amount > 0)
            db_fail(db, DB_OTHER, "out of memory");
        counted += excess.amount > 0 ? excess.amount : 0;
    }
    db_done(query);
}

/* An amount over several buckets of which the copy has some, and not the reading that measured it: that is posted
 * again by the next reading, and would be counted twice. What acts posted stays. */
static void excess_take(struct store *store, int64_t meter, const struct baseline *baseline)
{
    struct list found = {.size = sizeof(struct excess)};
    excess_find(store->db, meter, baseline, &found);
    for (size_t i = 0; i < found.count; i++) {
        const struct excess *excess = &((const struct excess *)found.at)[i];
        const int64_t values[] = {excess->amount, baseline->total, store_rev(store), meter, excess->bucket_ms};
        db_value(store->db,
                 "UPDATE tally SET metered = metered - ?, end_count = ?, rev = ? WHERE meter = ? AND bucket_ms = ?", 5,
                 values);
    }
    free(found.at);
}

/* On the line of a boot that is over: at its 0 the last reading was accepted. */
static struct totaliser_state state_of(const struct baseline *baseline, const struct open_segment *segment)
{
    return (struct totaliser_state){.started = segment->known && segment->open,
                                    .segment = baseline->segment,
                                    .first = segment->first,
                                    .high = baseline->high,
                                    .last = baseline->last_raw,
                                    .wraps = baseline->wraps,
                                    .total = baseline->total,
                                    .below = baseline->last_raw < baseline->high,
                                    .fallen =
                                        baseline->last_raw < baseline->high ? baseline->high - baseline->last_raw : 0};
}

static void state_save(struct store *store, int64_t meter, int64_t boot, int64_t at_ms,
                       const struct totaliser_state *state)
{
    char text[STATE_TEXT_BYTES];
    state_format(state, text);
    struct db_query *query =
        db_query(store->db, "INSERT INTO meter_state(meter, boot, wall_ms, boot_ms, state) VALUES(?, ?, ?, 0, ?)");
    db_bind_int(query, meter);
    db_bind_int(query, boot);
    db_bind_int(query, at_ms);
    db_bind_text(query, text);
    db_next(query);
}

/* Its scale is not known, so neither is what the register tells of the time since. */
static void lost_journal(struct store *store, int64_t meter, const struct baseline *baseline, struct clock_now now)
{
    struct journal_entry entry = {.at_ms = now.wall_ms,
                                  .level = JOURNAL_RED,
                                  .count = 1,
                                  .from_ms = baseline->last_at_ms,
                                  .to_ms = now.wall_ms,
                                  .before = baseline->last_raw,
                                  .open = true};
    snprintf(entry.kind, sizeof entry.kind, "unknown");
    snprintf(entry.text, sizeof entry.text,
             "the county's copy ended before the segment that the meter was in: what it counted from reading %" PRId64
             " to its next one is not known",
             baseline->last_raw);
    const int64_t mine = db_value(store->db, "SELECT mine FROM meter WHERE id = ?", 1, &meter);
    store_journal_of(store, &entry, mine, meter);
}

static void meter_regain(struct store *store, int64_t meter, int64_t boot, struct clock_now now,
                         struct regained *regained)
{
    struct baseline baseline = baseline_read(store->db, meter);
    struct open_segment segment = segment_read(store->db, meter, baseline.segment);
    if (baseline.read && segment.known && total_of(&segment, &baseline)) {
        segment_fit(store, meter, &baseline, &segment);
        excess_take(store, meter, &baseline);
    } else if (baseline.read) {
        lost_journal(store, meter, &baseline, now);
        regained->lost++;
    }
    const struct totaliser_state state = state_of(&baseline, &segment);
    state_save(store, meter, boot, baseline.last_at_ms, &state);
}

static bool meters_find(struct db *db, struct list *meters)
{
    struct db_query *query = db_query(db, "SELECT meter FROM segment UNION SELECT meter FROM tally"
                                          " WHERE last_raw IS NOT NULL");
    while (db_next(query)) {
        int64_t *meter = list_add(meters);
        if (meter)
            *meter = db_int(query, 0);
        else
            db_fail(db, DB_OTHER, "out of memory");
    }
    db_done(query);
    return db_fault(db) == DB_OK;
}

void regain_meters(struct store *store, struct clock_now now, struct regained *regained)
{
    struct list meters = {.size = sizeof(int64_t)};
    const int64_t boot = db_value(store->db, "INSERT INTO boot(boot_id) VALUES('county') RETURNING id", 0, NULL);
    if (meters_find(store->db, &meters))
        for (size_t i = 0; i < meters.count; i++)
            meter_regain(store, ((const int64_t *)meters.at)[i], boot, now, regained);
    free(meters.at);
}
