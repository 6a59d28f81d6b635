/* SPDX-License-Identifier: Apache-2.0 */
/* Planned stops (计划停产), as people entered them, and the working time that they leave. */
#ifndef COALTALLY_PLANNED_STOP_H
#define COALTALLY_PLANNED_STOP_H

#include "collector/db.h"
#include "collector/list.h"
#include "collector/period.h"

struct planned_stop {
    int64_t mine; /* id */
    enum period_kind kind;
    struct period days;
    int shift;
    int64_t from_ms, to_ms; /* of the clock; else 0 */
    char text[256];         /* why */
};

/* Those that take place, as struct planned_stop: of each the newest version, none that was entered anew as
 * cancelled. Freed with free(at). False with db_fault set. */
bool planned_stops_read(struct db *db, struct list *out);

/* When it is: from_ms to to_ms, else its days or shift by the calendar. */
struct calendar_span planned_stop_span(const struct planned_stop *stop, const struct calendar *calendar);

/* Adds a mine's spans to a list of struct calendar_span, by their begin and joined where they overlap. Where
 * memory runs out db is told. */
void planned_stop_spans(struct db *db, const struct list *stops, int64_t mine, const struct calendar *calendar,
                        struct list *spans);

/* Time of [from_ms, to_ms) in which none of these spans runs; 0 where it is empty. */
int64_t working_ms(const struct list *spans, int64_t from_ms, int64_t to_ms);

#endif
