/* SPDX-License-Identifier: Apache-2.0 */
/* A history: readings of before what the ledger has. */
#include "collector/import.h"

/* Numbers of segments below the first one's: -1 and down, as 0 is none. */
static int64_t number_before(const struct import_past *past, const struct import_meter *sum, int64_t segment)
{
    const int64_t end = past->first_segment > 0 ? 0 : past->first_segment;
    return segment - sum->segment - 1 + end;
}

static void prepend_tally(const struct import_past *past, const struct import_meter *sum, struct ledger_tally *tally)
{
    tally->end_count += past->first_base - sum->amount;
    tally->segment = number_before(past, sum, tally->segment);
    if (tally->bucket_ms < past->first_bucket_ms)
        return;
    /* The bucket of the ledger's first reading keeps what it says of its last one. */
    tally->end_count = past->first_end_count;
    tally->read = false;
}

static void prepend_segment(const struct import_past *past, const struct import_meter *sum,
                            struct ledger_segment *segment)
{
    segment->segment = number_before(past, sum, segment->segment);
    segment->base += past->first_base - sum->amount;
    if (segment->closed)
        return;
    segment->closed = true;
    segment->at_ms = past->first_at_ms;
}

void import_prepend(const struct import_order *order, const struct import_sum *sum, struct batch *batch)
{
    size_t states = 0;
    for (size_t i = 0; i < batch->tallies; i++)
        if (order->past[batch->tally[i].meter].before)
            prepend_tally(&order->past[batch->tally[i].meter], &sum->meter[batch->tally[i].meter], &batch->tally[i]);
    for (size_t i = 0; i < batch->segments; i++)
        if (order->past[batch->segment[i].meter].before)
            prepend_segment(&order->past[batch->segment[i].meter], &sum->meter[batch->segment[i].meter],
                            &batch->segment[i]);
    for (size_t i = 0; i < batch->states; i++)
        if (!order->past[batch->state[i].meter].before)
            batch->state[states++] = batch->state[i];
    batch->states = states;
}
