/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>

#include "collector/display.h"
#include "collector/store_sites.h"
#include "collector/trace_parts.h"
#include "collector/travel.h"

static void journal_row(struct tracing *tracing, size_t meter, const struct db_query *query, const char *kind,
                        const char *text)
{
    char said[1100];
    const int64_t amount = db_int(query, 5);
    const bool decided = !db_int(query, 6);
    snprintf(said, sizeof said, "%s%s%s", kind, *text ? ": " : "", text);
    tracing_row(tracing, meter,
                (struct trace_step){.step = "journal",
                                    .journal = db_int(query, 0),
                                    .from_ms = db_int(query, 1),
                                    .amount = &amount,
                                    .text = said,
                                    .holds = &decided});
}

/* What the journal holds of the meter in the period. */
void tracing_journal(struct tracing *tracing, size_t meter, struct calendar_span span)
{
    const struct roster_meter *what = &tracing->selection.roster->meter[meter];
    struct db_query *query =
        db_query(tracing->selection.db, "SELECT id, at_ms, kind, before, after, amount, " JOURNAL_WAITS(
                                            "id") ", text FROM journal WHERE meter = ? AND "
                                                  "at_ms >= ? AND at_ms < ? AND kind <> 'gap' AND "
                                                  "(bucket_ms = 0 OR amount <> 0) ORDER BY id");
    db_bind_int(query, what->id);
    db_bind_int(query, span.from_ms);
    db_bind_int(query, span.to_ms);
    while (db_next(query)) {
        char at[40], amount[AMOUNT_TEXT_MAX], kind[24], text[1024];
        instant_exact(db_int(query, 1), at);
        amount_exact(db_int(query, 5), amount);
        text_clean(db_text(query, 2), kind, sizeof kind);
        text_clean(db_text(query, 7), text, sizeof text);
        journal_row(tracing, meter, query, kind, text);
        text_format(&tracing->page.out, say(tracing->page.language, "  journal %" PRId64 "  %s  %s"),
                    travel_local(db_int(query, 0)), at, kind_title(kind, tracing->page.language));
        if (db_int(query, 3) || db_int(query, 4) || db_int(query, 5))
            text_format(&tracing->page.out, "  %" PRId64 " -> %" PRId64 "  %s %s", db_int(query, 3), db_int(query, 4),
                        amount, what->unit);
        text_format(&tracing->page.out, "%s%s%s\n", db_int(query, 6) ? say(tracing->page.language, "  OPEN") : "",
                    *text ? "  " : "", text);
    }
}

static void act_words(struct tracing *tracing, const struct db_query *query, int column)
{
    char at[40], verb[32], actor[128];
    instant_exact(db_int(query, column + 1), at);
    text_clean(db_text(query, column + 2), verb, sizeof verb);
    text_clean(db_text(query, column + 3), actor, sizeof actor);
    text_format(&tracing->page.out, say(tracing->page.language, "act %" PRId64 " (%s by %s, %s)"),
                travel_local(db_int(query, column)), verb, actor, at);
}

void tracing_replacements(struct tracing *tracing, size_t meter, struct calendar_span span)
{
    const struct roster_meter *what = &tracing->selection.roster->meter[meter];
    struct db_query *query =
        db_query(tracing->selection.db, "SELECT replacement.at_ms, old_last, new_first, swap.act IS NULL, act.id,"
                                        " act.applied_ms, act.verb, act.actor, serial FROM replacement"
                                        " JOIN act ON act.id = replacement.act LEFT JOIN swap ON swap.act = act.id"
                                        " WHERE replacement.meter = ? AND ifnull(swap.to_ms, replacement.at_ms) >= ?"
                                        " AND ifnull(swap.from_ms, replacement.at_ms) < ? ORDER BY act.id");
    db_bind_int(query, what->id);
    db_bind_int(query, span.from_ms);
    db_bind_int(query, span.to_ms);
    while (db_next(query)) {
        char at[40], last[AMOUNT_TEXT_MAX], first[AMOUNT_TEXT_MAX], serial[64];
        instant_exact(db_int(query, 0), at);
        amount_exact(db_int(query, 1), last);
        amount_exact(db_int(query, 2), first);
        text_clean(db_text(query, 8), serial, sizeof serial);
        const int64_t old_last = db_int(query, 1), new_first = db_int(query, 2);
        tracing_row(tracing, meter,
                    (struct trace_step){.step = "replaced",
                                        .from_ms = db_int(query, 0),
                                        .whole = &old_last,
                                        .amount = &new_first,
                                        .act = db_int(query, 4),
                                        .by = db_text(query, 7),
                                        .text = serial});
        text_format(&tracing->page.out,
                    say(tracing->page.language, "  replaced %s by no. %s: old last %s %s, new first %s %s  "), at,
                    serial, last, what->unit, first, what->unit);
        act_words(tracing, query, 4);
        text_add(&tracing->page.out,
                 db_int(query, 3) ? say(tracing->page.language, "  waits for its first reading\n") : "\n");
    }
}

int64_t tracing_postings(struct tracing *tracing, size_t meter, struct calendar_span span)
{
    const struct roster_meter *what = &tracing->selection.roster->meter[meter];
    int64_t sum = 0;
    struct db_query *query = db_query(
        tracing->selection.db, "SELECT sum(amount), act.id, act.applied_ms, act.verb, act.actor FROM posting"
                               " JOIN act ON act.id = posting.act WHERE posting.bucket_ms >= ?"
                               " AND posting.bucket_ms < ? AND posting.meter = ? GROUP BY act.id ORDER BY act.id");
    db_bind_int(query, span.from_ms);
    db_bind_int(query, span.to_ms);
    db_bind_int(query, what->id);
    while (db_next(query)) {
        char amount[AMOUNT_TEXT_MAX];
        amount_exact(db_int(query, 0), amount);
        text_format(&tracing->page.out, say(tracing->page.language, "  posted here %s%s %s  "),
                    db_int(query, 0) > 0 ? "+" : "", amount, what->unit);
        act_words(tracing, query, 1);
        text_add(&tracing->page.out, "\n");
        const int64_t posted = db_int(query, 0);
        tracing_row(tracing, meter,
                    (struct trace_step){.step = "posted",
                                        .from_ms = db_int(query, 2),
                                        .amount = &posted,
                                        .act = db_int(query, 1),
                                        .by = db_text(query, 4),
                                        .text = db_text(query, 3)});
        sum = amount_add(sum, posted);
    }
    return sum;
}
