/* SPDX-License-Identifier: Apache-2.0 */
/* No break was seen: the new total is near the old one, or has not come yet. */
#include "collector/amount.h"
#include "collector/store_swap_parts.h"

/* The last reading accepted, by the last commit. */
static int64_t last_read_ms(const struct search *search)
{
    return db_value(search->db,
                    "SELECT last_at_ms FROM tally WHERE meter = ? AND last_at_ms IS NOT NULL"
                    " ORDER BY bucket_ms DESC LIMIT 1",
                    1, &search->replacement->meter->id);
}

/* The stretch in which the old total went over into the new one: a gap where one is near, else the instant. */
static struct calendar_span crossing(const struct search *search, int64_t read_ms)
{
    const int64_t at_ms = search->replacement->at_ms < read_ms ? search->replacement->at_ms : read_ms;
    struct calendar_span span = {at_ms, at_ms};
    struct db_query *query = db_query(search->db, "SELECT from_ms, to_ms FROM gap WHERE from_ms <= ? AND to_ms >= ?"
                                                  " AND meter = ? ORDER BY max(from_ms - ?4, ?4 - to_ms, 0) LIMIT 1");
    db_bind_int(query, search->replacement->at_ms + REPLACEMENT_NEAR_MS);
    db_bind_int(query, search->replacement->at_ms - REPLACEMENT_NEAR_MS);
    db_bind_int(query, search->replacement->meter->id);
    db_bind_int(query, search->replacement->at_ms);
    if (db_next(query))
        span = (struct calendar_span){db_int(query, 0), db_int(query, 1)};
    db_done(query);
    return span;
}

/* The counts of a segment from its zero up, wraps undone, by the last reading of a bucket before the swap. */
static int64_t unwrapped_before(const struct search *search, const struct segment *segment)
{
    int64_t high = segment->first, wraps = 0, counts;
    struct db_query *query =
        db_query(search->db, "SELECT high, wraps FROM tally WHERE meter = ? AND last_at_ms <= ? AND segment = ?"
                             " ORDER BY bucket_ms DESC LIMIT 1");
    db_bind_int(query, search->replacement->meter->id);
    db_bind_int(query, search->replacement->at_ms);
    db_bind_int(query, segment->number);
    if (db_next(query)) {
        high = db_int(query, 0);
        wraps = db_int(query, 1);
    }
    db_done(query);
    return __builtin_mul_overflow(wraps, segment->modulus, &counts) || __builtin_add_overflow(counts, high, &counts)
               ? INT64_MAX
               : counts;
}

/* The total is beyond what the old instrument ended with. */
static bool has_passed(const struct search *search, const struct segment *segment)
{
    int64_t before, now, modulus, last = search->replacement->old_last, counts;
    if (!segment->number || __builtin_mul_overflow(segment->wraps, segment->modulus, &counts) ||
        __builtin_add_overflow(counts, segment->high, &counts) || !swap_thousandths(segment, counts, &now) ||
        !swap_thousandths(segment, unwrapped_before(search, segment), &before) ||
        !swap_thousandths(segment, segment->modulus, &modulus))
        return false;
    if (modulus > 0 && last < before - modulus / 2)
        last += (before - modulus / 2 - last + modulus - 1) / modulus * modulus;
    return now > last;
}

/* How much more the old one ended with than the new one began with, perhaps on both sides of the modulus. */
static int64_t total_off(const struct search *search, const struct segment *segment)
{
    int64_t off = amount_add(search->replacement->old_last, -search->replacement->new_first), modulus;
    if (!swap_thousandths(segment, segment->modulus, &modulus) || modulus == 0)
        return off;
    if (off > modulus / 2)
        return off - modulus;
    return off < -(modulus / 2) ? off + modulus : off;
}

bool swap_still_old(const struct search *search, struct swap *swap)
{
    const struct replacement *replacement = search->replacement;
    const int64_t read_ms = last_read_ms(search);
    const struct segment segment =
        swap_segment(search, SEGMENT "segment <= ? ORDER BY segment DESC LIMIT 1", INT64_MAX);
    const int64_t most = swap_passable(search, read_ms, replacement->at_ms);
    int64_t high, modulus;
    if (!segment.number || replacement->at_ms + REPLACEMENT_NEAR_MS < read_ms ||
        !swap_thousandths(&segment, segment.high, &high) || !swap_thousandths(&segment, segment.modulus, &modulus))
        return false;
    int64_t up = replacement->old_last - high;
    if (up < -swap_step(search, &segment) && modulus - modulus / 2 <= -up && modulus > 0)
        up += modulus;
    if (up >= -swap_step(search, &segment) && up <= most)
        return true;
    if (swap->fault == SWAP_NO_BREAK)
        swap_fail(swap, up < 0 ? SWAP_OLD_LAST : SWAP_RATE, up < 0 ? high : most);
    return false;
}

enum replaced swap_pass_over(const struct search *search, struct swap *swap)
{
    const struct replacement *replacement = search->replacement;
    const int64_t read_ms = last_read_ms(search);
    const struct calendar_span span = crossing(search, read_ms);
    const struct segment segment =
        swap_segment(search, SEGMENT "opened_ms <= ? ORDER BY segment DESC LIMIT 1", replacement->at_ms);
    const int64_t off = segment.number ? total_off(search, &segment) : 0;
    const int64_t most = swap_passable(search, span.from_ms, span.to_ms);
    const bool close = segment.number && replacement->rules && off <= most && off >= -most;
    if (close && has_passed(search, &segment)) {
        *swap = (struct swap){.span = span, .after = off};
        return REPLACED_DONE;
    }
    /* Until it has passed, what the total shows may lie below what the old one ended with. */
    return search->waited || (close && segment.open) ? REPLACED_WAITS : REPLACED_NOWHERE;
}
