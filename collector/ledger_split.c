/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/ledger_parts.h"

struct split split_start(const struct calendar *calendar, int64_t from_ms, int64_t to_ms, int64_t amount)
{
    return (struct split){
        .calendar = calendar,
        .from_ms = from_ms,
        .to_ms = to_ms,
        .amount = amount,
        .at_ms = from_ms,
    };
}

/* floor(amount * part / whole): the product needs 128 bits. */
static int64_t share(int64_t amount, int64_t part_ms, int64_t whole_ms)
{
    return part_ms >= whole_ms ? amount : (int64_t)((__int128)amount * part_ms / whole_ms);
}

struct calendar_span bucket_after(const struct calendar *calendar, struct calendar_span before, int64_t at_ms)
{
    struct calendar_span bucket = calendar_bucket(calendar, at_ms);
    if (bucket.from_ms < before.to_ms && before.to_ms <= at_ms)
        bucket.from_ms = before.to_ms;
    return bucket;
}

bool split_next(struct split *split, struct split_part *part)
{
    if (split->ended)
        return false;
    if (split->at_ms < split->bucket.from_ms || split->at_ms >= split->bucket.to_ms)
        split->bucket = bucket_after(split->calendar, split->bucket, split->at_ms);
    int64_t end_ms = split->bucket.to_ms < split->to_ms ? split->bucket.to_ms : split->to_ms;
    int64_t sum = share(split->amount, end_ms - split->from_ms, split->to_ms - split->from_ms);
    *part = (struct split_part){
        .bucket = split->bucket,
        .span_ms = end_ms - split->at_ms,
        .amount = sum - split->sum,
        .sum = sum,
    };
    split->sum = sum;
    split->at_ms = end_ms;
    split->ended = end_ms >= split->to_ms;
    return true;
}
