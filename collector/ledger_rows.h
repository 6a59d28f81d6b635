/* SPDX-License-Identifier: Apache-2.0 */
/* A ledger as the protocol reads it (struct replica_ledger), by a connection of its own that cannot write: each
 * head, era and read is one short read transaction over committed rows, so a daemon's commits neither wait for it
 * nor are seen by half. Only the ledger's own rows are told of: one in which a county gathers has them too. One
 * thread. */
#ifndef COALTALLY_LEDGER_ROWS_H
#define COALTALLY_LEDGER_ROWS_H

#include "collector/replica_site.h"
#include "collector/travel.h"

struct ledger_rows;

/* The database is there and up to date (a daemon has opened it). NULL with the reason in `text`. */
struct ledger_rows *ledger_rows_open(const char *database, char *text, size_t size);
void ledger_rows_close(struct ledger_rows *rows);

/* For replica_site_create: the database's id, and its ledger, both as long as `rows`. */
const char *ledger_rows_database(const struct ledger_rows *rows);
const struct replica_ledger *ledger_rows_ledger(const struct ledger_rows *rows);

/* Why the last of them failed; empty when it did not. */
const char *ledger_rows_error(const struct ledger_rows *rows);

/* The batch that replica_site_next has just given, to be written as a payload: the rows that were read for it (or the
 * first of them, if it was cut: count and to.rev), under its heading. Until the next read. */
const struct travel_batch *ledger_rows_batch(struct ledger_rows *rows, const struct replica_batch *batch);

#endif
