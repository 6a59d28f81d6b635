/* SPDX-License-Identifier: Apache-2.0 */
/* The alarms as the ledger tells of them, with a daemon or without: the latest row of each in the journal. */
#ifndef COALTALLY_ALARM_ROWS_H
#define COALTALLY_ALARM_ROWS_H

#include "collector/alarm.h"
#include "collector/db.h"
#include "collector/list.h"

struct alarm_row {
    int64_t number;     /* of the database whose alarm it is; 0: the ledger's own */
    int64_t id;         /* there, of the journal's row that raised it: what a person types */
    int64_t mine;       /* the ledger's id; 0: the site */
    int64_t work;       /* there, the journal's row that waits for `resolve`; 0: none */
    bool left_work;     /* there is such a row, resolved or not */
    struct alarm alarm; /* mine: -1; acknowledged_ms and cleared_ms as the ledger has them */
    char by[128];       /* who acknowledged it; empty: nobody */
    char note[256];
};

/* Of a county's ledger its sites' too, each as its site has it. All that stand, and those cleared at or after
 * cleared_ms (INT64_MAX: none), the latest first. A list of struct alarm_row, freed with free(at). False when the
 * ledger could not be read: db_fault. */
bool alarm_rows_read(struct db *db, int64_t cleared_ms, struct list *rows);

/* Whether a person has ended it: its open work is resolved, or it left none and was acknowledged. */
bool alarm_row_dealt_with(const struct alarm_row *row);

#endif
