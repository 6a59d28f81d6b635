/* SPDX-License-Identifier: Apache-2.0 */
/* When meters were not read, were held, were replaced. */

#include "collector/act.h"
#include "collector/integrity_parts.h"

/* --- outages --- */

struct outage {
    int meter;
    const struct report_gap *gap; /* NULL: it lasts */
};

static void outage_fill(struct integrity_item *item, struct calendar_span part, const void *context)
{
    const struct outage *outage = context;
    item->meter = outage->meter;
    item->at_ms = outage->gap ? item->to_ms : 0;
    item->known = item->summed = outage->gap != NULL;
    item->amount = outage->gap ? gap_share(outage->gap, part) : 0;
    if (!outage->gap)
        item->to_ms = 0;
    item_texts(item, "gap", "", "");
}

static void gap_take(struct integrity *integrity, const struct report_gap *gap)
{
    const struct outage outage = {(int)gap->meter, gap};
    if (gap->to_ms - gap->from_ms > INTEGRITY_OUTAGE_MS && meter_counts(integrity, outage.meter))
        items_over(integrity, INTEGRITY_OUTAGE, (int)integrity->report->roster->meter[gap->meter].mine,
                   (struct calendar_span){gap->from_ms, gap->to_ms}, outage_fill, &outage);
}

/* Not read since, and nobody knows yet what passes. */
static void silent_take(struct integrity *integrity, size_t meter)
{
    const struct roster_meter *of = &integrity->report->roster->meter[meter];
    const struct outage outage = {(int)meter, NULL};
    if (!of->active || !meter_counts(integrity, (int)meter))
        return;
    const struct calendar_span span = {report_last_ms(integrity->report, meter), integrity->report->now_ms};
    if (span.from_ms > 0 && span.to_ms - span.from_ms > INTEGRITY_OUTAGE_MS)
        items_over(integrity, INTEGRITY_OUTAGE, (int)of->mine, span, outage_fill, &outage);
}

void outage_items(struct integrity *integrity)
{
    for (size_t i = 0; i < integrity->report->gaps; i++)
        gap_take(integrity, &integrity->report->gap[i]);
    for (size_t meter = 0; meter < integrity->report->roster->meters; meter++)
        silent_take(integrity, meter);
}

/* --- acts --- */

/* Columns that both queries of acts end with. */
#define ACT_COLUMNS "act.id, act.journal, act.applied_ms, act.actor, act.arguments"

static void act_fill(struct integrity_item *item, const struct db_query *query, int column, const char *what)
{
    struct act act = {0};
    char why[128];
    const bool parsed = act_parse_arguments(db_text(query, column + 4), &act, why, sizeof why);
    const char *reason = parsed ? act_value(&act, "reason") : NULL;
    item->act = db_int(query, column);
    item->journal = db_int(query, column + 1);
    item->at_ms = db_int(query, column + 2);
    item->known = true;
    item_texts(item, what, db_text(query, column + 3), reason ? reason : "");
    act_free(&act);
}

static void hold_fill(struct integrity_item *item, struct calendar_span part, const void *context)
{
    (void)part;
    act_fill(item, context, 4, "hold");
}

void hold_items(struct integrity *integrity)
{
    const struct calendar_span span = integrity_all(integrity);
    const struct roster *roster = integrity->report->roster;
    struct db_query *query = db_query(
        integrity->report->db, "SELECT meter, from_ms, ifnull(ended_ms, until_ms), ended_ms IS NULL, " ACT_COLUMNS
                               " FROM hold JOIN act ON act.id = hold.act WHERE from_ms < ?"
                               " AND ifnull(ended_ms, until_ms) > ?");
    db_bind_int(query, span.to_ms);
    db_bind_int(query, span.from_ms);
    while (db_next(query)) {
        const int meter = roster_meter_id(roster, db_int(query, 0));
        int64_t to_ms = db_int(query, 2);
        const size_t before = integrity->items.count;
        if (!meter_counts(integrity, meter))
            continue;
        if (db_int(query, 3) && to_ms > integrity->report->now_ms)
            to_ms = integrity->report->now_ms;
        items_over(integrity, INTEGRITY_HOLD, (int)roster->meter[meter].mine,
                   (struct calendar_span){db_int(query, 1), to_ms}, hold_fill, query);
        for (size_t i = before; i < integrity->items.count; i++)
            ((struct integrity_item *)integrity->items.at)[i].meter = meter;
    }
}

void replaced_items(struct integrity *integrity)
{
    const struct calendar_span span = integrity_all(integrity);
    const struct roster *roster = integrity->report->roster;
    struct db_query *query = db_query(integrity->report->db, "SELECT meter, replacement.at_ms, " ACT_COLUMNS
                                                             " FROM replacement JOIN act ON act.id = replacement.act"
                                                             " WHERE replacement.at_ms >= ? AND replacement.at_ms < ?");
    db_bind_int(query, span.from_ms);
    db_bind_int(query, span.to_ms);
    while (db_next(query)) {
        const int meter = roster_meter_id(roster, db_int(query, 0));
        struct integrity_item *item =
            meter_counts(integrity, meter)
                ? item_at(integrity, INTEGRITY_REPLACED, (int)roster->meter[meter].mine, db_int(query, 1))
                : NULL;
        if (!item)
            continue;
        act_fill(item, query, 2, "replace");
        item->meter = meter;
        item->from_ms = db_int(query, 1);
    }
}
