/* SPDX-License-Identifier: Apache-2.0 */
/* Acts against the journal's chain, and typed rows against the acts that made them. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "collector/act.h"
#include "collector/store_verify_parts.h"
#include "collector/travel.h"
#include "drivers/language.h"

/* The first thing that does not hold is enough: `told` is of one table. */
static void act_find(struct verify *verify, bool *told, const char *look, int64_t id, const char *what)
{
    char statement[200];
    if (*told)
        return;
    *told = true;
    snprintf(statement, sizeof(statement), "SELECT * FROM %s = %" PRId64, look, verify_id(verify, id));
    verify_find(verify, NULL, CHECK_ACT, statement, "%s (%s = %" PRId64 ")", say_own(what), look, id);
}

/* --- table act --- */

/* The journal's row ends with the digest of the act's. */
static bool tied(const struct act_row *row, const char *kind, const char *text)
{
    char digest[DIGEST_HEX_BYTES], tail[DIGEST_HEX_BYTES + sizeof(ACT_DIGEST_WORD)];
    if (strcmp(kind, "act") != 0 || !act_digest(row, digest))
        return false;
    snprintf(tail, sizeof(tail), ACT_DIGEST_WORD "%s", digest);
    const size_t length = strlen(text), end = strlen(tail);
    return length >= end && strcmp(text + length - end, tail) == 0;
}

static void verify_act_rows(struct verify *verify)
{
    bool told = false;
    struct db_query *query = db_query(
        verify->db,
        "SELECT act.id, act.at_ms, applied_ms, outcome, uid, verb, arguments, actor, os_user, answer,"
        " ifnull(journal.kind, ''), ifnull(journal.text, '')"
        " FROM act LEFT JOIN journal ON journal.id = act.journal WHERE act.id < " TRAVEL_FOREIGN " ORDER BY act.id");
    while (db_next(query)) {
        const struct act_row row = {
            .id = db_int(query, 0),
            .at_ms = db_int(query, 1),
            .applied_ms = db_int(query, 2),
            .outcome = db_int(query, 3),
            .uid = db_text(query, 4),
            .verb = db_text(query, 5),
            .arguments = db_text(query, 6),
            .actor = db_text(query, 7),
            .os_user = db_text(query, 8),
            .answer = db_text(query, 9),
        };
        if (row.id != ++verify->result.acts)
            act_find(verify, &told, "act WHERE id", row.id, "acts before this one are missing");
        else if (!tied(&row, db_text(query, 10), db_text(query, 11)))
            act_find(verify, &told, "act WHERE id", row.id, "the act is not the one that its row of the journal has");
    }
    db_done(query);
}

/* --- rows that acts made --- */

static const struct {
    const char *find, *look, *what;
} orphans[] = {
    {"SELECT id FROM journal WHERE kind = 'act' AND id < " TRAVEL_FOREIGN
     " AND id NOT IN (SELECT journal FROM act) LIMIT 1",
     "journal WHERE id", "the act that the journal tells of is missing"},
#define MADE_BY(table)                                                                                                 \
    {                                                                                                                  \
        "SELECT act FROM " table " WHERE act < " TRAVEL_FOREIGN                                                        \
        " AND act NOT IN (SELECT id FROM act WHERE outcome = 1) LIMIT 1",                                              \
            table " WHERE act", "no act that was done has made this row"                                               \
    }
    MADE_BY("coefficient"),
    MADE_BY("adjustment"),
    MADE_BY("entry"),
    MADE_BY("posting"),
    MADE_BY("hold"),
    MADE_BY("replacement"),
    MADE_BY("resolution"),
    MADE_BY("version"),
    MADE_BY("acknowledgement"),
    MADE_BY("incident"),
    MADE_BY("calendar"),
#undef MADE_BY
};

static void verify_orphans(struct verify *verify)
{
    for (size_t i = 0; i < sizeof(orphans) / sizeof(*orphans); i++) {
        bool told = false;
        struct db_query *query = db_query(verify->db, orphans[i].find);
        if (db_next(query))
            act_find(verify, &told, orphans[i].look, db_int(query, 0), orphans[i].what);
        db_done(query);
    }
}

void verify_acts(struct verify *verify)
{
    verify_act_rows(verify);
    verify_orphans(verify);
    verify_incidents(verify);
    verify_entries(verify); /* store_verify_entries.c; so each table has a file of its own */
    verify_reported(verify);
}
