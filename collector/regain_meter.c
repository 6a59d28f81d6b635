/* SPDX-License-Identifier: Apache-2.0 */
/* From what each meter goes on: its newest tally, which holds what it read last and all that it had counted by then. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "collector/regain_parts.h"

struct baseline {
    bool read;
    int64_t segment, last_raw, last_at_ms, high, wraps, total;
};

struct open_segment {
    bool known, open;
    int64_t first, base;
};

static struct baseline baseline_read(struct db *db, int64_t meter)
{
    struct baseline baseline = {0};
    struct db_query *query = db_query(db, "SELECT segment, last_raw, last_at_ms, high, wraps, end_count FROM tally"
                                          " WHERE meter = ? AND last_raw IS NOT NULL ORDER BY bucket_ms DESC LIMIT 1");
    db_bind_int(query, meter);
    if (db_next(query))
        baseline = (struct baseline){true,
                                     db_int(query, 0),
                                     db_int(query, 1),
                                     db_int(query, 2),
                                     db_int(query, 3),
                                     db_int(query, 4),
                                     db_int(query, 5)};
    db_done(query);
    return baseline;
}

static struct open_segment segment_read(struct db *db, int64_t meter, int64_t segment)
{
    struct open_segment found = {0};
    struct db_query *query =
        db_query(db, "SELECT closed_ms IS NULL, first, base FROM segment WHERE meter = ? AND segment = ?");
    db_bind_int(query, meter);
    db_bind_int(query, segment);
    if (db_next(query))
        found = (struct open_segment){true, db_int(query, 0) != 0, db_int(query, 1), db_int(query, 2)};
    db_done(query);
    return found;
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
    const struct baseline baseline = baseline_read(store->db, meter);
    struct open_segment segment = segment_read(store->db, meter, baseline.segment);
    if (baseline.read && segment.known) {
        segment_fit(store, meter, &baseline, &segment);
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
