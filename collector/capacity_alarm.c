/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/capacity_alarm.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "collector/amount.h"
#include "drivers/span.h"

static const char *const reasons[CAPACITY_MEASURES] = {
    [CAPACITY_MONTH] = "month-over-capacity",
    [CAPACITY_YEAR] = "year-over-capacity",
    [CAPACITY_FORECAST] = "forecast-over-capacity",
    [CAPACITY_DAY] = "day-over-capacity",
    [CAPACITY_STOPPED] = "mined-while-stopped",
    [CAPACITY_NO_DATA] = "no-figures",
    [CAPACITY_NO_ENTRY] = "not-entered",
};
static const char month_hidden[] = "month-by-coefficient", year_hidden[] = "year-by-coefficient",
                  runs[] = "runs-while-stopped";

bool capacity_alarm_is(const char *reason)
{
    for (size_t i = 0; i < CAPACITY_MEASURES; i++)
        if (strcmp(reason, reasons[i]) == 0)
            return true;
    return strcmp(reason, month_hidden) == 0 || strcmp(reason, year_hidden) == 0 || strcmp(reason, runs) == 0;
}

/* --- arguments: texts of the alarm's own --- */

static char *text_next(struct capacity_alarm *out)
{
    return out->text[out->texts++];
}

static void argument(struct capacity_alarm *out, const char *name, const char *value)
{
    size_t i = 0;
    while (out->notice.argument[i].name)
        i++;
    out->notice.argument[i] = (struct alarm_argument){name, value};
}

/* "124,800 t": whole tonnes, as they are reported. */
static const char *amount_text(struct capacity_alarm *out, int64_t amount, const char *unit)
{
    char *text = text_next(out), number[AMOUNT_TEXT_MAX];
    amount_show(amount, (struct amount_style){3, 0}, number);
    snprintf(text, AMOUNT_TEXT_MAX, "%.38s %.8s", number, unit);
    return text;
}

static void argument_amount(struct capacity_alarm *out, const char *name, int64_t amount, const char *unit)
{
    argument(out, name, amount_text(out, amount, unit));
}

static void argument_day(struct capacity_alarm *out, const char *name, civil_day day)
{
    char *text = text_next(out);
    civil_format(day, text);
    argument(out, name, text);
}

static void argument_instant(struct capacity_alarm *out, const char *name, int64_t at_ms)
{
    char *text = text_next(out);
    instant_format(at_ms, text);
    text[strlen("2026-10-13 07:31")] = '\0';
    argument(out, name, text);
}

static void argument_factor(struct capacity_alarm *out, struct decimal factor)
{
    if (!factor.digits)
        return;
    char *text = text_next(out);
    decimal_format(factor, text);
    argument(out, "coefficient", text);
}

static void value_share(struct capacity_alarm *out, const struct capacity_finding *finding)
{
    char *value = text_next(out), *limit = text_next(out);
    capacity_share_show(finding->amount, finding->figures.course.capacity, 1, finding->limit, value);
    capacity_limit_show(finding->limit, limit);
    out->notice.value = value;
    out->notice.limit = limit;
}

/* --- kinds --- */

/* "2026-10"; of a mine that is not the daemon's own, as a county's are, "north-2026-10". */
static void subject_period(struct capacity_alarm *out, const struct capacity_finding *finding)
{
    const struct period days = finding->days;
    const struct period_name name = {days.to - days.from > 31 ? PERIOD_KIND_YEAR : PERIOD_KIND_MONTH, days, -1};
    char period[PERIOD_TEXT_BYTES];
    period_format(&name, period);
    if (out->notice.mine >= 0)
        snprintf(out->subject, sizeof out->subject, "%s", period);
    else
        snprintf(out->subject, sizeof out->subject, "%.*s-%s", (int)(sizeof out->subject - sizeof period),
                 finding->mine->name, period);
}

/* What run-of-mine coal comes to at the last coefficient is said where it would be judged otherwise. */
static bool last_differs(const struct capacity_finding *finding)
{
    const struct capacity_figures *figures = &finding->figures;
    return figures->has_rom && capacity_over(finding->limit, figures->by_last, figures->course.capacity) !=
                                   capacity_over(finding->limit, figures->course.done, figures->course.capacity);
}

static void period_write(struct capacity_alarm *out, const struct capacity_finding *finding)
{
    const struct capacity_figures *figures = &finding->figures;
    subject_period(out, finding);
    value_share(out, finding);
    argument_amount(out, "amount", finding->amount, "t");
    argument_amount(out, "capacity", capacity_mean_kg(figures->course.capacity), "t");
    if (finding->hidden)
        argument_factor(out, figures->highest);
    else if (finding->measure != CAPACITY_FORECAST && last_differs(finding))
        argument_amount(out, "by_last", figures->by_last, "t");
    if (finding->reaches)
        argument_day(out, "reach", finding->reach);
}

static void stopped_write(struct capacity_alarm *out, const struct capacity_finding *finding)
{
    const struct quantity *quantity = finding->limit->quantity;
    const struct county_fact *state = county_fact(finding->mine->county, FACT_STATE, finding->days.to - 1);
    const bool coal = strcmp(quantity->name, "raw_coal") == 0;
    out->notice.reason = coal ? reasons[CAPACITY_STOPPED] : runs;
    out->notice.value = amount_text(out, finding->amount, quantity->unit);
    out->notice.limit = amount_text(out, finding->limit->more_than, quantity->unit);
    argument(out, "amount", out->notice.value);
    if (!coal)
        argument(out, "quantity", quantity->title);
    argument_day(out, "since", finding->days.from);
    if (state)
        argument(out, "state", fact_info(FACT_STATE)->name[state->value]);
}

static void day_write(struct capacity_alarm *out, const struct capacity_finding *finding)
{
    value_share(out, finding);
    argument_day(out, "day", finding->days.from);
    argument_amount(out, "amount", finding->amount, "t");
}

/* "61 h" */
static char *hours(struct capacity_alarm *out, int64_t span_ms)
{
    char *text = text_next(out);
    const bool minutes = span_ms < 2 * HOUR_MS;
    snprintf(text, AMOUNT_TEXT_MAX, "%" PRId64 " %s", span_ms / (minutes ? MINUTE_MS : HOUR_MS), minutes ? "min" : "h");
    return text;
}

static void silence_write(struct capacity_alarm *out, const struct capacity_finding *finding)
{
    out->notice.value = hours(out, finding->amount);
    out->notice.limit = hours(out, finding->limit->after_ms);
    if (finding->mine->to_ms)
        argument_instant(out, "to", finding->mine->to_ms);
    if (finding->measure == CAPACITY_NO_ENTRY)
        argument_instant(out, "due", amount_add(finding->mine->silent_ms, finding->limit->after_ms));
}

void capacity_alarm_make(const struct capacity_finding *finding, int mine, struct capacity_alarm *out)
{
    *out = (struct capacity_alarm){.notice = {.mine = mine,
                                              .reason = reasons[finding->measure],
                                              .level = finding->hidden ? JOURNAL_AMBER : finding->limit->level}};
    snprintf(out->subject, sizeof out->subject, "%s", finding->mine->name);
    out->notice.subject = out->subject;
    if (finding->hidden)
        out->notice.reason = finding->measure == CAPACITY_MONTH ? month_hidden : year_hidden;
    if (finding->measure <= CAPACITY_FORECAST)
        period_write(out, finding);
    else if (finding->measure == CAPACITY_DAY)
        day_write(out, finding);
    else if (finding->measure == CAPACITY_STOPPED)
        stopped_write(out, finding);
    else
        silence_write(out, finding);
}
