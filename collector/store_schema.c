/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/store_parts.h"

#include <inttypes.h>
#include <stdio.h>

/* Amounts are integers in thousandths of the quantity's unit, times ms since 1970
 * UTC, days counted from 1970-01-01. Rows that will travel carry a rev of their own.
 *
 * Keys begin with the time, never with the meter: all that one commit touches then
 * lies side by side, and a commit of 100 meters writes some ten pages instead of
 * one page a meter and table. */

/* Version 1. */
static const char schema[] =
    /* rev: the newest given out; commit_ms: the latest wall time of a commit. */
    "CREATE TABLE revision(one INTEGER PRIMARY KEY CHECK(one = 1), rev INTEGER NOT NULL, commit_ms INTEGER NOT NULL);"
    "INSERT INTO revision VALUES(1, 0, 0);"
    "CREATE TABLE incarnation(id TEXT PRIMARY KEY, first_rev INTEGER NOT NULL, opened_ms INTEGER NOT NULL,"
    " rev INTEGER NOT NULL) WITHOUT ROWID;"
    /* active: it stood in the configuration at the last start. timezone: of its days. */
    "CREATE TABLE mine(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, title_en TEXT NOT NULL,"
    " title_zh TEXT NOT NULL, simulated INTEGER NOT NULL, month_cutoff INTEGER NOT NULL, timezone TEXT NOT NULL,"
    " active INTEGER NOT NULL, rev INTEGER NOT NULL);"
    "CREATE TABLE meter(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, mine INTEGER NOT NULL REFERENCES mine,"
    " quantity TEXT NOT NULL, unit TEXT NOT NULL, role TEXT NOT NULL, path TEXT NOT NULL, device TEXT NOT NULL,"
    " point TEXT NOT NULL, definition TEXT NOT NULL, active INTEGER NOT NULL, rev INTEGER NOT NULL);"
    /* A rule of a mine's calendar; quantity '' is all. shifts: "name@start_s" joined by '|';
     * '': the rule no longer stands in the configuration. */
    "CREATE TABLE calendar(mine INTEGER NOT NULL, quantity TEXT NOT NULL, from_day INTEGER NOT NULL,"
    " day_start_s INTEGER NOT NULL, shifts TEXT NOT NULL, rev INTEGER NOT NULL,"
    " PRIMARY KEY(mine, quantity, from_day)) WITHOUT ROWID;"
    /* What meters were, by the SHA-256 of the text. */
    "CREATE TABLE definition(id INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, text TEXT NOT NULL,"
    " rev INTEGER NOT NULL);"
    /* segment: from 1; a history that was imported later has those from -1 down, their bases below 0.
     * counted = floor((high + wraps * modulus) * times / over) - floor(first * times / over);
     * base: all that the meter had counted before. As of the last commit, also of the open one. */
    "CREATE TABLE segment(meter INTEGER NOT NULL, segment INTEGER NOT NULL,"
    " definition INTEGER NOT NULL REFERENCES definition, modulus INTEGER NOT NULL, times INTEGER NOT NULL,"
    " over INTEGER NOT NULL, opened_ms INTEGER NOT NULL, closed_ms INTEGER, first INTEGER NOT NULL,"
    " high INTEGER NOT NULL, wraps INTEGER NOT NULL, base INTEGER NOT NULL, counted INTEGER NOT NULL,"
    " rev INTEGER NOT NULL, PRIMARY KEY(meter, segment)) WITHOUT ROWID;"
    "CREATE TABLE boot(id INTEGER PRIMARY KEY, boot_id TEXT NOT NULL UNIQUE);"
    /* state: TOTALISER_STATE_FIELDS in their order, joined by spaces: state_text.h */
    "CREATE TABLE meter_state(meter INTEGER PRIMARY KEY, boot INTEGER NOT NULL REFERENCES boot,"
    " wall_ms INTEGER NOT NULL, boot_ms INTEGER NOT NULL, state TEXT NOT NULL);"
    /* end_count: all that the meter had counted at the bucket's end (or has by now). first_raw and
     * last_raw: its first and last accepted reading in it; segment, high, wraps: its state after that
     * one. Null where it was not read in the bucket. */
    "CREATE TABLE tally(meter INTEGER NOT NULL, bucket_ms INTEGER NOT NULL, end_ms INTEGER NOT NULL,"
    " metered INTEGER NOT NULL, good_ms INTEGER NOT NULL, end_count INTEGER NOT NULL,"
    " first_raw INTEGER, first_at_ms INTEGER, last_raw INTEGER, last_at_ms INTEGER,"
    " segment INTEGER, high INTEGER, wraps INTEGER, rev INTEGER NOT NULL,"
    " PRIMARY KEY(bucket_ms, meter)) WITHOUT ROWID;"
    "CREATE TABLE gap(meter INTEGER NOT NULL, from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL,"
    " amount INTEGER NOT NULL, rev INTEGER NOT NULL, PRIMARY KEY(from_ms, meter)) WITHOUT ROWID;"
    /* Derived from tally and calendar; `verify` recomputes them. month: year * 12 + month - 1 of the
     * production day; a year is the sum of its months. */
    "CREATE TABLE shift_total(meter INTEGER NOT NULL, day INTEGER NOT NULL, shift INTEGER NOT NULL,"
    " metered INTEGER NOT NULL, good_ms INTEGER NOT NULL, PRIMARY KEY(day, shift, meter)) WITHOUT ROWID;"
    "CREATE TABLE day_total(meter INTEGER NOT NULL, day INTEGER NOT NULL, metered INTEGER NOT NULL,"
    " good_ms INTEGER NOT NULL, PRIMARY KEY(day, meter)) WITHOUT ROWID;"
    "CREATE TABLE month_total(meter INTEGER NOT NULL, month INTEGER NOT NULL, metered INTEGER NOT NULL,"
    " good_ms INTEGER NOT NULL, PRIMARY KEY(month, meter)) WITHOUT ROWID;"
    /* hash = SHA-256 over the previous row's hash and this row's fields: store_journal.c */
    "CREATE TABLE journal(id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, kind TEXT NOT NULL, level INTEGER NOT NULL,"
    " mine INTEGER, meter INTEGER, subject TEXT NOT NULL, bucket_ms INTEGER NOT NULL, count INTEGER NOT NULL,"
    " from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL, before INTEGER NOT NULL, after INTEGER NOT NULL,"
    " amount INTEGER NOT NULL, bounded INTEGER NOT NULL, low INTEGER NOT NULL, high INTEGER NOT NULL,"
    " open INTEGER NOT NULL, text TEXT NOT NULL, hash TEXT NOT NULL, rev INTEGER NOT NULL);"
    "CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal BEGIN"
    " SELECT RAISE(ABORT, 'the journal is append-only'); END;"
    "CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal BEGIN"
    " SELECT RAISE(ABORT, 'the journal is append-only'); END;"
    /* A point whose unit or quantum changed is another one, so that its old minutes keep theirs. Without a
     * device: the belt of the meter `point`, 1 while it runs, as `unit` told it (belt_source_name). */
    "CREATE TABLE point(id INTEGER PRIMARY KEY, mine INTEGER NOT NULL, device TEXT NOT NULL, point TEXT NOT NULL,"
    " unit TEXT NOT NULL, digits INTEGER NOT NULL, places INTEGER NOT NULL,"
    " UNIQUE(device, point, mine, unit, digits, places));"
    /* Appended in time order; mean = sum / count, in counts of digits / 10^places. A minute with a stop
     * in it has two rows of a point. */
    "CREATE TABLE minute(minute_ms INTEGER NOT NULL, point INTEGER NOT NULL, min INTEGER, max INTEGER, last INTEGER,"
    " sum INTEGER, count INTEGER NOT NULL, bad INTEGER NOT NULL);"
    /* For people who use SQL. */
    "CREATE VIEW shift_view AS SELECT mine.name AS mine, meter.name AS meter, meter.quantity, meter.role,"
    " date(shift_total.day * 86400, 'unixepoch') AS day, shift_total.shift + 1 AS shift,"
    " shift_total.metered / 1000.0 AS metered, meter.unit, shift_total.good_ms / 1000 AS good_s, mine.simulated"
    " FROM shift_total JOIN meter ON meter.id = shift_total.meter JOIN mine ON mine.id = meter.mine;"
    "CREATE VIEW day_view AS SELECT mine.name AS mine, meter.name AS meter, meter.quantity, meter.role,"
    " date(day_total.day * 86400, 'unixepoch') AS day, day_total.metered / 1000.0 AS metered, meter.unit,"
    " day_total.good_ms / 1000 AS good_s, mine.simulated"
    " FROM day_total JOIN meter ON meter.id = day_total.meter JOIN mine ON mine.id = meter.mine;";

/* Version 3: what pages look for among the rows of many years. No figure changes. */
static const char indexes[] =
    /* By what it is, then as the table's own key orders it: pages read one item of some days. */
    "CREATE INDEX entry_item ON entry(item, subject, from_day, mine, kind, to_day, shift, from_ms, to_ms, version);"
    "CREATE INDEX adjustment_quantity ON adjustment(quantity, from_day);"
    /* Of the gaps that touch a period most end after it began only if they are of late. */
    "CREATE INDEX gap_end ON gap(to_ms);"
    /* The condition is word for word that of integrity_journal.c, or the index is of no use to it. */
    "CREATE INDEX journal_integrity ON journal(CASE WHEN from_ms > 0 THEN from_ms ELSE at_ms END)"
    " WHERE kind IN ('excluded', 'reset', 'jump', 'wraps-unknown', 'below-a-day', 'breaks', 'glitch',"
    " 'range', 'dropped', 'creep', 'config', 'calendar', 'redefined', 'roster', 'altered', 'rows-lost');";

/* Each brings a ledger from its index as version to the next one. */
const char *const store_steps[STORE_VERSION] = {schema, store_schema_acts, indexes, store_schema_travel};

enum { APPLICATION_ID = 0x434f414c }; /* "COAL" */

bool store_judge_version(struct db *db)
{
    int64_t version = db_value(db, "PRAGMA user_version", 0, NULL);
    int64_t application = db_value(db, "PRAGMA application_id", 0, NULL);
    int64_t tables = db_value(db, "SELECT count(*) FROM sqlite_schema", 0, NULL);

    if (tables > 0 && application != APPLICATION_ID)
        db_fail(db, DB_CORRUPT, "a database, but not a ledger of coaltally; name another file");
    if (version > STORE_VERSION)
        db_fail(db, DB_NEWER,
                "made by a newer coaltally (ledger version %" PRId64 ", this program knows %d): install that one",
                version, STORE_VERSION);
    return db_fault(db) == DB_OK;
}

static bool migrate_backup(struct db *db, const char *path, int64_t version)
{
    char to[PATH_BYTES + 32];
    snprintf(to, sizeof(to), "%s.before-%" PRId64, path, version + 1);
    return db_backup(db, to, NULL);
}

bool store_migrate(struct db *db, const char *path, const char *const *steps, int64_t newest)
{
    int64_t version = db_value(db, "PRAGMA user_version", 0, NULL);
    char pragma[96];

    if (version == newest || (version > 0 && !migrate_backup(db, path, version)))
        return db_fault(db) == DB_OK;
    db_begin(db);
    for (int64_t step = version; step < newest; step++)
        db_run(db, steps[step]);
    snprintf(pragma, sizeof(pragma), "PRAGMA application_id = %d; PRAGMA user_version = %" PRId64, APPLICATION_ID,
             newest);
    db_run(db, pragma);
    return db_commit(db);
}
