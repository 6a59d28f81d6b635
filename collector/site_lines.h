/* SPDX-License-Identifier: Apache-2.0 */
/* The sites of a county as tables show them: what its ledger holds of each database, and what a running daemon knows
 * of each site. A row a database; of a site that has sent none, a row all the same. */
#ifndef COALTALLY_SITE_LINES_H
#define COALTALLY_SITE_LINES_H

#include "collector/health.h"
#include "collector/page.h"
#include "collector/store_replica.h"

struct site_line {
    struct replica_entry entry; /* entry.database.number 0: no database of it is held */
    struct health_site health;  /* name empty: no daemon runs, or none has heard of it */
    bool simulated;             /* all its mines are */
    int64_t last_row_ms;        /* the newest reading that is here; 0: none */
    int64_t behind;             /* rows that the site has and the county does not, as last stated; -1: not known */
    int64_t lag_ms;             /* how old the state of its ledger is that is here; -1: not known */
};

/* By site and number. health: NULL where no daemon runs. A list of struct site_line; false with db_fault, or out of
 * memory. */
bool site_lines_read(struct db *db, const struct health *health, int64_t now_ms, struct list *lines);

/* A new table, and its columns; NULL when out of memory. */
struct table *site_lines_table(enum language language);
void site_lines_row(struct table *table, const struct site_line *line, enum language language, int64_t now_ms);

/* --- site_superseded.c --- */

/* A new table: rows that counted until a switch put them away, and what stands there now. site: NULL for all. NULL when
 * out of memory; what could not be read is in db_fault. */
struct table *site_superseded_table(struct db *db, const struct list *lines, const char *site, enum language language);

/* --- site_waiting.c --- */

/* Below the table: of each site of which a ledger waits the states to choose from; and the same as the fact "waiting".
 * site: NULL for all. False when out of memory; what could not be read is in db_fault. */
bool site_waiting_add(struct page *page, struct db *db, const struct list *lines, const char *site);
void site_waiting_fact(struct table *table, struct db *db, const struct list *lines, const char *site);

/* --- site_notes.c --- */

/* Lines below the table: what waits for a person, what is not counted, superseded, refused. site: NULL for all. */
void site_notes(struct page *page, struct db *db, const struct list *lines, const char *site);

#endif
