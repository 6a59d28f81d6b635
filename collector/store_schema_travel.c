/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/store_parts.h"
#include "collector/travel.h"

/* What came from a site may become another branch of its ledger; what is this ledger's own stays. */
#define OWN_KEPT(table, what)                                                                                          \
    "DROP TRIGGER " table "_no_delete;"                                                                                \
    "CREATE TRIGGER " table "_no_delete BEFORE DELETE ON " table " WHEN old.rev < " TRAVEL_FOREIGN " BEGIN"            \
    " SELECT RAISE(ABORT, '" what " are never deleted'); END;"
#define OWN_STAY(table, what)                                                                                          \
    "DROP TRIGGER " table "_no_update;"                                                                                \
    "CREATE TRIGGER " table "_no_update BEFORE UPDATE ON " table " WHEN old.rev < " TRAVEL_FOREIGN " BEGIN"            \
    " SELECT RAISE(ABORT, '" what " are never changed'); END;" OWN_KEPT(table, what)

#define REV_INDEX(table) "CREATE INDEX " #table "_rev ON " #table "(rev);"

/* Version 4: a county's copies of its sites' ledgers, and what a site needs to send its own. */
const char store_schema_travel[] =
    /* This database, whatever becomes of its file; a backup that is restored is the same one. */
    "ALTER TABLE revision ADD COLUMN database TEXT NOT NULL DEFAULT '';"
    "UPDATE revision SET database = lower(hex(randomblob(16)));"
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
    /* Databases that a county holds. state: 0 waits, 1 accepted, 2 retired. Positions as in travel.h: of the rows
     * that count, of the branch that does not, and what the site last stated. chain: the journal's head there. */
    "CREATE TABLE replica(number INTEGER PRIMARY KEY, database TEXT NOT NULL UNIQUE, site TEXT NOT NULL,"
    " state INTEGER NOT NULL, session INTEGER NOT NULL DEFAULT 0,"
    " incarnation TEXT NOT NULL DEFAULT '', head INTEGER NOT NULL DEFAULT 0, rev INTEGER NOT NULL DEFAULT 0,"
    " chain TEXT NOT NULL DEFAULT '', branch_incarnation TEXT NOT NULL DEFAULT '',"
    " branch_head INTEGER NOT NULL DEFAULT 0, branch_rev INTEGER NOT NULL DEFAULT 0,"
    " branch_chain TEXT NOT NULL DEFAULT '', stated_incarnation TEXT NOT NULL DEFAULT '',"
    " stated_head INTEGER NOT NULL DEFAULT 0, heard_ms INTEGER NOT NULL DEFAULT 0);"
    /* kind: superseded, accepted, retired. */
    "CREATE TABLE replica_history(number INTEGER NOT NULL REFERENCES replica, kind TEXT NOT NULL,"
    " incarnation TEXT NOT NULL, head INTEGER NOT NULL, rev INTEGER NOT NULL, at_ms INTEGER NOT NULL);"
    /* The site's mines: its id, this ledger's. derived: totals hold tonnes of it. */
    "CREATE TABLE replica_mine(number INTEGER NOT NULL, local INTEGER NOT NULL, mine INTEGER NOT NULL REFERENCES mine,"
    " derived INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(number, local)) WITHOUT ROWID;"
    /* Meters with tallies that came before the meter's own row. */
    "CREATE TABLE replica_meter(meter INTEGER PRIMARY KEY);"
    /* Rows that cannot be counted, instead of any in their table; `row` as it travels, rev as in the tables. */
    "CREATE TABLE replica_row(number INTEGER NOT NULL, name TEXT NOT NULL, key TEXT NOT NULL, rev INTEGER NOT NULL,"
    " reason TEXT NOT NULL, row TEXT NOT NULL, PRIMARY KEY(number, name, key)) WITHOUT ROWID;"
    "CREATE INDEX replica_row_rev ON replica_row(rev);"
    /* Rows of a branch, as they travel, until it is switched to. */
    "CREATE TABLE replica_branch(number INTEGER NOT NULL, name TEXT NOT NULL, key TEXT NOT NULL,"
    " rev INTEGER NOT NULL, row TEXT NOT NULL, PRIMARY KEY(number, name, key)) WITHOUT ROWID;"
    "CREATE INDEX replica_branch_rev ON replica_branch(number, rev);"
    "CREATE TABLE replica_branch_mine(number INTEGER NOT NULL, local INTEGER NOT NULL, name TEXT NOT NULL,"
    " PRIMARY KEY(number, local)) WITHOUT ROWID;" TRAVEL_TABLES(
        REV_INDEX) "DROP TRIGGER journal_no_update; DROP TRIGGER journal_no_delete;"
                   "CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal WHEN old.rev < " TRAVEL_FOREIGN " BEGIN"
                   " SELECT RAISE(ABORT, 'the journal is append-only'); END;"
                   "CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal WHEN old.rev < " TRAVEL_FOREIGN " BEGIN"
                   " SELECT RAISE(ABORT, 'the journal is append-only'); END;" OWN_STAY("act", "acts")
                       OWN_STAY("coefficient", "coefficients") OWN_STAY("adjustment", "adjustments")
                           OWN_STAY("entry", "entries") OWN_STAY("posting", "postings") OWN_KEPT("hold", "holds")
                               OWN_STAY("replacement", "replacements") OWN_STAY("swap", "replacements")
                                   OWN_STAY("resolution", "resolutions") OWN_STAY("version", "closed versions")
                                       OWN_STAY("acknowledgement", "acknowledgements")
                                           OWN_KEPT("incident", "incidents");
