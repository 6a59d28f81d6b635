/* SPDX-License-Identifier: Apache-2.0 */
/* As of: of how many mines a figure is whole, and to when; the missing ones are named, and
 * nothing is estimated for them. */
#ifndef COALTALLY_COMPLETE_H
#define COALTALLY_COMPLETE_H

#include "collector/list.h"
#include "collector/selection.h"
#include "collector/store_report.h"

struct complete_late {
    const char *name, *title; /* of the roster; the title in the user's language */
    int64_t to_ms;            /* up to when it is known; 0: not at all */
};

struct complete {
    size_t mines, complete;
    int64_t complete_to_ms; /* all complete mines are known up to here, at most as_of_ms */
    struct list late;       /* struct complete_late: the others, in the order of the roster */
};

/* Of the mines that count (selection_counts) and are active in the ledger, what is known by `as_of_ms` of a
 * quantity (NULL: of any); of others than raw coal only the mines that had some this year or the last.
 *
 * Where the selection has the county's roster its mines of that side that produce on that day count too, and
 * those that it calls planned, being built or closed do not. What the ledger does not have is late, not at all known.
 *
 * A mine whose main meters report it is known up to the oldest last reading of these, and complete when that
 * is two minutes before as_of_ms or later. One that has none is known to the end of the last period that was
 * entered by hand, or to the first day since `from` that nobody entered before it (a day of which a shift was
 * entered is; one on which the roster has the mine stopped need not be), and complete when that is the end of the last
 * production day that is over by as_of_ms, or later; where as_of_ms is past, that of the last shift. Whoever is
 * known as far as the complete ones are is one of them.
 *
 * False when out of memory; faults are kept in the report's db. complete_free either way. */
bool complete_judge(const struct selection *selection, struct report *report, const char *quantity, civil_day from,
                    int64_t as_of_ms, struct complete *out);
/* The first day of the year that as_of_ms is in, or ends: for figures of the year so far. */
civil_day complete_year(int64_t as_of_ms);
void complete_free(struct complete *complete);

/* "22 of 24 mines complete to 2026-10-13 24:00; late: sim-d (10-12 05:35), sim-k" */
void complete_show(const struct complete *complete, const struct selection *selection, struct text *out);
/* The same as facts of data: mines, mines_complete, complete_to, late. */
void complete_facts(const struct complete *complete, struct table *table);

#endif
