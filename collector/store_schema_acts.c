/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/store_parts.h"

/* Refuses to change or to delete rows that say what was done; `what` says which they are. */
#define ROWS_STAY(table, what)                                                                                         \
    "CREATE TRIGGER " table "_no_update BEFORE UPDATE ON " table " BEGIN"                                              \
    " SELECT RAISE(ABORT, '" what " are never changed'); END;" ROWS_KEPT(table, what)
/* The same for deleting alone. */
#define ROWS_KEPT(table, what)                                                                                         \
    "CREATE TRIGGER " table "_no_delete BEFORE DELETE ON " table " BEGIN"                                              \
    " SELECT RAISE(ABORT, '" what " are never deleted'); END;"

/* Version 2: what people do to the ledger. A typed row names the act that made it and
 * follows from that act's arguments; `verify` makes it again.
 *
 * A period is a kind, production days [from_day, to_day) and, of the kind "shift", the
 * shift, as in shift_total; -1: none. kind: enum period_kind; 0: a span of the clock. */
const char store_schema_acts[] =
    /* arguments: a JSON object of texts, its names in order. actor: the name given with --by;
     * os_user: who owned the file that brought it. outcome: 1 done, 2 refused. journal: the row that
     * holds this row's SHA-256 (act_digest) and so ties it into the chain. */
    "CREATE TABLE act(id INTEGER PRIMARY KEY, uid TEXT NOT NULL UNIQUE, verb TEXT NOT NULL, arguments TEXT NOT NULL,"
    " actor TEXT NOT NULL, os_user TEXT NOT NULL, at_ms INTEGER NOT NULL, applied_ms INTEGER NOT NULL,"
    " outcome INTEGER NOT NULL CHECK(outcome IN (1, 2)), answer TEXT NOT NULL,"
    " journal INTEGER NOT NULL UNIQUE REFERENCES journal, rev INTEGER NOT NULL);" ROWS_STAY("act", "acts")
    /* What of a meter's tonnes is reported: digits / 10^places. Of one from_day the newest act counts. */
    "CREATE TABLE coefficient(meter INTEGER NOT NULL REFERENCES meter, from_day INTEGER NOT NULL,"
    " digits INTEGER NOT NULL, places INTEGER NOT NULL, act INTEGER NOT NULL REFERENCES act, rev INTEGER NOT NULL,"
    " PRIMARY KEY(meter, from_day, act)) WITHOUT ROWID;" ROWS_STAY("coefficient", "coefficients")
    /* In reported units; belongs to its own period and changes none inside it. */
    "CREATE TABLE adjustment(act INTEGER PRIMARY KEY REFERENCES act, mine INTEGER NOT NULL REFERENCES mine,"
    " quantity TEXT NOT NULL, kind INTEGER NOT NULL, from_day INTEGER NOT NULL, to_day INTEGER NOT NULL,"
    " shift INTEGER NOT NULL DEFAULT -1, amount INTEGER NOT NULL, reason TEXT NOT NULL,"
    " rev INTEGER NOT NULL);" ROWS_STAY("adjustment", "adjustments")
    /* By hand; item: items.h. subject: what of the item ("raw_coal" of a plan, a milestone's name), else ''.
     * The newest version of a key counts. value: thousandths of the unit, null where `text` says it.
     * from_ms, to_ms: where the period is one of the clock (a planned stop); else 0. */
    "CREATE TABLE entry(mine INTEGER NOT NULL REFERENCES mine, item TEXT NOT NULL, subject TEXT NOT NULL DEFAULT '',"
    " kind INTEGER NOT NULL, from_day INTEGER NOT NULL, to_day INTEGER NOT NULL, shift INTEGER NOT NULL DEFAULT -1,"
    " from_ms INTEGER NOT NULL DEFAULT 0, to_ms INTEGER NOT NULL DEFAULT 0, version INTEGER NOT NULL, value INTEGER,"
    " unit TEXT NOT NULL, text TEXT NOT NULL DEFAULT '', source TEXT NOT NULL,"
    " act INTEGER NOT NULL REFERENCES act, rev INTEGER NOT NULL,"
    " PRIMARY KEY(from_day, mine, item, subject, kind, to_day, shift, from_ms, to_ms, version)) WITHOUT "
    "ROWID;" ROWS_STAY("entry", "entries")
    /* What acts added to tallies: tally.metered holds it, tally.end_count (the meter's own count) does not. */
    "CREATE TABLE posting(act INTEGER NOT NULL REFERENCES act, meter INTEGER NOT NULL REFERENCES meter,"
    " bucket_ms INTEGER NOT NULL, end_ms INTEGER NOT NULL, amount INTEGER NOT NULL, rev INTEGER NOT NULL,"
    " PRIMARY KEY(bucket_ms, meter, act)) WITHOUT ROWID;" ROWS_STAY("posting", "postings")
    /* ended_ms, end_act: null while it stands; end_act is null for ever where its time ran out. */
    "CREATE TABLE hold(act INTEGER PRIMARY KEY REFERENCES act, meter INTEGER NOT NULL REFERENCES meter,"
    " from_ms INTEGER NOT NULL, until_ms INTEGER NOT NULL, ended_ms INTEGER, end_act INTEGER REFERENCES act,"
    " rev INTEGER NOT NULL);" ROWS_KEPT("hold", "holds")
    /* old_last, new_first: what the instruments showed, in thousandths of the meter's unit. */
    "CREATE TABLE replacement(act INTEGER PRIMARY KEY REFERENCES act, meter INTEGER NOT NULL REFERENCES meter,"
    " at_ms INTEGER NOT NULL, old_last INTEGER NOT NULL, new_first INTEGER NOT NULL, serial TEXT NOT NULL,"
    " rev INTEGER NOT NULL);" ROWS_STAY("replacement", "replacements")
    /* Where a replacement took place: the row whose guess it stands for (null: none was made, and the two
     * totals went over into each other at from_ms), its stretch, what the ledger held of that before and
     * holds since (of the two totals: only the difference is known). One that has no row waits for the new
     * instrument's first reading. */
    "CREATE TABLE swap(act INTEGER PRIMARY KEY REFERENCES replacement(act), meter INTEGER NOT NULL REFERENCES meter,"
    " journal INTEGER REFERENCES journal, from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL, before INTEGER NOT NULL,"
    " after INTEGER NOT NULL, rev INTEGER NOT NULL);" ROWS_STAY("swap", "replacements")
    /* journal: the open row that it closes. amount: what was counted of it. */
    "CREATE TABLE resolution(journal INTEGER PRIMARY KEY REFERENCES journal, act INTEGER NOT NULL REFERENCES act,"
    " counted INTEGER NOT NULL CHECK(counted IN (0, 1)), amount INTEGER NOT NULL,"
    " rev INTEGER NOT NULL);" ROWS_STAY("resolution", "resolutions")
    /* What was reported of a closed period. version: 1 and up within its period; act: null where the
     * clock closed it. through_act: the newest act that it knows of. cause: what changed since the version
     * before, and why. hash: of the period's tallies; chain: the journal's head then. */
    "CREATE TABLE version(id INTEGER PRIMARY KEY, mine INTEGER NOT NULL REFERENCES mine, quantity TEXT NOT NULL,"
    " kind INTEGER NOT NULL, from_day INTEGER NOT NULL, to_day INTEGER NOT NULL, shift INTEGER NOT NULL DEFAULT -1,"
    " version INTEGER NOT NULL, at_ms INTEGER NOT NULL, metered INTEGER NOT NULL, reported INTEGER NOT NULL,"
    " adjusted INTEGER NOT NULL, unknown INTEGER NOT NULL, prepared_by TEXT NOT NULL, checked_by TEXT NOT NULL,"
    " despite TEXT NOT NULL, cause TEXT NOT NULL, hash TEXT NOT NULL, chain TEXT NOT NULL,"
    " through_act INTEGER NOT NULL DEFAULT 0, act INTEGER REFERENCES act, rev INTEGER NOT NULL,"
    " UNIQUE(from_day, mine, quantity, kind, to_day, shift, version));" ROWS_STAY("version", "closed versions")
    /* alarm: the journal's row of its raising. */
    "CREATE TABLE acknowledgement(act INTEGER PRIMARY KEY REFERENCES act, alarm INTEGER NOT NULL REFERENCES journal,"
    " note TEXT NOT NULL, rev INTEGER NOT NULL);" ROWS_STAY("acknowledgement", "acknowledgements")
    /* The log of faults and calibrations. subject: a meter or a device; to_ms: null while it lasts. */
    "CREATE TABLE incident(act INTEGER PRIMARY KEY REFERENCES act, mine INTEGER NOT NULL REFERENCES mine,"
    " subject TEXT NOT NULL, kind TEXT NOT NULL, from_ms INTEGER NOT NULL, to_ms INTEGER, sign TEXT NOT NULL,"
    " handling TEXT NOT NULL, before INTEGER, after INTEGER, text TEXT NOT NULL,"
    " rev INTEGER NOT NULL);" ROWS_KEPT("incident", "incidents")
    /* In reported units: metered times the coefficient. Until a coefficient is stated it is 1. */
    "ALTER TABLE shift_total ADD COLUMN reported INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE day_total ADD COLUMN reported INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE month_total ADD COLUMN reported INTEGER NOT NULL DEFAULT 0;"
    "UPDATE shift_total SET reported = metered;"
    "UPDATE day_total SET reported = metered;"
    "UPDATE month_total SET reported = metered;"
    "DROP VIEW shift_view;"
    "CREATE VIEW shift_view AS SELECT mine.name AS mine, meter.name AS meter, meter.quantity, meter.role,"
    " date(shift_total.day * 86400, 'unixepoch') AS day, shift_total.shift + 1 AS shift,"
    " shift_total.metered / 1000.0 AS metered, meter.unit, shift_total.good_ms / 1000 AS good_s, mine.simulated,"
    " shift_total.reported / 1000.0 AS reported"
    " FROM shift_total JOIN meter ON meter.id = shift_total.meter JOIN mine ON mine.id = meter.mine;"
    "DROP VIEW day_view;"
    "CREATE VIEW day_view AS SELECT mine.name AS mine, meter.name AS meter, meter.quantity, meter.role,"
    " date(day_total.day * 86400, 'unixepoch') AS day, day_total.metered / 1000.0 AS metered, meter.unit,"
    " day_total.good_ms / 1000 AS good_s, mine.simulated, day_total.reported / 1000.0 AS reported"
    " FROM day_total JOIN meter ON meter.id = day_total.meter JOIN mine ON mine.id = meter.mine;"
    /* The act that brought a rule whose date was past; null: the configuration, at a start. */
    "ALTER TABLE calendar ADD COLUMN act INTEGER REFERENCES act;"
    /* The act of a corrected calendar that cut this bucket: its division by time is an estimate. */
    "ALTER TABLE tally ADD COLUMN split_act INTEGER REFERENCES act;"
    "CREATE INDEX tally_split ON tally(bucket_ms) WHERE split_act IS NOT NULL;"
    "CREATE INDEX journal_closed ON journal(to_ms) WHERE kind = 'closed';"
    "CREATE INDEX journal_open ON journal(at_ms) WHERE open = 1;"
    /* The condition is word for word that of production_cross.c, or the index is of no use to it. */
    "CREATE INDEX journal_differs ON journal(from_ms) WHERE kind IN ('differs', 'rate-differs');"
    /* The newest seal of a table: store_seal.h */
    "CREATE INDEX journal_seal ON journal(subject, id) WHERE kind = 'seal';";
