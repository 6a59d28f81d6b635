/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/store_posting.h"

#include <stdlib.h>

#include "collector/amount.h"
#include "collector/list.h"
#include "drivers/span.h"

enum { BUCKET_MAX_MS = HOUR_MS };
#define AMOUNT_MAX INT64_C(1000000000000000) /* more no mine makes in its life, and sums of such stay numbers */

/* One bucket of the stretch. */
struct part {
    struct calendar_span bucket;
    bool present;  /* it has a tally */
    int64_t holds; /* what that one holds */
    int64_t amount;
};

struct posting {
    struct store *store;
    const struct roster_meter *meter;
    int64_t act;
    struct calendar_span span;
    struct list parts; /* struct part, in the order of time */
};

static struct part *part_at(const struct posting *posting, size_t index)
{
    return (struct part *)posting->parts.at + index;
}

/* --- the buckets of the stretch --- */

static int64_t edge_of(const struct posting *posting, const char *sql, int64_t from_ms, int64_t to_ms)
{
    const int64_t values[] = {from_ms, to_ms, posting->meter->id};
    return db_value(posting->store->db, sql, 3, values);
}

/* The bucket as the tallies have it or, where there is none, as the calendar cuts it, between its neighbours:
 * tallies may have been written under another calendar. */
static struct part part_find(const struct posting *posting, int64_t at_ms)
{
    struct part part = {0};
    struct db_query *query =
        db_query(posting->store->db, "SELECT bucket_ms, end_ms, metered FROM tally WHERE bucket_ms > ? AND"
                                     " bucket_ms <= ? AND meter = ? ORDER BY bucket_ms DESC LIMIT 1");
    db_bind_int(query, at_ms - BUCKET_MAX_MS);
    db_bind_int(query, at_ms);
    db_bind_int(query, posting->meter->id);
    if (db_next(query) && db_int(query, 1) > at_ms)
        part = (struct part){{db_int(query, 0), db_int(query, 1)}, true, db_int(query, 2), 0};
    db_done(query);
    if (part.present)
        return part;
    part.bucket = calendar_bucket(posting->meter->calendar, at_ms);
    int64_t next_ms = edge_of(posting,
                              "SELECT min(bucket_ms) FROM tally WHERE bucket_ms > ? AND bucket_ms < ?"
                              " AND meter = ?",
                              at_ms, part.bucket.to_ms);
    int64_t last_ms = edge_of(posting,
                              "SELECT max(end_ms) FROM tally WHERE bucket_ms > ? AND bucket_ms <= ?"
                              " AND meter = ?",
                              part.bucket.from_ms - BUCKET_MAX_MS, at_ms);
    part.bucket.to_ms = next_ms ? next_ms : part.bucket.to_ms;
    part.bucket.from_ms = last_ms > part.bucket.from_ms ? last_ms : part.bucket.from_ms;
    return part;
}

static void parts_find(struct posting *posting)
{
    int64_t at_ms = posting->span.from_ms;
    do {
        struct part *part = list_add(&posting->parts);
        if (!part) {
            db_fail(posting->store->db, DB_OTHER, "out of memory");
            return;
        }
        *part = part_find(posting, at_ms);
        at_ms = part->bucket.to_ms;
    } while (at_ms < posting->span.to_ms && db_fault(posting->store->db) == DB_OK);
}

/* --- the amount over them --- */

static void parts_share(struct posting *posting, int64_t amount)
{
    const struct calendar_span span = posting->span;
    const int64_t sign = amount < 0 ? -1 : 1;
    int64_t before = 0;
    for (size_t i = 0; i < posting->parts.count; i++) {
        struct part *part = part_at(posting, i);
        const bool last = i + 1 == posting->parts.count;
        const int64_t sum =
            last ? amount * sign : amount_before(amount * sign, span.from_ms, span.to_ms, part->bucket.to_ms);
        part->amount = sign * (sum - before);
        before = sum;
    }
}

/* What a bucket does not hold is carried on; returns what is left to carry. */
static int64_t part_give(struct part *part, int64_t carry)
{
    const int64_t after = amount_add(part->holds, amount_add(part->amount, carry));
    const int64_t lacking = after < 0 ? after : 0;
    part->amount = amount_add(part->amount, carry) - lacking;
    return lacking;
}

static int64_t parts_give(struct posting *posting)
{
    int64_t carry = 0;
    for (size_t i = 0; i < posting->parts.count; i++)
        carry = part_give(part_at(posting, i), carry);
    for (size_t i = posting->parts.count; i-- > 0 && carry;)
        carry = part_give(part_at(posting, i), carry);
    return carry;
}

static bool parts_fit(const struct posting *posting)
{
    int64_t sum;
    for (size_t i = 0; i < posting->parts.count; i++)
        if (__builtin_add_overflow(part_at(posting, i)->holds, part_at(posting, i)->amount, &sum))
            return false;
    return true;
}

/* --- writing --- */

static void part_tally(const struct posting *posting, const struct part *part)
{
    struct store *store = posting->store;
    struct db_query *query =
        db_query(store->db, "INSERT INTO tally(meter, bucket_ms, end_ms, metered, good_ms, end_count, rev)"
                            " VALUES(?1, ?2, ?3, ?4, 0, ifnull((SELECT end_count FROM tally WHERE meter = ?1"
                            " AND bucket_ms < ?2 ORDER BY bucket_ms DESC LIMIT 1), 0), ?5)"
                            " ON CONFLICT DO UPDATE SET metered = metered + excluded.metered, rev = excluded.rev");
    db_bind_int(query, posting->meter->id);
    db_bind_int(query, part->bucket.from_ms);
    db_bind_int(query, part->bucket.to_ms);
    db_bind_int(query, part->amount);
    db_bind_int(query, store_rev(store));
    db_next(query);
    struct derived gained = {posting->meter->id, calendar_place(posting->meter->calendar, part->bucket.from_ms),
                             part->amount, 0};
    store_derive(store->db, &gained);
}

static void part_write(const struct posting *posting, const struct part *part)
{
    struct store *store = posting->store;
    struct db_query *query =
        db_query(store->db, "INSERT INTO posting(act, meter, bucket_ms, end_ms, amount, rev) VALUES(?, ?, ?, ?, ?, ?)");
    db_bind_int(query, posting->act);
    db_bind_int(query, posting->meter->id);
    db_bind_int(query, part->bucket.from_ms);
    db_bind_int(query, part->bucket.to_ms);
    db_bind_int(query, part->amount);
    db_bind_int(query, store_rev(store));
    db_next(query);
    part_tally(posting, part);
}

static void gap_follow(const struct posting *posting, int64_t amount)
{
    struct store *store = posting->store;
    const int64_t values[] = {amount, store_rev(store), posting->span.from_ms, posting->span.to_ms, posting->meter->id};
    db_value(store->db,
             "UPDATE gap SET amount = max(0, amount + ?), rev = ? WHERE from_ms = ? AND to_ms = ? AND meter = ?", 5,
             values);
}

static int64_t posting_make(struct posting *posting, int64_t amount)
{
    parts_find(posting);
    if (db_fault(posting->store->db) != DB_OK)
        return 0; /* whoever began the transaction sees it */
    parts_share(posting, amount);
    const int64_t lacking = amount < 0 ? parts_give(posting) : 0;
    if (lacking)
        return -lacking;
    if (!parts_fit(posting))
        return -amount;
    for (size_t i = 0; i < posting->parts.count; i++)
        if (part_at(posting, i)->amount)
            part_write(posting, part_at(posting, i));
    gap_follow(posting, amount);
    return 0;
}

int64_t store_post(struct store *store, const struct roster_meter *meter, int64_t act, struct calendar_span span,
                   int64_t amount)
{
    struct posting posting = {store, meter, act, span, {.size = sizeof(struct part)}};
    if (amount == 0)
        return 0;
    if (amount < -INT64_MAX)
        return INT64_MAX;
    if (amount > AMOUNT_MAX || amount < -AMOUNT_MAX || !store_time(span.from_ms) || !store_time(span.to_ms) ||
        span.to_ms < span.from_ms)
        return -amount;
    const int64_t lacking = posting_make(&posting, amount);
    free(posting.parts.at);
    return lacking;
}
