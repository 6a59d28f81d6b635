/* SPDX-License-Identifier: Apache-2.0 */
/* A trace for programs: the same steps as on the page, a row each, in its order. What a step
 * does not have is null. */
#ifndef COALTALLY_TRACE_ROWS_H
#define COALTALLY_TRACE_ROWS_H

#include "collector/table.h"
#include "collector/trace.h"

/* All but `step` may be left out. Amounts in thousandths. */
struct trace_step {
    const char *step; /* "segment", "reading", "edge", "gap", "journal", "replaced", "posted", "metered",
                       * "coefficient", "by_hand", "adjusted", "reported", "closed" */
    const char *edge; /* "begin", "end": whose reading, or edge, it is */
    const char *mine, *quantity, *meter, *role, *unit;
    int64_t from_ms, to_ms; /* 0: none; an instant stands in from_ms */
    const struct trace_reading *reading;
    const struct trace_segment *segment;
    const int64_t *count;   /* the meter's running count */
    const int64_t *whole;   /* of which `amount` is the part in the period */
    const int64_t *amount;  /* what the step adds, or comes to */
    const int64_t *metered; /* COEFFICIENT, CLOSED: that it is reported of */
    const char *factor, *from_day, *to_day;
    int64_t shifts, version, act, journal; /* 0: none */
    const char *by, *text;
    const bool *holds; /* whether the arithmetic gives what the ledger has */
};

/* "2026-10-13 00:00:00.600" */
void instant_exact(int64_t at_ms, char text[static 40]);

/* NULL when out of memory. */
struct table *trace_table(void);

/* Nothing where `table` is NULL: a page is asked for. */
void trace_row(struct table *table, const struct trace_step *step);

#endif
