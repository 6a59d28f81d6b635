/* SPDX-License-Identifier: Apache-2.0 */
/* release: a hold ends before its time, or a meter that broke too often counts again. */
#include "collector/act.h"
#include "collector/store_hold.h"

/* Each row of the journal that says it stopped is dealt with. */
static void breaks_resolve(struct act_context *context)
{
    int64_t row[] = {0, context->act, 0};
    while (db_fault(context->db) == DB_OK &&
           (row[0] = db_value(context->db,
                              "SELECT min(id) FROM journal WHERE meter = ? AND open = 1 AND kind = 'breaks'"
                              " AND id NOT IN (SELECT journal FROM resolution)",
                              1, &context->meter)) != 0) {
        row[2] = act_rev(context);
        db_value(context->db, "INSERT INTO resolution(journal, act, counted, amount, rev) VALUES(?, ?, 0, 0, ?)", 3,
                 row);
    }
}

/* The state as the ledger has it; a running daemon is told besides. */
static bool breaks_release(struct act_context *context)
{
    struct totaliser_state state;
    char text[STATE_TEXT_BYTES];
    struct db_query *query = db_query(context->db, "SELECT state FROM meter_state WHERE meter = ?");
    db_bind_int(query, context->meter);
    const bool stopped = db_next(query) && state_parse(db_text(query, 0), &state) && totaliser_release(&state);
    db_done(query);
    if (!stopped)
        return false;
    state_format(&state, text);
    query = db_query(context->db, "UPDATE meter_state SET state = ? WHERE meter = ?");
    db_bind_text(query, text);
    db_bind_int(query, context->meter);
    db_next(query);
    breaks_resolve(context);
    return true;
}

bool act_release(struct act_context *context, const struct act *act)
{
    const int meter = act_meter(context, act, "meter");
    struct hold standing;
    if (meter < 0)
        return false;
    const char *name = context->roster->meter[meter].name;
    const bool held = store_hold_standing(context->db, context->meter, context->now_ms, &standing);
    if (held) {
        const int64_t values[] = {context->now_ms, context->act, act_rev(context), standing.act};
        db_value(context->db, "UPDATE hold SET ended_ms = ?, end_act = ?, rev = ? WHERE act = ?", 4, values);
        context->journal.from_ms = standing.from_ms;
        context->journal.to_ms = context->now_ms;
    }
    if (!breaks_release(context) && !held)
        return act_refuse(context, "%s is not held, nor stopped for too many breaks", name);
    return act_done(context, "%s counts again, from its next readings on", name);
}
