/* SPDX-License-Identifier: Apache-2.0 */
/* What pages over a county's ledger say of the ledgers that it gathered: of when each is, and what of it is missing.
 * Of those whose mines are chosen; on a ledger that is no county's they say nothing. */
#ifndef COALTALLY_GATHERED_H
#define COALTALLY_GATHERED_H

#include "collector/selection.h"
#include "collector/store_replica.h"

/* Of when what is held of a database is: equal to the site's ledger when it was last heard of, or, while it is
 * catching up, the ledger as far as its last rows go. 0: not known. */
int64_t gathered_as_of(const struct replica_entry *entry);
/* What the site has is not all here. A ledger whose place another one took is whole for good. */
bool gathered_catches_up(const struct replica_entry *entry);

/* The copies that hold the chosen mines' rows, for looking at them mine by mine: a list of struct replica_entry, freed
 * with free(at); empty on a ledger that is no county's. */
struct list gathered_entries(const struct selection *selection);
/* That of database `number`; NULL: there is none. */
const struct replica_entry *gathered_entry(const struct list *entries, int64_t number);

/* What is missing in the figures, a line each: catching up, rows not counted, ledgers that wait for a person,
 * periods that keep the version of before a restore. Nothing where nothing is. */
void gathered_missing(const struct selection *selection, enum language language, struct text *lines);
/* "gathered from 24 ledgers as of 11-22 13:20:05 or later" */
void gathered_when(const struct selection *selection, enum language language, struct text *lines);
/* Each of `lines` on the page. */
void gathered_print(struct page *page, const struct text *lines);
/* Both on the page, and all of it as facts of the table. */
void gathered_add(const struct selection *selection, struct page *page, struct table *table);
/* All of it as the fact "ledgers" of data. */
void gathered_facts(const struct selection *selection, struct table *table);

#endif
