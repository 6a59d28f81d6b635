/* SPDX-License-Identifier: Apache-2.0 */
/* A county's copies of its sites' ledgers. Each is made again as the site has it and
 * verified as there: its journal's chain, its sums, its seals, its acts, its closed
 * versions. What the county keeps of where the copies stand must fit the rows. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/store_branch.h"
#include "collector/store_replica.h"
#include "collector/store_verify_parts.h"
#include "collector/travel_copy.h"

/* --- which there are --- */

static void copy_fill(struct verified_copy *copy, const struct replica_entry *entry)
{
    const struct replica_database *database = &entry->database;
    *copy = (struct verified_copy){.number = database->number,
                                   .waits = database->standing == REPLICA_WAITING,
                                   .rev = database->live.position.rev,
                                   .head = database->live.position.head,
                                   .aside = entry->uncounted};
    snprintf(copy->database, sizeof copy->database, "%s", database->id);
    snprintf(copy->site, sizeof copy->site, "%s", database->site);
    snprintf(copy->chain, sizeof copy->chain, "%s", database->live.chain);
}

static bool copies_read(struct db *db, struct list *copies)
{
    struct list entries = {0};
    const bool read = replica_entries(db, &entries);
    for (size_t i = 0; read && i < entries.count; i++) {
        struct verified_copy *copy = list_add(copies);
        if (copy)
            copy_fill(copy, &((const struct replica_entry *)entries.at)[i]);
        else
            db_fail(db, DB_OTHER, "out of memory");
    }
    free(entries.at);
    return db_fault(db) == DB_OK;
}

static bool copy_held(const struct list *copies, int64_t number)
{
    for (size_t i = 0; i < copies->count; i++)
        if (((const struct verified_copy *)copies->at)[i].number == number)
            return true;
    return false;
}

/* --- bookkeeping --- */

/* The first row of a table that is of a database at or above `number`: its number; 0: there is none. */
static int64_t number_next(struct db *db, enum travel_name table, int64_t number)
{
    static const char *const first[] = {
#define X(table) "SELECT rev FROM " #table " WHERE rev >= ? ORDER BY rev LIMIT 1",
        TRAVEL_TABLES(X)
#undef X
    };
    const int64_t from = travel_id(number, 0);
    return travel_number(db_value(db, first[table], 1, &from));
}

static void judge_number(struct verify *verify, const struct list *copies, enum travel_name table)
{
    for (int64_t number = 1; (number = number_next(verify->db, table, number)) > 0; number++) {
        char look[160];
        if (copy_held(copies, number))
            continue;
        snprintf(look, sizeof look, "SELECT * FROM %s WHERE rev >> 40 = %" PRId64, travel_tables[table].name, number);
        verify_find(verify, NULL, CHECK_COPY, look,
                    "table %s: rows of database number %" PRId64 ", of which the ledger knows nothing",
                    travel_tables[table].name, number);
        return;
    }
}

/* Rows whose ids are of one database and their revs of another: an edit. */
static void judge_stray(struct verify *verify, enum travel_name table)
{
    struct db_query *query = db_query(verify->db, travel_tables[table].strays);
    if (db_next(query)) {
        char look[160];
        const int64_t rev = db_int(query, 0);
        snprintf(look, sizeof look, "SELECT * FROM %s WHERE rev = %" PRId64, travel_tables[table].name, rev);
        verify_find(verify, NULL, CHECK_COPY, look,
                    "table %s: the row of rev %" PRId64 " (number %" PRId64 ") names what is another database's",
                    travel_tables[table].name, travel_local(rev), travel_number(rev));
    }
    db_done(query);
}

static void judge_tables(struct verify *verify, const struct list *copies)
{
    for (int table = 0; table < TRAVEL_TABLE_COUNT && db_fault(verify->db) == DB_OK; table++) {
        judge_number(verify, copies, (enum travel_name)table);
        judge_stray(verify, (enum travel_name)table);
    }
}

/* The newest row that is there of a database. */
static int64_t rev_newest(struct db *db, int64_t number)
{
    static const char *const newest[] = {
#define X(table) "SELECT max(rev) FROM " #table " WHERE rev > ? AND rev <= ?",
        TRAVEL_TABLES(X)
#undef X
            "SELECT max(rev) FROM replica_row WHERE rev > ? AND rev <= ?",
    };
    const int64_t range[] = {travel_id(number, 0), travel_id(number, TRAVEL_LOCAL_MAX)};
    int64_t all = 0;
    for (size_t i = 0; i < sizeof newest / sizeof *newest; i++) {
        const int64_t rev = travel_local(db_value(db, newest[i], 2, range));
        all = rev > all ? rev : all;
    }
    return all;
}

static void judge_position(struct verify *verify, int64_t newest)
{
    const struct verified_copy *copy = verify->copy;
    char look[96];
    snprintf(look, sizeof look, "SELECT * FROM replica WHERE number = %" PRId64, copy->number);
    if (copy->rev > copy->head)
        verify_find(verify, NULL, CHECK_COPY, look,
                    "it stands at rev %" PRId64 ", but the site's newest was %" PRId64 " then", copy->rev, copy->head);
    if (newest > copy->rev)
        verify_find(verify, NULL, CHECK_COPY, look, "it stands at rev %" PRId64 ", but there is a row of rev %" PRId64,
                    copy->rev, newest);
}

/* --- a site's ledger --- */

static void judge_chain(struct verify *verify, struct verify *ledger)
{
    const struct verified_copy *copy = verify->copy;
    char look[160];
    if (strcmp(ledger->chain, copy->chain) == 0)
        return;
    snprintf(look, sizeof look, "SELECT * FROM journal WHERE rev >> 40 = %" PRId64 " ORDER BY id DESC LIMIT 1",
             copy->number);
    verify_find(verify, NULL, CHECK_CHAIN, look,
                "the journal ends with row %" PRId64 ", %.16s..., but the site said %.16s...: rows are missing, or the "
                "site's journal was made anew",
                ledger->chain_row, ledger->chain, copy->chain);
}

static void judge_refused(struct verify *verify, int64_t refused)
{
    char look[96];
    if (refused == 0)
        return;
    snprintf(look, sizeof look, "SELECT * FROM replica_row WHERE number = %" PRId64, verify->copy->number);
    verify_find(verify, NULL, CHECK_COPY, look, "%" PRId64 " rows do not stand beside the others in one ledger",
                refused);
}

static void result_add(struct verification *all, const struct verification *of)
{
    all->findings += of->findings;
    all->segments += of->segments;
    all->gaps += of->gaps;
    all->entries += of->entries;
    all->acts += of->acts;
    all->versions += of->versions;
}

/* Of a copy that is not whole yet, rows refer to such as have yet to come: but the journal comes in its order. */
static void judge_ledger(struct verify *verify, struct verified_copy *copy, struct db *db, int64_t refused)
{
    struct verify ledger = {
        .db = db, .to = verify->to, .copy = copy, .rows = verify->rows, .all_rows = verify->all_rows};
    const bool whole = copy->rev >= copy->head;
    if (whole)
        verify_ledger(&ledger);
    else
        verify_journal(&ledger);
    result_add(&verify->result, &ledger.result);
    verify->rows = ledger.rows;
    if (db_fault(db) != DB_OK)
        verify_find(verify, NULL, CHECK_FILE, "SELECT * FROM replica", "it cannot be read as a ledger: %s",
                    db_error(db));
    judge_refused(verify, refused);
    if (whole)
        judge_chain(verify, &ledger);
    snprintf(copy->chain, sizeof copy->chain, "%s", ledger.chain);
    copy->chain_row = ledger.chain_row;
}

static void judge_copy(struct verify *verify, struct verified_copy *copy)
{
    const int64_t number = copy->number, newest = rev_newest(verify->db, number);
    verify->copy = copy;
    judge_position(verify, newest);
    const int64_t part = branch_part(verify->db, number, BRANCH_GATHERED);
    copy->beside = db_value(verify->db, "SELECT count(*) FROM replica_branch WHERE part = ?", 1, &part);
    if (newest > 0) {
        int64_t refused;
        struct db *db = travel_copy(verify->db, number, &refused);
        if (db)
            judge_ledger(verify, copy, db, refused);
        else
            db_fail(verify->db, DB_OTHER, "out of memory");
        db_close(db);
    }
    if (verify->to->copy)
        verify->to->copy(verify->to->context, copy);
    verify->copy = NULL;
}

void verify_copies(struct verify *verify)
{
    struct list copies = {.size = sizeof(struct verified_copy)};
    if (copies_read(verify->db, &copies)) {
        judge_tables(verify, &copies);
        for (size_t i = 0; i < copies.count && db_fault(verify->db) == DB_OK; i++)
            judge_copy(verify, &((struct verified_copy *)copies.at)[i]);
    }
    free(copies.at);
}
