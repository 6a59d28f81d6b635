/* SPDX-License-Identifier: Apache-2.0 */
/* Plans against the approved capacity: a plan or target above it is itself a major hazard (煤矿重大事故隐患判定标准,
 * art. 4), so it is refused unless somebody says why it stands.
 *
 * Judged are plans of raw coal. Plans of one kind are summed, shifts with shifts, days with days, dekads with
 * dekads, months with months; the newest version of each. Over the line are
 *   - plans of a kind that begin in a calendar month: their sum, above PACE_MONTH_PERMILLE of the capacity of a year,
 *     as of the month's last day;
 *   - plans of a kind that begin in a calendar year, a plan of the year itself too: their sum, above the capacity
 *     of a year, the largest in force at the end of any of its months. */
#ifndef COALTALLY_PLAN_LIMIT_H
#define COALTALLY_PLAN_LIMIT_H

#include "collector/county.h"
#include "collector/db.h"
#include "collector/entry.h"

enum plan_line {
    PLAN_WITHIN,
    PLAN_UNKNOWN, /* the roster has no capacity of the mine: nothing was compared */
    PLAN_OVER_MONTH,
    PLAN_OVER_YEAR
};

struct plan_excess {
    enum plan_line line;
    struct period days;               /* the month, or the year */
    int64_t planned, limit, capacity; /* kg; limit: of those days */
};

/* Capacities of a mine, for plans that begin in a month: kg a year, 0: not known. */
struct plan_capacity {
    int64_t month, year;
};

/* As the roster has them; NULL: a mine that it does not have. */
struct plan_capacity plan_capacity(const struct county_mine *mine, civil_month month);

/* Pure: sums of plans of one kind that begin in a month and its year, in kg. of_month 0: it is a plan of the year. */
struct plan_excess plan_judge(int64_t of_month, int64_t of_year, struct plan_capacity capacity, civil_month month);

/* The entry among the plans that the ledger has (db NULL: it has none), `mine` by its id there. What is no plan of
 * raw coal is within. Faults are kept in db. */
struct plan_excess plan_check(struct db *db, int64_t mine, const struct entry *entry, const struct county_mine *of);

/* "the plans of 2026-10 come to 15,000.000 t, above 12,000.000 t (a month: 10 % of ...)": a message for OVER lines. */
void plan_excess_say(const struct plan_excess *excess, enum language language, char *text, size_t size);

/* What the command and the act say alike; PLAN_REFUSED takes the text of plan_excess_say. */
#define PLAN_REFUSED                                                                                                   \
    N_("%s; a plan above the capacity is itself a major hazard: lower it, or record it with --despite \"why\"")
#define PLAN_NOT_OVER N_("--despite: no approved capacity that is known is exceeded; leave it out")

#endif
