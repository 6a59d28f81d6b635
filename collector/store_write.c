/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/store_closing.h"
#include "collector/store_seal.h"

static void bind_if(struct db_query *query, bool known, int64_t value)
{
    if (known)
        db_bind_int(query, value);
    else
        db_bind_null(query);
}

static void write_tally(struct store *store, const struct ledger_tally *tally)
{
    struct db_query *query = db_query(
        store->db,
        "INSERT INTO tally(meter, bucket_ms, end_ms, metered, good_ms, end_count, first_raw, first_at_ms,"
        " last_raw, last_at_ms, segment, high, wraps, rev) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET metered = metered + excluded.metered, good_ms = good_ms + excluded.good_ms,"
        " end_count = excluded.end_count, first_raw = ifnull(first_raw, excluded.first_raw),"
        " first_at_ms = ifnull(first_at_ms, excluded.first_at_ms), last_raw = ifnull(excluded.last_raw, last_raw),"
        " last_at_ms = ifnull(excluded.last_at_ms, last_at_ms), segment = ifnull(excluded.segment, segment),"
        " high = ifnull(excluded.high, high), wraps = ifnull(excluded.wraps, wraps), rev = excluded.rev");
    db_bind_int(query, store->meter[tally->meter]);
    db_bind_int(query, tally->bucket_ms);
    db_bind_int(query, tally->end_ms);
    db_bind_int(query, tally->amount);
    db_bind_int(query, tally->good_ms);
    db_bind_int(query, tally->end_count);
    bind_if(query, tally->read, tally->first_raw);
    bind_if(query, tally->read, tally->first_at_ms);
    bind_if(query, tally->read, tally->last_raw);
    bind_if(query, tally->read, tally->last_at_ms);
    bind_if(query, tally->read, tally->segment);
    bind_if(query, tally->read, tally->high);
    bind_if(query, tally->read, tally->wraps);
    db_bind_int(query, store_rev(store));
    db_next(query);
}

static bool same_shift(const struct ledger_tally *one, const struct ledger_tally *other)
{
    return one->meter == other->meter && one->place.day == other->place.day && one->place.shift == other->place.shift;
}

/* Tallies of one meter follow each other in the order of time: their totals are written once a shift. */
static void write_tallies(struct store *store, const struct ledger_tally *tally, size_t count)
{
    struct derived gained = {0};
    for (size_t i = 0; i < count; i++) {
        write_tally(store, &tally[i]);
        if (i == 0 || !same_shift(&tally[i - 1], &tally[i]))
            gained = (struct derived){store->meter[tally[i].meter], tally[i].place, 0, 0};
        gained.metered += tally[i].amount;
        gained.good_ms += tally[i].good_ms;
        if (i + 1 == count || !same_shift(&tally[i], &tally[i + 1]))
            store_derive(store->db, &gained);
    }
}

/* A segment that nothing closed in the ledger (its meter's state could not be) ends where the next one begins. */
static void write_closing(struct store *store, const struct ledger_segment *segment)
{
    const int64_t meter = store->meter[segment->meter];
    store_close_segments(store, meter, segment->segment, segment->at_ms);
}

void store_close_segments(struct store *store, int64_t meter, int64_t below, int64_t at_ms)
{
    const int64_t key[] = {meter, below};
    int64_t open[] = {at_ms, 0, meter, 0};
    while (db_fault(store->db) == DB_OK &&
           (open[3] = db_value(store->db,
                               "SELECT min(segment) FROM segment WHERE meter = ? AND segment < ?"
                               " AND closed_ms IS NULL",
                               2, key)) != 0) {
        open[1] = store_rev(store);
        db_value(store->db, "UPDATE segment SET closed_ms = ?, rev = ? WHERE meter = ? AND segment = ?", 4, open);
    }
}

static void write_segment(struct store *store, const struct ledger_segment *segment)
{
    const struct totaliser_rules *rules = &store->config->meter[segment->meter].rules;
    struct db_query *query = db_query(
        store->db, "INSERT INTO segment(meter, segment, definition, modulus, times, over, opened_ms, closed_ms, first,"
                   " high, wraps, base, counted, rev) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                   " ON CONFLICT DO UPDATE SET closed_ms = excluded.closed_ms, high = excluded.high,"
                   " wraps = excluded.wraps, counted = excluded.counted, rev = excluded.rev");
    db_bind_int(query, store->meter[segment->meter]);
    db_bind_int(query, segment->segment);
    db_bind_int(query, store->definition[segment->meter]);
    db_bind_int(query, rules->modulus);
    db_bind_int(query, rules->convert.times);
    db_bind_int(query, rules->convert.over);
    db_bind_int(query, segment->opened_ms);
    bind_if(query, segment->closed, segment->at_ms);
    db_bind_int(query, segment->first);
    db_bind_int(query, segment->high);
    db_bind_int(query, segment->wraps);
    db_bind_int(query, segment->base);
    db_bind_int(query, segment->counted);
    db_bind_int(query, store_rev(store));
    db_next(query);
    if (!segment->closed)
        write_closing(store, segment);
}

static void write_gap(struct store *store, const struct ledger_gap *gap)
{
    struct db_query *query =
        db_query(store->db, "INSERT INTO gap(meter, from_ms, to_ms, amount, rev) VALUES(?, ?, ?, ?, ?)"
                            " ON CONFLICT DO UPDATE SET to_ms = max(to_ms, excluded.to_ms),"
                            " amount = amount + excluded.amount, rev = excluded.rev");
    db_bind_int(query, store->meter[gap->meter]);
    db_bind_int(query, gap->from_ms);
    db_bind_int(query, gap->to_ms);
    db_bind_int(query, gap->amount);
    db_bind_int(query, store_rev(store));
    db_next(query);
}

static void write_minute(struct store *store, const struct ledger_minute *minute)
{
    struct db_query *query = db_query(store->db, "INSERT INTO minute(minute_ms, point, min, max, last, sum, count, bad)"
                                                 " VALUES(?, ?, ?, ?, ?, ?, ?, ?)");
    bool any = minute->count > 0;
    db_bind_int(query, minute->minute_ms);
    db_bind_int(query, minute->belt ? store->belt[minute->meter]
                                    : store->point[store->first_point[minute->device] + minute->point]);
    bind_if(query, any, minute->min);
    bind_if(query, any, minute->max);
    bind_if(query, any, minute->last);
    bind_if(query, any, minute->sum);
    db_bind_int(query, minute->count);
    db_bind_int(query, minute->bad);
    db_next(query);
}

static bool batch_empty(const struct batch *batch)
{
    return batch->tallies + batch->segments + batch->gaps + batch->entries + batch->minutes + batch->states == 0;
}

void store_write_rows(struct store *store, const struct batch *batch)
{
    for (size_t i = 0; i < batch->segments; i++)
        write_segment(store, &batch->segment[i]);
    write_tallies(store, batch->tally, batch->tallies);
    for (size_t i = 0; i < batch->gaps; i++)
        write_gap(store, &batch->gap[i]);
    for (size_t i = 0; i < batch->states; i++)
        store_save_state(store, batch->state[i].meter, &batch->state[i].state, store->boot, batch->state[i].at);
    for (size_t i = 0; i < batch->entries; i++)
        store_journal(store, &batch->entry[i]);
    for (size_t i = 0; i < batch->minutes; i++)
        write_minute(store, &batch->minute[i]);
}

/* Whether it opens or closes one. */
static bool segments_turn(struct store *store, const struct batch *batch)
{
    for (size_t i = 0; i < batch->segments; i++) {
        const struct ledger_segment *segment = &batch->segment[i];
        const int64_t key[] = {store->meter[segment->meter], segment->segment};
        if (segment->closed || !db_value(store->db, "SELECT 1 FROM segment WHERE meter = ? AND segment = ?", 2, key))
            return true;
    }
    return false;
}

bool store_write(struct store *store, const struct batch *batch, int64_t wall_ms)
{
    if (batch_empty(batch))
        return true;
    store_begin(store);
    if (segments_turn(store, batch))
        store_unseal(store, wall_ms);
    store_write_rows(store, batch);
    store_follow_batch(store, batch, wall_ms);
    return store_commit(store, wall_ms);
}
