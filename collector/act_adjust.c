/* SPDX-License-Identifier: Apache-2.0 */
/* What is reported of a period, more or less by so much. It belongs to that period, and
 * changes none inside it. */
#include "collector/adjusting.h"
#include "collector/amount.h"
#include "collector/store_report.h"

static bool judge(struct act_context *context, size_t mine, const struct adjusting *adjusting)
{
    const struct calendar *calendar = roster_calendar(context->roster, mine, adjusting->quantity->name);
    const civil_day day = adjusting->period.days.from;
    const struct calendar_rule *rule = calendar_rule_of(calendar, day);
    if (adjusting->period.shift >= rule->shifts)
        return act_refuse(context, "--period: that day has %d shifts", rule->shifts);
    if (day > calendar_place(calendar, context->now_ms).day)
        return act_refuse(context, "--period: it has not begun yet");
    return true;
}

/* What the mine reports of the period as things stand; false: it has nothing of that quantity. */
static bool reported(struct act_context *context, size_t mine, const struct adjusting *adjusting, int64_t *amount)
{
    struct report *report = report_new(context->db, context->roster, context->now_ms, context->now_ms, context->now_ms);
    struct figure figure = {0}, ever = {0};
    const struct period days = adjusting->period.days;
    if (!report)
        return false;
    report_mine(report, mine, adjusting->quantity->name, days, adjusting->period.shift, &figure);
    report_additions(report, mine, adjusting->quantity->name, year_days(year_of(days.from)), -1, &ever);
    *amount = figure.reported;
    report_free(report);
    return figure.meters > 0 || figure.any || ever.any;
}

static void row_write(struct act_context *context, int64_t mine, const struct adjusting *adjusting)
{
    struct db_query *query = db_query(
        context->db, "INSERT INTO adjustment(act, mine, quantity, kind, from_day, to_day, shift, amount, reason,"
                     " rev) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    db_bind_int(query, context->act);
    db_bind_int(query, mine);
    db_bind_text(query, adjusting->quantity->name);
    db_bind_int(query, adjusting->period.kind);
    db_bind_int(query, adjusting->period.days.from);
    db_bind_int(query, adjusting->period.days.to);
    db_bind_int(query, adjusting->period.shift);
    db_bind_int(query, adjusting->amount);
    db_bind_text(query, adjusting->reason);
    db_bind_int(query, act_rev(context));
    db_next(query);
}

void adjustment_write(struct act_context *context, size_t mine, const struct adjusting *adjusting)
{
    row_write(context, context->roster->mine[mine].id, adjusting);
    context->journal.amount = adjusting->amount;
    context->days = adjusting->period.days;
}

bool act_adjust(struct act_context *context, const struct act *act)
{
    struct adjusting adjusting;
    char why[400], period[PERIOD_TEXT_BYTES], amount[AMOUNT_TEXT_MAX], was[AMOUNT_TEXT_MAX], is[AMOUNT_TEXT_MAX];
    int64_t before = 0;
    if (!adjusting_read(act, &adjusting, context->language, why, sizeof why))
        return act_refuse(context, "%s", why);
    const int mine = act_mine(context, act, "mine");
    if (mine < 0 || !judge(context, (size_t)mine, &adjusting))
        return false;
    const struct quantity *quantity = adjusting.quantity;
    const char *name = context->roster->mine[mine].name;
    if (!reported(context, (size_t)mine, &adjusting, &before))
        return act_refuse(context, "%s reports no %s", name, say(context->language, quantity->title));
    adjustment_write(context, (size_t)mine, &adjusting);
    period_format(&adjusting.period, period);
    amount_exact(adjusting.amount, amount);
    amount_exact(before, was);
    amount_exact(amount_add(before, adjusting.amount), is);
    return act_done(context, "%s %s %s: adjusted by %s%s %s; reported %s, before %s", name,
                    say(context->language, quantity->title), period, adjusting.amount > 0 ? "+" : "", amount,
                    quantity->unit, is, was);
}
