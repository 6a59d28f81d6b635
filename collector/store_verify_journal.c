/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "collector/store_verify_parts.h"
#include "collector/travel.h"
#include "drivers/language.h"

enum { COLUMN_KIND = JOURNAL_NUMBERS, COLUMN_SUBJECT, COLUMN_TEXT, COLUMN_HASH };

static void journal_find(struct verify *verify, int64_t id, const char *what)
{
    char look[96];

    /* After the first break no later row can hold. */
    if (verify->journal_told)
        return;
    verify->journal_told = true;
    snprintf(look, sizeof(look), "SELECT * FROM journal WHERE id BETWEEN %" PRId64 " AND %" PRId64,
             verify_id(verify, id - 1), verify_id(verify, id));
    verify_find(verify, NULL, CHECK_JOURNAL, look, "row %" PRId64 ": %s", id, say_own(what));
}

void verify_journal(struct verify *verify)
{
    char previous[DIGEST_HEX_BYTES] = "", hash[DIGEST_HEX_BYTES];

    struct db_query *query =
        db_query(verify->db, "SELECT " JOURNAL_COLUMNS ", hash FROM journal WHERE id < " TRAVEL_FOREIGN " ORDER BY id");
    while (db_next(query)) {
        struct journal_row row = {.kind = db_text(query, COLUMN_KIND),
                                  .subject = db_text(query, COLUMN_SUBJECT),
                                  .text = db_text(query, COLUMN_TEXT)};
        for (int i = 0; i < JOURNAL_NUMBERS; i++)
            row.number[i] = db_int(query, i);
        verify->result.entries++;
        verify_row(verify);
        if (row.number[0] != verify->result.entries)
            journal_find(verify, row.number[0], "rows before it are missing");
        if (!journal_hash(previous, &row, hash)) {
            db_fail(verify->db, DB_OTHER, "out of memory");
            break;
        }
        if (strcmp(hash, db_text(query, COLUMN_HASH)) != 0)
            journal_find(verify, row.number[0], "its hash does not fit: it, or the row before it, was changed");
        memcpy(previous, hash, sizeof(previous));
        verify->chain_row = row.number[0];
    }
    db_done(query);
    memcpy(verify->chain, previous, sizeof(verify->chain));
}
