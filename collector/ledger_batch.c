/* SPDX-License-Identifier: Apache-2.0 */
/* What is handed to the store, and what comes back when it could not be written. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/ledger_parts.h"

/* --- taking --- */

/* Hands an array over whole. */
static size_t list_hand(struct list *list, void *to)
{
    size_t count = list->count;
    memcpy(to, &list->at, sizeof(list->at));
    *list = (struct list){.size = list->size};
    return count;
}

static const char dropped_kind[] = "minutes-dropped";

static void ledger_dropped(struct ledger *ledger, int64_t wall_ms)
{
    if (ledger->minutes.dropped == 0)
        return;
    struct journal_entry entry = {.at_ms = wall_ms,
                                  .level = JOURNAL_AMBER,
                                  .meter = -1,
                                  .mine = -1,
                                  .count = ledger->minutes.dropped,
                                  .text = "minute rows of gauges that the disk did not take in time"};
    snprintf(entry.kind, sizeof(entry.kind), "%s", dropped_kind);
    ledger->minutes.dropped = 0;
    notes_add(&ledger->notes, &entry);
}

/* Room for all that may be taken, so that nothing fails half-way. */
static bool ledger_room(struct ledger *ledger, struct batch *batch)
{
    size_t tallies = 1;

    for (size_t i = 0; i < ledger->meters; i++)
        tallies += ledger->meter[i].tallies.count;
    batch->tally = calloc(tallies, sizeof(*batch->tally));
    batch->state = calloc(ledger->meters + 1, sizeof(*batch->state));
    return batch->tally && batch->state && list_reserve(&ledger->segments, ledger->meters + 1);
}

static void ledger_take_meter(struct ledger *ledger, struct pending *pending, struct batch *batch, int64_t wall_ms)
{
    const struct totaliser_state *state = &pending->state.state;

    memcpy(batch->tally + batch->tallies, pending->tallies.at, pending->tallies.count * pending->tallies.size);
    batch->tallies += pending->tallies.count;
    pending->tallies.count = 0;
    batch->state[batch->states++] = pending->state;
    if (state->started) {
        struct ledger_segment *open = list_add(&ledger->segments);
        *open =
            pending_segment(pending, state, false, pending->opened_ms ? pending->opened_ms : pending->state.at.wall_ms);
    }
    pending->stepped = pending->moved = false;
    pending->written_ms = wall_ms;
}

static void ledger_take_all(struct ledger *ledger, struct batch *batch, int64_t wall_ms, enum ledger_take what)
{
    const bool all = what == LEDGER_ALL;
    for (size_t i = 0; i < ledger->meters; i++) {
        struct pending *pending = &ledger->meter[i];
        if (pending->stepped && (what != LEDGER_DUE || pending_due(pending, wall_ms)))
            ledger_take_meter(ledger, pending, batch, wall_ms);
    }
    minutes_ripen(&ledger->minutes, wall_ms, all);
    ledger_dropped(ledger, wall_ms);
    notes_ripen(&ledger->notes, wall_ms, all);
    batch->segments = list_hand(&ledger->segments, &batch->segment);
    batch->gaps = list_hand(&ledger->gaps, &batch->gap);
    batch->entries = list_hand(&ledger->notes.ready, &batch->entry);
    batch->minutes = list_hand(&ledger->minutes.over, &batch->minute);
}

struct batch *ledger_take(struct ledger *ledger, int64_t wall_ms, enum ledger_take what)
{
    struct batch *batch = calloc(1, sizeof(*batch));
    if (!batch)
        return NULL;
    bool urgent = atomic_exchange(&ledger->urgent, false);
    pthread_mutex_lock(&ledger->lock);
    bool room = ledger_room(ledger, batch);
    if (room)
        ledger_take_all(ledger, batch, wall_ms, what);
    pthread_mutex_unlock(&ledger->lock);
    if (room)
        return batch;
    if (urgent)
        atomic_store(&ledger->urgent, true);
    batch_free(batch);
    return NULL;
}

/* --- what comes back --- */

/* Old elements go before those that came since. `at` is taken or freed. */
static size_t list_return(struct list *list, void *at, size_t count)
{
    struct list old = {.at = at, .count = count, .room = count, .size = list->size};
    size_t lost = 0;

    if (list_reserve(&old, list->count)) {
        if (list->count)
            memcpy((char *)old.at + count * old.size, list->at, list->count * list->size);
        old.count += list->count;
    } else {
        lost = list->count;
    }
    free(list->at);
    *list = old;
    return lost;
}

/* Open segments are made anew from the state; only closed ones come back. */
static size_t batch_closed(struct batch *batch)
{
    size_t closed = 0;
    for (size_t i = 0; i < batch->segments; i++)
        if (batch->segment[i].closed)
            batch->segment[closed++] = batch->segment[i];
    return closed;
}

/* What was to be said of dropped minutes is said with those that are dropped later; how many that are. */
static int64_t batch_dropped(struct batch *batch)
{
    int64_t dropped = 0;
    size_t kept = 0;
    for (size_t i = 0; i < batch->entries; i++) {
        if (strcmp(batch->entry[i].kind, dropped_kind) == 0)
            dropped += batch->entry[i].count;
        else
            batch->entry[kept++] = batch->entry[i];
    }
    batch->entries = kept;
    return dropped;
}

static void ledger_return_meters(struct ledger *ledger, const struct batch *batch)
{
    for (size_t i = 0; i < batch->tallies; i++)
        pending_return(&ledger->meter[batch->tally[i].meter], &batch->tally[i]);
    for (size_t i = 0; i < batch->states; i++) {
        struct pending *pending = &ledger->meter[batch->state[i].meter];
        if (!pending->stepped)
            pending->state = batch->state[i];
        pending->stepped = pending->moved = true;
    }
}

void ledger_return(struct ledger *ledger, struct batch *batch)
{
    size_t lost = 0;

    pthread_mutex_lock(&ledger->lock);
    ledger_return_meters(ledger, batch);
    ledger->minutes.dropped += batch_dropped(batch);
    lost += list_return(&ledger->segments, batch->segment, batch_closed(batch));
    lost += list_return(&ledger->gaps, batch->gap, batch->gaps);
    lost += list_return(&ledger->notes.ready, batch->entry, batch->entries);
    size_t dropped = list_return(&ledger->minutes.over, batch->minute, batch->minutes);
    ledger->notes.lost += (int64_t)lost;
    ledger->minutes.dropped += (int64_t)dropped;
    pthread_mutex_unlock(&ledger->lock);
    free(batch->tally);
    free(batch->state);
    free(batch);
}

void batch_free(struct batch *batch)
{
    if (!batch)
        return;
    free(batch->tally);
    free(batch->segment);
    free(batch->gap);
    free(batch->entry);
    free(batch->minute);
    free(batch->state);
    free(batch);
}
