/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/ledger.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/ledger_parts.h"

static bool ledger_start(struct ledger *ledger)
{
    const struct config *config = ledger->config;

    ledger->segments.size = sizeof(struct ledger_segment);
    ledger->gaps.size = sizeof(struct ledger_gap);
    ledger->meter = calloc(config->meters + 1, sizeof(*ledger->meter));
    if (!ledger->meter || !notes_start(&ledger->notes) || !minutes_start(&ledger->minutes, config))
        return false;
    for (; ledger->meters < config->meters; ledger->meters++)
        if (!pending_start(&ledger->meter[ledger->meters], &config->meter[ledger->meters], ledger->meters))
            return false;
    return true;
}

struct ledger *ledger_new(const struct config *config, struct totals *totals)
{
    struct ledger *ledger = calloc(1, sizeof(*ledger));
    if (!ledger)
        return NULL;
    ledger->config = config;
    ledger->totals = totals;
    atomic_init(&ledger->urgent, false);
    pthread_mutex_init(&ledger->lock, NULL);
    if (ledger_start(ledger))
        return ledger;
    ledger_free(ledger);
    return NULL;
}

void ledger_free(struct ledger *ledger)
{
    if (!ledger)
        return;
    for (size_t i = 0; i < ledger->meters; i++)
        free(ledger->meter[i].tallies.at);
    free(ledger->meter);
    free(ledger->segments.at);
    free(ledger->gaps.at);
    notes_free(&ledger->notes);
    minutes_free(&ledger->minutes);
    pthread_mutex_destroy(&ledger->lock);
    free(ledger);
}

/* --- posting --- */

static enum journal_level event_level(const struct totaliser_event *event)
{
    if (event->alarm)
        return JOURNAL_RED;
    return event->open ? JOURNAL_AMBER : JOURNAL_INFO;
}

static struct journal_entry event_entry(const struct config *config, size_t meter, const struct totaliser_event *event,
                                        struct calendar_span span)
{
    const struct config_meter *of = &config->meter[meter];
    struct journal_entry entry = {
        .at_ms = span.to_ms,
        .level = event_level(event),
        .meter = (int)meter,
        .mine = (int)of->mine,
        .count = 1,
        .from_ms = span.from_ms,
        .to_ms = span.to_ms,
        .before = event->before,
        .after = event->after,
        .amount = event->amount,
        .bounded = event->bounded,
        .low = event->low,
        .high = event->high,
        .open = event->open,
    };
    snprintf(entry.kind, sizeof(entry.kind), "%s", totaliser_reason_name(event->reason));
    snprintf(entry.subject, sizeof(entry.subject), "%s", config->device[of->device].name);
    return entry;
}

static void ledger_events(struct ledger *ledger, size_t meter, const struct totaliser_outcome *outcome,
                          struct calendar_span span)
{
    for (size_t i = 0; i < outcome->events; i++) {
        struct journal_entry entry = event_entry(ledger->config, meter, &outcome->event[i], span);
        if (outcome->event[i].summed) {
            struct calendar_span bucket = calendar_bucket(&ledger->config->meter[meter].calendar, span.to_ms);
            entry.bucket_ms = bucket.from_ms;
            notes_sum(&ledger->notes, &entry, bucket.to_ms);
        } else {
            notes_add(&ledger->notes, &entry);
            atomic_store(&ledger->urgent, true);
        }
    }
}

static void ledger_gap(struct ledger *ledger, size_t meter, int64_t amount, struct calendar_span span)
{
    struct ledger_gap *gap = list_add(&ledger->gaps);
    if (gap)
        *gap = (struct ledger_gap){meter, span.from_ms, span.to_ms, amount};
    else
        ledger->notes.lost++;
}

static void ledger_close(struct ledger *ledger, const struct pending *pending, const struct totaliser_state *closed,
                         int64_t at_ms)
{
    struct ledger_segment *segment = list_add(&ledger->segments);
    if (segment)
        *segment = pending_segment(pending, closed, true, at_ms);
    else
        ledger->notes.lost++;
}

void ledger_resume(struct ledger *ledger, size_t meter, int64_t posted_ms)
{
    pthread_mutex_lock(&ledger->lock);
    ledger->meter[meter].posted_ms = posted_ms;
    pthread_mutex_unlock(&ledger->lock);
}

void ledger_bucket(struct ledger *ledger, size_t meter, struct calendar_span bucket)
{
    pthread_mutex_lock(&ledger->lock);
    pending_bucket(&ledger->meter[meter], bucket);
    pthread_mutex_unlock(&ledger->lock);
}

void ledger_post(struct ledger *ledger, size_t meter, const struct totaliser_outcome *outcome,
                 const struct totaliser_state *state, int64_t raw, struct clock_now now)
{
    struct pending *pending = &ledger->meter[meter];

    pthread_mutex_lock(&ledger->lock);
    struct calendar_span span = pending_span(pending, outcome, now);
    if (outcome->segment && outcome->closed.started)
        ledger_close(ledger, pending, &outcome->closed, span.to_ms);
    if (outcome->gap)
        ledger_gap(ledger, meter, outcome->amount, span);
    pending_post(pending, outcome, state, raw, span, ledger->totals);
    pending->state = (struct ledger_state){.meter = meter, .state = *state, .at = now};
    pending->stepped = true;
    ledger_events(ledger, meter, outcome, span);
    /* The first meter that comes into a new bucket has the ended one written; one commit does for all. */
    if (pending->bucket.from_ms > ledger->bucket_ms) {
        ledger->bucket_ms = pending->bucket.from_ms;
        atomic_store(&ledger->urgent, true);
    }
    pthread_mutex_unlock(&ledger->lock);
}

void ledger_journal(struct ledger *ledger, const struct journal_entry *entry)
{
    pthread_mutex_lock(&ledger->lock);
    notes_add(&ledger->notes, entry);
    pthread_mutex_unlock(&ledger->lock);
    atomic_store(&ledger->urgent, true);
}

void ledger_sum(struct ledger *ledger, const struct journal_entry *entry)
{
    struct journal_entry summed = *entry;
    pthread_mutex_lock(&ledger->lock);
    struct calendar_span bucket = calendar_bucket(&ledger->config->meter[entry->meter].calendar, entry->at_ms);
    summed.bucket_ms = bucket.from_ms;
    notes_sum(&ledger->notes, &summed, bucket.to_ms);
    pthread_mutex_unlock(&ledger->lock);
}

void ledger_gauges(struct ledger *ledger, size_t device, const struct scan *scan)
{
    pthread_mutex_lock(&ledger->lock);
    minutes_scan(&ledger->minutes, device, scan);
    pthread_mutex_unlock(&ledger->lock);
}

bool ledger_urgent(struct ledger *ledger)
{
    return atomic_load(&ledger->urgent);
}

size_t ledger_waiting(struct ledger *ledger)
{
    pthread_mutex_lock(&ledger->lock);
    size_t rows = ledger->segments.count + ledger->gaps.count + ledger->notes.ready.count + ledger->notes.summed.count +
                  ledger->minutes.over.count;
    for (size_t i = 0; i < ledger->meters; i++)
        rows += ledger->meter[i].tallies.count;
    pthread_mutex_unlock(&ledger->lock);
    return rows;
}
