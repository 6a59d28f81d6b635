/* SPDX-License-Identifier: Apache-2.0 */
/* What the journal tells of how whole the tonnes are. */
#include <string.h>

#include "collector/act.h"
#include "collector/integrity_parts.h"
#include "collector/resolution.h"

#define STRETCH "CASE WHEN from_ms > 0 THEN from_ms ELSE at_ms END"
#define ROWS                                                                                                           \
    "SELECT id, at_ms, kind, ifnull(mine, 0), ifnull(meter, 0), count, from_ms, to_ms, journal.amount, bounded, low,"  \
    " high, open, text, resolution.counted, resolution.amount, ifnull(act, 0),"                                        \
    " (SELECT actor FROM act WHERE act.id = resolution.act),"                                                          \
    " (SELECT arguments FROM act WHERE act.id = resolution.act)"                                                       \
    " FROM journal LEFT JOIN resolution ON resolution.journal = journal.id WHERE " STRETCH " >= ? AND " STRETCH        \
    " < ? AND "

/* The condition on kinds is word for word that of the index journal_integrity, or it is of no use. */
static const char plain_rows[] =
    ROWS "open = 0 AND kind IN ('excluded', 'reset', 'jump', 'wraps-unknown', 'below-a-day', 'breaks', 'glitch',"
         " 'range', 'dropped', 'creep', 'config', 'calendar', 'redefined', 'roster', 'altered', 'rows-lost')";
static const char open_rows[] = ROWS "open = 1";

enum {
    ID,
    AT,
    KIND,
    MINE,
    METER,
    COUNT,
    FROM,
    TO,
    AMOUNT,
    BOUNDED,
    LOW,
    HIGH,
    OPEN,
    TEXT, /* of the journal */
    COUNTED,
    DECIDED,
    ACT,
    ACTOR,
    ARGUMENTS /* of its resolution */
};

/* Kinds of rows that no person has to decide. */
static enum integrity_kind kind_plain(const char *kind)
{
    static const struct {
        const char *name;
        enum integrity_kind kind;
    } kinds[] = {
        {"excluded", INTEGRITY_EXCLUDED},
        {"glitch", INTEGRITY_GLITCH},
        {"range", INTEGRITY_GLITCH},
        {"dropped", INTEGRITY_GLITCH},
        {"creep", INTEGRITY_CREEP},
        {"config", INTEGRITY_CONFIGURATION},
        {"calendar", INTEGRITY_CONFIGURATION},
        {"roster", INTEGRITY_CONFIGURATION},
        {"redefined", INTEGRITY_CONFIGURATION},
        {"altered", INTEGRITY_ALTERED},
        {"rows-lost", INTEGRITY_ALTERED},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].name, kind) == 0)
            return kinds[i].kind;
    return INTEGRITY_BREAK;
}

static enum integrity_kind kind_of(const struct db_query *query)
{
    if (!db_null(query, COUNTED))
        return db_int(query, COUNTED) ? INTEGRITY_COUNTED : INTEGRITY_DISCARDED;
    return db_int(query, OPEN) ? INTEGRITY_UNKNOWN : kind_plain(db_text(query, KIND));
}

static struct resolution_row work_of(const struct db_query *query)
{
    return (struct resolution_row){.kind = db_text(query, KIND),
                                   .amount = db_int(query, AMOUNT),
                                   .bounded = db_int(query, BOUNDED) != 0,
                                   .low = db_int(query, LOW),
                                   .high = db_int(query, HIGH)};
}

/* What --count would have counted of a row that was discarded. */
static int64_t refused(const struct db_query *query)
{
    const struct resolution_row row = work_of(query);
    const struct resolution_word word = {.count = true};
    struct resolution resolution;
    return resolution_judge(&row, &word, &resolution) == RESOLUTION_GOOD ? resolution.counted : 0;
}

static void amount_fill(const struct db_query *query, struct integrity_item *item)
{
    const struct resolution_row row = work_of(query);
    item->known = item->summed = true;
    if (item->kind == INTEGRITY_DISCARDED)
        item->amount = refused(query);
    else if (item->kind == INTEGRITY_COUNTED)
        item->amount = db_int(query, DECIDED);
    else if (item->kind == INTEGRITY_UNKNOWN && row.bounded)
        item->amount = resolution_unknown(&row);
    else if (item->kind == INTEGRITY_UNKNOWN)
        item->known = false;
    else if (item->kind == INTEGRITY_EXCLUDED || item->kind == INTEGRITY_CREEP)
        item->amount = db_int(query, AMOUNT);
}

/* The reason that a person gave stands in place of what the journal says. */
static void texts_fill(const struct db_query *query, struct integrity_item *item)
{
    struct act act = {0};
    char why[128];
    const char *reason = NULL;
    if (db_int(query, ACT) && act_parse_arguments(db_text(query, ARGUMENTS), &act, why, sizeof why))
        reason = act_value(&act, "reason");
    item_texts(item, db_text(query, KIND), db_text(query, ACTOR), reason ? reason : db_text(query, TEXT));
    act_free(&act);
}

static void row_take(struct integrity *integrity, const struct db_query *query)
{
    const struct roster *roster = integrity->report->roster;
    const enum integrity_kind kind = kind_of(query);
    const int meter = roster_meter_id(roster, db_int(query, METER));
    const int mine = meter >= 0 ? (int)roster->meter[meter].mine : roster_mine_id(roster, db_int(query, MINE));
    const bool any_meter = kind == INTEGRITY_CONFIGURATION || kind == INTEGRITY_ALTERED;
    if (!any_meter && !meter_counts(integrity, meter))
        return;
    struct integrity_item *item =
        item_at(integrity, kind, mine, db_int(query, FROM) > 0 ? db_int(query, FROM) : db_int(query, AT));
    if (!item)
        return;
    item->meter = meter;
    item->journal = db_int(query, ID);
    item->act = db_int(query, ACT);
    item->at_ms = db_int(query, AT);
    item->from_ms = db_int(query, FROM);
    item->to_ms = db_int(query, TO);
    item->count = kind == INTEGRITY_GLITCH ? db_int(query, COUNT) : 1;
    amount_fill(query, item);
    texts_fill(query, item);
}

static void rows_take(struct integrity *integrity, const char *rows)
{
    const struct calendar_span span = integrity_all(integrity);
    struct db_query *query = db_query(integrity->report->db, rows);
    db_bind_int(query, span.from_ms);
    db_bind_int(query, span.to_ms);
    while (db_next(query))
        row_take(integrity, query);
}

void journal_items(struct integrity *integrity)
{
    rows_take(integrity, plain_rows);
    rows_take(integrity, open_rows);
}
