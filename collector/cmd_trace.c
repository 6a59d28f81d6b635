/* SPDX-License-Identifier: Apache-2.0 */

#include "collector/chain_head.h"
#include "collector/display.h"
#include "collector/trace_parts.h"

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
        const int64_t counted = tracing_meter(tracing, i);
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
    tracing_say(
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
    const struct chain_head head = chain_head(selection->db, selection_number(selection));
    table_fact(tracing->rows, "report", "trace");
    table_fact(tracing->rows, "period", tracing->name);
    table_fact_json(tracing->rows, "simulated", selection->simulated ? "true" : "false");
    table_fact_json(tracing->rows, "holds", tracing->holds ? "true" : "false");
    table_fact(tracing->rows, "chain", head.hash);
    text_clear(&tracing->page.out);
    return selection_print(selection, &tracing->page, tracing->rows);
}

static int page_end(struct tracing *tracing)
{
    formulas_add(tracing);
    tracing_chain(tracing);
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
