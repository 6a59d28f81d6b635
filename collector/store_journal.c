/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/store_parts.h"
#include "collector/travel.h"

bool journal_hash(const char *previous, const struct journal_row *row, char hash[static DIGEST_HEX_BYTES])
{
    const char *const text[] = {previous, row->kind, row->subject, row->text};
    struct digesting digesting;

    digest_begin(&digesting);
    for (int i = 0; i < JOURNAL_NUMBERS; i++)
        digest_number(&digesting, row->number[i]);
    for (size_t i = 0; i < sizeof(text) / sizeof(*text); i++)
        digest_text(&digesting, text[i]);
    return digest_end(&digesting, hash);
}

static struct journal_row row_of(int64_t id, const struct journal_entry *entry, int64_t mine, int64_t meter)
{
    return (struct journal_row){
        .number = {id, entry->at_ms, (int64_t)entry->level, mine, meter, entry->bucket_ms, entry->count, entry->from_ms,
                   entry->to_ms, entry->before, entry->after, entry->amount, entry->bounded, entry->low, entry->high,
                   entry->open},
        .kind = entry->kind,
        .subject = entry->subject,
        .text = entry->text,
    };
}

/* The chain goes on from the last row, which is looked up once a transaction. */
static void chain_find(struct store *store)
{
    if (store->entry > 0)
        return;
    struct db_query *query =
        db_query(store->db, "SELECT id, hash FROM journal WHERE id < " TRAVEL_FOREIGN " ORDER BY id DESC LIMIT 1");
    if (db_next(query)) {
        store->entry = db_int(query, 0);
        snprintf(store->chain, sizeof(store->chain), "%s", db_text(query, 1));
    }
    db_done(query);
}

const char *store_chain(struct store *store)
{
    chain_find(store);
    return store->chain;
}

int64_t store_journal_of(struct store *store, const struct journal_entry *entry, int64_t mine, int64_t meter)
{
    chain_find(store);
    store->entry++;
    struct journal_row row = row_of(store->entry, entry, mine, meter);
    char hash[DIGEST_HEX_BYTES];
    if (!journal_hash(store->chain, &row, hash)) {
        db_fail(store->db, DB_OTHER, "the journal: out of memory");
        return 0;
    }
    snprintf(store->chain, sizeof(store->chain), "%s", hash);
    struct db_query *query = db_query(
        store->db, "INSERT INTO journal(id, at_ms, level, mine, meter, bucket_ms, count, from_ms, to_ms, before, after,"
                   " amount, bounded, low, high, open, kind, subject, text, hash, rev)"
                   " VALUES(?, ?, ?, nullif(?, 0), nullif(?, 0), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    for (int i = 0; i < JOURNAL_NUMBERS; i++)
        db_bind_int(query, row.number[i]);
    db_bind_text(query, row.kind);
    db_bind_text(query, row.subject);
    db_bind_text(query, row.text);
    db_bind_text(query, hash);
    db_bind_int(query, store_rev(store));
    db_next(query);
    return store->entry;
}

void store_journal(struct store *store, const struct journal_entry *entry)
{
    store_journal_of(store, entry, entry->mine < 0 ? 0 : store->mine[entry->mine],
                     entry->meter < 0 ? 0 : store->meter[entry->meter]);
}
