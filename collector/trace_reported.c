/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>

#include "collector/amount.h"
#include "collector/trace_rows.h"
#include "collector/travel.h"

/* A stretch of one meter's days with one coefficient. */
struct stretch {
    size_t meter;
    civil_day from, to; /* both included */
    struct decimal factor;
    int64_t shifts, metered, reported;
};

struct reporting {
    struct report *report;
    const struct trace_page *page;
    const char *mine, *quantity, *unit; /* by name */
    struct stretch stretch;
    struct figure sum; /* made here, from the shifts */
};

/* --- meters --- */

/* The act that stated what holds on a day; 0: none did. */
static int64_t stated_by(struct report *report, size_t meter, civil_day day)
{
    const int64_t values[] = {report->roster->meter[meter].id, day};
    return db_value(report->db,
                    "SELECT act FROM coefficient WHERE meter = ? AND from_day <= ?"
                    " ORDER BY from_day DESC, act DESC LIMIT 1",
                    2, values);
}

static void stretch_add(struct reporting *reporting)
{
    const struct stretch *stretch = &reporting->stretch;
    const int64_t act = stated_by(reporting->report, stretch->meter, stretch->from);
    char metered[AMOUNT_TEXT_MAX], reported[AMOUNT_TEXT_MAX], factor[DECIMAL_TEXT_MAX], from[11], to[11], by[64];
    if (!stretch->shifts)
        return;
    amount_exact(stretch->metered, metered);
    amount_exact(stretch->reported, reported);
    decimal_format(stretch->factor, factor);
    civil_format(stretch->from, from);
    civil_format(stretch->to, to);
    snprintf(by, sizeof by,
             act ? say(reporting->page->language, "act %" PRId64) : say(reporting->page->language, "none stated"),
             travel_local(act));
    text_format(reporting->page->out,
                say(reporting->page->language,
                    "  %s %s to %s: %s x %s (%s) = %s %s, each of %" PRId64 " shifts rounded half to even\n"),
                reporting->report->roster->meter[stretch->meter].name, from, to, metered, factor, by, reported,
                reporting->unit, stretch->shifts);
    trace_row(reporting->page->rows,
              &(struct trace_step){.step = "coefficient",
                                   .mine = reporting->mine,
                                   .quantity = reporting->quantity,
                                   .meter = reporting->report->roster->meter[stretch->meter].name,
                                   .unit = reporting->unit,
                                   .from_day = from,
                                   .to_day = to,
                                   .metered = &stretch->metered,
                                   .factor = factor,
                                   .shifts = stretch->shifts,
                                   .amount = &stretch->reported,
                                   .act = act});
}

static void shift_add(struct reporting *reporting, size_t meter, civil_day day, int shift)
{
    const struct sums sums = sums_of_shift(&reporting->report->sums, meter, day, shift);
    const struct decimal factor = coefficients_factor(reporting->report->coefficients, meter, day);
    struct stretch *stretch = &reporting->stretch;
    int64_t reported;
    if (!sums.any)
        return;
    coefficient_apply(factor, sums.metered, &reported);
    if (!stretch->shifts || factor.digits != stretch->factor.digits || factor.places != stretch->factor.places) {
        stretch_add(reporting);
        *stretch = (struct stretch){.meter = meter, .from = day, .factor = factor};
    }
    stretch->to = day;
    stretch->shifts++;
    stretch->metered = amount_add(stretch->metered, sums.metered);
    stretch->reported = amount_add(stretch->reported, reported);
    reporting->sum.metered = amount_add(reporting->sum.metered, sums.metered);
    reporting->sum.reported = amount_add(reporting->sum.reported, reported);
}

static void meter_add(struct reporting *reporting, size_t meter, struct period days, int shift)
{
    for (civil_day day = days.from; day < days.to; day++)
        for (int s = 0; s < SHIFTS_MAX; s++)
            if (shift < 0 || s == shift)
                shift_add(reporting, meter, day, s);
    stretch_add(reporting);
    reporting->stretch = (struct stretch){0};
}

/* --- people --- */

static void addition_add(struct reporting *reporting, const struct addition *addition)
{
    const struct period_name name = {addition->kind, addition->days, addition->shift};
    const struct addition_words words = addition_words(reporting->report->db, addition);
    char period[PERIOD_TEXT_BYTES], amount[AMOUNT_TEXT_MAX];
    period_format(&name, period);
    amount_exact(addition->amount, amount);
    text_format(reporting->page->out, "  %s %s: %s%s %s  %s (%s, %s %" PRId64 ")\n",
                word(addition->by_hand ? WORD_BY_HAND : WORD_ADJUSTED, reporting->page->language), period,
                addition->amount > 0 ? "+" : "", amount, reporting->unit, words.why, words.actor,
                say(reporting->page->language, "act"), travel_local(addition->act));
    trace_row(reporting->page->rows, &(struct trace_step){.step = addition->by_hand ? "by_hand" : "adjusted",
                                                          .mine = reporting->mine,
                                                          .quantity = reporting->quantity,
                                                          .unit = reporting->unit,
                                                          .from_day = period,
                                                          .amount = &addition->amount,
                                                          .act = addition->act,
                                                          .by = words.actor,
                                                          .text = words.why});
}

/* --- the whole --- */

static void sum_add(struct reporting *reporting, const struct figure *figure)
{
    const int64_t by_meters = amount_less(figure->reported, amount_add(figure->by_hand, figure->adjusted));
    char parts[4][AMOUNT_TEXT_MAX];
    amount_exact(figure->reported, parts[0]);
    amount_exact(by_meters, parts[1]);
    amount_exact(figure->by_hand, parts[2]);
    amount_exact(figure->adjusted, parts[3]);
    text_format(reporting->page->out,
                say(reporting->page->language, "reported %s %s = by meters %s + by hand %s + adjusted %s\n"), parts[0],
                reporting->unit, parts[1], parts[2], parts[3]);
}

/* Whether the reports have the same sum as the parts. */
static bool reported_judge(struct reporting *reporting, const struct figure *figure)
{
    const bool holds = reporting->sum.reported == figure->reported && reporting->sum.metered == figure->metered;
    sum_add(reporting, figure);
    trace_row(reporting->page->rows, &(struct trace_step){.step = "reported",
                                                          .mine = reporting->mine,
                                                          .quantity = reporting->quantity,
                                                          .unit = reporting->unit,
                                                          .metered = &figure->metered,
                                                          .amount = &figure->reported,
                                                          .holds = &holds});
    if (!holds)
        text_add(reporting->page->out,
                 say(reporting->page->language, "DOES NOT HOLD: its parts make another sum; see coaltally verify\n"));
    return holds;
}

bool trace_reported(struct report *report, size_t mine, const char *quantity, struct period days, int shift,
                    struct trace_page *page)
{
    const struct quantity *known = quantity_find(quantity);
    struct reporting reporting = {.report = report,
                                  .page = page,
                                  .mine = report->roster->mine[mine].name,
                                  .quantity = quantity,
                                  .unit = known ? known->unit : ""};
    struct additions_walk walk = {.mine = mine, .quantity = quantity, .days = days, .shift = shift};
    struct figure figure = {0};
    for (size_t i = 0; i < report->roster->meters; i++)
        if (report->roster->meter[i].mine == mine && meter_reports(&report->roster->meter[i], quantity))
            meter_add(&reporting, i, days, shift);
    for (const struct addition *addition; (addition = report_addition_next(report, &walk));) {
        addition_add(&reporting, addition);
        reporting.sum.reported = amount_add(reporting.sum.reported, addition->amount);
    }
    report_mine(report, mine, quantity, days, shift, &figure);
    return !figure.any || reported_judge(&reporting, &figure);
}
