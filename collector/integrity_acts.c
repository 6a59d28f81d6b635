/* SPDX-License-Identifier: Apache-2.0 */
/* What people changed: coefficients, adjustments, what was closed already. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "collector/act.h"
#include "collector/amount.h"
#include "collector/closing.h"
#include "collector/display.h"
#include "collector/integrity_parts.h"

/* --- coefficients --- */

/* The days of the month for which a coefficient that holds from a day on counts: up to the next one. */
static struct period coefficient_days(const struct integrity *integrity, size_t meter, civil_day from, size_t month)
{
    const struct meter_coefficients *own = &integrity->report->coefficients->meter[meter];
    struct period days = {from, integrity->month[month].to};
    for (size_t i = 0; i < own->count; i++)
        if (own->at[i].from > from && own->at[i].from < days.to)
            days.to = own->at[i].from;
    return days;
}

/* What more is reported of those days than by the coefficient before. */
static int64_t coefficient_effect(struct integrity *integrity, size_t meter, struct period days)
{
    const struct decimal before = coefficients_factor(integrity->report->coefficients, meter, days.from - 1);
    struct figure figure = {0};
    int64_t otherwise = 0;
    report_sum(integrity->report, meter, days, &figure);
    coefficient_apply(before, figure.metered, &otherwise);
    return amount_less(figure.reported, otherwise);
}

/* Whether a later act stated another one for the same day. */
static bool replaced(struct db *db, int64_t meter, int64_t day, int64_t act)
{
    const int64_t values[] = {meter, day, act};
    return db_value(db, "SELECT 1 FROM coefficient WHERE meter = ? AND from_day = ? AND act > ?", 3, values) != 0;
}

static void coefficient_text(struct integrity *integrity, const struct integrity_item *item, civil_day day,
                             struct decimal factor, char *text, size_t size)
{
    char new[DECIMAL_TEXT_MAX], old[DECIMAL_TEXT_MAX], date[DATE_TEXT_BYTES];
    decimal_format(factor, new);
    decimal_format(coefficients_factor(integrity->report->coefficients, (size_t)item->meter, day - 1), old);
    civil_format(day, date);
    snprintf(text, size, "%s: %s -> %s", date, old, new);
}

struct stated {
    int meter;
    civil_day day;
    struct decimal factor;
    int64_t act, journal, applied_ms;
    char by[INTEGRITY_PERSON_BYTES];
};

static void stated_take(struct integrity *integrity, const struct stated *stated)
{
    const struct roster_meter *meter = &integrity->report->roster->meter[stated->meter];
    struct integrity_item *item = item_on(integrity, INTEGRITY_COEFFICIENT, (int)meter->mine, stated->day);
    char text[INTEGRITY_TEXT_BYTES];
    if (!item)
        return;
    item->meter = stated->meter;
    item->act = stated->act;
    item->journal = stated->journal;
    item->at_ms = stated->applied_ms;
    item->from_ms = calendar_day(meter->calendar, stated->day).from_ms;
    item->known = item->summed = true;
    if (!replaced(integrity->report->db, meter->id, stated->day, stated->act))
        item->amount = coefficient_effect(integrity, (size_t)stated->meter,
                                          coefficient_days(integrity, (size_t)stated->meter, stated->day, item->month));
    coefficient_text(integrity, item, stated->day, stated->factor, text, sizeof text);
    item_texts(item, "coefficient", stated->by, text);
}

void coefficient_items(struct integrity *integrity)
{
    const struct period days = integrity_days(integrity);
    struct list found = {.size = sizeof(struct stated)};
    struct db_query *query =
        db_query(integrity->report->db, "SELECT meter, from_day, digits, places, act.id, act.journal, act.applied_ms,"
                                        " act.actor FROM coefficient JOIN act ON act.id = coefficient.act"
                                        " WHERE from_day >= ? AND from_day < ? ORDER BY act.id");
    db_bind_int(query, days.from);
    db_bind_int(query, days.to);
    while (db_next(query)) {
        const int meter = roster_meter_id(integrity->report->roster, db_int(query, 0));
        const bool possible = coefficient_possible(db_int(query, 2), db_int(query, 3));
        struct stated *stated = possible && meter_counts(integrity, meter) ? list_add(&found) : NULL;
        if (!stated)
            continue;
        *stated = (struct stated){.meter = meter,
                                  .day = (civil_day)db_int(query, 1),
                                  .factor = {db_int(query, 2), (int)db_int(query, 3)},
                                  .act = db_int(query, 4),
                                  .journal = db_int(query, 5),
                                  .applied_ms = db_int(query, 6)};
        text_clean(db_text(query, 7), stated->by, sizeof stated->by);
    }
    for (size_t i = 0; i < found.count; i++)
        stated_take(integrity, (const struct stated *)found.at + i);
    free(found.at);
}

/* --- adjustments --- */

static void period_text(const struct db_query *query, int column, char text[static PERIOD_TEXT_BYTES])
{
    const struct period days = {(civil_day)db_int(query, column + 1), (civil_day)db_int(query, column + 2)};
    const struct period_name name = {(enum period_kind)db_int(query, column), days, (int)db_int(query, column + 3)};
    period_format(&name, text);
}

void adjustment_items(struct integrity *integrity)
{
    const struct period days = integrity_days(integrity);
    struct db_query *query =
        db_query(integrity->report->db, "SELECT adjustment.mine, adjustment.kind, from_day, to_day, shift, amount,"
                                        " reason, act.id, act.journal, act.applied_ms, act.actor FROM adjustment"
                                        " JOIN act ON act.id = adjustment.act WHERE quantity = ? AND from_day >= ?"
                                        " AND from_day < ?");
    db_bind_text(query, integrity->quantity);
    db_bind_int(query, days.from);
    db_bind_int(query, days.to);
    while (db_next(query)) {
        const int mine = roster_mine_id(integrity->report->roster, db_int(query, 0));
        struct integrity_item *item =
            mine < 0 ? NULL : item_on(integrity, INTEGRITY_ADJUSTED, mine, (civil_day)db_int(query, 2));
        char period[PERIOD_TEXT_BYTES];
        if (!item)
            continue;
        item->known = item->summed = true;
        item->amount = db_int(query, 5);
        item->act = db_int(query, 7);
        item->journal = db_int(query, 8);
        item->at_ms = db_int(query, 9);
        period_text(query, 1, period);
        item_texts(item, period, db_text(query, 10), db_text(query, 6));
    }
}

/* --- what was closed --- */

/* Whether all of a month was asked for, and a mine closed it as one. */
static bool month_closed(const struct integrity *integrity, size_t month, int64_t mine)
{
    const struct period asked = integrity->month[month], days = month_days(month_of(asked.from));
    if (asked.from != days.from || asked.to != days.to)
        return false;
    struct db_query *query =
        db_query(integrity->report->db, "SELECT 1 FROM version WHERE from_day = ? AND mine = ? AND quantity = ?"
                                        " AND kind = 'month' AND to_day = ?");
    db_bind_int(query, days.from);
    db_bind_int(query, mine);
    db_bind_text(query, integrity->quantity);
    db_bind_int(query, days.to);
    const bool closed = db_next(query);
    db_done(query);
    return closed;
}

/* As read; the rest is asked for after the query. */
struct late {
    int64_t mine, at_ms, change, act, version;
    struct period_name period;
    char text[PERIOD_TEXT_BYTES], by[INTEGRITY_PERSON_BYTES], cause[INTEGRITY_TEXT_BYTES];
};

/* The journal's row of a version: it ends where the period does, and begins "2026-10-13/2 v2,". */
static int64_t closing_row(struct integrity *integrity, const struct late *late, size_t mine)
{
    const struct calendar *calendar = roster_calendar(integrity->report->roster, mine, integrity->quantity);
    char begin[PERIOD_TEXT_BYTES + 32];
    snprintf(begin, sizeof begin, "%s v%" PRId64 ",", late->text, late->version);
    struct db_query *query =
        db_query(integrity->report->db, "SELECT id FROM journal WHERE kind = 'closed' AND to_ms = ?1 AND mine = ?2"
                                        " AND subject = ?3 AND substr(text, 1, length(?4)) = ?4");
    db_bind_int(query, closing_span(calendar, &late->period).to_ms);
    db_bind_int(query, late->mine);
    db_bind_text(query, integrity->quantity);
    db_bind_text(query, begin);
    const int64_t row = db_next(query) ? db_int(query, 0) : 0;
    db_done(query);
    return row;
}

static bool late_read(const struct db_query *query, struct late *late)
{
    const struct period days = {(civil_day)db_int(query, 2), (civil_day)db_int(query, 3)};
    *late = (struct late){.mine = db_int(query, 0),
                          .at_ms = db_int(query, 6),
                          .change = amount_less(db_int(query, 7), db_int(query, 8)),
                          .act = db_int(query, 10),
                          .version = db_int(query, 5),
                          .period = {.days = days, .shift = (int)db_int(query, 4)}};
    text_clean(db_text(query, 9), late->cause, sizeof late->cause);
    text_clean(db_text(query, 11), late->by, sizeof late->by);
    if (!period_kind_read(db_text(query, 1), &late->period.kind) || late->period.shift >= SHIFTS_MAX)
        return false;
    period_format(&late->period, late->text);
    return true;
}

static void late_take(struct integrity *integrity, const struct late *late)
{
    const int mine = roster_mine_id(integrity->report->roster, late->mine);
    const civil_day day = late->period.days.from;
    struct integrity_item *item = mine < 0 ? NULL : item_on(integrity, INTEGRITY_LATE, mine, day);
    if (!item)
        return;
    const bool by_month = month_closed(integrity, item->month, late->mine);
    item->known = true;
    item->amount = late->change;
    item->act = late->act;
    item->at_ms = late->at_ms;
    item->journal = closing_row(integrity, late, (size_t)mine);
    item->summed = late->period.kind == (by_month ? PERIOD_KIND_MONTH : PERIOD_KIND_DAY);
    item_texts(item, late->text, late->by, late->cause);
}

void late_items(struct integrity *integrity)
{
    const struct period days = integrity_days(integrity);
    struct list found = {.size = sizeof(struct late)};
    struct db_query *query = db_query(
        integrity->report->db,
        "SELECT new.mine, new.kind, new.from_day, new.to_day, new.shift, new.version, new.at_ms, new.reported,"
        " old.reported, new.cause, ifnull(new.act, 0), CASE WHEN new.prepared_by <> '' THEN new.prepared_by ELSE"
        " ifnull((SELECT actor FROM act WHERE act.id = new.act), '') END FROM version AS new JOIN version AS old ON"
        " old.from_day = new.from_day AND old.mine = new.mine AND old.quantity = new.quantity AND old.kind = new.kind"
        " AND old.to_day = new.to_day AND old.shift = new.shift AND old.version = new.version - 1"
        " WHERE new.from_day >= ? AND new.from_day < ? AND new.quantity = ? AND new.version > 1");
    db_bind_int(query, days.from);
    db_bind_int(query, days.to);
    db_bind_text(query, integrity->quantity);
    while (db_next(query)) {
        struct late *late = list_add(&found);
        if (!late)
            db_fail(integrity->report->db, DB_OTHER, "out of memory");
        else if (!late_read(query, late))
            found.count--;
    }
    for (size_t i = 0; i < found.count; i++)
        late_take(integrity, (const struct late *)found.at + i);
    free(found.at);
}
