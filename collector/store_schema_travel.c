/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/store_parts.h"
#include "collector/travel.h"

/* What came from a site may become another branch of its ledger; what is this ledger's own stays. */
#define OWN_KEPT(table, what)                                                                                          \
    "DROP TRIGGER " table "_no_delete;"                                                                                \
    "CREATE TRIGGER " table "_no_delete BEFORE DELETE ON " table " WHEN old.rev < " TRAVEL_FOREIGN " BEGIN"            \
    " SELECT RAISE(ABORT, '" what " are never deleted'); END;"
#define OWN_STAY(table, what)                                                                                          \
    "DROP TRIGGER IF EXISTS " table "_no_update;"                                                                      \
    "CREATE TRIGGER " table "_no_update BEFORE UPDATE ON " table " WHEN old.rev < " TRAVEL_FOREIGN " BEGIN"            \
    " SELECT RAISE(ABORT, '" what " are never changed'); END;" OWN_KEPT(table, what)

/* Each row of it gets a new rev. */
#define OWN_REV(table, key, same)                                                                                      \
    "UPDATE " table " SET rev = (SELECT rev FROM revision) + n FROM (SELECT row_number() OVER (ORDER BY rev, " key     \
    ") AS n, " key " FROM " table ") AS new WHERE " same ";"                                                           \
    "UPDATE revision SET rev = rev + (SELECT count(*) FROM " table ");"

#define REV_INDEX(table) "CREATE INDEX " #table "_rev ON " #table "(rev);"

/* Version 4: a county's copies of its sites' ledgers, and what a site needs to send its own. */
const char store_schema_travel[] =
    /* This database, whatever becomes of its file; a backup that is restored is the same one. Of a ledger from before
     * this version it is the first incarnation's id, so that an old backup becomes the same one too: as another its
     * coal would count twice at the county. */
    "ALTER TABLE revision ADD COLUMN database TEXT NOT NULL DEFAULT '';"
    "UPDATE revision SET database = ifnull((SELECT id FROM incarnation ORDER BY rev LIMIT 1),"
    " lower(hex(randomblob(16))));"
    /* database: whose it is, by its number; 0: this ledger's own. Views and references stay as they are. */
    "PRAGMA legacy_alter_table = ON;"
    "CREATE TABLE meter_of(id INTEGER PRIMARY KEY, name TEXT NOT NULL, mine INTEGER NOT NULL REFERENCES mine,"
    " quantity TEXT NOT NULL, unit TEXT NOT NULL, role TEXT NOT NULL, path TEXT NOT NULL, device TEXT NOT NULL,"
    " point TEXT NOT NULL, definition TEXT NOT NULL, active INTEGER NOT NULL, rev INTEGER NOT NULL,"
    " database INTEGER NOT NULL GENERATED ALWAYS AS (rev >> 40), UNIQUE(database, name));"
    "INSERT INTO meter_of(id, name, mine, quantity, unit, role, path, device, point, definition, active, rev)"
    " SELECT id, name, mine, quantity, unit, role, path, device, point, definition, active, rev FROM meter;"
    "DROP TABLE meter;"
    "ALTER TABLE meter_of RENAME TO meter;"
    "CREATE TABLE definition_of(id INTEGER PRIMARY KEY, hash TEXT NOT NULL, text TEXT NOT NULL, rev INTEGER NOT NULL,"
    " database INTEGER NOT NULL GENERATED ALWAYS AS (rev >> 40), UNIQUE(database, hash));"
    "INSERT INTO definition_of(id, hash, text, rev) SELECT id, hash, text, rev FROM definition;"
    "DROP TABLE definition;"
    "ALTER TABLE definition_of RENAME TO definition;"
    "PRAGMA legacy_alter_table = OFF;"
    /* Databases that a county holds: struct replica_database, and what `status` says beside (store_replica.h).
     * clock_difference_ms: null where it is not known. */
    "CREATE TABLE replica(number INTEGER PRIMARY KEY, database TEXT NOT NULL UNIQUE, site TEXT NOT NULL,"
    " standing TEXT NOT NULL, retired_for INTEGER NOT NULL, live_incarnation TEXT NOT NULL, live_head INTEGER NOT NULL,"
    " live_rev INTEGER NOT NULL, live_chain TEXT NOT NULL, branch_incarnation TEXT NOT NULL,"
    " branch_head INTEGER NOT NULL, branch_rev INTEGER NOT NULL, branch_chain TEXT NOT NULL,"
    " former_incarnation TEXT NOT NULL, former_head INTEGER NOT NULL, former_rev INTEGER NOT NULL,"
    " former_chain TEXT NOT NULL, stated_incarnation TEXT NOT NULL, stated_head INTEGER NOT NULL,"
    " chain_differs INTEGER NOT NULL, heard_ms INTEGER NOT NULL DEFAULT 0, applied_ms INTEGER NOT NULL DEFAULT 0,"
    " clock_difference_ms INTEGER, program TEXT NOT NULL DEFAULT '', refused INTEGER NOT NULL DEFAULT 0,"
    " refused_ms INTEGER NOT NULL DEFAULT 0, refused_why TEXT NOT NULL DEFAULT '');"
    "CREATE INDEX replica_site ON replica(site, number);"
    /* Positions that it was switched away from; chosen: a person took a ledger that has it in its past. */
    "CREATE TABLE replica_history(id INTEGER PRIMARY KEY, number INTEGER NOT NULL REFERENCES replica,"
    " incarnation TEXT NOT NULL, head INTEGER NOT NULL, chosen INTEGER NOT NULL, at_ms INTEGER NOT NULL);"
    "CREATE INDEX replica_history_number ON replica_history(number, id);"
    /* Each switch from one branch to another, and the rows that counted until then and are gone, or stand there
     * otherwise. before, after: the row's amount, null where it has none, or is gone. */
    "CREATE TABLE replica_switch(id INTEGER PRIMARY KEY, number INTEGER NOT NULL REFERENCES replica,"
    " at_ms INTEGER NOT NULL, rows INTEGER NOT NULL);"
    "CREATE TABLE replica_superseded(switch INTEGER NOT NULL REFERENCES replica_switch, rev INTEGER NOT NULL,"
    " name TEXT NOT NULL, key TEXT NOT NULL, meter INTEGER NOT NULL, from_ms INTEGER NOT NULL, before INTEGER,"
    " after INTEGER, gone INTEGER NOT NULL, row TEXT NOT NULL, PRIMARY KEY(switch, rev, name, key)) WITHOUT ROWID;"
    /* Versions of closed periods that pages showed before a switch, and go on showing until a person accepts. */
    "CREATE TABLE version_kept(number INTEGER NOT NULL REFERENCES replica, switched_ms INTEGER NOT NULL,"
    " id INTEGER NOT NULL, mine INTEGER NOT NULL, quantity TEXT NOT NULL, kind INTEGER NOT NULL,"
    " from_day INTEGER NOT NULL, to_day INTEGER NOT NULL, shift INTEGER NOT NULL, version INTEGER NOT NULL,"
    " at_ms INTEGER NOT NULL, metered INTEGER NOT NULL, reported INTEGER NOT NULL, adjusted INTEGER NOT NULL,"
    " unknown INTEGER NOT NULL, prepared_by TEXT NOT NULL, checked_by TEXT NOT NULL, despite TEXT NOT NULL,"
    " cause TEXT NOT NULL, hash TEXT NOT NULL, chain TEXT NOT NULL, through_act INTEGER NOT NULL, act INTEGER,"
    " PRIMARY KEY(from_day, mine, quantity, kind, to_day, shift)) WITHOUT ROWID;"
    "CREATE INDEX version_kept_number ON version_kept(number);"
    /* The site's mines: its id, this ledger's. derived: totals hold tonnes of it. */
    "CREATE TABLE replica_mine(number INTEGER NOT NULL, local INTEGER NOT NULL, mine INTEGER NOT NULL REFERENCES mine,"
    " derived INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(number, local)) WITHOUT ROWID;"
    /* Meters with tallies that came before the meter's own row. */
    "CREATE TABLE replica_meter(meter INTEGER PRIMARY KEY);"
    /* Rows that cannot be counted, instead of any in their table; `row` as it travels, rev as in the tables. */
    "CREATE TABLE replica_row(number INTEGER NOT NULL, name TEXT NOT NULL, key TEXT NOT NULL, rev INTEGER NOT NULL,"
    " reason TEXT NOT NULL, row TEXT NOT NULL, PRIMARY KEY(number, name, key)) WITHOUT ROWID;"
    "CREATE INDEX replica_row_rev ON replica_row(rev);"
    /* Rows that do not count, as they travel, of a database's part: kind 1, a branch until it is switched to; 2, what
     * was live before a person accepted a branch. Rows of a part that is not in the first table any more are on their
     * way out. same: the row of this rev that counts is this very one. */
    "CREATE TABLE replica_part(part INTEGER PRIMARY KEY, number INTEGER NOT NULL, kind INTEGER NOT NULL,"
    " UNIQUE(number, kind));"
    "CREATE TABLE replica_branch(part INTEGER NOT NULL, name TEXT NOT NULL, key TEXT NOT NULL, rev INTEGER NOT NULL,"
    " same INTEGER NOT NULL, row TEXT NOT NULL, PRIMARY KEY(part, name, key)) WITHOUT ROWID;"
    "CREATE INDEX replica_branch_rev ON replica_branch(part, same, rev);"
    "CREATE TABLE replica_branch_mine(part INTEGER NOT NULL, local INTEGER NOT NULL, name TEXT NOT NULL,"
    " PRIMARY KEY(part, local)) WITHOUT ROWID;"
    /* Each row has a rev of its own: before, rows that changed in one statement shared one. */
    /* clang-format off */
    OWN_REV("segment", "meter, segment", "new.meter = segment.meter AND new.segment = segment.segment")
    "DROP TRIGGER resolution_no_update;"
    OWN_REV("resolution", "journal", "new.journal = resolution.journal")
    TRAVEL_TABLES(REV_INDEX)
    "DROP TRIGGER journal_no_update; DROP TRIGGER journal_no_delete;"
    "CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal WHEN old.rev < " TRAVEL_FOREIGN " BEGIN"
    " SELECT RAISE(ABORT, 'the journal is append-only'); END;"
    "CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal WHEN old.rev < " TRAVEL_FOREIGN " BEGIN"
    " SELECT RAISE(ABORT, 'the journal is append-only'); END;"
    OWN_STAY("act", "acts")
    OWN_STAY("coefficient", "coefficients")
    OWN_STAY("adjustment", "adjustments")
    OWN_STAY("entry", "entries")
    OWN_STAY("posting", "postings")
    OWN_KEPT("hold", "holds")
    OWN_STAY("replacement", "replacements")
    OWN_STAY("swap", "replacements")
    OWN_STAY("resolution", "resolutions")
    OWN_STAY("version", "closed versions")
    OWN_STAY("acknowledgement", "acknowledgements")
    OWN_KEPT("incident", "incidents")
    /* With what was entered, so that a year of it is read from the index alone. */
    "DROP INDEX entry_item;"
    "CREATE INDEX entry_item ON entry(item, subject, from_day, mine, kind, to_day, shift, from_ms, to_ms, version,"
    " value, act);"
    /* Open work with its times: which of it touches a period is told without its rows. */
    "DROP INDEX journal_open;"
    "CREATE INDEX journal_open ON journal(at_ms, from_ms, to_ms) WHERE open = 1;"
    /* Segments change with each commit, and a ledger has few of its own: what a site has it finds without. */
    "DROP INDEX segment_rev;"
    "CREATE INDEX segment_rev ON segment(rev) WHERE rev >= " TRAVEL_FOREIGN ";";
/* clang-format on */
