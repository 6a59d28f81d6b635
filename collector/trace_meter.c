/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>

#include "collector/trace_parts.h"

void tracing_row(struct tracing *tracing, size_t meter, struct trace_step step)
{
    const struct roster_meter *what = &tracing->selection.roster->meter[meter];
    step.mine = tracing->mine;
    step.quantity = tracing->quantity;
    step.meter = what->name;
    step.role = what->main ? "main" : "check";
    step.unit = what->unit;
    trace_row(tracing->rows, &step);
}

void tracing_say(struct tracing *tracing, const char *text)
{
    text_add(&tracing->page.out, say(tracing->page.language, text));
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
            tracing_row(tracing, meter,
                        (struct trace_step){.step = "reading",
                                            .edge = which,
                                            .text = i ? "B" : "A",
                                            .from_ms = readings[i]->at_ms,
                                            .reading = readings[i]});
    tracing_row(tracing, meter,
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
        tracing_say(tracing, "    no reading before it: counting begins here\n");
    if (edge->after.present)
        reading_add(tracing, "B", &edge->after, unit);
    else
        tracing_say(tracing, "    no reading after it yet: the count is that of A\n");
    if (edge->before.present && edge->after.present && edge->explained)
        division_add(tracing, edge, unit);
    if (!edge->explained)
        tracing_say(tracing, "    the clock or the counter was set between A and B: divided as it was recorded then\n");
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
    for (int64_t number = first->segment.segment; number < INT64_MAX && number <= last->segment.segment;
         number = trace_segment_after(tracing->report, meter, number)) {
        const struct trace_segment segment = trace_segment(tracing->report, meter, number, 0);
        if (!segment.segment)
            continue;
        segment_add(tracing, &segment, unit);
        tracing_row(tracing, meter,
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
        tracing_row(tracing, meter,
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
            tracing_say(tracing, "measured\n");
    }
}
static struct calendar_span meter_span(struct tracing *tracing, size_t meter)
{
    if (tracing->period.shift < 0)
        return report_span(tracing->report, meter, tracing->period.days);
    const struct report_day *day = report_day(tracing->report, meter, tracing->period.days.from);
    return tracing->period.shift < day->shifts ? day->shift[tracing->period.shift] : (struct calendar_span){0};
}

int64_t tracing_meter(struct tracing *tracing, size_t meter)
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
    tracing_journal(tracing, meter, span);
    tracing_replacements(tracing, meter, span);
    const int64_t posted_here = tracing_postings(tracing, meter, span);
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
    tracing_row(tracing, meter,
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
