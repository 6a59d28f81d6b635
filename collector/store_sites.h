/* SPDX-License-Identifier: Apache-2.0 */
/* What the county's ledger tells of one of its sites' databases beside store_replica.h; read by any connection.
 * Faults are the db's. */
#ifndef COALTALLY_STORE_SITES_H
#define COALTALLY_STORE_SITES_H

#include "collector/db.h"
#include "collector/replica_county.h"

/* Within SQL, the row `id` of the journal waits for a person. Of a ledger whose place another one took nobody can act.
 */
#define JOURNAL_WAITS(id)                                                                                              \
    "(open = 1 AND " id " NOT IN (SELECT journal FROM resolution)"                                                     \
    " AND " id " >> 40 NOT IN (SELECT number FROM replica WHERE standing = 'retired'))"

/* Rows of its journal that waited for a person when another database took its place, in the order of their ids. */
struct site_undecided {
    int64_t id, meter; /* as in this ledger; meter 0: of none */
    const char *kind, *meter_name, *unit;
    int64_t at_ms, amount; /* thousandths of the unit */
};
typedef void site_undecided_teller(void *context, const struct site_undecided *undecided);
void site_undecided(struct db *db, int64_t number, site_undecided_teller *tell, void *context);
int64_t site_undecided_count(struct db *db, int64_t number);

/* When the newest reading was taken of those that the county has of it; 0: none. */
int64_t site_last_row_ms(struct db *db, int64_t number);

/* Whether all mines that it names are simulated; false where it names none. */
bool site_simulated(struct db *db, int64_t number);

/* Why rows of it are not counted (a msgid), the most frequent first. */
typedef void site_reason_teller(void *context, const char *reason, int64_t rows);
void site_reasons(struct db *db, int64_t number, site_reason_teller *tell, void *context);

/* By how much what main meters counted is less than before the switches since since_ms: a quantity, and thousandths
 * of its unit; less than 0: it is more. */
typedef void site_amount_teller(void *context, const char *quantity, int64_t amount);
void site_superseded(struct db *db, int64_t number, int64_t since_ms, site_amount_teller *tell, void *context);

/* A state of a ledger that the county holds: the rows that count, or those that wait beside. */
struct site_state {
    bool counts;
    char incarnation[REPLICA_ID_SIZE];
    int64_t started_ms;  /* when the site opened its ledger under this incarnation; 0: not known */
    int64_t last_row_ms; /* its newest reading; 0: none */
    int64_t rows;
};
void site_state_live(struct db *db, const struct replica_database *database, struct site_state *state);
void site_state_branch(struct db *db, const struct replica_database *database, struct site_state *state);

#endif
