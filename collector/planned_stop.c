/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/planned_stop.h"

#include <stdlib.h>
#include <string.h>

#include "collector/display.h"

/* The newest version of each counts. */
static const char planned[] =
    "SELECT mine, kind, from_day, to_day, shift, from_ms, to_ms, text FROM entry AS stop WHERE item = 'planned_stop'"
    " AND version = (SELECT max(version) FROM entry WHERE item = stop.item AND mine = stop.mine"
    " AND subject = stop.subject AND kind = stop.kind AND from_day = stop.from_day AND to_day = stop.to_day"
    " AND shift = stop.shift AND from_ms = stop.from_ms AND to_ms = stop.to_ms)";

enum { MINE, KIND, FROM_DAY, TO_DAY, SHIFT, FROM_MS, TO_MS, TEXT };

/* A stop that does not take place is entered anew with one of these words. */
static bool stop_is_off(const char *text)
{
    return strcmp(text, "cancelled") == 0 || strcmp(text, "取消") == 0;
}

bool planned_stops_read(struct db *db, struct list *out)
{
    *out = (struct list){.size = sizeof(struct planned_stop)};
    struct db_query *query = db_query(db, planned);
    while (db_next(query)) {
        struct planned_stop *stop = stop_is_off(db_text(query, TEXT)) ? NULL : list_add(out);
        if (!stop)
            continue;
        *stop = (struct planned_stop){
            .mine = db_int(query, MINE),
            .kind = (enum period_kind)db_int(query, KIND),
            .days = {(civil_day)db_int(query, FROM_DAY), (civil_day)db_int(query, TO_DAY)},
            .shift = (int)db_int(query, SHIFT),
            .from_ms = db_int(query, FROM_MS),
            .to_ms = db_int(query, TO_MS),
        };
        text_clean(db_text(query, TEXT), stop->text, sizeof stop->text);
    }
    return db_fault(db) == DB_OK;
}

struct calendar_span planned_stop_span(const struct planned_stop *stop, const struct calendar *calendar)
{
    const struct period days = stop->days;
    if (stop->to_ms > 0)
        return (struct calendar_span){stop->from_ms, stop->to_ms};
    if (stop->kind == PERIOD_KIND_SHIFT && stop->shift < calendar_rule_of(calendar, days.from)->shifts)
        return calendar_shift(calendar, days.from, stop->shift);
    return (struct calendar_span){calendar_day(calendar, days.from).from_ms, calendar_day(calendar, days.to - 1).to_ms};
}

/* --- working time --- */

static int by_begin(const void *left, const void *right)
{
    const struct calendar_span *a = left, *b = right;
    return (a->from_ms > b->from_ms) - (a->from_ms < b->from_ms);
}

static void spans_join(struct list *spans)
{
    struct calendar_span *span = spans->at;
    size_t kept = 0;
    if (spans->count == 0)
        return;
    qsort(span, spans->count, sizeof *span, by_begin);
    for (size_t i = 1; i < spans->count; i++) {
        if (span[i].from_ms > span[kept].to_ms)
            span[++kept] = span[i];
        else if (span[i].to_ms > span[kept].to_ms)
            span[kept].to_ms = span[i].to_ms;
    }
    spans->count = kept + 1;
}

void planned_stop_spans(struct db *db, const struct list *stops, int64_t mine, const struct calendar *calendar,
                        struct list *spans)
{
    const struct planned_stop *stop = stops->at;
    spans->size = sizeof(struct calendar_span);
    for (size_t i = 0; i < stops->count; i++) {
        if (stop[i].mine != mine)
            continue;
        struct calendar_span *span = list_add(spans);
        if (span)
            *span = planned_stop_span(&stop[i], calendar);
        else
            db_fail(db, DB_OTHER, "out of memory");
    }
    spans_join(spans);
}

int64_t working_ms(const struct list *spans, int64_t from_ms, int64_t to_ms)
{
    const struct calendar_span *span = spans->at;
    int64_t left_ms = to_ms > from_ms ? to_ms - from_ms : 0;
    for (size_t i = 0; i < spans->count; i++) {
        const int64_t begin_ms = span[i].from_ms > from_ms ? span[i].from_ms : from_ms;
        const int64_t end_ms = span[i].to_ms < to_ms ? span[i].to_ms : to_ms;
        left_ms -= end_ms > begin_ms ? end_ms - begin_ms : 0;
    }
    return left_ms;
}
