/* SPDX-License-Identifier: Apache-2.0 */
/* What a county's ledger tells of its sites, by any connection. */
#include <stdio.h>

#include "collector/store_replica_parts.h"

static void entry_read(const struct db_query *query, struct replica_entry *entry)
{
    const int at = REPLICA_COLUMN_COUNT;
    replica_columns_read(query, &entry->database);
    entry->heard_ms = db_int(query, at);
    entry->applied_ms = db_int(query, at + 1);
    entry->clock_known = !db_null(query, at + 2);
    entry->clock_difference_ms = db_int(query, at + 2);
    snprintf(entry->program, sizeof entry->program, "%s", db_text(query, at + 3));
    entry->refused = db_int(query, at + 4);
    entry->refused_ms = db_int(query, at + 5);
    snprintf(entry->refused_why, sizeof entry->refused_why, "%s", db_text(query, at + 6));
    entry->uncounted = db_int(query, at + 7);
    entry->kept = db_int(query, at + 8);
    entry->superseded_rows = db_int(query, at + 9);
    entry->superseded_ms = db_int(query, at + 10);
}

bool replica_entries(struct db *db, struct list *out)
{
    struct db_query *query = db_query(
        db, "SELECT " REPLICA_COLUMNS ", heard_ms, applied_ms, clock_difference_ms, program, refused, refused_ms,"
            " refused_why, (SELECT count(*) FROM replica_row AS r WHERE r.number = replica.number AND r.reason <> ''),"
            " (SELECT count(*) FROM version_kept AS v WHERE v.number = replica.number),"
            " (SELECT rows FROM replica_switch AS s WHERE s.number = replica.number ORDER BY id DESC LIMIT 1),"
            " (SELECT at_ms FROM replica_switch AS s WHERE s.number = replica.number ORDER BY id DESC LIMIT 1)"
            " FROM replica ORDER BY site, number");
    *out = (struct list){.size = sizeof(struct replica_entry)};
    while (db_next(query)) {
        struct replica_entry *entry = list_add(out);
        if (!entry) {
            db_fail(db, DB_OTHER, "out of memory");
            break;
        }
        entry_read(query, entry);
    }
    db_done(query);
    return db_fault(db) == DB_OK;
}

bool replica_site_of(struct db *db, int64_t number, char site[static REPLICA_SITE_SIZE])
{
    struct db_query *query = db_query(db, "SELECT site FROM replica WHERE number = ?");
    db_bind_int(query, number);
    const bool found = db_next(query);
    snprintf(site, REPLICA_SITE_SIZE, "%s", found ? db_text(query, 0) : "");
    db_done(query);
    return found;
}

bool superseded_read(struct db *db, int64_t number, int64_t since_ms, superseded_teller *tell, void *context)
{
    struct db_query *query =
        db_query(db, "SELECT s.number, s.at_ms, r.name, r.key, r.meter, r.from_ms, r.before, r.after, r.gone, r.row,"
                     " coalesce(meter.name, ''), coalesce(meter.unit, '') FROM replica_switch AS s"
                     " JOIN replica_superseded AS r ON r.switch = s.id LEFT JOIN meter ON meter.id = r.meter"
                     " WHERE (?1 = 0 OR s.number = ?1) AND s.at_ms >= ?2 ORDER BY s.id, r.rev");
    db_bind_int(query, number);
    db_bind_int(query, since_ms);
    while (db_next(query)) {
        const struct superseded superseded = {.number = db_int(query, 0),
                                              .switched_ms = db_int(query, 1),
                                              .table = db_text(query, 2),
                                              .key = db_text(query, 3),
                                              .meter = db_int(query, 4),
                                              .meter_name = db_text(query, 10),
                                              .unit = db_text(query, 11),
                                              .from_ms = db_int(query, 5),
                                              .amount = !db_null(query, 6),
                                              .before = db_int(query, 6),
                                              .after = db_int(query, 7),
                                              .gone = db_int(query, 8) != 0,
                                              .row = db_text(query, 9)};
        tell(context, &superseded);
    }
    db_done(query);
    return db_fault(db) == DB_OK;
}
