/* SPDX-License-Identifier: Apache-2.0 */
/* resolve: a person decides a row of open work. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/act.h"
#include "collector/amount.h"
#include "collector/resolution.h"
#include "collector/store_posting.h"
#include "collector/travel.h"
#include "drivers/span.h"

/* The row, and what becomes of it. */
struct resolving {
    int64_t id;
    const struct roster_meter *meter;
    struct calendar_span span;
    char kind[24];
    struct resolution_row row;
    struct resolution resolution;
};

static bool row_number(struct act_context *context, const struct act *act, int64_t *id)
{
    const char *text = act_value(act, "row");
    char *end;
    *id = text ? strtoll(text, &end, 10) : 0;
    if (text && end != text && !*end && *id > 0 && *id <= TRAVEL_LOCAL_MAX)
        return true;
    return act_refuse(context, "found \"%.40s\", expected the number of a row of the journal", text ? text : "");
}

static bool row_read(struct act_context *context, struct resolving *work)
{
    int64_t meter = 0, at_ms = 0;
    char sites[200];
    bool open = false;
    struct db_query *query =
        db_query(context->db, "SELECT ifnull(meter, 0), at_ms, from_ms, to_ms, amount, bounded, low, high, open, kind"
                              " FROM journal WHERE id = ?");
    db_bind_int(query, work->id);
    const bool found = db_next(query);
    if (found) {
        meter = db_int(query, 0);
        at_ms = db_int(query, 1);
        work->span = (struct calendar_span){db_int(query, 2), db_int(query, 3)};
        work->row = (struct resolution_row){.amount = db_int(query, 4),
                                            .bounded = db_int(query, 5) != 0,
                                            .low = db_int(query, 6),
                                            .high = db_int(query, 7)};
        open = db_int(query, 8) != 0;
        snprintf(work->kind, sizeof(work->kind), "%s", db_text(query, 9));
    }
    db_done(query);
    work->row.kind = work->kind;
    const int index = roster_meter_id(context->roster, meter);
    if ((!found || !open || index < 0) &&
        act_sites_of(context, "SELECT open FROM journal WHERE id = ?", work->id, sites, sizeof sites))
        return act_refuse(context,
                          "row %" PRId64 " is of the journal of %s, which this ledger only holds: resolve it at "
                          "the site",
                          work->id, sites);
    if (!found)
        return act_refuse(context, "the journal has no row %" PRId64, work->id);
    if (!open || index < 0)
        return act_refuse(context, "row %" PRId64 " (%s) is no open work: `coaltally journal --open` shows what is",
                          work->id, kind_title(work->kind, context->language));
    work->meter = &context->roster->meter[index];
    context->meter = meter;
    context->mine = context->roster->mine[work->meter->mine].id;
    const struct calendar_span of = {work->span.from_ms ? work->span.from_ms : at_ms,
                                     work->span.to_ms ? work->span.to_ms : at_ms};
    act_reach(context, (struct calendar_span){of.from_ms < at_ms - DAY_MS ? of.from_ms : at_ms - DAY_MS,
                                              of.to_ms > at_ms ? of.to_ms : at_ms});
    /* A total that lay below for a day: what it did not count came in that day. */
    if (strcmp(work->kind, "below-a-day") == 0)
        work->span = (struct calendar_span){at_ms - DAY_MS, at_ms};
    return true;
}

static bool is_decided(struct act_context *context, const struct resolving *work)
{
    char actor[ACT_PERSON_BYTES] = "", verb[ACT_NAME_BYTES] = "", when[INSTANT_TEXT_BYTES];
    int64_t at_ms = 0;
    struct db_query *query = db_query(context->db, "SELECT act.actor, act.verb, act.applied_ms FROM resolution"
                                                   " JOIN act ON act.id = resolution.act WHERE resolution.journal = ?");
    db_bind_int(query, work->id);
    const bool found = db_next(query);
    if (found) {
        snprintf(actor, sizeof(actor), "%s", db_text(query, 0));
        snprintf(verb, sizeof(verb), "%s", db_text(query, 1));
        at_ms = db_int(query, 2);
    }
    db_done(query);
    instant_format(at_ms, when);
    if (found)
        act_refuse(context, "row %" PRId64 " was decided already, by %s on %s (%s)", work->id, actor, when, verb);
    return found;
}

static bool word_read(struct act_context *context, const struct act *act, const struct resolving *work,
                      struct resolution_word *word)
{
    const char *said = act_value(act, "word"), *amount = act_value(act, "amount");
    const struct quantity *quantity = quantity_find(work->meter->quantity);
    *word = (struct resolution_word){.count = said && strcmp(said, "count") == 0, .given = amount != NULL};
    if (!said || (!word->count && strcmp(said, "discard") != 0))
        return act_refuse(context, "expected --count or --discard");
    if (amount && !word->count)
        return act_refuse(context, "--amount goes with --count: what is discarded has none");
    if (amount && (!quantity || !quantity_amount(quantity, amount, &word->amount)))
        return act_refuse(context, "--amount %.40s: expected an amount like 12.5 %s, no finer than a thousandth",
                          amount, work->meter->unit);
    return true;
}

static bool refuse_amount(struct act_context *context, const struct resolving *work, enum resolution_fault fault)
{
    const struct resolution *resolution = &work->resolution;
    char low[AMOUNT_TEXT_MAX], high[AMOUNT_TEXT_MAX];
    amount_exact(resolution->low, low);
    amount_exact(resolution->high, high);
    if (fault == RESOLUTION_NOTHING)
        return act_refuse(context, "row %" PRId64 " (%s) speaks of no amount: --discard closes it", work->id,
                          kind_title(work->kind, context->language));
    if (!resolution->bounded)
        return act_refuse(context, "row %" PRId64 " (%s): what passed is not known; give it with --amount, from 0 up",
                          work->id, kind_title(work->kind, context->language));
    return act_refuse(
        context,
        fault == RESOLUTION_UNKNOWN
            ? say(context->language, "row %" PRId64 " (%s): what passed is not known; give it with --amount, from"
                                     " %s to %s %s")
            : say(context->language, "row %" PRId64 " (%s): --amount is beyond what can have passed, which is from"
                                     " %s to %s %s"),
        work->id, kind_title(work->kind, context->language), low, high, work->meter->unit);
}

static bool resolution_write(struct act_context *context, const struct resolving *work, bool count)
{
    const struct resolution *resolution = &work->resolution;
    char amount[AMOUNT_TEXT_MAX], posted[AMOUNT_TEXT_MAX];
    const int64_t values[] = {work->id, context->act, count, resolution->counted, act_rev(context)};
    db_value(context->db, "INSERT INTO resolution(journal, act, counted, amount, rev) VALUES(?, ?, ?, ?, ?)", 5,
             values);
    context->journal.from_ms = work->span.from_ms;
    context->journal.to_ms = work->span.to_ms;
    context->journal.amount = resolution->posted;
    amount_exact(resolution->counted, amount);
    amount_exact(resolution->posted, posted);
    return act_done(context, "row %" PRId64 " (%s of %s): %s %s counted, %s%s %s posted", work->id,
                    kind_title(work->kind, context->language), work->meter->name, amount, work->meter->unit,
                    resolution->posted > 0 ? "+" : "", posted, work->meter->unit);
}

bool act_resolve(struct act_context *context, const struct act *act)
{
    struct resolving work = {0};
    struct resolution_word word;
    char text[AMOUNT_TEXT_MAX];
    if (!row_number(context, act, &work.id) || !row_read(context, &work) || is_decided(context, &work) ||
        !word_read(context, act, &work, &word))
        return false;
    const enum resolution_fault fault = resolution_judge(&work.row, &word, &work.resolution);
    if (fault != RESOLUTION_GOOD)
        return refuse_amount(context, &work, fault);
    const int64_t lacking = store_post(context->store, work.meter, context->act, work.span, work.resolution.posted);
    if (lacking < 0)
        return act_refuse(context, "no ledger can hold so much");
    if (lacking) {
        amount_exact(lacking, text);
        return act_refuse(context,
                          "row %" PRId64 ": %s %s of what would be taken back is no longer counted there:"
                          " another act has taken it",
                          work.id, text, work.meter->unit);
    }
    return resolution_write(context, &work, word.count);
}
