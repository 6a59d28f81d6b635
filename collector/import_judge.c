/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "collector/import.h"
#include "collector/store_parts.h"
#include "drivers/span.h"

struct judge {
    const struct config *config;
    struct db *db;
    struct clock_now now;
    struct import_faults *faults;
};

/* --- what the ledger has of a meter --- */

static int64_t meter_id(struct db *db, const char *name)
{
    struct db_query *query = db_query(db, "SELECT id FROM meter WHERE name = ? AND database = 0");
    db_bind_text(query, name);
    const int64_t id = db_next(query) ? db_int(query, 0) : 0;
    db_done(query);
    return id;
}

/* As store_state has it, but by the wall clock, which is what a file's times go by. */
static void past_state(const struct judge *judge, int64_t id, struct import_past *past)
{
    struct db_query *query = db_query(judge->db, "SELECT wall_ms, boot_ms, state FROM meter_state WHERE meter = ?");
    db_bind_int(query, id);
    past->known = db_next(query);
    if (!past->known)
        return;
    const int64_t shift_ms = db_int(query, 0) - db_int(query, 1) + judge->now.boot_ms - judge->now.wall_ms;
    if (!state_parse(db_text(query, 2), &past->state))
        db_fail(judge->db, DB_CORRUPT, "the state of a meter is damaged (table meter_state, meter %lld)",
                (long long)id);
    db_done(query);
    totaliser_rebase(&past->state, shift_ms, false);
}

static void past_tallies(const struct judge *judge, int64_t id, struct import_past *past)
{
    struct db_query *query =
        db_query(judge->db, "SELECT bucket_ms, first_at_ms, first_raw, end_count FROM tally WHERE meter = ?"
                            " AND first_at_ms IS NOT NULL ORDER BY bucket_ms LIMIT 1");
    db_bind_int(query, id);
    past->known = db_next(query);
    if (past->known) {
        past->first_bucket_ms = db_int(query, 0);
        past->first_at_ms = db_int(query, 1);
        past->first_raw = db_int(query, 2);
        past->first_end_count = db_int(query, 3);
    }
    db_done(query);
    past->posted_ms = db_value(judge->db,
                               "SELECT ifnull(last_at_ms, bucket_ms) FROM tally WHERE meter = ?"
                               " ORDER BY bucket_ms DESC LIMIT 1",
                               1, &id);
}

/* The segments on both ends: the first one's place, and whether the meter is still what it was. */
static void past_segments(const struct judge *judge, const struct config_meter *meter, int64_t id,
                          struct import_past *past)
{
    struct db_query *query =
        db_query(judge->db, "SELECT segment, base, closed_ms IS NULL, definition.text FROM segment"
                            " JOIN definition ON definition.id = definition WHERE meter = ? ORDER BY segment");
    bool first = true;
    db_bind_int(query, id);
    while (db_next(query)) {
        const bool same = strcmp(db_text(query, 3), meter->definition) == 0;
        if (first) {
            past->first_segment = db_int(query, 0);
            past->first_base = db_int(query, 1);
            past->redefined = !same;
        }
        if (db_int(query, 2) && !same)
            totaliser_break(&past->state);
        first = false;
    }
}

static struct import_past past_of(const struct judge *judge, size_t meter)
{
    struct import_past past = {0};
    const int64_t id = meter_id(judge->db, judge->config->meter[meter].name);
    if (id)
        past_state(judge, id, &past);
    if (past.known)
        past_tallies(judge, id, &past);
    if (past.known)
        past_segments(judge, &judge->config->meter[meter], id, &past);
    past.id = id;
    return past;
}

/* --- its readings --- */

/* A bucket keeps its first and its last reading; one between them in time and value adds nothing to it. */
static bool is_there(const struct judge *judge, const struct import_past *past, const struct import_reading *reading)
{
    struct db_query *query =
        db_query(judge->db, "SELECT first_at_ms, first_raw, last_at_ms, last_raw FROM tally WHERE bucket_ms <= ?"
                            " AND bucket_ms > ? AND end_ms > ? AND meter = ? AND first_at_ms IS NOT NULL");
    db_bind_int(query, reading->at_ms);
    db_bind_int(query, reading->at_ms - 2 * HOUR_MS);
    db_bind_int(query, reading->at_ms);
    db_bind_int(query, past->id);
    bool there = false;
    if (db_next(query)) {
        const int64_t first_ms = db_int(query, 0), first = db_int(query, 1), last_ms = db_int(query, 2),
                      last = db_int(query, 3);
        there = (reading->at_ms == first_ms && reading->count == first) ||
                (reading->at_ms == last_ms && reading->count == last) ||
                (reading->at_ms > first_ms && reading->at_ms < last_ms && reading->count >= first &&
                 reading->count <= last);
    }
    db_done(query);
    return there;
}

static void judge_among(const struct judge *judge, const struct import_past *past, struct import_reading *reading)
{
    char from[INSTANT_TEXT_BYTES], to[INSTANT_TEXT_BYTES];
    reading->there = is_there(judge, past, reading);
    if (reading->there)
        return;
    instant_format(past->first_at_ms, from);
    instant_format(past->posted_ms, to);
    import_fault(judge->faults, reading->row, reading->column,
                 "%s: the ledger has tallies from %s to %s, and not this reading; an import ends before them or"
                 " begins after",
                 judge->config->meter[reading->meter].name, from, to);
}

static void judge_before(const struct judge *judge, struct import_past *past, const struct import_reading *reading)
{
    const bool begins = !past->before;
    past->news++;
    past->before = true;
    if (!past->redefined || !begins)
        return;
    char first[INSTANT_TEXT_BYTES];
    instant_format(past->first_at_ms, first);
    import_fault(judge->faults, reading->row, reading->column,
                 "%s was defined otherwise at its first reading of %s: what came before cannot be counted by what"
                 " it is now",
                 judge->config->meter[reading->meter].name, first);
}

static void judge_after(const struct judge *judge, struct import_past *past, const struct import_reading *reading)
{
    if (past->news++ == 0 || !past->before)
        return;
    char first[INSTANT_TEXT_BYTES], last[INSTANT_TEXT_BYTES];
    instant_format(past->first_at_ms, first);
    instant_format(past->posted_ms, last);
    import_fault(judge->faults, reading->row, reading->column,
                 "%s: readings from before %s and from after %s in one file; import them as two",
                 judge->config->meter[reading->meter].name, first, last);
}

void import_judge(const struct config *config, struct db *db, struct clock_now now, struct import_file *file,
                  struct import_past *past, struct import_faults *faults)
{
    const struct judge judge = {config, db, now, faults};
    struct import_reading *reading = file->readings.at;
    for (size_t i = 0; i < config->meters; i++)
        past[i] = db ? past_of(&judge, i) : (struct import_past){0};
    for (size_t i = 0; i < file->readings.count; i++) {
        struct import_past *of = &past[reading[i].meter];
        reading[i].there = false;
        if (!of->known || reading[i].at_ms > of->posted_ms)
            judge_after(&judge, of, &reading[i]);
        else if (reading[i].at_ms < of->first_at_ms)
            judge_before(&judge, of, &reading[i]);
        else
            judge_among(&judge, of, &reading[i]);
    }
}
