/* SPDX-License-Identifier: Apache-2.0 */
/* Small tables against the seals of the journal: whatever row of them was edited, added or
 * deleted by hand, in whatever column but rev. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "collector/store_seal.h"
#include "collector/store_verify_parts.h"

struct seals {
    bool any;
    int64_t journal[SEALED]; /* the row of the newest; 0: none */
    char digest[SEALED][DIGEST_HEX_BYTES];
};

static void seals_read(struct verify *verify, struct seals *seals)
{
    const size_t word = strlen(SEAL_DIGEST_WORD);
    struct db_query *query = db_query(verify->db, "SELECT id, subject, text FROM journal WHERE kind = '" SEAL_KIND
                                                  "' AND id < " TRAVEL_FOREIGN " ORDER BY id");
    while (db_next(query)) {
        const enum sealed_table table = seal_table(db_text(query, 1));
        const char *text = db_text(query, 2);
        if (table == SEALED)
            continue;
        seals->any = true;
        seals->journal[table] = db_int(query, 0);
        snprintf(seals->digest[table], DIGEST_HEX_BYTES, "%.64s", strlen(text) > word ? text + word : "");
    }
    db_done(query);
}

static void judge_table(struct verify *verify, const struct seals *seals, enum sealed_table table)
{
    char look[64];
    struct seal seal;
    if (!seal_make(verify->db, table, &seal) || strcmp(seal.digest, seals->digest[table]) == 0 ||
        (!seals->journal[table] && seal.rows == 0))
        return;
    snprintf(look, sizeof look, "SELECT * FROM %s", seal_name(table));
    verify_find(verify, NULL, CHECK_SEAL, look,
                "table %s, %" PRId64 " rows, is not what row %" PRId64
                " of the journal sealed: a row was changed, added or deleted",
                seal_name(table), seal.rows, seals->journal[table]);
}

/* What the daemon or a command found changed before it wrote on: later seals do not cover it up. */
static void judge_altered(struct verify *verify)
{
    struct db_query *query = db_query(verify->db, "SELECT id, subject FROM journal WHERE kind = '" SEAL_ALTERED
                                                  "' AND id < " TRAVEL_FOREIGN " ORDER BY id LIMIT 1");
    if (db_next(query)) {
        char look[96], table[64];
        snprintf(look, sizeof look, "SELECT * FROM journal WHERE id = %" PRId64, verify_id(verify, db_int(query, 0)));
        snprintf(table, sizeof table, "%s", db_text(query, 1));
        verify_find(verify, NULL, CHECK_SEAL, look,
                    "row %" PRId64 ": by then table %s had been changed by another hand", db_int(query, 0), table);
    }
    db_done(query);
}

/* Points do not travel. Mines and their calendars are as the site has them unless another one tells of them too. */
static bool table_copied(struct verify *verify, enum sealed_table table)
{
    if (table == SEALED_mine || table == SEALED_calendar)
        return db_value(verify->db, "SELECT count(*) FROM mine WHERE rev = 0", 0, NULL) == 0;
    return table != SEALED_point;
}

void verify_seals(struct verify *verify)
{
    struct seals seals = {0};
    seals_read(verify, &seals);
    judge_altered(verify);
    if (!seals.any) /* nothing has opened it for writing since it was made by an older coaltally */
        return;
    for (int table = 0; table < SEALED && db_fault(verify->db) == DB_OK; table++)
        if (!verify->copy || table_copied(verify, (enum sealed_table)table))
            judge_table(verify, &seals, (enum sealed_table)table);
}
