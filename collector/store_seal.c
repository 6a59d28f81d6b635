/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/store_seal.h"
#include "collector/travel.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name, *rows;
} tables[SEALED] = {
#define X(table, own, columns, order) {#table, "SELECT " columns " FROM " #table own " ORDER BY " order},
    SEALED_TABLES(X)
#undef X
};

const char *seal_name(enum sealed_table table)
{
    return tables[table].name;
}

enum sealed_table seal_table(const char *name)
{
    int table = 0;
    while (table < SEALED && strcmp(tables[table].name, name) != 0)
        table++;
    return (enum sealed_table)table;
}

/* --- digests --- */

static void row_digest(struct digesting *digesting, const struct db_query *query)
{
    for (int column = 0; column < db_columns(query); column++) {
        if (db_null(query, column))
            digest_null(digesting);
        else
            digest_text(digesting, db_text(query, column));
    }
}

bool seal_make(struct db *db, enum sealed_table table, struct seal *seal)
{
    struct digesting digesting;
    *seal = (struct seal){0};
    digest_begin(&digesting);
    struct db_query *query = db_query(db, tables[table].rows);
    for (; db_next(query); seal->rows++)
        row_digest(&digesting, query);
    if (!digest_end(&digesting, seal->digest))
        db_fail(db, DB_OTHER, "out of memory");
    return db_fault(db) == DB_OK;
}

/* --- in the journal --- */

static struct journal_entry entry_of(const struct store *store, const char *kind, enum sealed_table table)
{
    struct journal_entry entry = {.at_ms = store->seal_ms, .mine = -1, .meter = -1, .count = 1};
    snprintf(entry.kind, sizeof entry.kind, "%s", kind);
    snprintf(entry.subject, sizeof entry.subject, "%s", tables[table].name);
    return entry;
}

/* The digest of the table's newest seal; empty: it was never sealed. */
static void seal_newest(struct db *db, enum sealed_table table, char digest[static DIGEST_HEX_BYTES])
{
    struct db_query *query = db_query(db, "SELECT text FROM journal WHERE kind = '" SEAL_KIND "' AND subject = ?"
                                          " AND id < " TRAVEL_FOREIGN " ORDER BY id DESC LIMIT 1");
    db_bind_text(query, tables[table].name);
    const bool found = db_next(query);
    snprintf(digest, DIGEST_HEX_BYTES, "%.64s",
             found && strlen(db_text(query, 0)) > strlen(SEAL_DIGEST_WORD)
                 ? db_text(query, 0) + strlen(SEAL_DIGEST_WORD)
                 : "");
    db_done(query);
}

static void judge_table(struct store *store, enum sealed_table table)
{
    char digest[DIGEST_HEX_BYTES];
    struct seal seal;
    seal_newest(store->db, table, digest);
    if (!*digest || !seal_make(store->db, table, &seal) || strcmp(seal.digest, digest) == 0)
        return;
    struct journal_entry entry = entry_of(store, SEAL_ALTERED, table);
    entry.level = JOURNAL_RED;
    snprintf(entry.text, sizeof entry.text,
             "table %s was changed by another hand than coaltally's since it was sealed; it holds %" PRId64
             " rows now, SHA-256 %s",
             seal_name(table), seal.rows, seal.digest);
    store_journal_of(store, &entry, 0, 0);
}

void store_unseal(struct store *store, int64_t now_ms)
{
    store->unsealed = true;
    store->seal_ms = now_ms;
    for (int table = 0; table < SEALED && db_fault(store->db) == DB_OK; table++)
        judge_table(store, (enum sealed_table)table);
}

static void seal_table_now(struct store *store, enum sealed_table table)
{
    char digest[DIGEST_HEX_BYTES];
    struct seal seal;
    seal_newest(store->db, table, digest);
    if (!seal_make(store->db, table, &seal) || strcmp(seal.digest, digest) == 0 || (!*digest && seal.rows == 0))
        return;
    struct journal_entry entry = entry_of(store, SEAL_KIND, table);
    entry.count = seal.rows;
    snprintf(entry.text, sizeof entry.text, SEAL_DIGEST_WORD "%s", seal.digest);
    store_journal_of(store, &entry, 0, 0);
}

void store_seal(struct store *store)
{
    store->unsealed = false;
    for (int table = 0; table < SEALED && db_fault(store->db) == DB_OK; table++)
        seal_table_now(store, (enum sealed_table)table);
}
