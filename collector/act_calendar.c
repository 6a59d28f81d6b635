/* SPDX-License-Identifier: Apache-2.0 */
/* A calendar corrected afterwards: its lines from a day on take the place of the ledger's, and
 * what is written is looked up anew: shifts and days of buckets, and all that is summed from them. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "collector/acts.h"
#include "collector/store_calendar.h"
#include "collector/store_parts.h"

/* The lines given for `from` and later, and the ledger's before that. */
static bool calendar_merge(struct act_context *context, int64_t mine, const struct calendar *given, civil_day from,
                           struct calendar *out)
{
    struct calendar own = {0};
    if (!calendar_read(context->db, mine, &own))
        return false;
    *out = (struct calendar){0, calloc(own.rules + given->rules + 1, sizeof(*out->rule))};
    for (size_t i = 0; out->rule && i < own.rules; i++)
        if (own.rule[i].from < from)
            out->rule[out->rules++] = own.rule[i];
    for (size_t i = 0; out->rule && i < given->rules; i++)
        if (given->rule[i].from >= from)
            out->rule[out->rules++] = given->rule[i];
    if (!out->rule)
        db_fail(context->db, DB_OTHER, "out of memory");
    free(own.rule);
    return out->rule != NULL;
}

static void note(struct act_context *context, const char *mine, int64_t id, const struct calendar_change *change)
{
    struct journal_entry entry = {
        .at_ms = context->now_ms, .kind = "calendar", .count = 1, .from_ms = change->start_ms};
    entry.to_ms = change->start_ms < context->now_ms ? context->now_ms : change->start_ms;
    snprintf(entry.text, sizeof(entry.text), "%s from %s (act %" PRId64 ")", mine, change->text, context->act);
    act_journal(context, &entry, id, 0);
}

/* Writes what differs; from when on days run otherwise. */
static int64_t changes_write(struct act_context *context, const char *mine, int64_t id, const struct list *changes)
{
    const struct calendar_change *change = changes->at;
    int64_t from_ms = INT64_MAX;
    for (size_t i = 0; i < changes->count; i++) {
        calendar_write(context->store, id, &change[i], context->act);
        note(context, mine, id, &change[i]);
        from_ms = change[i].start_ms < from_ms ? change[i].start_ms : from_ms;
    }
    return from_ms;
}

static bool correct(struct act_context *context, const struct roster_mine *mine, const struct calendar *wanted,
                    const char *from)
{
    struct list changes = {0};
    if (!calendar_changes(context->db, mine->id, wanted, context->now_ms, &changes))
        return false;
    const size_t lines = changes.count;
    if (lines == 0) {
        free(changes.at);
        return act_refuse(context, "the ledger has the calendar of %s from %s on as it is: nothing waits", mine->name,
                          from);
    }
    const int64_t from_ms = changes_write(context, mine->name, mine->id, &changes);
    free(changes.at);
    const int64_t cut = store_recut(context->store, mine->id, from_ms, context->act);
    context->journal.from_ms = from_ms;
    context->journal.to_ms = context->now_ms > from_ms ? context->now_ms : from_ms;
    return act_done(context,
                    "%s: lines of the calendar put in force: %zu, from %s on; totals made anew, %" PRId64
                    " hours divided between shifts by time",
                    mine->name, lines, from, cut);
}

bool act_calendar(struct act_context *context, const struct act *act)
{
    const char *from = act_value(act, "from"), *lines = act_value(act, "calendar");
    struct calendar given = {0}, wanted = {0};
    char why[200];
    civil_day day;
    const int mine = act_mine(context, act, "mine");
    if (mine < 0)
        return false;
    if (!from || !civil_parse(from, &day))
        return act_refuse(context, "--from %s: expected a date like 2026-10-01", from ? from : "");
    if (!lines || !calendar_parse(lines, &given))
        return act_refuse(context, "the lines of the calendar cannot be read");
    const struct roster_mine *of = &context->roster->mine[mine];
    bool done = calendar_merge(context, of->id, &given, day, &wanted);
    if (done && !calendar_sound(&wanted, context->language, why, sizeof(why)))
        done = act_refuse(context, "the calendar of %s would not hold: %s", of->name, why);
    else if (done)
        done = correct(context, of, &wanted, from);
    free(given.rule);
    free(wanted.rule);
    return done;
}
