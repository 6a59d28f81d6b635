/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/ledger_parts.h"

#include <stdlib.h>
#include <string.h>

enum { ROOM_AT_LEAST = 16 };

struct summed {
    struct journal_entry entry;
    int64_t end_ms; /* of its bucket */
};

bool notes_start(struct notes *notes)
{
    *notes = (struct notes){
        .ready.size = sizeof(struct journal_entry),
        .summed.size = sizeof(struct summed),
    };
    return list_reserve(&notes->ready, ROOM_AT_LEAST) && list_reserve(&notes->summed, ROOM_AT_LEAST);
}

void notes_free(struct notes *notes)
{
    free(notes->ready.at);
    free(notes->summed.at);
}

void notes_add(struct notes *notes, const struct journal_entry *entry)
{
    struct journal_entry *added = list_add(&notes->ready);
    if (added)
        *added = *entry;
    else
        notes->lost++;
}

static void entry_merge(struct journal_entry *sum, const struct journal_entry *entry)
{
    sum->count += entry->count;
    sum->amount += entry->amount;
    sum->at_ms = entry->at_ms;
    sum->to_ms = entry->to_ms;
    sum->after = entry->after;
    sum->bounded = sum->bounded && entry->bounded;
    sum->low = sum->bounded ? sum->low + entry->low : 0;
    sum->high = sum->bounded ? sum->high + entry->high : 0;
    sum->open = sum->open || entry->open;
    sum->level = entry->level > sum->level ? entry->level : sum->level;
}

void notes_sum(struct notes *notes, const struct journal_entry *entry, int64_t end_ms)
{
    struct summed *sum = notes->summed.at;

    for (size_t i = 0; i < notes->summed.count; i++) {
        const struct journal_entry *known = &sum[i].entry;
        if (known->meter == entry->meter && known->bucket_ms == entry->bucket_ms &&
            strcmp(known->kind, entry->kind) == 0) {
            entry_merge(&sum[i].entry, entry);
            return;
        }
    }
    struct summed *added = list_add(&notes->summed);
    if (added)
        *added = (struct summed){*entry, end_ms};
    else
        notes->lost++;
}

void notes_ripen(struct notes *notes, int64_t wall_ms, bool all)
{
    struct summed *sum = notes->summed.at;
    size_t kept = 0;

    for (size_t i = 0; i < notes->summed.count; i++) {
        if (all || sum[i].end_ms <= wall_ms)
            notes_add(notes, &sum[i].entry);
        else
            sum[kept++] = sum[i];
    }
    notes->summed.count = kept;
    if (notes->lost == 0 || !list_reserve(&notes->ready, 1))
        return;
    struct journal_entry lost = {.at_ms = wall_ms,
                                 .kind = "rows-lost",
                                 .level = JOURNAL_RED,
                                 .meter = -1,
                                 .mine = -1,
                                 .count = notes->lost,
                                 .text = "rows that were not written for lack of memory; no amount is missing"};
    notes->lost = 0;
    notes_add(notes, &lost);
}
