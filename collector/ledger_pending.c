/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/ledger_parts.h"
#include "collector/totals.h"

enum { WRITTEN_EVERY_MS = 60 * 1000, TALLIES_AT_LEAST = 4 };

bool pending_start(struct pending *pending, const struct config_meter *config, size_t meter)
{
    *pending = (struct pending){
        .config = config,
        .meter = meter,
        .tallies.size = sizeof(struct ledger_tally),
        .posted_ms = INT64_MIN,
    };
    return list_reserve(&pending->tallies, TALLIES_AT_LEAST);
}

/* --- rows --- */

static struct ledger_tally *tally_at(const struct pending *pending, size_t index)
{
    return (struct ledger_tally *)pending->tallies.at + index;
}

/* The row of a bucket. Without memory for a new one its neighbour takes the
 * amount: the sum stays exact. */
static struct ledger_tally *tally_of(struct pending *pending, struct calendar_span bucket)
{
    size_t index = pending->tallies.count;
    while (index > 0 && tally_at(pending, index - 1)->bucket_ms >= bucket.from_ms)
        index--;
    if (index < pending->tallies.count && tally_at(pending, index)->bucket_ms == bucket.from_ms)
        return tally_at(pending, index);
    struct ledger_tally *tally = list_insert(&pending->tallies, index);
    if (!tally)
        return tally_at(pending, index ? index - 1 : 0);
    tally->meter = pending->meter;
    tally->bucket_ms = bucket.from_ms;
    tally->end_ms = bucket.to_ms;
    tally->place = calendar_place(&pending->config->calendar, bucket.from_ms);
    return tally;
}

/* --- posting --- */

struct calendar_span pending_span(const struct pending *pending, const struct totaliser_outcome *outcome,
                                  struct clock_now now)
{
    int64_t shift_ms = now.wall_ms - now.boot_ms;
    struct calendar_span span = {outcome->from_ms + shift_ms, now.wall_ms};

    if (span.to_ms < pending->posted_ms)
        span.to_ms = pending->posted_ms;
    if (outcome->to_ms <= outcome->from_ms)
        span.from_ms = span.to_ms;
    if (span.from_ms < pending->posted_ms)
        span.from_ms = pending->posted_ms;
    return span;
}

static void pending_amount(struct pending *pending, const struct totaliser_outcome *outcome, int64_t before,
                           struct calendar_span span, struct totals *totals)
{
    /* A gap is not covered by readings, nor is what passed before a segment that counts nothing. */
    bool covered = !outcome->gap && (!outcome->segment || outcome->amount > 0);
    struct split split = split_start(&pending->config->calendar, span.from_ms, span.to_ms, outcome->amount);
    struct split_part part;

    split.bucket = pending->bucket;
    while (split_next(&split, &part)) {
        if (part.amount == 0 && (!covered || part.span_ms == 0))
            continue;
        struct ledger_tally *tally = tally_of(pending, part.bucket);
        tally->amount += part.amount;
        tally->good_ms += covered ? part.span_ms : 0;
        tally->end_count = before + part.sum;
        if (totals && part.amount)
            totals_add(totals, pending->meter, part.bucket.from_ms, part.amount, span.to_ms);
    }
}

static void pending_reading(struct pending *pending, const struct totaliser_state *state, int64_t raw, int64_t at_ms)
{
    if (at_ms < pending->bucket.from_ms || at_ms >= pending->bucket.to_ms)
        pending->bucket = bucket_after(&pending->config->calendar, pending->bucket, at_ms);
    struct ledger_tally *tally = tally_of(pending, pending->bucket);
    if (!tally->read) {
        tally->first_raw = raw;
        tally->first_at_ms = at_ms;
    }
    tally->read = true;
    tally->last_raw = raw;
    tally->last_at_ms = at_ms;
    tally->end_count = state->total;
    tally->segment = state->segment;
    tally->high = state->high;
    tally->wraps = state->wraps;
}

void pending_post(struct pending *pending, const struct totaliser_outcome *outcome, const struct totaliser_state *state,
                  int64_t raw, struct calendar_span span, struct totals *totals)
{
    if (outcome->accepted) {
        pending_amount(pending, outcome, state->total - outcome->amount, span, totals);
        pending_reading(pending, state, raw, span.to_ms);
        pending->posted_ms = span.to_ms;
    }
    if (outcome->segment)
        pending->opened_ms = span.to_ms;
    for (size_t i = 0; i < outcome->events; i++)
        pending->moved = pending->moved || !outcome->event[i].summed;
    pending->moved = pending->moved || outcome->amount || outcome->segment;
}

bool pending_due(const struct pending *pending, int64_t wall_ms)
{
    int64_t since_ms = wall_ms - pending->written_ms;

    if (!pending->stepped)
        return false;
    if (pending->moved || since_ms >= WRITTEN_EVERY_MS || since_ms < 0)
        return true;
    return pending->tallies.count > 0 && tally_at(pending, 0)->end_ms <= wall_ms;
}

struct ledger_segment pending_segment(const struct pending *pending, const struct totaliser_state *state, bool closed,
                                      int64_t at_ms)
{
    int64_t counted = totaliser_counted(&pending->config->rules, state);

    return (struct ledger_segment){
        .meter = pending->meter,
        .segment = state->segment,
        .closed = closed,
        .at_ms = at_ms,
        .opened_ms = pending->opened_ms ? pending->opened_ms : at_ms,
        .first = state->first,
        .high = state->high,
        .wraps = state->wraps,
        .base = state->total - counted,
        .counted = counted,
    };
}

void pending_bucket(struct pending *pending, struct calendar_span bucket)
{
    const bool within = pending->posted_ms >= bucket.from_ms && pending->posted_ms < bucket.to_ms;
    pending->bucket = within ? bucket : (struct calendar_span){0};
}

/* --- what comes back --- */

void pending_return(struct pending *pending, const struct ledger_tally *old)
{
    struct calendar_span bucket = {old->bucket_ms, old->end_ms};
    size_t before = pending->tallies.count;
    struct ledger_tally *now = tally_of(pending, bucket);

    pending->moved = true;
    if (pending->tallies.count > before) {
        *now = *old;
        return;
    }
    now->amount += old->amount;
    now->good_ms += old->good_ms;
    if (!old->read)
        return;
    now->first_raw = old->first_raw;
    now->first_at_ms = old->first_at_ms;
    if (now->read)
        return;
    now->read = true;
    now->last_raw = old->last_raw;
    now->last_at_ms = old->last_at_ms;
    now->segment = old->segment;
    now->high = old->high;
    now->wraps = old->wraps;
}
