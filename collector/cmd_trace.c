/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <string.h>

#include "collector/assess.h"
#include "collector/display.h"
#include "collector/trace.h"
#include "collector/trace_rows.h"

struct tracing {
    struct selection selection;
    struct report *report;
    struct page page;
    struct period_name period;
    char name[48]; /* of the period */
    bool holds;    /* every figure is what its readings lead to */

    /* For programs; NULL: a page is asked for. */
    struct table *rows;
    const char *mine, *quantity; /* whose figure it is, by name */
};

/* A row of what belongs to a meter; below 0: to the mine. */
static void row_add(struct tracing *tracing, ptrdiff_t meter, struct trace_step step)
{
    const struct roster_meter *what = meter < 0 ? NULL : &tracing->selection.roster->meter[meter];
    step.mine = tracing->mine;
    step.quantity = tracing->quantity;
    step.meter = what ? what->name : NULL;
    step.role = what ? (what->main ? "main" : "check") : NULL;
    step.unit = what ? what->unit : step.unit;
    trace_row(tracing->rows, &step);
}

static void trace_say(struct tracing *tracing, const char *text)
{
    text_add(&tracing->page.out, say(tracing->page.language, text));
}

/* "2026-10-13 00:00:00.600" */
static void instant_exact(int64_t at_ms, char text[static 40])
{
    char second[20];
    instant_format(at_ms, second);
    snprintf(text, 40, "%s.%03d", second, (int)(((at_ms % 1000) + 1000) % 1000));
}

static void reading_add(struct tracing *tracing, const char *label, const struct trace_reading *reading,
                        const char *unit)
{
    char at[40], count[AMOUNT_TEXT_MAX];
    instant_exact(reading->at_ms, at);
    amount_exact(reading->count, count);
    text_format(&tracing->page.out,
                say(tracing->page.language, "    %s %s  raw %" PRId64 "  segment %" PRId64 "  high %" PRId64
                                            "  wraps %" PRId64 "  count %s %s\n"),
                label, at, reading->raw, reading->segment.segment, reading->segment.high, reading->segment.wraps, count,
                unit);
}

static void division_add(struct tracing *tracing, const struct trace_edge *edge, const char *unit)
{
    const int64_t part_ms = edge->at_ms - edge->before.at_ms, whole_ms = edge->after.at_ms - edge->before.at_ms;
    char crossing[AMOUNT_TEXT_MAX], part[AMOUNT_TEXT_MAX];
    amount_exact(edge->crossing, crossing);
    amount_exact(edge->part, part);
    text_format(&tracing->page.out,
                say(tracing->page.language, "    B - A = %s %s in %" PRId64 " ms, edge - A = %" PRId64
                                            " ms: floor(%s x %" PRId64 " / %" PRId64 ") = %s %s before the edge\n"),
                crossing, unit, whole_ms, part_ms, crossing, part_ms, whole_ms, part, unit);
}

static void edge_rows(struct tracing *tracing, size_t meter, const char *which, const struct trace_edge *edge)
{
    const struct trace_reading *const readings[] = {&edge->before, &edge->after};
    for (int i = 0; i < 2; i++)
        if (readings[i]->present)
            row_add(tracing, (ptrdiff_t)meter,
                    (struct trace_step){.step = "reading",
                                        .edge = which,
                                        .text = i ? "B" : "A",
                                        .from_ms = readings[i]->at_ms,
                                        .reading = readings[i]});
    row_add(tracing, (ptrdiff_t)meter,
            (struct trace_step){.step = "edge",
                                .edge = which,
                                .from_ms = edge->at_ms,
                                .count = &edge->count,
                                .whole = &edge->crossing,
                                .amount = &edge->part,
                                .holds = &edge->explained});
}

static void edge_add(struct tracing *tracing, const char *label, const struct trace_edge *edge, const char *unit)
{
    char at[40], count[AMOUNT_TEXT_MAX];
    instant_exact(edge->at_ms, at);
    amount_exact(edge->count, count);
    text_format(&tracing->page.out, "  %s %s\n", label, at);
    if (edge->before.present)
        reading_add(tracing, "A", &edge->before, unit);
    else
        trace_say(tracing, "    no reading before it: counting begins here\n");
    if (edge->after.present)
        reading_add(tracing, "B", &edge->after, unit);
    else
        trace_say(tracing, "    no reading after it yet: the count is that of A\n");
    if (edge->before.present && edge->after.present && edge->explained)
        division_add(tracing, edge, unit);
    if (!edge->explained)
        trace_say(tracing, "    the clock or the counter was set between A and B: divided as it was recorded then\n");
    text_format(&tracing->page.out, "    %s %s %s\n", say(tracing->page.language, "count at the edge"), count, unit);
}

static void segment_add(struct tracing *tracing, const struct trace_segment *segment, const char *unit)
{
    char opened[40], closed[40] = "", base[AMOUNT_TEXT_MAX], counted[AMOUNT_TEXT_MAX];
    instant_exact(segment->opened_ms, opened);
    if (segment->closed_ms)
        instant_exact(segment->closed_ms, closed);
    amount_exact(segment->base, base);
    amount_exact(segment->counted, counted);
    text_format(&tracing->page.out,
                say(tracing->page.language, "  segment %" PRId64 "  opened %s%s%s  first %" PRId64 "  modulus %" PRId64
                                            "  times %" PRId64 " over %" PRId64 "  base %s %s  counted %s %s\n"),
                segment->segment, opened, *closed ? say(tracing->page.language, "  closed ") : "", closed,
                segment->first, segment->modulus, segment->convert.times, segment->convert.over, base, unit, counted,
                unit);
}

/* All segments that the two edges or the time between them touch. */
static void segments_add(struct tracing *tracing, size_t meter, const struct trace_edge *begin,
                         const struct trace_edge *end)
{
    const char *unit = tracing->selection.roster->meter[meter].unit;
    const struct trace_reading *first = begin->before.present ? &begin->before : &begin->after;
    const struct trace_reading *last = end->after.present ? &end->after : &end->before;
    if (!first->present || !last->present)
        return;
    for (int64_t number = first->segment.segment; number <= last->segment.segment; number++) {
        const struct trace_segment segment = trace_segment(tracing->report, meter, number, 0);
        if (!segment.segment)
            continue;
        segment_add(tracing, &segment, unit);
        row_add(tracing, (ptrdiff_t)meter,
                (struct trace_step){.step = "segment",
                                    .from_ms = segment.opened_ms,
                                    .to_ms = segment.closed_ms,
                                    .segment = &segment,
                                    .amount = &segment.counted});
    }
}

static void gaps_add(struct tracing *tracing, size_t meter, struct calendar_span span)
{
    const char *unit = tracing->selection.roster->meter[meter].unit;
    for (size_t i = 0; i < tracing->report->gaps; i++) {
        const struct report_gap *gap = &tracing->report->gap[i];
        char from[40], to[40], amount[AMOUNT_TEXT_MAX], share[AMOUNT_TEXT_MAX];
        if (gap->meter != meter || gap->from_ms >= span.to_ms || gap->to_ms <= span.from_ms)
            continue;
        instant_exact(gap->from_ms, from);
        instant_exact(gap->to_ms, to);
        amount_exact(gap->amount, amount);
        const int64_t here = gap_share(gap, span);
        amount_exact(here, share);
        row_add(tracing, (ptrdiff_t)meter,
                (struct trace_step){.step = "gap",
                                    .from_ms = gap->from_ms,
                                    .to_ms = gap->to_ms,
                                    .whole = &gap->amount,
                                    .amount = &here,
                                    .text = gap_cut(gap, span) ? "estimated" : "measured"});
        text_format(&tracing->page.out, say(tracing->page.language, "  gap %s to %s: %s %s, "), from, to, amount, unit);
        if (gap_cut(gap, span))
            text_format(&tracing->page.out, "%s %s %s\n", share, unit,
                        say(tracing->page.language, "of it here: estimated"));
        else
            trace_say(tracing, "measured\n");
    }
}

static void journal_row(struct tracing *tracing, size_t meter, const struct db_query *query, const char *kind,
                        const char *text)
{
    char said[320];
    const int64_t amount = db_int(query, 5);
    const bool decided = !db_int(query, 6);
    snprintf(said, sizeof said, "%s%s%s", kind, *text ? ": " : "", text);
    row_add(tracing, (ptrdiff_t)meter,
            (struct trace_step){.step = "journal",
                                .journal = db_int(query, 0),
                                .from_ms = db_int(query, 1),
                                .amount = &amount,
                                .text = said,
                                .holds = &decided});
}

/* What the journal holds of the meter in the period. */
static void journal_add(struct tracing *tracing, size_t meter, struct calendar_span span)
{
    const struct roster_meter *what = &tracing->selection.roster->meter[meter];
    struct db_query *query =
        db_query(tracing->selection.db, "SELECT id, at_ms, kind, before, after, amount, open = 1 AND id NOT IN"
                                        " (SELECT journal FROM resolution), text FROM journal WHERE meter = ? AND "
                                        "at_ms >= ? AND at_ms < ? AND kind <> 'gap' AND "
                                        "(bucket_ms = 0 OR amount <> 0) ORDER BY id");
    db_bind_int(query, what->id);
    db_bind_int(query, span.from_ms);
    db_bind_int(query, span.to_ms);
    while (db_next(query)) {
        char at[40], amount[AMOUNT_TEXT_MAX], kind[24], text[256];
        instant_exact(db_int(query, 1), at);
        amount_exact(db_int(query, 5), amount);
        text_clean(db_text(query, 2), kind, sizeof kind);
        text_clean(db_text(query, 7), text, sizeof text);
        journal_row(tracing, meter, query, kind, text);
        text_format(&tracing->page.out, say(tracing->page.language, "  journal %" PRId64 "  %s  %s"), db_int(query, 0),
                    at, kind_title(kind, tracing->page.language));
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
                db_int(query, column), verb, actor, at);
}

/* Instruments that were swapped: what each showed, and what of the stretch was put right. */
static void replacements_add(struct tracing *tracing, size_t meter, struct calendar_span span)
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
        row_add(tracing, (ptrdiff_t)meter,
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

/* What acts have added to the meter's own count; returns their sum. */
static int64_t postings_add(struct tracing *tracing, size_t meter, struct calendar_span span)
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
        row_add(tracing, (ptrdiff_t)meter,
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

static struct calendar_span meter_span(struct tracing *tracing, size_t meter)
{
    if (tracing->period.shift < 0)
        return report_span(tracing->report, meter, tracing->period.days);
    const struct report_day *day = report_day(tracing->report, meter, tracing->period.days.from);
    return tracing->period.shift < day->shifts ? day->shift[tracing->period.shift] : (struct calendar_span){0};
}

/* One meter; returns what it counted by its readings, with what acts posted. */
static int64_t meter_add(struct tracing *tracing, size_t meter)
{
    const struct roster_meter *what = &tracing->selection.roster->meter[meter];
    const struct calendar_span span = meter_span(tracing, meter);
    char from[AMOUNT_TEXT_MAX], to[AMOUNT_TEXT_MAX], counted[AMOUNT_TEXT_MAX], posted[AMOUNT_TEXT_MAX],
        recorded[AMOUNT_TEXT_MAX];
    struct figure figure = {0};
    const struct trace_edge begin = trace_edge(tracing->report, meter, span.from_ms);
    const struct trace_edge end = trace_edge(tracing->report, meter, span.to_ms);
    if (tracing->period.shift < 0)
        report_days(tracing->report, meter, tracing->period.days, &figure);
    else
        report_shift(tracing->report, meter, tracing->period.days.from, tracing->period.shift, &figure);
    const int64_t counted_here = end.count - begin.count;
    const char *role = word(what->main ? WORD_ROLE_MAIN : WORD_ROLE_CHECK, tracing->page.language);
    text_format(&tracing->page.out, say(tracing->page.language, "%s  %s  path %s  %s.%s\n"), what->name, role,
                what->path, what->device, what->point);
    segments_add(tracing, meter, &begin, &end);
    edge_add(tracing, say_of(tracing->page.language, "edge", "begin"), &begin, what->unit);
    edge_add(tracing, say_of(tracing->page.language, "edge", "end  "), &end, what->unit);
    edge_rows(tracing, meter, "begin", &begin);
    edge_rows(tracing, meter, "end", &end);
    gaps_add(tracing, meter, span);
    journal_add(tracing, meter, span);
    replacements_add(tracing, meter, span);
    const int64_t posted_here = postings_add(tracing, meter, span);
    const int64_t sum = amount_add(counted_here, posted_here);
    amount_exact(begin.count, from);
    amount_exact(end.count, to);
    amount_exact(sum, counted);
    amount_exact(posted_here < 0 ? -posted_here : posted_here, posted);
    text_format(&tracing->page.out, "  %s - %s", to, from);
    if (posted_here)
        text_format(&tracing->page.out, " %c %s", posted_here < 0 ? '-' : '+', posted);
    text_format(&tracing->page.out, " = %s %s\n", counted, what->unit);
    const bool holds = sum == figure.metered;
    row_add(tracing, (ptrdiff_t)meter,
            (struct trace_step){
                .step = "metered", .from_ms = span.from_ms, .to_ms = span.to_ms, .amount = &sum, .holds = &holds});
    if (!holds) {
        tracing->holds = false;
        amount_exact(figure.metered, recorded);
        text_format(&tracing->page.out, "  %s: %s %s\n",
                    say(tracing->page.language, "DOES NOT HOLD: the reports' figure is"), recorded, what->unit);
    }
    return sum;
}

static void heading_add(struct tracing *tracing, size_t mine, const char *quantity)
{
    const struct roster_mine *what = &tracing->selection.roster->mine[mine];
    char title[256];
    text_add(&tracing->page.out, tracing->page.out.length ? "\n" : "");
    snprintf(title, sizeof title, "%s  %s  %s", tracing->name, mine_title(what, tracing->page.language),
             quantity_title(quantity, tracing->page.language));
    page_title(&tracing->page, title, what->simulated);
}

static void figure_print(struct tracing *tracing, size_t mine, const char *quantity)
{
    const struct roster *roster = tracing->selection.roster;
    int64_t sum = 0;
    const char *unit = NULL;
    tracing->mine = roster->mine[mine].name;
    tracing->quantity = quantity;
    for (size_t i = 0; i < roster->meters; i++) {
        const struct roster_meter *meter = &roster->meter[i];
        if (!tracing->selection.meter[i] || meter->mine != mine ||
            !selection_fits(&tracing->selection, quantity, meter))
            continue;
        if (!unit)
            heading_add(tracing, mine, quantity);
        unit = meter->unit;
        const int64_t counted = meter_add(tracing, i);
        if (meter->main)
            sum = amount_add(sum, counted);
    }
    if (!unit && selection_metered(&tracing->selection, quantity))
        return;
    char exact[AMOUNT_TEXT_MAX], shown[AMOUNT_TEXT_MAX];
    amount_exact(sum, exact);
    amount_show(sum, tracing->selection.style, shown);
    if (unit)
        text_format(&tracing->page.out,
                    say(tracing->page.language, "metered %s %s, the sum of the main meters; shown as %s\n"), exact,
                    unit, shown);
    if (selection_metered(&tracing->selection, quantity))
        return;
    struct text reported = {0};
    struct trace_page to = {tracing->page.language, &reported, tracing->rows};
    tracing->holds &= trace_reported(tracing->report, mine, quantity, tracing->period.days, tracing->period.shift, &to);
    if (!unit && reported.length)
        heading_add(tracing, mine, quantity);
    text_add(&tracing->page.out, reported.length ? reported.at : "");
    text_free(&reported);
    to.out = &tracing->page.out;
    trace_closed(tracing->report, mine, quantity, &tracing->period, &to);
}

static void formulas_add(struct tracing *tracing)
{
    trace_say(
        tracing,
        "\ncount of a reading = base + floor((high + wraps x modulus) x times / over) - floor(first x times / over),"
        " in thousandths\ncount at an edge   = count of A + floor((count of B - count of A) x (edge - A) / (B - A))\n"
        "A: the last accepted reading before the edge; B: the first at it or after\n");
}

static int days_read(struct tracing *tracing, const struct command *command, const char *from, const char *to)
{
    const civil_day today = tracing->selection.today;
    struct period *days = &tracing->period.days;
    if (!from || !to || !period_parse_day(from, today, &days->from) || !period_parse_day(to, today, &days->to) ||
        days->to < days->from || days->to - days->from >= 366)
        return command_fail(command, COMMAND_USAGE,
                            "--from %s --to %s: expected two days in their order, a year apart at most; both belong"
                            " to the span",
                            from ? from : "", to ? to : "");
    tracing->period.kind = PERIOD_KIND_SPAN;
    civil_format(days->from, tracing->name);
    snprintf(tracing->name + 10, sizeof tracing->name - 10, " .. ");
    civil_format(days->to++, tracing->name + 14);
    return COMMAND_GOOD;
}

static int shift_read(struct tracing *tracing, const struct command *command, const char *shift)
{
    if (shift[0] < '1' || shift[0] > '0' + SHIFTS_MAX || shift[1])
        return command_fail(command, COMMAND_USAGE, "--shift %s: expected a number from 1 to %d", shift, SHIFTS_MAX);
    tracing->period.kind = PERIOD_KIND_SHIFT;
    tracing->period.shift = shift[0] - '1';
    return COMMAND_GOOD;
}

static int day_read(struct tracing *tracing, const struct command *command, const char *date)
{
    civil_day day = tracing->selection.today;
    if (date && !period_parse_day(date, day, &day))
        return command_fail(command, COMMAND_USAGE, "--date %s: expected today, yesterday or a date like 2026-10-13",
                            date);
    tracing->period = (struct period_name){PERIOD_KIND_DAY, {day, day + 1}, -1};
    return COMMAND_GOOD;
}

static int month_read(struct tracing *tracing, const struct command *command, const char *month)
{
    civil_month which;
    if (!period_parse_month(month, tracing->selection.today, &which))
        return command_fail(command, COMMAND_USAGE, "--month %s: expected this, last or a month like 2026-10", month);
    tracing->period = (struct period_name){PERIOD_KIND_MONTH, month_days(which), -1};
    return COMMAND_GOOD;
}

static void period_call(struct tracing *tracing)
{
    char text[PERIOD_TEXT_BYTES], date[11];
    if (tracing->period.kind != PERIOD_KIND_SHIFT) {
        period_format(&tracing->period, text);
        snprintf(tracing->name, sizeof tracing->name, "%s", text);
        return;
    }
    civil_format(tracing->period.days.from, date);
    snprintf(tracing->name, sizeof tracing->name, "%s %s %d", date, say(tracing->page.language, "shift"),
             tracing->period.shift + 1);
}

/* One way to name the period, or none: today. */
static int period_read(struct tracing *tracing, const struct command *command)
{
    const char *date = command_value(command, "date", 0), *month = command_value(command, "month", 0);
    const char *shift = command_value(command, "shift", 0), *period = command_value(command, "period", 0);
    const char *from = command_value(command, "from", 0), *to = command_value(command, "to", 0);
    int status = COMMAND_GOOD;
    tracing->period.shift = -1;
    if ((date || shift) + (month != NULL) + (period != NULL) + (from || to) > 1)
        return command_fail(command, COMMAND_USAGE,
                            "--date (with --shift), --month, --period and --from --to each name a period: give one");
    if (from || to)
        return days_read(tracing, command, from, to);
    if (period && !period_parse(period, tracing->selection.today, &tracing->period))
        return command_fail(command, COMMAND_USAGE, "--period %.60s: expected %s", period,
                            say(command->language, PERIOD_FORMS));
    if (!period)
        status = month ? month_read(tracing, command, month) : day_read(tracing, command, date);
    if (status == COMMAND_GOOD && shift)
        status = shift_read(tracing, command, shift);
    period_call(tracing);
    return status;
}

/* All rows, with what the page says above and below them. */
static int rows_print(struct tracing *tracing)
{
    const struct selection *selection = &tracing->selection;
    char chain[DIGEST_HEX_BYTES];
    table_fact(tracing->rows, "report", "trace");
    table_fact(tracing->rows, "period", tracing->name);
    table_fact_json(tracing->rows, "simulated", selection->simulated ? "true" : "false");
    table_fact_json(tracing->rows, "holds", tracing->holds ? "true" : "false");
    table_fact(tracing->rows, "chain", trace_head(tracing->report, chain) ? chain : "");
    text_clear(&tracing->page.out);
    return selection_print(selection, &tracing->page, tracing->rows);
}

static int page_end(struct tracing *tracing)
{
    formulas_add(tracing);
    trace_chain(tracing->report, tracing->page.language, &tracing->page.out);
    return selection_print(&tracing->selection, &tracing->page, NULL);
}

static int trace_print(struct tracing *tracing)
{
    const struct selection *selection = &tracing->selection;
    tracing->holds = true;
    for (size_t q = 0; q < selection->quantities; q++)
        for (size_t m = 0; m < selection->roster->mines; m++)
            if (selection->mine[m])
                figure_print(tracing, m, selection->quantity[q]);
    const int status = tracing->rows ? rows_print(tracing) : page_end(tracing);
    if (status != COMMAND_GOOD)
        return status;
    return tracing->holds ? COMMAND_GOOD : COMMAND_NOT_HELD;
}

/* The widest that any calendar makes these days: a day begins within 24 h of its midnight. */
static struct calendar_span widest(struct period days)
{
    return (struct calendar_span){civil_instant(days.from - 1, 0), civil_instant(days.to + 1, 0)};
}

static int run(struct command *command)
{
    struct tracing tracing = {0};
    int status = selection_open(command, &tracing.selection);
    tracing.page = page_of(command->language, tracing.selection.format);
    if (status == COMMAND_GOOD)
        status = period_read(&tracing, command);
    if (status == COMMAND_GOOD && tracing.selection.format != TABLE_PAGE && !(tracing.rows = trace_table()))
        status = command_fail(command, COMMAND_COULD_NOT, "out of memory");
    if (status == COMMAND_GOOD) {
        const struct calendar_span span = widest(tracing.period.days);
        tracing.report = report_new(tracing.selection.db, tracing.selection.roster, tracing.selection.now_ms,
                                    span.from_ms, span.to_ms);
        status = tracing.report ? trace_print(&tracing) : selection_judge(&tracing.selection);
    }
    page_free(&tracing.page);
    table_free(tracing.rows);
    report_free(tracing.report);
    selection_close(&tracing.selection);
    return status;
}

static const struct command_option options[] = {
    OPTION_DATE,
    {"shift", "N", N_("the N-th shift of the day"), false},
    {"period", "PERIOD",
     N_("instead: 2026-10-13/2 (second shift), 2026-10-13, 2026-10/2 (second dekad), 2026-10 or 2026"), false},
    {"from", "DAY", N_("a span of days instead: its first one"), false},
    {"to", "DAY", N_("its last day"), false},
    {"month", "MONTH", N_("this, last, or a month: 2026-10"), false},
    OPTION_MINE,
    OPTION_QUANTITY,
    OPTION_FIGURE,
    {"meters", NULL, N_("check meters too"), false},
    OPTION_FORMAT,
    {0},
};

const struct verb verb_trace = {
    .name = "trace",
    .summary = N_("the arithmetic of a figure, from raw readings to tonnes"),
    .options = options,
    .run = run,
};
